"""NumPy's names for matrices in the last two axes."""

import builtins
import math
import operator
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from ..admission import admit_one
from ..calculus.bilinear import column, matmul, outer, row
from ..calculus.choosing import keep, where
from ..calculus.decompositions import by_svd, full_rank, pseudo_inverse, svd_values
from ..calculus.linalg import inv, solve
from ..calculus.linear import getitem, moveaxis, reshape, sum, swapaxes
from ..calculus.moving import diagonal, trace
from ..calculus.piecewise import questions
from ..calculus.reductions import max
from ..errors import ShapeError
from ..node import dtype_of, ndim_of, shape_of
from ..primitive import refuse_nodes
from ..refusals import attempt
from ..registry import registered
from .decompositions import svdvals
from .norms import norm, order


@registered("composed")
def matrix_transpose(x: Any) -> Any:
    """The last two axes exchanged.

    >>> from autograd_mini import Tensor
    >>> matrix_transpose(Tensor([[1.0, 2.0], [3.0, 4.0]])).data.tolist()
    [[1.0, 3.0], [2.0, 4.0]]
    """
    return swapaxes(x, -1, -2)


@registered("composed")
def linalg_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """The diagonal of each matrix, `numpy.linalg.diagonal`: NumPy's other one takes the first two axes.

    >>> from autograd_mini import Tensor
    >>> linalg_diagonal(Tensor([[1.0, 2.0], [3.0, 4.0]])).data
    array([1., 4.])
    """
    return diagonal(x, offset, -2, -1)


@registered("composed")
def linalg_trace(x: Any, /, *, offset: int = 0) -> Any:
    """The sum of the diagonal of each matrix, `numpy.linalg.trace`: NumPy's other one takes the first two axes.

    >>> from autograd_mini import Tensor
    >>> linalg_trace(Tensor([[1.0, 2.0], [3.0, 4.0]])).item()
    5.0
    """
    return trace(x, offset, -2, -1)


@registered("composed")
def linalg_outer(x: Any, y: Any, /) -> Any:
    """All products of an element of one vector with one of the other, `numpy.linalg.outer`: NumPy's other one ravels.

    >>> from autograd_mini import Tensor
    >>> linalg_outer(Tensor([1.0, 2.0]), [3.0]).data.tolist()
    [[3.0], [6.0]]
    """
    if ndim_of(x) != 1 or ndim_of(y) != 1:
        raise ShapeError(f"linalg.outer takes two vectors; got shapes {shape_of(x)} and {shape_of(y)}")
    return outer(x, y)


@registered("composed")
def cond(x: Any, p: Any = None) -> Any:
    """The condition number of a matrix, as `numpy.linalg.cond`: how much of an error in it, its solutions magnify.

    p: None or 2, the largest singular value over the smallest; -2, the smallest over the largest; any other ord of a
    matrix's `norm`, the norm of x times that of its inverse.

    >>> from autograd_mini import Tensor
    >>> cond(Tensor([[4.0, 0.0], [0.0, 2.0]])).item()
    2.0
    """
    p = 2.0 if p is None else order("cond", p)
    if p not in (2, -2):
        return norm(x, p, (-2, -1)) * norm(inv(x), p, (-2, -1))
    s = svdvals(x)
    largest, smallest = getitem(s, (..., 0)), getitem(s, (..., -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = smallest / largest if p == -2 else largest / smallest
    return where(questions["equal"](largest, 0.0), np.inf, ratio)


@registered("composed")
def matrix_power(a: Any, n: int) -> Any:
    """A square matrix to a whole power, by squaring; of its inverse where n is negative.

    >>> from autograd_mini import Tensor
    >>> matrix_power(Tensor([[1.0, 1.0], [0.0, 1.0]]), 5).data.tolist()
    [[1.0, 5.0], [0.0, 1.0]]
    """
    refuse_nodes("matrix_power", (n,))
    a = admit_one("matrix_power", a)
    n, shape = attempt("matrix_power", operator.index, n), shape_of(a)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ShapeError(f"matrix_power takes a square matrix, or a stack of them; got shape {shape}")
    if n == 0:
        return keep(a, False) + np.eye(shape[-1], dtype=dtype_of(a))
    a = inv(a) if n < 0 else a
    z = a
    for bit in f"{abs(n):b}"[1:]:
        z = matmul(z, z)
        z = matmul(z, a) if bit == "1" else z
    return z


@registered("composed")
def multi_dot(arrays: Sequence[Any]) -> Any:
    """The product of two or more matrices, bracketed as it takes the fewest multiplications; a vector may end it.

    >>> from autograd_mini import Tensor
    >>> multi_dot([Tensor([1.0, 2.0]), np.ones((2, 2)), Tensor([3.0, 4.0])]).item()
    21.0
    """
    parts = attempt("multi_dot", list, arrays)
    shapes = [*map(shape_of, parts)]
    if len(parts) < 2 or any(len(shape) != 2 for shape in shapes[1:-1]) or {len(shapes[0]), len(shapes[-1])} - {1, 2}:
        raise ShapeError(f"multi_dot takes two matrices or more, and a vector first or last; got shapes {shapes}")
    left, right = parts[0], parts[-1]
    parts[0] = row(left) if ndim_of(left) == 1 else left
    parts[-1] = column(right) if ndim_of(right) == 1 else right
    sizes = [*(shape_of(part)[0] for part in parts), shape_of(parts[-1])[1]]

    @cache
    def cheapest(i: int, j: int) -> tuple[int, int]:
        """How many multiplications parts i to j take, and where the last is."""
        if j - i == 1:
            return 0, i
        return builtins.min(
            (cheapest(i, k)[0] + cheapest(k, j)[0] + sizes[i] * sizes[k] * sizes[j], k) for k in range(i + 1, j)
        )

    def product(i: int, j: int) -> Any:
        k = cheapest(i, j)[1]
        return parts[i] if j - i == 1 else matmul(product(i, k), product(k, j))

    z = product(0, len(parts))
    ends = zip(shape_of(z), (left, right), strict=True)
    return reshape(z, tuple(n for n, end in ends if ndim_of(end) == 2))


@registered("composed")
def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse of the linear map that tensordot with a is; ind: how many first axes of a are the map's results.

    >>> from autograd_mini import Tensor
    >>> tensorinv(Tensor([[2.0, 0.0], [0.0, 4.0]]), ind=1).data.tolist()
    [[0.5, 0.0], [0.0, 0.25]]
    """
    refuse_nodes("tensorinv", (ind,))
    shape, ind = shape_of(a), attempt("tensorinv", operator.index, ind)
    rows, columns = math.prod(shape[:ind]), math.prod(shape[ind:])
    if ind < 1 or rows != columns:
        raise ShapeError(
            f"tensorinv of shape {shape}: its first {ind} axes have {rows} elements, the others {columns}; an inverse "
            "takes as many, and ind=1 or more"
        )
    return reshape(inv(reshape(a, (rows, columns))), shape[ind:] + shape[:ind])


@registered("composed")
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """The x with tensordot(a, x, x.ndim) = b; axes: those of a that go to its end first, to be summed.

    >>> from autograd_mini import Tensor
    >>> tensorsolve(Tensor([[2.0, 0.0], [0.0, 4.0]]), Tensor([2.0, 2.0])).data
    array([1. , 0.5])
    """
    refuse_nodes("tensorsolve", (axes,))
    if axes is not None:
        axes = attempt("tensorsolve", tuple, axes)
        a = moveaxis(a, axes, tuple(range(-len(axes), 0)))
    shape = shape_of(a)[ndim_of(b) :]
    rows, columns = math.prod(shape_of(b)), math.prod(shape)
    if rows != columns or shape_of(a)[: ndim_of(b)] != shape_of(b):
        raise ShapeError(
            f"tensorsolve of shapes {shape_of(a)} and {shape_of(b)}: the first begins with the second, and its other "
            f"axes have as many elements; here {columns} and {rows}"
        )
    return reshape(solve(reshape(a, (rows, columns)), reshape(b, (rows,))), shape)


@registered("composed")
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """The x for which |a @ x - b| is least, as `numpy.linalg.lstsq`: (x, residuals, rank, singular values).

    a: (m, n) of full rank; b: (m,) or (m, k). residuals: |a @ x - b|², of each column of b, where m > n, else empty.
    rank: how many singular values are above rcond (by default max(m, n) · eps) of the largest; without a derivative.
    Raises ShapeError, which names the rank, where it is not full: there the solution jumps.

    >>> from autograd_mini import Tensor
    >>> x, residuals, rank, s = lstsq(Tensor([[1.0], [1.0]]), Tensor([1.0, 3.0]))
    >>> x.data.round(9), residuals.data.round(9)
    (array([2.]), array([2.]))
    """
    refuse_nodes("lstsq", (rcond,))
    if ndim_of(a) != 2 or ndim_of(b) not in (1, 2) or shape_of(a)[0] != shape_of(b)[0]:
        raise ShapeError(
            f"lstsq takes a matrix, and a vector or matrix of as many rows; got shapes {shape_of(a)} and {shape_of(b)}"
        )
    (m, n), found = shape_of(a), by_svd(a)
    small = (
        float(np.finfo(dtype_of(found)).eps) * builtins.max(m, n) if rcond is None else attempt("lstsq", float, rcond)
    )
    s = svd_values(a, found)
    x = matmul(full_rank(pseudo_inverse(a, found, small), a), b)
    away = matmul(a, x) - b
    residuals = sum(away * away, 0, keepdims=ndim_of(b) == 1) if m > n else np.empty(0, dtype_of(x))
    return x, residuals, sum(questions["greater"](s, small * max(s, initial=0.0))), s
