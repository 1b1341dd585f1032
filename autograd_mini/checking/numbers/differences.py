"""Derivatives of a black box along a line, from its values alone, each with an estimate of its error.

The values lie on a ladder of steps h, h/2, h/4, … Each window of neighbouring steps is extrapolated to the step 0
(Richardson 1911) with an error from the table (Ridders 1982) and from the noise of the values, which is measured: where
steps are tiny, a smooth function has no third differences, so that what is found there is noise (Hamming 1962, Moré
and Wild 2011). Of the windows that one is trusted whose error is least among those that contradict no window of smaller
steps (Lepskii 1991): it is the widest before a kink, a pole or the edge of the domain is met.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .vectors import Array

Line = Callable[[float], Array]
"""t -> the values of f at x + t · direction as a vector, nan where f is not defined."""

TRUST = 10.0  # a derivative lies within so many estimated errors of its estimate
TOP, STEPS = 0.125, 22  # the largest step along a direction as large as the arguments, and how often it is halved
_GLANCE = 7  # steps: enough where nothing is difficult
_ONE_SIDED, _CENTRAL = 5, 4  # how many steps a window has
_PROBES = 4  # how many of the smallest steps measure the noise


class Slopes(NamedTuple):
    """For each output the derivative from the left and from the right, the best of all estimates, and their errors.

    kink: where left and right differ. diverging: the sign with which the differences go to infinity, else 0.
    steepest: the largest difference quotient of the large steps, which says what a derivative is small or large beside.
    """

    left: Array
    left_error: Array
    right: Array
    right_error: Array
    best: Array
    error: Array
    kink: Array
    diverging: Array
    steepest: Array


def find_slopes(line: Line, top: float, steps: int = STEPS, noise: Array | float = 0.0) -> Slopes:
    """The derivatives of the line at 0, from values at steps top, top/2, … to both sides; noise: at least theirs.

    >>> found = find_slopes(lambda t: np.array([np.exp(t), abs(t)]), 0.125)
    >>> found.best[:1].round(9), found.left[1:], found.right[1:], found.kink
    (array([1.]), array([-1.]), array([1.]), array([False,  True]))
    """
    h = top * 2.0 ** -np.arange(steps)
    with np.errstate(all="ignore"):
        zero, above, below = _walk(line, h)
        return _extrapolate_sides(zero, above, below, h, *(np.maximum(_noise(zero, x), noise) for x in (above, below)))


def glance_at_slopes(line: Line, top: float) -> Slopes:
    """The same from a few large steps: where ours agrees with these, nothing needs to be looked at more closely."""
    h = top * 2.0 ** -np.arange(_GLANCE)
    with np.errstate(all="ignore"):
        zero, above, below = _walk(line, h)
        last_place = 2.0 * np.finfo(np.float64).eps * np.abs(zero)
        return _extrapolate_sides(zero, above, below, h, last_place, last_place)


def _walk(line: Line, h: Array) -> tuple[Array, Array, Array]:
    """The values at 0, and at each step to either side."""
    return line(0.0), np.array([line(t) for t in h]), np.array([line(-t) for t in h])


def _extrapolate_sides(
    zero: Array, above: Array, below: Array, h: Array, noise_above: Array, noise_below: Array
) -> Slopes:
    """Slopes from values at the steps, whose noise is known."""
    rise, fall, column = above - zero, zero - below, h[:, None]
    centre = (above - below) / 2.0
    right, right_error = _extrapolate(rise / column, h, noise_above, 2.0, _ONE_SIDED)
    left, left_error = _extrapolate(fall / column, h, noise_below, 2.0, _ONE_SIDED)
    best, error = _extrapolate(centre / column, h, np.maximum(noise_above, noise_below), 4.0, _CENTRAL)
    apart = np.abs(right - left)
    kink = apart > TRUST * (left_error + right_error) + 1e-6 * (np.abs(left) + np.abs(right))
    best, error = _best((best, error), (right, right_error), (left, left_error))
    growth = _diverging(rise / column), _diverging(fall / column)
    large = np.concatenate([rise[:_GLANCE] / column[:_GLANCE], fall[:_GLANCE] / column[:_GLANCE]])
    steepest = np.max(np.abs(large), axis=0, where=np.isfinite(large), initial=0.0)
    return Slopes(left, left_error, right, right_error, best, error, kink, np.where(growth[0] != 0, *growth), steepest)


def _noise(zero: Array, side: Array) -> Array:
    """How much the values jitter: the differences at the smallest steps, freed of curvature, or the last place.

    Infinite where there is nothing but jitter: a jump, or waves shorter than all steps.
    """
    second = zero - 2.0 * side[1:] + side[:-1]
    third = (second[:-1] - 4.0 * second[1:])[-_PROBES:] / 4.0
    size = np.fmax(np.abs(zero), np.abs(side[-1]))
    # Where tiny steps change nothing, a change may be lost in intermediate numbers as large as other outputs.
    still = np.all(side[-_PROBES:] == zero, axis=0)
    largest = np.max(size, where=np.isfinite(size), initial=0.0)
    last_place = np.finfo(np.float64).eps * np.where(still, 2.0 * largest, size / 2.0)
    noise = np.fmax(np.max(np.abs(np.nan_to_num(third, nan=0.0)), axis=0), last_place)
    variation = np.max(np.nan_to_num(np.abs(side - zero), nan=0.0, posinf=0.0), axis=0)
    drowned = (noise > 0.01 * variation) & (noise > 1e3 * last_place)
    return np.where(drowned, np.inf, noise)


def _extrapolate(ratios: Array, h: Array, noise: Array, base: float, width: int) -> tuple[Array, Array]:
    """The trusted limit of the difference quotients, whose error is a series in powers of h (base 2) or h² (base 4)."""
    table = ratios
    for j in range(1, width):
        before = table
        table = before[1:] + (before[1:] - before[:-1]) / (base**j - 1.0)
    errors = np.maximum(np.abs(table - before[1:]), np.abs(table - before[:-1])) + 4.0 * noise / h[width - 1 :, None]
    low, high = np.full(noise.shape, -np.inf), np.full(noise.shape, np.inf)
    best, least = np.full(noise.shape, np.nan), np.full(noise.shape, np.inf)
    for estimate, error in zip(table[::-1], errors[::-1], strict=True):  # the smallest steps first
        known = np.isfinite(estimate) & np.isfinite(error)
        low = np.where(known, np.maximum(low, estimate - TRUST * error), low)
        high = np.where(known, np.minimum(high, estimate + TRUST * error), high)
        better = known & (low <= high) & (error < least)
        best, least = np.where(better, estimate, best), np.where(better, error, least)
    return best, least


def _best(*candidates: tuple[Array, Array]) -> tuple[Array, Array]:
    """For each output the estimate of the least error."""
    estimates, errors = (np.array(part) for part in zip(*candidates, strict=True))
    chosen = np.argmin(errors, axis=0)[None]
    return np.take_along_axis(estimates, chosen, 0)[0], np.take_along_axis(errors, chosen, 0)[0]


def _diverging(ratios: Array) -> Array:
    """The sign of difference quotients that keep growing, even if only as log(h), down to the smallest step."""
    size = np.abs(ratios)
    if len(size) < 11:
        return np.zeros(size.shape[1:])
    grows = (size[-1] > 1.1 * size[-6]) & (size[-6] > 1.1 * size[-11])
    return np.asarray(np.where(grows & np.isfinite(size[-1]), np.sign(ratios[-1]), 0.0))
