"""Where elements are zero or equal, away from the given point: what is wrong there, and what is not."""

from collections.abc import Iterator

import numpy as np

from ..node import Node, data_of
from ..reverse import gradients, history
from .compare import WRONG, Stage, judge
from .differences import STEPS, TRUST, Line, find_slopes
from .report import Mistake
from .rounding import sizes_of
from .subjects import Arguments, Handwritten, Recorded, Subject, try_value
from .vectors import Array, flat, shape_like

_STEP = 1e-4
_LINEAR = 1e-4


def is_excused(subject: Subject, args: Arguments, rows: Array) -> bool:
    """Whether a gradient that is nan may be so at a point where nobody asked for it.

    On the edge of f's domain f has no derivative. Where f bends, the chain rule multiplies an infinite factor with 0:
    sqrt(sum(x * x)) at 0. A rule that gives nan itself, and a gradient written by hand, have no such excuse.
    """
    bad = [int(i) for i in np.flatnonzero(np.isnan(rows).any(0))]
    if any(_leaves_the_domain(subject, args, i) for i in bad):
        return True
    if isinstance(subject, Handwritten):
        return False
    if isinstance(subject, Recorded):
        return _meets_infinity(subject, args)
    return any(_bends(subject, args, i) for i in bad)


def find_contradictions(stage: Stage, direction: Array, other: Array) -> Iterator[Mistake]:
    """A Mistake where f has a derivative in the plane of two directions, and ours is another one along the first."""
    first, second = (d * sizes_of(stage.args) for d in (direction, other))
    found = find_slopes(stage.line(first), 0.125, STEPS, stage.noise)
    ours, scale, slack = stage.rows @ first, np.abs(stage.rows) @ np.abs(first), stage.slack @ np.abs(first)
    wrong = (judge(found, ours, stage, scale, slack) == WRONG) & ~found.kink
    if not np.any(wrong):
        return
    beside, both = (find_slopes(stage.line(d), 0.125, STEPS, stage.noise) for d in (second, first + second))
    off = np.abs(found.best + beside.best - both.best)
    is_sum = off <= _LINEAR * (np.abs(found.best) + np.abs(beside.best)) + TRUST * (found.error + both.error)
    for j in np.flatnonzero(wrong & is_sum & ~beside.kink & ~both.kink)[:1]:
        what = "wrong derivatives where elements are equal or zero, their sum along a direction"
        numbers = float(found.best[j]), float(ours[j]), float(TRUST * found.error[j])
        yield Mistake(what, None, None, stage.outputs[j], *numbers, stage.order, "reverse", stage.where)


def _leaves_the_domain(subject: Subject, args: Arguments, i: int) -> bool:
    """Whether f has no value to one side of an element."""
    start, unit = flat(args), np.eye(sum(map(np.size, args)))[i]
    beside = [try_value(subject, shape_like(start + h * unit, args)) for h in (_STEP, -_STEP)]
    return any(value is None or not np.all(np.isfinite(value)) for value in beside)


def _meets_infinity(subject: Recorded, args: Arguments) -> bool:
    """Whether all numbers are finite, but a gradient on the way back is infinite before it is nan."""
    root = subject.run(args)[0]
    if not isinstance(root, Node) or not all(np.all(np.isfinite(node.data)) for node in history(root)):
        return False
    return any(np.any(np.isinf(data_of(g))) for g in gradients(root, np.ones(root.shape)).values())


def _bends(subject: Subject, args: Arguments, i: int) -> bool:
    """Whether f's slope jumps along an element: its second differences shrink no faster than the step."""
    start, unit = flat(args), np.eye(sum(map(np.size, args)))[i]
    f: Line = lambda t: flat([subject.value(shape_like(start + t * unit, args))])
    wide, narrow = (np.max(np.abs(f(h) - 2.0 * f(0.0) + f(-h))) / h for h in (_STEP, _STEP / 8.0))
    return bool(narrow > 0.5 * wide > 0.0)
