"""NumPy's names for turning arrays, growing and shrinking them, and going through them slice by slice."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..admission import admit, admit_one
from ..calculus.elementwise import positive
from ..calculus.linear import astype, axis_of, broadcast_to, expand_dims, getitem, moveaxis, reshape, stack, swapaxes
from ..calculus.moving import diag, flip, moving, positions_of, ravel
from ..errors import KindError, ShapeError, describe
from ..node import Node, dtype_of, ndim_of, shape_of
from ..primitive import Operation, refuse_nodes
from ..refusals import attempt
from ..registry import registered


@registered("composed")
def copy(a: Any, order: str = "K") -> Any:
    """The same elements in memory of their own, recorded; how they lie there (order) is not seen from outside.

    >>> from autograd_mini import Tensor
    >>> copy(Tensor([1.0, 2.0])).data
    array([1., 2.])
    """
    return positive(a)


@registered("composed")
def full_like(a: Any, fill_value: Any, dtype: Any = None, order: str = "K", shape: Any = None) -> Any:
    """One number, or a row of them, all over a's shape in a's dtype, or others; a plain array unless it is a node.

    >>> from autograd_mini import Value
    >>> full_like(np.ones((2, 2)), Value(3.0)).data.tolist()
    [[3.0, 3.0], [3.0, 3.0]]
    """
    a, fill_value = admit("full_like", (a, fill_value))
    refuse_nodes("full_like", (shape,))
    shape = shape_of(a) if shape is None else shape
    dtype = dtype_of(a) if dtype is None else dtype
    if not isinstance(fill_value, Node):
        return attempt("full_like", np.full, shape, fill_value, dtype)
    return broadcast_to(astype(fill_value, dtype), shape)


@registered("composed")
def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    """An axis moved back until it lies before the axis at start; `moveaxis` says it better.

    >>> from autograd_mini import Tensor
    >>> rollaxis(Tensor(np.ones((1, 2, 3))), 2).shape
    (3, 1, 2)
    """
    refuse_nodes("rollaxis", (axis, start))
    axis = axis_of("rollaxis", a, axis)
    start = attempt("rollaxis", lambda x, place: normalize_axis_index(place, ndim_of(x) + 1), a, start)
    return moveaxis(a, axis, start - (axis < start))


@registered("composed")
def flipud(m: Any) -> Any:
    """The rows in reversed order: upside down.

    >>> from autograd_mini import Tensor
    >>> flipud(Tensor([[1.0, 2.0], [3.0, 4.0]])).data.tolist()
    [[3.0, 4.0], [1.0, 2.0]]
    """
    return flip(m, 0)


@registered("composed")
def fliplr(m: Any) -> Any:
    """The columns in reversed order: left and right exchanged.

    >>> from autograd_mini import Tensor
    >>> fliplr(Tensor([[1.0, 2.0], [3.0, 4.0]])).data.tolist()
    [[2.0, 1.0], [4.0, 3.0]]
    """
    return flip(m, 1)


def _plane(x: Any, axes: Any) -> tuple[int, int]:
    first, second = normalize_axis_tuple(axes, ndim_of(x))
    return first, second


@registered("composed")
def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """The array turned by k right angles in the plane of two axes, from the first towards the second.

    >>> from autograd_mini import Tensor
    >>> rot90(Tensor([[1.0, 2.0], [3.0, 4.0]])).data.tolist()
    [[2.0, 4.0], [1.0, 3.0]]
    """
    refuse_nodes("rot90", (k, axes))
    first, second = attempt("rot90", _plane, m, axes)
    turns = attempt("rot90", operator.index, k) % 4
    if turns in (0, 2):
        return flip(m, (first, second) if turns else ())
    return swapaxes(flip(m, second if turns == 1 else first), first, second)


@registered("composed")
def diagflat(v: Any, k: int = 0) -> Any:
    """All elements, in a row, on the k-th diagonal of a matrix of zeros.

    >>> from autograd_mini import Tensor
    >>> diagflat(Tensor([[1.0], [2.0]])).data.tolist()
    [[1.0, 0.0], [0.0, 2.0]]
    """
    return diag(ravel(v), k)


delete: Operation = moving(
    "delete",
    lambda arr, obj, axis=None: np.delete(arr, obj, axis),
    "The elements without those at the places obj along an axis, or of all laid in a row.",
    "delete(Tensor([1.0, 2.0, 3.0]), 1).data → array([1., 3.])",
)
resize: Operation = moving(
    "resize",
    lambda a, new_shape: np.resize(a, new_shape),
    "The elements in another shape, from the first again where they do not suffice.",
    "resize(Tensor([1.0, 2.0]), (3,)).data → array([1., 2., 1.])",
)
sliding_window_view: Operation = moving(
    "sliding_window_view",
    lambda x, window_shape, axis=None, *, writeable=False: np.lib.stride_tricks.sliding_window_view(
        x, window_shape, axis
    ),
    "Every window of that shape that fits, in new axes at the end (`numpy.lib.stride_tricks`).",
    "sliding_window_view(Tensor([1.0, 2.0, 3.0]), 2).data.tolist() → [[1.0, 2.0], [2.0, 3.0]]",
)


@registered("composed")
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """The function of each line along an axis, its answers in the place of the line, as `numpy.apply_along_axis`.

    What is asked of whole lines at once, np.sum(arr, axis), is much faster.

    >>> from autograd_mini import Tensor
    >>> apply_along_axis(lambda line: line[0] * line[1], 0, Tensor([[1.0, 2.0], [3.0, 4.0]])).data
    array([3., 8.])
    """
    refuse_nodes("apply_along_axis", (axis,))
    _refuse_what_is_not_called("apply_along_axis", func1d)
    arr = admit_one("apply_along_axis", arr)
    axis = axis_of("apply_along_axis", arr, axis)
    lines = moveaxis(arr, axis, -1)
    around = shape_of(lines)[:-1]
    if 0 in around:
        raise ShapeError(f"apply_along_axis {axis} of shape {shape_of(arr)}: there is no line to ask the function of")
    answers = [func1d(getitem(lines, place), *args, **kwargs) for place in np.ndindex(around)]
    if not any(isinstance(answer, Node) for answer in answers):
        rest = iter(answers)
        return attempt("apply_along_axis", np.apply_along_axis, lambda line: next(rest), axis, positions_of(arr))
    joined = stack(answers)
    answer = shape_of(joined)[1:]
    places = range(len(around), len(around) + len(answer))
    return moveaxis(reshape(joined, (*around, *answer)), places, range(axis, axis + len(answer)))


@registered("composed")
def apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Any:
    """The function of array and axis, of its answer and the next axis, and so on; the axes stay, of length 1.

    >>> from autograd_mini import Tensor
    >>> apply_over_axes(np.sum, Tensor([[1.0, 2.0], [3.0, 4.0]]), (0, 1)).data.tolist()
    [[10.0]]
    """
    refuse_nodes("apply_over_axes", (axes,))
    _refuse_what_is_not_called("apply_over_axes", func)
    a = admit_one("apply_over_axes", a)
    ndim = ndim_of(a)
    for axis in attempt("apply_over_axes", normalize_axis_tuple, axes, ndim):
        a = func(a, axis)
        a = expand_dims(a, axis) if ndim_of(a) == ndim - 1 else a
        if ndim_of(a) != ndim:
            raise ShapeError(f"apply_over_axes takes a function that gives {ndim} axes, or one less; got {ndim_of(a)}")
    return a


def _refuse_what_is_not_called(name: str, function: Any) -> None:
    if not callable(function):
        raise KindError(f"{name} takes a function; got {describe(function)}")
