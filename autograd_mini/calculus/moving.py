"""Operations that only move, repeat and drop elements: a gather from where NumPy's own function puts the positions."""

import math
import operator
from typing import Any

import numpy as np

from ..admission import admit_one, plain
from ..errors import ShapeError, brief, describe
from ..node import Node, dtype_of, ndim_of, shape_of
from ..primitive import Linear, Operation, refuse_nodes
from ..refusals import attempt
from ..registry import general, register, registered
from .linear import (
    add_each,
    arrays_in,
    axes_of,
    axis_of,
    broadcast_to,
    concatenate,
    getitem,
    picks_once,
    read_by,
    reshape,
    sum,
)

_ADDRESSES = np.iinfo(np.intp).max


def gathered(x: Any, positions: Any, fill: float = 0.0) -> Any:
    """x's elements, counted from 1, at those positions; fill at position 0."""
    row = reshape(x, (-1,))
    if np.all(positions):
        return getitem(row, positions - 1)
    first = np.full(1, fill, dtype_of(x))
    return getitem(concatenate([first, row]), positions)


def positions_of(x: Any) -> Any:
    """The positions of x's elements, counted from 1, in x's shape."""
    shape = shape_of(x)
    return np.arange(1, math.prod(shape) + 1).reshape(shape)


def _turned(x: Any, indices: Any, axis: Any, mode: Any) -> Any:
    """The indices as they are, by mode "wrap" without whole turns: NumPy takes them off one by one, all 2^62 / n."""
    if not isinstance(mode, str) or mode not in ("raise", "wrap", "clip"):
        raise ValueError(f"mode is 'raise', 'wrap' or 'clip', not {brief(mode)}")
    if mode != "wrap":
        return indices
    places = np.asarray(indices)
    if places.dtype.kind not in "iu":
        raise TypeError("indices are whole numbers")
    length = np.size(x) if axis is None else np.shape(x)[axis]
    return np.mod(places, length) if length else indices


def _countable(x: Any, times: Any, largest: Any) -> Any:
    """The times that x is repeated; a ValueError where NumPy's count would wrap round, and its writing go astray."""
    counts = np.asarray(times)
    if counts.dtype.kind in "iu" and counts.size and largest(counts.ravel().tolist()) * np.size(x) > _ADDRESSES:
        raise ValueError("no memory holds as many elements")
    return times


def moving(name: str, function: Operation, about: str, example: str) -> Any:
    """The operation that moves a node's elements as the function moves an array's; 0 where it puts 0."""

    def apply(x: Any, *parameters: Any, **named: Any) -> Any:
        refuse_nodes(name, (*parameters, *named.values()))
        parameters = tuple(np.asarray(p) if isinstance(p, Node) else p for p in parameters)  # a mask while traced
        if not isinstance(x, Node):
            return attempt(name, function, plain(x, name), *parameters, **named)
        return gathered(x, attempt(name, function, positions_of(x), *parameters, **named))

    apply.__wrapped__ = function  # type: ignore[attr-defined]  # whose signature it has
    return register(name, "composed", apply, about, example)


roll: Operation = moving(
    "roll",
    lambda x, shift, axis=None: np.roll(x, shift, axis),
    "The elements moved on by a number of places; what falls off the end comes in at the start.",
    "roll(Tensor([1.0, 2.0, 3.0]), 1).data → array([3., 1., 2.])",
)
tile: Operation = moving(
    "tile",
    lambda x, reps: np.tile(x, _countable(x, reps, math.prod)),
    "The array laid side by side as often as told along each axis.",
    "tile(Tensor([1.0, 2.0]), 2).data → array([1., 2., 1., 2.])",
)
repeat: Operation = moving(
    "repeat",
    lambda x, repeats, axis=None: np.repeat(x, _countable(x, repeats, max), axis),
    "Each element as often as told, along an axis or laid in a row.",
    "repeat(Tensor([1.0, 2.0]), 2).data → array([1., 1., 2., 2.])",
)
take: Operation = moving(
    "take",
    lambda x, indices, axis=None, mode="raise": np.take(x, _turned(x, indices, axis, mode), axis, mode=mode),
    "The elements at those places along an axis, or of all laid in a row.",
    "take(Tensor([1.0, 2.0, 3.0]), [2, 0]).data → array([3., 1.])",
)
take_along_axis: Operation = moving(
    "take_along_axis",
    lambda x, indices, axis=-1: np.take_along_axis(x, indices, axis),
    "In each slice along the axis the elements at that slice's own places.",
    "take_along_axis(Tensor([[1.0, 2.0]]), np.array([[1, 0]]), 1).data → array([[2., 1.]])",
)
diagonal: Operation = moving(
    "diagonal",
    lambda x, offset=0, axis1=0, axis2=1: np.diagonal(x, offset, axis1, axis2),
    "The elements x[i, i + offset] of a matrix, or of each matrix over two axes.",
    "diagonal(Tensor([[1.0, 2.0], [3.0, 4.0]])).data → array([1., 4.])",
)
diag: Operation = moving(
    "diag",
    lambda x, k=0: np.diag(x, k),
    "A vector on the k-th diagonal of a matrix of zeros; or the k-th diagonal of a matrix.",
    "diag(Tensor([1.0, 2.0])).data.tolist() → [[1.0, 0.0], [0.0, 2.0]]",
)
tril: Operation = moving(
    "tril",
    lambda x, k=0: np.tril(x, k),
    "The matrix with 0 above its k-th diagonal.",
    "tril(Tensor([[1.0, 2.0], [3.0, 4.0]])).data.tolist() → [[1.0, 0.0], [3.0, 4.0]]",
)
triu: Operation = moving(
    "triu",
    lambda x, k=0: np.triu(x, k),
    "The matrix with 0 below its k-th diagonal.",
    "triu(Tensor([[1.0, 2.0], [3.0, 4.0]])).data.tolist() → [[1.0, 2.0], [0.0, 4.0]]",
)


@registered("composed")
def flip(x: Any, axis: Any = None) -> Any:
    """The elements in reversed order along an axis, a tuple of axes, or all.

    >>> from autograd_mini import Tensor
    >>> flip(Tensor([1.0, 2.0, 3.0])).data
    array([3., 2., 1.])
    """
    refuse_nodes("flip", (axis,))
    x = admit_one("flip", x)
    axes, ndim = axes_of("flip", x, axis), ndim_of(x)
    if ndim == 0:
        return reshape(x, ())
    return getitem(x, tuple(slice(None, None, -1 if i in axes else 1) for i in range(ndim)))


@registered("composed")
def ravel(x: Any, order: str = "C") -> Any:
    """All elements in a row, read with the last axis fastest; by order "F" with the first.

    >>> from autograd_mini import Tensor
    >>> ravel(Tensor([[1.0, 2.0], [3.0, 4.0]])).data
    array([1., 2., 3., 4.])
    """
    return reshape(read_by("ravel", x, order), (-1,))


@registered("composed")
def pad(x: Any, pad_width: Any, mode: str = "constant", *, constant_values: float = 0.0) -> Any:
    """More elements before and after each axis: a constant, or by mode "edge", "reflect", "symmetric" or "wrap".

    >>> from autograd_mini import Tensor
    >>> pad(Tensor([1.0, 2.0]), 1).data
    array([0., 1., 2., 0.])
    """
    if not isinstance(mode, str) or mode not in ("constant", "edge", "reflect", "symmetric", "wrap"):
        raise ShapeError(
            f"pad of mode {describe(mode)} computes numbers; the modes that move them are constant, edge, ..."
        )
    refuse_nodes("pad", (pad_width, constant_values))
    x = admit_one("pad", x)
    fill = attempt("pad", float, constant_values)
    return gathered(x, attempt("pad", np.pad, positions_of(x), pad_width, mode=mode), fill)


arranged: Operation = general(  # by the order of x
    "arranged",
    lambda g, x, axis: np.take_along_axis(g, _order(x, axis), axis),
    lambda g, z, u, x, axis: _restored(g, x, axis),
    None,
)
_restored: Operation = general(  # to where x has them
    "restored",
    lambda g, x, axis: np.take_along_axis(g, np.argsort(_order(x, axis), axis=axis), axis),
    lambda g, z, u, x, axis: arranged(g, x, axis),
    None,
)
_sort: Operation = general(
    "sort",
    lambda x, axis: np.take_along_axis(x, _order(x, axis), axis),
    lambda g, z, x, axis: _restored(g, x, axis),
)


def _order(x: Any, axis: int) -> Any:
    return np.argsort(x, axis=axis, stable=True)


@registered("composed")
def sort(x: Any, axis: int | None = -1) -> Any:
    """The elements in rising order along an axis, or all in a row (None); the gradient goes where they came from.

    >>> from autograd_mini import Tensor
    >>> sort(Tensor([3.0, 1.0, 2.0])).data
    array([1., 2., 3.])
    """
    return _sort(ravel(x), 0) if axis is None else _sort(x, axis_of("sort", x, axis))


def pieces(name: str, function: Operation, x: Any, sections: Any, axis: int) -> list[Any]:
    """x cut along an axis, where the function cuts a row of that length."""
    refuse_nodes(name, (sections, axis))
    x = admit_one(name, x)
    axis = axis_of(name, x, axis)
    cuts = attempt(name, lambda a, places: function(np.arange(shape_of(a)[axis]), places), x, sections)
    before = (slice(None),) * axis
    return [getitem(x, (*before, slice(int(cut[0]), int(cut[-1]) + 1) if cut.size else slice(0))) for cut in cuts]


@registered("composed")
def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """The pieces along an axis: so many of equal length, or cut at those places; their shapes as `numpy.split`.

    >>> from autograd_mini import Tensor
    >>> [piece.data.tolist() for piece in split(Tensor([1.0, 2.0, 3.0]), [1])]
    [[1.0], [2.0, 3.0]]
    """
    return pieces("split", np.split, x, indices_or_sections, axis)


@registered("composed")
def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The sum of the diagonal.

    >>> from autograd_mini import Tensor
    >>> trace(Tensor([[1.0, 2.0], [3.0, 4.0]])).item()
    5.0
    """
    return sum(diagonal(x, offset, axis1, axis2), -1)


@registered("composed")
def diff(x: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """The differences of neighbours along an axis, n times over.

    prepend, append: what is put before and behind x first, arrays or one number for each slice.

    >>> from autograd_mini import Tensor
    >>> diff(Tensor([1.0, 4.0, 9.0])).data
    array([3., 5.])
    """
    x = admit_one("diff", x)
    if attempt("diff", operator.index, n) < 0:
        raise ShapeError(f"diff of order {n}: a difference is taken once, twice, ... or not at all (0)")
    axis = axis_of("diff", x, axis)
    if n and (prepend is not None or append is not None):
        x = concatenate([_beside(part, x, axis) for part in (prepend, x, append) if part is not None], axis)
    before = (slice(None),) * axis
    for _ in range(min(n, shape_of(x)[axis])):  # by then there is nothing left
        x = getitem(x, (*before, slice(1, None))) - getitem(x, (*before, slice(None, -1)))
    return x


def _beside(part: Any, x: Any, axis: int) -> Any:
    """One number as a part of length 1 along the axis; an array as it is."""
    shape = shape_of(x)
    return part if shape_of(part) else broadcast_to(part, (*shape[:axis], 1, *shape[axis + 1 :]))


def _set(x: Any, values: Any, index: Any) -> Any:
    x, index = np.array(x, np.result_type(x, values)), arrays_in(index)
    if not picks_once(index) and not (isinstance(index, np.ndarray) and index.dtype == bool):
        named = np.zeros(x.shape, int)
        add_each(named, index, 1)
        if np.any(named > 1):
            raise ValueError("the index names an element twice, so which value it takes is not defined")
    x[index] = values
    return x


def _add(x: Any, values: Any, index: Any) -> Any:
    x = np.array(x, np.result_type(x, values))
    add_each(x, arrays_in(index), values)
    return x


_set_at: Linear = Linear(
    "set_at",
    _set,
    [lambda g, z, x, values, index: _set_at.apply((g, 0.0), index), lambda g, z, x, values, index: getitem(g, index)],
)
_add_at = Linear("add_at", _add, [lambda g, z, x, values, index: g, lambda g, z, x, values, index: getitem(g, index)])


@registered("linear")
def add_at(x: Any, index: Any, values: Any) -> Any:
    """x with values added at index, once for each time it names an element: `numpy.add.at` that leaves x alone.

    >>> from autograd_mini import Tensor
    >>> add_at(Tensor([1.0, 2.0]), [0, 0], 10.0).data
    array([21.,  2.])
    """
    return _add_at.apply((x, values), index)


@registered("linear")
def set_at(x: Any, index: Any, values: Any) -> Any:
    """x with values in place of the elements at index, of which each may be named once: x[index] = values, recorded.

    >>> from autograd_mini import Tensor
    >>> set_at(Tensor([1.0, 2.0]), 0, 10.0).data
    array([10.,  2.])
    """
    return _set_at.apply((x, values), index)
