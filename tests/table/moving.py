"""Operations that only move, repeat and drop elements."""

from typing import Any

import numpy as np

from .row import ANY, Row, around_its_parameters, in_a_row, on


def _split(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    return in_a_row(function(*inputs, *args, **named))


def _added(x: Any, index: Any, values: Any) -> Any:
    result = np.array(x)
    np.add.at(result, index, values)
    return result


def _set(x: Any, index: Any, values: Any) -> Any:
    result = np.array(x)
    result[index] = values
    return result


def _padded(x: Any, pad_width: Any, mode: str = "constant", **named: Any) -> Any:
    return np.pad(x, pad_width, mode=mode, **named)  # type: ignore[call-overload]


_PICKED = np.array([[1, 0, 1]])
_MASK = np.array([[True, False], [False, True]])
_DIAGONALS = [on([(2, 2)]), on([(2, 3)], 1), on([(2, 3)], offset=-1), on([(2, 1, 2)], 0, 0, -1), on([(2, 0)]),
              on([(1, 1)], 3), on([(2, 2, 2)], 0, axis1=2, axis2=1)]  # fmt: skip
_TRIANGLES = [
    on([(2, 2)]),
    on([(2, 3)], 1),
    on([(3, 2)], k=-1),
    on([(2, 2, 2)]),
    on([(3,)]),
    on([(0, 2)]),
    on([(1, 1)]),
]
_PLACES = [on([(3,), (2,)], [0, 2]), on([(3,), ()], -1), on([(2, 3), (3,)], 0), on([(2, 2), (2,)], _MASK),
           on([(2, 3), (2, 2)], (slice(None), slice(0, 3, 2))), on([(2, 3), ()], (..., 1)), on([(), ()], ()),
           on([(2,), (0,)], slice(0)), on([(2, 3), (1, 2)], (slice(None), [2, 0]))]  # fmt: skip
ROWS = [
    Row("flip", np.flip, [on([(3,)]), on([(2, 3)]), on([(2, 3)], 0), on([(2, 1, 2)], axis=(0, -1)), on([()]),
                          on([(0, 2)], 0), on([(1,)], -1)]),
    Row("roll", np.roll, [on([(3,)], 1), on([(2, 3)], -1), on([(2, 3)], 4, axis=-1), on([(2, 2)], (1, 1), (0, 1)),
                          on([()], 2), on([(0,)], 1)]),
    Row("tile", np.tile, [on([(2,)], 2), on([(2, 1)], (2, 3)), on([(2,)], (2, 2)), on([()], 3), on([(2,)], 0),
                          on([(0,)], 2), on([(1, 2)], 1)]),
    Row("repeat", np.repeat, [on([(2,)], 2), on([(2, 2)], 2), on([(2, 2)], [2, 0], axis=0), on([(2, 1)], 3, -1),
                              on([()], 2), on([(2,)], 0), on([(0, 2)], 2, 0)]),
    Row("take", np.take, [on([(3,)], [2, 0, 2]), on([(3,)], -1), on([(2, 3)], [[4, 0]]), on([(2, 3)], [1, 1], axis=1),
                          on([(2, 3)], np.int64(0), -2), on([(3,)], []), on([(3,)], [3, -4], mode="wrap")]),
    Row("take_along_axis", np.take_along_axis, [on([(2, 3)], _PICKED, 0), on([(2, 3)], _PICKED.T[:2], axis=1),
                                                on([(3,)], _PICKED[0], axis=-1), on([(2, 2)], _PICKED[0], None),
                                                on([(0, 3)], np.zeros((0, 2), int), 1)]),
    Row("diagonal", np.diagonal, _DIAGONALS),
    Row("diag", np.diag, [on([(2,)]), on([(2,)], 1), on([(1,)], -2), on([(2, 2)]), on([(2, 3)], k=1), on([(3, 2)], -1),
                          on([(0,)]), on([(0, 0)])]),
    Row("tril", np.tril, _TRIANGLES),
    Row("triu", np.triu, _TRIANGLES),
    Row("ravel", np.ravel, [on([()]), on([(3,)]), on([(2, 1, 2)]), on([(0, 2)]), on([(2, 3)], order="F")]),
    Row("pad", _padded, [on([(2,)], 1), on([(2, 1)], ((1, 0), (0, 2))), on([(2,)], (0, 2), "edge"),
                         on([(2, 2)], 1, mode="reflect"), on([(3,)], 2, "symmetric"), on([(2,)], (1, 3), "wrap"),
                         on([(2,)], 1, constant_values=-1.5), on([(0,)], 1), on([(2,)], 0)]),
    Row("sort", np.sort, [on([(3,)]), on([(2, 3)]), on([(2, 3)], 0), on([(2, 2)], axis=None), on([(2, 1, 2)], -3),
                          on([(0,)]), on([(1,)], 0)], distinct=True),
    Row("split", np.split, [on([(4,)], 2), on([(3,)], [1]), on([(2, 3)], [1, 1, 5], axis=1), on([(2, 2)], 2, -1),
                            on([(0, 2)], 2), on([(1,)], 1)], passing=_split),
    Row("trace", np.trace, _DIAGONALS),
    Row("diff", np.diff, [on([(3,)]), on([(2, 3)]), on([(2, 3)], axis=0), on([(3,)], 2), on([(2, 2)], 0),
                          on([(2, 1, 2)], n=1, axis=-3), on([(1,)]), on([(2,)], 3), on([(0,)]),
                          on([(3,), ()], 2, -1), on([(2, 2), (2, 1), ()], 1, 1), on([(1, 2), (2, 2)], 1, 0)],
        passing=around_its_parameters),
    Row("add_at", _added, [*_PLACES, on([(3,), (2,)], [1, 1]), on([(2, 2), (2,)], ([0, 0], [1, 1])),
                           on([(3,), ()], [0, 0, 2])], passing=around_its_parameters),
    Row("set_at", _set, _PLACES, [ANY, ANY], passing=around_its_parameters),
]  # fmt: skip
