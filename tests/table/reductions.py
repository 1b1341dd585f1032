"""Reductions with weights, and what is composed from them."""

from typing import Any

import numpy as np

from ..oracles import each, mp
from .row import REDUCTIONS, WIDE, Row, at, inf, nan, on


def _mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    total = np.asarray(np.sum(x, axis=axis, keepdims=keepdims))
    return total if total.size == 0 else total / (np.size(x) // total.size)


def _logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _log(np.sum(_exp(x), axis=axis, keepdims=keepdims))  # no overflow: mpmath's exponents have no bound


def _softmax(x: Any, axis: Any = -1) -> Any:
    return _exp(x) / np.sum(_exp(x), axis=axis, keepdims=True)


_exp, _log = each(mp.exp), each(mp.log)
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
ROWS = [
    Row("max", np.max, REDUCTIONS, distinct=True,
        kinks=[at([1.0, 3.0, 3.0], gives=[0.0, 0.5, 0.5]), at([2.0] * 3, gives=[1 / 3] * 3),
               at([nan, 1.0], gives=[1.0, 0.0]), at([-inf, -inf], gives=[0.5, 0.5])]),
    Row("min", np.min, REDUCTIONS, distinct=True,
        kinks=[at([1.0, 3.0, 1.0], gives=[0.5, 0.0, 0.5]), at([2.0] * 3, gives=[1 / 3] * 3),
               at([nan, 1.0], gives=[1.0, 0.0]), at([inf, inf], gives=[0.5, 0.5])]),
    Row("logsumexp", _logsumexp, REDUCTIONS, [WIDE], c_library=True, ulps=_EXPONENT, cancelling=(2,),
        kinks=[at([-inf, -inf], gives=[0.5, 0.5]), at([-inf, 1.0], gives=[0.0, 1.0]),
               at([inf, 1.0], gives=[1.0, 0.0])]),
    Row("mean", _mean, REDUCTIONS),
    Row("softmax", _softmax, SOFTMAXES, [WIDE], c_library=True, ulps=_EXPONENT, cancelling=(1, 2)),
    Row("log_softmax", lambda x, axis=-1: _log(_softmax(x, axis)), SOFTMAXES, [WIDE],
        c_library=True, ulps=_EXPONENT, cancelling=(0, 1, 2)),
]  # fmt: skip
