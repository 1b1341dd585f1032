"""Linear maps."""

import operator
from typing import Any

import numpy as np

from ..support.oracles import mp
from .row import MASKED, REDUCTIONS, Row, Shape, after_its_parameters, joined, on


def _sum(x: Any, axis: Any = None, keepdims: bool = False, where: Any = True) -> Any:
    return np.sum(np.where(where, x, 0), axis=axis, keepdims=keepdims)


def _scattered(x: Any, index: Any, shape: Shape) -> Any:
    result = np.full(shape, mp.mpf(0), dtype=object)
    places = np.arange(result.size).reshape(shape)[index]
    for place, number in zip(np.ravel(places), np.ravel(x), strict=True):
        result.flat[place] += number
    return result


_CHOICE = np.array([[True, False], [False, True]])
INDICES = [
    on([(3,)], 0),
    on([(2, 3)], -1),
    on([(2, 3)], np.int64(1)),
    on([(2, 3)], (1, -2)),
    on([(3,)], slice(None, None, -1)),
    on([(2, 3)], (slice(None), slice(0, 3, 2))),
    on([(3,)], slice(3, 1)),
    on([(2, 3)], (None, ..., 1)),
    on([()], ()),
    on([()], None),
    on([(2,)], ...),
    on([(2,)], True),
    on([(3,)], [0, 2, 0]),
    on([(3,)], ((0, 2, 0),)),
    on([(2, 3)], ((1, 1), (2, 2))),
    on([(3,)], [-1, 2]),
    on([(2, 3)], np.array([[1, 1], [0, 1]])),
    on([(3,)], np.array(1)),
    on([(2, 3)], ([0, 1, 0], [2, 2, 2])),
    on([(2, 3)], (np.array([[0], [1]]), np.array([0, 0]))),
    on([(2, 3)], (slice(None), [1, 1])),
    on([(2, 2, 2)], ([0, 0], slice(None), 1)),
    on([(2, 3)], (np.int64(1), slice(None, None, 2))),
    on([(3,)], np.array([True, False, True])),
    on([(3,)], [True, False, True]),
    on([(2, 2)], _CHOICE),
    on([(2, 2)], (slice(None), np.array([False, True]))),
    on([(2,)], []),
    on([(0, 2)], [[]]),
]

ROWS = [
    Row("reshape", np.reshape, [on([(2, 3)], (6,)), on([(2, 3)], (3, -1)), on([(4,)], -1), on([(2, 2)], [1, 4]),
                                on([()], (1, 1)), on([(1,)], ()), on([(0, 2)], (3, 0)), on([(2, 3)], (3, 2), order="F"),
                                on([(2, 1, 2)], (-1, 2), order="F"), on([(2, 2)], -1, order="F")]),
    Row("transpose", np.transpose, [on([(2, 3)]), on([(3,)]), on([()]), on([(2, 3)], (1, 0)), on([(2, 0)]),
                                    on([(1, 2, 3)], (2, 0, 1)), on([(1, 2, 3)], (-1, 0, 1)),
                                    on([(1, 2, 3)], [1, 2, 0])]),
    Row("swapaxes", np.swapaxes, [on([(2, 3)], 0, 1), on([(1, 2, 3)], -1, 0), on([(2, 2)], 1, 1), on([(0, 2)], 0, 1)]),
    Row("moveaxis", np.moveaxis, [on([(2, 3)], 0, 1), on([(1, 2, 3)], -1, 0), on([(1, 2, 3)], [0, 1], [-1, 0]),
                                  on([(2, 0)], 0, -1), on([(3,)], 0, 0)]),
    Row("expand_dims", np.expand_dims, [on([()], 0), on([(3,)], -1), on([(2, 2)], axis=1), on([(2, 2)], (0, -1)),
                                        on([(0,)], 0)]),
    Row("squeeze", np.squeeze, [on([(1, 2, 1)]), on([(1, 2, 1)], -1), on([(1, 2, 1)], axis=(0, 2)), on([()]),
                                on([(2,)]), on([(1, 0)], 0), on([(1, 1)])]),
    Row("cumsum", np.cumsum, [on([()]), on([()], 0), on([(3,)]), on([(2, 2)]), on([(2, 3)], 1), on([(2, 1, 2)], -1),
                              on([(2, 2)], axis=0), on([(0, 2)], 0), on([(1,)], -1)]),
    Row("broadcast_to", np.broadcast_to, [on([()], (2, 3)), on([(3,)], (2, 3)), on([(2, 1)], (2, 3)), on([(1,)], (0,)),
                                          on([(2,)], (2,)), on([(1, 2)], (2, 1, 2)), on([(1,)], 3)]),
    Row("astype", lambda x, dtype: x, [on([(2, 3)], np.float32), on([()], np.float32), on([(3,)], np.float64),
                                       on([()], float), on([(0,)], "float32")]),
    Row("sum", _sum, [*REDUCTIONS, *MASKED]),
    Row("getitem", operator.getitem, INDICES, operators=[operator.getitem], of_values=False),
    Row("scatter", _scattered, [on([()], 1, (3,)), on([(2,)], [0, 0], (3,)), on([(2,)], slice(0, 3, 2), (3,)),
                                on([(2,)], (slice(None), 1), (2, 3)), on([(2,)], _CHOICE, (2, 2)),
                                on([(2, 2)], np.array([[0, 1], [1, 1]]), (2,)), on([(2, 2)], (..., [1, 1]), (2, 3)),
                                on([(2,)], ((1, 1),), (3,)),
                                on([(0,)], slice(0), (2,)), on([(2,)], (), (2,))]),
    Row("concatenate", np.concatenate, [on([(1,), (2,)]), on([(2, 2), (1, 2)]), on([(1, 2), (1, 1)], axis=1),
                                        on([(1, 1), (1, 2)], -1), on([(2,), (1,), (3,)]), on([(2,)]),
                                        on([(0, 2), (1, 2)], axis=0), on([(2, 1), (2, 1)], axis=None)],
        passing=joined),
    Row("stack", np.stack, [on([(), ()]), on([()]), on([(2,), (2,)]), on([(2,), (2,)], axis=1),
                            on([(2, 1), (2, 1)], -1), on([(2, 1), (2, 1)], axis=-2), on([(0,), (0,)]),
                            on([(), (), ()], axis=0)],
        passing=joined),
    Row("where", np.where, [on([(), ()], True), on([(), ()], np.False_), on([(), ()], np.array(True)),
                            on([(2, 2), (2, 2)], _CHOICE), on([(2,), (2,)], True), on([(), (2, 2)], _CHOICE),
                            on([(2, 1), (2,)], _CHOICE), on([(), ()], _CHOICE), on([(1, 2), ()], _CHOICE[:, :1]),
                            on([(3,), (1,)], [True, False, True]), on([(0,), (1,)], np.array([True])),
                            on([(), (3,)], False)],
        passing=after_its_parameters),
]  # fmt: skip
