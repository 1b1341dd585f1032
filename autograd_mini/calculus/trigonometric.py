"""Trigonometric and hyperbolic functions of each element, with their inverses."""

import math
from typing import Any

import numpy as np

from ..primitive import Operation
from ..refusals import ieee, quiet
from ..registry import adjustable, elementwise, step
from .elementwise import sqrt

# Where Python's function and NumPy's are 2 ulp apart, floats use NumPy's: Value and Tensor agree within 1 ulp.
# Each derivative takes the upstream gradient g, the output z and the inputs x, y; angles are in radians.
# Where a textbook's formula overflows or cancels, an equal one that does not stands in its place.
# fmt: off

sin: Operation = elementwise(
    "sin", math.sin, np.sin,
    lambda g, z, x: g * cos(x),
    about="The sine", slopes=("cos(x)",), example="sin(0.0) → 0.0",
)
cos: Operation = elementwise(
    "cos", math.cos, np.cos,
    lambda g, z, x: -(g * sin(x)),
    about="The cosine", slopes=("-sin(x)",), example="cos(0.0) → 1.0",
)
tan: Operation = elementwise(
    "tan", math.tan, np.tan,
    lambda g, z, x: g * (1.0 + z * z),
    about="The tangent", slopes=("1 + tan(x)²",), example="tan(0.0) → 0.0",
)
arcsin: Operation = elementwise(
    "arcsin", math.asin, np.arcsin,
    lambda g, z, x: g / sqrt((1.0 - x) * (1.0 + x)),
    about="The inverse of the sine", slopes=("1 / sqrt(1 - x²)",), example="arcsin(0.0) → 0.0",
)
arccos: Operation = elementwise(
    "arccos", math.acos, np.arccos,
    lambda g, z, x: -(g / sqrt((1.0 - x) * (1.0 + x))),
    about="The inverse of the cosine", slopes=("-1 / sqrt(1 - x²)",), example="arccos(1.0) → 0.0",
)
arctan: Operation = elementwise(
    "arctan", math.atan, np.arctan,
    lambda g, z, x: g / hypot(1.0, x) / hypot(1.0, x),
    about="The inverse of the tangent", slopes=("1 / (1 + x²)",), example="arctan(0.0) → 0.0",
)
sinh: Operation = elementwise(
    "sinh", lambda x: ieee(np.sinh, x), np.sinh,
    lambda g, z, x: g * cosh(x),
    about="The hyperbolic sine", slopes=("cosh(x)",), example="sinh(0.0) → 0.0",
)
cosh: Operation = elementwise(
    "cosh", math.cosh, np.cosh,
    lambda g, z, x: g * sinh(x),
    about="The hyperbolic cosine", slopes=("sinh(x)",), example="cosh(0.0) → 1.0",
)
arcsinh: Operation = elementwise(
    "arcsinh", math.asinh, np.arcsinh,
    lambda g, z, x: g / hypot(1.0, x),
    about="The inverse of the hyperbolic sine", slopes=("1 / sqrt(x² + 1)",), example="arcsinh(0.0) → 0.0",
)
arccosh: Operation = elementwise(
    "arccosh", math.acosh, np.arccosh,
    lambda g, z, x: g / (sqrt(x - 1.0) * sqrt(x + 1.0)),
    about="The inverse of the hyperbolic cosine", slopes=("1 / sqrt(x² - 1)",), example="arccosh(1.0) → 0.0",
)
arctanh: Operation = elementwise(
    "arctanh", math.atanh, np.arctanh,
    lambda g, z, x: g / ((1.0 - x) * (1.0 + x)),
    about="The inverse of the hyperbolic tangent", slopes=("1 / (1 - x²)",), example="arctanh(0.0) → 0.0",
)


def _in_range(x: Any, y: Any) -> tuple[Any, Any, Any]:
    """The point (x, y) divided by a power of 2, and its exponent: squares then neither overflow nor vanish.

    An infinite point is that direction's, as IEEE has it for arctan2: (1, 0), (0, 1) or, in a corner, (1, 1).
    """
    x, y = (np.asarray(a, np.result_type(x, y)) for a in (x, y))
    if np.any(far := np.isinf(x) | np.isinf(y)):
        x, y = (np.where(far, np.copysign(np.isinf(a), a), a) for a in (x, y))
    exponent = np.frexp(np.maximum(np.abs(x), np.abs(y)))[1]
    return np.ldexp(x, -exponent), np.ldexp(y, -exponent), exponent


def _direction_of(x: Any, y: Any) -> Any:
    u, v, _ = _in_range(x, y)
    return u / _nonzero(np.hypot(u, v))


def _inversion_of(x: Any, y: Any) -> Any:
    u, v, exponent = _in_range(x, y)
    ratio = np.ldexp(np.asarray(x, u.dtype), -2 * exponent) / _nonzero(u * u + v * v)
    return np.where(np.isinf(x) | np.isinf(y), np.zeros((), u.dtype), ratio)


def _nonzero(z: Any) -> Any:
    """z, but 1 where it is 0: there the numerator is 0 too, and so is the derivative of least norm."""
    return np.where(z == 0, np.ones((), np.asarray(z).dtype), z)


def _pole_of(x: Any, y: Any) -> Any:
    """1, but nan at the origin: there the slope of a direction has no value, and no number may stand for it."""
    return np.where((x == 0) & (y == 0), np.nan, np.ones((), np.result_type(x, y)))


_pole: Operation = step("pole", lambda x, y: float(_pole_of(x, y)), _pole_of, inputs=2)
_direction: Operation = elementwise(
    "direction", lambda x, y: float(_direction_of(x, y)), quiet(_direction_of),
    lambda g, z, x, y: g * (_direction(y, x) * _inversion(y, x) * _pole(x, y)),
    lambda g, z, x, y: -(g * (z * _inversion(y, x) * _pole(x, y))),
    about=None,  # x / hypot(x, y); d/dx = y² / hypot(x, y)³, d/dy = -xy / hypot(x, y)³
)
_inversion: Operation = elementwise(
    "inversion", lambda x, y: float(_inversion_of(x, y)), quiet(_inversion_of),
    lambda g, z, x, y: g * ((_inversion(y, x) - z) * (_inversion(y, x) + z) * _pole(x, y)),
    lambda g, z, x, y: -2.0 * (g * (z * _inversion(y, x) * _pole(x, y))),
    about=None,  # x / (x² + y²); d/dx = (y² - x²) / (x² + y²)², d/dy = -2xy / (x² + y²)²
)
hypot: Operation = elementwise(
    "hypot", math.hypot, np.hypot,
    lambda g, z, x, y: g * _direction(x, y),
    lambda g, z, x, y: g * _direction(y, x),
    about="sqrt(x² + y²) without overflow, its slopes 0 at the origin", slopes=("x / hypot(x, y)", "y / hypot(x, y)"),
    example="hypot(3.0, 4.0) → 5.0",
)
arctan2: Operation = elementwise(
    "arctan2", math.atan2, np.arctan2,
    lambda g, z, x, y: g * _inversion(y, x),
    lambda g, z, x, y: -(g * _inversion(x, y)),
    about="The angle of the point (y, x), the first input upwards", slopes=("y / (x² + y²)", "-x / (x² + y²)"),
    example="arctan2(0.0, 1.0) → 0.0",
)


_bessel_beyond: Operation = adjustable(
    "bessel", lambda x, n: float(_bessel_of_array(n, x)), quiet(lambda x, n: _bessel_of_array(n, x)),
    lambda g, z, x, n: g * (math.pi / (2 * n + 1) * (n * _bessel(n - 1, x) - (n + 1) * _bessel(n + 1, x))),
)


def _bessel(n: int, x: Any) -> Any:
    """jₙ(πx), j the spherical Bessel function: j₀(t) = sin(t) / t, and (2n + 1) jₙ' = n jₙ₋₁ - (n + 1) jₙ₊₁.

    NIST Handbook of Mathematical Functions, 10.51.2 and 10.53.1.
    """
    return sinc(x) if n == 0 else _bessel_beyond(x, n)


def _bessel_of_array(n: int, x: Any) -> Any:
    """By its power series near 0, farther out by the recurrence from sin and cos, which cancels near 0."""
    t = math.pi * np.asarray(x, np.float64)
    near = np.abs(t) < n + 1.0
    inner, outer = np.where(near, t, 0.0), np.where(near, 1.0, t)
    half, series = inner * inner / 2.0, np.ones_like(t)
    for k in range(19 + n, 0, -1):
        series = 1.0 - half / (k * (2 * n + 2 * k + 1)) * series
    series = inner**n / math.prod(range(1, 2 * n + 2, 2)) * series
    before, after = (turned / outer for turned in _turned(np.asarray(x, np.float64)))
    for k in range(n):
        before, after = after, (2 * k + 1) / outer * after - before
    return np.where(near, series, after).astype(np.asarray(x).dtype)


def _turned(x: Any) -> tuple[Any, Any]:
    """cos(πx) and sin(πx); whole turns are taken off x, where that is exact, not off its product with π."""
    half_turns = np.rint(x)
    rest = x - half_turns
    side = 1.0 - 2.0 * np.fmod(np.abs(half_turns), 2.0)
    return side * np.sin(math.pi * (0.5 - np.abs(rest))), side * np.sin(math.pi * rest)


sinc: Operation = elementwise(
    "sinc", lambda x: float(ieee(_bessel_of_array, 0, x)), quiet(lambda x: _bessel_of_array(0, x)),
    lambda g, z, x: -(g * (math.pi * _bessel(1, x))),
    about="sin(πx) / (πx), 1 and flat at 0", slopes=("(cos(π · x) - sinc(x)) / x",), example="sinc(0.0) → 1.0",
)
