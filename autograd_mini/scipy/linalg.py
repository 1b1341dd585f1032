"""`scipy.linalg`: triangular systems, exponentials of matrices, blocks; and NumPy's own under SciPy's names."""

from typing import Any

import numpy as np

from ..calculus.bilinear import column, matmul, row
from ..calculus.linalg import cholesky as lower_cholesky
from ..calculus.linalg import det, inv, matrix, solve
from ..calculus.linear import concatenate, getitem, reshape, swapaxes
from ..calculus.moving import pad, tril, triu
from ..errors import KindError, ShapeError, describe
from ..node import dtype_of, ndim_of, shape_of
from ..primitive import Operation
from ..registry import general, registered
from .installed import linalg
from .special.makers import flag

__all__ = ["block_diag", "cho_factor", "cho_solve", "cholesky", "det", "expm", "inv", "solve", "solve_triangular"]

# Each derivative takes the upstream gradient g, the output z and the inputs x, y.


def _triangular_solution(x: Any, y: Any, *, lower: bool, unit_diagonal: bool) -> Any:
    if y.size == 0 and len(x) == len(y):  # which SciPy has not always taken
        return np.zeros(y.shape, np.result_type(x, y))
    x, y = (part.astype(np.float64) if part.dtype == bool else part for part in (x, y))  # SciPy takes no masks
    return linalg.solve_triangular(x, y, lower=lower, unit_diagonal=unit_diagonal, check_finite=False)


def _back(g: Any, x: Any, lower: bool, unit_diagonal: bool) -> Any:
    """x⁻ᵀ g."""
    return _solve_triangular(swapaxes(x, -1, -2), g, lower=not lower, unit_diagonal=unit_diagonal)


def _solve_triangular_left(g: Any, z: Any, x: Any, y: Any, *, lower: bool, unit_diagonal: bool) -> Any:
    """-x⁻ᵀ g zᵀ, of the triangle that is read."""
    back = _back(g, x, lower, unit_diagonal)
    whole = -(column(back) * row(z)) if ndim_of(z) == 1 else -matmul(back, z.mT)
    away = 1 if unit_diagonal else 0
    return tril(whole, -away) if lower else triu(whole, away)


_solve_triangular: Operation = general(
    "solve_triangular",
    _triangular_solution,
    _solve_triangular_left,
    lambda g, z, x, y, *, lower, unit_diagonal: _back(g, x, lower, unit_diagonal),
)


def _of_each(function: Any, *matrices: Any) -> Any:
    """SciPy's function of single matrices of stacks of them."""
    stacks = np.broadcast_arrays(*matrices)
    found = np.empty(stacks[0].shape, np.result_type(*matrices))
    for i in np.ndindex(found.shape[:-2]):
        found[i] = function(*(stack[i] for stack in stacks)) if found.size else 0.0
    return found


def _frechet_of(x: Any, direction: Any) -> Any:
    """How expm(x) moves as x moves in that direction (Al-Mohy and Higham 2009)."""
    frechet = lambda x, e: linalg.expm_frechet(x, e, compute_expm=False, check_finite=False)
    return _of_each(frechet, x, direction)


def _exponential(x: Any) -> Any:
    if np.ndim(x) < 2:
        raise ValueError("a square matrix is needed, or a stack of them")
    return linalg.expm(x) if np.size(x) else np.array(x)


def _unit_of(x: Any) -> Any:
    """For each matrix a power of 2 near its largest element: to divide by it is exact."""
    largest = np.max(np.abs(x), axis=(-2, -1), keepdims=True, initial=0.0)
    exponent = np.clip(np.frexp(np.where(np.isfinite(largest), largest, 1.0))[1], -120, 120)
    return np.where(largest == 0, 1.0, np.ldexp(1.0, exponent)).astype(x.dtype)


_unit: Operation = general("unit_of_matrix", _unit_of, None)


def _frechet_left(g: Any, z: Any, x: Any, direction: Any) -> Any:
    """Of the matrix [[x, direction], [0, x]] the exponential's upper right block is z, and so this is what it takes.

    direction is divided by a power of 2 before: if it were large, x would be lost beside it.
    """
    n, unit, nothing = shape_of(x)[-1], _unit(direction), np.zeros(shape_of(x), dtype_of(x))
    blocks = [[swapaxes(x, -1, -2), nothing], [swapaxes(direction / unit, -1, -2), swapaxes(x, -1, -2)]]
    upstream = [[nothing, g * unit], [nothing, nothing]]
    whole = [concatenate([concatenate(parts, -1) for parts in rows], -2) for rows in (blocks, upstream)]
    found = _frechet(*whole)
    return getitem(found, (..., slice(n), slice(n))) + getitem(found, (..., slice(n, None), slice(n, None)))


_frechet: Operation = general(
    "expm_frechet",
    _frechet_of,
    _frechet_left,
    lambda g, z, x, direction: _frechet(swapaxes(x, -1, -2), g),
)
expm: Operation = matrix(
    "expm",
    _exponential,
    lambda g, z, x: _frechet(swapaxes(x, -1, -2), g),
    about="The exponential of a matrix, 1 + x + x² / 2! + …; dL/dx is the Fréchet derivative at xᵀ in the direction g.",
    example="expm(Tensor([[0.0, 1.0], [0.0, 0.0]])).data.tolist() → [[1.0, 1.0], [0.0, 1.0]]",
)


@registered("composed")
def solve_triangular(
    a: Any, b: Any, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False, **options: Any
) -> Any:
    """The z with a @ z = b, of a matrix of which only the upper triangle is read (or the lower; or not its diagonal).

    a: of shape (n, n); b: of shape (n,) or (n, m). trans: 1 or "T" for a.T @ z = b. Of SciPy's further options
    overwrite_b and check_finite are taken and change nothing. dL/db = a⁻ᵀ g, dL/da the triangle of -a⁻ᵀ g zᵀ.

    >>> solve_triangular(np.array([[2.0, 1.0], [0.0, 4.0]]), np.array([4.0, 8.0])).tolist()
    [1.0, 2.0]
    """
    _refuse_options("solve_triangular", options, {"overwrite_b", "check_finite"})
    lower = flag("solve_triangular", "lower", lower)
    unit_diagonal = flag("solve_triangular", "unit_diagonal", unit_diagonal)
    if ndim_of(a) != 2 or shape_of(a)[0] != shape_of(a)[1] or ndim_of(b) not in (1, 2):
        raise ShapeError(
            "solve_triangular takes a square matrix and a vector or a matrix (of stacks take numpy.linalg.solve); "
            f"got shapes {shape_of(a)} and {shape_of(b)}"
        )
    if not isinstance(trans, int | str) or trans not in (0, 1, 2, "N", "T", "C"):
        raise KindError(f"solve_triangular takes 0, 1 or 2, 'N', 'T' or 'C' as trans; got {describe(trans)}")
    if trans not in (0, "N"):
        a, lower = swapaxes(a, 0, 1), not lower
    return _solve_triangular(a, b, lower=lower, unit_diagonal=unit_diagonal)


@registered("composed")
def scipy_cholesky(a: Any, lower: bool = False, **options: Any) -> Any:
    """The upper triangular z with zᵀ @ z = a, or the lower one with z @ zᵀ = a; `scipy.linalg.cholesky`.

    Of the symmetric part of a, as our `linalg.cholesky`, which gives the lower one.

    >>> scipy_cholesky(np.array([[4.0, 2.0], [2.0, 2.0]])).tolist()
    [[2.0, 1.0], [0.0, 1.0]]
    """
    _refuse_options("cholesky", options, {"overwrite_a", "check_finite"})
    z = lower_cholesky(a)
    return z if flag("cholesky", "lower", lower) else swapaxes(z, -1, -2)


def cho_factor(a: Any, lower: bool = False, **options: Any) -> tuple[Any, bool]:
    """What `cho_solve` takes: `cholesky(a, lower)` and lower. (SciPy's leaves numbers in the other triangle.)

    >>> c, lower = cho_factor(np.array([[4.0]]))
    >>> c.tolist(), lower
    ([[2.0]], False)
    """
    return scipy_cholesky(a, lower, **options), lower


def cho_solve(c_and_lower: tuple[Any, bool], b: Any, **options: Any) -> Any:
    """The z with a @ z = b, of what `cho_factor` gave of a.

    >>> cho_solve((np.array([[2.0]]), True), np.array([8.0])).tolist()
    [2.0]
    """
    _refuse_options("cho_solve", options, {"overwrite_b", "check_finite"})
    if not isinstance(c_and_lower, tuple | list) or len(c_and_lower) != 2:
        raise KindError(f"cho_solve takes what cho_factor gives, (factor, lower); got {describe(c_and_lower)}")
    c, lower = c_and_lower[0], flag("cho_solve", "lower", c_and_lower[1])
    first, last = ("N", "T") if lower else ("T", "N")
    return solve_triangular(c, solve_triangular(c, b, first, lower), last, lower)


@registered("composed")
def block_diag(*arrays: Any) -> Any:
    """The matrices along the diagonal of one, 0 elsewhere; numbers and vectors count as matrices of one row.

    >>> block_diag(np.array([[1.0, 2.0]]), 3.0).tolist()
    [[1.0, 2.0, 0.0], [0.0, 0.0, 3.0]]
    """
    blocks = [x if ndim_of(x) == 2 else _as_row(x) for x in arrays]
    if not blocks:
        raise ShapeError("block_diag takes one matrix or more; got none")
    width = sum(shape_of(x)[1] for x in blocks)
    rows, left = [], 0
    for x in blocks:
        n = shape_of(x)[1]
        rows.append(pad(x, ((0, 0), (left, width - left - n))))
        left += n
    return concatenate(rows, 0)


def _as_row(x: Any) -> Any:
    if ndim_of(x) > 2:
        raise ShapeError(f"block_diag takes numbers, vectors and matrices; got shape {shape_of(x)}")
    return reshape(x, (1, -1) if ndim_of(x) and shape_of(x)[0] else (1, 1 if ndim_of(x) == 0 else 0))


def _refuse_options(name: str, options: dict[str, Any], harmless: set[str]) -> None:
    if others := options.keys() - harmless:
        raise KindError(f"{name} takes no {', '.join(sorted(others))} here: leave it out")


cholesky = scipy_cholesky
