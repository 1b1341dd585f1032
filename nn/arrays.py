"""Arrays of numbers, made of what a person gives or a model computes: nodes, lists, whole numbers."""

from typing import Any

import numpy as np

from autograd_mini import KindError, Tensor, Value, stack

Array = np.ndarray[Any, Any]
FLOATS = np.dtype(np.float32), np.dtype(np.float64)  # what the engine computes with


def plain(x: Any) -> Any:
    """What a model gave as a plain array: a node's data, a list of Values as one array; other things as they are.

    >>> plain([Value(1.0), Value(2.0)])
    array([1., 2.])
    """
    if isinstance(x, Tensor | Value):
        return np.asarray(x.data)
    if isinstance(x, list) and all(isinstance(part, Value | float) or _is_number(part) for part in x):
        return np.array([float(part) for part in x])
    return x


def _is_number(x: Any) -> bool:
    """Whether x is what a program gives for a Value."""
    return isinstance(x, np.ndarray) and not x.ndim


def joined(x: Any) -> Any:
    """A list of nodes as one Tensor; other things as they are.

    >>> joined([Value(1.0), 2.0]).shape, joined([1, 2])
    ((2,), [1, 2])
    """
    return stack(x) if isinstance(x, list | tuple) and any(isinstance(part, Tensor | Value) for part in x) else x


def numbers(whose: str, x: Any) -> Array:
    """The numbers of a node, an array or a list, whole ones as they are; KindError for what is none.

    >>> numbers("accuracy", [1, 2])
    array([1, 2])
    """
    check_one(whose, x)
    try:
        array = np.asanyarray(plain(joined(x)))
    except ValueError as error:
        raise KindError(f"{whose} takes an array, or a list that is one; got {x!r:.80}: {error}") from error
    check_plain(whose, array)
    if array.dtype.kind not in "iub" and array.dtype not in FLOATS:
        found = array.dtype if isinstance(x, np.ndarray | np.generic) else f"{x!r:.80}"
        raise KindError(f"{whose} takes numbers, arrays of float32 or float64, Values and Tensors; got {found}")
    return np.asarray(array)


def check_plain(whose: str, x: Any) -> None:
    """Raise KindError for an array whose mask, or whose own product, a plain array would lose.

    >>> check_plain("mse", np.ones(3))
    """
    if isinstance(x, np.ma.MaskedArray | np.matrix):
        raise KindError(
            f"{whose} takes plain arrays; got a {type(x).__name__}: array.filled(0.0) of a masked one, or leave its "
            "rows out; np.asarray of a matrix"
        )


def check_one(whose: str, x: Any) -> None:
    """Raise KindError for a tuple of arrays or nodes, as a recurrent layer gives it.

    >>> check_one("mse", (1.0, 2.0))
    """
    if isinstance(x, tuple) and any(isinstance(part, tuple) or getattr(part, "ndim", 0) for part in x):
        raise KindError(
            f"{whose} takes one array or Tensor; got a tuple of {len(x)}, as recurrent layers give it, (outputs, "
            "state): take one of them in the forward of a module of your own, outputs[:, -1] for the last step, or "
            "give a loss of your own that takes the tuple apart"
        )


def floats(whose: str, x: Any) -> Any:
    """What is computed with: nodes as they are, whole numbers as float64, for theirs would wrap round.

    A list, of numbers or of Values, becomes one array or Tensor. KindError for what is no number or has fewer digits
    than the engine's floats.

    >>> floats("mse", np.array([1], np.uint8)) - 3
    array([-2.])
    """
    check_one(whose, x)
    x = joined(x)
    if isinstance(x, Tensor | Value) or (type(x) is np.ndarray and x.ndim and x.dtype in FLOATS):
        return x
    array = numbers(whose, x)
    array = array if array.dtype.kind == "f" else array.astype(np.float64)
    return array if array.ndim else array[()]


def norm_of(gradient: Any) -> float:
    """The Euclidean norm, its squares in float64: those of 1e-30 are 0 in float32.

    >>> norm_of(np.array([3e-30, 4e-30], np.float32)) > 0
    True
    """
    return float(np.linalg.norm(np.asarray(gradient, np.float64)))
