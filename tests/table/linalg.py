"""Linear algebra, of matrices well conditioned by construction: numbers from -1 to 1, and 4 more on the diagonal.

The references are the textbook's definitions: determinants by cofactors, the inverse by Cramer's rule.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..support.oracles import mp
from .row import Row, in_a_row, on, reals


def dominant(x: Any) -> Any:
    return x + 4 * np.eye(x.shape[-1], dtype=x.dtype)


def of_dominant(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    return function(dominant(inputs[0]), *inputs[1:], *args, **named)


def each_matrix(function: Callable[[Any], Any], axes: int) -> Callable[[Any], Any]:
    """The function of every matrix in the last two axes; it gives a number (axes 0) or a matrix (axes 2)."""

    def apply(x: Any) -> Any:
        result = np.empty(x.shape[: x.ndim - 2 + axes], dtype=object)
        for i in np.ndindex(x.shape[:-2]):
            result[i] = function(x[i])
        return result

    return apply


def _minor(x: Any, i: int, j: int) -> Any:
    return np.delete(np.delete(x, i, 0), j, 1)


def _det_of_one(x: Any) -> Any:
    if len(x) == 0:
        return mp.mpf(1)
    return sum((-1) ** j * x[0, j] * _det_of_one(_minor(x, 0, j)) for j in range(len(x)))


def _inverse_of_one(x: Any) -> Any:
    n, determinant = len(x), _det_of_one(x)
    cofactors = [[(-1) ** (i + j) * _det_of_one(_minor(x, i, j)) for j in range(n)] for i in range(n)]
    return np.array(cofactors, dtype=object).reshape(n, n).T / determinant


def _factor_of_one(x: Any) -> Any:
    n = len(x)
    symmetric = (x + x.T) / 2
    z = np.full((n, n), mp.mpf(0), dtype=object)
    for i in range(n):
        for j in range(i + 1):
            rest = symmetric[i, j] - sum(z[i, k] * z[j, k] for k in range(j))
            z[i, j] = mp.sqrt(rest) if i == j else rest / z[j, j]
    return z


_det, inverse, _lower = each_matrix(_det_of_one, 0), each_matrix(_inverse_of_one, 2), each_matrix(_factor_of_one, 2)


def _cholesky(x: Any, upper: bool = False) -> Any:
    return np.swapaxes(_lower(x), -1, -2) if upper else _lower(x)


def _solve(x: Any, y: Any) -> Any:
    return np.matmul(inverse(x), y)


def _logabsdet(x: Any) -> Any:
    return np.frompyfunc(lambda d: mp.log(abs(d)), 1, 1)(_det(x))


def _slogdet(x: Any) -> Any:
    return np.frompyfunc(mp.sign, 1, 1)(_det(x)), _logabsdet(x)


SMALL = reals(-1, 1)
_MATRICES = [
    on([(1, 1)]),
    on([(2, 2)]),
    on([(3, 3)]),
    on([(2, 2, 2)]),
    on([(1, 2, 1, 1)]),
    on([(0, 2, 2)]),
    on([(0, 0)]),
]
_SYSTEMS = [on([(1, 1), (1,)]), on([(2, 2), (2,)]), on([(2, 2), (2, 1)]), on([(2, 2), (2, 3)]), on([(2, 2, 2), (2,)]),
            on([(3, 2, 2), (2,)]), on([(2, 2, 2), (2, 1)]), on([(2, 2), (2, 2, 1)]), on([(1, 2, 2), (2, 2, 1)]),
            on([(0, 2, 2), (2,)]), on([(2, 2), (2, 0)])]  # fmt: skip
# The condition is at most (4 + 3) / (4 - 3) = 7 (Gershgorin), and that many times a rounding error is amplified; in a
# product of inverses twice or three times over. Elements off the diagonal cancel down from the size of those on it.
CONDITIONED = {"domains": [SMALL], "passing": of_dominant, "ulps": 64, "cancelling": (0, 1, 2), "of_values": False}
ROWS = [
    Row("inv", inverse, _MATRICES, **CONDITIONED),
    Row("solve", _solve, _SYSTEMS, **CONDITIONED),
    Row("det", _det, _MATRICES, **CONDITIONED),
    Row("logabsdet", _logabsdet, _MATRICES, **CONDITIONED),
    Row("slogdet", _slogdet, _MATRICES[:4], compared=in_a_row, **CONDITIONED),
    Row("cholesky", _cholesky, [*_MATRICES, on([(2, 2)], upper=True)], **CONDITIONED),
]  # fmt: skip
