"""`scipy.linalg`: of matrices well conditioned by construction, by the textbook's sums."""

from typing import Any

import numpy as np

from autograd_mini.scipy import linalg as _  # noqa: F401  (it fills the registry)

from ...support.oracles import mp
from ..linalg import ROWS as OURS
from ..row import Row, on, reals

_SMALL = reals(-1, 1)
_lower_factor = next(row for row in OURS if row.name == "cholesky").reference


def _of_dominant(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    """4 more on the diagonal: far from singular."""
    x, *others = inputs
    return function(x + 4 * np.eye(x.shape[-1], dtype=x.dtype), *others, *args, **named)


def _expm_of_one(x: Any) -> Any:
    """Its series, of which 70 terms are right to 90 digits where no row's magnitudes sum to more than 3."""
    total = term = np.eye(len(x)) * mp.mpf(1)
    for k in range(1, 90):
        term = term @ x / k
        total = total + term
    return total


def _expm(x: Any) -> Any:
    found = np.empty(x.shape, dtype=object)
    for i in np.ndindex(x.shape[:-2]):
        found[i] = _expm_of_one(x[i])
    return found


def _solve_triangular(x: Any, y: Any, trans: int = 0, lower: bool = False, unit_diagonal: bool = False) -> Any:
    """By substitution."""
    if trans:
        x, lower = x.T, not lower
    n = len(x)
    z = np.empty(y.shape, dtype=object)
    for i in range(n) if lower else reversed(range(n)):
        known = range(i) if lower else range(i + 1, n)
        z[i] = (y[i] - sum((x[i, j] * z[j] for j in known), start=0 * y[i])) / (1 if unit_diagonal else x[i, i])
    return z


def _block_diag(*blocks: Any) -> Any:
    shapes = [np.atleast_2d(x).shape for x in blocks]
    found = np.full(np.sum(shapes, axis=0), mp.mpf(0), dtype=object)
    i = j = 0
    for x, (n, m) in zip(blocks, shapes, strict=True):
        found[i : i + n, j : j + m] = x
        i, j = i + n, j + m
    return found


ROWS = [
    Row("expm", _expm, [on([(2, 2)]), on([(3, 3)]), on([(2, 1, 1)]), on([(0, 0)])], [_SMALL], of_values=False,
        cancelling=(0, 1, 2)),
    Row("solve_triangular", _solve_triangular,
        [on([(3, 3), (3,)]), on([(2, 2), (2, 2)], lower=True), on([(2, 2), (2,)], trans=1),
         on([(2, 2), (2, 1)], lower=True, unit_diagonal=True), on([(0, 0), (0,)])],
        [_SMALL], of_values=False, cancelling=(0, 1, 2), passing=_of_dominant),
    Row("scipy_cholesky", lambda x, lower=False: _lower_factor(x) if lower else _lower_factor(x).T,
        [on([(2, 2)]), on([(3, 3)], lower=True)], [_SMALL], of_values=False, cancelling=(0, 1, 2),
        passing=_of_dominant),
    Row("block_diag", _block_diag, [on([(2, 2), (1, 2)]), on([(2,), (), (2, 1)]), on([()])]),
]  # fmt: skip
