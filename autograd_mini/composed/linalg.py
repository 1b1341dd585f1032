"""NumPy's names for matrices in the last two axes."""

from typing import Any

from ..calculus.bilinear import outer
from ..calculus.linear import swapaxes
from ..calculus.moving import diagonal, trace
from ..errors import ShapeError
from ..node import ndim_of, shape_of
from ..registry import registered


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
