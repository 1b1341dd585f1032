"""Losses of probabilities: of yes and no, and of one distribution against another."""

from typing import Any

import numpy as np

from autograd_mini import ShapeError, exp, named_call, softplus, sum, xlogy

from ..arrays import floats
from .reducing import reduced
from .targets import NEAR, alike, check_probabilities, check_unit, choice, weighed


@named_call("bce", "mean of -(t × log p + (1 - t) × log(1 - p))", "g × (p - t) / (p × (1 - p)) / n")
def bce(probabilities: Any, targets: Any, *, reduction: str = "mean") -> Any:
    """The binary cross-entropy, the mean of -(t · log p + (1 - t) · log(1 - p)); both from 0 to 1 and of one shape.

    Where p is 0 or 1 it is 0 if the target agrees, else inf (PyTorch stops at 100). `bce_with_logits` takes what is
    before the sigmoid, and is finite and accurate there too.

    >>> bce(np.array([0.5, 0.25]), np.array([1, 0]), reduction="none").round(3)
    array([0.693, 0.288])
    """
    p, t = alike("bce", probabilities, choice("bce", targets, 0, 1, [0.0, 1.0]))
    check_unit("bce", "probabilities", p, ": for what is before a sigmoid there is bce_with_logits")
    check_unit("bce", "targets", t)
    return -reduced("bce", xlogy(t, p) + xlogy(1.0 - t, 1.0 - p), reduction)


@named_call("bce_with_logits", "mean of t × softplus(-x) + (1 - t) × softplus(x)", "g × (sigmoid(x) - t) / n")
def bce_with_logits(logits: Any, targets: Any, *, pos_weight: Any = 1.0, reduction: str = "mean") -> Any:
    """The binary cross-entropy of sigmoid(logits), without overflow; targets from 0 to 1, of the logits' shape.

    The mean of pos_weight · t · softplus(-x) + (1 - t) · softplus(x). pos_weight: how much more a 1 counts than a 0, a
    number or an array that broadcasts to the logits (one for each column, say).

    >>> bce_with_logits(np.array([0.0, 1000.0]), np.array([1, 0]), reduction="none").round(3)
    array([6.93e-01, 1.00e+03])
    """
    x, t = alike("bce_with_logits", logits, choice("bce_with_logits", targets, 0, 1, [0.0, 1.0]))
    check_unit("bce_with_logits", "targets", t)
    positive, negative = weighed(t, softplus(-x)), weighed(1.0 - t, softplus(x))
    return reduced("bce_with_logits", _positives(pos_weight, x) * positive + negative, reduction)


@named_call("kl_div", "sum of p × (log p - log q), the mean over rows", "-g × p / rows")
def kl_div(log_probabilities: Any, targets: Any, *, reduction: str = "mean") -> Any:
    """The Kullback-Leibler divergence of a model's distribution q from the targets' p, sum(p · (log p - log q)).

    log_probabilities: log q, as log_softmax gives it, (..., classes). targets: p itself, in the same shape. The sum is
    over the classes, the mean over the rows: PyTorch's reduction "batchmean", where its "mean" divides by the classes
    too. As of all losses here what the model gives comes first.

    >>> kl_div(np.log([[0.25, 0.75]]), np.array([[0.5, 0.5]])).round(4)
    np.float64(0.1438)
    """
    log_q, p = alike("kl_div", log_probabilities, targets)
    check_probabilities("kl_div", p)
    if np.any(np.abs(sum(exp(log_q), axis=-1) - 1.0) > NEAR):
        raise ShapeError(
            "kl_div takes logarithms of probabilities first, whose exp has a sum of 1 along the last axis; others are "
            "among these: log_softmax(logits) gives them, and the targets come second"
        )
    return reduced("kl_div", sum(xlogy(p, p) - weighed(p, log_q), axis=-1), reduction)


def _positives(pos_weight: Any, x: Any) -> Any:
    """What a 1 counts, in the logits' own precision."""
    weights = np.asarray(floats("bce_with_logits", pos_weight))
    if not np.all((weights >= 0.0) & (weights < np.inf)):
        raise ShapeError(f"bce_with_logits takes as pos_weight finite numbers, 0 or more; got {pos_weight!r}")
    if weights.ndim == 0:
        return float(weights)
    try:
        fits = np.broadcast_shapes(weights.shape, np.shape(x)) == np.shape(x)
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(f"bce_with_logits: pos_weight of shape {weights.shape} does not broadcast to {np.shape(x)}")
    return weights.astype(x.dtype)
