"""Functions that are themselves approximate, checked with a tolerance: right ones, and ones wrong by more than it."""

from math import factorial
from typing import Any

import numpy as np

from ..right_gradients import between, number
from .case import Case, case

TERMS = [1.0 / factorial(n) for n in range(8, -1, -1)]
KNOTS = np.linspace(-4.0, 4.0, 8001)
EDGES = np.linspace(0.0, 1.0, 101)


def within(x: Any, low: float, high: float) -> None:
    """An approximation is made for a range."""
    if not np.all((low <= x) & (x <= high)):
        raise ValueError(f"made for numbers from {low} to {high}")


def bisected(a: float) -> float:
    """The root of t³ + t = a, to 1e-8."""
    within(a, -10, 10)
    low, high = -3.0, 3.0
    while high - low > 1e-8:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if middle**3 + middle < a else (low, middle)
    return 0.5 * (low + high)


def bisected_backward(g: Any, a: Any) -> Any:
    return g / (3.0 * bisected(a) ** 2 + 1.0)


def stepped(k: Any) -> Any:
    """A decay by midpoint steps."""
    within(k, -2, 2)
    y = np.ones_like(k)
    for _ in range(64):
        y = y - k / 64 * (y - 0.5 * k / 64 * y)
    return y


def iterated(x: float) -> float:
    """The fixed point of cos(t) + x, iterated until it moves by less than 1e-7."""
    within(x, -0.5, 0.5)
    t, before = x, np.inf
    while abs(t - before) > 1e-7:
        t, before = np.cos(t) * 0.5 + x, t
    return float(t)


def summed(a: Any) -> Any:
    """The integral of exp(-a t) over 0 to 1 by trapezoids."""
    within(a, 0.1, 5)
    values = np.exp(-np.multiply.outer(a, EDGES))
    return (values[..., :-1] + values[..., 1:]).sum(-1) / (2 * (EDGES.size - 1))


def summed_backward(g: Any, a: Any) -> Any:
    return g * ((1.0 + a) * np.exp(-a) - 1.0) / a**2


def series(x: Any) -> Any:
    within(x, -1, 1)
    return np.polyval(TERMS, x)


def tabled(x: Any) -> Any:
    within(x, -4, 4)
    return np.interp(x, KNOTS, np.exp(KNOTS))


TABLE = {
    "a root by bisection": (bisected, bisected_backward, number(-3, 3)),
    "a decay by midpoint steps": (stepped, lambda g, k: -g * np.exp(-k), between(0.5, 1.5, 2)),
    "a fixed point": (iterated, lambda g, x: g / (1.0 + 0.5 * np.sin(iterated(x))), number(-0.4, 0.4)),
    "an integral by trapezoids": (summed, summed_backward, between(0.5, 2, 2)),
    "a series of nine terms": (series, lambda g, x: g * np.exp(x), between(-0.9, 0.9, 3)),
    "a table": (tabled, lambda g, x: g * np.exp(x), between(-3, 3, 3)),
}


def times(factor: float, gradient: Any) -> Any:
    return lambda g, x: factor * gradient(g, x)


APPROXIMATE: list[Case] = [
    case(f"approximate: {name}", f, gradient, draw, tolerance=1e-3) for name, (f, gradient, draw) in TABLE.items()
]
TOO_FAR_OFF: list[Case] = [
    case(f"approximate: {name}, a hundredth too much", f, times(1.01, gradient), draw, tolerance=1e-3)
    for name, (f, gradient, draw) in TABLE.items()
]
