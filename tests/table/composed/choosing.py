"""Choosing among elements, arrays and functions."""

from typing import Any

import numpy as np

from autograd_mini import Tensor

from ..row import NONZERO, Row, after_its_parameters, on


def _among(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    return function(args[0], list(inputs), *args[1:], **named)


def _else(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    condlist, *default = args  # a number: NumPy does not ask whether it is a node
    return function(condlist, list(inputs), *default)


def _compressed(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    [x] = inputs
    return x.compress(*args, **named) if function is Tensor.compress else function(*args, x, **named)


def _squared(x: Any, *others: Any, **named: Any) -> Any:
    return x * x


def _inverse(x: Any, *scale: Any, **named: Any) -> Any:
    return len(scale) / x


_MASK = np.array([[True, False], [False, True]])
_SOME, _OTHERS = [True, False, False], np.array([True, True, False])
ROWS = [
    Row("extract", np.extract, [on([(3,)], _SOME), on([(2, 2)], _MASK), on([(2,)], [False, False]), on([()], True)],
        passing=after_its_parameters),
    Row("compress", np.compress, [on([(3,)], _SOME), on([(2, 2)], [False, True]), on([(2, 3)], _SOME, axis=1),
                                  on([(2, 3)], [1, 0], axis=0)],
        passing=_compressed),
    Row("choose", np.choose, [on([(2,), (2,)], [1, 0]), on([(2, 1), (), (2,)], [[0, 2], [1, 1]]), on([(), ()], 1),
                              on([(2,), (2,)], [3, -1], mode="wrap"), on([(2,), (2,)], [5, -1], mode="clip")],
        passing=_among),
    Row("select", np.select, [on([(3,), (3,)], [_SOME, _OTHERS], 0.5), on([(2, 2), (2, 1)], [_MASK, ~_MASK]),
                              on([()], [_MASK], -2.0)], passing=_else),
    Row("piecewise", np.piecewise, [on([(3,)], [_OTHERS, _SOME], [_inverse, _squared]),
                                    on([(2, 2)], [_MASK], [_squared, _inverse]), on([(3,)], _OTHERS, [_squared, 2.5]),
                                    on([()], [True], [_squared]), on([(3,)], [_SOME], [_inverse], 2.0)],
        [NONZERO]),
]  # fmt: skip
