"""Derivatives against differences of values: the full Jacobian at a point, or along one direction through it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import combinations
from typing import Any

import numpy as np

from ..containers import leaf
from ..node import data_of
from .assumptions import Assumptions
from .differences import STEPS, TRUST, Line, Slopes, find_slopes, glance_at_slopes
from .kinks import SPANS, find_ranges
from .patterns import name_tie
from .report import Kink, Mistake, Report
from .rounding import SINGLE, SINGLE_DIGITS, SINGLE_ROUNDING, measure_noise, trace, vary_last_places
from .subjects import Arguments, Gradient, Subject, jacobian
from .tables import open_table
from .vectors import Array, draw_like, flat, largest, name_elements, shape_like, sizes_of, unit_vectors

_ROUNDING = 1e-12  # of a derivative: what some thousand operations of our own may lose
_FEW_STEPS = 16  # enough to see whether all is well
_CLEAR = 1e-6  # of ours: an error as small as that tells it from 0, where f's value is 0 and lets expect nothing
_DIGITS = 1e-7  # a derivative that is known no better than this is undecided
_LADDERS = 1.0, 0.7, 0.3, 2.0**-9  # a mistake must be seen from more than one ladder of steps
_AROUND = 1e-4  # how well derivatives around a kink are known
_POINTS_AROUND = 4  # from where kinks that lie on one another are looked at
_PAIRS = 20  # of elements with kinks that are looked at together, at the most
_FINE = 1e-10  # of a derivative's terms: more is no rounding in double precision
_LAST_PLACES = 4 * float(np.finfo(np.float64).eps)

RIGHT, WRONG, UNDECIDED, KINK = range(4)


@dataclass
class Stage:
    """What is compared at once: the derivatives of a subject, of one order, at one point.

    Those of order 2 are the first derivatives of the recorded gradient, which is a subject itself. outputs: a name
    for each number of f's value.
    """

    subject: Subject
    args: Arguments
    outputs: list[str]
    order: int
    where: str
    assumed: Assumptions = field(default_factory=Assumptions)

    def line(self, direction: Array) -> Line:
        """The values along the direction; nan where f has none. They are remembered."""
        return cache(trace(self.subject, self.args, len(self.outputs), direction))

    @cached_property
    def rows(self) -> Array:
        """The matrix of all derivatives in reverse mode, an output a row."""
        return jacobian(self.subject, self.args)

    @cached_property
    def jacobians(self) -> dict[str, Array]:
        """All derivatives by mode, an output a row."""
        matrices = {"reverse": self.rows}
        columns = self.subject.push_forward(self.args, unit_vectors(self.args))
        if columns is not None:
            matrices["forward"] = np.array([flat([c]) for c in columns]).reshape(self.rows.T.shape).T
        return matrices

    @cached_property
    def masked(self) -> dict[str, Array]:
        """By mode, the entries where nan is no mistake: a 0 of a unit gradient met an infinite derivative.

        Where the gradient is not finite itself, nan stands for an infinite derivative, too.
        """
        lost = ~np.isfinite(flat([self.subject.value(self.args)])) & (self.order > 1)
        infinite = {mode: np.isinf(m) | lost[:, None] & np.isnan(m) for mode, m in self.jacobians.items()}
        return {mode: np.logical_or.outer(there.any(1), there.any(0)) for mode, there in infinite.items()}

    @cached_property
    def size(self) -> Array:
        """How large each number of f's value is."""
        return np.abs(flat([self.subject.value(self.args)]))

    @cached_property
    def typical(self) -> Array:
        """The size of a derivative that f's value lets expect, for each output."""
        return np.asarray(self.size / max(1.0, largest(flat(self.args))))

    @cached_property
    def largest(self) -> Array:
        """The largest derivative of each output."""
        return np.asarray(np.max(np.abs(self.rows), axis=1, where=np.isfinite(self.rows), initial=0.0))

    @property
    def rounding(self) -> Array:
        """The share of a derivative that rounding may change."""
        return np.where(self._is_single, SINGLE_ROUNDING, _ROUNDING)

    @property
    def digits(self) -> Array:
        """How well a derivative is to be known for a verdict."""
        return np.where(self._is_single, SINGLE_DIGITS, _DIGITS)

    @cached_property
    def noise(self) -> Array:
        """The noise of each number of f's value: at the least a last place, which small steps do not show."""
        return np.maximum(measure_noise(self.line, self.args), np.where(self._is_single, SINGLE * self.size, 0.0))

    @cached_property
    def slack(self) -> Array:
        """What rounding may take of our derivatives, (outputs, elements).

        It is the noise of f by the element's size, and at the least some last places of what the terms may be that
        cancelled. Within it nothing is called wrong; what is off by more than the differences' own error is undecided.
        """
        return np.asarray(TRUST * np.maximum(self.noise[:, None] / self._reach, self._share * self._terms))

    @property
    def _share(self) -> Array:
        """How much of terms that cancel is rounding: more where f is stretched beyond its usual domain, and steep."""
        double = _LAST_PLACES if self.order == 1 and self.where == Mistake.where else _ROUNDING
        return np.where(self._is_single, SINGLE_ROUNDING, double)[:, None]

    @property
    def _is_single(self) -> Array:
        return self.assumed.is_single_of(len(self.outputs))

    @cached_property
    def _terms(self) -> Array:
        """How large the terms of a derivative may be, (outputs, elements)."""
        return np.maximum(
            self.largest[:, None],
            np.fmax(self.size, self.assumed.natural_size_of(len(self.outputs)))[:, None] / self._reach,
        )

    @cached_property
    def _reach(self) -> Array:
        """How far each element may go before f's value is another: its size, of a 0 the smallest of the others."""
        elements = np.abs(flat(self.args))
        smallest = np.min(elements, where=elements > 0.0, initial=max(1.0, largest(elements)))
        return np.where(elements > 0.0, elements, smallest)

    @cached_property
    def jitter(self) -> Array:
        """How much our derivatives change, by rounding or across a kink, when the arguments move by a last place."""
        random = np.random.default_rng(0)
        start = flat(self.args)
        moved = [start * (1.0 + _LAST_PLACES * random.uniform(-1.0, 1.0, start.shape)) for _ in range(4)]
        matrices = [jacobian(self.subject, shape_like(x, self.args)) for x in moved]
        across = np.nan_to_num(np.ptp(matrices, axis=0), nan=0.0)
        upstreams = [unit[0] for unit in unit_vectors([self.subject.value(self.args)])]
        # Of those that cancel not each shows its rounding: the most of an output's counts for all of them.
        rounding = np.max(vary_last_places(self.subject, self.args, upstreams)[1], axis=-1, keepdims=True, initial=0.0)
        # Rounding of terms that a last place does not move shows further away; it is no excuse for coarse gradients.
        wide = measure_noise(self._line_of_rows, self.args).reshape(self.rows.shape)
        return np.asarray(np.maximum(np.maximum(across, rounding), np.minimum(wide, _FINE * self._terms)))

    def _line_of_rows(self, direction: Array) -> Line:
        start = flat(self.args)
        return lambda t: jacobian(self.subject, shape_like(start + t * direction, self.args)).ravel()

    def lines_around(self, direction: Array) -> Iterator[tuple[Line, float]]:
        """Lines along the direction, in units of the elements' sizes, from points close by, and their lengths."""
        random = np.random.default_rng(0)
        sizes, start = sizes_of(self.args), flat(self.args)
        for span in SPANS:
            for _ in range(_POINTS_AROUND):
                point = shape_like(start + span / 2.0 * sizes * random.uniform(-1.0, 1.0, sizes.size), self.args)
                yield trace(self.subject, point, len(self.outputs), sizes * direction), span

    def next(self, random: np.random.Generator) -> "Stage | None":
        """The stage one order higher, along a random upstream gradient."""
        gradient = self.subject.differentiate()
        if gradient is None:
            return None
        upstream = draw_like(self.subject.value(self.args), random)
        outputs = [f"the gradient of {name} at {index}" for name, index in name_elements(self.args, self.subject.names)]
        assumed = replace(self.assumed, natural_size=largest(self._terms))
        return Stage(gradient, [*self.args, upstream], outputs, self.order + 1, self.where, assumed)


def compare(stage: Stage, report: Report) -> None:
    """Every derivative, in each mode, against differences; mistakes, kinks and the undecided go to the report."""
    if isinstance(stage.subject, Gradient):
        _compare_recorded(stage.subject, stage, report)
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
            is_known = (verdicts == RIGHT) | (verdicts == WRONG)
            tables[mode].note(i, np.where(is_known, found.best, np.nan), TRUST * found.error)
            for j in np.flatnonzero(verdicts == WRONG):
                numbers = float(found.best[j]), float(ours[j]), float(TRUST * found.error[j])
                place = stage.order, mode, stage.where
                report.mistakes.append(
                    Mistake("wrong derivative", name, index, stage.outputs[j], *numbers, *place, table=tables[mode])
                )
            if mode == "reverse":
                kinks[:, i] = verdicts == KINK
                report.entries += verdicts.size
                report.undecided += int(np.sum(verdicts == UNDECIDED))
                for j in np.flatnonzero(verdicts == KINK):
                    sides = float(found.left[j]), float(found.right[j]), float(ours[j])
                    report.kinks.append(Kink(name, index, stage.outputs[j], *sides, stage.order))
    if not report.mistakes:
        _compare_corners(stage, kinks, report)


def agrees_along(stage: Stage, direction: Array) -> bool:
    """Whether the derivatives along the direction are not seen to be wrong, in any mode."""
    relative = direction * sizes_of(stage.args)
    along = [stage.rows @ relative]
    moves = stage.subject.push_forward(stage.args, [shape_like(relative, stage.args)])
    along += [flat(moves)] if moves is not None else []
    line = stage.line(relative)
    scale = np.nan_to_num(np.abs(stage.rows), nan=0.0, posinf=0.0) @ np.abs(relative)
    first = glance_at_slopes(line, 0.125)
    if all(np.all(judge(first, ours, stage, scale, 0.0) == RIGHT) for ours in along):
        return True
    found = find_slopes(line, 0.125, _FEW_STEPS, stage.noise)
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
    lets_expect = np.fmax(np.abs(found.best), 1e-3 * np.fmax(found.steepest, stage.typical))
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
        (np.isnan(ours), np.where(allowed <= 1e-3 * np.fmax(own, stage.typical), WRONG, UNDECIDED)),
        (off <= np.fmax(allowed, excess), np.where(sharp | (allowed <= excess), RIGHT, UNDECIDED)),
        (off <= allowed + slack, UNDECIDED),
    ]
    return np.select([case for case, _ in cases], [verdict for _, verdict in cases], WRONG)


def _judge_column(ladder: "_Ladder", stage: Stage, mode: str, i: int) -> tuple[Array, Slopes]:
    """The verdicts on a column: right is what is right on one ladder, wrong what is wrong on several."""
    ours = stage.jacobians[mode][:, i]
    scale = np.where(np.isfinite(ours), np.abs(ours), 0.0)
    kept = ladder.glance
    verdicts = np.where(judge(kept, ours, stage, scale, 0.0) == RIGHT, RIGHT, UNDECIDED)
    if np.all(verdicts == RIGHT):
        return verdicts, kept
    wrong = np.zeros(ours.shape, int)
    for k, factor in enumerate(_LADDERS):
        found = ladder.climb(factor)
        fresh = judge(found, ours, stage, scale, stage.slack[:, i])
        open_ = verdicts == UNDECIDED
        better = open_ & ((k == 0) | (found.error < kept.error) | (fresh == KINK))
        kept = Slopes(*(np.where(better, new, old) for new, old in zip(found, kept, strict=True)))
        verdicts = np.where(open_ & (fresh != WRONG), fresh, verdicts)
        wrong += fresh == WRONG
        if not np.any(verdicts == UNDECIDED):
            break
    suspects = (verdicts == UNDECIDED) & (wrong > 1)
    if np.any(suspects):
        excused = np.abs(ours - kept.best) <= TRUST * (kept.error + stage.jitter[:, i])
        suspects &= ~(excused & ~kept.kink)
        verdicts = np.where(suspects, WRONG, verdicts)
    masked = np.isnan(ours) & stage.masked[mode][:, i]
    overflow = np.isinf(ours) & (stage.where != Mistake.where)  # of f's own numbers, at a point far from the given one
    verdicts = np.where(masked | overflow, UNDECIDED, verdicts)
    suspects &= verdicts == WRONG
    if np.any(suspects):
        direction = np.eye(stage.rows.shape[1])[i]
        along = ours * sizes_of(stage.args)[i]
        among_kinks = _find_range_around(stage, direction, along, suspects, 10.0 * _AROUND)[2]
        verdicts[suspects & among_kinks] = KINK if stage.order == 1 else UNDECIDED
    return verdicts, kept


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
            slack = (_AROUND + stage.assumed.tolerance) * stage.largest
            outside = (got < low - slack) | (got > high + slack)
            for j in np.flatnonzero(both & ~inside & outside):
                expected = f"from {low[j]:.6g} to {high[j]:.6g}, as around"
                what = f"wrong derivatives at a kink, their {called}"
                name = f"{labels[i][0]} at {labels[i][1]} and {labels[k][0]} at {labels[k][1]}"
                place = stage.order, "reverse", stage.where
                hint = name_tie(low[j], high[j], got[j]) if sign > 0.0 else ""
                report.mistakes.append(
                    Mistake(what, name, None, stage.outputs[j], expected, float(got[j]), None, *place, hint)
                )


def _compare_recorded(subject: Gradient, stage: Stage, report: Report) -> None:
    """A recorded sweep gives the same gradient as a plain one."""
    plain, recorded = (flat([x]) for x in (subject.value(stage.args), data_of(subject.f(*map(leaf, stage.args)))))
    off = np.abs(plain - recorded) > 1e-10 * largest(plain)
    for j in np.flatnonzero(off | (np.isnan(plain) != np.isnan(recorded))):
        what = "a recorded sweep differs from a plain one"
        numbers = float(plain[j]), float(recorded[j]), None
        place = stage.order - 1, "reverse", stage.where
        report.mistakes.append(Mistake(what, None, None, stage.outputs[j], *numbers, *place))


class _Ladder:
    """The slopes along an element for ladders of steps of several lengths, which are remembered.

    The largest step is a power of 2, so that x ± step is exact; where x is small more steps lead down to its size.
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
