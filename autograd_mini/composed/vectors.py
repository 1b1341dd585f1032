"""NumPy's names for products of vectors, and of stacks of them."""

from typing import Any

from ..calculus.bilinear import column, dot, einsum, matmul, row
from ..calculus.linear import axis_of, getitem, moveaxis, stack
from ..calculus.moving import ravel
from ..errors import ShapeError
from ..node import shape_of
from ..registry import registered


@registered("composed")
def vdot(a: Any, b: Any, /) -> Any:
    """The sum of the products of all elements, each array laid in a row.

    >>> from autograd_mini import Tensor
    >>> vdot(Tensor([[1.0, 2.0]]), [3.0, 4.0]).item()
    11.0
    """
    return dot(ravel(a), ravel(b))


@registered("composed")
def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """The product of vectors along an axis; the others broadcast.

    >>> from autograd_mini import Tensor
    >>> vecdot(Tensor([[1.0, 2.0], [3.0, 4.0]]), [1.0, 1.0]).data
    array([3., 7.])
    """
    left, right = (moveaxis(x, axis_of("vecdot", x, axis), -1) for x in (x1, x2))
    if shape_of(left)[-1] != shape_of(right)[-1]:
        raise ShapeError(f"vecdot of shapes {shape_of(x1)} and {shape_of(x2)}: vectors of different lengths")
    return einsum("...i,...i->...", left, right)


@registered("composed")
def matvec(x1: Any, x2: Any, /) -> Any:
    """A matrix times a vector, for each of a stack of both: vectors in the last axis of x2.

    >>> from autograd_mini import Tensor
    >>> matvec([[1.0, 2.0], [3.0, 4.0]], Tensor([[1.0, 1.0], [1.0, 0.0]])).data.tolist()
    [[3.0, 7.0], [1.0, 3.0]]
    """
    return getitem(matmul(x1, column(x2)), (..., 0))


@registered("composed")
def vecmat(x1: Any, x2: Any, /) -> Any:
    """A vector times a matrix, for each of a stack of both: vectors in the last axis of x1.

    >>> from autograd_mini import Tensor
    >>> vecmat(Tensor([1.0, 1.0]), [[1.0, 2.0], [3.0, 4.0]]).data
    array([4., 6.])
    """
    return getitem(matmul(row(x1), x2), (..., 0, slice(None)))


@registered("composed")
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """The cross product of vectors of three numbers, or two (their third is 0; of two such the third number alone).

    axisa, axisb, axisc: where the vectors lie in a, in b and in the answer; axis: all three.

    >>> from autograd_mini import Tensor
    >>> cross(Tensor([1.0, 0.0, 0.0]), [0.0, 1.0, 0.0]).data
    array([0., 0., 1.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = (_coordinates(v, along) for v, along in ((a, axisa), (b, axisb)))
    if not {len(x), len(y)} <= {2, 3}:
        raise ShapeError(f"cross of shapes {shape_of(a)} and {shape_of(b)}: a vector has 2 or 3 numbers")
    third = x[0] * y[1] - x[1] * y[0]
    if len(x) == len(y) == 2:
        return third
    x, y = ([*v, 0.0][:3] for v in (x, y))
    return stack([x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], third], axisc)


@registered("composed")
def linalg_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """The cross product of vectors of three numbers along an axis, `numpy.linalg.cross`.

    >>> from autograd_mini import Tensor
    >>> linalg_cross(Tensor([1.0, 0.0, 0.0]), [0.0, 1.0, 0.0]).data
    array([0., 0., 1.])
    """
    if {shape_of(x)[axis_of("linalg.cross", x, axis)] for x in (x1, x2)} != {3}:
        raise ShapeError(f"linalg.cross of shapes {shape_of(x1)} and {shape_of(x2)}: a vector has 3 numbers")
    return cross(x1, x2, axis=axis)


def _coordinates(x: Any, axis: int) -> list[Any]:
    """The first, second, … numbers of vectors along an axis."""
    vectors = moveaxis(x, axis_of("cross", x, axis), -1)
    return [getitem(vectors, (..., i)) for i in range(min(shape_of(vectors)[-1], 4))]
