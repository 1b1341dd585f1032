"""Joining and cutting."""

from typing import Any

import numpy as np

from ..row import Row, in_a_row, joined, on


def _parts(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    found = function(*inputs, *args, **named)
    return in_a_row(found) if isinstance(found, list | tuple) else found


def _nested(pattern: Any, inputs: Any) -> Any:
    return [_nested(part, inputs) for part in pattern] if isinstance(pattern, list) else inputs[pattern]


def _in_blocks(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    """The pattern of numbers in args, each the input of that number."""
    return function(_nested(args[0], inputs))


def _around_places(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    x, values = inputs
    return function(x, args[0], values, *args[1:], **named)


_AT_LEAST = [on([()]), on([(2,)]), on([(2, 3)]), on([(2, 1, 2)]), on([(0,)]), on([(2,), ()])]


ROWS = [
    Row("atleast_1d", np.atleast_1d, _AT_LEAST, passing=_parts),
    Row("atleast_2d", np.atleast_2d, _AT_LEAST, passing=_parts),
    Row("atleast_3d", np.atleast_3d, _AT_LEAST, passing=_parts),
    Row("hstack", np.hstack, [on([(1,), (2,)]), on([(), (2,), ()]), on([(2, 1), (2, 2)]), on([(0,), (1,)])],
        passing=joined),
    Row("vstack", np.vstack, [on([(2,), (2,)]), on([(), ()]), on([(2,), (2, 2)]), on([(0, 2), (1, 2)])],
        passing=joined),
    Row("dstack", np.dstack, [on([(2,), (2,)]), on([(), ()]), on([(2, 2), (2, 2)]), on([(2, 1, 1), (2, 1, 2)])],
        passing=joined),
    Row("column_stack", np.column_stack, [on([(2,), (2,)]), on([(), ()]), on([(2,), (2, 2)]), on([(0,), (0,)])],
        passing=joined),
    Row("append", np.append, [on([(2,), ()]), on([(2, 2), (3,)]), on([(2, 2), (1, 2)], axis=0), on([(0,), (1,)])]),
    Row("block", np.block, [on([(2,), (1,)], [0, 1]), on([(), (), (), ()], [[0, 1], [2, 3]]), on([(2,)], [[0], [0]]),
                            on([(2, 2), (2, 1), (1,), (2,)], [[0, 1], [3, 2]]), on([(2, 2)], 0),
                            on([(2, 1, 2), (2, 1, 1)], [[0, 1]])], passing=_in_blocks),
    Row("insert", np.insert, [on([(2,), ()], 1), on([(3,), (2,)], [0, 2]), on([(2, 2), ()], 1, 1),
                              on([(2, 2), (2,)], -1, axis=0), on([(2, 2), (1,)], 4), on([(0,), (1,)], 0),
                              on([(3,), (2,)], slice(0, 3, 2))], passing=_around_places),
    Row("broadcast_arrays", np.broadcast_arrays, [on([(2, 1), (3,)]), on([(), (2,)]), on([(1,), (0,)]), on([(2,)])],
        passing=_parts),
    Row("meshgrid", np.meshgrid, [on([(2,), (3,)]), on([(2,), ()], indexing="ij"), on([(2,), (1,), (2,)]),
                                  on([(2,), (2,)], sparse=True), on([(3,)]), on([(0,), (2,)], copy=False)],
        passing=_parts),
    Row("array_split", np.array_split, [on([(3,)], 2), on([(2, 3)], [1, 2], axis=1), on([(1,)], 2), on([(0, 2)], 2)],
        passing=_parts),
    Row("hsplit", np.hsplit, [on([(2,)], 2), on([(2, 3)], [1]), on([(2, 2, 1)], 2)], passing=_parts),
    Row("vsplit", np.vsplit, [on([(2, 2)], 2), on([(3, 1)], [2, 1]), on([(0, 2)], 1)], passing=_parts),
    Row("dsplit", np.dsplit, [on([(1, 2, 2)], 2), on([(2, 1, 3)], [1])], passing=_parts),
    Row("unstack", lambda x, axis=0: np.moveaxis(x, axis, 0).ravel(),
        [on([(2, 3)]), on([(2, 3)], axis=-1), on([(3,)]), on([(2, 0)])], passing=_parts),
]  # fmt: skip
