"""Linear algebra, of a matrix or a stack of them: inverse, solution, determinant, Cholesky factor.

The rules are those of Giles 2008, Collected matrix derivative results for forward and reverse mode.
"""

from typing import Any, NamedTuple

import numpy as np

from ..node import Derivative, dtype_of, ndim_of, shape_of
from ..primitive import Operation, refuse_nodes
from ..refusals import asked
from ..registry import general, registered
from .bilinear import column, matmul, row
from .linear import getitem, scatter, swapaxes

# Each derivative takes the upstream gradient g, the output z and the inputs x, y.


def matrix(name: str, forward: Operation, *derivatives: Derivative, about: str, example: str) -> Any:
    """An operation on the matrices in the last two axes; derivatives as for elementwise ones."""
    return general(name, forward, *derivatives, family="matrix", about=about, example=example)


def _each(g: Any) -> Any:
    """A number for each matrix, to be multiplied with its elements."""
    return getitem(g, (..., None, None))


def _inverse_derivative(g: Any, z: Any, x: Any) -> Any:
    """-zᵀ g zᵀ."""
    return -matmul(matmul(z.mT, g), z.mT)


def _solve(x: Any, y: Any) -> Any:
    try:
        return np.linalg.solve(x, y)
    except np.linalg.LinAlgError:
        raise  # it speaks of the matrix in words
    except ValueError as error:
        raise ValueError("y takes as many rows as x has, and stacks of both broadcast") from error


def _solve_right(g: Any, z: Any, x: Any, y: Any) -> Any:
    """x⁻ᵀ g; where y is one vector, g holds one for each matrix."""
    return getitem(solve(x.mT, column(g)), (..., 0)) if ndim_of(y) == 1 else solve(x.mT, g)


def _solve_left(g: Any, z: Any, x: Any, y: Any) -> Any:
    """-x⁻ᵀ g zᵀ."""
    back = _solve_right(g, z, x, y)
    return -(column(back) * row(z)) if ndim_of(y) == 1 else -matmul(back, z.mT)


def symmetric_part(x: Any) -> Any:
    """(x + xᵀ) / 2; what is not square as it is, for NumPy to refuse."""
    if np.ndim(x) > 1 and np.shape(x)[-1] == np.shape(x)[-2]:
        return 0.5 * (x + np.swapaxes(x, -1, -2))
    return x


def _cholesky_derivative(g: Any, z: Any, x: Any) -> Any:
    """z⁻ᵀ Φ(zᵀ g) z⁻¹ made symmetric, Φ the lower triangle with half the diagonal (Murray 2016)."""
    lower = np.tril(np.ones(shape_of(z), dtype_of(z)))
    halved = matmul(z.mT, g) * (0.5 * (lower + np.tril(lower, -1)))
    inner = solve(z.mT, solve(z.mT, halved.mT).mT)
    return 0.5 * (inner + inner.mT)


def _inverse_or_nan(x: Any) -> Any:
    """The inverse; nan for each matrix that has none."""
    try:
        return np.linalg.inv(x)
    except np.linalg.LinAlgError:
        is_singular = np.linalg.slogdet(x)[0] == 0
        inverse = np.linalg.inv(np.where(is_singular[..., None, None], np.eye(x.shape[-1], dtype=x.dtype), x))
        inverse[is_singular] = np.nan
        return inverse


def _has_inverse(x: Any) -> bool:
    """Whether all the matrices are far enough from singular ones that half the digits of an inverse are right."""
    return bool(np.all(np.linalg.cond(x, 1) < np.finfo(x.dtype).eps ** -0.5))


def _minors(x: Any) -> Any:
    """For each element of a matrix the matrix without its row and column, in two more axes; and the elements' signs."""
    n = shape_of(x)[-1]
    others = np.array([[j for j in range(n) if j != i] for i in range(n)], dtype=int).reshape(n, max(n - 1, 0))
    signs = (-1.0) ** np.add.outer(range(n), range(n))
    return (..., others[:, None, :, None], others[None, :, None, :]), signs.astype(dtype_of(x))


def _cofactors_of(x: Any) -> Any:
    """det(x) x⁻ᵀ, or where x has hardly an inverse the determinants of its minors."""
    if x.size == 0 or _has_inverse(x):
        return np.linalg.det(x)[..., None, None] * np.linalg.inv(x).swapaxes(-1, -2)
    index, signs = _minors(x)
    return np.linalg.det(x[index]) * signs


def _curvature_of(g: Any, x: Any) -> Any:
    """The gradient of the sum of g · cofactors(x): by the inverse, or as cofactors are found, minor by minor."""
    if x.size == 0 or _has_inverse(x):
        inverse = np.linalg.inv(x)
        turned = inverse.swapaxes(-1, -2)
        share = np.sum(g * turned, axis=(-2, -1), keepdims=True)
        return np.linalg.det(x)[..., None, None] * (share * turned - turned @ g.swapaxes(-1, -2) @ turned)
    index, signs = _minors(x)
    result = np.zeros(x.shape, x.dtype)
    np.add.at(result, index, (g * signs)[..., None, None] * _cofactors_of(x[index]))
    return result


def _third(g: Any, u: Any, x: Any) -> Any:
    """The gradient by x of the sum of u · curvature(g, x), minor by minor."""
    index, signs = _minors(x)
    return scatter(_curvature(_each(u * signs) * getitem(g, index), getitem(x, index)), index, shape_of(x))


_cofactors: Operation = general("cofactors", _cofactors_of, lambda g, z, x: _curvature(g, x))
_curvature: Operation = general(
    "curvature",
    _curvature_of,
    lambda g, z, u, x: _curvature(g, x),
    lambda g, z, u, x: _third(g, u, x),
)
_sign_of_det: Operation = general("slogdet", lambda x: np.linalg.slogdet(x)[0], None)
_lower_factor: Operation = general("cholesky", lambda x: np.linalg.cholesky(symmetric_part(x)), _cholesky_derivative)
inverse_if_any: Operation = general("inverse_if_any", _inverse_or_nan, _inverse_derivative)


inv: Operation = matrix(
    "inv",
    np.linalg.inv,
    _inverse_derivative,
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
    lambda g, z, x: _each(g) * inverse_if_any(x).mT,
    about="The logarithm of the determinant's absolute value; dL/dx = g x⁻ᵀ, nan where x has no inverse.",
    example="logabsdet(Tensor([[1.0, 0.0], [0.0, -1.0]])).item() → 0.0",
)
det: Operation = matrix(
    "det",
    np.linalg.det,
    lambda g, z, x: _each(g) * _cofactors(x),
    about="The determinant; dL/dx = g · cofactors(x), which is g det(x) x⁻ᵀ where x has an inverse.",
    example="det(Tensor([[2.0, 0.0], [0.0, 4.0]])).item().__round__(9) → 8.0",
)


class SlogdetResult(NamedTuple):
    """The sign of a determinant, and the logarithm of its absolute value."""

    sign: Any
    logabsdet: Any


@registered("composed")
def slogdet(x: Any) -> Any:
    """The determinant's sign, whose derivative is 0, and the logarithm of its absolute value (`numpy.linalg.slogdet`).

    >>> from autograd_mini import Tensor
    >>> sign, logarithm = slogdet(Tensor([[1.0, 0.0], [0.0, -1.0]]))
    >>> sign.item(), logarithm.item()
    (-1.0, 0.0)
    """
    return SlogdetResult(_sign_of_det(x), logabsdet(x))


@registered("matrix")
def cholesky(x: Any, /, *, upper: bool = False) -> Any:
    """The lower triangular z with z @ zᵀ = x, of a symmetric positive definite x; upper: zᵀ.

    It is a function of the symmetric part (x + xᵀ) / 2, and so is its gradient: symmetric, each of two elements that
    are the same number getting half. Where x is not symmetric, NumPy's own reads the lower triangle alone.

    >>> from autograd_mini import Tensor
    >>> cholesky(Tensor([[4.0, 0.0], [0.0, 9.0]])).data.tolist()
    [[2.0, 0.0], [0.0, 3.0]]
    """
    refuse_nodes("cholesky", (upper,))
    z = _lower_factor(x)
    return swapaxes(z, -1, -2) if asked("cholesky", upper) else z
