"""Whether f computes in single precision, which its values show."""

from collections.abc import Sequence

import numpy as np

from ..numbers.vectors import Array, flat, shape_like
from ..subjects.subject import Arguments, Subject, try_value

SINGLE = float(np.finfo(np.float32).eps)
SINGLE_ROUNDING, SINGLE_DIGITS = 1e-5, 1e-3  # of a derivative: what rounding may take there, and how well it is known
_BORDERS, _FEW = 32, 4  # that are crossed, at the most and where each number of f's value jumps
_AHEAD = 64  # steps of float32, in which they are
_INSIDE, _ACROSS = 0.2, 2.0**-16  # of such a step: where coarse values jump anywhere, they seldom do across so little


def rounds_its_arguments(subject: Subject, args: Arguments, size: int) -> Array:
    """For each number of f's value whether f rounds its arguments to float32 before anything else.

    It is the same then wherever float32 rounds to the same, and jumps in the middle between two numbers of float32.
    Values that are coarse because large terms cancelled jump anywhere, and those of double precision move everywhere.
    """
    random = np.random.default_rng(0)
    start = flat(args).astype(np.float32).astype(np.float64)
    step = np.copysign(np.spacing(np.abs(start).astype(np.float32)), start).astype(np.float64)
    rests = _differs(subject, args, size, start, start + _AHEAD * step)
    jumps = np.zeros(size, bool)
    for count in range(_BORDERS):
        if not np.any(rests) or (count >= _FEW and np.all(jumps[rests])):
            break
        middle = start + random.integers(0, _AHEAD, step.size) * step
        rests &= ~_differs(subject, args, size, middle - _INSIDE * step, middle + _INSIDE * step)
        border = middle + 0.5 * step
        jumps |= _differs(subject, args, size, border - _ACROSS * step, border + _ACROSS * step)
    return rests & jumps


def rounds_its_values(answers: Sequence[Array]) -> Array:
    """For each number of f's value, of which there are several answers, whether f rounds it to float32.

    All are numbers of float32 then, in whose last place there is something, whatever their magnitude. Where large terms
    cancelled, what is left has the same last place for small values and for large ones.
    """
    wide = np.array(answers)
    with np.errstate(all="ignore"):
        narrow = wide.astype(np.float32)
    used = np.isfinite(narrow) & (narrow.view(np.uint32) % 2 == 1)
    magnitudes = np.frexp(narrow)[1].astype(np.float64)
    most = np.max(magnitudes, axis=0, where=used, initial=-np.inf)
    least = np.min(magnitudes, axis=0, where=used, initial=np.inf)
    return np.asarray(np.all((wide == narrow) | ~np.isfinite(wide), axis=0) & (most > least))


def _differs(subject: Subject, args: Arguments, size: int, here: Array, there: Array) -> Array:
    """Which numbers of f's value are others here than there; none where f has no value."""
    answers = [try_value(subject, shape_like(x, args)) for x in (here, there)]
    if any(answer is None or np.size(answer) != size for answer in answers):
        return np.zeros(size, bool)
    return np.asarray(flat(answers[:1]) != flat(answers[1:]))
