"""Reductions with weights of their own, and what is composed from reductions."""

from typing import Any

import numpy as np

from ..node import Node, Rule, data_of, record
from ..primitive import Operation, attempt, plain, register, registered
from .elementwise import equals, exp
from .linear import expand, sum, where


def reduction(name: str, forward: Operation, weights: Operation, about: str, example: str) -> Any:
    """One number for each slice along the axes, with weights(z, x, axis) = dz/dx, z broadcastable to x."""

    def apply(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        data = attempt(name, forward, x._data if isinstance(x, Node) else plain(x), axis=axis, keepdims=keepdims)
        if not isinstance(x, Node):
            return data

        def derivative(g: Any, z: Any, a: Any) -> Any:
            return expand(g, a, axis, keepdims) * weights(expand(z, a, axis, keepdims), a, axis)

        rule = Rule(name, "reduction", lambda a: forward(a, axis=axis, keepdims=keepdims), (derivative,))
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
    return x - logsumexp(x, axis, keepdims=True)
