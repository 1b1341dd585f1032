"""Derivatives against differences of values: the full Jacobian at a point, or along one direction through it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, partial
from itertools import combinations
from typing import Any

import numpy as np

from ...containers import leaf
from ...node import data_of
from ..numbers.differences import STEPS, TOP, TRUST, Slopes, find_slopes, glance_at_slopes
from ..numbers.kinks import JUMP, find_ranges
from ..numbers.vectors import Array, flat, largest, name_elements, shape_like, sizes_of
from ..report import Report
from ..subjects.subject import Arguments, Gradient
from ..telling.mistakes import GIVEN, Kink, Mistake
from ..telling.patterns import name_tie
from ..telling.tables import open_table
from .stage import Stage

_CLOSE = 1e-10  # the same numbers in another order of summation
_FEW_STEPS = 16  # enough to see whether all is well
_CLEAR = 1e-6  # of ours: an error as small as that tells it from 0, where f's value is 0 and lets expect nothing
_LADDERS = 1.0, 0.7, 0.3, 0.9 * 2.0**-9  # a mistake must be seen alike from two ladders, whose steps round otherwise
_EXPECTED = 1e-3  # of the steepest slope, and of what f's value lets expect: a derivative is to be known so well
_AROUND, _APART = 1e-4, 1e-3  # how well derivatives around a kink are known, and how far apart kinks take them
_PAIRS = 20  # of elements with kinks that are looked at together, at the most

RIGHT, WRONG, UNDECIDED, KINK = range(4)


def compare(stage: Stage, report: Report) -> None:
    """Every derivative, in each mode, against differences; mistakes, kinks and the undecided go to the report."""
    if isinstance(stage.subject, Gradient):
        unlike = find_recorded_differences(stage.subject, stage.args)
        report.mistakes += (replace(x, order=stage.order - 1, mode="reverse", where=stage.where) for x in unlike)
    labels = name_elements(stage.args, stage.subject.names)
    value = np.asarray(stage.subject.value(stage.args))
    described = labels, stage.outputs, value.shape, flat(stage.args), flat([value])
    tables = {mode: open_table(*described, matrix) for mode, matrix in stage.jacobians.items()}
    kinks = np.zeros((len(stage.outputs), len(labels)), bool)
    # There f has no derivative of this order, which nan says, in all that the point's gradient is a part of.
    is_above_kink = any(kink.order < stage.order for kink in report.kinks)
    for i, (name, index) in enumerate(labels):
        ladder = _Ladder(stage, i)
        for mode, matrix in stage.jacobians.items():
            ours = matrix[:, i]
            verdicts, found = _judge_column(ladder, stage, mode, i)
            if is_above_kink:
                verdicts[np.isnan(ours)] = UNDECIDED
            low, high = np.fmin(found.left, found.right), np.fmax(found.left, found.right)
            is_range = found.kink & (high - low > JUMP * np.fmax(np.abs(low), np.abs(high)))
            is_known = ((verdicts == RIGHT) | (verdicts == WRONG)) & ~is_range
            tables[mode].note(i, np.where(is_known, found.best, np.nan), TRUST * found.error)
            told = partial(Mistake, argument=name, element=index, order=stage.order, mode=mode, where=stage.where)
            for j in np.flatnonzero(verdicts == WRONG):
                wrong = partial(told, output=stage.outputs[j], got=float(ours[j]))
                if is_range[j]:
                    mistake = wrong("wrong derivative at a kink", expected=_tell_range(low[j], high[j]))
                else:
                    expected, error = float(found.best[j]), float(TRUST * found.error[j])
                    mistake = wrong("wrong derivative", expected=expected, error=error, table=tables[mode])
                report.mistakes.append(mistake)
            if mode == "reverse":
                kinks[:, i] = verdicts == KINK
                report.entries += verdicts.size
                report.undecided += int(np.sum(verdicts == UNDECIDED))
                for j in np.flatnonzero(verdicts == KINK):
                    sides = float(found.left[j]), float(found.right[j]), float(ours[j])
                    report.kinks.append(Kink(name, index, stage.outputs[j], *sides, stage.order))
    if not report.mistakes:
        _compare_corners(stage, kinks, report)


def find_recorded_differences(subject: Gradient, args: Arguments) -> Iterator[Mistake]:
    """Where a recorded sweep gives another gradient than a plain one; nan and infinities are the same."""
    below = subject.below.names
    labels = name_elements(args[: len(below)], below)
    plain, recorded = (flat([x]) for x in (subject.value(args), data_of(subject.f(*map(leaf, args)))))
    off = np.abs(plain - recorded) > _CLOSE * largest(plain)
    for j in np.flatnonzero(off | (np.isnan(plain) != np.isnan(recorded))):
        name, index = labels[j]
        yield Mistake(
            "a recorded sweep differs from a plain one", name, index, None, float(plain[j]), float(recorded[j])
        )


def agrees_along(stage: Stage, direction: Array) -> bool:
    """Whether the derivatives along the direction are not seen to be wrong, in any mode."""
    relative = direction * sizes_of(stage.args)
    along = [stage.rows @ relative]
    moves = stage.subject.push_forward(stage.args, [shape_like(relative, stage.args)])
    along += [flat(moves)] if moves is not None else []
    scale = np.nan_to_num(np.abs(stage.rows), nan=0.0, posinf=0.0) @ np.abs(relative)
    line = stage.line(relative)  # whose values serve both looks
    first = glance_at_slopes(line, TOP)
    if all(np.all(judge(first, ours, stage, scale, 0.0) == RIGHT) for ours in along):
        return True
    found = find_slopes(line, TOP, _FEW_STEPS, stage.noise)
    slack = stage.slack @ np.abs(relative)
    return not any(np.any(judge(found, ours, stage, scale, slack) == WRONG) for ours in along)


def judge(found: Slopes, ours: Array, stage: Stage, scale: Array, slack: Array | float) -> Array:
    """For each output RIGHT, WRONG, UNDECIDED, or a KINK with ours between its two sides.

    scale: the size of the terms that ours is the sum of. Where the error of what is found is larger than what f's value
    lets expect, and than what is found, nothing is known.
    """
    own = np.fmax(np.fmax(np.abs(ours), np.abs(found.best)), found.steepest)
    allowed = TRUST * found.error + stage.rounding * scale
    off = np.abs(ours - found.best)
    lets_expect = np.fmax(np.abs(found.best), _EXPECTED * np.fmax(found.steepest, stage.typical))
    known = np.isfinite(allowed) & np.isfinite(found.best) & (TRUST * found.error <= np.fmax(lets_expect, _CLEAR * own))
    sharp = allowed <= stage.digits * own + np.finfo(np.float64).tiny
    flat_ = (found.steepest == 0.0) & (found.best == 0.0) & (ours == 0.0)
    excess = stage.assumed.tolerance * np.fmax(stage.largest, own)
    around = TRUST * (found.left_error + found.right_error) + slack + excess
    above = np.fmin(found.left, found.right) - around <= ours
    below = ours <= np.fmax(found.left, found.right) + around
    cases: list[tuple[Array, Any]] = [
        (found.kink, np.where(above & below, KINK, WRONG)),
        (np.isinf(ours) & (found.diverging == np.sign(ours)), RIGHT),
        (flat_, RIGHT),
        (~known, UNDECIDED),
        (np.isnan(ours), np.where(allowed <= _EXPECTED * np.fmax(own, stage.typical), WRONG, UNDECIDED)),
        (off <= np.fmax(allowed, excess), np.where(sharp | (allowed <= excess), RIGHT, UNDECIDED)),
        (off <= allowed + slack, UNDECIDED),
    ]
    return np.select([case for case, _ in cases], [verdict for _, verdict in cases], WRONG)


def _judge_column(ladder: "_Ladder", stage: Stage, mode: str, i: int) -> tuple[Array, Slopes]:
    """The verdicts on a column: right is what is right on one ladder, wrong what is wrong on several."""
    ours = stage.jacobians[mode][:, i]
    if not np.isfinite(flat(stage.args)[i]):  # there is no step from nan, nor from infinity
        return np.full(ours.shape, UNDECIDED), ladder.glance
    verdicts = np.where(judge(ladder.glance, ours, stage, _scale_of(ours), 0.0) == RIGHT, RIGHT, UNDECIDED)
    if np.all(verdicts == RIGHT):
        return verdicts, ladder.glance
    verdicts, found = _climb_ladders(ladder, stage, verdicts, ours, i)
    masked = np.isnan(ours) & stage.masked[mode][:, i]
    overflow = np.isinf(ours) & (stage.where != GIVEN)  # of f's own numbers, at a point far from the given one
    verdicts = np.where(masked | overflow, UNDECIDED, verdicts)
    if np.any(verdicts == WRONG):
        verdicts = _excuse(verdicts, found, stage, ours, i)
    return verdicts, found


def _climb_ladders(ladder: "_Ladder", stage: Stage, verdicts: Array, ours: Array, i: int) -> tuple[Array, Slopes]:
    """Verdicts for the undecided, too, and of each output the slopes of the ladder that it is judged by."""
    kept, alike = ladder.glance, np.zeros(ours.shape, bool)
    seen: list[tuple[Array, Slopes]] = []  # where which ladder sees a mistake
    for k, factor in enumerate(_LADDERS):
        found = ladder.climb(factor)
        fresh = judge(found, ours, stage, _scale_of(ours), stage.slack[:, i])
        open_ = verdicts == UNDECIDED
        better = open_ & ((k == 0) | (found.error < kept.error) | (fresh == KINK))
        kept = Slopes(*(np.where(better, new, old) for new, old in zip(found, kept, strict=True)))
        verdicts = np.where(open_ & (fresh != WRONG), fresh, verdicts)
        for wrong, other in seen:
            apart = np.abs(found.best - other.best) > TRUST * (found.error + other.error)
            alike |= wrong & (fresh == WRONG) & ~apart
        seen.append((fresh == WRONG, found))
        if not np.any(verdicts == UNDECIDED):
            break
    return np.where((verdicts == UNDECIDED) & alike, WRONG, verdicts), kept


def _excuse(verdicts: Array, found: Slopes, stage: Stage, ours: Array, i: int) -> Array:
    """The verdicts without the wrong ones that our jitter explains, or kinks that lie on one another."""
    jitters = np.abs(ours - found.best) <= TRUST * (found.error + stage.jitter[:, i])
    verdicts = np.where((verdicts == WRONG) & jitters & ~found.kink, UNDECIDED, verdicts)
    wrong = verdicts == WRONG
    if np.any(wrong):
        direction = np.eye(stage.rows.shape[1])[i]
        along = ours * sizes_of(stage.args)[i]
        among_kinks = _find_range_around(stage, direction, along, wrong, _APART)[2]
        verdicts[wrong & among_kinks] = KINK if stage.order == 1 else UNDECIDED
    return verdicts


def _scale_of(ours: Array) -> Array:
    """The size of the terms of single derivatives: their own."""
    return np.where(np.isfinite(ours), np.abs(ours), 0.0)


def _find_range_around(
    stage: Stage, direction: Array, ours: Array, concerned: Array, least: float
) -> tuple[Array, Array, Array]:
    """The range of the derivatives along the direction that kinks around allow, and whether ours is in it.

    concerned: the outputs that are asked for; when all of these are in it, it is wide enough. least: how wide a range
    is, at the least, of its size.
    """
    low, high, inside = (np.asarray(np.nan) for _ in range(3))
    for low, high in find_ranges(stage.lines_around(direction), stage.noise):
        size = np.fmax(np.abs(low), np.abs(high))
        slack = (_AROUND + stage.assumed.tolerance) * size
        inside = (high - low >= least * size) & (low - slack <= ours) & (ours <= high + slack)
        if np.all(inside[concerned]):
            break
    return low, high, inside


def _compare_corners(stage: Stage, kinks: Array, report: Report) -> None:
    """Where an output has kinks in two elements, ours must be among the derivatives around along e_i ± e_k, too.

    Each of three equal numbers may get any part of the derivative of their maximum, but together they get 1.
    """
    labels = name_elements(stage.args, stage.subject.names)
    units = np.eye(len(labels))
    sizes = sizes_of(stage.args)
    pairs = list(combinations(np.flatnonzero(kinks.any(0)), 2))
    if len(pairs) > _PAIRS:
        pairs = [pairs[n] for n in np.random.default_rng(0).choice(len(pairs), _PAIRS, replace=False)]
    for i, k in pairs:
        for sign, called in (1.0, "sum"), (-1.0, "difference"):
            direction = units[i] / sizes[i] + sign * units[k] / sizes[k]
            got = stage.rows[:, i] + sign * stage.rows[:, k]
            both = kinks[:, i] & kinks[:, k]
            low, high, inside = _find_range_around(stage, direction, got, both, 0.0)
            slack = (JUMP + stage.assumed.tolerance) * stage.largest  # smaller kinks are not seen
            outside = (got < low - slack) | (got > high + slack)
            for j in np.flatnonzero(both & ~inside & outside):
                expected = f"{_tell_range(low[j], high[j])}, as around"
                what = f"wrong derivatives at a kink, their {called}"
                name = f"{labels[i][0]} at {labels[i][1]} and {labels[k][0]} at {labels[k][1]}"
                place = stage.order, "reverse", stage.where
                hint = name_tie(low[j], high[j], got[j]) if sign > 0.0 else ""
                report.mistakes.append(
                    Mistake(what, name, None, stage.outputs[j], expected, float(got[j]), None, *place, hint)
                )


def _tell_range(low: float, high: float) -> str:
    return f"from {low:.6g} to {high:.6g}"


class _Ladder:
    """The slopes along an element for ladders of steps of several lengths, which are remembered.

    The largest step is a power of 2 times the factor, and at 1 x ± step is exact; where x is small more steps lead
    down to its size.
    """

    def __init__(self, stage: Stage, i: int) -> None:
        x = flat(stage.args)[i]
        self.stage = stage
        self.line = stage.line(np.eye(stage.rows.shape[1])[i])
        self.exponent = int(np.frexp(x)[1]) if abs(x) > 1e-12 else 0
        self._climbed: dict[float, Slopes] = {}

    @cached_property
    def glance(self) -> Slopes:
        """From few steps, not much larger than x."""
        return glance_at_slopes(self.line, 2.0 ** max(self.exponent, -6) / 8.0)

    def climb(self, factor: float) -> Slopes:
        """From all steps, times the factor."""
        if factor not in self._climbed:
            top, steps = factor * 2.0 ** max(self.exponent, 0) / 8.0, STEPS + max(0, -6 - self.exponent)
            self._climbed[factor] = find_slopes(self.line, top, steps, self.stage.noise)
        return self._climbed[factor]
