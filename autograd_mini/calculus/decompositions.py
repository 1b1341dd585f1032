"""Factors of a matrix, or of each in a stack: eigenvalues and vectors, singular ones, the pseudo-inverse, QR.

A matrix is factored once; each part is an operation of the matrix that reads what was found, with a rule of its own. So
what depends on the values alone never asks where the vectors turn, which they do without end where values are equal.
"""

from typing import Any

import numpy as np

from ..node import Derivative, dtype_of, shape_of
from ..primitive import Operation
from ..registry import general
from .bilinear import column, matmul, row
from .choosing import where
from .linalg import inverse_if_any, solve, symmetric_part
from .linear import swapaxes
from .moving import diagonal, tril
from .piecewise import abs, questions, sign
from .reductions import euclidean_norm, max

# Each derivative takes the upstream gradient g, the output z, the matrix x and what was found of it.


def factoring(name: str, factor: Operation) -> Any:
    """The factors of a matrix below one another, values as a row: a step, for their derivatives are the parts'."""

    def below_one_another(x: Any) -> Any:
        parts = factor(x)
        return np.concatenate([part if np.ndim(part) == np.ndim(x) else part[..., None, :] for part in parts], -2)

    return general(name, below_one_another, None)


def part(name: str, read: Operation, derivative: Derivative) -> Any:
    """An operation of x that reads off what was found of it."""
    return general(name, read, derivative, None)


def _finite(x: Any) -> Any:
    """x; an error where it is not finite, on which LAPACK may compute without end."""
    if not np.all(np.isfinite(x)):
        raise ValueError("it holds inf or nan")
    return x


def _values(x: Any, found: Any) -> Any:
    return found[..., 0, :]


def _sure(x: Any, number: Any, beside: Any, matrix: Any) -> Any:
    """x where the number is more than rounding leaves of what is beside it, else nan: for all we know it is 0.

    matrix: the one that was factored, by whose size rounding grows. The 8 is measured: of 30,000 random matrices whose
    equal values or dependent columns were rounded, from 2 × 2 on, none left more than 4.
    """
    rounding = 8 * int(np.max(shape_of(matrix)[-2:])) * float(np.finfo(dtype_of(x)).eps)
    return where(questions["greater"](abs(number), rounding * beside), x, np.nan)


def _largest(values: Any) -> Any:
    return max(abs(values), -1, keepdims=True, initial=0.0)


def _gaps(values: Any, matrix: Any) -> Any:
    """value j - value i, and inf on the diagonal, where nothing turns; nan where two values are equal."""
    itself = np.diag(np.full(shape_of(values)[-1:], np.inf, dtype_of(values)))
    gaps = row(values) - column(values) + itself
    return _sure(gaps, gaps, _largest(row(values)), matrix)


def _symmetric(x: Any) -> Any:
    return 0.5 * (x + x.mT)


def _turning(g: Any, vectors: Any) -> Any:
    """How the gradient turns vector j towards vector i: antisymmetric."""
    along = matmul(vectors.mT, g)
    return along - along.mT


def _across(g: Any, vectors: Any) -> Any:
    """What of the gradient of each vector is in the span of none."""
    return g - matmul(vectors, matmul(vectors.mT, g))


# Symmetric matrices (Giles 2008, Collected matrix derivative results for forward and reverse mode, section 3.1).


def _eigh_values_derivative(g: Any, z: Any, x: Any, found: Any) -> Any:
    """V diag(g) Vᵀ."""
    v = eigh_vectors(x, found)
    return _symmetric(matmul(v * row(g), v.mT))


def _eigh_vectors_derivative(g: Any, z: Any, x: Any, found: Any) -> Any:
    """V (F ∘ Vᵀ g) Vᵀ made symmetric, F the inverses of the gaps."""
    turning = 0.5 * _turning(g, z) / _gaps(eigh_values(x, found), x)
    return _symmetric(matmul(matmul(z, turning), z.mT))


by_eigh: Operation = factoring("eigh", lambda x: np.linalg.eigh(_finite(symmetric_part(x))))
eigh_values: Operation = part("eigh_values", _values, _eigh_values_derivative)
eigh_vectors: Operation = part("eigh_vectors", lambda x, found: found[..., 1:, :], _eigh_vectors_derivative)


# Any square matrices (the same, of vectors that are not orthogonal: V⁻ᵀ in the place of V).


def _real(values: Any, vectors: Any) -> Any:
    if np.any(np.imag(values)):
        raise TypeError(
            "it has complex eigenvalues, and complex numbers are out of scope here: of a symmetric matrix take eigh, "
            "else node.data where no derivative is needed"
        )
    return np.real(values), np.real(vectors)  # from NumPy 2.5 on they are complex numbers whatever they are


def _left_vectors(vectors: Any) -> Any:
    """V⁻¹; nan where a vector is but for rounding a sum of the others, and eigenvalues have no derivative."""
    inverse = inverse_if_any(vectors)
    return _sure(inverse, 1.0 / euclidean_norm(inverse, -1, keepdims=True), 1.0, vectors)


def _eig_values_derivative(g: Any, z: Any, x: Any, found: Any) -> Any:
    """V⁻ᵀ diag(g) Vᵀ."""
    v = eig_vectors(x, found)
    return matmul(_left_vectors(v).mT, column(g) * v.mT)


def _eig_vectors_derivative(g: Any, z: Any, x: Any, found: Any) -> Any:
    """V⁻ᵀ (F ∘ (Vᵀ g - VᵀV diag(Vᵀ g))) Vᵀ: the vectors keep their length 1 (Boeddeker et al. 2017)."""
    along = matmul(z.mT, g)
    turning = along - matmul(z.mT, z) * row(diagonal(along, 0, -2, -1))
    return matmul(_left_vectors(z).mT, matmul(turning / _gaps(eig_values(x, found), x), z.mT))


by_eig: Operation = factoring("eig", lambda x: _real(*np.linalg.eig(_finite(x))))
eig_values: Operation = part("eig_values", _values, _eig_values_derivative)
eig_vectors: Operation = part("eig_vectors", lambda x, found: found[..., 1:, :], _eig_vectors_derivative)


# Singular values (Townsend 2016, Differentiating the singular value decomposition).


def _svd_values_derivative(g: Any, z: Any, x: Any, found: Any) -> Any:
    """U diag(g) Vᵀ; a singular value of 0 is a kink, as of the absolute value."""
    return matmul(svd_left(x, found) * row(g * sign(z)), svd_right(x, found).mT)


def _svd_turning(g: Any, vectors: Any, s: Any, x: Any) -> Any:
    """F ∘ (turning), F the inverses of s_j² - s_i²."""
    itself = np.eye(shape_of(s)[-1], dtype=dtype_of(s))
    return _turning(g, vectors) / _gaps(s, x) / (row(s) + column(s) + itself)


def _svd_left_derivative(g: Any, z: Any, x: Any, found: Any) -> Any:
    """(U (F ∘ (Uᵀg - gᵀU)) S + (1 - UUᵀ) g S⁻¹) Vᵀ; the last only where U is no square."""
    s = svd_values(x, found)
    moved = matmul(z, _svd_turning(g, z, s, x) * row(s))
    if shape_of(z)[-2] > shape_of(z)[-1]:
        moved = moved + _across(g, z) / row(_sure(s, s, _largest(s), x))
    return matmul(moved, svd_right(x, found).mT)


def _svd_right_derivative(g: Any, z: Any, x: Any, found: Any) -> Any:
    """U (S (F ∘ (Vᵀg - gᵀV)) Vᵀ + S⁻¹ gᵀ (1 - VVᵀ)); the last only where V is no square."""
    s = svd_values(x, found)
    moved = matmul(column(s) * _svd_turning(g, z, s, x), z.mT)
    if shape_of(z)[-2] > shape_of(z)[-1]:
        moved = moved + (_across(g, z) / row(_sure(s, s, _largest(s), x))).mT
    return matmul(svd_left(x, found), moved)


def _thin_svd(x: Any) -> Any:
    u, s, v = np.linalg.svd(_finite(x), full_matrices=False)
    return s, u, v.mT


def _left(x: Any, found: Any) -> Any:
    return found[..., 1 : 1 + np.shape(x)[-2], :]


def _right(x: Any, found: Any) -> Any:
    return found[..., 1 + np.shape(x)[-2] :, :]


by_svd: Operation = factoring("svd", _thin_svd)
svd_values: Operation = part("svd_values", _values, _svd_values_derivative)
svd_left: Operation = part("svd_left", _left, _svd_left_derivative)
svd_right: Operation = part("svd_right", _right, _svd_right_derivative)


# The pseudo-inverse (Golub & Pereyra 1973, The differentiation of pseudo-inverses), of a matrix of full rank: there one
# of the formula's last two terms is 0, by the shape; where the rank falls the pseudo-inverse jumps.


def _pinv_of(x: Any, found: Any, rcond: Any = None) -> Any:
    if rcond is None:
        rcond = np.shape(x)[-2:][np.shape(x)[-2] < np.shape(x)[-1]] * np.finfo(x.dtype).eps
    s = _values(x, found)[..., None, :]
    kept = s > np.asarray(rcond)[..., None, None] * np.max(s, axis=-1, keepdims=True, initial=0)
    with np.errstate(divide="ignore"):
        inverse = np.where(kept, 1 / s, 0).astype(x.dtype)
    return (_right(x, found) * inverse) @ _left(x, found).mT


def _full_rank_of(z: Any, x: Any) -> Any:
    """z where x has full rank, of which z x is a projection: so its trace is the rank."""
    rank, full = np.sum(z * x.mT, axis=(-2, -1)), min(x.shape[-2:])
    if np.any(rank < full - 0.5):
        raise ValueError(
            f"the rank is {round(float(np.min(rank)))}, not {full}: there the pseudo-inverse jumps and has no "
            "derivative. Leave out what depends on the others, or take solve(x.T @ x + small * np.eye(n), x.T)"
        )
    return z


def _pinv_derivative(g: Any, z: Any, x: Any, found: Any, rcond: Any = None) -> Any:
    """-zᵀ g zᵀ + (1 - x z) gᵀ z zᵀ where x is tall, + zᵀ z gᵀ (1 - z x) where it is wide."""
    z = full_rank(z, x)
    back = matmul(z.mT, matmul(g, z.mT))
    if shape_of(x)[-2] > shape_of(x)[-1]:
        back = back - _complement(matmul(g.mT, matmul(z, z.mT)), x, z)
    if shape_of(x)[-2] < shape_of(x)[-1]:
        back = back - _complement(matmul(g, matmul(z.mT, z)), x.mT, z.mT).mT
    return -back


def _complement(y: Any, x: Any, z: Any) -> Any:
    """(1 - x z) y."""
    return y - matmul(x, matmul(z, y))


full_rank: Operation = general("full_rank", _full_rank_of, lambda g, w, z, x: g, None)
pseudo_inverse: Operation = part("pinv", _pinv_of, _pinv_derivative)


# Orthogonal and triangular (Walter, Lehmann & Lamour 2012, On evaluating higher-order derivatives of the QR
# decomposition; Liao et al. 2019, Differentiable programming tensor networks), of matrices that are not wide.


def mirrored(m: Any) -> Any:
    """The lower triangle, and above the diagonal the same again."""
    return tril(m) + swapaxes(tril(m, -1), -1, -2)


def _over(y: Any, r: Any) -> Any:
    """y r⁻ᵀ; nan where a column of r is but for rounding a sum of those before it, and so of the matrix."""
    own = column(diagonal(r, 0, -2, -1))
    own = _sure(own, own, _largest(r.mT), y)
    return solve(r / own, y.mT / own).mT


def _orthogonal_derivative(g: Any, z: Any, x: Any, found: Any) -> Any:
    """(g - Q M(gᵀ Q)) R⁻ᵀ, M mirroring the lower triangle."""
    return _over(g - matmul(z, mirrored(matmul(g.mT, z))), triangular(x, found))


def _triangular_derivative(g: Any, z: Any, x: Any, found: Any) -> Any:
    """Q M(R gᵀ) R⁻ᵀ."""
    return _over(matmul(orthogonal(x, found), mirrored(matmul(z, g.mT))), z)


by_qr: Operation = factoring("qr", lambda x: tuple(np.linalg.qr(x)))
orthogonal: Operation = part("qr_orthogonal", lambda x, found: found[..., : np.shape(x)[-2], :], _orthogonal_derivative)
triangular: Operation = part("qr_triangular", lambda x, found: found[..., np.shape(x)[-2] :, :], _triangular_derivative)
