"""Operations that only move, repeat and drop elements: a gather from where NumPy's own function puts the positions."""

import operator
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..node import Node, data_of
from ..primitive import Operation, attempt, plain, register, registered
from .elementwise import add, multiply
from .linear import axis_of, broadcast_to, concatenate, getitem, reshape, scatter, sum, where


def gathered(x: Any, positions: Any, fill: float = 0.0) -> Any:
    """x's elements, counted from 1, at those positions; fill at position 0."""
    row = reshape(x, (-1,))
    if np.all(positions):
        return getitem(row, positions - 1)
    first = np.full(1, fill, np.asarray(data_of(x)).dtype)
    return getitem(concatenate([first, row]), positions)


def positions_of(x: Any) -> Any:
    """The positions of x's elements, counted from 1, in x's shape."""
    shape = np.shape(data_of(x))
    return np.arange(1, int(np.prod(shape)) + 1).reshape(shape)


def moving(name: str, function: Operation, about: str, example: str) -> Any:
    """The operation that moves a node's elements as the NumPy function moves an array's; 0 where it puts 0."""

    def apply(x: Any, *parameters: Any, **named: Any) -> Any:
        if not isinstance(x, Node):
            return attempt(name, function, x, *parameters, **named)
        return gathered(x, attempt(name, function, positions_of(x), *parameters, **named))

    return register(name, "composed", apply, about, example)


flip: Operation = moving(
    "flip",
    np.flip,
    "The elements in reversed order along an axis, a tuple of axes, or all.",
    "flip(Tensor([1.0, 2.0, 3.0])).data → array([3., 2., 1.])",
)
roll: Operation = moving(
    "roll",
    np.roll,
    "The elements moved on by a number of places; what falls off the end comes in at the start.",
    "roll(Tensor([1.0, 2.0, 3.0]), 1).data → array([3., 1., 2.])",
)
tile: Operation = moving(
    "tile",
    np.tile,
    "The array laid side by side as often as told along each axis.",
    "tile(Tensor([1.0, 2.0]), 2).data → array([1., 2., 1., 2.])",
)
repeat: Operation = moving(
    "repeat",
    np.repeat,
    "Each element as often as told, along an axis or laid in a row.",
    "repeat(Tensor([1.0, 2.0]), 2).data → array([1., 1., 2., 2.])",
)
take: Operation = moving(
    "take",
    np.take,
    "The elements at those places along an axis, or of all laid in a row.",
    "take(Tensor([1.0, 2.0, 3.0]), [2, 0]).data → array([3., 1.])",
)
take_along_axis: Operation = moving(
    "take_along_axis",
    np.take_along_axis,
    "In each slice along the axis the elements at that slice's own places.",
    "take_along_axis(Tensor([[1.0, 2.0]]), np.array([[1, 0]]), 1).data → array([[2., 1.]])",
)
diagonal: Operation = moving(
    "diagonal",
    np.diagonal,
    "The elements x[i, i + offset] of a matrix, or of each matrix over two axes.",
    "diagonal(Tensor([[1.0, 2.0], [3.0, 4.0]])).data → array([1., 4.])",
)
diag: Operation = moving(
    "diag",
    np.diag,
    "A vector on the k-th diagonal of a matrix of zeros; or the k-th diagonal of a matrix.",
    "diag(Tensor([1.0, 2.0])).data.tolist() → [[1.0, 0.0], [0.0, 2.0]]",
)
tril: Operation = moving(
    "tril",
    np.tril,
    "The matrix with 0 above its k-th diagonal.",
    "tril(Tensor([[1.0, 2.0], [3.0, 4.0]])).data.tolist() → [[1.0, 0.0], [3.0, 4.0]]",
)
triu: Operation = moving(
    "triu",
    np.triu,
    "The matrix with 0 below its k-th diagonal.",
    "triu(Tensor([[1.0, 2.0], [3.0, 4.0]])).data.tolist() → [[1.0, 2.0], [0.0, 4.0]]",
)


@registered("composed")
def ravel(x: Any) -> Any:
    """All elements in a row.

    >>> from autograd_mini import Tensor
    >>> ravel(Tensor([[1.0, 2.0], [3.0, 4.0]])).data
    array([1., 2., 3., 4.])
    """
    return reshape(x, (-1,))


@registered("composed")
def pad(x: Any, pad_width: Any, mode: str = "constant", *, constant_values: float = 0.0) -> Any:
    """More elements before and after each axis: a constant, or by mode "edge", "reflect", "symmetric" or "wrap".

    >>> from autograd_mini import Tensor
    >>> pad(Tensor([1.0, 2.0]), 1).data
    array([0., 1., 2., 0.])
    """
    if mode not in ("constant", "edge", "reflect", "symmetric", "wrap"):
        raise ShapeError(f"pad of mode {mode!r} computes numbers; the modes that move them are constant, edge, ...")
    fill = attempt("pad", lambda number: np.full((), number, float).item(), constant_values)
    return gathered(x, attempt("pad", np.pad, positions_of(x), pad_width, mode=mode), fill)


@registered("composed")
def sort(x: Any, axis: int | None = -1) -> Any:
    """The elements in rising order along an axis, or all in a row (None); the gradient goes where they came from.

    >>> from autograd_mini import Tensor
    >>> sort(Tensor([3.0, 1.0, 2.0])).data
    array([1., 2., 3.])
    """
    if axis is None:
        return sort(ravel(x), 0)
    axis = axis_of("sort", x, axis)
    return take_along_axis(x, np.argsort(data_of(x), axis=axis, stable=True), axis)


@registered("composed")
def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """The pieces along an axis: so many of equal length, or cut at those places; their shapes as `numpy.split`.

    >>> from autograd_mini import Tensor
    >>> [piece.data.tolist() for piece in split(Tensor([1.0, 2.0, 3.0]), [1])]
    [[1.0], [2.0, 3.0]]
    """
    return [gathered(x, part) for part in attempt("split", np.split, positions_of(x), indices_or_sections, axis)]


@registered("composed")
def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The sum of the diagonal.

    >>> from autograd_mini import Tensor
    >>> trace(Tensor([[1.0, 2.0], [3.0, 4.0]])).item()
    5.0
    """
    return sum(diagonal(x, offset, axis1, axis2), -1)


@registered("composed")
def diff(x: Any, n: int = 1, axis: int = -1) -> Any:
    """The differences of neighbours along an axis, n times over.

    >>> from autograd_mini import Tensor
    >>> diff(Tensor([1.0, 4.0, 9.0])).data
    array([3., 5.])
    """
    if attempt("diff", operator.index, n) < 0:
        raise ShapeError(f"diff of order {n}: a difference is taken once, twice, ... or not at all (0)")
    before = (slice(None),) * axis_of("diff", x, axis)
    for _ in range(n):
        x = getitem(x, (*before, slice(1, None))) - getitem(x, (*before, slice(None, -1)))
    return x


@registered("composed")
def add_at(x: Any, index: Any, values: Any) -> Any:
    """x with values added at index, once for each time it names an element: `numpy.add.at` that leaves x alone.

    >>> from autograd_mini import Tensor
    >>> add_at(Tensor([1.0, 2.0]), [0, 0], 10.0).data
    array([21.,  2.])
    """
    return _with_added("add_at", x, index, values)


def _with_added(name: str, x: Any, index: Any, values: Any) -> Any:
    if isinstance(data_of(values), float | int):
        values = multiply(values, np.ones((), _array(x).dtype))  # a number leaves the dtype alone, as everywhere
    chosen = attempt(name, lambda a, v: np.broadcast_to(v, a[index].shape).shape, _array(x), data_of(values))
    return add(x, scatter(broadcast_to(values, chosen), index, np.shape(data_of(x))))


def _array(x: Any) -> Any:
    return np.asarray(data_of(x) if isinstance(x, Node) else plain(x))


@registered("composed")
def set_at(x: Any, index: Any, values: Any) -> Any:
    """x with values in place of the elements at index, of which each may be named once: x[index] = values, recorded.

    >>> from autograd_mini import Tensor
    >>> set_at(Tensor([1.0, 2.0]), 0, 10.0).data
    array([10.,  2.])
    """
    times = _with_added("set_at", np.zeros(np.shape(data_of(x))), index, 1.0)
    if np.any(times > 1):
        raise ShapeError("set_at: the index names an element twice, so which value it takes is not defined")
    return _with_added("set_at", where(times > 0, 0.0, x), index, values)
