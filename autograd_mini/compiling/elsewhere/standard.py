"""Operations on each element, said with the functions of the Python array API standard."""

import math
from typing import Any

import numpy as np

from ...primitive import Operation
from .slicing import beside

# Each row: the name of a primitive, and function(xp, *inputs, *parameters) with xp the library. What comes as input is
# an array of floats (a condition one of booleans or floats); what a row gives is cast to the program's dtype. erf and
# its kin are no functions of the standard, and have no row.
# fmt: off


def _true(xp: Any, condition: Any, x: Any) -> Any:
    """A condition, of floats or constant, as booleans."""
    if not hasattr(condition, "dtype") or isinstance(condition, np.ndarray | np.generic):
        return beside(xp, np.asarray(condition) != 0, x)
    return condition if condition.dtype == xp.bool else condition != 0


def _given(xp: Any, parameter: Any, x: Any) -> Any:
    """A parameter as an array: a number in x's dtype."""
    array = np.asarray(parameter)
    found = beside(xp, array.astype(np.float64) if array.dtype.kind in "iub" else array, x)
    return xp.astype(found, x.dtype) if not array.ndim else found


def _keep(xp: Any, x: Any, condition: Any) -> Any:
    return xp.where(_true(xp, condition, x), x, xp.zeros_like(x))


def _equal(x: Any, z: Any) -> Any:
    """Whether x is z; nan is nan."""
    return (x == z) | ((x != x) & (z != z))


def _share(chosen: Operation) -> Operation:
    def share(xp: Any, x: Any, y: Any) -> Any:
        z = chosen(xp, x, y)
        mine, other = (xp.astype(_equal(a, z), z.dtype) for a in (x, y))
        return mine / (mine + other)

    return share


def _clip(xp: Any, x: Any, a_min: Any = None, a_max: Any = None) -> Any:
    if a_min is not None:
        x = xp.maximum(x, _given(xp, a_min, x))
    return x if a_max is None else xp.minimum(x, _given(xp, a_max, x))


def _round(xp: Any, x: Any, decimals: int = 0) -> Any:
    scale = 10.0 ** abs(decimals)
    if decimals == 0:
        return xp.round(x)
    return xp.round(x * scale) / scale if decimals > 0 else xp.round(x / scale) * scale


def _cbrt(xp: Any, x: Any) -> Any:
    """A power, and a step of Newton's from it."""
    size = abs(x)
    root = size ** (1.0 / 3.0)
    is_plain = (root > 0) & xp.isfinite(root)
    safe = xp.where(is_plain, root, xp.ones_like(root))
    return xp.sign(x) * xp.where(is_plain, safe - (safe - size / (safe * safe)) / 3.0, root)


def _lowered(xp: Any, x: Any, y: Any) -> Any:
    tiny = xp.finfo(x.dtype).smallest_normal
    return xp.where((abs(x) <= tiny / 4) & (y == 0), xp.zeros_like(y), y - 1.0)


def _weight(base: float) -> Operation:
    """base^x / (base^x + base^y), and what x - y loses put back, as in the calculus."""
    rate = math.log(base)

    def weight(xp: Any, x: Any, y: Any) -> Any:
        difference = xp.where(x == y, xp.zeros_like(x - y), x - y)
        moved = difference - x
        is_small = (abs(difference) < 1200) & xp.isfinite(x)
        lost = xp.where(is_small, (x - (difference - moved)) - (y + moved), xp.zeros_like(difference))
        e = _raised(xp, base, -abs(difference)) * (1 - xp.sign(difference) * lost * rate)
        return xp.where(difference >= 0, xp.ones_like(e), e) / (1 + e)

    return weight


def _raised(xp: Any, base: float, x: Any) -> Any:
    return xp.exp(x) if base == math.e else xp.pow(xp.ones_like(x) * base, x)


def _logaddexp2(xp: Any, x: Any, y: Any) -> Any:
    difference = xp.where(x == y, xp.zeros_like(x - y), x - y)
    return xp.maximum(x, y) + xp.log1p(_raised(xp, 2.0, -abs(difference))) / math.log(2.0)


def _ldexp(xp: Any, x: Any, n: Any) -> Any:
    """In two steps, for 2^n alone may overflow."""
    first = np.asarray(n) // 2
    return x * _given(xp, np.exp2(first), x) * _given(xp, np.exp2(np.asarray(n) - first), x)


def _fmod(xp: Any, x: Any, y: Any) -> Any:
    return xp.copysign(xp.remainder(abs(x), abs(y)), x)


def _is_turned(rest: Any, y: Any) -> Any:
    """Where a quotient rounded towards 0 is not that rounded down."""
    return (rest != 0) & ((rest < 0) ^ (y < 0))


def _remainder(xp: Any, x: Any, y: Any) -> Any:
    rest = _fmod(xp, x, y)
    return xp.where(rest == 0, xp.copysign(rest, y), xp.where(_is_turned(rest, y), rest + y, rest))


def _floor_divide(xp: Any, x: Any, y: Any) -> Any:
    rest = _fmod(xp, x, y)
    quotient = xp.round((x - rest) / y)
    return xp.where(y == 0, x / y, xp.where(_is_turned(rest, y), quotient - 1, quotient))


def _heaviside(xp: Any, x: Any, y: Any) -> Any:
    return xp.where(x == 0, y, xp.where(x == x, xp.astype(x > 0, x.dtype), x))


def _larger_number(xp: Any, x: Any, y: Any) -> Any:
    return xp.where((x > y) | (y != y), x, y)


def _smaller_number(xp: Any, x: Any, y: Any) -> Any:
    return xp.where((x < y) | (y != y), x, y)


def _xlogy(xp: Any, x: Any, y: Any) -> Any:
    product = x * xp.log(y)
    return xp.where((x == 0) & (y == y), xp.zeros_like(product), product)


def _sigmoid(xp: Any, x: Any) -> Any:
    e = xp.exp(-abs(x))
    return xp.where(x >= 0, xp.ones_like(e), e) / (1 + e)


def _sigmoid_slope(xp: Any, x: Any) -> Any:
    e = xp.exp(-abs(x))
    return e / xp.square(1 + e)


def _elu(xp: Any, x: Any, alpha: Any = 1.0) -> Any:
    below = xp.where(x > 0, xp.zeros_like(x), x)
    return xp.where(x > 0, x, _given(xp, alpha, x) * xp.expm1(below))


def _leaky(xp: Any, x: Any, slope: Any = 0.01) -> Any:
    return xp.where(x > 0, x, _given(xp, slope, x) * x)


def _leaky_slope(xp: Any, x: Any, slope: Any) -> Any:
    slope = xp.astype(_given(xp, slope, x), x.dtype)
    return xp.where(x > 0, xp.ones_like(x), slope)


def _bell(sharpness: float) -> Operation:
    """exp(-sharpness · x²), the square in two parts."""

    def bell(xp: Any, x: Any) -> Any:
        x = _clip(xp, abs(x), None, 40.0)
        high = xp.round(x * 2.0**20) * 2.0**-20
        low = x - high
        return xp.exp(-sharpness * (high * high)) * xp.exp(-sharpness * (low * (high + x)))

    return bell


def _in_range(xp: Any, x: Any, y: Any) -> tuple[Any, Any, Any]:
    """The point (x, y) divided by the larger of both, and that; an infinite one is its direction."""
    far = xp.isinf(x) | xp.isinf(y)
    signs = (xp.where(xp.isinf(a), xp.sign(a), xp.zeros_like(a)) for a in (x, y))
    x, y = (xp.where(far, sign, a) for sign, a in zip(signs, (x, y), strict=True))
    largest = xp.maximum(abs(x), abs(y))
    largest = xp.where(largest == 0, xp.ones_like(largest), largest)
    return x / largest, y / largest, largest


def _direction(xp: Any, x: Any, y: Any) -> Any:
    u, v, _ = _in_range(xp, x, y)
    length = xp.hypot(u, v)
    return u / xp.where(length == 0, xp.ones_like(length), length)


def _inversion(xp: Any, x: Any, y: Any) -> Any:
    u, v, largest = _in_range(xp, x, y)
    square = u * u + v * v
    ratio = u / xp.where(square == 0, xp.ones_like(square), square) / largest
    return xp.where(xp.isinf(x) | xp.isinf(y), xp.zeros_like(ratio), ratio)


def _pole(xp: Any, x: Any, y: Any) -> Any:
    one = xp.ones_like(x + y)
    return xp.where((x == 0) & (y == 0), one * math.nan, one)


def _bessel(xp: Any, x: Any, n: int) -> Any:
    """The spherical Bessel function jₙ(πx): the series near 0, the recurrence farther out, as in the calculus."""
    t = math.pi * x
    near = abs(t) < n + 1.0
    inner, outer = xp.where(near, t, xp.zeros_like(t)), xp.where(near, xp.ones_like(t), t)
    half, series = inner * inner / 2.0, xp.ones_like(t)
    for k in range(19 + n, 0, -1):
        series = 1.0 - half / (k * (2 * n + 2 * k + 1)) * series
    series = inner**n / math.prod(range(1, 2 * n + 2, 2)) * series
    turns = xp.round(x)
    rest = x - turns
    side = 1.0 - 2.0 * (abs(turns) - 2.0 * xp.floor(abs(turns) / 2.0))
    before, after = side * xp.sin(math.pi * (0.5 - abs(rest))) / outer, side * xp.sin(math.pi * rest) / outer
    for k in range(n):
        before, after = after, (2 * k + 1) / outer * after - before
    return xp.where(near, series, after)


def _over_length(xp: Any, x: Any, z: Any) -> Any:
    return xp.where(z == 0, xp.zeros_like(x + z), x / xp.where(z == 0, xp.ones_like(z), z))


ELEMENTWISE: dict[str, Operation] = {
    "positive": lambda xp, x: +x,
    "negative": lambda xp, x: -x,
    "add": lambda xp, x, y: x + y,
    "subtract": lambda xp, x, y: x - y,
    "multiply": lambda xp, x, y: x * y,
    "divide": lambda xp, x, y: x / y,
    "lowered": _lowered,
    "stays_zero": lambda xp, x, y: (x == 0) & (y >= 0),
    "are_zero": lambda xp, x, y: (x == 0) & (y == 0),
    "power": lambda xp, x, y: xp.pow(x, y),
    "sqrt": lambda xp, x: xp.sqrt(x),
    "cbrt": _cbrt,
    "exp": lambda xp, x: xp.exp(x),
    "exp2": lambda xp, x: xp.pow(xp.ones_like(x) * 2.0, x),
    "expm1": lambda xp, x: xp.expm1(x),
    "log": lambda xp, x: xp.log(x),
    "log2": lambda xp, x: xp.log2(x),
    "log10": lambda xp, x: xp.log10(x),
    "log1p": lambda xp, x: xp.log1p(x),
    "weight": _weight(math.e),
    "logaddexp": lambda xp, x, y: xp.logaddexp(x, y),
    "weight2": _weight(2.0),
    "logaddexp2": _logaddexp2,
    "ldexp": _ldexp,
    "xlogy": _xlogy,
    "sign": lambda xp, x: xp.where(x == x, xp.sign(x), x),
    "equals": lambda xp, x, y: _equal(x, y),
    "floor": lambda xp, x: xp.floor(x),
    "ceil": lambda xp, x: xp.ceil(x),
    "trunc": lambda xp, x: xp.trunc(x),
    "rint": lambda xp, x: xp.round(x),
    "round": _round,
    "is_number": lambda xp, x: x == x,
    "floor_divide": _floor_divide,
    "share_of_larger": _share(lambda xp, x, y: xp.maximum(x, y)),
    "share_of_smaller": _share(lambda xp, x, y: xp.minimum(x, y)),
    "share_of_fmax": _share(_larger_number),
    "share_of_fmin": _share(_smaller_number),
    "abs": lambda xp, x: abs(x),
    "maximum": lambda xp, x, y: xp.maximum(x, y),
    "minimum": lambda xp, x, y: xp.minimum(x, y),
    "fmax": _larger_number,
    "fmin": _smaller_number,
    "remainder": _remainder,
    "fmod": _fmod,
    "fraction": lambda xp, x: xp.copysign(xp.where(xp.isinf(x), xp.zeros_like(x), x - xp.trunc(x)), x),
    "copysign": lambda xp, x, y: xp.copysign(x, y),
    "heaviside": _heaviside,
    "inside": lambda xp, x, a_min=None, a_max=None: _equal(x, _clip(xp, x, a_min, a_max)),
    "clip": _clip,
    "sigmoid": _sigmoid,
    "sigmoid_slope": _sigmoid_slope,
    "sech_squared": lambda xp, x: xp.square(1.0 / xp.cosh(x)),
    "tanh": lambda xp, x: xp.tanh(x),
    "softplus": lambda xp, x: xp.logaddexp(x, xp.zeros_like(x)),
    "relu": lambda xp, x: xp.maximum(x, xp.zeros_like(x)),
    "gaussian": _bell(1.0),
    "normal_density": _bell(0.5),
    "is_above": lambda xp, x: x > 0,
    "leaky_slope": _leaky_slope,
    "leaky_relu": _leaky,
    "elu": _elu,
    "where": lambda xp, condition, x, y: xp.where(_true(xp, condition, x), x, y),
    "keep": _keep,
    "times": lambda xp, x, y: xp.where(y == 0, xp.zeros_like(x + y), x * y),
    "sin": lambda xp, x: xp.sin(x),
    "cos": lambda xp, x: xp.cos(x),
    "tan": lambda xp, x: xp.tan(x),
    "arcsin": lambda xp, x: xp.asin(x),
    "arccos": lambda xp, x: xp.acos(x),
    "arctan": lambda xp, x: xp.atan(x),
    "sinh": lambda xp, x: xp.sinh(x),
    "cosh": lambda xp, x: xp.cosh(x),
    "arcsinh": lambda xp, x: xp.asinh(x),
    "arccosh": lambda xp, x: xp.acosh(x),
    "arctanh": lambda xp, x: xp.atanh(x),
    "pole": _pole,
    "direction": _direction,
    "inversion": _inversion,
    "hypot": lambda xp, x, y: xp.hypot(x, y),
    "arctan2": lambda xp, x, y: xp.atan2(x, y),
    "sinc": lambda xp, x: _bessel(xp, x, 0),
    "bessel": _bessel,
    "over_length": _over_length,
    "less": lambda xp, x, y: x < y,
    "less_equal": lambda xp, x, y: x <= y,
    "greater": lambda xp, x, y: x > y,
    "greater_equal": lambda xp, x, y: x >= y,
    "equal": lambda xp, x, y: x == y,
    "not_equal": lambda xp, x, y: x != y,
    "logical_and": lambda xp, x, y: (x != 0) & (y != 0),
    "logical_or": lambda xp, x, y: (x != 0) | (y != 0),
    "logical_xor": lambda xp, x, y: (x != 0) ^ (y != 0),
    "logical_not": lambda xp, x: x == 0,
    "isfinite": lambda xp, x: xp.isfinite(x),
    "isinf": lambda xp, x: xp.isinf(x),
    "isnan": lambda xp, x: xp.isnan(x),
    "signbit": lambda xp, x: xp.signbit(x),
}
