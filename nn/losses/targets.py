"""What losses ask of outputs and targets: numbers of one shape, labels that are labels."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_mini import ShapeError, Tensor, Value, where

from ..arrays import check_plain, floats, joined

NEAR = 1e-3  # how far from 1 rounding may take a sum of probabilities, in float32 and of many classes


def loss_of(loss: Callable[[Any, Any], Any], outputs: Any, targets: Any) -> Any:
    """What any loss gives; an error in it says too that it was handed a tuple, as recurrent layers give it."""
    try:
        return loss(outputs, targets)
    except Exception as error:
        if isinstance(outputs, tuple):
            error.add_note(
                f"the loss was handed what the model gives, a tuple of {len(outputs)}: a recurrent layer gives "
                "(outputs, state), of which the forward of a module of your own takes one, outputs[:, -1] say, or the "
                "loss itself"
            )
        raise


def alike(name: str, outputs: Any, targets: Any) -> tuple[Any, Any]:
    """Both as floats of one shape: (n, 1) against (n,) would broadcast to (n, n) in silence."""
    outputs, targets = floats(name, outputs), floats(name, targets)
    given, asked = np.shape(outputs), np.shape(targets)
    if given != asked:
        way_out = ""
        if given == (*asked, 1):
            way_out = ": targets[:, None] makes a column of them" if len(asked) == 1 else ": targets[..., None]"
        elif asked == (*given, 1):
            way_out = ": targets[..., 0] is without the last axis"
        raise ShapeError(f"{name} takes two of one shape; got {given} and {asked}{way_out}")
    return outputs, targets


def array_of(name: str, x: Any) -> Any:
    """Targets with a shape and a dtype: what has them as it is (a program's arguments have), lists as arrays."""
    check_plain(name, x)
    if isinstance(getattr(x, "dtype", None), np.dtype):
        return x
    x = joined(x)
    try:
        return x if isinstance(x, Tensor | Value) else np.asarray(x)
    except ValueError as error:
        raise ShapeError(f"{name} takes targets that are an array; got {x!r:.80}: {error}") from error


def read(table: Any, labels: Any) -> Any:
    """The number of each label: from an array at once, from a Tensor where a program reads it for any labels."""
    return table[labels] if isinstance(labels, np.ndarray) else Tensor(table)[labels]


def choice(name: str, labels: Any, low: int, high: int, table: Any) -> Any:
    """Labels that a program is given, as numbers of a table, so that it is recorded once for all; others as they are.

    low, high: the program looks at these bounds alone; between them a label that is none has nan in the table.
    """
    if isinstance(labels, np.ndarray | np.generic) or getattr(labels, "dtype", np.dtype(float)).kind not in "iu":
        return labels
    if labels.size and (labels.min() < low or labels.max() > high):
        raise ShapeError(f"{name} takes labels from {low} to {high}; got {labels.min()} to {labels.max()}")
    return read(np.array(table), labels)


def weighed(p: Any, x: Any) -> Any:
    """p · x, and 0 where p is 0, though x be infinite: a logarithm of 0, say.

    >>> weighed(np.array([0.0, 1.0]), np.array([-np.inf, -2.0]))
    array([ 0., -2.])
    """
    return p * where((p == 0.0) & (np.abs(x) == np.inf), 0.0, x)


def check_signs(name: str, labels: Any, way_out: str = "") -> None:
    """Raise ShapeError unless all labels are -1 or 1; way_out: what its message adds.

    >>> check_signs("hinge", np.array([1, -1, 1]))
    """
    if not np.all(np.abs(labels) == 1):
        raise ShapeError(
            f"{name} takes labels -1 and 1; others are among these: labels 0 and 1 become them by 2 * y - 1 "
            f"(2.0 * y - 1 where they are unsigned){way_out}"
        )


def check_probabilities(name: str, x: Any, way_out: str = "") -> None:
    """Raise ShapeError unless the numbers along the last axis are probabilities of classes: not below 0, with sum 1.

    way_out: what its message adds.

    >>> check_probabilities("cross_entropy", np.array([[0.25, 0.75], [1.0, 0.0]]))
    """
    if np.any(x < 0.0) or np.any(np.abs(np.sum(x, axis=-1) - 1.0) > NEAR):
        raise ShapeError(
            f"{name} takes as targets probabilities, 0 or more and with a sum of 1 along the last axis; others are "
            "among these: softmax(x) makes them of any numbers, x / x.sum(axis=-1, keepdims=True) of numbers above "
            f"0{way_out}"
        )


def check_unit(name: str, words: str, x: Any, way_out: str = "") -> None:
    """Raise ShapeError unless all numbers are from 0 to 1, or nan; words: what they are.

    >>> check_unit("bce", "targets", np.array([0.0, 0.3]))
    """
    if np.any(x < 0.0) or np.any(x > 1.0):
        raise ShapeError(f"{name} takes as {words} numbers from 0 to 1; others are among these{way_out}")
