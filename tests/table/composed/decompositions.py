"""Decompositions, of matrices whose eigenvalues and singular values are apart: 3, 7, 11 and numbers from -½ to ½.

Vectors have a sign that LAPACK chooses: they are compared by the products of their elements, which have none. The
references are mpmath's algorithms of 120 digits, for QR the process of Gram and Schmidt.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...support.oracles import mp
from ..linalg import inverse
from ..row import Row, in_a_row, on, reals


def apart(x: Any) -> Any:
    m, n = x.shape[-2:]
    dtype = np.float64 if x.dtype == bool else x.dtype
    return x + np.eye(m, n, dtype=dtype) * (4 * np.arange(n) + 3).astype(dtype)


def _squares(columns: Any) -> Any:
    """Of each column all products of two of its elements."""
    return columns[..., :, None, :] * columns[..., None, :, :]


def of_apart(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    """Of a matrix whose singular values are apart."""
    return function(apart(inputs[0]), *inputs[1:], *args, **named)


def _parts(invariant: Callable[..., Any]) -> Callable[[Any], Any]:
    """Of an answer of one part or several what does not depend on signs, or on the order, in a row."""
    return lambda answer: in_a_row(invariant(*answer) if isinstance(answer, tuple) else invariant(answer))


def _in_order(values: Any, *vectors: Any) -> Any:
    return values, *map(_squares, vectors)


def _in_any_order(values: Any, *vectors: Any) -> Any:
    powers = [1, values / 8, values * values / 64]
    return [
        *((power * values).sum(-1, keepdims=True) for power in powers),
        *(_squares(v).sum(-1) for v in vectors),
        *((_squares(v) * (values / 8)[..., None, None, :]).sum(-1) for v in vectors),
    ]


def _singular(u: Any, s: Any, vh: Any) -> Any:
    return s, _squares(u), _squares(vh.swapaxes(-1, -2))


def _orthogonal_and_triangle(*parts: Any) -> Any:
    *q, r = parts
    return [*map(_squares, q), _squares(r.swapaxes(-1, -2))]


def _each(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The parts of every matrix in the last two axes."""

    def apply(x: Any) -> Any:
        parts = [function(x[i]) for i in np.ndindex(x.shape[:-2])]
        stacks = zip(*parts, strict=True)
        return tuple(np.array(stack, dtype=object).reshape(*x.shape[:-2], *np.shape(stack[0])) for stack in stacks)

    return apply


def _array(matrix: Any) -> Any:
    return np.array(matrix.tolist(), dtype=object)


def _vector(matrix: Any) -> Any:
    return np.array(list(matrix), dtype=object)


def _eigh_of_one(x: Any) -> Any:
    values, vectors = mp.eigsy(mp.matrix(((x + x.T) / 2).tolist()))
    return _vector(values), _array(vectors)


def _eig_of_one(x: Any) -> Any:
    values, vectors = mp.eig(mp.matrix(x.tolist()))
    v = np.frompyfunc(mp.re, 1, 1)(_array(vectors))
    lengths = np.array([mp.sqrt(sum(a * a for a in column)) for column in v.T], dtype=object)
    return np.array([mp.re(w) for w in values], dtype=object), v / lengths


def _svd_of_one(x: Any) -> Any:
    wide = x.shape[0] < x.shape[1]
    u, s, vh = mp.svd_r(mp.matrix((x.T if wide else x).tolist()))
    u, vh = _array(u), _array(vh)
    return (vh.T, _vector(s), u.T) if wide else (u, _vector(s), vh)


def _qr_of_one(x: Any) -> Any:
    k = min(x.shape)
    q = x[:, :k].copy()
    for j in range(k):
        for i in range(j):
            q[:, j] = q[:, j] - (q[:, i] @ q[:, j]) * q[:, i]
        q[:, j] = q[:, j] / mp.sqrt(q[:, j] @ q[:, j])
    return q, q.T @ x * np.triu(np.ones((k, x.shape[1]), int))


_eigh_of, _eig, _svd_of, _qr_of = map(_each, (_eigh_of_one, _eig_of_one, _svd_of_one, _qr_of_one))


def _eigh(x: Any, UPLO: str | None = None) -> Any:
    if UPLO is not None:
        triangle = np.tril if UPLO == "L" else np.triu
        x = triangle(x) + triangle(x, {"L": -1, "U": 1}[UPLO]).swapaxes(-1, -2)
    return _eigh_of(x)


def _svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    return _svd_of(x) if compute_uv else singular_values(x)


def _svd_parts(*parts: Any) -> Any:
    return _singular(*parts) if len(parts) == 3 else parts


def _qr(x: Any, mode: str = "reduced") -> Any:
    return _qr_of(x) if mode != "r" else _qr_of(x)[1]


def singular_values(x: Any) -> Any:
    return _svd_of(x)[1]


def pinv(x: Any, rcond: Any = None) -> Any:
    turned = x.swapaxes(-1, -2)
    return turned @ inverse(x @ turned) if x.shape[-2] < x.shape[-1] else inverse(turned @ x) @ turned


_SQUARE = [on([(2, 2)]), on([(3, 3)]), on([(2, 2, 2)]), on([(1, 1)])]
_ANY = [on([(2, 2)]), on([(3, 2)]), on([(2, 3)]), on([(2, 1, 2)])]
_CALLED = {"domains": [reals(-0.5, 0.5)], "ulps": 64, "cancelling": (0, 1, 2), "of_values": False, "passing": of_apart}
ROWS = [
    Row("eigh", _eigh, [*_SQUARE, on([(2, 2)], "L"), on([(2, 2)], UPLO="U")], compared=_parts(_in_order), **_CALLED),
    Row("eigvalsh", lambda x, UPLO=None: _eigh(x, UPLO)[0], [_SQUARE[1], on([(2, 2)], UPLO="U")],
        compared=_parts(_in_order), **_CALLED),
    Row("eig", _eig, _SQUARE, compared=_parts(_in_any_order), **_CALLED),
    Row("eigvals", lambda x: _eig(x)[0], [_SQUARE[0], _SQUARE[2]], compared=_parts(_in_any_order), **_CALLED),
    Row("svd", _svd, [*(on(call.shapes, full_matrices=False) for call in _ANY), on([(3, 3)]),
        on([(2, 3)], compute_uv=False)], compared=_parts(_svd_parts), **_CALLED),
    Row("svdvals", singular_values, _ANY, compared=_parts(_in_order), **_CALLED),
    Row("qr", _qr, [*_ANY, on([(3, 3)]), on([(2, 3)], mode="r"), on([(1, 2)], "complete")],
        compared=_parts(_orthogonal_and_triangle), **_CALLED),
    Row("pinv", pinv, [*_ANY, on([(2, 2)], rcond=1e-3)], **_CALLED),
]  # fmt: skip
