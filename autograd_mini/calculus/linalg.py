"""Linear algebra, of a matrix or a stack of them: inverse, solution, determinant, Cholesky factor.

The rules are those of Giles 2008, Collected matrix derivative results for forward and reverse mode.
"""

from typing import Any

import numpy as np

from ..node import Derivative, Node, Rule, data_of, record
from ..primitive import Operation, attempt, register, registered
from .bilinear import column, matmul, row
from .linear import getitem
from .reductions import norm

__all__ = ["cholesky", "det", "inv", "logabsdet", "norm", "slogdet", "solve"]

# Each derivative takes the upstream gradient g, the output z and the inputs x, y.


def matrix(name: str, forward: Operation, *derivatives: Derivative, about: str, example: str) -> Any:
    """An operation on the matrices in the last two axes; derivatives as for elementwise ones."""

    def apply(*inputs: Any) -> Any:
        node = next((x for x in inputs if isinstance(x, Node)), None)
        if node is None:
            return attempt(name, forward, *inputs)
        inputs = tuple(x if isinstance(x, Node) else node.constant(x, name) for x in inputs)
        return record(attempt(name, forward, *map(data_of, inputs)), rule, *inputs)

    rule = Rule(name, "matrix", apply, derivatives)
    return register(name, "matrix", apply, about, example)


def _each(g: Any) -> Any:
    """A number for each matrix, to be multiplied with its elements."""
    return getitem(g, (..., None, None))


def _solve(x: Any, y: Any) -> Any:
    try:
        return np.linalg.solve(x, y)
    except np.linalg.LinAlgError:
        raise  # it speaks of the matrix in words
    except ValueError as error:
        raise ValueError("y takes as many rows as x has, and stacks of both broadcast") from error


def _solve_right(g: Any, z: Any, x: Any, y: Any) -> Any:
    """x⁻ᵀ g; where y is one vector, g holds one for each matrix."""
    return getitem(solve(x.mT, column(g)), (..., 0)) if np.ndim(data_of(y)) == 1 else solve(x.mT, g)


def _solve_left(g: Any, z: Any, x: Any, y: Any) -> Any:
    """-x⁻ᵀ g zᵀ."""
    back = _solve_right(g, z, x, y)
    return -(column(back) * row(z)) if np.ndim(data_of(y)) == 1 else -matmul(back, z.mT)


def _lower_factor(x: Any) -> Any:
    """The Cholesky factor of the symmetric part; what is not square NumPy refuses."""
    if np.ndim(x) > 1 and np.shape(x)[-1] == np.shape(x)[-2]:
        x = 0.5 * (x + np.swapaxes(x, -1, -2))
    return np.linalg.cholesky(x)


def _cholesky_derivative(g: Any, z: Any, x: Any) -> Any:
    """z⁻ᵀ Φ(zᵀ g) z⁻¹ made symmetric, Φ the lower triangle with half the diagonal (Murray 2016)."""
    lower = np.tril(np.ones_like(data_of(z)))
    halved = matmul(z.mT, g) * (0.5 * (lower + np.tril(lower, -1)))
    inner = solve(z.mT, solve(z.mT, halved.mT).mT)
    return 0.5 * (inner + inner.mT)


def _det_derivative(g: Any, z: Any, x: Any) -> Any:
    """g times the matrix of cofactors: det(x) x⁻ᵀ, or where x has hardly an inverse the determinants of its minors."""
    matrices = data_of(x)
    if matrices.size == 0 or np.max(np.linalg.cond(matrices, 1)) < np.finfo(matrices.dtype).eps ** -0.5:
        return _each(g * z) * inv(x).mT
    n = matrices.shape[-1]
    others = np.array([[j for j in range(n) if j != i] for i in range(n)], dtype=int)
    minors = getitem(x, (..., others[:, None, :, None], others[None, :, None, :]))
    signs = (-1.0) ** np.add.outer(range(n), range(n))
    return _each(g) * (det(minors) * signs.astype(matrices.dtype))


inv: Operation = matrix(
    "inv",
    np.linalg.inv,
    lambda g, z, x: -matmul(matmul(z.mT, g), z.mT),
    about="The inverse matrix; dL/dx = -zᵀ g zᵀ.",
    example="inv(Tensor([[2.0, 0.0], [0.0, 4.0]])).data.tolist() → [[0.5, 0.0], [0.0, 0.25]]",
)
solve: Operation = matrix(
    "solve",
    _solve,
    _solve_left,
    _solve_right,
    about="The z with x @ z = y, as `numpy.linalg.solve`; dL/dy = x⁻ᵀ g, dL/dx = -x⁻ᵀ g zᵀ.",
    example="solve(Tensor([[2.0, 0.0], [0.0, 4.0]]), Tensor([2.0, 2.0])).data → array([1. , 0.5])",
)
logabsdet: Operation = matrix(
    "logabsdet",
    lambda x: np.linalg.slogdet(x)[1],
    lambda g, z, x: _each(g) * inv(x).mT,
    about="The logarithm of the determinant's absolute value; dL/dx = g x⁻ᵀ.",
    example="logabsdet(Tensor([[1.0, 0.0], [0.0, -1.0]])).item() → 0.0",
)
cholesky: Operation = matrix(
    "cholesky",
    _lower_factor,
    _cholesky_derivative,
    about="The lower triangular z with z @ zᵀ = x, of a symmetric positive definite x.\n\n"
    "It is a function of the symmetric part (x + xᵀ) / 2, and so is its gradient: symmetric, each of two elements that "
    "are the same number getting half. Where x is not symmetric, NumPy's own reads the lower triangle alone.",
    example="cholesky(Tensor([[4.0, 0.0], [0.0, 9.0]])).data.tolist() → [[2.0, 0.0], [0.0, 3.0]]",
)
det: Operation = matrix(
    "det",
    np.linalg.det,
    _det_derivative,
    about="The determinant; dL/dx = g · cofactors(x), which is g det(x) x⁻ᵀ where x has an inverse.",
    example="det(Tensor([[2.0, 0.0], [0.0, 4.0]])).item().__round__(9) → 8.0",
)


@registered("composed")
def slogdet(x: Any) -> Any:
    """The determinant's sign, a plain array, and the logarithm of its absolute value, as `numpy.linalg.slogdet`.

    >>> from autograd_mini import Tensor
    >>> sign, logarithm = slogdet(Tensor([[1.0, 0.0], [0.0, -1.0]]))
    >>> sign, logarithm.item()
    (np.float64(-1.0), 0.0)
    """
    return attempt("slogdet", np.linalg.slogdet, data_of(x))._replace(logabsdet=logabsdet(x))
