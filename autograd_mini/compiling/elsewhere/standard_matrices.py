"""Operations on matrices, said with the functions of the Python array API standard and of its linear algebra."""

from collections.abc import Callable
from typing import Any

from ...primitive import Operation

Shape = tuple[int, ...]

# Each row: the name of a primitive, and function(xp, shape, *inputs, *parameters) as in standard_arrays. Factors lie as
# decompositions.py lays them: values as a row, and below it the vectors. eig is none of the standard's, and whether a
# matrix has full rank is a decision by its numbers: they have no rows.


def _symmetric(xp: Any, x: Any) -> Any:
    return 0.5 * (x + xp.matrix_transpose(x))


def _below_one_another(xp: Any, values: Any, *vectors: Any) -> Any:
    return xp.concat([values[..., None, :], *vectors], axis=-2)


def _eigh(xp: Any, shape: Shape, x: Any) -> Any:
    return _below_one_another(xp, *xp.linalg.eigh(_symmetric(xp, x)))


def _svd(xp: Any, shape: Shape, x: Any) -> Any:
    u, s, vh = xp.linalg.svd(x, full_matrices=False)
    return _below_one_another(xp, s, u, xp.matrix_transpose(vh))


def _pinv(xp: Any, shape: Shape, x: Any, found: Any, rcond: Any = None) -> Any:
    m, n = x.shape[-2:]
    if rcond is None:
        rcond = max(m, n) * xp.finfo(x.dtype).eps
    s, left, right = found[..., :1, :], found[..., 1 : 1 + m, :], found[..., 1 + m :, :]
    kept = s > rcond * s[..., :1] if min(m, n) else s > 0.0
    inverse = xp.where(kept, 1.0 / xp.where(kept, s, xp.ones_like(s)), xp.zeros_like(s))
    return xp.matmul(right * inverse, xp.matrix_transpose(left))


def _rows(first: Callable[[int], int | None], last: Callable[[int], int | None]) -> Operation:
    """What reads from a row on to another of what was found; they may depend on how many rows the matrix has."""
    return lambda xp, shape, x, found: found[..., first(x.shape[-2]) : last(x.shape[-2]), :]


def _values(xp: Any, shape: Shape, x: Any, found: Any) -> Any:
    return found[..., 0, :]


MATRICES: dict[str, Operation] = {
    "inv": lambda xp, shape, x: xp.linalg.inv(x),
    "inverse_if_any": lambda xp, shape, x: xp.linalg.inv(x),
    "solve": lambda xp, shape, x, y: xp.linalg.solve(x, y),
    "det": lambda xp, shape, x: xp.linalg.det(x),
    "logabsdet": lambda xp, shape, x: xp.linalg.slogdet(x)[1],
    "slogdet": lambda xp, shape, x: xp.linalg.slogdet(x)[0],
    "cholesky": lambda xp, shape, x: xp.linalg.cholesky(_symmetric(xp, x)),
    "eigh": _eigh,
    "eigh_values": _values,
    "eigh_vectors": _rows(lambda m: 1, lambda m: None),
    "svd": _svd,
    "svd_values": _values,
    "svd_left": _rows(lambda m: 1, lambda m: 1 + m),
    "svd_right": _rows(lambda m: 1 + m, lambda m: None),
    "pinv": _pinv,
    "qr": lambda xp, shape, x: xp.concat([*xp.linalg.qr(x)], axis=-2),
    "qr_orthogonal": _rows(lambda m: None, lambda m: m),
    "qr_triangular": _rows(lambda m: m, lambda m: None),
}
