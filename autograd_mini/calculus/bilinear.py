"""Products that are linear in each of their two inputs, with one derivative for each."""

from typing import Any

import numpy as np

from ..node import data_of
from ..primitive import Operation, bilinear
from .linear import getitem, swapaxes

# Each derivative takes the upstream gradient g, the output z and the inputs x, y.


def _ndim(x: Any) -> int:
    return np.ndim(data_of(x))


def _transposed(x: Any) -> Any:
    return swapaxes(x, -1, -2)


def _column(x: Any) -> Any:
    return getitem(x, (..., None))


def _row(x: Any) -> Any:
    return getitem(x, (..., None, slice(None)))


def _matmul_left(g: Any, z: Any, x: Any, y: Any) -> Any:
    """dL/dx = g yᵀ; a vector is a row on the left of @ and a column on its right."""
    if _ndim(y) == 1:
        return _column(g) * y
    return getitem(y @ _column(g), (..., 0)) if _ndim(x) == 1 else g @ _transposed(y)


def _matmul_right(g: Any, z: Any, x: Any, y: Any) -> Any:
    """dL/dy = xᵀ g."""
    if _ndim(x) == 1:
        return _column(g) * x if _ndim(y) == 1 else _column(x) * _row(g)
    return getitem(_transposed(x) @ _column(g), (..., 0)) if _ndim(y) == 1 else _transposed(x) @ g


matmul: Operation = bilinear(
    "matmul",
    np.matmul,
    _matmul_left,
    _matmul_right,
    "The matrix product x @ y; vectors and stacks of matrices as `numpy.matmul`.",
    "matmul(Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]])).data → array([[11.]])",
)
