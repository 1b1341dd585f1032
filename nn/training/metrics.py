"""Measures of how right a model's outputs are."""

from typing import Any

import numpy as np

from autograd_mini import ShapeError, Tensor, Value

from ..losses.targets import check_signs, floats


def accuracy(outputs: Any, labels: Any) -> float:
    """The part that is right: the largest of each row against integer labels, or the sign against -1 and 1.

    Raises ShapeError for shapes and for labels that are none of these, which would all be wrong in silence.

    >>> accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1]))
    0.5
    """
    outputs, labels = _array("accuracy", outputs), _array("accuracy", labels)
    in_classes = outputs.ndim == 2 and outputs.shape[1] > 1
    if labels.shape != (outputs.shape[:1] if in_classes else outputs.shape):
        raise ShapeError(
            f"accuracy takes scores (n, classes) and integer labels (n,), or scores and labels -1 and 1 of one shape; "
            f"got {outputs.shape} and {labels.shape}: one-hot rows become labels by argmax(axis=1)"
        )
    if not in_classes:
        check_signs("accuracy", labels, "; for targets that are no labels give fit a metric of your own")
        return float(np.mean(np.sign(outputs) == labels))
    if np.any(labels != np.floor(labels)):
        raise ShapeError("accuracy takes integer labels; there are others among these: give fit a metric of your own")
    return float(np.mean(outputs.argmax(axis=1) == labels))


def _array(name: str, x: Any) -> np.ndarray[Any, Any]:
    numbers = floats(name, x)
    return np.asarray(numbers.data if isinstance(numbers, Tensor | Value) else numbers)
