"""Reductions with weights of their own, and what is composed from reductions."""

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..errors import ShapeError
from ..node import Node, Rule, data_of, record
from ..primitive import Operation, attempt, plain, register, registered
from .elementwise import exp, positive
from .linear import axis_of, concatenate, expand, getitem, reshape, sum, transpose, unmasked, where
from .piecewise import abs, equals


def reduction(name: str, forward: Operation, weights: Operation, about: str, example: str) -> Any:
    """One number for each slice along the axes, with weights(z, x, axis) = dz/dx, z broadcastable to x.

    What else forward takes by name (a mask), the weights take too.
    """

    def apply(x: Any, axis: Any = None, *, keepdims: bool = False, **named: Any) -> Any:
        raw = x._data if isinstance(x, Node) else plain(x)
        data = attempt(name, forward, raw, axis=axis, keepdims=keepdims, **named)
        if not isinstance(x, Node):
            return data[()]

        def derivative(g: Any, z: Any, a: Any) -> Any:
            return expand(g, a, axis, keepdims) * weights(expand(z, a, axis, keepdims), a, axis, **named)

        rule = Rule(name, "reduction", lambda a: apply(a, axis, keepdims=keepdims, **named), (derivative,))
        return record(data, rule, x)

    return register(name, "reduction", apply, about, example)


def _extreme(ufunc: np.ufunc) -> Operation:
    def forward(x: Any, axis: Any, keepdims: bool, initial: float | None = None, where: Any = True) -> Any:
        if isinstance(initial, Node):
            raise TypeError("the initial number is a constant; a node takes part by maximum or minimum")
        return ufunc.reduce(x, axis=axis, keepdims=keepdims, initial=initial, where=where)

    return forward


def _shares(z: Any, x: Any, axis: Any, initial: float | None = None, where: Any = True) -> Any:
    """Equal shares for the elements that are the extreme one, the initial number among them; they sum to 1."""
    chosen = equals(x, z) if where is True else equals(x, z) * where
    total = np.sum(chosen, axis=axis, keepdims=True)
    return chosen / (total if initial is None else total + equals(data_of(z), initial))


def _logsumexp(x: Any, axis: Any, keepdims: bool) -> Any:
    """peak + log1p(sum of the others): the log of a sum just above 1 would lose its digits (Blanchard et al. 2021)."""
    peak = np.maximum.reduce(x, axis=axis, keepdims=True)
    finite = np.isfinite(peak)
    if not finite.all():
        peak = np.where(finite, peak, 0).astype(peak.dtype, copy=False)
    is_peak = x == peak
    ties = np.add.reduce(is_peak, axis=axis, keepdims=True, dtype=peak.dtype)
    with np.errstate(divide="ignore", over="ignore"):  # log(0) = -inf where all are -inf, exp(800) beside an inf
        terms = np.asarray(np.exp(x - peak))
        np.putmask(terms, is_peak, 0)
        z = peak + np.log1p(np.add.reduce(terms, axis=axis, keepdims=True) + (ties - 1))
    return z if keepdims else z.squeeze(axis)


def _softmax_weights(z: Any, x: Any, axis: Any) -> Any:
    """exp(x - z); where z is infinite equal shares, for there x - z is nan."""
    infinite = np.isinf(data_of(z))
    return where(infinite, _shares(z, x, axis), exp(x - z)) if infinite.any() else exp(x - z)


max: Operation = reduction(
    "max",
    _extreme(np.maximum),
    _shares,
    "The largest element over an axis, a tuple of axes, or all; ties share the gradient.\n\n"
    "initial: a number that takes part too; with it a mask where= may leave elements out.",
    "max(Tensor([1.0, 3.0, 2.0])).item() → 3.0",
)
min: Operation = reduction(
    "min",
    _extreme(np.minimum),
    _shares,
    "The smallest element over an axis, a tuple of axes, or all; ties share the gradient.\n\n"
    "initial: a number that takes part too; with it a mask where= may leave elements out.",
    "min(Tensor([1.0, 3.0, 2.0])).item() → 1.0",
)
logsumexp: Operation = reduction(
    "logsumexp",
    _logsumexp,
    _softmax_weights,
    "log(sum(exp(x))) without overflow; its derivative is the softmax.",
    "logsumexp(Tensor([-1000.0, 0.0])).item() → 0.0",
)


def _count(x: Any, total: Any, axis: Any, where: Any) -> Any:
    """How many elements of x each number of the total is made of, in a dtype that leaves x's alone."""
    if where is True:
        return np.size(data_of(x)) / (np.size(data_of(total)) or 1)
    mask = np.broadcast_to(where, np.shape(data_of(x)))
    shape, dtype = np.shape(data_of(total)), np.asarray(data_of(total)).dtype
    return np.sum(mask, axis=axis, dtype=dtype).reshape(shape)


@registered("composed")
def mean(x: Any, axis: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    """The sum divided by the number of elements, over an axis, a tuple of axes, or all; of those where the mask holds.

    >>> from autograd_mini import Tensor
    >>> mean(Tensor([1.0, 2.0, 6.0])).item()
    3.0
    """
    total = sum(x, axis=axis, keepdims=keepdims, where=where)
    return total / _count(x, total, axis, where)


@registered("composed")
def softmax(x: Any, axis: Any = -1) -> Any:
    """exp(x) / sum(exp(x)) along an axis (or a tuple of axes, or all: None), without overflow.

    >>> from autograd_mini import Tensor
    >>> softmax(Tensor([1000.0, 1000.0])).data
    array([0.5, 0.5])
    """
    return exp(log_softmax(x, axis))


@registered("composed")
def log_softmax(x: Any, axis: Any = -1) -> Any:
    """The logarithm of the softmax, x - logsumexp(x), without overflow.

    >>> from autograd_mini import Tensor
    >>> log_softmax(Tensor([-2000.0, 0.0])).data
    array([-2000.,     0.])
    """
    peak = attempt("log_softmax", np.max, data_of(x), axis=axis, keepdims=True)
    shifted = x - np.where(np.isfinite(peak), peak, 0)[()]  # else log(1 - tiny) is rounded as the peak is
    return shifted - logsumexp(shifted, axis, keepdims=True)


def _norm_weights(z: Any, x: Any, axis: Any) -> Any:
    """x / norm(x), and 0 at the zero vector, the subgradient of least norm; to the second order as abs at 0."""
    return x / where(data_of(z) == 0.0, np.inf, z)


def _length(x: Any, axis: Any, keepdims: bool) -> Any:
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
    return z if keepdims else z.squeeze(axis)


euclidean_norm: Operation = reduction(
    "euclidean_norm",
    _length,
    _norm_weights,
    "sqrt(sum(x²)) over an axis, a tuple of axes, or all; the gradient at the zero vector is 0.",
    "euclidean_norm(Tensor([3.0, 4.0])).item() → 5.0",
)


@registered("composed")
def norm(x: Any, ord: Any = None, axis: Any = None, *, keepdims: bool = False) -> Any:
    """The length of a vector, or of each along an axis: ord 2 (or None) Euclidean, 1 the sum, inf the largest.

    Over more axes or all of them, None is the length of all elements; so is "fro" over two: the Frobenius norm.

    >>> from autograd_mini import Tensor
    >>> norm(Tensor([3.0, 4.0])).item()
    5.0
    """
    axes = np.ndim(data_of(x)) if axis is None else np.size(axis)
    if ord is None or (ord, axes) in ((2, 1), ("fro", 2)):
        return euclidean_norm(x, axis, keepdims=keepdims)
    if (ord, axes) == (1, 1):
        return sum(abs(x), axis, keepdims=keepdims)
    if (ord, axes) == (np.inf, 1):
        return max(abs(x), axis, keepdims=keepdims)
    raise ShapeError(
        f"norm of ord {ord!r} of shape {np.shape(data_of(x))} along axis {axis} has no rule here: along one axis 2, 1 "
        "and inf have, along two 'fro'; any other is a formula of powers"
    )


@registered("composed")
def var(x: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False, where: Any = True) -> Any:
    """The variance: the mean squared distance from the mean, n - ddof in place of n; of those where the mask holds.

    >>> from autograd_mini import Tensor
    >>> var(Tensor([1.0, 3.0])).item()
    1.0
    """
    from_mean = _from_mean("var", x, axis, where)
    total = sum(from_mean * from_mean, axis, keepdims=keepdims)
    return total / _freedom(x, total, axis, where, ddof)


@registered("composed")
def std(x: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False, where: Any = True) -> Any:
    """The standard deviation, sqrt(var); its gradient at a constant is 0.

    >>> from autograd_mini import Tensor
    >>> std(Tensor([1.0, 3.0])).item()
    1.0
    """
    length = euclidean_norm(_from_mean("std", x, axis, where), axis, keepdims=keepdims)
    return length / _freedom(x, length, axis, where, ddof) ** 0.5


def _freedom(x: Any, total: Any, axis: Any, where: Any, ddof: float) -> Any:
    n = np.maximum(_count(x, total, axis, where) - ddof, 0.0)
    return n.item() if where is True else n


def _from_mean(name: str, x: Any, axis: Any, where: Any) -> Any:
    """How far each element is from the mean; 0 for those that the mask leaves out."""
    return unmasked(name, x - mean(x, axis, keepdims=True, where=where), where, 0.0)


@registered("composed")
def prod(x: Any, axis: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    """The product over an axis, a tuple of axes, or all: pairs multiplied, then pairs of pairs; zeros are no kink.

    >>> from autograd_mini import Tensor
    >>> prod(Tensor([2.0, 3.0, 4.0])).item()
    24.0
    """
    x = unmasked("prod", x, where, 1.0)
    shape = np.shape(data_of(x))
    wanted = range(len(shape)) if axis is None else axis
    axes = attempt("prod", lambda a: normalize_axis_tuple(wanted, np.ndim(a)), data_of(x))
    if not axes:
        return positive(x)  # the product of each number alone; a Value stays a Value
    kept = [i for i in range(len(shape)) if i not in axes]
    n = math.prod(shape[i] for i in axes)
    x = reshape(transpose(x, (*axes, *kept)), (n, *(shape[i] for i in kept)))
    while n > 1:
        pairs = getitem(x, slice(0, n - n % 2, 2)) * getitem(x, slice(1, None, 2))
        x = concatenate([pairs, getitem(x, slice(n - 1, None))]) if n % 2 else pairs
        n = (n + 1) // 2
    result = getitem(x, 0) if n else np.ones([shape[i] for i in kept], np.asarray(data_of(x)).dtype) + sum(x, 0)
    return reshape(result, tuple(1 if i in axes else m for i, m in enumerate(shape))) if keepdims else result


@registered("composed")
def cumprod(x: Any, axis: int | None = None) -> Any:
    """The products of the first 1, 2, 3, … elements along an axis, or of all of them laid in a row.

    By doubling: after k rounds each element holds the product of the 2^k up to it (Hillis and Steele 1986).

    >>> from autograd_mini import Tensor
    >>> cumprod(Tensor([1.0, 2.0, 3.0])).data
    array([1., 2., 6.])
    """
    if axis is None or np.ndim(data_of(x)) == 0:
        x, axis = reshape(x, (-1,)), axis or 0
    axis = axis_of("cumprod", x, axis)
    n = np.shape(data_of(x))[axis]
    before = (slice(None),) * axis
    reach = 1
    while reach < n:
        later = getitem(x, (*before, slice(reach, None))) * getitem(x, (*before, slice(None, n - reach)))
        x = concatenate([getitem(x, (*before, slice(None, reach))), later], axis)
        reach *= 2
    return x
