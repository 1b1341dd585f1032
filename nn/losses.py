"""Losses: one number that says how wrong the outputs are."""

from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, Tensor, Value, log_softmax, mean, relu, stack, sum


def cross_entropy(logits: Any, labels: Any) -> Any:
    """The mean of -log softmax(logits)[label]: how surprised the network is by the right answers.

    logits: (n, classes), before any softmax. labels: (n,) integers from 0 to classes - 1.
    Its gradient with respect to the logits is (softmax - one_hot) / n.

    >>> cross_entropy(np.array([[0.0, 0.0], [0.0, 0.0]]), [0, 1]) == np.log(2.0)
    np.True_
    """
    logits = floats("cross_entropy", logits)
    labels = labels if isinstance(getattr(labels, "dtype", None), np.dtype) else np.asarray(labels)
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
    return -mean(log_softmax(logits, axis=1)[np.arange(len(labels)), labels])


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
    check_signs("hinge", labels)
    return mean(relu(1.0 - labels * scores))


def _error(name: str, outputs: Any, targets: Any) -> Any:
    outputs, targets = _alike(name, outputs, targets)
    return outputs - targets


def _alike(name: str, outputs: Any, targets: Any) -> tuple[Any, Any]:
    """Both as floats of one shape: (n, 1) against (n,) would broadcast to (n, n) in silence."""
    outputs, targets = floats(name, outputs), floats(name, targets)
    if np.shape(outputs) != np.shape(targets):
        raise ShapeError(f"{name} takes two of one shape; got {np.shape(outputs)} and {np.shape(targets)}")
    return outputs, targets


def floats(name: str, x: Any) -> Any:
    """What a loss of that name computes with: nodes as they are, whole numbers as float64, for theirs would wrap round.

    A list, of numbers or of Values, becomes one array or Tensor. Raises KindError for what is no number or has fewer
    digits than the engine's floats.

    >>> floats("mse", np.array([1], np.uint8)) - 3
    array([-2.])
    """
    x = stack(x) if isinstance(x, list | tuple) else x
    if isinstance(x, Tensor | Value):
        return x
    array = np.asarray(x)
    if array.dtype.kind in "iub":
        return array.astype(np.float64) if array.ndim else float(array)
    if array.dtype not in (np.float32, np.float64):
        raise KindError(f"{name} takes numbers, arrays of float32 or float64, Values and Tensors; got {array.dtype}")
    return array if array.ndim else x


def check_signs(name: str, labels: Any, way_out: str = "") -> None:
    """Raise ShapeError unless all labels are -1 or 1; way_out: what its message adds.

    >>> check_signs("hinge", np.array([1, -1, 1]))
    """
    if not np.all(np.abs(labels) == 1):
        raise ShapeError(
            f"{name} takes labels -1 and 1; others are among these: labels 0 and 1 become them by 2 * y - 1 "
            f"(2.0 * y - 1 where they are unsigned){way_out}"
        )
