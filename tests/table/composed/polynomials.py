"""Polynomials."""

from typing import Any

import numpy as np

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


ROWS = [
    Row("polyval", _polyval, [on([(3,), ()]), on([(3,), (2,)]), on([(1,), (2, 1)]), on([(4,), (0,)])]),
    Row("polyadd", _added(1), [on([(2,), (3,)]), on([(3,), ()]), on([(2,), (2,)])]),
    Row("polysub", _added(-1), [on([(2,), (3,)]), on([(3,), (1,)]), on([(2,), (2,)])]),
    Row("polymul", _polymul, [on([(2,), (3,)]), on([(1,), (2,)])], [ANY, NONZERO]),
    Row("polyder", _polyder, [on([(3,)]), on([(4,)], 2), on([(2,)], m=3), on([(1,)])]),
    Row("polyint", _polyint, [on([(3,)]), on([(2,)], 2, 3.0), on([(1,)], m=2, k=[1.0, 2.0]), on([(0,)])]),
    Row("vander", _vander, [on([(3,)]), on([(2,)], 4, True), on([(2,)], N=1), on([(0,)], 2)],
        [NONZERO]),
]  # fmt: skip
