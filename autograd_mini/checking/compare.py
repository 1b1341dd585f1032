"""Derivatives against differences of values: the full Jacobian at a point, or along one direction through it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from ..containers import leaf
from ..node import data_of
from .differences import STEPS, TRUST, Array, Line, Slopes, slopes
from .report import Kink, Mistake, Report
from .subjects import Arguments, Gradient, Subject, outcome
from .vectors import flat, largest, places, shaped, units

_DIGITS = 1e-7  # a derivative that is known no better than this is undecided
ROUNDING = 1e-13  # of the largest derivative: what our own sums may lose
_LADDERS = 1.0, 0.7, 0.3, 2.0**-9  # a mistake must be seen from more than one ladder of steps
_ULP = 4 * float(np.finfo(np.float64).eps)

RIGHT, WRONG, UNDECIDED, KINK = range(4)


@dataclass
class Stage:
    """A subject at a point, at one order: order 2 is the first order of the recorded gradient.

    outputs: for each number that f gives a name.
    """

    subject: Subject
    args: Arguments
    names: list[str]
    outputs: list[str]
    order: int
    where: str
    rounding: float = ROUNDING
    least_scale: float = 0.0

    def line(self, direction: Array) -> Line:
        """The values along the direction; nan where f has none."""
        start = flat(self.args)
        unknown = np.full(len(self.outputs), np.nan)

        def values(t: float) -> Array:
            try:
                answer = self.subject.value(shaped(start + t * direction, self.args))
            except Exception:  # f may refuse numbers outside its domain in any way it likes
                return unknown
            return flat([answer]) if np.size(answer) == unknown.size else unknown

        return values

    @cached_property
    def jacobians(self) -> dict[str, Array]:
        """By mode the matrix of all derivatives, an output a row."""
        return _jacobians(self.subject, self.args)

    @cached_property
    def masked(self) -> dict[str, Array]:
        """By mode where nan is no mistake: a unit gradient's 0 met an infinite derivative, and 0 · inf is nan."""
        infinite = {mode: np.isinf(matrix) for mode, matrix in self.jacobians.items()}
        return {mode: np.logical_or.outer(there.any(1), there.any(0)) for mode, there in infinite.items()}

    @cached_property
    def scale(self) -> float:
        """The size of the derivatives: of the largest, or of what f's value lets expect."""
        typical = self._value / max(1.0, largest(flat(self.args)))
        return max([typical, *map(largest, self.jacobians.values())])

    @property
    def slack(self) -> float:
        """What rounding may take of our derivatives where terms as large as f's value suggests cancel.

        Within it nothing is called wrong; what is off by more than the differences' own error is undecided.
        """
        return self.rounding * max(self.scale, self._steepest)

    @cached_property
    def _value(self) -> float:
        with np.errstate(all="ignore"):
            return largest(flat([self.subject.value(self.args)]))

    @property
    def _steepest(self) -> float:
        elements = np.abs(flat(self.args))
        smallest = float(np.min(elements, where=elements > 0.0, initial=largest(elements) or 1.0))
        return max(self._value, self.least_scale) / smallest

    @cached_property
    def unrest(self) -> Array:
        """How much our derivatives vary when the arguments move by a last place: their own rounding error."""
        random = np.random.default_rng(0)
        start = flat(self.args)
        moved = [start * (1.0 + _ULP * random.uniform(-1.0, 1.0, start.shape)) for _ in range(4)]
        matrices = [_jacobians(self.subject, shaped(x, self.args))["reverse"] for x in moved]
        with np.errstate(all="ignore"):
            return np.asarray(np.nan_to_num(np.ptp(matrices, axis=0), nan=0.0))

    def next(self, random: np.random.Generator) -> "Stage | None":
        """The stage one order higher, along a random upstream gradient."""
        gradient = self.subject.gradient()
        if gradient is None:
            return None
        value = self.subject.value(self.args)
        upstream = shaped(random.normal(size=np.size(value)), [value])[0]
        outputs = [f"the gradient of {name} at {index}" for name, index in places(self.args, self.names)]
        args = [*self.args, upstream]
        names = [*self.names, "the upstream gradient"]
        return Stage(gradient, args, names, outputs, self.order + 1, self.where, self.rounding, self._steepest)


def compare(stage: Stage, report: Report, count: bool = True) -> None:
    """Every derivative, in each mode, against differences; mistakes, kinks and the undecided go to the report."""
    if isinstance(stage.subject, Gradient):
        _compare_recorded(stage.subject, stage, report)
    labels = places(stage.args, stage.names)
    elements = flat(stage.args)
    for i, (name, index) in enumerate(labels):
        ladder = _ladders(stage.line(np.eye(len(labels))[i]), elements[i])
        for mode, matrix in stage.jacobians.items():
            column = matrix[:, i]
            verdicts, found = _judged(ladder, column, stage, i)
            verdicts[np.isnan(column) & stage.masked[mode][:, i]] = UNDECIDED
            for j in np.flatnonzero(verdicts == WRONG):
                best, error = float(found.best[j]), float(TRUST * found.error[j])
                report.mistakes.append(
                    Mistake(
                        "wrong derivative", name, index, stage.outputs[j], best, float(column[j]), error,
                        stage.order, mode, stage.where,
                    )
                )  # fmt: skip
            if count and mode == "reverse":
                report.entries += verdicts.size
                report.undecided += int(np.sum(verdicts == UNDECIDED))
                report.kinks += [
                    Kink(name, index, stage.outputs[j], float(found.left[j]), float(found.right[j]), float(column[j]),
                         stage.order)
                    for j in np.flatnonzero(verdicts == KINK)
                ]  # fmt: skip


def agrees_along(stage: Stage, direction: Array) -> bool:
    """Whether the derivatives along the direction are not seen to be wrong, in any mode."""
    elements = flat(stage.args)
    relative = direction * np.where(elements == 0.0, 1.0, np.abs(elements))
    found = slopes(stage.line(relative), 0.125)
    with np.errstate(all="ignore"):
        ours = [matrix @ relative for matrix in stage.jacobians.values()]
        scale = max([stage.scale, *(largest(np.abs(matrix) @ np.abs(relative)) for matrix in stage.jacobians.values())])
    return not any(
        np.any(judge(found, each, scale, max(stage.slack, stage.rounding * scale)) == WRONG) for each in ours
    )


def judge(found: Slopes, ours: Array, scale: float, slack: float) -> Array:
    """For each output RIGHT, WRONG, UNDECIDED, or a KINK with ours between its two sides."""
    with np.errstate(all="ignore"):
        allowed = TRUST * found.error + ROUNDING * scale
        off = np.abs(ours - found.best)
        size = np.maximum(np.maximum(np.abs(ours), np.abs(found.best)), scale)
        known = np.isfinite(allowed) & np.isfinite(found.best)
        sharp = known & (allowed <= _DIGITS * size + np.finfo(np.float64).tiny)
        verdicts = np.where(off <= allowed + slack, np.where(sharp & (off <= allowed), RIGHT, UNDECIDED), WRONG)
        verdicts = np.where(np.isnan(ours), np.where(known & (allowed <= 1e-3 * scale), WRONG, UNDECIDED), verdicts)
        infinite = np.isinf(ours)
        verdicts = np.where(infinite & (found.diverging == np.sign(ours)), RIGHT, verdicts)
        verdicts = np.where(known | infinite & (found.diverging != 0), verdicts, UNDECIDED)
        around = TRUST * (found.left_error + found.right_error) + slack
        inside = (np.fmin(found.left, found.right) - around <= ours) & (
            ours <= np.fmax(found.left, found.right) + around
        )
        return np.asarray(np.where(found.kink, np.where(inside, KINK, WRONG), verdicts))


def _judged(ladder: Callable[[float], Slopes], ours: Array, stage: Stage, i: int) -> tuple[Array, Slopes]:
    """The verdicts on a column, from as many ladders as are needed: right is who is right on one of them."""
    verdicts = np.full(ours.shape, UNDECIDED)
    wrong = np.zeros(ours.shape, int)
    kept: Slopes | None = None
    for factor in _LADDERS:
        found = ladder(factor)
        fresh = judge(found, ours, stage.scale, stage.slack)
        if kept is None:
            kept = found
        open_ = (verdicts != RIGHT) & (verdicts != KINK)
        better = open_ & ((found.error < kept.error) | (fresh == KINK))
        kept = Slopes(*(np.where(better, new, old) for new, old in zip(found, kept, strict=True)))
        verdicts = np.where(open_ & ((fresh == RIGHT) | (fresh == KINK)), fresh, verdicts)
        wrong += fresh == WRONG
        if np.all((verdicts == RIGHT) | (verdicts == KINK)):
            break
    assert kept is not None
    suspects = (verdicts == UNDECIDED) & (wrong > 1)
    if np.any(suspects):
        excused = np.abs(ours - kept.best) <= TRUST * (kept.error + stage.unrest[:, i])
        verdicts = np.where(suspects & ~(excused & ~kept.kink), WRONG, verdicts)
    return verdicts, kept


def _jacobians(subject: Subject, args: Arguments) -> dict[str, Array]:
    value = outcome(subject, args)
    size = sum(np.size(x) for x in args)
    upstreams = [unit[0] for unit in units([value])]
    with np.errstate(all="ignore"):
        rows = [flat([data_of(g) for g in gradient]) for gradient in subject.reverse(args, upstreams)]
        columns = subject.forward(args, units(args))
    matrices = {"reverse": np.array(rows).reshape(np.size(value), size)}
    if columns is not None:
        matrices["forward"] = np.array([flat([c]) for c in columns]).reshape(size, np.size(value)).T
    return matrices


def _compare_recorded(subject: Gradient, stage: Stage, report: Report) -> None:
    """A recorded sweep gives the same gradient as a plain one."""
    plain, recorded = (flat([x]) for x in (subject.value(stage.args), data_of(subject.f(*map(leaf, stage.args)))))
    with np.errstate(all="ignore"):
        off = np.abs(plain - recorded) > 1e-10 * largest(plain)
    for j in np.flatnonzero(off | (np.isnan(plain) != np.isnan(recorded))):
        what = f"a recorded sweep differs from a plain one in {stage.outputs[j]}"
        numbers = float(plain[j]), float(recorded[j]), None
        report.mistakes.append(Mistake(what, None, None, None, *numbers, stage.order - 1, "reverse", stage.where))


def _ladders(line: Line, x: float) -> Callable[[float], Slopes]:
    """The slopes at an element by the length of the ladder, computed once for all modes.

    The largest step is a power of 2, so that x ± step is exact; where x is small there are more steps, down to it.
    """
    exponent = int(np.frexp(x)[1]) if abs(x) > 1e-12 else 0
    top, steps = 2.0 ** max(exponent, 0) / 8.0, STEPS + max(0, -6 - exponent)
    return cache(lambda factor: slopes(line, factor * top, steps))
