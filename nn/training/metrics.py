"""Measures of how right a model's outputs are: functions of outputs and targets, plain numbers in and out."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd_mini import ShapeError

from ..arrays import Array, numbers
from ..numbers import ANY, number, whole


def accuracy(outputs: Any, labels: Any, *, threshold: float | None = None) -> float:
    """The part of the labels that the outputs say.

    outputs: scores (..., classes) for labels (...,) from 0 to classes - 1, of which the largest counts, of equal ones
    the first; or one score for each label, of the labels' shape, (n,) or (n, 1), for labels 0 and 1 or -1 and 1: above
    the threshold it says 1. Outputs of an integer dtype and of the labels' shape are predicted labels 0, 1, 2, ….
    threshold: without it the middle of the two labels, 1/2 for 0 and 1 and 0 for -1 and 1, so that what counts is the
    nearer label. That is right for probabilities, and for outputs that were trained by a squared error; for logits
    (`bce_with_logits`) say threshold=0, which their numbers cannot tell. Labels that are all 1 might be either: they
    are taken for 0 and 1 where all outputs lie between these, else for -1 and 1.

    nan if an output is nan. Raises ShapeError for shapes that do not go together and for labels that are none of
    these, which would all be wrong in silence; ValueError where there are none.

    >>> accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1]))
    0.5
    >>> accuracy(np.array([0.7, 0.2, 0.4]), np.array([1, 0, 0])), accuracy(np.array([0.7, -0.2]), np.array([1, -1]))
    (1.0, 1.0)
    """
    guesses, labels, _, lost = _read("accuracy", outputs, labels, threshold)
    return float("nan") if lost else float(np.mean(guesses == labels))


def top_k(k: int) -> Callable[[Any, Any], float]:
    """The metric that counts a label right if its score is among the k largest of its row; `top_k(1)` is accuracy.

    Its outputs are scores (..., classes), its labels (...,) from 0 to classes - 1. Of equal scores the first count as
    larger. nan if an output is nan.

    >>> top_k(2)(np.array([[0.1, 0.5, 0.4], [0.2, 0.3, 0.5]]), np.array([2, 0]))
    0.5
    """
    metric = partial(_top_k, whole("top_k", "k", k, least=1))
    metric.__name__ = f"top_{k}"  # type: ignore[attr-defined]
    return metric


def _top_k(k: int, outputs: Any, labels: Any) -> float:
    name = f"top_k({k})"
    scores = numbers(name, outputs)
    _, labels, classes, lost = _read(name, scores, labels, None)
    if scores.ndim == labels.ndim or k > classes:
        raise ShapeError(f"{name} takes the scores of {k} classes or more in each row; got outputs {scores.shape}")
    right = np.take_along_axis(scores, labels[..., None], axis=-1)
    before = (scores > right) | ((scores == right) & (np.arange(classes) < labels[..., None]))
    return float("nan") if lost else float(np.mean(before.sum(axis=-1) < k))


def r2(outputs: Any, targets: Any) -> float:
    """R², the part of the targets' variance that the outputs explain: 1 - sum((y - f)²) / sum((y - mean(y))²).

    outputs and targets of one shape, (n,) or (n, k); of several columns the mean of their R². 1 is perfect, 0 as good
    as the mean of the targets, below 0 worse. Where the targets are all the same, 1 if the outputs are they, else 0 (as
    scikit-learn's r2_score has it). That of a whole set is not the mean over its batches.

    >>> r2(np.array([1.0, 2.0, 3.5]), np.array([1.0, 2.0, 3.0]))
    0.875
    """
    outputs, targets = numbers("r2", outputs), numbers("r2", targets)
    if outputs.shape != targets.shape or not 1 <= outputs.ndim <= 2:
        raise ShapeError(f"r2 takes two of one shape, (n,) or (n, k); got {outputs.shape} and {targets.shape}")
    _some("r2", targets)
    f, y = outputs.astype(np.float64), targets.astype(np.float64)
    wrong, spread = np.sum((y - f) ** 2, axis=0), np.sum((y - y.mean(axis=0)) ** 2, axis=0)
    constant = np.all(y == y[:1], axis=0)  # whatever rounding made of the mean
    part = 1.0 - np.divide(wrong, spread, out=np.where(wrong == 0, 0.0, 1.0), where=~constant)
    return float(np.mean(np.where(np.isnan(wrong), np.nan, part)))


def confusion_matrix(outputs: Any, labels: Any, *, classes: int | None = None, threshold: float | None = None) -> Array:
    """How often each class was read as each: whole numbers, the labels in rows, what was read in columns.

    outputs, labels, threshold: as for `accuracy`; of labels -1 and 1, -1 is row 0. classes: how many there are; without
    it as many as there are scores, or as occur. ValueError where an output is nan.

    >>> confusion_matrix(np.array([0, 1, 1, 2]), np.array([0, 1, 2, 2]))
    array([[1, 0, 0],
           [0, 1, 0],
           [0, 1, 1]])
    """
    return _confusion("confusion_matrix", outputs, labels, classes, threshold)


def precision(
    outputs: Any,
    labels: Any,
    *,
    average: str | None = "macro",
    classes: int | None = None,
    threshold: float | None = None,
) -> Any:
    """Of what was read as a class, the part that is of it.

    outputs, labels, classes, threshold: as for `confusion_matrix`. average: "macro", the mean over the classes that
    occur, as labels or as read; "micro", of all classes counted together (then precision, recall and F1 are the
    accuracy); "binary", that of class 1 of two; None, an array with that of each class. A class that is there and was
    never read has 0; one that occurs nowhere nan, and no part in the mean.

    >>> read, labels = np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0])
    >>> precision(read, labels, average="binary"), precision(read, labels, average=None)
    (0.6666666666666666, array([1.        , 0.66666667]))
    """
    return _averaged("precision", outputs, labels, average, classes, threshold)


def recall(
    outputs: Any,
    labels: Any,
    *,
    average: str | None = "macro",
    classes: int | None = None,
    threshold: float | None = None,
) -> Any:
    """Of what is of a class, the part that was read as it.

    Arguments as for `precision`. A class that was read and is never there has 0; one that occurs nowhere nan.

    >>> recall(np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0]), average=None)
    array([0.5, 1. ])
    """
    return _averaged("recall", outputs, labels, average, classes, threshold)


def f1(
    outputs: Any,
    labels: Any,
    *,
    average: str | None = "macro",
    classes: int | None = None,
    threshold: float | None = None,
) -> Any:
    """F1, the harmonic mean of precision and recall: 2 · right / (read as the class + of the class).

    Arguments as for `precision`. One that occurs nowhere has nan.

    >>> f1(np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0]), average="binary")
    0.8
    """
    return _averaged("f1", outputs, labels, average, classes, threshold)


def _averaged(
    name: str, outputs: Any, labels: Any, average: str | None, classes: int | None, threshold: float | None
) -> Any:
    if average not in ("macro", "micro", "binary", None):
        raise ValueError(f'{name} averages by "macro", "micro", "binary" or not at all, None; got {average!r}')
    counts = _confusion(name, outputs, labels, classes, threshold)
    right, read, there = counts.diagonal(), counts.sum(axis=0), counts.sum(axis=1)
    if average == "binary" and len(right) != 2:
        raise ShapeError(f'{name} with average="binary" takes two classes; there are {len(right)}')
    if average == "micro":
        right, read, there = (part.sum(keepdims=True) for part in (right, read, there))
    of = {"precision": read, "recall": there, "f1": (read + there) / 2}[name]
    each = np.divide(right, of, out=np.where(read + there == 0, np.nan, 0.0), where=of > 0)
    return each if average is None else float(each[1] if average == "binary" else np.nanmean(each))


def _confusion(name: str, outputs: Any, labels: Any, classes: int | None, threshold: float | None) -> Array:
    guesses, labels, found, lost = _read(name, outputs, labels, threshold)
    if lost:
        raise ValueError(f"{name}: {lost} of the outputs are nan, and say no class")
    count = found if classes is None else whole(name, "classes", classes, least=1)
    if count < found:
        raise ShapeError(f"{name} was told of {classes} classes; among outputs and labels there are {found}")
    return np.bincount((labels * count + guesses).ravel(), minlength=count * count).reshape(count, count)


def _read(name: str, outputs: Any, labels: Any, threshold: float | None) -> tuple[Array, Array, int, int]:
    """What was read and what is right, both as classes from 0 on; how many classes; how many outputs are nan."""
    outputs, labels = numbers(name, outputs), numbers(name, labels)
    in_classes = outputs.ndim == labels.ndim + 1 and outputs.shape[-1] > 1
    one_hot = outputs.ndim > 1 and outputs.shape[-1] > 1 and not in_classes
    if one_hot or labels.shape != (outputs.shape[:-1] if in_classes else outputs.shape):
        raise ShapeError(
            f"{name} takes scores (n, classes) and integer labels (n,), or one score a label, both of one shape; "
            f"got {outputs.shape} and {labels.shape}: one-hot rows become labels by argmax(axis=1)"
        )
    _some(name, labels)
    if not np.all(np.isfinite(labels) & (labels == np.floor(labels))):
        raise ShapeError(f"{name} takes integer labels; there are others among these: give fit a metric of your own")
    low, high = int(labels.min()), int(labels.max())
    if in_classes:
        if threshold is not None:
            raise ValueError(f"{name}: a threshold is for one score a label; of several the largest counts")
        classes = outputs.shape[-1]
        if low < 0 or high >= classes:
            raise ShapeError(f"{name}: labels from {low} to {high} for {classes} classes")
        return outputs.argmax(axis=-1), labels.astype(int), classes, int(np.isnan(outputs).sum())
    signs, whole = _are_signs(outputs, labels), outputs.dtype.kind in "biu"
    if whole and not signs and low >= 0:
        if outputs.min() < 0:
            raise ShapeError(f"{name}: a predicted label is {outputs.min()}; scores are floats, astype(float)")
        return outputs.astype(int), labels.astype(int), int(max(outputs.max(), high)) + 1, 0
    if high > 1 or (low < 0 and not signs):
        raise ShapeError(
            f"{name} of one score takes labels 0 and 1 or -1 and 1; there are others among these: give the scores of "
            "all classes, or predictions as integers; for targets that are no labels give fit a metric of your own"
        )
    middle = (0.0 if signs else 0.5) if threshold is None else number(name, "threshold", threshold, ANY)
    return (outputs > middle).astype(int), (labels > 0).astype(int), 2, int(np.isnan(outputs).sum())


def _are_signs(outputs: Array, labels: Array) -> bool:
    """Whether the labels are -1 and 1; of those that are all 1 the outputs tell, as far as they can."""
    if not np.all(np.abs(labels) == 1):
        return False
    return bool(np.any(labels < 0) or np.any(outputs < 0) or (outputs.dtype.kind == "f" and np.any(outputs > 1)))


def _some(name: str, labels: Array) -> None:
    if not labels.size:
        raise ValueError(f"{name}: there is nothing to measure, no examples")
