"""Every norm of NumPy's, of vectors and of matrices."""

from typing import Any

import numpy as np

from ..admission import as_float
from ..calculus.linear import axes_of, moveaxis, reshape, sum
from ..calculus.piecewise import abs, equals
from ..calculus.reductions import euclidean_norm, max, min, p_norm
from ..errors import KindError, ShapeError, describe
from ..node import shape_of
from ..primitive import refuse_nodes
from ..refusals import asked
from ..registry import registered
from .decompositions import svdvals


@registered("composed")
def norm(x: Any, ord: Any = None, axis: Any = None, *, keepdims: bool = False) -> Any:
    """The norm of a vector or of a matrix, or of each along an axis or a pair of axes, as `numpy.linalg.norm`.

    ord, of a vector: any number p, sum(|x|^p)^(1/p): 2 (or None) its length, 1 the sum; inf the largest, -inf the
    smallest magnitude, 0 how many are not 0. Of a matrix: None or "fro" the length of all its elements, 2 and -2 the
    largest and smallest singular value, "nuc" their sum, 1 and -1 the largest and smallest sum of a column's
    magnitudes, inf and -inf of a row's. None over more axes or all of them: the length of all elements.

    >>> from autograd_mini import Tensor
    >>> norm(Tensor([3.0, 4.0])).item()
    5.0
    """
    refuse_nodes("norm", (axis,))
    axes = axes_of("norm", x, axis)
    if ord is None:
        return euclidean_norm(x, axis, keepdims=keepdims)
    if len(axes) == 1:
        return _of_vectors("norm", x, order("norm", ord), axes, keepdims)
    if len(axes) == 2:
        return _of_matrices(x, order("norm", ord), axes, keepdims)
    raise ShapeError(
        f"norm of ord {describe(ord)} of shape {shape_of(x)} along axis {axis}: a vector is along one axis, a matrix "
        "along two; over more there is the length of all elements, ord=None"
    )


@registered("composed")
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """The norm of all elements as one vector, or along an axis or a tuple of axes, as `numpy.linalg.vector_norm`.

    >>> from autograd_mini import Tensor
    >>> vector_norm(Tensor([[1.0, 2.0], [3.0, 4.0]]), ord=1).item()
    10.0
    """
    refuse_nodes("vector_norm", (axis,))
    axes = axes_of("vector_norm", x, axis)
    return _of_vectors("vector_norm", x, order("vector_norm", ord), axes, keepdims)


@registered("composed")
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """The norm of the matrix in the last two axes, as `numpy.linalg.matrix_norm`; ord as of `norm`.

    >>> from autograd_mini import Tensor
    >>> matrix_norm(Tensor([[3.0, 0.0], [0.0, 4.0]]), ord="nuc").item()
    7.0
    """
    return norm(x, ord, (-2, -1), keepdims=keepdims)


def order(name: str, ord: Any) -> Any:
    """The order of a norm as a float, or as the word that it is."""
    refuse_nodes(name, (ord,))
    if isinstance(ord, str):
        return ord
    if not isinstance(ord, int | float | np.integer | np.floating) or ord != ord:
        raise KindError(
            f"{name} takes a number as the order of a norm, or of a matrix 'fro' or 'nuc'; got {describe(ord)}"
        )
    return as_float(ord)


def _of_vectors(name: str, x: Any, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    if isinstance(ord, str):
        raise KindError(f"{name} of a vector takes a number as ord; got {ord!r}, which is of matrices")
    if ord == 2:
        return euclidean_norm(x, axes, keepdims=keepdims)
    if ord == 1:
        return sum(abs(x), axes, keepdims=keepdims)
    if ord == 0:
        return sum(1.0 - equals(x, 0.0), axes, keepdims=keepdims)
    if ord == np.inf:
        return max(abs(x), axes, keepdims=keepdims, initial=0.0)
    if ord == -np.inf:
        return min(abs(x), axes, keepdims=keepdims)
    return p_norm(x, axes, ord=ord, keepdims=keepdims)


def _of_matrices(x: Any, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    refuse_nodes("norm", (keepdims,))
    rows, columns = axes
    keepdims = asked("norm", keepdims)
    if ord in ("fro", "f"):
        return euclidean_norm(x, axes, keepdims=keepdims)
    if ord in (1, -1, np.inf, -np.inf):
        summed, over = (rows, columns) if ord in (1, -1) else (columns, rows)
        sums = sum(abs(x), summed, keepdims=True)
        z = max(sums, over, initial=0.0) if ord > 0 else min(sums, over)
    elif ord in (2, -2, "nuc"):
        s = svdvals(moveaxis(x, axes, (-2, -1)))
        z = sum(s, -1) if ord == "nuc" else max(s, -1, initial=0.0) if ord == 2 else min(s, -1)
    else:
        raise KindError(
            f"norm of a matrix takes 1, 2, inf, their negatives, 'fro' or 'nuc' as ord; got {describe(ord)}"
        )
    kept = [1 if i in axes else n for i, n in enumerate(shape_of(x))]
    return reshape(z, tuple(n for i, n in enumerate(kept) if keepdims or i not in axes))
