"""Where elements are zero or equal, away from the given point: what is wrong there, and what is not."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...node import Node, data_of
from ...reverse import gradients, history
from ..numbers.differences import TRUST
from ..numbers.vectors import Array, name_elements, sizes_of
from ..subjects.subject import Arguments, Handwritten, Recorded, Subject
from ..telling.mistakes import Mistake
from .compare import RIGHT, WRONG, judge
from .rounding import TERMS
from .stage import Stage

_AROUND = 4  # random directions
_GROSS = 1e-2  # of the derivatives that are summed
_ROUNDING = 1e-6  # of f's usual value
_LINEAR = 1e-4
_CLEAR = 100.0  # estimated errors: along a plane of ties they are estimates of estimates


def find_nans(stage: Stage, random: np.random.Generator) -> Iterator[Mistake]:
    """A Mistake for each derivative that is nan though f has one, or bends there in a gradient written by hand.

    On the edge of f's domain f has no derivative. Where f bends, the chain rule multiplies an infinite factor with 0:
    sqrt(sum(x * x)) at 0. A rule that gives nan itself, and a gradient written by hand, have no such excuse.
    """
    subject, args = stage.subject, stage.args
    lost = np.isnan(stage.rows) & ~stage.masked["reverse"]
    if not np.any(lost) or meets_infinity(subject, args):
        return
    scale = np.max([np.abs(_move(stage, random.normal(size=stage.rows.shape[1]))) for _ in range(_AROUND)], axis=0)
    for i in np.flatnonzero(np.any(lost, axis=0)):
        found = stage.slopes(np.eye(stage.rows.shape[1])[i])
        one_sided = ~np.isfinite(found.left_error) | ~np.isfinite(found.right_error)
        excused = one_sided if isinstance(subject, Handwritten | Recorded) else one_sided | found.kink
        known = TRUST * found.error <= 1e-3 * np.fmax(np.fmax(np.abs(found.best), found.steepest), scale)
        name, index = name_elements(args, subject.names)[i]
        if np.any(lost[:, i] & excused):  # by whose nan the zeros of the upstream gradient were multiplied
            continue
        for j in np.flatnonzero(lost[:, i] & known):
            numbers = float(found.best[j]), float("nan"), float(TRUST * found.error[j])
            yield Mistake("wrong derivative", name, index, stage.outputs[j], *numbers, 1, "reverse", stage.where)


def _move(stage: Stage, direction: Array) -> Array:
    """How f's value changes by a step of a tenth along the direction, times ten; 0 where there is none."""
    line = stage.line(direction)
    return np.nan_to_num((line(0.1) - line(0.0)) / 0.1, nan=0.0, posinf=0.0, neginf=0.0)


def find_contradictions(stage: Stage, direction: Array, others: Array) -> Iterator[Mistake]:
    """A Mistake where f has a derivative in the planes of a direction and others, and ours is another one along it.

    The middle one of three equal numbers moves smoothly along each line, but not as the sum of what it does along two.
    """
    first = direction * sizes_of(stage.args)
    ours, scale = stage.rows @ first, np.abs(stage.rows) @ np.abs(first)
    if np.all(judge(stage.glance(first), ours, stage, scale, 0.0) == RIGHT):
        return
    found = stage.slopes(first)
    wrong = (judge(found, ours, stage, scale, stage.slack @ np.abs(first)) == WRONG) & ~found.kink
    # Who shares a tie wrongly is off by much: rounding, in single precision too, is told at other points.
    rounding = _ROUNDING * stage.assumed.natural_size_of(len(stage.outputs))
    gross = np.fmax(_GROSS * np.fmax(scale, found.steepest), rounding)
    wrong &= np.abs(ours - found.best) > gross + TERMS * np.sum(np.abs(first)) + _CLEAR * found.error
    if not np.any(wrong):
        return
    for other in others * sizes_of(stage.args):
        beside, both = map(stage.slopes, (other, first + other))
        off = np.abs(found.best + beside.best - both.best)
        within = _LINEAR * (np.abs(found.best) + np.abs(beside.best)) + TRUST * (found.error + both.error)
        wrong &= (off <= within) & ~beside.kink & ~both.kink
    for j in np.flatnonzero(wrong)[:1]:
        what = "wrong derivatives where elements are equal or zero, their sum along a direction"
        numbers = float(found.best[j]), float(ours[j]), float(TRUST * found.error[j])
        yield Mistake(what, None, None, stage.outputs[j], *numbers, stage.order, "reverse", stage.where)


def meets_infinity(subject: Subject, args: Arguments) -> bool:
    """Whether a number, a gradient on the way back, or a factor of one, is seen to be infinite: times 0 it is nan."""
    if not isinstance(subject, Recorded):
        return False
    root = subject.run(args)[0]
    nodes = history(root) if isinstance(root, Node) else []
    if not nodes:
        return False
    found = gradients(root, np.ones(root.shape)).values()
    seen = (*(node.data for node in nodes), *found, *(factor for node in nodes for factor in _factors(node)))
    return any(np.any(np.isinf(data_of(x))) for x in seen)


def _factors(node: Node) -> Iterator[Any]:
    """What a node hands back of an upstream gradient of ones: where that is infinite, 0 times it is nan."""
    if node.rule is not None:
        with np.errstate(all="ignore"):
            yield from (x for x in node.rule.pull(node, np.ones(node.shape)) if x is not None)
