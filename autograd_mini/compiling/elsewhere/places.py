"""Elements taken from constant places, and added up at them, with the functions of the Python array API standard."""

import math
from typing import Any

import numpy as np

from .slicing import beside

Shape = tuple[int, ...]

# fmt: off


def in_a_row(xp: Any, x: Any) -> Any:
    """All elements in a row."""
    return x if x.ndim == 1 else xp.reshape(x, (-1,))


def taken(xp: Any, x: Any, places: Any) -> Any:
    """The elements of x at constant places, in the shape of those."""
    row = in_a_row(xp, x)
    return xp.reshape(xp.take(row, beside(xp, places.reshape(-1), row), axis=0), places.shape)


def joined(xp: Any, parts: Any) -> Any:
    """The elements of all parts in a row, in the dtype of the first."""
    return xp.concat([in_a_row(xp, xp.astype(part, parts[0].dtype)) for part in parts])


def _with_zero(xp: Any, x: Any) -> Any:
    return joined(xp, (x, beside(xp, np.zeros(1), x)))


def added_at(xp: Any, shape: Shape, x: Any, places: Any) -> Any:
    """Zeros with the elements of x added at places; of several that meet in one place the sum."""
    order = np.argsort(places, axis=None, kind="stable")
    named, first, counts = np.unique(places.reshape(-1)[order], return_index=True, return_counts=True)
    most = int(counts.max(initial=0))
    arrivals = np.full((len(named), most), len(order))
    for k in range(most):
        meet = counts > k
        arrivals[meet, k] = order[first[meet] + k]
    source = np.full(math.prod(shape), len(named))
    source[named] = np.arange(len(named))
    sums = xp.sum(taken(xp, _with_zero(xp, x), arrivals), axis=1, dtype=x.dtype)
    return xp.reshape(taken(xp, _with_zero(xp, sums), source), shape)
