"""In which precision f computes, which its values show."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..numbers.vectors import Array, flat, shape_like
from ..points import FIRST
from ..subjects.subject import Arguments, Subject, try_value

_LOST, _LOST_SHARE = 100.0, 1e-2  # last places of a derivative that rounding may take, and at the most what part of it
COARSE_DIGITS = 1e-3  # how well it is known there
_SINGLE, _HALF = (float(np.finfo(kind).eps) for kind in (np.float32, np.float16))
_BORDERS, _FEW = 32, 4  # that are crossed, at the most and where each number of f's value jumps
_LAST_PLACES = 16 * float(np.finfo(np.float64).eps)  # that a number which is always the same may move by
_AHEAD = 64  # steps from one float to the next, in which they are
_INSIDE, _ACROSS = 0.2, 2.0**-16  # of such a step: where coarse values jump anywhere, they seldom do across so little


def find_precision(subject: Subject, points: Sequence[Arguments], answers: Sequence[Array]) -> Array:
    """For each number of f's value the eps of float32 or float16, if f computes it in that; else 0.

    points: where its arguments are varied. answers: its values, at these points and at others.
    """
    found = np.zeros(answers[0].shape)
    for kind in (np.float32, np.float16):  # whose numbers are float32's, too
        shows = [
            _rounds_its_values(answers, kind),
            *(_rounds_its_arguments(subject, x, i, found.size, kind) for x in points for i in range(len(x))[:FIRST]),
        ]
        found = np.where(np.any(shows, axis=0), np.finfo(kind).eps, found)
    return found


def lost_in(eps: Array | float) -> Array:
    """The share of a derivative that rounding may take where f computes in that precision; 0 for double."""
    return np.asarray(np.minimum(_LOST * np.asarray(eps), _LOST_SHARE))


def tell_precision(found: Array | float) -> list[str]:
    """For people, what is assumed where f computes in less than double precision."""
    told = []
    if np.any(np.equal(found, _SINGLE)):
        told.append("single precision is assumed, as f's values are those of float32: compared to about three digits")
    if np.any(np.equal(found, _HALF)):
        told.append("half precision is assumed, as f's values are those of float16, of which differences tell little")
    return told


def _rounds_its_arguments(subject: Subject, args: Arguments, which: int, size: int, kind: Any) -> Array:
    """For each number of f's value whether f rounds that argument to that kind of floats before anything else.

    It is the same then wherever these are rounded to the same, and jumps in the middle between two floats.
    Values that are coarse because large terms cancelled jump anywhere, and those of double precision move everywhere.
    """
    random = np.random.default_rng(0)
    moving = np.concatenate([np.full(np.size(x), i == which) for i, x in enumerate(args)])
    start = np.where(moving, flat(args).astype(kind), flat(args))
    step = np.where(moving, np.copysign(np.spacing(np.abs(start).astype(kind)), start), 0.0)
    rests = _differs(subject, args, size, start, start + _AHEAD * step, _LAST_PLACES)
    jumps = np.zeros(size, bool)
    for count in range(_BORDERS):
        if count >= _FEW and np.all(jumps[rests]):
            break
        middle = start + random.integers(0, _AHEAD, step.size) * step
        rests &= ~_differs(subject, args, size, middle - _INSIDE * step, middle + _INSIDE * step)
        if not np.any(rests):
            break
        border = middle + 0.5 * step
        jumps |= _differs(subject, args, size, border - _ACROSS * step, border + _ACROSS * step, _LAST_PLACES)
    return rests & jumps


def _rounds_its_values(answers: Sequence[Array], kind: Any) -> Array:
    """For each number of f's value, of which there are several answers, whether f rounds it to that kind of floats.

    All are of that kind then, with something in their last places, whatever their magnitudes. Where large terms
    cancelled, what is left has the same last place for small values and for large ones.
    """
    wide = np.array(answers)
    with np.errstate(all="ignore"):
        narrow = wide.astype(kind)
    used = np.isfinite(narrow) & (narrow.view(f"u{narrow.itemsize}") % 2 == 1)
    magnitudes = np.frexp(narrow)[1].astype(np.float64)
    most = np.max(magnitudes, axis=0, where=used, initial=-np.inf)
    least = np.min(magnitudes, axis=0, where=used, initial=np.inf)
    return np.asarray(np.all((wide == narrow) | ~np.isfinite(wide), axis=0) & (most > least))


def _differs(subject: Subject, args: Arguments, size: int, here: Array, there: Array, least: float = 0.0) -> Array:
    """Which numbers of f's value are others here than there, by more than that part; none where f has no value."""
    answers = [try_value(subject, shape_like(x, args)) for x in (here, there)]
    if any(answer is None or np.size(answer) != size for answer in answers):
        return np.zeros(size, bool)
    one, other = flat(answers[:1]), flat(answers[1:])
    with np.errstate(all="ignore"):
        return np.asarray((one != other) & ~(np.abs(one - other) <= least * np.abs(one)))
