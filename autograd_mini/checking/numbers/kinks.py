"""What a derivative may be where kinks of f lie on one another."""

from collections.abc import Iterable, Iterator

import numpy as np

from .differences import Line
from .vectors import Array

SPANS = 2.0**-20, 2.0**-28, 2.0**-36  # of the lines that are walked, of the arguments' size
_POINTS = 24
JUMP = 5e-3  # of the largest slope: a smaller one is curvature
_LOOKS, _PARTS = 2, 8  # the second one closer where there are kinks: two of them may have looked like one
_NOISY = 1e-4  # of the largest slope: noisier ones tell nothing
# Evenly near 0, and ever further apart: kinks that the direction hardly moves are far away.
_SPREAD = np.concatenate([(np.arange(_POINTS) + 0.5) / _POINTS, 2.0 ** np.arange(1, 10)])


def find_ranges(lines: Iterable[tuple[Line, float]], noise: Array | float = 0.0) -> Iterator[tuple[Array, Array]]:
    """For each output the least and the largest derivative that kinks around 0 allow, wider with every line.

    lines: along one direction, each from a point of its own near the point, so that kinks that lie on one another
    there are met one after another here, and how far each is to be walked; without kinks the two are much the same.
    noise: of the lines' values. Lines with kinks are looked at twice.

    Each kink takes the slope from one value to the next, and a derivative at the point may take any part of each of
    these jumps: at the least the first slope and all jumps down, at the most the first slope and all jumps up. That is
    more than the generalised gradient of Clarke (1983), and what the chain rule gives: of relu(x) - relu(-x), whose
    slope is 1 on both sides of 0, it is 0 there (the conservative fields of Bolte and Pauwels, 2021).

    >>> at = lambda offset: lambda t: np.array([max(t, 0.0) - max(offset - t, 0.0)])
    >>> for low, high in find_ranges([(at(1e-6), 1e-5)]):
    ...     print(np.abs(low).round(6), high.round(6))
    [0.] [2.]
    [0.] [2.]
    """
    low = high = np.asarray(np.nan)
    for line, span in lines:
        steps = span * np.concatenate([-_SPREAD[::-1], _SPREAD])
        values = np.array([line(t) for t in steps])
        for _ in range(_LOOKS):
            with np.errstate(all="ignore"):
                lengths = np.diff(steps)
                slopes = np.diff(values, axis=0) / lengths[:, None]
                largest = np.max(np.abs(slopes), axis=0, where=np.isfinite(slopes), initial=0.0)
                jumps = np.diff(slopes, axis=0)
                is_noise = 20.0 * noise / np.min(lengths) > _NOISY * largest
                jumps[is_noise | (np.abs(jumps) <= JUMP * largest)] = 0.0
                middle = int(np.searchsorted(steps, 0.0)) - 1
                start = np.where(is_noise, np.nan, slopes[middle])
                down, up = np.minimum(jumps, 0.0), np.maximum(jumps, 0.0)
                low = np.fmin(low, start - up[:middle].sum(0) + down[middle:].sum(0))
                high = np.fmax(high, start - down[:middle].sum(0) + up[middle:].sum(0))
            yield low, high
            before = np.flatnonzero(np.any((jumps != 0.0) & np.isfinite(jumps), axis=1))
            more = [np.linspace(steps[i], steps[i + 1], _PARTS + 1)[1:-1] for i in {*before, *(before + 1)}]
            if not more:
                break
            steps = np.concatenate([steps, *more])
            values = np.concatenate([values, [line(t) for t in steps[len(values) :]]])
            order = np.argsort(steps)
            steps, values = steps[order], values[order]
