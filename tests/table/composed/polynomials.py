"""Polynomials."""

from typing import Any

import numpy as np

from ...support.oracles import mp
from ..row import ANY, NONZERO, Row, on


def _polyval(p: Any, x: Any) -> Any:
    return sum((c * x**i for i, c in enumerate(p.ravel()[::-1])), 0 * x)


def _added(sign: int) -> Any:
    def sum_of(a: Any, b: Any) -> Any:
        n = max(a.size, b.size)
        return np.array([sum(s * v.ravel()[i] for s, v in ((1, a), (sign, b)) if -i <= v.size)
                         for i in range(-n, 0)], object)  # fmt: skip

    return sum_of


def _polymul(a: Any, b: Any) -> Any:
    rows = np.array([[0] * i + [x * y for y in b] + [0] * (len(a) - 1 - i) for i, x in enumerate(a)], object)
    return rows.sum(0)


def _polyder(p: Any, m: int = 1) -> Any:
    for _ in range(m):
        p = np.array([(len(p) - 1 - i) * c for i, c in enumerate(p[:-1])], object)
    return p


def _polyint(p: Any, m: int = 1, k: Any = 0.0) -> Any:
    for constant in np.broadcast_to(k, m):
        p = np.array([*(c / (len(p) - i) for i, c in enumerate(p)), constant], object)
    return p


def _vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    powers = range(len(x) if N is None else N)
    return np.array([[a**i for i in (powers if increasing else powers[::-1])] for a in x], object).reshape(
        len(x), len(powers)
    )


_PLACES = np.array([-1.0, 0.0, 0.5, 2.0])


def _polyfit(x: Any, y: Any, deg: int, w: Any = (1.0,) * 4) -> Any:
    """By the normal equations."""
    powers = mp.matrix([[b * a**i for i in range(deg, -1, -1)] for a, b in zip(x, w, strict=True)])
    columns = y.reshape(len(x), -1).T
    fits = [mp.lu_solve(powers.T * powers, powers.T * mp.matrix([b * c for b, c in zip(w, column, strict=True)]))
            for column in columns]  # fmt: skip
    return np.array([list(fit) for fit in fits], object).T.reshape(deg + 1, *y.shape[1:])


_at_places = lambda function, inputs, args, named: function(_PLACES, inputs[0], *args, **named)

ROWS = [
    Row("polyval", _polyval, [on([(3,), ()]), on([(3,), (2,)]), on([(1,), (2, 1)]), on([(4,), (0,)])]),
    Row("polyadd", _added(1), [on([(2,), (3,)]), on([(3,), ()]), on([(2,), (2,)])]),
    Row("polysub", _added(-1), [on([(2,), (3,)]), on([(3,), (1,)]), on([(2,), (2,)])]),
    Row("polymul", _polymul, [on([(2,), (3,)]), on([(1,), (2,)])], [ANY, NONZERO]),
    Row("polyder", _polyder, [on([(3,)]), on([(4,)], 2), on([(2,)], m=3), on([(1,)])]),
    Row("polyint", _polyint, [on([(3,)]), on([(2,)], 2, 3.0), on([(1,)], m=2, k=[1.0, 2.0]), on([(0,)])]),
    Row("polyfit", _polyfit, [on([(4,)], 1), on([(4, 2)], 2, w=[1.0, 2.0, 0.5, 1.0])], cancelling=(0,), ulps=32,
        passing=_at_places),
    Row("vander", _vander, [on([(3,)]), on([(2,)], 4, True), on([(2,)], N=1), on([(0,)], 2)],
        [NONZERO]),
]  # fmt: skip
