"""Constants that bear a label: arrays to be named on pictures, which nothing is learned of."""

from typing import Any
from weakref import finalize

import numpy as np

from .admission import plain
from .errors import KindError, describe
from .node import Node

_labels: dict[int, str] = {}  # by the identity of an array that is alive: an array of NumPy has no place for a label


def constant(data: Any, *, label: str) -> Any:
    """An array of its own, with a label for pictures and formulas; it stays a constant, and has no gradient.

    It is a plain NumPy array of float32 or float64, and no leaf as a Tensor would be. What is computed from it, a part
    of it too, has no label.

    data: an array, or what NumPy makes one of. Raises KindError where it holds no numbers, or the label is no text.

    >>> from autograd_mini import Tensor, constant, draw
    >>> t = constant([1.0, 2.0], label="t")
    >>> y = Tensor([3.0, 4.0], label="x") * t
    >>> t, [arrow.formula for arrow in draw(y).shown.arrows if arrow.formula]
    (array([1., 2.]), ['g × t'])
    """
    if not isinstance(label, str):
        raise KindError(f"a label is text; got {describe(label)}")
    if isinstance(data, Node):
        raise KindError("constant takes numbers and arrays; got a node, which may bear a label itself: pass node.data")
    array = np.array(plain(data if np.ndim(data) else np.asarray(data), "constant"))
    return attach(array, label)


def attach(array: Any, label: str) -> Any:
    """The array itself, which bears the label as long as it lives.

    >>> label_of(attach(np.ones(2), "t"))
    't'
    """
    _labels[id(array)] = label
    finalize(array, _labels.pop, id(array), None)
    return array


def label_of(x: Any) -> str | None:
    """The label of a node or of an array; None where it bears none.

    >>> from autograd_mini import Value
    >>> label_of(Value(1.0, label="x")), label_of(np.ones(2)), label_of(2.0)
    ('x', None, None)
    """
    if isinstance(x, Node):
        label: str | None = x.label
        return label
    is_labelled = bool(_labels) and isinstance(x, np.ndarray)
    return _labels.get(id(x)) if is_labelled else None
