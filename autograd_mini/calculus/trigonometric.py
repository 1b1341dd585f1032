"""Trigonometric and hyperbolic functions of each element, with their inverses."""

import math
from functools import cache
from typing import Any

import numpy as np

from ..node import data_of, ieee
from ..primitive import Operation, elementwise, registered
from .elementwise import sqrt
from .linear import where

# Where Python's function and NumPy's are 2 ulp apart, floats use NumPy's: Value and Tensor agree within 1 ulp.
# Each derivative takes the upstream gradient g, the output z and the inputs x, y; angles are in radians.
# Where a textbook's formula overflows or cancels, an equal one that does not stands in its place.
# fmt: off

sin: Operation = elementwise(
    "sin", math.sin, np.sin,
    lambda g, z, x: g * cos(x),
    about="The sine; d/dx = cos(x).", example="sin(0.0) → 0.0",
)
cos: Operation = elementwise(
    "cos", math.cos, np.cos,
    lambda g, z, x: -(g * sin(x)),
    about="The cosine; d/dx = -sin(x).", example="cos(0.0) → 1.0",
)
tan: Operation = elementwise(
    "tan", math.tan, np.tan,
    lambda g, z, x: g * (1.0 + z * z),
    about="The tangent; d/dx = 1 + tan(x)².", example="tan(0.0) → 0.0",
)
arcsin: Operation = elementwise(
    "arcsin", math.asin, np.arcsin,
    lambda g, z, x: g / sqrt((1.0 - x) * (1.0 + x)),
    about="The inverse of the sine; d/dx = 1 / sqrt(1 - x²).", example="arcsin(0.0) → 0.0",
)
arccos: Operation = elementwise(
    "arccos", math.acos, np.arccos,
    lambda g, z, x: -(g / sqrt((1.0 - x) * (1.0 + x))),
    about="The inverse of the cosine; d/dx = -1 / sqrt(1 - x²).", example="arccos(1.0) → 0.0",
)
arctan: Operation = elementwise(
    "arctan", math.atan, np.arctan,
    lambda g, z, x: g / hypot(1.0, x) / hypot(1.0, x),
    about="The inverse of the tangent; d/dx = 1 / (1 + x²).", example="arctan(0.0) → 0.0",
)
sinh: Operation = elementwise(
    "sinh", lambda x: ieee(np.sinh, x), np.sinh,
    lambda g, z, x: g * cosh(x),
    about="The hyperbolic sine; d/dx = cosh(x).", example="sinh(0.0) → 0.0",
)
cosh: Operation = elementwise(
    "cosh", math.cosh, np.cosh,
    lambda g, z, x: g * sinh(x),
    about="The hyperbolic cosine; d/dx = sinh(x).", example="cosh(0.0) → 1.0",
)
arcsinh: Operation = elementwise(
    "arcsinh", math.asinh, np.arcsinh,
    lambda g, z, x: g / hypot(1.0, x),
    about="The inverse of the hyperbolic sine; d/dx = 1 / sqrt(x² + 1).", example="arcsinh(0.0) → 0.0",
)
arccosh: Operation = elementwise(
    "arccosh", math.acosh, np.arccosh,
    lambda g, z, x: g / (sqrt(x - 1.0) * sqrt(x + 1.0)),
    about="The inverse of the hyperbolic cosine; d/dx = 1 / sqrt(x² - 1).", example="arccosh(1.0) → 0.0",
)
arctanh: Operation = elementwise(
    "arctanh", math.atanh, np.arctanh,
    lambda g, z, x: g / ((1.0 - x) * (1.0 + x)),
    about="The inverse of the hyperbolic tangent; d/dx = 1 / (1 - x²).", example="arctanh(0.0) → 0.0",
)
hypot: Operation = elementwise(
    "hypot", math.hypot, np.hypot,
    lambda g, z, x, y: g * (x / _nonzero(z)),
    lambda g, z, x, y: g * (y / _nonzero(z)),
    about="sqrt(x² + y²) without overflow; d/dx = x / hypot(x, y), likewise d/dy, 0 at the origin.",
    example="hypot(3.0, 4.0) → 5.0",
)
arctan2: Operation = elementwise(
    "arctan2", math.atan2, np.arctan2,
    lambda g, z, x, y: g * (y / _radius(x, y)) / _radius(x, y),
    lambda g, z, x, y: -(g * (x / _radius(x, y)) / _radius(x, y)),
    about="The angle of the point (y, x), the first input upwards; d/dx = y / (x² + y²), d/dy = -x / (x² + y²).",
    example="arctan2(0.0, 1.0) → 0.0",
)


def _nonzero(z: Any) -> Any:
    """z, but 1 where it is 0: there the numerator is 0 too, and so is the derivative of least norm."""
    return where(data_of(z) == 0.0, 1.0, z)


def _radius(x: Any, y: Any) -> Any:
    return _nonzero(hypot(x, y))


@cache
def _bessel(n: int) -> Any:
    """φₙ(x) = jₙ(x) / xⁿ, j the spherical Bessel function: φ₀ = sin(x) / x, and φₙ' = -x φₙ₊₁, to any order.

    NIST Handbook of Mathematical Functions, 10.51(ii) and 10.53.1.
    """
    return elementwise(
        f"bessel{n}", lambda x: float(_bessel_of_array(n, np.asarray(x))), lambda x: _bessel_of_array(n, x),
        lambda g, z, x: -(g * (x * _bessel(n + 1)(x))),
        about=None,
    )


def _bessel_of_array(n: int, x: Any) -> Any:
    """By its power series near 0, farther out by the recurrence from sin and cos, which cancels near 0."""
    t = np.asarray(x, np.float64)
    near = np.abs(t) < n + 1.0
    half = np.where(near, t * t / -2.0, 0.0)
    term = np.ones_like(t) / math.prod(range(1, 2 * n + 2, 2))
    series = term
    for k in range(1, 20 + n):
        term = term * half / (k * (2 * n + 2 * k + 1))
        series = series + term
    far = np.where(near, 1.0, t)
    before, phi = np.cos(far), np.sin(far) / far
    for k in range(n):
        before, phi = phi, ((2 * k + 1) * phi - before) / (far * far)
    return np.where(near, series, phi).astype(np.asarray(x).dtype)


@registered("composed")
def sinc(x: Any) -> Any:
    """sin(πx) / (πx), 1 at 0.

    >>> sinc(0.0)
    1.0
    """
    return _bessel(0)(x * math.pi)
