"""Reductions with weights, and what is composed from them."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from ..support.oracles import each, mp
from .row import MASKED, REDUCTIONS, WIDE, Row, at, inf, nan, on, reals


def _mean(x: Any, axis: Any = None, keepdims: bool = False, where: Any = True, less: int = 0) -> Any:
    total = np.sum(np.where(where, x, 0), axis=axis, keepdims=keepdims)
    return total / (np.sum(np.broadcast_to(where, np.shape(x)), axis=axis, keepdims=keepdims) - less)


def _var(x: Any, axis: Any = None, keepdims: bool = False, where: Any = True, ddof: int = 0) -> Any:
    return _mean((x - _mean(x, axis, True, where)) ** 2, axis, keepdims, where, ddof)


def _std(x: Any, **named: Any) -> Any:
    return _sqrt(_var(x, **named))


def _length(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))


def _p_norm(x: Any, axis: Any = None, keepdims: bool = False, *, ord: float) -> Any:
    return np.sum(abs(x) ** mp.mpf(ord), axis=axis, keepdims=keepdims) ** (1 / mp.mpf(ord))


def _prod(x: Any, axis: Any = None, keepdims: bool = False, where: Any = True) -> Any:
    return np.prod(np.where(where, x, 1), axis=axis, keepdims=keepdims)


def _logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _log(np.sum(_exp(x), axis=axis, keepdims=keepdims))  # no overflow: mpmath's exponents have no bound


def _softmax(x: Any, axis: Any = -1) -> Any:
    return _exp(x) / np.sum(_exp(x), axis=axis, keepdims=True)


_exp, _log, _sqrt = each(mp.exp), each(mp.log), each(mp.sqrt)
_EXPONENT = 64  # exp(x - z) with |x - z| up to 60: half a unit in its last place is as many ulp of the result
SOFTMAXES = [
    on([(3,)]),
    on([(2, 3)]),
    on([(2, 3)], axis=0),
    on([(2, 2)], axis=(0, 1)),
    on([(2, 2)], axis=None),
    on([()], axis=None),
    on([(1,)]),
    on([(0, 2)]),
]
# A mask and a number that takes part too, never drawn, so that it ties with none.
_INITIAL = [*(call._replace(named={**call.named, "initial": 1 / 3}) for call in MASKED),
            on([(0,)], initial=1 / 3), on([(2, 3)], axis=1, initial=1 / 3)]  # fmt: skip
# Whole numbers, no two the same: near a constant std is steep, and loses the digits that the numbers have in common.
_APART = st.integers(-8, 8).map(float)
_FAR = reals(-8, 8, gap=1.0)
_SPREADS = [on([()]), on([(3,)]), on([(2, 3)], axis=0), on([(2, 2)], axis=-1, keepdims=True),
            on([(2, 1, 3)], axis=(0, -1)), on([(1,)], axis=0), on([(2, 2)], axis=()), on([(0, 2)], axis=1),
            on([(3,)], ddof=1), on([(2, 3)], axis=1, ddof=1.5, keepdims=True), *MASKED]  # fmt: skip
ROWS = [
    Row("max", np.max, [*REDUCTIONS, *_INITIAL], distinct=True,
        kinks=[at([1.0, 3.0, 3.0], gives=[0.0, 0.5, 0.5]), at([2.0] * 3, gives=[1 / 3] * 3),
               at([nan, 1.0], gives=[1.0, 0.0]), at([-inf, -inf], gives=[0.5, 0.5])]),
    Row("min", np.min, [*REDUCTIONS, *_INITIAL], distinct=True,
        kinks=[at([1.0, 3.0, 1.0], gives=[0.5, 0.0, 0.5]), at([2.0] * 3, gives=[1 / 3] * 3),
               at([nan, 1.0], gives=[1.0, 0.0]), at([inf, inf], gives=[0.5, 0.5])]),
    Row("logsumexp", _logsumexp, REDUCTIONS, [WIDE], c_library=True, ulps=_EXPONENT, cancelling=(2,),
        kinks=[at([-inf, -inf], gives=[0.5, 0.5]), at([-inf, 1.0], gives=[0.0, 1.0]),
               at([inf, 1.0], gives=[1.0, 0.0])]),
    Row("mean", _mean, [*REDUCTIONS, *MASKED]),
    Row("prod", _prod, [*REDUCTIONS, *MASKED, on([(5,)]), on([(0,)])],
        kinks=[at([0.0, 2.0, 3.0], gives=[6.0, 0.0, 0.0]), at([0.0, 0.0, 3.0], gives=[0.0, 0.0, 0.0])]),
    Row("cumprod", np.cumprod, [on([()]), on([()], 0), on([(3,)]), on([(2, 2)]), on([(2, 3)], 1), on([(2, 1, 2)], -1),
                                on([(2, 2)], axis=0), on([(0, 2)], axis=0), on([(1,)], -1)]),
    # The distances from the mean, and those of their weights from the mean weight, cancel where an element is the mean.
    Row("var", _var, _SPREADS, [_APART], distinct=True, cancelling=(1, 2)),
    Row("std", _std, _SPREADS, [_APART], distinct=True, cancelling=(1, 2),
        kinks=[at([2.0, 2.0, 2.0], gives=[0.0, 0.0, 0.0]), at([3.0], gives=[0.0]), at(3.0, gives=0.0)]),
    # The curvature is (1 - u uᵀ) / r, whose terms cancel: no smaller r than 1, for which they are none larger than 1.
    Row("euclidean_norm", _length, REDUCTIONS, [_FAR], cancelling=(2,),
        kinks=[at([0.0, 0.0], gives=[0.0, 0.0]), at(0.0, gives=0.0)]),
    Row("p_norm", _p_norm, [on([(3,)], ord=3), on([()], ord=3), on([(2, 2)], axis=1, ord=-2, keepdims=True),
                            on([(2, 1, 2)], axis=(0, 2), ord=1.5), on([(2,)], ord=0.5), on([(0, 2)], axis=1, ord=4)],
        [_FAR], cancelling=(2,), c_library=True, ulps=64,
        kinks=[at([0.0, 0.0], gives=[0.0, 0.0]), at([0.0, 2.0], gives=[0.0, 1.0]), at(0.0, gives=0.0)]),
    Row("softmax", _softmax, SOFTMAXES, [WIDE], c_library=True, ulps=_EXPONENT, cancelling=(1, 2)),
    Row("log_softmax", lambda x, axis=-1: _log(_softmax(x, axis)), SOFTMAXES, [WIDE],
        c_library=True, ulps=_EXPONENT, cancelling=(0, 1, 2)),
]  # fmt: skip
