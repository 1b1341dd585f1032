"""Right gradients where numbers cancel, are far from 1, or change fast."""

from math import factorial
from typing import Any

import numpy as np

import autograd_mini as ag

from ..right_gradients import between, fixed, logarithmic, normal, number
from .case import Case, case


def engine_and_hand(name: str, f: Any, gradient: Any, *draw: Any) -> list[Case]:
    """f once for the engine and once with a gradient by hand; f takes the namespace first."""
    return [
        case(f"{name}, of the engine", lambda *args: f(ag, *args), None, *draw),
        case(f"{name}, by hand", lambda *args: f(np, *args), gradient, *draw),
    ]


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max())
    return e / e.sum()


def logsumexp(xp: Any, x: Any) -> Any:
    return xp.log(xp.sum(xp.exp(x - 3.0))) + 3.0


def by_series(x: Any, below: float, coefficients: list[float], far: Any) -> Any:
    """A power series near 0, and far(x) where it cancels no longer."""
    near = np.abs(x) < below
    return np.where(near, np.polyval(coefficients[::-1], np.where(near, x, 0.0)), far(np.where(near, 1.0, x)))


def slope_of_sinc(x: Any) -> Any:
    terms = [(-1.0) ** (n // 2) * n / factorial(n + 1) if n % 2 == 0 else 0.0 for n in range(2, 16)]
    return by_series(x, 0.3, [0.0, *terms], lambda x: (np.cos(x) - np.sin(x) / x) / x)


def slope_of_versine(x: Any) -> Any:
    """Of (1 - cos x) / x², which is half the square of sinc(x / 2)."""
    half = 0.5 * x
    return 0.5 * np.sinc(half / np.pi) * slope_of_sinc(half)


def slope_of_expm1(x: Any) -> Any:
    """Of (exp x - 1) / x."""
    terms = [n / factorial(n + 1) for n in range(1, 16)]
    return by_series(x, 0.3, terms, lambda x: (x * np.exp(x) - np.expm1(x)) / x**2)


def slope_of_log1p(x: Any) -> Any:
    """Of log(1 + x) / x."""
    terms = [(-1.0) ** n * n / (n + 1.0) for n in range(1, 16)]
    return by_series(x, 0.05, terms, lambda x: (x / (1.0 + x) - np.log1p(x)) / x**2)


def slope_of_tanh_rest(x: Any) -> Any:
    """Of tanh x - x + x³ / 3."""
    terms = [0.0, 0.0, 0.0, 0.0, 2.0 / 3.0, 0.0, -17.0 / 45.0, 0.0, 62.0 / 315.0, 0.0, -1382.0 / 14175.0]
    return by_series(x, 0.02, terms, lambda x: (x - np.tanh(x)) * (x + np.tanh(x)))


def root_of_quadratic(xp: Any, b: Any) -> Any:
    return -b + xp.sqrt(b * b - 4.0)


def slope_of_root(g: Any, b: Any) -> Any:
    root = np.sqrt(b * b - 4.0)
    return g * np.where(b > 0.0, 4.0 / (root * (np.abs(b) + root)), b / root - 1.0)


SMALL = between(0.5e-4, 2e-4, 3)

CANCELLING: list[Case] = [
    *engine_and_hand(
        "cancelling: (1 - cos x) / x² at 1e-4",
        lambda xp, x: (1.0 - xp.cos(x)) / x**2,
        lambda g, x: g * slope_of_versine(x),
        SMALL,
    ),
    *engine_and_hand(
        "cancelling: (1 - cos x) / x² at 1e-3",
        lambda xp, x: (1.0 - xp.cos(x)) / x**2,
        lambda g, x: g * slope_of_versine(x),
        between(1e-3, 2e-3, 2),
    ),
    *engine_and_hand(
        "cancelling: (exp x - 1) / x",
        lambda xp, x: (xp.exp(x) - 1.0) / x,
        lambda g, x: g * slope_of_expm1(x),
        SMALL,
    ),
    *engine_and_hand(
        "cancelling: log(1 + x) / x",
        lambda xp, x: xp.log(1.0 + x) / x,
        lambda g, x: g * slope_of_log1p(x),
        SMALL,
    ),
    *engine_and_hand(
        "cancelling: (sqrt(1 + x) - 1) / x",
        lambda xp, x: (xp.sqrt(1.0 + x) - 1.0) / x,
        lambda g, x: -0.5 * g / (np.sqrt(1.0 + x) * (np.sqrt(1.0 + x) + 1.0) ** 2),
        SMALL,
    ),
    *engine_and_hand(
        "cancelling: sin x - x",
        lambda xp, x: xp.sin(x) - x,
        lambda g, x: -2.0 * g * np.sin(0.5 * x) ** 2,
        between(1e-3, 1e-2, 3),
    ),
    *engine_and_hand(
        "cancelling: tanh x - x + x³ / 3",
        lambda xp, x: xp.tanh(x) - x + x**3 / 3.0,
        lambda g, x: g * slope_of_tanh_rest(x),
        normal(3),
    ),
    *engine_and_hand(
        "cancelling: tanh x - x + x³ / 3 near 0",
        lambda xp, x: xp.tanh(x) - x + x**3 / 3.0,
        lambda g, x: g * slope_of_tanh_rest(x),
        between(1e-3, 1e-2, 2),
    ),
    *engine_and_hand(
        "cancelling: a shift of logsumexp",
        lambda xp, x: logsumexp(xp, x + 100.0) - logsumexp(xp, x) - 100,
        lambda g, x: 0.0 * g * x,
        normal(3),
    ),
    *engine_and_hand(
        "cancelling: log(exp(x + 50)) - 50",
        lambda xp, x: xp.log(xp.exp(x + 50.0)) - 50.0,
        lambda g, x: g * np.ones_like(x),
        normal(3),
    ),
    *engine_and_hand(
        "cancelling: mean of squares less square of mean",
        lambda xp, x: xp.mean((x + 100.0) ** 2) - xp.mean(x + 100.0) ** 2,
        lambda g, x: 2.0 * g * (x - x.mean()) / x.size,
        normal(4),
    ),
    *engine_and_hand(
        "cancelling: sin(x y) x, huge and tiny",
        lambda xp, x, y: xp.sin(x * y) * x,
        lambda g, x, y: (g * (np.cos(x * y) * x * y + np.sin(x * y)), g * np.cos(x * y) * x * x),
        number(0.5e9, 2e9),
        number(0.5e-9, 2e-9),
    ),
    *engine_and_hand(
        "cancelling: cosh² - sinh²",
        lambda xp, x: xp.cosh(x) ** 2 - xp.sinh(x) ** 2,
        lambda g, x: 0.0 * g * x,
        between(2, 5, 3),
    ),
    *engine_and_hand(
        "cancelling: x + 1e8 - 1e8", lambda xp, x: (x + 1e8) - 1e8, lambda g, x: g * np.ones_like(x), normal(2)
    ),
    *engine_and_hand(
        "cancelling: two softmaxes",
        lambda xp, x: xp.exp(x) / xp.sum(xp.exp(x)) * xp.sum(xp.exp(x)),
        lambda g, x: g * np.exp(x),
        normal(3),
    ),
    *engine_and_hand(
        "cancelling: a determinant",
        lambda xp, a: a[0] * a[3] - a[1] * a[2],
        lambda g, a: g * np.array([a[3], -a[2], -a[1], a[0]]),
        lambda r: np.array([1.0, 2.0, 3.0, 6.0]) * 1e4 + 1e-4 * r.normal(size=4),
    ),
    *engine_and_hand(
        "cancelling: energy kept",
        lambda xp, q, p: xp.sin(q) ** 2 + xp.cos(q) ** 2 + p * p,
        lambda g, q, p: (0.0 * g * q, 2.0 * g * p),
        normal(2),
        normal(2),
    ),
    *engine_and_hand("cancelling: a root of a quadratic", root_of_quadratic, slope_of_root, between(1e3, 1e4, 2)),
    *engine_and_hand(
        "cancelling: a half circle",
        lambda xp, a: xp.sqrt((2.0 + a) * (2.0 - a)) * a,
        lambda g, a: g * (4.0 - 2.0 * a * a) / np.sqrt((2.0 + a) * (2.0 - a)),
        between(1e-3, 1, 2),
    ),
    *engine_and_hand(
        "cancelling: log x + log(1 / x)",
        lambda xp, x: xp.log(x) + xp.log(1.0 / x),
        lambda g, x: 0.0 * g * x,
        between(1, 5, 3),
    ),
    *engine_and_hand(
        "cancelling: telescoping",
        lambda xp, x: xp.sum(x[1:] - x[:-1]),
        lambda g, x: g * np.concatenate([[-1.0], np.zeros(len(x) - 2), [1.0]]),
        normal(4),
    ),
]

FAR: list[Case] = [
    *engine_and_hand("offset: 1e5 + sin x", lambda xp, x: 1e5 + xp.sin(x), lambda g, x: g * np.cos(x), normal(3)),
    *engine_and_hand("offset: 1e10 + sin x", lambda xp, x: 1e10 + xp.sin(x), lambda g, x: g * np.cos(x), normal(3)),
    *engine_and_hand("offset: 1e15 + sin x", lambda xp, x: 1e15 + xp.sin(x), lambda g, x: g * np.cos(x), normal(2)),
    *engine_and_hand("offset: a loss of 1e7", lambda xp, x: 1e7 + xp.sum(x**2), lambda g, x: 2.0 * g * x, normal(3)),
    case(
        "offset: beside another output of 1e10",
        lambda x: np.concatenate([np.sin(x), [1e10]]),
        lambda g, x: g[:-1] * np.cos(x),
        normal(2),
    ),
    case(
        "offset: beside another output of 1e10 times x",
        lambda x: np.array([np.sin(x), 1e10 * x]),
        lambda g, x: g[0] * np.cos(x) + g[1] * 1e10,
        number(-2, 2),
    ),
    case(
        "offset: x - 1e6, squared",
        lambda x: (x - 1e6) ** 2,
        lambda g, x: 2.0 * g * (x - 1e6),
        lambda r: 1e6 + r.normal(size=3),
    ),
    case(
        "offset: a distance on the globe",
        lambda x: np.sqrt(np.sum((x - np.array([6.4e6, 1e3])) ** 2)),
        lambda g, x: g * (d := x - np.array([6.4e6, 1e3])) / (np.linalg.norm(d) or 1.0),
        lambda r: np.array([6.4e6, 1e3]) + r.normal(size=2),
    ),
    case(
        "offset: seconds since 1970",
        lambda t: np.sin(2.0 * np.pi * (t - 1.7e9)),
        lambda g, t: g * 2.0 * np.pi * np.cos(2.0 * np.pi * (t - 1.7e9)),
        lambda r: 1.7e9 + r.uniform(0, 1, 2),
    ),
    case("size: 1e-200 x", lambda x: 1e-200 * x, lambda g, x: 1e-200 * g, normal(3)),
    case("size: 1e200 x", lambda x: 1e200 * x, lambda g, x: 1e200 * g, between(0.5, 2, 3)),
    case("size: Planck's constant", lambda w: 6.626e-34 * w**2, lambda g, w: 2.0 * 6.626e-34 * g * w, logarithmic(3)),
    case("size: light's speed", lambda m: m * 299792458.0**2, lambda g, m: g * 299792458.0**2, logarithmic(3)),
    case("size: of all sizes", lambda x: x**2, lambda g, x: 2.0 * g * x, fixed(10.0 ** np.arange(-12.0, 13.0, 6.0))),
    case(
        "size: gravity",
        lambda m, r: 6.674e-11 * m / r**2,
        lambda g, m, r: (6.674e-11 * g / r**2, -2.0 * 6.674e-11 * g * m / r**3),
        number(1e24, 1e25),
        number(6e6, 7e6),
    ),
    case(
        "size: a sum of 1e16 and 1",
        lambda x: np.sum(x),
        lambda g, x: g * np.ones_like(x),
        fixed(np.array([1e16, 1.0, -1e16])),
    ),
    case(
        "size: a geometric mean's logarithm",
        lambda x: np.mean(np.log(x)),
        lambda g, x: g / (x.size * x),
        between(0.1, 10, 3),
    ),
    case(
        "size: a log-probability far out",
        lambda x: -0.5 * x**2 - 0.9189385332046727,
        lambda g, x: -g * x,
        between(20, 40, 2),
    ),
    case("steep: sin(1000 x)", lambda x: np.sin(1e3 * x), lambda g, x: 1e3 * g * np.cos(1e3 * x), between(0, 1, 2)),
    case(
        "steep: a resonance",
        lambda x: 1.0 / ((x - 1.0) ** 2 + 1e-6),
        lambda g, x: -2.0 * g * (x - 1.0) / ((x - 1.0) ** 2 + 1e-6) ** 2,
        between(0.99, 1.01, 3),
    ),
    case(
        "steep: a logistic step",
        lambda x: 0.5 * (1.0 + np.tanh(500.0 * x)),
        lambda g, x: 250.0 * g / np.cosh(np.clip(500.0 * x, -300, 300)) ** 2,
        between(-0.01, 0.01, 3),
    ),
    case(
        "steep: a bell",
        lambda x: np.exp(-((1e3 * x) ** 2)),
        lambda g, x: -2e6 * g * x * np.exp(-((1e3 * x) ** 2)),
        between(-1e-3, 1e-3, 3),
    ),
    case("steep: x to the 40th", lambda x: x**40, lambda g, x: 40.0 * g * x**39, between(0.9, 1.2, 3)),
    case(
        "steep: the logistic map, 12 times",
        lambda x: logistic_map(x)[0],
        lambda g, x: g * logistic_map(x)[1],
        between(0.1, 0.9, 2),
    ),
    case("steep: exp(exp(x))", lambda x: np.exp(np.exp(x)), lambda g, x: g * np.exp(np.exp(x) + x), between(-1, 2, 2)),
    case("steep: 1 / x near 0", lambda x: 1.0 / x, lambda g, x: -g / x**2, between(1e-6, 1e-5, 2)),
    case("steep: tan near its pole", np.tan, lambda g, x: g / np.cos(x) ** 2, between(1.5, 1.56, 2)),
    case("steep: log near 0", np.log, lambda g, x: g / x, between(1e-12, 1e-10, 2)),
    case(
        "steep: arccos near 1", np.arccos, lambda g, x: -g / np.sqrt((1.0 - x) * (1.0 + x)), between(0.999, 0.99999, 2)
    ),
    case("steep: sqrt near 0", np.sqrt, lambda g, x: 0.5 * g / np.sqrt(x), between(1e-10, 1e-8, 3)),
    case(
        "steep: a beat",
        lambda x: np.sin(50.0 * x) * np.sin(53.0 * x),
        lambda g, x: g * (50.0 * np.cos(50.0 * x) * np.sin(53.0 * x) + 53.0 * np.sin(50.0 * x) * np.cos(53.0 * x)),
        between(0, 3, 3),
    ),
    case("flat: saturated tanh", np.tanh, lambda g, x: g / np.cosh(np.clip(x, -300, 300)) ** 2, between(15, 30, 3)),
    case(
        "flat: erfc far out", lambda x: np.exp(-(x**2)), lambda g, x: -2.0 * g * x * np.exp(-(x**2)), between(5, 9, 2)
    ),
    case("flat: x to the ninth near 0", lambda x: x**9, lambda g, x: 9.0 * g * x**8, between(-1e-3, 1e-3, 3)),
    case("flat: a constant by rounding", lambda x: (x / 3.0) * 3.0 - x, lambda g, x: 0.0 * g, normal(3)),
    case("flat: cosine at its top", np.cos, lambda g, x: -g * np.sin(x), between(-1e-8, 1e-8, 2)),
]


def logistic_map(x: Any) -> Any:
    slope = np.ones_like(x)
    for _ in range(12):
        x, slope = 3.8 * x * (1.0 - x), slope * 3.8 * (1.0 - 2.0 * x)
    return x, slope
