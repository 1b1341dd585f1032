"""Where among sorted numbers a quantile lies: NumPy tells it, asked for that of 0, 1, 2, …"""

from typing import Any

import numpy as np

from ..primitive import Operation
from ..registry import general


def places(count: int, q: Any, method: Any) -> tuple[Any, Any, Any]:
    """Between which two of so many sorted numbers the quantiles q lie, and how far from the first to the second.

    All of NumPy's methods interpolate between neighbours, so of 0, 1, 2, … they give the place itself.
    """
    place = np.asarray(np.quantile(np.arange(float(count)), q, method=method), np.float64)
    below = np.floor(place).astype(int)
    beyond = place - below
    return below, below + (beyond > 0), beyond


def _weights_of(x: Any, q: Any, method: str) -> Any:
    """The weight of each number of sorted slices in each of their quantiles, nan the last and left out."""
    counts = np.sum(x == x, axis=0)
    slices = np.indices(counts.shape)
    weights = np.zeros((*np.shape(q), *x.shape), x.dtype)
    for count in set(counts[counts > 0].tolist()):
        of_count = tuple(i[counts == count] for i in slices)
        below, above, beyond = places(count, q, method)
        for which in np.ndindex(below.shape):
            weights[(*which, below[which], *of_count)] += 1 - beyond[which]
            weights[(*which, above[which], *of_count)] += beyond[which]
    return weights


quantile_weights: Operation = general("quantile_weights", _weights_of, None)
