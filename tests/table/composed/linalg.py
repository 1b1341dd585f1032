"""NumPy's names for matrices."""

from functools import reduce
from typing import Any

import numpy as np

from ..linalg import CONDITIONED, SMALL, dominant, inverse
from ..row import Row, in_a_row, joined, on, reals
from .decompositions import of_apart, pinv, singular_values
from .norms import norm


def _cond(x: Any, p: Any = None) -> Any:
    if p in (None, 2, -2):
        s = singular_values(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return norm(x, p, (-2, -1)) * norm(inverse(x), p, (-2, -1))


def _matrix_power(x: Any, n: int) -> Any:
    identity = x * 0 + np.eye(x.shape[-1], dtype=int)
    return reduce(np.matmul, [inverse(x) if n < 0 else x] * abs(n), identity)


def _of_a_tensor(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    """Of a tensor whose matrix is well conditioned."""
    a, *others = inputs
    n = int(np.sqrt(np.prod(a.shape)))
    return function(dominant(a.reshape((n, n))).reshape(a.shape), *others, *args, **named)


def _tensorinv(x: Any, ind: int = 2) -> Any:
    n = int(np.prod(x.shape[:ind]))
    return inverse(x.reshape(n, n)).reshape(x.shape[ind:] + x.shape[:ind])


def _tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    for axis in axes or ():
        a = np.moveaxis(a, axis, -1)
    return (inverse(a.reshape(b.size, b.size)) @ b.ravel()).reshape(a.shape[b.ndim :])


def _lstsq(a: Any, b: Any) -> Any:
    x = pinv(a) @ b
    residuals = np.sum((a @ x - b) ** 2, axis=0, keepdims=b.ndim == 1)
    rank = np.array(min(a.shape), dtype=object)
    return x, residuals[: len(residuals) * (a.shape[0] > a.shape[1])], rank, singular_values(a)


ROWS = [
    Row("matrix_transpose", lambda x: np.swapaxes(x, -1, -2), [on([(2, 3)]), on([(2, 1, 2)]), on([(0, 2)])]),
    Row("linalg_diagonal", lambda x, offset=0: np.diagonal(x, offset, -2, -1),
        [on([(2, 3)]), on([(2, 1, 2)], offset=1), on([(2, 2)], offset=-1), on([(2, 0)])]),
    Row("linalg_trace", lambda x, offset=0: np.trace(x, offset, -2, -1),
        [on([(2, 3)]), on([(2, 1, 2)], offset=1), on([(2, 2)], offset=-1)]),
    Row("linalg_outer", np.outer, [on([(2,), (3,)]), on([(0,), (2,)]), on([(1,), (1,)])]),
    Row("cond", _cond, [on([(2, 2)]), on([(3, 2)], 2), on([(2, 2, 2)], p=-2), on([(2, 2)], p="fro"),
                        on([(2, 2)], 1, domains=[reals(0.125, 0.5)]),
                        on([(2, 2)], "nuc")],
        domains=[reals(-0.5, 0.5)], ulps=64, cancelling=(0, 1, 2), of_values=False, passing=of_apart),
    Row("matrix_power", _matrix_power, [on([(2, 2)], 3), on([(2, 2)], n=-2), on([(2, 2, 2)], 2), on([(3, 3)], 1),
                                        on([(2, 2)], 0), on([(0, 0)], 5)], **{**CONDITIONED, "ulps": 512}),
    Row("multi_dot", lambda xs: reduce(np.matmul, xs),
        [on([(2, 3), (3, 1)]), on([(2,), (2, 3), (3,)]), on([(1, 2), (2, 3), (3, 2), (2, 1)]), on([(2, 2), (2,)]),
         on([(2, 0), (0, 2)])], passing=joined, cancelling=(0, 1, 2), ulps=64),
    Row("tensorinv", _tensorinv, [on([(2, 1, 1, 2)]), on([(2, 2)], ind=1), on([(2, 2, 1)], 1)],
        **{**CONDITIONED, "passing": _of_a_tensor}),
    Row("tensorsolve", _tensorsolve, [on([(2, 1, 2), (2, 1)]), on([(2, 2), (2,)]), on([(2, 2, 1), (2, 1)], (0,))],
        **{**CONDITIONED, "passing": _of_a_tensor}),
    Row("lstsq", _lstsq, [on([(3, 2), (3,)]), on([(2, 2), (2, 2)]), on([(2, 3), (2,)]), on([(3, 1), (3, 2)])],
        domains=[reals(-0.5, 0.5), SMALL], ulps=64, cancelling=(0, 1, 2), of_values=False, passing=of_apart,
        compared=in_a_row),
]  # fmt: skip
