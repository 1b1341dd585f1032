"""Derivatives against differences of values: the full Jacobian at a point, or along one direction through it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from typing import Any

import numpy as np

from ..containers import leaf
from ..node import data_of
from .differences import STEPS, TRUST, Array, Line, Slopes, find_slopes
from .patterns import name_tie
from .report import Kink, Mistake, Report
from .rounding import measure_rounding
from .subjects import NOT_ABOUT_NUMBERS, Arguments, Gradient, Subject, jacobian
from .tables import open_table
from .vectors import flat, largest, name_elements, shape_like, unit_vectors

ROUNDING = 1e-12  # of the largest derivative: what some thousand operations of our own may lose
_FEW_STEPS = 16  # enough to see whether all is well
_DIGITS = 1e-7  # a derivative that is known no better than this is undecided
_LADDERS = 1.0, 0.7, 0.3, 2.0**-9  # a mistake must be seen from more than one ladder of steps
_ULP = 4 * float(np.finfo(np.float64).eps)

RIGHT, WRONG, UNDECIDED, KINK = range(4)


@dataclass
class Stage:
    """What is compared at once: the derivatives of a subject, of one order, at one point.

    Those of order 2 are the first derivatives of the recorded gradient, which is a subject itself. outputs: a name
    for each number of f's value. rounding: the share of the largest derivative that rounding may change. natural_size:
    how large f's values usually are; where one is far smaller, large terms cancelled, and their rounding is left.
    """

    subject: Subject
    args: Arguments
    outputs: list[str]
    order: int
    where: str
    rounding: float
    natural_size: float

    def line(self, direction: Array) -> Line:
        """The values along the direction; nan where f has none."""
        start = flat(self.args)
        unknown = np.full(len(self.outputs), np.nan)

        def values(t: float) -> Array:
            try:
                answer = self.subject.value(shape_like(start + t * direction, self.args))
            except NOT_ABOUT_NUMBERS:
                raise
            except Exception:
                return unknown
            return flat([answer]) if np.size(answer) == unknown.size else unknown

        return values

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
    def scale(self) -> float:
        """The size of the derivatives: of the largest, or of what f's value lets expect."""
        return max(self.typical, largest(self.rows))

    @cached_property
    def typical(self) -> float:
        """The size of a derivative that f's value lets expect."""
        return self._size / max(1.0, largest(flat(self.args)))

    @cached_property
    def slack(self) -> float:
        """What rounding may take of our derivatives where terms as large as f's value suggests cancel.

        Within it nothing is called wrong; what is off by more than the differences' own error is undecided.
        """
        return self.rounding * max(self.scale, self._steepest)

    @cached_property
    def _size(self) -> float:
        return largest(flat([self.subject.value(self.args)]))

    @property
    def noise(self) -> float:
        """What rounding leaves of the values of a gradient, in which terms cancel; of f itself it is measured."""
        return _ULP * self.natural_size if self.order > 1 else 0.0

    @property
    def _steepest(self) -> float:
        elements = np.abs(flat(self.args))
        smallest = float(np.min(elements, where=elements > 0.0, initial=largest(elements) or 1.0))
        return max(self._size, self.natural_size) / smallest

    @cached_property
    def jitter(self) -> Array:
        """How much our derivatives change, by rounding or across a kink, when the arguments move by a last place."""
        random = np.random.default_rng(0)
        start = flat(self.args)
        moved = [start * (1.0 + _ULP * random.uniform(-1.0, 1.0, start.shape)) for _ in range(4)]
        matrices = [jacobian(self.subject, shape_like(x, self.args)) for x in moved]
        across = np.nan_to_num(np.ptp(matrices, axis=0), nan=0.0)
        upstreams = [unit[0] for unit in unit_vectors([self.subject.value(self.args)])]
        # Of those that cancel not each shows its rounding: the most of them counts for all.
        return np.asarray(np.maximum(across, largest(measure_rounding(self.subject, self.args, upstreams)[1])))

    def next(self, random: np.random.Generator) -> "Stage | None":
        """The stage one order higher, along a random upstream gradient."""
        gradient = self.subject.differentiate()
        if gradient is None:
            return None
        value = self.subject.value(self.args)
        upstream = shape_like(random.normal(size=np.size(value)), [value])[0]
        outputs = [f"the gradient of {name} at {index}" for name, index in name_elements(self.args, self.subject.names)]
        return Stage(
            gradient, [*self.args, upstream], outputs, self.order + 1, self.where, self.rounding, self._steepest
        )


def compare(stage: Stage, report: Report) -> None:
    """Every derivative, in each mode, against differences; mistakes, kinks and the undecided go to the report."""
    if isinstance(stage.subject, Gradient):
        _compare_recorded(stage.subject, stage, report)
    labels = name_elements(stage.args, stage.subject.names)
    elements = flat(stage.args)
    kinks = np.zeros((len(stage.outputs), len(labels)), bool)
    # There f has no derivative of this order, which nan says, in all that the point's gradient is a part of.
    value = np.asarray(stage.subject.value(stage.args))
    described = labels, stage.outputs, value.shape, elements, flat([value])
    tables = {mode: open_table(*described, matrix) for mode, matrix in stage.jacobians.items()}
    is_above_kink = any(kink.order < stage.order for kink in report.kinks)
    for i, (name, index) in enumerate(labels):
        ladder = _make_ladder(stage.line(np.eye(len(labels))[i]), elements[i], stage.noise)
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
    elements = flat(stage.args)
    relative = direction * np.where(elements == 0.0, 1.0, np.abs(elements))
    along = [stage.rows @ relative]
    moves = stage.subject.push_forward(stage.args, [shape_like(relative, stage.args)])
    along += [flat(moves)] if moves is not None else []
    found = find_slopes(stage.line(relative), 0.125, _FEW_STEPS, stage.noise)
    scale = max(stage.scale, largest(np.abs(stage.rows) @ np.abs(relative)))
    slack = max(stage.slack, stage.rounding * scale)
    return not any(np.any(judge(found, ours, scale, slack) == WRONG) for ours in along)


def judge(found: Slopes, ours: Array, scale: float, slack: float, typical: float = np.inf) -> Array:
    """For each output RIGHT, WRONG, UNDECIDED, or a KINK with ours between its two sides.

    typical: the size of a derivative that f's value lets expect; where the error of what is found is larger than this,
    and than what is found, nothing is known.
    """
    allowed = TRUST * found.error + ROUNDING * scale
    off = np.abs(ours - found.best)
    size = np.fmax(np.fmax(np.abs(ours), np.abs(found.best)), scale)
    known = np.isfinite(allowed) & np.isfinite(found.best) & (allowed <= np.fmax(np.abs(found.best), typical))
    sharp = allowed <= _DIGITS * size + np.finfo(np.float64).tiny
    around = TRUST * (found.left_error + found.right_error) + slack
    above = np.fmin(found.left, found.right) - around <= ours
    below = ours <= np.fmax(found.left, found.right) + around
    cases: list[tuple[Array, Any]] = [
        (found.kink, np.where(above & below, KINK, WRONG)),
        (np.isinf(ours) & (found.diverging == np.sign(ours)), RIGHT),
        (~known, UNDECIDED),
        (np.isnan(ours), np.where(allowed <= 1e-3 * size, WRONG, UNDECIDED)),
        (off <= allowed, np.where(sharp, RIGHT, UNDECIDED)),
        (off <= allowed + slack, UNDECIDED),
    ]
    return np.select([case for case, _ in cases], [verdict for _, verdict in cases], WRONG)


def _judge_column(ladder: Callable[[float], Slopes], stage: Stage, mode: str, i: int) -> tuple[Array, Slopes]:
    """The verdicts on a column: right is what is right on one ladder, wrong what is wrong on several."""
    ours = stage.jacobians[mode][:, i]
    verdicts = np.full(ours.shape, UNDECIDED)
    wrong = np.zeros(ours.shape, int)
    kept = ladder(_LADDERS[0])
    for factor in _LADDERS:
        found = ladder(factor)
        fresh = judge(found, ours, stage.scale, stage.slack, stage.typical)
        open_ = verdicts == UNDECIDED
        better = open_ & ((found.error < kept.error) | (fresh == KINK))
        kept = Slopes(*(np.where(better, new, old) for new, old in zip(found, kept, strict=True)))
        verdicts = np.where(open_ & (fresh != WRONG), fresh, verdicts)
        wrong += fresh == WRONG
        if not np.any(verdicts == UNDECIDED):
            break
    suspects = (verdicts == UNDECIDED) & (wrong > 1)
    if np.any(suspects):
        excused = np.abs(ours - kept.best) <= TRUST * (kept.error + stage.jitter[:, i])
        verdicts = np.where(suspects & ~(excused & ~kept.kink), WRONG, verdicts)
    masked = np.isnan(ours) & stage.masked[mode][:, i]
    overflow = np.isinf(ours) & (stage.where != Mistake.where)  # of f's own numbers, at a point far from the given one
    return np.where(masked | overflow, UNDECIDED, verdicts), kept


# Of the element's size; the small ones, since a kink may be seen from some way off.
_CORNERS = np.array(
    [
        (x * a * step, y * b * step)
        for step in (1e-6, 1e-9, 1e-12)
        for x, y in ((1.0, 0.37), (0.37, 1.0))
        for a in (1, -1)
        for b in (1, -1)
    ]
)


def _compare_corners(stage: Stage, kinks: Array, report: Report) -> None:
    """Where an output has kinks in two elements, ours must lie between the derivatives around along e_i ± e_k, too.

    Each of three equal numbers may get any part of the derivative of their maximum, but together they get 1: what is
    right is in Clarke's generalised gradient, the convex hull of the derivatives nearby (1983).
    """
    start = flat(stage.args)
    labels = name_elements(stage.args, stage.subject.names)
    for i, k in combinations(np.flatnonzero(kinks.any(0)), 2):
        size = np.maximum(np.abs(start[[i, k]]), 1.0)
        around = []
        for corner in _CORNERS:
            moved = start.copy()
            moved[[i, k]] += corner * size
            around.append(jacobian(stage.subject, shape_like(moved, stage.args))[:, [i, k]])
        for sign, called in (1.0, "sum"), (-1.0, "difference"):
            sums, got = (each[..., 0] + sign * each[..., 1] for each in (np.array(around), stage.rows[:, [i, k]]))
            slack = 1e-4 * stage.scale
            outside = (got < np.min(sums, 0) - slack) | (got > np.max(sums, 0) + slack)
            for j in np.flatnonzero(outside & kinks[:, i] & kinks[:, k]):
                expected = f"from {np.min(sums, 0)[j]:.6g} to {np.max(sums, 0)[j]:.6g}, as around"
                what = f"wrong derivatives at a kink, their {called}"
                name = f"{labels[i][0]} at {labels[i][1]} and {labels[k][0]} at {labels[k][1]}"
                place = stage.order, "reverse", stage.where
                hint = name_tie(np.min(sums, 0)[j], np.max(sums, 0)[j], got[j]) if sign > 0.0 else ""
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


def _make_ladder(line: Line, x: float, noise: float) -> Callable[[float], Slopes]:
    """A function that gives the slopes along an element for a ladder of steps of some length; it remembers them.

    The largest step is a power of 2, so that x ± step is exact; where x is small more steps lead down to its size.
    """
    exponent = int(np.frexp(x)[1]) if abs(x) > 1e-12 else 0
    top, steps = 2.0 ** max(exponent, 0) / 8.0, STEPS + max(0, -6 - exponent)
    return cache(lambda factor: find_slopes(line, factor * top, steps, noise))
