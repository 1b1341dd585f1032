"""The normal distribution's functions, their logarithms and inverses."""

import math
from typing import Any

import numpy as np

from ...calculus.activations import normal_cdf, normal_density, softplus
from ...calculus.elementwise import negative
from ...primitive import Operation
from ...refusals import quiet
from ...registry import elementwise, registered
from ..installed import special
from .makers import of_scipy

# Each derivative takes the upstream gradient g, the output z and the input x.
# fmt: off

_ROOT_OF_PI = math.sqrt(math.pi)


def _on_both(function: Any) -> tuple[Operation, Operation]:
    """A function of arrays of doubles as one of floats and one of arrays of any dtype."""
    return (
        lambda x: float(function(np.float64(x))),
        quiet(lambda x: np.asarray(function(np.asarray(x, np.float64))).astype(x.dtype)),
    )


def _logit_of(x: Any) -> Any:
    """Near 1/2, where the logarithm would cancel, by the inverse of tanh, whose argument is exact there."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.abs(x - 0.5) < 0.25, 2.0 * np.arctanh(2.0 * x - 1.0), np.log(x / (1.0 - x)))


def _upper_tail(x: Any) -> Any:
    """1 - Φ(x) for x above 0; farther out by the bell curve, which keeps what x² loses in rounding."""
    return np.where(x < 1.0, special.ndtr(-x), 0.5 * normal_density(x) * special.erfcx(x * math.sqrt(0.5)))


def _log_ndtr_of(x: Any) -> Any:
    with np.errstate(divide="ignore"):
        middle = np.log(special.ndtr(x))
    above = np.log1p(-_upper_tail(np.maximum(x, 0.0)))
    return np.where(x > 0.0, above, np.where(x > -1.0, middle, special.log_ndtr(np.minimum(x, 0.0))))


def _hazard_of(x: Any) -> Any:
    """φ(x) / Φ(x); below 0, where it is one small number divided by another, erfcx is erfc already scaled."""
    with np.errstate(divide="ignore", invalid="ignore"):
        above = normal_density(x) / math.sqrt(2.0 * math.pi) / special.ndtr(x)
    below = math.sqrt(2.0 / math.pi) / special.erfcx(-np.minimum(x, 0.0) * math.sqrt(0.5))
    return np.where(x > -1.0, above, below)


def _excess_of(x: Any) -> Any:
    """φ(x) / Φ(x) + x; far below 0, where that cancels, by Laplace's continued fraction, 1 / (t + 2 / (t + 3 / …))."""
    t = np.maximum(-x, 3.0)
    tail = t
    for k in range(120, 1, -1):
        tail = t + k / tail
    return np.where(x < -3.0, 1.0 / tail, _hazard_of(x) + x)


def _exp_of_square(z: Any, tail: Any) -> Any:
    """exp(z²), where tail is erfc|z|; far out it would amplify what z lost, but erfcx(z) = exp(z²) erfc(z) does not."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        within = np.where(tail > 0.5, np.exp(z * z), special.erfcx(np.abs(z)) / tail)
    return np.where(tail == 0.0, np.inf, within)


def _inverse(name: str, inverse: Any, slope: Any, bend: float, about: str, words: str, example: str) -> Operation:
    """The inverse z of a distribution function of the normal, scaled: z' = slope, z" = bend · z · slope²."""
    slopes: Operation = elementwise(
        f"slope_of_{name}", *_on_both(slope),
        lambda g, s, x: g * (bend * found(x) * (s * s)),
        about=None,
    )
    found: Operation = of_scipy(
        name, inverse,
        lambda g, z, x: g * slopes(x),
        about=about, slopes=(words,), example=example,
    )
    return found


logit: Operation = elementwise(
    "logit", *_on_both(_logit_of),
    lambda g, z, x: g / (x * (1.0 - x)),
    about="log(x / (1 - x)), the inverse of the sigmoid", slopes=("1 / (x · (1 - x))",), example="logit(0.5) → 0.0",
)
erfinv: Operation = _inverse(
    "erfinv", special.erfinv, lambda x: _ROOT_OF_PI / 2.0 * _exp_of_square(special.erfinv(x), 1.0 - np.abs(x)), 2.0,
    "The inverse of erf", "sqrt(π) / 2 · exp(erfinv(x)²)", "erfinv(0.0) → 0.0",
)
erfcinv: Operation = _inverse(
    "erfcinv", special.erfcinv,
    lambda x: -_ROOT_OF_PI / 2.0 * _exp_of_square(special.erfcinv(x), np.minimum(x, 2.0 - x)), 2.0,
    "The inverse of erfc", "-sqrt(π) / 2 · exp(erfcinv(x)²)", "erfcinv(2.0) → -inf",
)
ndtri: Operation = _inverse(
    "ndtri", special.ndtri,
    lambda x: math.sqrt(2.0 * math.pi)
    * _exp_of_square(special.ndtri(x) * math.sqrt(0.5), 2.0 * np.minimum(x, 1.0 - x)), 1.0,
    "The inverse of ndtr: the quantiles of the normal", "sqrt(2 · π) · exp(ndtri(x)² / 2)", "ndtri(0.5) → 0.0",
)
_excess: Operation = elementwise(
    "excess", *_on_both(_excess_of),
    lambda g, z, x: g * (1.0 - _hazard(x) * z),
    about=None,
)
_hazard: Operation = elementwise(
    "hazard", *_on_both(_hazard_of),
    lambda g, z, x: -(g * (z * _excess(x))),
    about=None,
)
log_ndtr: Operation = elementwise(
    "log_ndtr", *_on_both(_log_ndtr_of),
    lambda g, z, x: g * _hazard(x),
    about="log(ndtr(x)), exact also where that is near 0 or 1", slopes=("exp(-x² / 2) / sqrt(2 · π) / ndtr(x)",),
    example="log_ndtr(40.0) → -0.0",
)


@registered("composed")
def ndtr(x: Any) -> Any:
    """(1 + erf(x / sqrt(2))) / 2, the distribution function of the normal.

    >>> ndtr(0.0)
    0.5
    """
    return normal_cdf(x)


@registered("composed")
def log_expit(x: Any) -> Any:
    """log(1 / (1 + exp(-x))), the logarithm of the sigmoid.

    >>> log_expit(-1000.0)
    -1000.0
    """
    return -softplus(negative(x))
