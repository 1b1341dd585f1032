"""Right gradients of choices, tables and approximations, written last."""

from typing import Any

import numpy as np
import scipy.special as sp
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from ..right_gradients import fixed, normal
from .case import Case, case


def descending(x: Any) -> Any:
    return -np.sort(-x)


def descending_backward(g: Any, x: Any) -> Any:
    o = np.zeros_like(x)
    o[np.argsort(-x, kind="stable")] = g
    return o


def top_two(x: Any) -> Any:
    return np.sort(x)[-2:].sum()


def top_two_backward(g: Any, x: Any) -> Any:
    o = np.zeros_like(x)
    o[np.argsort(x)[-2:]] = g
    return o


def median(x: Any) -> Any:
    return np.median(x)


def median_backward(g: Any, x: Any) -> Any:
    o = np.zeros_like(x)
    o[np.argsort(x)[len(x) // 2]] = g
    return o


def max_pool(x: Any) -> Any:
    return x.reshape(2, 2, 2, 2).max(axis=(1, 3))


def max_pool_backward(g: Any, x: Any) -> Any:
    o = np.zeros_like(x)
    for i in range(2):
        for j in range(2):
            b = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
            k = np.unravel_index(np.argmax(b), (2, 2))
            o[2 * i + k[0], 2 * j + k[1]] = g[i, j]
    return o


def viterbi(s: Any, t: Any) -> Any:
    d = s[0]
    for row in s[1:]:
        d = (d[:, None] + t).max(0) + row
    return d.max()


def viterbi_backward(g: Any, s: Any, t: Any) -> Any:
    d, back = (s[0], [])
    for row in s[1:]:
        m = d[:, None] + t
        back.append(m.argmax(0))
        d = m.max(0) + row
    gs, gt = (np.zeros_like(s), np.zeros_like(t))
    j = int(d.argmax())
    for k in range(len(s) - 1, -1, -1):
        gs[k, j] += g
        if k:
            i = int(back[k - 1][j])
            gt[i, j] += g
            j = i
    return (gs, gt)


def gather_backward(g: Any, t: Any, i: Any) -> Any:
    o = np.zeros_like(t)
    np.add.at(o, i, g)
    return o


def product_backward(g: Any, x: Any) -> Any:
    out = np.empty_like(x)
    for i in range(x.size):
        out[i] = g * np.prod(np.delete(x, i))
    return out


def cumulative_product_backward(g: Any, x: Any) -> Any:
    o = np.zeros_like(x)
    for k in range(x.size):
        for i in range(k + 1):
            o[i] += g[k] * np.prod(np.delete(x[: k + 1], i))
    return o


TABLE = np.array([0.0, 1.0, 3.0, 2.0])


def table_backward(g: Any, x: Any) -> Any:
    i = np.clip(np.floor(x).astype(int), 0, 2)
    return g * np.where((x < 0) | (x > 3), 0.0, np.diff(TABLE)[i])


SLOPES = np.array([1.0, 1.5, 0.5, -1.0])


def hermite(x: Any, d: Any = 0) -> Any:
    i = np.clip(np.floor(x.real).astype(int), 0, 2)
    t = x - i
    a, b, c, e = (TABLE[i], TABLE[i + 1], SLOPES[i], SLOPES[i + 1])
    if d:
        return (
            (6 * t * t - 6 * t) * a + (3 * t * t - 4 * t + 1) * c + (-6 * t * t + 6 * t) * b + (3 * t * t - 2 * t) * e
        )
    return (
        (2 * t**3 - 3 * t * t + 1) * a + (t**3 - 2 * t * t + t) * c + (-2 * t**3 + 3 * t * t) * b + (t**3 - t * t) * e
    )


def rk4(k: Any, y: Any, n: Any = 20) -> Any:
    h = 1.0 / n
    f = lambda y: -k * y * y
    for _ in range(n):
        a = f(y)
        b = f(y + h / 2 * a)
        c = f(y + h / 2 * b)
        d = f(y + h * c)
        y = y + h / 6 * (a + 2 * b + 2 * c + d)
    return y


def decayed(k: Any) -> Any:
    return solve_ivp(lambda t, y: -k * y, (0, 1), [2.0], rtol=1e-06, atol=1e-09).y[0, -1]


def kepler(m: Any, e: Any) -> Any:
    E = m
    for _ in range(60):
        E = E - (E - e * np.sin(E) - m) / (1 - e * np.cos(E))
    return E


def cube(a: Any) -> Any:
    lo, hi = (-1000.0, 1000.0)
    for _ in range(45):
        m = (lo + hi) / 2
        if m**3 + m < a:
            lo = m
        else:
            hi = m
    return (lo + hi) / 2


def lambert_by_brentq(a: Any) -> Any:
    return brentq(lambda x: x * np.exp(x) - a, 0, 20, xtol=1e-06)


def fixed_point(a: Any) -> Any:
    x = 0.5
    for _ in range(200):
        x = np.cos(a * x)
    return x


def simpson(a: Any) -> Any:
    x = np.linspace(0, 1, 21)
    y = np.exp(-a * x * x)
    return (y[0] + y[-1] + 4 * y[1:-1:2].sum() + 2 * y[2:-1:2].sum()) / 60


NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)


def logistic(x: Any) -> Any:
    for _ in range(15):
        x = 3.9 * x * (1 - x)
    return x


def logistic_backward(g: Any, x: Any) -> Any:
    d = 1.0
    for _ in range(15):
        d = d * 3.9 * (1 - 2 * x)
        x = 3.9 * x * (1 - x)
    return g * d


UNTUNED_2_RIGHT_CHOICES: list[Case] = [
    case("sort descending", descending, descending_backward, fixed(np.array([0.3, 1.7, -1.0, 0.9]))),
    case("top two", top_two, top_two_backward, fixed(np.array([0.3, 1.7, -1.0, 0.9]))),
    case("median odd", median, median_backward, fixed(np.array([0.3, 1.7, -1.0]))),
    case("maxpool first", max_pool, max_pool_backward, normal(4, 4)),
    case("viterbi path", viterbi, viterbi_backward, normal(4, 2), normal(2, 2)),
    case("gather duplicates", lambda t, i: t[i], gather_backward, normal(3, 2), fixed(np.array([[0, 0], [2, -1]]))),
    case("product with zero", np.prod, product_backward, fixed(np.array([0.3, 0.0, -1.0]))),
    case("cumprod two zeros", np.cumprod, cumulative_product_backward, fixed(np.array([0.3, 0.0, -1.0, 0.0]))),
    case("table linear", lambda x: np.interp(x, np.arange(4.0), TABLE), table_backward, fixed(np.array([0.3, 1.7]))),
    case("table hermite", hermite, lambda g, x: g * hermite(x, 1), fixed(np.array([0.3, 1.7]))),
    case(
        "rk4 exact slope",
        rk4,
        lambda g, k, y: (-g * y * y / (1 + k * y) ** 2, g / (1 + k * y) ** 2),
        fixed(0.7),
        fixed(1.2),
        tolerance=0.001,
        elsewhere=False,
    ),
    case("solve ivp adaptive", decayed, lambda g, k: -2 * g * np.exp(-k), fixed(0.7), tolerance=0.001, elsewhere=False),
    case(
        "kepler newton",
        kepler,
        lambda g, m, e: (g / (1 - e * np.cos(kepler(m, e))), g * np.sin(kepler(m, e)) / (1 - e * np.cos(kepler(m, e)))),
        fixed(0.7),
        fixed(0.3),
        elsewhere=False,
    ),
    case("bisection staircase", cube, lambda g, a: g / (3 * cube(a) ** 2 + 1), fixed(2.5), tolerance=0.0001),
    case(
        "brentq loose",
        lambert_by_brentq,
        lambda g, a: g / ((1 + sp.lambertw(a).real) * np.exp(sp.lambertw(a).real)),
        fixed(1.5),
        tolerance=0.01,
    ),
    case(
        "fixed point",
        fixed_point,
        lambda g, a: -g * fixed_point(a) * np.sin(a * fixed_point(a)) / (1 + a * np.sin(a * fixed_point(a))),
        fixed(0.8),
        elsewhere=False,
    ),
    case(
        "simpson exact slope",
        simpson,
        lambda g, a: g * (np.exp(-a) / (2 * a) - np.sqrt(np.pi) * sp.erf(np.sqrt(a)) / (4 * a**1.5)),
        fixed(0.8),
        tolerance=0.001,
        elsewhere=False,
    ),
    case(
        "gauss legendre",
        lambda a: (WEIGHTS * np.exp(a * np.sin(NODES))).sum(),
        lambda g, a: g * (WEIGHTS * np.sin(NODES) * np.exp(a * np.sin(NODES))).sum(),
        fixed(0.8),
    ),
    case("chaotic map", logistic, logistic_backward, fixed(0.3)),
]
