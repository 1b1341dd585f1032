"""NumPy's names for joining arrays, and for cutting them up again."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..admission import admit, admit_one
from ..calculus.linear import astype, broadcast_to, concatenate, getitem, inputs_of, moveaxis, reshape
from ..calculus.moving import gathered, pieces, positions_of, split
from ..errors import KindError, ShapeError, describe
from ..node import dtype_of, ndim_of, shape_of
from ..primitive import refuse_nodes
from ..refusals import asked, attempt
from ..registry import registered


def _with_axes(name: str, arrays: Sequence[Any], shaped: Any) -> Any:
    """Each array in the shape that is made of its own; one alone is no tuple."""
    new = tuple(reshape(x, shaped(shape_of(x))) for x in admit(name, arrays))
    return new[0] if len(new) == 1 else new


def _at_least_two(shape: Sequence[int]) -> Sequence[int]:
    return (*(1,) * (2 - len(shape)), *shape)


def _at_least_three(shape: Sequence[int]) -> Sequence[int]:
    return (*_at_least_two(shape), 1) if len(shape) < 3 else shape


@registered("composed")
def atleast_1d(*arrays: Any) -> Any:
    """Each with one axis at least; of several a tuple.

    >>> from autograd_mini import Value
    >>> atleast_1d(Value(1.0)).shape
    (1,)
    """
    return _with_axes("atleast_1d", arrays, lambda shape: shape or (1,))


@registered("composed")
def atleast_2d(*arrays: Any) -> Any:
    """Each with two axes at least, a vector as a row; of several a tuple.

    >>> from autograd_mini import Tensor
    >>> atleast_2d(Tensor([1.0, 2.0, 3.0])).shape
    (1, 3)
    """
    return _with_axes("atleast_2d", arrays, _at_least_two)


@registered("composed")
def atleast_3d(*arrays: Any) -> Any:
    """Each with three axes at least, a vector of n as (1, n, 1), a matrix as (m, n, 1); of several a tuple.

    >>> from autograd_mini import Tensor
    >>> atleast_3d(Tensor([1.0, 2.0, 3.0])).shape
    (1, 3, 1)
    """
    return _with_axes("atleast_3d", arrays, _at_least_three)


def _all_with_axes(name: str, inputs: Any, shaped: Any) -> Sequence[Any]:
    return [reshape(x, shaped(shape_of(x))) for x in admit(name, inputs_of(name, inputs))]


@registered("composed")
def hstack(tup: Iterable[Any]) -> Any:
    """The inputs beside one another: along the second axis, vectors along the first.

    >>> from autograd_mini import Tensor
    >>> hstack([Tensor([1.0, 2.0]), 3.0]).data
    array([1., 2., 3.])
    """
    inputs = _all_with_axes("hstack", tup, lambda shape: shape or (1,))
    return concatenate(inputs, 0 if ndim_of(inputs[0]) == 1 else 1)


@registered("composed")
def vstack(tup: Iterable[Any]) -> Any:
    """The inputs below one another, along the first axis; a vector is a row.

    >>> from autograd_mini import Tensor
    >>> vstack([Tensor([1.0, 2.0]), [3.0, 4.0]]).data.tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    return concatenate(_all_with_axes("vstack", tup, _at_least_two))


@registered("composed")
def dstack(tup: Iterable[Any]) -> Any:
    """The inputs behind one another, along the third axis.

    >>> from autograd_mini import Tensor
    >>> dstack([Tensor([1.0, 2.0]), [3.0, 4.0]]).data.tolist()
    [[[1.0, 3.0], [2.0, 4.0]]]
    """
    return concatenate(_all_with_axes("dstack", tup, _at_least_three), 2)


@registered("composed")
def column_stack(tup: Iterable[Any]) -> Any:
    """Vectors as columns, and the columns of matrices, beside one another.

    >>> from autograd_mini import Tensor
    >>> column_stack([Tensor([1.0, 2.0]), [3.0, 4.0]]).data.tolist()
    [[1.0, 3.0], [2.0, 4.0]]
    """
    return concatenate(
        _all_with_axes("column_stack", tup, lambda shape: shape if len(shape) > 1 else (*(shape or (1,)), 1)), 1
    )


@registered("composed")
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """The values after the elements, along an axis or, without one, all laid in a row.

    >>> from autograd_mini import Tensor
    >>> append(Tensor([1.0, 2.0]), 3.0).data
    array([1., 2., 3.])
    """
    return concatenate([arr, values], axis)


def _depth(blocks: Any) -> int:
    """How deep the lists are nested; all parts must lie equally deep."""
    if not isinstance(blocks, list):
        return 0
    depths = {_depth(part) for part in blocks}
    if len(depths) != 1:
        raise ShapeError(
            f"block takes lists that are nested equally deep, and none of them empty; got {describe(blocks)}"
        )
    return depths.pop() + 1


def _laid(blocks: Any, axis: int, ndim: int) -> Any:
    """The blocks joined along that axis, counted from the end, each joined of its own before."""
    if isinstance(blocks, list):
        return concatenate([_laid(part, axis + 1, ndim) for part in blocks], axis)
    return reshape(blocks, (*(1,) * (ndim - ndim_of(blocks)), *shape_of(blocks)))


def _leaves(blocks: Any) -> Sequence[Any]:
    return [x for part in blocks for x in _leaves(part)] if isinstance(blocks, list) else [blocks]


@registered("composed")
def block(arrays: Any) -> Any:
    """Nested lists of blocks as one array: the innermost lists are joined along the last axis, and so on outwards.

    >>> from autograd_mini import Tensor
    >>> block([[Tensor([[1.0]]), 2.0], [3.0, 4.0]]).data.tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    depth = attempt("block", _depth, arrays)
    return _laid(arrays, -depth, max(depth, *map(ndim_of, _leaves(arrays))))


@registered("composed")
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """The array with values before the places obj along an axis, or of all laid in a row; in the dtype of the array.

    >>> from autograd_mini import Tensor
    >>> insert(Tensor([1.0, 2.0]), 1, 5.0).data
    array([1., 5., 2.])
    """
    refuse_nodes("insert", (obj, axis))
    if attempt("insert", np.asarray, obj).dtype == bool:  # which NumPy's versions understand differently
        raise KindError("insert takes places, not a mask: use np.flatnonzero(mask)")
    arr, values = admit("insert", (admit_one("insert", arr), values))
    count = len(positions_of(arr).ravel())
    places = attempt("insert", np.insert, positions_of(arr), obj, count + positions_of(values), axis)
    return gathered(concatenate([arr, astype(values, dtype_of(arr))], axis=None), places)


@registered("composed")
def broadcast_arrays(*args: Any) -> tuple[Any, ...]:
    """Each repeated along new axes and along axes of length 1, so that all have one shape.

    >>> from autograd_mini import Tensor
    >>> [x.shape for x in broadcast_arrays(Tensor([1.0, 2.0]), 3.0)]
    [(2,), (2,)]
    """
    args = tuple(admit("broadcast_arrays", args))
    shape = attempt("broadcast_arrays", lambda *arrays: np.broadcast_shapes(*map(shape_of, arrays)), *args)
    return tuple(broadcast_to(x, shape) for x in args)


@registered("composed")
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:
    """The coordinates of a grid's points, an array for each of the vectors, as `numpy.meshgrid`.

    indexing: "xy" has the first vector along the second axis, "ij" along the first. sparse: without the repetitions.

    >>> from autograd_mini import Tensor
    >>> x, y = meshgrid(Tensor([1.0, 2.0]), [3.0, 4.0])
    >>> x.data.tolist(), y.tolist()
    ([[1.0, 2.0], [1.0, 2.0]], [[3.0, 3.0], [4.0, 4.0]])
    """
    if not isinstance(indexing, str) or indexing not in ("xy", "ij"):
        raise ShapeError(f"meshgrid takes indexing 'xy' or 'ij'; got {describe(indexing)}")
    axes = [*range(len(xi))]
    if indexing == "xy":
        axes[:2] = axes[1::-1]
    lines = [
        reshape(x, (*(1,) * axis, -1, *(1,) * (len(xi) - axis - 1)))
        for x, axis in zip(admit("meshgrid", xi), axes, strict=True)
    ]
    return tuple(lines) if asked("meshgrid", sparse) else broadcast_arrays(*lines)


@registered("composed")
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """The pieces along an axis, cut at those places, or so many of nearly equal length.

    >>> from autograd_mini import Tensor
    >>> [piece.data.tolist() for piece in array_split(Tensor([1.0, 2.0, 3.0]), 2)]
    [[1.0, 2.0], [3.0]]
    """
    return pieces("array_split", np.array_split, ary, indices_or_sections, axis)


def _has_axes(name: str, x: Any, least: int) -> None:
    if ndim_of(x) < least:
        raise ShapeError(f"{name} takes an array of {least} or more axes; got shape {shape_of(x)}")


@registered("composed")
def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """The pieces beside one another: along the second axis, of a vector along the first.

    >>> from autograd_mini import Tensor
    >>> [piece.data.tolist() for piece in hsplit(Tensor([[1.0, 2.0]]), 2)]
    [[[1.0]], [[2.0]]]
    """
    _has_axes("hsplit", ary, 1)
    return split(ary, indices_or_sections, 1 if ndim_of(ary) > 1 else 0)  # type: ignore[no-any-return]


@registered("composed")
def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """The pieces below one another, along the first axis of two or more.

    >>> from autograd_mini import Tensor
    >>> [piece.data.tolist() for piece in vsplit(Tensor([[1.0], [2.0]]), 2)]
    [[[1.0]], [[2.0]]]
    """
    _has_axes("vsplit", ary, 2)
    return split(ary, indices_or_sections)  # type: ignore[no-any-return]


@registered("composed")
def dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """The pieces behind one another, along the third axis.

    >>> from autograd_mini import Tensor
    >>> [piece.data.tolist() for piece in dsplit(Tensor([[[1.0, 2.0]]]), 2)]
    [[[[1.0]]], [[[2.0]]]]
    """
    _has_axes("dsplit", ary, 3)
    return split(ary, indices_or_sections, 2)  # type: ignore[no-any-return]


@registered("composed")
def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    """The slices along an axis, which is in none of them.

    >>> from autograd_mini import Tensor
    >>> [row.data.tolist() for row in unstack(Tensor([[1.0, 2.0], [3.0, 4.0]]))]
    [[1.0, 2.0], [3.0, 4.0]]
    """
    refuse_nodes("unstack", (axis,))
    _has_axes("unstack", x, 1)
    x = moveaxis(x, axis, 0)
    return tuple(getitem(x, i) for i in range(shape_of(x)[0]))
