"""The course of a check: the given point in full, then other points along one direction each."""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from ..errors import GradientError
from ..node import Node
from .behaviour import forms, state
from .behaviour.neighbours import check_steps, find_jump, find_suspects
from .behaviour.upstreams import check_upstreams
from .comparing.assumptions import Assumptions, measure_assumptions
from .comparing.compare import agrees_along, compare
from .comparing.stage import Stage
from .comparing.ties import find_contradictions, find_nans
from .effort import QUICK, THOROUGH, USUAL, Effort
from .explaining.diagnosis import diagnose
from .localising.localise import localise
from .numbers.vectors import Array, copies, flat, shape_like, sizes_of, widen
from .points import ONE_ZERO, Points, draw_points, draw_ties
from .report import Point, Report
from .subjects.subject import NOT_ABOUT_NUMBERS, Arguments, Recorded, Subject, evaluate, jacobian, try_value, words_of
from .telling.mistakes import Mistake

_PLANES = 5  # directions at ties


def examine(
    subject: Subject,
    given: Arguments,
    order: int,
    elsewhere: bool,
    seed: int,
    effort: Effort = USUAL,
    tolerance: float = 0.0,
) -> Report:
    """All of it, in the order in which one would want to hear of mistakes; GradientError where there are some."""
    how_much = {"quick": effort is QUICK, "thorough": effort is THOROUGH}
    options = {"order": order, "elsewhere": elsewhere, "seed": seed, "tolerance": tolerance, **how_much}
    check = _Examination(subject, np.random.default_rng(seed), effort, options)
    check.note_point(Mistake.where, given)
    wide = widen(given)
    with np.errstate(all="ignore"):
        check.witness.note(copies(given), check.random)
        check.run(forms.check_forms, given)
        check.stop_at_mistakes()  # what has the wrong shape cannot be compared
        check.run(partial(state.check_repeats, times=effort.repeats), given)
        check.stop_at_mistakes()  # nor what is another number each time
        check.run(forms.check_rules, given)
        check.run(state.check_state, given)
        check.run(state.check_memory, given)
        check.stop_at_mistakes()
        if any(isinstance(x, np.ndarray) and x.dtype == np.float32 for x in given):
            check.run(forms.check_single_precision, given)
        check.run(check_upstreams, wide)
        points = draw_points(wide, check.random)
        check.assumed = measure_assumptions(subject, wide, list(points.values()), tolerance)
        check.report.remarks += check.assumed.remarks
        check.compare_orders(wide, "the given point", order, check.compare_all)
        check.run(forms.check_shared_arguments, wide)
        check.run(forms.check_each_alone, wide)
        if elsewhere:
            if effort.layouts:
                check.run(forms.check_layouts, wide)
            check.stop_at_mistakes()
            if effort.caches:
                check.run(check_steps, wide)
                check.stop_at_mistakes()
                check.look_at_neighbours(wide)
            for _ in range(effort.rounds):
                check.look_elsewhere(points, order)
                check.look_at_ties(wide)
                points = draw_points(wide, check.random)
        check.report.mistakes += check.witness.ask_again()
        check.report.mistakes += forms.find_changes_of_the_rest(subject)
        check.stop_at_mistakes()
    return check.report


class _Examination:
    """What all parts of a check share: the subject, the report, and all that is random."""

    def __init__(self, subject: Subject, random: np.random.Generator, effort: Effort, options: dict[str, Any]) -> None:
        self.subject, self.random, self.effort = subject, random, effort
        self.report = Report(left_out=effort.left_out, options=options)
        self.witness = state.Witness(subject)
        self.assumed = Assumptions()
        self.args: Arguments = ()  # of the point that is looked at

    def run(self, part: Callable[..., Iterable[Mistake]], args: Arguments) -> None:
        """One part of the check; where it finds a mistake, these arguments are where to look closer."""
        self.args = args
        self.report.mistakes += part(self.subject, args, self.random)

    def note_point(self, where: str, args: Arguments) -> None:
        """A point that is looked at, as f is given it."""
        self.report.points.append(Point(where, self.subject.nest(args)))

    def stop_at_mistakes(self) -> None:
        """Raise if there are some, with what is to blame for them where the engine sees into f."""
        if self.report.mistakes:
            if isinstance(self.subject, Recorded):
                order = min(mistake.order for mistake in self.report.mistakes)
                self.report.faults = localise(self.subject, widen(self.args), order, self.random)
            raise GradientError(self.report)

    def look_elsewhere(self, points: Points, order: int) -> None:
        """At points of all kinds, wherever f has a value."""
        compare_one = self.compare_closely if self.effort.whole else self.compare_along
        for i, (where, args) in enumerate(islice(points.items(), self.effort.points)):
            value = try_value(self.subject, args)
            if value is not None and np.all(np.isfinite(value)):  # else outside f's domain
                # Higher orders take nearly all the time: at every second point.
                self.compare_orders(args, where, order if i % 2 == 0 or self.effort.whole else 1, compare_one)
                self.stop_at_mistakes()
                self.witness.note(args, self.random)

    def look_at_ties(self, wide: Arguments) -> None:
        """Where elements are zero or equal, which few points are by chance; there f bends: the first order alone."""
        for where, args in islice(draw_ties(wide, self.random).items(), self.effort.ties):
            value = try_value(self.subject, args)
            if value is None or not np.all(np.isfinite(value)):
                continue
            try:
                rows = jacobian(self.subject, args)
            except NOT_ABOUT_NUMBERS:
                raise
            except Exception:  # it says so, at a point where nobody asked
                continue
            if np.any(np.isnan(rows)):
                self.compare_orders(args, where, 1, self.compare_nans)
            else:
                self.compare_orders(args, where, 1, self.compare_along if where in ONE_ZERO else self.compare_tied)
            self.stop_at_mistakes()

    def look_at_neighbours(self, wide: Arguments) -> None:
        """Where a gradient is that of another point to the last bit: it must be right here, too."""
        x = flat(wide)
        base = shape_like(x + 0.1 * sizes_of(wide) * self.random.normal(size=x.shape), wide)
        if try_value(self.subject, base) is None:
            base = list(wide)
        for where, args in find_suspects(self.subject, base, self.random):
            self.compare_orders(args, where, 1, self.compare_along)
            self.stop_at_mistakes()
            self.report.mistakes += find_jump(self.subject, args, where)
            self.stop_at_mistakes()

    def compare_orders(self, args: Arguments, where: str, order: int, compare_one: Callable[[Stage], bool]) -> None:
        """Order by order at a point, as long as nothing is wrong."""
        if where != Mistake.where:
            self.note_point(where, args)
        self.args = args
        try:
            shape = np.shape(evaluate(self.subject, args))
            outputs = ["f"] if shape == () else [f"f's element {index}" for index in np.ndindex(shape)]
            stage: Stage | None = Stage(self.subject, args, outputs, 1, where, self.assumed)
            while stage is not None and stage.order <= order and compare_one(stage):
                stage = stage.next(self.random)
        except NOT_ABOUT_NUMBERS:
            raise
        except Exception as error:
            what = f"f has a value, but its gradient fails: {words_of(error)}"
            self.report.mistakes.append(Mistake(what, where=where))

    def compare_all(self, stage: Stage) -> bool:
        """The full Jacobian; whether nothing is wrong."""
        compare(stage, self.report)
        self.diagnose(stage)
        return not self.report.mistakes

    def compare_along(self, stage: Stage) -> bool:
        """One random direction, and the full Jacobian where something looks wrong; whether all is finite and right."""
        size = sum(np.size(x) for x in stage.args)
        return self._compare_along(stage, [self.random.choice([-1.0, 1.0], size) * self.random.uniform(0.5, 1.0, size)])

    def compare_tied(self, stage: Stage) -> bool:
        """Directions in which ties stay ties, and in which not; whether all is right where f is smooth along them.

        Where kinks meet, the rules of right functions may give what is no derivative of their composition.
        """
        elements = flat(stage.args)
        _, group = np.unique(elements, return_inverse=True)
        apart = self.random.normal(size=(_PLANES, group.size))
        tied = np.where(elements == 0.0, apart, apart[:, group.ravel()])
        contradictions = [mistake for d in (tied, apart) for mistake in find_contradictions(stage, d[0], d[1:])]
        if contradictions and np.any(self.assumed.is_single):
            return True  # whose steps are coarser than what ties are told by
        if contradictions and self.compare_closely(stage):  # which would say it element by element
            self.report.mistakes += contradictions
        return not contradictions

    def compare_nans(self, stage: Stage) -> bool:
        """Whether nan stands where there is no derivative."""
        self.report.mistakes += find_nans(stage, self.random)
        return not self.report.mistakes

    def compare_closely(self, stage: Stage) -> bool:
        """The full Jacobian away from the given point; whether all is finite and right."""
        return self._compare_along(stage, [])

    def _compare_along(self, stage: Stage, directions: list[Array]) -> bool:
        if not np.all(np.isfinite(stage.subject.value(stage.args))):
            return False
        if not directions or not all(agrees_along(stage, direction) for direction in directions):
            closer = Report()  # counted and named is the given point alone
            compare(stage, closer)
            self.report.mistakes += closer.mistakes
        if self.report.mistakes:
            self.diagnose(stage)
        return not self.report.mistakes

    def diagnose(self, stage: Stage) -> None:
        """Say where nan and infinities come from, if the engine sees it; the first such stage is the one to look at."""
        if self.report.diagnosis or not isinstance(stage.subject, Recorded) or np.all(np.isfinite(stage.rows)):
            return
        run = partial(stage.subject.run, stage.args)
        if isinstance(run()[0], Node):
            self.report.diagnosis = diagnose(lambda: run()[0])
