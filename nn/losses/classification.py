"""Losses of classifiers: scores or logarithms of probabilities against labels."""

from typing import Any

import numpy as np

from autograd_mini import (
    KindError,
    ShapeError,
    concatenate,
    expand_dims,
    log_softmax,
    mean,
    named_call,
    relu,
    sum,
    where,
)

from ..arrays import floats, numbers
from ..numbers import ABOVE_ZERO, UP_TO_ONE, number
from .reducing import reduced
from .targets import alike, array_of, check_probabilities, check_signs, choice, read, weighed

FAR = 10_000  # columns of zeros between the classes and an ignored label, for every row of a compiled step


@named_call("cross_entropy", "mean of -target · log softmax(logits)", "g × (softmax(logits) - target) / n")
def cross_entropy(
    logits: Any,
    targets: Any,
    *,
    weight: Any = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> Any:
    """The mean of -log softmax(logits)[label]: how surprised the network is by the right answers.

    logits: (..., classes), before any softmax; (n, classes) or (n, time, classes), say. PyTorch has the classes second:
    they become the last by moveaxis(logits, 1, -1). targets: labels, integers from 0 to classes - 1 in the shape (...),
    or probabilities, floats in the logits' shape whose rows sum to 1: then -sum(p · log softmax(logits)).

    weight: (classes,), what each class counts; the mean is divided by the weights of the labels. label_smoothing: s
    mixes each label with all classes, (1 - s) · one_hot + s / classes (Szegedy et al. 2016). ignore_index: a label that
    does not count, such as that of padding. reduction: "mean", "sum", or "none", which gives one for each label. The
    gradient of the mean with respect to the logits is (softmax - one_hot) / n.

    >>> cross_entropy(np.array([[0.0, 0.0], [0.0, 0.0]]), [0, 1]) == np.log(2.0)
    np.True_
    """
    logits, targets = floats("cross_entropy", logits), array_of("cross_entropy", targets)
    if label_smoothing:
        label_smoothing = number("cross_entropy", "label_smoothing", label_smoothing, UP_TO_ONE)
    if targets.dtype.kind == "f" and targets.shape == np.shape(logits):
        if ignore_index is not None:
            raise KindError("cross_entropy ignores labels; of probabilities leave the rows out that do not count")
        return _of_probabilities(logits, floats("cross_entropy", targets), weight, label_smoothing, reduction)
    labels = _labels("cross_entropy", targets, logits, ignore_index)
    return _of_labels(
        "cross_entropy", log_softmax(logits, axis=-1), labels, weight, label_smoothing, ignore_index, reduction
    )


@named_call("nll", "mean of -log_probabilities[label]", "-g / n at each label")
def nll(
    log_probabilities: Any, labels: Any, *, weight: Any = None, ignore_index: int | None = None, reduction: str = "mean"
) -> Any:
    """The mean of -log_probabilities[label], as cross_entropy of what has been through log_softmax already.

    log_probabilities: (..., classes). labels: integers from 0 to classes - 1 in the shape (...). weight, ignore_index,
    reduction: as of `cross_entropy`.

    >>> nll(np.log([[0.25, 0.75], [0.5, 0.5]]), [0, 1]) == np.log(8.0) / 2
    np.True_
    """
    log_probabilities = floats("nll", log_probabilities)
    labels = _labels("nll", array_of("nll", labels), log_probabilities, ignore_index)
    return _of_labels("nll", log_probabilities, labels, weight, 0.0, ignore_index, reduction)


@named_call("hinge", "mean of max(0, 1 - label × score)", "-g × label / n where the margin is missed")
def hinge(scores: Any, labels: Any, *, reduction: str = "mean") -> Any:
    """The mean of max(0, 1 - label · score), for labels -1 and 1; scores and labels of one shape.

    For more than two classes there is `multi_margin`.

    >>> hinge(np.array([0.5, -2.0]), np.array([1, -1]))
    np.float64(0.25)
    """
    scores, labels = alike("hinge", scores, choice("hinge", labels, -1, 1, [np.nan, 1.0, -1.0]))
    check_signs("hinge", labels)
    return reduced("hinge", relu(1.0 - labels * scores), reduction)


@named_call("multi_margin")
def multi_margin(scores: Any, labels: Any, *, margin: float = 1.0, reduction: str = "mean") -> Any:
    """The hinge loss of many classes: the mean of sum over others of max(0, margin + other - right) / classes.

    scores: (..., classes). labels: integers from 0 to classes - 1 in the shape (...). As PyTorch's multi_margin_loss
    (Weston and Watkins 1999).

    >>> multi_margin(np.array([[2.0, 1.5, 0.0]]), [0]) == 0.5 / 3
    np.True_
    """
    scores = floats("multi_margin", scores)
    labels = _labels("multi_margin", array_of("multi_margin", labels), scores, None)
    margin = number("multi_margin", "margin", margin, ABOVE_ZERO)
    right = expand_dims(scores[_places(labels)], -1)
    # The right class itself is the margin behind itself, which is taken off again.
    losses = (sum(relu(margin + (scores - right)), axis=-1) - margin) / scores.shape[-1]
    return reduced("multi_margin", losses, reduction)


def _labels(name: str, labels: Any, scores: Any, ignore_index: int | None) -> Any:
    """The labels, if they are some of these scores' classes, or the one that is ignored."""
    if labels.dtype.kind in "US":
        raise KindError(
            f"{name} takes integer labels; got words, which classes, labels = np.unique(words, return_inverse=True) "
            "numbers"
        )
    if labels.dtype.kind not in "iu":
        raise KindError(
            f"{name} takes integer labels; got {labels.dtype} {labels.shape} for {np.shape(scores)}: one-hot rows "
            "become labels by argmax(axis=-1), whole numbers by astype(int)"
        )
    shape: tuple[int, ...] = getattr(scores, "shape", ())
    if not shape or not shape[-1] or labels.shape != shape[:-1]:
        way_out = ""
        if labels.shape == shape:
            way_out = ": one-hot rows become labels by argmax(axis=-1)"
        elif labels.shape == (*shape[:-1], 1):
            way_out = ": labels[..., 0] is without the last axis"
        elif len(shape) > 2 and labels.shape == (shape[0], *shape[2:]):
            way_out = ": where the classes are the second axis, moveaxis(scores, 1, -1) puts them last"
        raise ShapeError(
            f"{name} takes scores (..., classes) and labels (...), such as (n, classes) and (n,); "
            f"got {shape} and {labels.shape}{way_out}"
        )
    if ignore_index is not None:
        _check_ignored(name, labels, shape[-1], ignore_index)
    elif labels.size and (labels.min() < 0 or labels.max() >= shape[-1]):
        way_out = "the model gives a score for each of them" if shape[-1] > 1 else "of one score it is bce_with_logits"
        raise ShapeError(
            f"{name}: labels from {labels.min()} to {labels.max()} for {shape[-1]} classes, which are numbered from 0: "
            f"{way_out}"
        )
    return labels


def _check_ignored(name: str, labels: Any, classes: int, ignore_index: int) -> None:
    if not isinstance(ignore_index, int | np.integer) or isinstance(ignore_index, bool):
        raise KindError(f"{name} takes as ignore_index a label, an integer; got {ignore_index!r}")
    if isinstance(labels, np.ndarray):
        others = labels[labels != ignore_index]
        is_wrong = others.size and (others.min() < 0 or others.max() >= classes)
    else:  # a program looks at the bounds alone, and what it finds between them has the loss nan
        low, high = min(0, ignore_index), max(classes - 1, ignore_index)
        is_wrong = labels.size and (labels.min() < low or labels.max() > high)
    if is_wrong:
        raise ShapeError(
            f"{name}: labels from {labels.min()} to {labels.max()} for {classes} classes and {ignore_index}, "
            "which is ignored"
        )


def _places(labels: Any) -> tuple[Any, ...]:
    """The index of each label's own score."""
    axes = len(labels.shape)
    if axes == 1:
        return np.arange(len(labels)), labels
    grid = [np.arange(size).reshape(size, *[1] * (axes - 1 - axis)) for axis, size in enumerate(labels.shape)]
    return (*grid, labels)


def _of_labels(
    name: str, logs: Any, labels: Any, weight: Any, smoothing: float, ignore_index: int | None, reduction: str
) -> Any:
    """The loss of logarithms of probabilities, and labels that have been looked at."""
    if weight is None and ignore_index is None:
        right = logs[_places(labels)]
        if smoothing:
            right = (1.0 - smoothing) * right + smoothing * mean(logs, axis=-1)
        return -reduced(name, right, reduction)
    classes = np.shape(logs)[-1]
    if ignore_index is not None and isinstance(labels, np.ndarray):  # next to the classes, however far off it was
        labels, ignore_index = np.where(labels == ignore_index, classes, labels.astype(np.intp)), classes
    weights = 1.0 if weight is None else _weights(name, weight, logs)
    # The ignored label is an index too, if need be that of a column of zeros behind the classes.
    beyond = 0 if ignore_index is None else max(-ignore_index, ignore_index + 1 - classes, 0)
    if beyond > FAR:
        raise KindError(
            f"{name}: a program has a column for each number between the {classes} classes and ignore_index, which are "
            f"too many for {ignore_index}: ignore -100, say, or {classes}"
        )

    def of_each(numbers: Any) -> Any:
        """The number of each label, 0 of the ignored one, and nan of what is none."""
        table = np.concatenate([np.ones(classes) * numbers, np.full(beyond, np.nan)]).astype(logs.dtype)
        if ignore_index is not None:
            table[ignore_index] = 0.0
        return read(table, labels)

    counts = of_each(weights)
    columns = concatenate([logs, np.zeros((*labels.shape, beyond), logs.dtype)], axis=-1) if beyond else logs
    found = weighed(counts, columns[_places(labels)])
    if smoothing:
        found = (1.0 - smoothing) * found + smoothing * mean(logs * weights, axis=-1)
    if ignore_index is not None:
        found = where(of_each(1.0) == 0.0, 0.0, found)
    if reduction != "mean":
        return -reduced(name, found, reduction)
    with np.errstate(invalid="ignore"):  # of no labels at all it is 0 / 0
        return -(sum(found) / sum(counts))


def _of_probabilities(logits: Any, targets: Any, weight: Any, smoothing: float, reduction: str) -> Any:
    check_probabilities("cross_entropy", targets, "; of numbers that are to be learned the loss is mse")
    if smoothing:
        targets = (1.0 - smoothing) * targets + smoothing / np.shape(logits)[-1]
    if weight is not None:
        targets = targets * _weights("cross_entropy", weight, logits)
    return -reduced("cross_entropy", sum(weighed(targets, log_softmax(logits, axis=-1)), axis=-1), reduction)


def _weights(name: str, weight: Any, logits: Any) -> Any:
    weights = numbers(f"{name} as weight", weight)
    classes = np.shape(logits)[-1]
    if weights.dtype.kind not in "iuf" or weights.shape != (classes,):
        raise ShapeError(
            f"{name} takes as weight a number for each of {classes} classes; got {weights.dtype} {weights.shape}"
        )
    if not np.all((weights >= 0) & (weights < np.inf)):
        raise ShapeError(f"{name} takes as weight finite numbers, 0 or more; got {weight!r}")
    return weights.astype(logits.dtype)
