"""NumPy's reductions that leave out what is nan: of numbers they are those that do not; of nan tell the kinks."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from ...support.oracles import each, mp
from ..row import Row, at, inf, nan, on
from .statistics import median, quantile

_sqrt = each(mp.sqrt)
_MASK = np.array([[True, True, False], [True, False, True]])
_CALLS = [on([(3,)]), on([(2, 2)], axis=0), on([(2, 1, 2)], axis=(0, -1), keepdims=True), on([()])]
_MASKED = [*_CALLS, on([(2, 3)], axis=1, where=_MASK)]
_SPREADS = [*_MASKED, on([(3,)], ddof=1), on([(2, 3)], axis=1, correction=1.5, keepdims=True)]
_RUNS = [on([(3,)]), on([(2, 2)]), on([(2, 3)], axis=1), on([(0,)])]
_APART = st.integers(-8, 8).map(float)


def _mean(x: Any, axis: Any = None, keepdims: bool = False, where: Any = True, less: float = 0) -> Any:
    total = np.sum(np.where(where, x, 0), axis=axis, keepdims=keepdims)
    return total / (np.sum(np.broadcast_to(where, np.shape(x)), axis=axis, keepdims=keepdims) - less)


def _var(
    x: Any, axis: Any = None, keepdims: bool = False, where: Any = True, ddof: float = 0, correction: float = 0
) -> Any:
    return _mean((x - _mean(x, axis, True, where)) ** 2, axis, keepdims, where, ddof + correction)


ROWS = [
    Row("nansum", lambda x, where=True, **named: np.sum(np.where(where, x, 0), **named), _MASKED,
        kinks=[at([1.0, nan, 2.0], gives=[1.0, 0.0, 1.0]), at([nan, nan, nan], gives=[0.0, 0.0, 0.0])]),
    Row("nanprod", lambda x, where=True, **named: np.prod(np.where(where, x, 1), **named), _MASKED,
        kinks=[at([3.0, nan, 2.0], gives=[2.0, 0.0, 3.0]), at([nan, nan, nan], gives=[0.0, 0.0, 0.0])]),
    Row("nancumsum", np.cumsum, _RUNS),
    Row("nancumprod", np.cumprod, _RUNS),
    Row("nanmean", _mean, _MASKED,
        kinks=[at([1.0, nan, 2.0], gives=[0.5, 0.0, 0.5]), at([nan, nan, nan], gives=[0.0, 0.0, 0.0])]),
    Row("nanvar", _var, _SPREADS, [_APART], distinct=True, cancelling=(1, 2),
        kinks=[at([1.0, nan, 3.0], gives=[-1.0, 0.0, 1.0]), at([nan, 5.0, nan], gives=[0.0, 0.0, 0.0])]),
    Row("nanstd", lambda x, **named: _sqrt(_var(x, **named)), _SPREADS, [_APART], distinct=True, cancelling=(1, 2),
        kinks=[at([1.0, 1.0, nan, 3.0, 3.0], gives=[-0.25, -0.25, 0.0, 0.25, 0.25]),
               at([nan, 5.0, nan], gives=[0.0, 0.0, 0.0])]),
    Row("nanmax", np.max, [*_CALLS, on([(2, 3)], axis=1, initial=1 / 3, where=_MASK)], distinct=True,
        kinks=[at([1.0, nan, 2.0], gives=[0.0, 0.0, 1.0]), at([-inf, nan, -inf], gives=[0.5, 0.0, 0.5]),
               at([nan, nan], gives=[0.5, 0.5])]),
    Row("nanmin", np.min, [*_CALLS, on([(2, 3)], axis=1, initial=1 / 3, where=_MASK)], distinct=True,
        kinks=[at([1.0, nan, 2.0], gives=[1.0, 0.0, 0.0]), at([inf, nan, inf], gives=[0.5, 0.0, 0.5])]),
    Row("nanmedian", median, _CALLS, distinct=True,
        kinks=[at([1.0, nan, 2.0], gives=[0.5, 0.0, 0.5]), at([nan, inf, nan], gives=[0.0, 1.0, 0.0]),
               at([nan, nan, nan], gives=[0.0, 0.0, 0.0])]),
    Row("nanquantile", quantile, [on([(3,)], 0.25), on([(2, 3)], [0.25, 0.625], axis=1), on([()], 0.5),
                                  on([(2, 1, 2)], 0.625, axis=(0, -1), method="hazen", keepdims=True)], distinct=True,
        kinks=[at([1.0, nan, 2.0], gives=[0.75, 0.0, 0.25])]),
    Row("nanpercentile", lambda x, q, *args, **named: quantile(x, np.divide(q, 100), *args, **named),
        [on([(3,)], 25), on([(2, 3)], [25.0, 62.5], axis=1)], distinct=True),
]  # fmt: skip
