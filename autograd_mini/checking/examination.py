"""The course of a check: the given point in full, then other points along one direction each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice

import numpy as np

from ..errors import GradientError
from ..node import Node
from .behaviour import forms, state
from .behaviour.neighbours import check_steps, find_jump, find_suspects
from .behaviour.upstreams import check_upstreams
from .comparing.assumptions import Assumptions, measure_assumptions
from .comparing.compare import agrees_along, compare
from .comparing.extremes import is_simple
from .comparing.stage import Stage
from .comparing.ties import find_contradictions, find_nans, meets_infinity
from .effort import Options
from .explaining.diagnosis import diagnose
from .explaining.words import show_index
from .localising.localise import localise
from .numbers.vectors import copies, flat, name_elements, name_outputs, shape_like, sizes_of, widen
from .points import ONE_ZERO, Points, draw_extremes, draw_points, draw_ties
from .report import Point, Report
from .subjects.filling import Filling
from .subjects.foreign import Foreign
from .subjects.subject import Arguments, Recorded, Subject, evaluate, jacobian, try_value
from .subjects.trials import Trial, words_of
from .telling.mistakes import GIVEN, Mistake

_PLANES = 5  # directions at ties
_ONCE = "orders above 1: the gradient, or a part of it, has no derivatives itself"


def examine(subject: Subject, filling: Filling, options: Options) -> Report:
    """All of it, in the order in which one would want to hear of mistakes; GradientError where there are some."""
    check = _Examination(subject, filling, options)
    effort, order, given = options.effort, options.order, filling.varying
    check.note_point(GIVEN, given)
    wide = widen(given)
    with np.errstate(all="ignore"):
        check.witness.note(copies(given), check.random)
        check.run(forms.check_forms, given)
        check.find_changes_of_the_rest()
        check.stop_at_mistakes()  # what has the wrong shape cannot be compared
        check.run(partial(state.check_repeats, times=effort.repeats), given)
        check.stop_at_mistakes()  # nor what is another number each time
        check.run(forms.check_rules, given)
        check.run(state.check_state, given)
        check.run(state.check_memory, given)
        check.stop_at_mistakes()
        points = draw_points(wide, check.random)
        check.assumed = measure_assumptions(subject, wide, list(points.values()), options.tolerance)
        check.report.remarks += [*_tell_strange_arguments(wide, subject.names), *check.assumed.remarks]
        if any(isinstance(x, np.ndarray) and x.dtype == np.float32 for x in given):
            check.run_assuming(forms.check_single_precision, given)
        check.run_assuming(check_upstreams, wide)
        check.compare_orders(wide, GIVEN, order, check.compare_all)
        check.run_assuming(forms.check_shared_arguments, wide)
        check.run_assuming(forms.check_each_alone, wide)
        if options.elsewhere:
            if effort.layouts:
                check.run_assuming(forms.check_layouts, wide)
            check.stop_at_mistakes()
            if effort.caches:
                check.run_assuming(check_steps, wide)
                check.stop_at_mistakes()
                check.look_at_neighbours(wide)
            for _ in range(effort.rounds):
                check.look_elsewhere(points, order)
                check.look_at_ties(wide)
                check.look_at_extremes(wide)
                points = draw_points(wide, check.random)
        check.report.mistakes += check.witness.ask_again()
        check.find_changes_of_the_rest()
        check.stop_at_mistakes()
    return check.report


class _Examination:
    """What all parts of a check share: the subject, the report, and all that is random."""

    def __init__(self, subject: Subject, filling: Filling, options: Options) -> None:
        self.subject, self.filling, self.effort = subject, filling, options.effort
        self.random = np.random.default_rng(options.seed)
        left_out = subject.left_out if isinstance(subject, Foreign) else ()
        self.report = Report(left_out=self.effort.left_out + left_out, options=options._asdict())
        self.witness = state.Witness(subject)
        self.assumed = Assumptions()
        self.args: Arguments = ()  # of the point that is looked at

    def run(self, part: Callable[..., Iterable[Mistake]], args: Arguments) -> None:
        """One part of the check; where it finds a mistake, these arguments are where to look closer."""
        self.args = args
        self.report.mistakes += part(self.subject, args, self.random)

    def run_assuming(self, part: Callable[..., Iterable[Mistake]], args: Arguments) -> None:
        """The same, of a part that judges numbers."""
        self.run(partial(part, assumed=self.assumed), args)

    def note_point(self, where: str, args: Arguments) -> None:
        """A point that is looked at, as f is given it."""
        self.report.points.append(Point(where, self.filling.copied(args)))

    def find_changes_of_the_rest(self) -> None:
        """A Mistake for each argument of which a call so far has changed what does not vary."""
        self.report.mistakes += [Mistake(f"{who} changes", name) for who, name in self.filling.changes]

    def stop_at_mistakes(self) -> None:
        """Raise if there are some, with what is to blame for them where the engine sees into f."""
        if self.report.mistakes:
            if isinstance(self.subject, Recorded):
                order = min(mistake.order for mistake in self.report.mistakes)
                self.report.faults = localise(self.subject, widen(self.args), order, self.random)
            raise GradientError(self.report)

    def has_value(self, args: Arguments) -> bool:
        """Whether f has a finite value there: else the point is outside of its domain."""
        value = try_value(self.subject, args)
        return value is not None and bool(np.all(np.isfinite(value)))

    def look_elsewhere(self, points: Points, order: int) -> None:
        """At points of all kinds, wherever f has a value."""
        compare_one = self.compare_closely if self.effort.whole else self.compare_along
        for i, (where, args) in enumerate(islice(points.items(), self.effort.points)):
            if self.has_value(args):
                # Higher orders take nearly all the time: at every second point.
                self.compare_orders(args, where, order if i % 2 == 0 or self.effort.whole else 1, compare_one)
                self.stop_at_mistakes()
                self.witness.note(args, self.random)

    def look_at_ties(self, wide: Arguments) -> None:
        """Where elements are zero or equal, which few points are by chance; there f bends: the first order alone."""
        for where, args in islice(draw_ties(wide, self.random).items(), self.effort.ties):
            if not self.has_value(args):
                continue
            with Trial() as trial:
                rows = jacobian(self.subject, args)
            if trial.error is not None:  # it says so, at a point where nobody asked
                continue
            if np.any(np.isnan(rows)):
                self.compare_orders(args, where, 1, self.compare_nans)
            else:
                self.compare_orders(args, where, 1, self.compare_along if where in ONE_ZERO else self.compare_tied)
            self.stop_at_mistakes()

    def look_at_extremes(self, wide: Arguments) -> None:
        """At tiny and huge numbers, where few functions are simple enough to be judged: the first order alone."""
        for where, args in draw_extremes(wide, self.random).items():
            if self.has_value(args) and not meets_infinity(self.subject, args):
                self.compare_orders(args, where, 1, self.compare_simple)
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
            self.report.mistakes += find_jump(self.subject, args, where, self.assumed)
            self.stop_at_mistakes()

    def compare_orders(self, args: Arguments, where: str, order: int, compare_one: Callable[[Stage], bool]) -> None:
        """Order by order at a point, as long as nothing is wrong."""
        if where != GIVEN:
            self.note_point(where, args)
        self.args = args
        with Trial() as trial:
            shape = np.shape(evaluate(self.subject, args))
            outputs = name_outputs("f", "f's", shape)
            stage: Stage | None = Stage(self.subject, args, outputs, 1, where, self.assumed)
            while stage is not None and compare_one(stage) and stage.order < order:
                stage = stage.next(self.random)
            if stage is None and _ONCE not in self.report.left_out:
                self.report.left_out += (_ONCE,)
        if trial.error is not None:
            what = f"f has a value, but its gradient fails: {words_of(trial.error)}"
            self.report.mistakes.append(Mistake(what, where=where))

    def compare_all(self, stage: Stage) -> bool:
        """The full Jacobian; whether nothing is wrong."""
        compare(stage, self.report)
        self.diagnose(stage)
        return not self.report.mistakes

    def compare_along(self, stage: Stage) -> bool:
        """One random direction, and the full Jacobian where something looks wrong; whether all is finite and right."""
        return not self.report.mistakes if self.looks_right(stage) else self.compare_closely(stage)

    def looks_right(self, stage: Stage) -> bool:
        """Whether f is finite there, and its derivatives along one random direction are not seen to be wrong."""
        size = sum(np.size(x) for x in stage.args)
        direction = self.random.choice([-1.0, 1.0], size) * self.random.uniform(0.5, 1.0, size)
        return bool(np.all(np.isfinite(stage.subject.value(stage.args)))) and agrees_along(stage, direction)

    def compare_tied(self, stage: Stage) -> bool:
        """Directions in which ties stay ties, and in which not; whether all is right where f is smooth along them.

        Where kinks meet, the rules of right functions may give what is no derivative of their composition.
        """
        elements = flat(stage.args)
        _, group = np.unique(elements, return_inverse=True)
        apart = self.random.normal(size=(_PLANES, group.size))
        tied = np.where(elements == 0.0, apart, apart[:, group.ravel()])
        contradictions = [mistake for d in (tied, apart) for mistake in find_contradictions(stage, d[0], d[1:])]
        if contradictions and self.assumed.coarsest:
            return True  # whose steps are coarser than what ties are told by
        if contradictions and self.compare_closely(stage):  # which would say it element by element
            self.report.mistakes += contradictions
        return not contradictions

    def compare_simple(self, stage: Stage) -> bool:
        """The same where f is simple enough, which is asked where something looks wrong; whether nothing is."""
        return self.looks_right(stage) or not is_simple(stage) or self.compare_closely(stage)

    def compare_nans(self, stage: Stage) -> bool:
        """Whether nan stands where there is no derivative."""
        self.report.mistakes += find_nans(stage, self.random)
        return not self.report.mistakes

    def compare_closely(self, stage: Stage) -> bool:
        """The full Jacobian away from the given point; whether all is finite and right."""
        if not np.all(np.isfinite(stage.subject.value(stage.args))):
            return False
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


def _tell_strange_arguments(args: Arguments, names: Sequence[str]) -> Iterator[str]:
    """In words, which of them are nan or infinite."""
    elements = flat(args)
    strange = np.flatnonzero(~np.isfinite(elements))
    for i in strange[:1]:
        name, index = name_elements(args, names)[i]
        more = f", and {strange.size - 1} more are nan or infinite" if strange.size > 1 else ""
        yield f"{name}{show_index(index)} is {elements[i]:g}{more}: no derivative can be compared there"
