"""NumPy's decompositions: eigenvalues and vectors, singular ones, the pseudo-inverse, QR."""

from typing import Any, NamedTuple

from ..calculus.bilinear import matmul
from ..calculus.decompositions import (
    by_eig,
    by_eigh,
    by_qr,
    by_svd,
    eig_values,
    eig_vectors,
    eigh_values,
    eigh_vectors,
    mirrored,
    orthogonal,
    pseudo_inverse,
    svd_left,
    svd_right,
    svd_values,
    triangular,
)
from ..calculus.linear import concatenate, getitem, swapaxes
from ..errors import KindError, ShapeError, describe
from ..node import shape_of
from ..primitive import refuse_nodes
from ..refusals import asked
from ..registry import registered


class EighResult(NamedTuple):
    """Eigenvalues in rising order, and eigenvectors in the columns."""

    eigenvalues: Any
    eigenvectors: Any


class EigResult(NamedTuple):
    """Eigenvalues, and eigenvectors of length 1 in the columns."""

    eigenvalues: Any
    eigenvectors: Any


class SVDResult(NamedTuple):
    """The x = U @ diag(S) @ Vh: orthogonal columns, singular values in falling order, orthogonal rows."""

    U: Any
    S: Any
    Vh: Any


class QRResult(NamedTuple):
    """The x = Q @ R: orthogonal columns, and an upper triangle."""

    Q: Any
    R: Any


def _as_told(name: str, x: Any, UPLO: Any) -> Any:
    """The symmetric matrix of which x has this triangle; x itself where none is told."""
    if UPLO is None:
        return x
    if not isinstance(UPLO, str) or UPLO not in ("L", "l", "U", "u"):
        raise ShapeError(f"{name} takes UPLO='L' or 'U', the triangle to read; got {describe(UPLO)}")
    shape = shape_of(x)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ShapeError(f"{name} takes a square matrix, or a stack of them; got shape {shape}")
    return mirrored(x if UPLO in ("L", "l") else swapaxes(x, -1, -2))


@registered("composed")
def eigh(a: Any, UPLO: str | None = None) -> Any:
    """The eigenvalues of a symmetric matrix, rising, and its eigenvectors, as `numpy.linalg.eigh`.

    a: (..., n, n). Gives the named tuple (eigenvalues (..., n), eigenvectors (..., n, n), in the columns).
    It is a function of the symmetric part (a + aᵀ) / 2, as `cholesky` is, and so is its gradient; with UPLO "L" or "U"
    of that triangle alone, which NumPy reads. dL/da = V (diag(g) + F ∘ (VᵀG - GᵀV) / 2) Vᵀ, F_ij = 1 / (w_j - w_i).
    Of equal eigenvalues the vectors have no derivative: it is nan; that of the values is right in any sum of them.

    >>> from autograd_mini import Tensor
    >>> w, v = eigh(Tensor([[2.0, 0.0], [0.0, 1.0]]))
    >>> w.data
    array([1., 2.])
    """
    a = _as_told("eigh", a, UPLO)
    found = by_eigh(a)
    return EighResult(eigh_values(a, found), eigh_vectors(a, found))


@registered("composed")
def eigvalsh(a: Any, UPLO: str | None = None) -> Any:
    """The eigenvalues of a symmetric matrix, rising: the first of `eigh`.

    >>> from autograd_mini import Tensor
    >>> eigvalsh(Tensor([[2.0, 0.0], [0.0, 1.0]])).data
    array([1., 2.])
    """
    a = _as_told("eigvalsh", a, UPLO)
    return eigh_values(a, by_eigh(a))


@registered("composed")
def eig(a: Any) -> Any:
    """The eigenvalues of a matrix that has real ones, and its eigenvectors of length 1, as `numpy.linalg.eig`.

    a: (..., n, n). Gives the named tuple (eigenvalues (..., n), eigenvectors (..., n, n), in the columns).
    Raises KindError where an eigenvalue is complex. dL/da = V⁻ᵀ (diag(g) + F ∘ (VᵀG - VᵀV diag(VᵀG))) Vᵀ.

    >>> from autograd_mini import Tensor
    >>> eig(Tensor([[2.0, 1.0], [0.0, 1.0]])).eigenvalues.data
    array([2., 1.])
    """
    found = by_eig(a)
    return EigResult(eig_values(a, found), eig_vectors(a, found))


@registered("composed")
def eigvals(a: Any) -> Any:
    """The eigenvalues of a matrix that has real ones: the first of `eig`.

    >>> from autograd_mini import Tensor
    >>> eigvals(Tensor([[2.0, 1.0], [0.0, 1.0]])).data
    array([2., 1.])
    """
    return eig_values(a, by_eig(a))


@registered("composed")
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """The singular value decomposition U @ diag(S) @ Vh of a, as `numpy.linalg.svd`; S alone without compute_uv.

    a: (..., m, n); k = min(m, n). Gives the named tuple (U (..., m, k), S (..., k) falling, Vh (..., k, n)).
    Raises ShapeError for full_matrices of a matrix that is not square: the columns beyond k may turn as they like.
    Of equal singular values, and where U or V is no square of those that are 0, the vectors have no derivative: nan.

    >>> from autograd_mini import Tensor
    >>> svd(Tensor([[0.0, 3.0], [4.0, 0.0]])).S.data
    array([4., 3.])
    """
    refuse_nodes("svd", (full_matrices, compute_uv))
    if not asked("svd", compute_uv):
        return svdvals(a)
    if asked("svd", full_matrices) and len(set(shape_of(a)[-2:])) > 1:
        raise ShapeError(
            f"svd of shape {shape_of(a)}: the vectors that fill up a matrix that is not square are not determined "
            "and have no derivative: say full_matrices=False"
        )
    found = by_svd(a)
    return SVDResult(svd_left(a, found), svd_values(a, found), swapaxes(svd_right(a, found), -1, -2))


@registered("composed")
def svdvals(x: Any) -> Any:
    """The singular values, falling, as `numpy.linalg.svdvals`: (..., min(m, n)); dL/dx = U diag(g) Vᵀ.

    >>> from autograd_mini import Tensor
    >>> svdvals(Tensor([[0.0, 3.0], [4.0, 0.0]])).data
    array([4., 3.])
    """
    return svd_values(x, by_svd(x))


@registered("composed")
def pinv(a: Any, rcond: Any = None, *, rtol: Any = None) -> Any:
    """The pseudo-inverse of a matrix (..., m, n), as `numpy.linalg.pinv`: the (..., n, m) that solves least squares.

    rcond, or rtol: what is below so much of the largest singular value counts as 0; by default max(m, n) · eps.
    Its derivative is that of a matrix of full rank: of any other ShapeError, for there the pseudo-inverse jumps.

    >>> from autograd_mini import Tensor
    >>> pinv(Tensor([[2.0], [0.0]])).data
    array([[0.5, 0. ]])
    """
    if rcond is not None and rtol is not None:
        raise KindError("pinv takes rcond or rtol, which are the same, not both")
    return pseudo_inverse(a, by_svd(a), rtol if rcond is None else rcond)


@registered("composed")
def qr(a: Any, mode: str = "reduced") -> Any:
    """The orthogonal Q and the upper triangular R with Q @ R = a, as `numpy.linalg.qr`; R alone with mode "r".

    a: (..., m, n); k = min(m, n). Gives the named tuple (Q (..., m, k), R (..., k, n)). The derivative asks that the
    first k columns depend on no others: R has no inverse else. Mode "complete" is for m <= n, where it is the same.

    >>> from autograd_mini import Tensor
    >>> q, r = qr(Tensor([[0.0, 2.0], [1.0, 3.0]]))
    >>> abs((q @ r).data).round(9).tolist()
    [[0.0, 2.0], [1.0, 3.0]]
    """
    m, n = (1, 1, *shape_of(a))[-2:]
    if not isinstance(mode, str) or mode not in ("reduced", "r", "complete") or (mode == "complete" and m > n):
        raise ShapeError(
            f"qr of shape {shape_of(a)} takes mode 'reduced' or 'r'; got {describe(mode)}: what goes beyond them is "
            "not determined and has no derivative, or is no part of LAPACK's own form"
        )
    first = a if m >= n else getitem(a, (..., slice(None, m)))
    found = by_qr(first)
    q, r = orthogonal(first, found), triangular(first, found)
    if m < n:  # what is right of a square follows from its Q
        r = concatenate([r, matmul(q.mT, getitem(a, (..., slice(m, None))))], -1)
    return r if mode == "r" else QRResult(q, r)
