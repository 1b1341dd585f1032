"""What networks put between their layers, and the error function."""

import math
from typing import Any

import numpy as np

from ..admission import plain
from ..primitive import Operation
from ..refusals import quiet
from ..registry import adjustable, elementwise, registered, step
from .choosing import where
from .elementwise import exp
from .piecewise import clip, sign

# Each derivative takes the upstream gradient g, the output z and the input x.
# fmt: off


def _sigmoid_of_float(x: float) -> float:
    e = float(np.exp(40.0 if x > 40.0 else x))  # as for arrays: from 40 on it is 1, and exp never overflows
    return e / (e + 1.0)


def _sigmoid_of_array(x: Any) -> Any:
    e = np.exp(np.minimum(x, 40.0))
    e /= e + 1.0
    return e


def _sigmoid_slope_of_float(x: float) -> float:
    e = float(np.exp(-math.fabs(x)))
    return e / ((1.0 + e) * (1.0 + e))


def _sigmoid_slope_of_array(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    base = e + 1.0
    base *= base
    e /= base
    return e


def _softplus_of_float(x: float) -> float:
    return (x if x > 0.0 or x != x else 0.0) + math.log1p(math.exp(-math.fabs(x)))


def _each(function: Any) -> Any:
    """A function of Python's math on arrays, in double precision: NumPy has none of its own."""
    on_floats = np.vectorize(function, otypes=[np.float64])
    return quiet(lambda x: np.asarray(on_floats(np.asarray(x, np.float64))).astype(np.asarray(x).dtype))


def _parts(x: Any) -> tuple[Any, Any]:
    """x = high + low, both exact; for |x| up to 40 high has 26 bits, and its products no rounding error."""
    high = np.rint(x * 2.0**20) * 2.0**-20
    return high, x - high


def _bell(name: str, sharpness: float) -> Any:
    """exp(-sharpness · x²); the square has two parts, for exp would amplify its rounding error."""

    def of_doubles(x: Any) -> Any:
        x = np.minimum(np.abs(x), 40.0)  # farther out it is 0
        high, low = _parts(x)
        return np.exp(-sharpness * (high * high)) * np.exp(-sharpness * (low * (high + x)))

    return elementwise(
        name, lambda x: float(of_doubles(x)), quiet(lambda x: of_doubles(x.astype(np.float64)).astype(x.dtype)),
        lambda g, z, x: -2.0 * sharpness * (g * (x * z)),
        about=None,
    )


_SHORT = round(math.sqrt(0.5) * 2**26) / 2**26
_REST = (0.5 - _SHORT * _SHORT) / (math.sqrt(0.5) + _SHORT)  # sqrt(1/2) is their sum, to 79 bits


def _normal_cdf_of_float(x: float) -> float:
    """erfc(-x · sqrt(1/2)) / 2, and its derivative times the rounding error of that product."""
    x = x if not math.fabs(x) > 40.0 else math.copysign(40.0, x)
    t = x * math.sqrt(0.5)
    high, low = _parts(x)
    lost = ((high * _SHORT - t) + low * _SHORT) + x * _REST
    return 0.5 * math.erfc(-t) + math.exp(-t * t) / math.sqrt(math.pi) * float(lost)


sigmoid: Operation = elementwise(
    "sigmoid", _sigmoid_of_float, quiet(_sigmoid_of_array),
    lambda g, z, x: g * _sigmoid_slope(x),  # 1 - σ(x) cancels
    about="1 / (1 + exp(-x))", slopes=("σ(x) · (1 - σ(x))",), example="sigmoid(0.0) → 0.5",
)
_sigmoid_slope: Operation = elementwise(
    "sigmoid_slope", _sigmoid_slope_of_float, quiet(_sigmoid_slope_of_array),
    lambda g, z, x: -(g * (z * tanh(0.5 * x))),  # 1 - 2 σ(x) is tanh(-x / 2)
    about=None,
)
_sech_squared: Operation = elementwise(
    "sech_squared", lambda x: (1.0 / float(np.cosh(x))) ** 2, quiet(lambda x: np.square(1.0 / np.cosh(x))),
    lambda g, z, x: -2.0 * (g * (z * tanh(x))),
    about=None,
)
tanh: Operation = elementwise(
    "tanh", lambda x: float(np.tanh(x)), np.tanh,
    lambda g, z, x: g * _sech_squared(x),  # 1 - tanh² cancels
    about="The hyperbolic tangent", slopes=("1 - tanh(x)² = 1 / cosh(x)²",), example="tanh(0.0) → 0.0",
)
softplus: Operation = elementwise(
    "softplus", _softplus_of_float, quiet(lambda x: np.logaddexp(x, np.zeros((), x.dtype))),
    lambda g, z, x: g * sigmoid(x),
    about="log(1 + exp(x))", slopes=("sigmoid(x)",), example="softplus(1000.0) → 1000.0",
)
relu: Operation = elementwise(
    "relu", lambda x: x if x > 0.0 or x != x else 0.0,
    lambda x: np.maximum(x, np.zeros(np.shape(x)[-1:], x.dtype)),  # a row of zeros: twice as fast as a single 0
    lambda g, z, x: g * sign(z),
    about="max(x, 0)", slopes=("1 above 0, 0 at 0 and below",), example="relu(-2.0) → 0.0",
)
_gaussian: Operation = _bell("gaussian", 1.0)
normal_density: Operation = _bell("normal_density", 0.5)
erf: Operation = elementwise(
    "erf", math.erf, _each(math.erf),
    lambda g, z, x: g * (2.0 / math.sqrt(math.pi) * _gaussian(x)),
    about="The error function", slopes=("2 / sqrt(π) · exp(-x²)",), example="erf(0.0) → 0.0",
)
erfc: Operation = elementwise(
    "erfc", math.erfc, _each(math.erfc),
    lambda g, z, x: -(g * (2.0 / math.sqrt(math.pi) * _gaussian(x))),
    about="1 - erf(x), exact where that is near 0", slopes=("-2 / sqrt(π) · exp(-x²)",), example="erfc(0.0) → 1.0",
)
normal_cdf: Operation = elementwise(
    "normal_cdf", _normal_cdf_of_float, _each(_normal_cdf_of_float),
    lambda g, z, x: g * (normal_density(x) / math.sqrt(2.0 * math.pi)),
    about=None,
)


_is_above: Operation = step("is_above", lambda x: float(x > 0.0), lambda x: (x > 0).astype(x.dtype))
_leaky_slope: Operation = adjustable(
    "leaky_slope", lambda x, slope: 1.0 if x > 0.0 else 1.0 * slope,
    lambda x, slope: np.where(x > 0, 1.0, np.asarray(slope, x.dtype)).astype(x.dtype),
    None,
)
leaky_relu: Operation = adjustable(
    "leaky_relu",
    lambda x, slope=0.01: x if x > 0.0 else plain(slope, "leaky_relu") * x,
    lambda x, slope=0.01: np.where(x > 0, x, plain(slope, "leaky_relu") * x),
    lambda g, z, x, slope=0.01: g * _leaky_slope(x, slope),
    about="x above 0, slope · x at 0 and below", slopes=("1 above 0, slope at 0 and below",),
    example="leaky_relu(-2.0, 0.5) → -1.0",
)
elu: Operation = adjustable(
    "elu", lambda x, alpha=1.0: x if x > 0.0 else plain(alpha, "elu") * math.expm1(x),
    quiet(lambda x, alpha=1.0: np.where(x > 0, x, plain(alpha, "elu") * np.expm1(np.where(x > 0, 0.0, x)))),
    lambda g, z, x, alpha=1.0: g * where(_is_above(x), 1.0, alpha * exp(where(_is_above(x), 0.0, x))),
    about="x above 0, alpha · (exp(x) - 1) at 0 and below (Clevert et al. 2016)",
    slopes=("1 above 0, alpha · exp(x) at 0 and below",), example="elu(2.0) → 2.0",
)


@registered("composed")
def silu(x: Any) -> Any:
    """x · sigmoid(x), also called swish (Hendrycks and Gimpel 2016).

    >>> silu(0.0)
    0.0
    """
    return x * sigmoid(x)


@registered("composed")
def gelu(x: Any) -> Any:
    """x · Φ(x), Φ the distribution function of the normal (Hendrycks and Gimpel 2016).

    >>> gelu(0.0)
    0.0
    """
    return x * normal_cdf(x)


@registered("composed")
def gelu_tanh(x: Any) -> Any:
    """x/2 · (1 + tanh(sqrt(2/π) · (x + 0.044715 x³))), the same paper's approximation of gelu.

    >>> gelu_tanh(0.0)
    0.0
    """
    t = clip(x, -40.0, 40.0)  # farther out the sigmoid is 0 or 1 already, and the cube would overflow
    return x * sigmoid(2.0 * math.sqrt(2.0 / math.pi) * (t + 0.044715 * (t * t * t)))  # (1 + tanh(u)) / 2 = σ(2u)
