"""The one door through which raw numbers and arrays come in: what is let in, as what, and what is refused."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .errors import KindError, describe
from .node import Node

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))  # what nodes hold


def admit(operation: str, inputs: Sequence[Any]) -> Sequence[Any]:
    """The inputs as an operation computes with them: nodes as they are, numbers as floats, arrays as arrays of floats.

    Beside a node a raw input is what that kind of node keeps; among themselves, integers are float64.
    """
    for x in inputs:
        if isinstance(x, Node):
            return [y if isinstance(y, Node) else x.admit(y, operation) for y in inputs]
    return [plain(x, operation) for x in inputs]


def admit_one(operation: str, x: Any) -> Any:
    """One input, as `admit` has it: a node as it is, a number as a float, an array as one of floats."""
    return x if isinstance(x, Node) else plain(x, operation)


def plain(x: Any, operation: str) -> Any:
    """A raw input where there is no node: a Python number as a float, whole numbers as float64, floats as they are."""
    if type(x) is float or (type(x) is np.ndarray and x.dtype in FLOATS):
        return x
    if isinstance(x, bool | int | float) and not isinstance(x, np.generic):
        return as_float(x)
    array = numeric(x, operation)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def numeric(x: Any, operation: str) -> Any:
    """A raw input as an array of numbers that nodes can meet; a KindError that names the operation otherwise."""
    if type(x) is np.ndarray or isinstance(x, np.generic):
        array = x
    elif isinstance(x, np.ndarray):
        array = without_subclass(x, operation)
    elif isinstance(x, Node):
        raise KindError(f"{operation} takes this as a constant; got a node: pass node.data")
    else:
        try:
            array = np.asarray(x)
        except (MemoryError, KindError):
            raise
        except Exception as error:  # of nesting, or of the array protocol of another library
            raise KindError(f"{operation} takes numbers and arrays; got {describe(x)}: {error}") from error
    if array.dtype.kind not in "iub" and array.dtype not in FLOATS:
        shown = f"an array of {x.dtype}" if isinstance(x, np.ndarray | np.generic) else describe(x)
        raise KindError(f"{operation} takes numbers and arrays of float32 or float64, Values and Tensors; got {shown}")
    return array


def without_subclass(array: Any, operation: str) -> Any:
    """An array of a subclass as a plain one; a KindError where its mask or its own product would be lost."""
    if isinstance(array, np.ma.MaskedArray):
        raise KindError(f"{operation} knows no masks: fill the masked array, array.filled(0.0), or choose by where")
    if isinstance(array, np.matrix):
        raise KindError(f"{operation} takes arrays; got a numpy.matrix, whose * is @: convert it, np.asarray(matrix)")
    return np.asarray(array)


def as_float(number: Any) -> float:
    """A number as a Python float."""
    try:
        return float(number)
    except OverflowError as error:
        raise KindError(f"this whole number is too large for a float, which reaches 1.8e308: {error}") from error
