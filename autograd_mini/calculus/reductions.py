"""Reductions with weights of their own, and what is composed from reductions."""

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..admission import as_float
from ..errors import KindError, describe
from ..node import dtype_of, shape_of
from ..primitive import Elementwise, Operation, refuse_nodes
from ..refusals import attempt, quiet
from ..registry import elementwise, general, operation, registered
from .choosing import keep
from .elementwise import exp
from .linear import expand, mask_of, sum, unmasked
from .piecewise import abs, equal, sign


def reduction(name: str, forward: Operation, weights: Operation, about: str | None = None, example: str = "") -> Any:
    """One number for each slice along the axes, with weights(z, x, axis) = dz/dx, z broadcastable to x.

    What else forward takes by name (a mask), the weights take too.
    """

    def derivative(g: Any, z: Any, x: Any, axis: Any = None, *, keepdims: bool = False, **named: Any) -> Any:
        return expand(g, x, axis, keepdims) * weights(expand(z, x, axis, keepdims), x, axis, **named)

    return general(name, forward, derivative, family="reduction", about=about, example=example)


def _extreme(ufunc: np.ufunc) -> Operation:
    def forward(
        x: Any, axis: Any = None, *, keepdims: bool = False, initial: float | None = None, where: Any = True
    ) -> Any:
        return ufunc.reduce(x, axis=axis, keepdims=keepdims, initial=initial, where=mask_of(where))

    return forward


def _shares_of(x: Any, z: Any, axis: Any, initial: float | None = None, where: Any = True) -> Any:
    """Equal shares for the elements that are the extreme one, the initial number among them; they sum to 1."""
    chosen = equal(x, z) if where is True else equal(x, z) * mask_of(where)
    total = np.sum(chosen, axis=axis, keepdims=True)
    return chosen / (total if initial is None else total + equal(z, initial))


def _asked(question: Operation) -> Operation:
    """Whether any or all are true, as 1 and 0."""
    return lambda x, axis=None, *, keepdims=False: question(x, axis=axis, keepdims=keepdims).astype(np.float64)


any_of: Operation = general("any", _asked(np.any), None)
all_of: Operation = general("all", _asked(np.all), None)
_shares = general("shares", _shares_of, None, None)


def _log_of_sum(x: Any, axis: Any) -> Any:
    """log(sum(exp(x))) where the largest x is 0; of a sum just above 1 it would lose digits (Blanchard et al. 2021)."""
    is_peak = x == 0
    ties = np.add.reduce(is_peak, axis=axis, keepdims=True, dtype=x.dtype)
    terms = np.asarray(np.exp(x))
    np.putmask(terms, is_peak, 0)
    return np.log1p(np.add.reduce(terms, axis=axis, keepdims=True) + (ties - 1))


def _logsumexp(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    peak = np.maximum.reduce(x, axis=axis, keepdims=True)
    finite = np.isfinite(peak)
    if not finite.all():
        peak = np.where(finite, peak, 0).astype(peak.dtype, copy=False)
    with np.errstate(divide="ignore", over="ignore"):  # log(0) = -inf where all are -inf, exp(800) beside an inf
        z = peak + _log_of_sum(np.asarray(x - peak), axis)
    return z if keepdims else z.squeeze(axis)[()]  # a scalar where all are reduced, as NumPy


def _weights_of(x: Any, z: Any, axis: Any) -> Any:
    """exp(x - z); where z is infinite equal shares, for there x - z is nan."""
    infinite = np.isinf(z)
    return np.where(infinite, _shares_of(x, z, axis), np.exp(x - z)) if np.any(infinite) else np.exp(x - z)


_weights: Operation = operation(
    Elementwise(
        "softmax_weights",
        quiet(_weights_of),
        (lambda g, w, x, z, axis: g * w, lambda g, w, x, z, axis: -(g * w)),
    ),
    inputs=2,
)


max: Operation = reduction(
    "max",
    _extreme(np.maximum),
    lambda z, x, axis, **named: _shares(x, z, axis, **named),
    "The largest element over an axis, a tuple of axes, or all; ties share the gradient.\n\n"
    "initial: a number that takes part too; with it a mask where= may leave elements out.",
    "max(Tensor([1.0, 3.0, 2.0])).item() → 3.0",
)
min: Operation = reduction(
    "min",
    _extreme(np.minimum),
    lambda z, x, axis, **named: _shares(x, z, axis, **named),
    "The smallest element over an axis, a tuple of axes, or all; ties share the gradient.\n\n"
    "initial: a number that takes part too; with it a mask where= may leave elements out.",
    "min(Tensor([1.0, 3.0, 2.0])).item() → 1.0",
)
nanmax: Operation = reduction(
    "nanmax",
    _extreme(np.fmax),
    lambda z, x, axis, **named: _shares(x, z, axis, **named),
    "The largest number that is not nan, as `max`; nan where there is none.",
    "nanmax(Tensor([1.0, np.nan, 2.0])).item() → 2.0",
)
nanmin: Operation = reduction(
    "nanmin",
    _extreme(np.fmin),
    lambda z, x, axis, **named: _shares(x, z, axis, **named),
    "The smallest number that is not nan, as `min`; nan where there is none.",
    "nanmin(Tensor([1.0, np.nan, 2.0])).item() → 1.0",
)
logsumexp: Operation = reduction(
    "logsumexp",
    quiet(_logsumexp),
    lambda z, x, axis: _weights(x, z, axis),
    "log(sum(exp(x))) without overflow; its derivative is the softmax.",
    "logsumexp(Tensor([-1000.0, 0.0])).item() → 0.0",
)


def _count(x: Any, total: Any, axis: Any, where: Any) -> Any:
    """How many elements of x each number of the total is made of, in a dtype that leaves x's alone."""
    if where is True:
        return math.prod(shape_of(x)) / (math.prod(shape_of(total)) or 1)
    mask = np.broadcast_to(where, shape_of(x))
    return np.sum(mask, axis=axis, dtype=dtype_of(total)).reshape(shape_of(total))


@registered("composed", "sum(x) / n", "g / n")
def mean(x: Any, axis: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    """The sum divided by the number of elements, over an axis, a tuple of axes, or all; of those where the mask holds.

    >>> from autograd_mini import Tensor
    >>> mean(Tensor([1.0, 2.0, 6.0])).item()
    3.0
    """
    total = sum(x, axis=axis, keepdims=keepdims, where=where)
    return total / _count(x, total, axis, where)


@registered("composed", "exp(x) / sum(exp(x))", "z × (g - sum(g × z))")
def softmax(x: Any, axis: Any = -1) -> Any:
    """exp(x) / sum(exp(x)) along an axis (or a tuple of axes, or all: None), without overflow.

    >>> from autograd_mini import Tensor
    >>> softmax(Tensor([1000.0, 1000.0])).data
    array([0.5, 0.5])
    """
    with np.errstate(under="ignore"):  # a weight that vanishes is 0
        return exp(log_softmax(x, axis))


def _log_softmax(x: Any, axis: Any = -1) -> Any:
    """x - peak - log(sum(exp(x - peak))): beside a peak of +inf all else is -inf, and equal infinities share."""
    x = np.asarray(x)
    peak = np.maximum.reduce(x, axis=axis, keepdims=True)
    if np.isfinite(peak).all():
        x = np.asarray(x - peak)
    else:
        with np.errstate(invalid="ignore"):  # inf - inf, which is not chosen
            x = np.where(x == peak, 0, np.where(np.isinf(peak), -np.inf, x - peak)).astype(x.dtype)
    return x - _log_of_sum(x, axis)


log_softmax: Operation = general(
    "log_softmax",
    quiet(_log_softmax),
    lambda g, z, x, axis=-1: g - exp(z) * sum(g, axis, keepdims=True),
    about="The logarithm of the softmax, x - logsumexp(x), without overflow.",
    example="log_softmax(Tensor([-2000.0, 0.0])).data → array([-2000.,     0.])",
)


_over_length: Operation = elementwise(
    "over_length",
    lambda x, z: 0.0 if z == 0.0 else x / z,
    quiet(lambda x, z: x / np.where(z == 0, np.inf, z)),
    lambda g, w, x, z: g / z,  # at the zero vector nan or inf: the length has no second derivative there
    lambda g, w, x, z: -(g * (w / z)),
    about=None,  # x / norm(x), and 0 at the zero vector, the subgradient of least norm
)


def _length(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """sqrt(sum(x²)); where squares over- or underflow, of x divided by a power of two near its largest element."""
    with np.errstate(over="ignore", under="ignore"):
        squares = np.sum(x * x, axis=axis, keepdims=True)
        limits = np.finfo(squares.dtype)
        safe = (limits.tiny / limits.eps <= squares) & (squares < np.inf)
        unit: Any = 1.0
        if not safe.all():
            peak = np.maximum.reduce(np.abs(x), axis=axis, keepdims=True, initial=0)
            exponent = np.clip(np.frexp(peak)[1], limits.minexp, -limits.minexp)
            unit = np.where(safe, 1, np.ldexp(peak.dtype.type(1), exponent))  # to divide by it is exact
            squares = np.sum((x / unit) ** 2, axis=axis, keepdims=True)
    z = np.sqrt(squares) * unit
    return z if keepdims else z.squeeze(axis)[()]  # a scalar where all are reduced, as NumPy


euclidean_norm: Operation = reduction(
    "euclidean_norm",
    _length,
    lambda z, x, axis: _over_length(x, z),
    "sqrt(sum(x²)) over an axis, a tuple of axes, or all; the gradient at the zero vector is 0.",
    "euclidean_norm(Tensor([3.0, 4.0])).item() → 5.0",
)


def _p_norm_of(x: Any, axis: Any = None, *, ord: float, keepdims: bool = False) -> Any:
    """sum(|x|^p)^(1/p), of x in units of its largest element, or its smallest for p below 0."""
    size, ord = np.abs(x), as_float(ord)
    extreme, initial = (np.max, 0) if ord > 0 else (np.min, np.inf)
    unit = extreme(size, axis=axis, keepdims=True, initial=initial)
    safe = np.where((unit > 0) & np.isfinite(unit), unit, 1).astype(size.dtype)
    with np.errstate(divide="ignore", over="ignore", under="ignore"):  # of 0 ** -1, and beside what is far larger
        z = safe * np.sum((size / safe) ** ord, axis=axis, keepdims=True) ** (1.0 / ord)
    return z if keepdims else z.squeeze(axis)[()]  # a scalar where all are reduced, as NumPy


def _shares_of_p_norm(z: Any, x: Any, axis: Any, *, ord: float) -> Any:
    """sign(x) (|x| / z)^(p-1); below p = 1 the same with the fraction turned over. 0 where x or z is 0."""
    size, ord = abs(x), as_float(ord)
    return sign(x) * (_over_length(size, z) ** (ord - 1.0) if ord > 1 else _over_length(z, size) ** (1.0 - ord))


p_norm: Operation = reduction(
    "p_norm",
    _p_norm_of,
    _shares_of_p_norm,
    "sum(|x|^p)^(1/p) over an axis, a tuple of axes, or all; ord: the p, any number but 0.\n\n"
    "The gradient at an element of 0, and at the zero vector, is 0.",
    "p_norm(Tensor([1.0, 2.0, 2.0]), ord=3).item().__round__(9) → 2.571281591",
)


@registered("composed", "mean of (x - mean(x))²", "g × 2 (x - mean(x)) / n")
def var(
    x: Any,
    axis: Any = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    """The variance: the mean squared distance from the mean, n - ddof in place of n; of those where the mask holds.

    mean: what is taken for the mean. correction: another name for ddof.

    >>> from autograd_mini import Tensor
    >>> var(Tensor([1.0, 3.0])).item()
    1.0
    """
    less = degrees_less("var", ddof, correction)
    from_mean = _from_mean("var", x, axis, where, mean)
    total = sum(from_mean * from_mean, axis, keepdims=keepdims)
    return total / _freedom(x, total, axis, where, less)


@registered("composed", "√ var(x)", "g × (x - mean(x)) / (n × z)")
def std(
    x: Any,
    axis: Any = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    """The standard deviation, sqrt(var); its gradient at a constant is 0.

    >>> from autograd_mini import Tensor
    >>> std(Tensor([1.0, 3.0])).item()
    1.0
    """
    less = degrees_less("std", ddof, correction)
    away = _from_mean("std", x, axis, where, mean)
    if mean is None:
        away = keep(away, _has_others(x, axis, where, keepdims=True))
    length = euclidean_norm(away, axis, keepdims=keepdims)
    if mean is None:  # after the length as before it: a gradient comes from this side, a tangent from that one
        length = keep(length, _has_others(x, axis, where, keepdims=keepdims))
    return length / _freedom(x, length, axis, where, less) ** 0.5


def degrees_less(name: str, ddof: Any, correction: Any) -> float:
    """How many degrees of freedom less than there are numbers: ddof, which is also called correction."""
    refuse_nodes(name, (ddof, correction))
    if correction is not None:
        if not isinstance(ddof, int) or ddof != 0:
            raise KindError(f"{name}: correction is another name for ddof: give it once")
        ddof = correction
    if not isinstance(ddof, int | float | np.integer | np.floating):
        raise KindError(f"{name}: ddof is a number; got {describe(ddof)}")
    return as_float(ddof)


def _freedom(x: Any, total: Any, axis: Any, where: Any, less: float) -> Any:
    n = np.maximum(_count(x, total, axis, where) - less, 0.0)
    return float(n) if where is True else n


def _has_others(x: Any, axis: Any, where: Any, *, keepdims: bool) -> Any:
    """1 where more than one number is counted, else 0: one alone is its mean, wherever it moves."""
    shape = shape_of(x)
    if where is True:
        axes = attempt(
            "std", normalize_axis_tuple, range(len(shape)) if axis is None or not shape else axis, len(shape)
        )
        return float(math.prod(shape[i] for i in axes) > 1)
    mask = np.broadcast_to(mask_of(where), shape)
    counts = np.sum(mask, axis=axis, keepdims=keepdims)
    return counts > 1


def _from_mean(name: str, x: Any, axis: Any, where: Any, center: Any) -> Any:
    """How far each element is from the mean; 0 for those that the mask leaves out."""
    center = mean(x, axis, keepdims=True, where=where) if center is None else center
    return unmasked(name, x - center, where, 0.0)
