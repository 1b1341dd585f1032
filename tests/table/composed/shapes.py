"""Turning, growing and shrinking, and slice by slice."""

from typing import Any

import numpy as np

from autograd_mini import Tensor

from ..row import Row, after_its_parameters, on


def _over_axes(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    return function(args[0], *inputs, *args[1:])


def _product(line: Any, *others: Any, **named: Any) -> Any:
    return np.prod(line)


def _products(line: Any, *others: Any, **named: Any) -> Any:
    return line[:, None] * line[::-1]


_MODEL = Tensor(np.ones((2, 3)))
_TURNED = [on([(2, 3)]), on([(2, 1, 2)]), on([(2, 0)])]
ROWS = [
    Row("copy", np.copy, [on([(2, 3)]), on([()]), on([(0,)]), on([(2, 2)], order="F")]),
    Row("full_like", lambda a, fill, shape=None: np.broadcast_to(fill, a.shape if shape is None else shape),
        [on([()], _MODEL), on([(3,)], _MODEL), on([(2, 1)], _MODEL), on([(2,)], _MODEL, shape=(1, 2)),
         on([()], Tensor(1.0))], passing=after_its_parameters),
    Row("rollaxis", np.rollaxis, [on([(1, 2, 3)], 2), on([(1, 2, 3)], 0, 3), on([(1, 2, 3)], -1, 1), on([(2,)], 0)]),
    Row("flipud", np.flipud, [*_TURNED, on([(3,)])]),
    Row("fliplr", np.fliplr, _TURNED),
    Row("rot90", np.rot90, [*_TURNED, on([(2, 3)], 2), on([(2, 3)], -1), on([(2, 1, 3)], 5, axes=(2, 0)),
                            on([(2, 2)], 0)]),
    Row("diagflat", np.diagflat, [on([(2, 1)]), on([(2,)], 1), on([()], -1), on([(0,)])]),
    Row("delete", np.delete, [on([(3,)], 1), on([(2, 3)], [0, 2], axis=1), on([(2, 2)], -1), on([(3,)], slice(0, 2)),
                              on([(3,)], np.array([True, False, False])), on([(1,)], 0)]),
    Row("resize", np.resize, [on([(2,)], (2, 2)), on([(2, 2)], 3), on([()], (2,)), on([(2,)], (0,)), on([(0,)], (2,))]),
    Row("sliding_window_view", np.lib.stride_tricks.sliding_window_view,
        [on([(4,)], 2), on([(3, 3)], (2, 2)), on([(2, 3)], 2, axis=1), on([(3,)], (1,), 0)]),
    Row("apply_along_axis", np.apply_along_axis,
        [on([(2, 3)], _product, 0), on([(2, 3)], _product, -1), on([(2, 2, 1)], _products, 1), on([(3,)], _product, 0)],
        passing=after_its_parameters),
    Row("apply_over_axes", np.apply_over_axes,
        [on([(2, 3)], np.sum, 0), on([(2, 1, 2)], np.sum, (0, -1)), on([(2, 2)], np.flip, [1, 0])],
        passing=_over_axes),
]  # fmt: skip
