"""NumPy's names of statistics."""

import math
from typing import Any

import numpy as np
from hypothesis import strategies as st

from ...support.oracles import each, mp
from ..row import Row, around_its_parameters, at, in_a_row, nan, on, reals

_sqrt, _over = each(mp.sqrt), each(lambda x, y: x / y if y else mp.mpf(0))


def _place(n: int, q: float, method: str) -> float:
    """Where among n sorted numbers, counted from 0, the quantile lies (Hyndman and Fan 1996)."""
    if method == "averaged_inverted_cdf":
        place = math.ceil(n * q) - 1 + (0 if n * q % 1 else 0.5)
    else:
        alpha = {"hazen": 0.5, "linear": 1, "median_unbiased": 1 / 3}[method]
        place = n * q + alpha + q * (1 - 2 * alpha) - 1
    return min(max(place, 0), n - 1)


def _axes(x: Any, axis: Any) -> tuple[int, ...]:
    return tuple(range(x.ndim)) if axis is None else tuple(i % x.ndim for i in np.atleast_1d(axis))


def _in_order(x: Any, axis: Any) -> Any:
    """The numbers of each slice sorted along the first axis."""
    axes = _axes(x, axis)
    x = np.moveaxis(x, axes, range(len(axes)))
    return np.sort(x.reshape(math.prod(x.shape[: len(axes)]), *x.shape[len(axes) :]), 0)


def _kept(z: Any, x: Any, axis: Any, keepdims: bool, before: tuple[int, ...] = ()) -> Any:
    kept = [1 if i in _axes(x, axis) else n for i, n in enumerate(x.shape)]
    return np.reshape(z, (*before, *kept)) if keepdims else z


def quantile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """The quantile as it is defined, of arrays of mpmath's numbers."""
    s = _in_order(x, axis)
    read = []
    for part in np.ravel(q):
        place = mp.mpf(_place(len(s), float(part), method))
        below = int(place)
        read.append(s[below] + (s[min(below + 1, len(s) - 1)] - s[below]) * (place - below))
    z = np.array(read, object).reshape((*np.shape(q), *s.shape[1:]))
    return _kept(z, x, axis, keepdims, np.shape(q))


def median(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The quantile of one half."""
    return quantile(x, 0.5, axis, "linear", keepdims)


def _average(x: Any, axis: Any = None, weights: Any = None, returned: bool = False, keepdims: bool = False) -> Any:
    weights = np.ones(()) * 1 if weights is None else np.asarray(weights)
    if 0 < weights.ndim < x.ndim:
        [along] = _axes(x, axis)
        weights = np.moveaxis(np.broadcast_to(weights, np.moveaxis(x, along, -1).shape), -1, along)
    weights = np.broadcast_to(weights, x.shape)
    total = np.sum(weights, axis, keepdims=keepdims)
    z = np.sum(x * weights, axis, keepdims=keepdims) / total
    return (z, total) if returned else z


def _with_weights(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    z = around_its_parameters(function, inputs, args, named)
    return in_a_row(z) if isinstance(z, tuple) else z


def _cov(x: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None,
         fweights: Any = 1, aweights: Any = 1) -> Any:  # fmt: skip
    rows = [np.atleast_2d(m) if rowvar or m.ndim == 1 else m.T for m in (x, y) if m is not None]
    x = np.concatenate(rows)
    often, much = (np.broadcast_to(np.asarray(w), x.shape[1:]) for w in (fweights, aweights))
    w = often * much
    total = w.sum()
    away = x - (np.sum(x * w, 1) / total)[:, None]
    ddof = ddof if ddof is not None else 0 if bias else 1
    return np.squeeze((away * w) @ away.T / (total - ddof * (w * much).sum() / total))


def _corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    c = _cov(x, y, rowvar)
    return _over(c, c) if c.ndim == 0 else _over(c, _sqrt(np.outer(np.diag(c), np.diag(c))))


_APART = st.integers(-8, 8).map(float)
_POSITIVE = reals(0.5, 8)
_SLICES = [on([(3,)]), on([(2, 3)], axis=0), on([(3, 2)], axis=0, keepdims=True), on([(2, 1, 2)], axis=(0, -1)),
           on([()]), on([(0, 2)], axis=1)]  # fmt: skip
_QUANTILES = [on([(3,)], 0.25), on([(4,)], [0.0, 0.375, 1.0]), on([(2, 3)], 0.75, 1), on([()], 0.25),
              on([(2, 2)], [[0.125, 0.5]], axis=0, keepdims=True), on([(2, 1, 2)], 0.625, axis=(0, -1)),
              on([(3,)], 0.25, method="averaged_inverted_cdf"), on([(3,)], 0.6, method="median_unbiased")]  # fmt: skip
ROWS = [
    Row("ptp", lambda x, **named: np.max(x, **named) - np.min(x, **named),
        [on([(3,)]), on([(2, 3)], axis=1, keepdims=True), on([(2, 1, 2)], axis=(0, -1))], distinct=True,
        kinks=[at([3.0, 3.0, 1.0], gives=[0.5, 0.5, -1.0])]),
    Row("average", _average,
        [on([(3,)]), on([(2, 3)], axis=0, keepdims=True), on([(3,), (3,)], None, domains=[_POSITIVE]),
         on([(2, 3), (3,)], -1, domains=[_POSITIVE]), on([(2, 3)], 0, [1, 2]), on([()]),
         on([(2, 3), (2, 3)], 1, returned=True, domains=[_POSITIVE])],
        passing=_with_weights, cancelling=(1, 2)),
    Row("median", median, _SLICES, distinct=True,
        kinks=[at([1.0, nan, 2.0], gives=[0.0, 1.0, 0.0])]),
    Row("quantile", quantile, _QUANTILES, distinct=True,
        kinks=[at([1.0, nan, 2.0], gives=[0.0, 1.0, 0.0]), at([2.0, 2.0, 2.0], gives=[0.5, 0.5, 0.0])]),
    Row("percentile", lambda x, q, *args, **named: quantile(x, np.divide(q, 100), *args, **named),
        [on([(3,)], 25), on([(2, 3)], [25.0, 62.5], axis=1), on([(4,)], 12.5, method="hazen", keepdims=True)],
        distinct=True),
    Row("cov", _cov, [on([(2, 3)]), on([(3,)]), on([(2, 3), (3,)]), on([(3, 2)], None, False, True),
                      on([(2, 3)], fweights=[1, 0, 3]),
                      on([(2, 3)], ddof=0, fweights=[1, 0, 3], aweights=[0.5, 1.0, 2.0]),
                      on([(3,)], aweights=[0.5, 1.0, 2.0])], [_APART], cancelling=(0, 1, 2)),
    Row("corrcoef", _corrcoef, [on([(2, 3)]), on([(3,), (1, 3)]), on([(3, 2)], None, False), on([(3,)])], [_APART],
        distinct=True, cancelling=(0, 1, 2)),
]  # fmt: skip
