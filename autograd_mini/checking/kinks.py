"""What a derivative may be where kinks of f lie on one another."""

from collections.abc import Sequence

import numpy as np

from .differences import Array, Line

_SPAN, _POINTS = 2.0**-16, 24  # of the line that is walked; more than a last place, less than what bends
_JUMP = 1e-3  # of the largest slope: a smaller one is curvature
# Evenly near 0, and ever further apart: kinks that the direction hardly moves are far away.
_SPREAD = np.concatenate([(np.arange(_POINTS) + 0.5) / _POINTS, 2.0 ** np.arange(1, 7)])


def find_range(lines: Sequence[Line], noise: Array | float = 0.0) -> tuple[Array, Array]:
    """For each output the least and the largest derivative that kinks around 0 allow; equal where there are none.

    lines: along one direction, each from a point of its own near the point, so that kinks that lie on one another
    there are met one after another here. noise: of the lines' values.

    Each kink takes the slope from one value to the next, and a derivative at the point may take any part of each of
    these jumps: at the least the first slope and all jumps down, at the most the first slope and all jumps up. That is
    more than the generalised gradient of Clarke (1983), and what the chain rule gives: of relu(x) - relu(-x), whose
    slope is 1 on both sides of 0, it is 0 there (the conservative fields of Bolte and Pauwels, 2021).

    >>> at = lambda offset: lambda t: np.array([max(t, 0.0) - max(offset - t, 0.0)])
    >>> [each.round(6) for each in find_range([at(1e-6), at(-1e-6)])]
    [array([0.]), array([2.])]
    """
    steps = _SPAN * np.concatenate([-_SPREAD[::-1], _SPREAD])
    lows, highs = [], []
    for line in lines:
        with np.errstate(all="ignore"):
            slopes = np.diff([line(t) for t in steps], axis=0) / np.diff(steps)[:, None]
            largest = np.max(np.abs(slopes), axis=0, where=np.isfinite(slopes), initial=0.0)
            jumps = np.diff(slopes, axis=0)
            jumps[np.abs(jumps) <= _JUMP * largest + 20.0 * noise * _POINTS / _SPAN] = 0.0
            lows.append(slopes[0] + np.sum(np.minimum(jumps, 0.0), axis=0))
            highs.append(slopes[0] + np.sum(np.maximum(jumps, 0.0), axis=0))
    return np.fmin.reduce(lows), np.fmax.reduce(highs)
