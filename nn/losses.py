"""Losses: one number that says how wrong the outputs are."""

from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, logsumexp, mean, relu, stack, sum


def cross_entropy(logits: Any, labels: Any) -> Any:
    """The mean of -log softmax(logits)[label]: how surprised the network is by the right answers.

    logits: (n, classes), before any softmax. labels: (n,) integers from 0 to classes - 1.
    Its gradient with respect to the logits is (softmax - one_hot) / n.

    >>> cross_entropy(np.array([[0.0, 0.0], [0.0, 0.0]]), [0, 1]) == np.log(2.0)
    np.True_
    """
    logits, labels = _outputs(logits), np.asarray(labels)
    if labels.dtype.kind not in "iu":
        raise KindError(
            f"cross_entropy takes integer labels; got {labels.dtype}: one-hot rows become labels by argmax(axis=1), "
            "whole numbers by astype(int)"
        )
    if len(logits.shape) != 2 or labels.shape != logits.shape[:1]:
        raise ShapeError(
            f"cross_entropy takes logits (n, classes) and labels (n,); got {logits.shape} and {labels.shape}"
        )
    if labels.size and (labels.min() < 0 or labels.max() >= logits.shape[1]):
        raise ShapeError(f"cross_entropy: labels from {labels.min()} to {labels.max()} for {logits.shape[1]} classes")
    right = logits[np.arange(len(labels)), labels]
    return mean(logsumexp(logits, axis=1) - right)


def mse(outputs: Any, targets: Any) -> Any:
    """The mean squared error, mean((outputs - targets)²); outputs and targets of one shape.

    >>> mse(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    np.float64(2.0)
    """
    return mean(_error("mse", outputs, targets) ** 2)


def sse(outputs: Any, targets: Any) -> Any:
    """The sum of squared errors, sum((outputs - targets)²); outputs and targets of one shape.

    >>> sse(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    np.float64(4.0)
    """
    return sum(_error("sse", outputs, targets) ** 2)


def hinge(scores: Any, labels: Any) -> Any:
    """The mean of max(0, 1 - label · score), for labels -1 and 1; scores and labels of one shape.

    >>> hinge(np.array([0.5, -2.0]), np.array([1, -1]))
    np.float64(0.25)
    """
    scores, labels = _alike("hinge", scores, labels)
    if not np.all(np.abs(labels) == 1):
        raise ShapeError("hinge takes labels -1 and 1; others are among these: labels 0 and 1 become them by 2 * y - 1")
    return mean(relu(1.0 - labels * scores))


def _error(name: str, outputs: Any, targets: Any) -> Any:
    outputs, targets = _alike(name, outputs, targets)
    return outputs - targets


def _alike(name: str, outputs: Any, targets: Any) -> tuple[Any, Any]:
    """Both as arrays or Tensors of one shape: (n, 1) against (n,) would broadcast to (n, n) in silence."""
    outputs, targets = _outputs(outputs), _outputs(targets)
    if np.shape(outputs) != np.shape(targets):
        raise ShapeError(f"{name} takes two of one shape; got {np.shape(outputs)} and {np.shape(targets)}")
    return outputs, targets


def _outputs(x: Any) -> Any:
    """A list, of numbers or of Values, as one array or Tensor; anything else as it is."""
    return stack(x) if isinstance(x, list | tuple) else x
