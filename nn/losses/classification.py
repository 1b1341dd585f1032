"""Losses of classifiers."""

from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, log_softmax, mean, relu

from .targets import alike, check_signs, floats


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


def hinge(scores: Any, labels: Any) -> Any:
    """The mean of max(0, 1 - label · score), for labels -1 and 1; scores and labels of one shape.

    >>> hinge(np.array([0.5, -2.0]), np.array([1, -1]))
    np.float64(0.25)
    """
    scores, labels = alike("hinge", scores, labels)
    check_signs("hinge", labels)
    return mean(relu(1.0 - labels * scores))
