"""Reductions with weights of their own, and what is composed from reductions."""

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..node import Node, Rule, data_of, record
from ..primitive import Operation, attempt, plain, register, registered
from .elementwise import exp
from .linear import concatenate, expand, getitem, reshape, sum, transpose, where
from .piecewise import abs, equals


def reduction(name: str, forward: Operation, weights: Operation, about: str, example: str) -> Any:
    """One number for each slice along the axes, with weights(z, x, axis) = dz/dx, z broadcastable to x."""

    def apply(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        data = attempt(name, forward, x._data if isinstance(x, Node) else plain(x), axis=axis, keepdims=keepdims)
        if not isinstance(x, Node):
            return data

        def derivative(g: Any, z: Any, a: Any) -> Any:
            return expand(g, a, axis, keepdims) * weights(expand(z, a, axis, keepdims), a, axis)

        rule = Rule(name, "reduction", lambda a: apply(a, axis, keepdims=keepdims), (derivative,))
        return record(data, rule, x)

    return register(name, "reduction", apply, about, example)


def _shares(z: Any, x: Any, axis: Any) -> Any:
    """Equal shares for the elements that are the extreme one; they sum to 1."""
    chosen = equals(x, z)
    return chosen / np.sum(chosen, axis=axis, keepdims=True)


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
    np.max,
    _shares,
    "The largest element over an axis, a tuple of axes, or all; ties share the gradient.",
    "max(Tensor([1.0, 3.0, 2.0])).item() → 3.0",
)
min: Operation = reduction(
    "min",
    np.min,
    _shares,
    "The smallest element over an axis, a tuple of axes, or all; ties share the gradient.",
    "min(Tensor([1.0, 3.0, 2.0])).item() → 1.0",
)
logsumexp: Operation = reduction(
    "logsumexp",
    _logsumexp,
    _softmax_weights,
    "log(sum(exp(x))) without overflow; its derivative is the softmax.",
    "logsumexp(Tensor([-1000.0, 0.0])).item() → 0.0",
)


@registered("composed")
def mean(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """The sum divided by the number of elements, over an axis, a tuple of axes, or all.

    >>> from autograd_mini import Tensor
    >>> mean(Tensor([1.0, 2.0, 6.0])).item()
    3.0
    """
    total = sum(x, axis, keepdims=keepdims)
    return total / (np.size(data_of(x)) / (np.size(data_of(total)) or 1))


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
    """x / norm(x), and 0 at the zero vector: the subgradient of least norm."""
    return x / where(data_of(z) == 0.0, 1.0, z)


euclidean_norm: Operation = reduction(
    "euclidean_norm",
    lambda x, axis, keepdims: np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims)),
    _norm_weights,
    "sqrt(sum(x²)) over an axis, a tuple of axes, or all; the gradient at the zero vector is 0.",
    "euclidean_norm(Tensor([3.0, 4.0])).item() → 5.0",
)


@registered("composed")
def norm(x: Any, ord: Any = None, axis: Any = None, *, keepdims: bool = False) -> Any:
    """The length of a vector, or of each along an axis: ord 2 (or None) Euclidean, 1 the sum, inf the largest.

    Over two axes or all, None or "fro" is the Frobenius norm, the length of all elements.

    >>> from autograd_mini import Tensor
    >>> norm(Tensor([3.0, 4.0])).item()
    5.0
    """
    if axis is None and ord is not None and np.ndim(data_of(x)) != 1:
        raise ValueError(f"norm of ord {ord!r} of shape {np.shape(data_of(x))}: say along which axis")
    if ord in (None, 2, "fro"):
        return euclidean_norm(x, axis, keepdims=keepdims)
    if ord == 1:
        return sum(abs(x), axis, keepdims=keepdims)
    if ord == np.inf:
        return max(abs(x), axis, keepdims=keepdims)
    raise ValueError(f"norm of ord {ord!r} has no rule here; 2, 1 and inf have, and any other is a formula of powers")


@registered("composed")
def var(x: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    """The variance: the mean squared distance from the mean, n - ddof in place of n.

    >>> from autograd_mini import Tensor
    >>> var(Tensor([1.0, 3.0])).item()
    1.0
    """
    from_mean = x - mean(x, axis, keepdims=True)
    total = sum(from_mean * from_mean, axis, keepdims=keepdims)
    return total / _freedom(x, total, ddof)


@registered("composed")
def std(x: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    """The standard deviation, sqrt(var); its gradient at a constant is 0.

    >>> from autograd_mini import Tensor
    >>> std(Tensor([1.0, 3.0])).item()
    1.0
    """
    length = euclidean_norm(x - mean(x, axis, keepdims=True), axis, keepdims=keepdims)
    return length / np.sqrt(_freedom(x, length, ddof)).item()


def _freedom(x: Any, reduced: Any, ddof: float) -> Any:
    n = np.size(data_of(x)) / (np.size(data_of(reduced)) or 1)
    return np.maximum(n - ddof, 0.0).item()


@registered("composed")
def prod(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """The product over an axis, a tuple of axes, or all: pairs multiplied, then pairs of pairs; zeros are no kink.

    >>> from autograd_mini import Tensor
    >>> prod(Tensor([2.0, 3.0, 4.0])).item()
    24.0
    """
    shape = np.shape(data_of(x))
    axes = normalize_axis_tuple(range(len(shape)) if axis is None else axis, len(shape))
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
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    n = np.shape(data_of(x))[axis]
    before = (slice(None),) * (axis % np.ndim(data_of(x)))
    reach = 1
    while reach < n:
        later = getitem(x, (*before, slice(reach, None))) * getitem(x, (*before, slice(None, n - reach)))
        x = concatenate([getitem(x, (*before, slice(None, reach))), later], axis)
        reach *= 2
    return x
