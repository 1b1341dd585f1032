"""What is sampled, with plain loops for references."""

from itertools import pairwise
from typing import Any

import numpy as np

from ...support.oracles import mp
from ..row import ANY, BETWEEN, NONZERO, Row, after_its_parameters, on

_RISING = np.array([0.0, 0.5, 1.25, 3.0])


def _convolve(a: Any, v: Any, mode: str = "full") -> Any:
    a, v = np.ravel(a), np.ravel(v)
    n, m = len(a), len(v)
    terms = lambda k: [a[i] * v[k - i] for i in range(n) if 0 <= k - i < m]
    full = np.array([sum(terms(k)) for k in range(n + m - 1)], object)
    length = {"full": n + m - 1, "same": max(n, m), "valid": abs(n - m) + 1}[mode]
    return full[(n + m - 1 - length) // 2 :][:length]


def _correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    a, v = np.ravel(a), np.ravel(v)
    return _convolve(a, v[::-1], mode) if len(a) >= len(v) else _convolve(v, a[::-1], mode)[::-1]


def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = np.moveaxis(y, axis, -1)
    if x is not None:
        x = x if np.ndim(x) == 1 else np.moveaxis(np.broadcast_to(x, np.moveaxis(y, -1, axis).shape), axis, -1)
        dx = x[..., 1:] - x[..., :-1]
    return np.sum(dx * (y[..., 1:] + y[..., :-1]) / 2, -1)


def _gradient(f: Any, spacing: Any = 1, axis: Any = None, edge_order: int = 1) -> Any:
    """By a polynomial through each sample and its neighbours: at the ends of edge_order, else of order 2."""
    n = f.shape[axis or 0]
    places = spacing if np.ndim(spacing) else np.arange(n) * (spacing * mp.mpf(1))
    f = np.moveaxis(f, axis or 0, 0)
    slopes = []
    for k in range(n):
        order = edge_order if k in (0, n - 1) else 2
        first = min(max(k - 1, 0), n - 1 - order)
        near = range(first, first + order + 1)
        slopes.append(sum(f[j] * _slope_of_basis(places, near, j, k) for j in near))
    return np.moveaxis(np.array(slopes, object), 0, axis or 0)


def _slope_of_basis(x: Any, near: Any, j: int, k: int) -> Any:
    """At x[k] the slope of the polynomial that is 1 at x[j] and 0 at the other places near."""
    others = [i for i in near if i != j]
    slope = mp.mpf(0)
    for i in others:
        rest = [m for m in others if m != i]
        term = 1 / (x[j] - x[i])
        for m in rest:
            term = term * (x[k] - x[m]) / (x[j] - x[m])
        slope += term
    return slope


def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    points = [*zip(xp, fp, strict=True)]
    if period is not None:
        points = sorted((a % period + k * period, f) for a, f in points for k in (-1, 0, 1))

    def at(x: Any) -> Any:
        x = x if period is None else x % period
        if x < points[0][0]:
            return points[0][1] if left is None else left
        for (a, f), (b, h) in pairwise(points):
            if a <= x < b:
                return f + (h - f) * ((x - a) / (mp.mpf(b) - a))
        return points[-1][1] if x == points[-1][0] or right is None else right

    return np.frompyfunc(at, 1, 1)(x)


_PLACES = np.array([-4.0, -1.0, 0.5, 5.0])
_between = lambda function, inputs, args, named: function(inputs[0], _PLACES, inputs[1], *args, **named)

ROWS = [
    Row("convolve", _convolve, [on([(3,), (2,)]), on([(2,), (3,)], "same"), on([(4,), (2,)], mode="valid"),
                                on([(4,), (2,)], "same"), on([(2,), (2,)])]),
    Row("correlate", _correlate, [on([(3,), (2,)]), on([(2,), (3,)]), on([(2,), (4,)], "same"),
                                  on([(2,), (3,)], "full"), on([(4,), (3,)], mode="same")]),
    Row("bincount", lambda x, weights, minlength=0: np.array(
            [sum(w for i, w in zip(x, weights, strict=True) if i == k) for k in range(max([*x, minlength - 1]) + 1)],
            object,
        ), [on([(3,)], [2, 0, 2]), on([(2,)], np.array([1, 1]), minlength=4)],
        passing=after_its_parameters),
    Row("trapezoid", _trapezoid, [on([(3,)]), on([(2, 3), (3,)]), on([(3, 2), (3, 1)], axis=0),
                                  on([(2, 3)], dx=0.5), on([(3, 2), (3,)], axis=0), on([(2, 0)]),
                                  on([(2, 2), (2, 2)])], cancelling=(1,)),
    Row("gradient", _gradient, [on([(3,)]), on([(4, 2)], 0.5, axis=0), on([(4,)], _RISING),
                                on([(4,), ()], edge_order=2), on([(2, 4)], _RISING, axis=1, edge_order=2),
                                on([(2,), ()])], [ANY, NONZERO]),
    Row("interp", _interp, [on([(3,), (4,)]), on([(), (4,)]), on([(2, 2), (4,)], 7.0, right=-7.0),
                            on([(4,), (4,)], period=6.5), on([(0,), (4,)])], [BETWEEN, ANY], passing=_between),
]  # fmt: skip
