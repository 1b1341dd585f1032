"""The course of a check: the given point in full, then other points along one direction each."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..errors import GradientError
from . import behaviour
from .compare import ROUNDING, Stage, agrees_along, compare
from .localise import localise
from .report import Mistake, Report
from .subjects import NOT_ABOUT_NUMBERS, Arguments, Recorded, Subject, evaluate, try_value
from .vectors import flat, largest, shape_like

_COARSE = 1e-9  # of the largest number: what rounding may take where a function is stretched beyond its usual domain


def examine(subject: Subject, given: Arguments, order: int, elsewhere: bool, seed: int) -> Report:
    """All of it, in the order in which one would want to hear of mistakes; GradientError where there are some."""
    check = _Examination(subject, np.random.default_rng(seed))
    wide = behaviour.widen(given)
    points = _points(wide, check.random)
    with np.errstate(all="ignore"):
        check.run(behaviour.check_forms, given)
        check.stop_at_mistakes()  # what has the wrong shape cannot be compared
        check.run(behaviour.check_rules, given)
        check.run(behaviour.check_state, given)
        if any(isinstance(x, np.ndarray) and x.dtype == np.float32 for x in given):
            check.run(behaviour.check_single_precision, given)
        check.run(behaviour.check_upstreams, wide)
        check.measure_size([wide, *points.values()])
        check.compare_orders(wide, "the given point", order, ROUNDING, check.compare_all)
        check.run(behaviour.check_shared_arguments, wide)
        if elsewhere:
            check.run(behaviour.check_layouts, wide)
            check.stop_at_mistakes()
            for i, (where, args) in enumerate(points.items()):
                value = try_value(subject, args)
                if value is not None and np.all(np.isfinite(value)):  # else outside f's domain
                    # Higher orders take nearly all the time: at every second point.
                    check.compare_orders(args, where, order if i % 2 == 0 else 1, _COARSE, check.compare_along)
                    check.stop_at_mistakes()
        check.stop_at_mistakes()
    return check.report


class _Examination:
    """What all parts of a check share: the subject, the report, and all that is random."""

    def __init__(self, subject: Subject, random: np.random.Generator) -> None:
        self.subject, self.random = subject, random
        self.report = Report()
        self.natural_size = 0.0
        self.args: Arguments = ()  # of the point that is looked at

    def run(self, part: Callable[..., Iterable[Mistake]], args: Arguments) -> None:
        """One part of `behaviour`."""
        self.args = args
        self.report.mistakes += part(self.subject, args, self.random)

    def stop_at_mistakes(self) -> None:
        """Raise if there are some, with what is to blame for them where the engine sees into f."""
        if self.report.mistakes:
            if isinstance(self.subject, Recorded):
                order = min(mistake.order for mistake in self.report.mistakes)
                self.report.faults = localise(self.subject, behaviour.widen(self.args), order, self.random)
            raise GradientError(self.report)

    def measure_size(self, points: list[list[Any]]) -> None:
        """How large f's values usually are: where one is far smaller, it is what rounding left of numbers as large."""
        values = [try_value(self.subject, args) for args in points]
        sizes = [largest(np.asarray(value)) for value in values if value is not None and np.all(np.isfinite(value))]
        self.natural_size = float(np.median(sizes)) if sizes else 0.0

    def compare_orders(
        self, args: Arguments, where: str, order: int, rounding: float, compare_one: Callable[[Stage], bool]
    ) -> None:
        """Order by order at a point, as long as nothing is wrong."""
        self.report.points += 1
        self.args = args
        try:
            shape = np.shape(evaluate(self.subject, args))
            outputs = ["f"] if shape == () else [f"f's element {index}" for index in np.ndindex(shape)]
            stage: Stage | None = Stage(self.subject, args, outputs, 1, where, rounding, self.natural_size)
            while stage is not None and stage.order <= order and compare_one(stage):
                stage = stage.next(self.random)
        except NOT_ABOUT_NUMBERS:
            raise
        except Exception as error:
            what = f"f has a value, but its gradient fails: {type(error).__name__}: {error}"
            self.report.mistakes.append(Mistake(what, where=where))

    def compare_all(self, stage: Stage) -> bool:
        """The full Jacobian; whether nothing is wrong."""
        compare(stage, self.report)
        self.diagnose(stage)
        return not self.report.mistakes

    def compare_along(self, stage: Stage) -> bool:
        """One random direction, and the full Jacobian where something looks wrong; whether all is finite and right."""
        if not np.all(np.isfinite(stage.subject.value(stage.args))):
            return False
        size = sum(np.size(x) for x in stage.args)
        if not agrees_along(stage, self.random.choice([-1.0, 1.0], size) * self.random.uniform(0.5, 1.0, size)):
            closer = Report()  # counted and named is the given point alone
            compare(stage, closer)
            self.report.mistakes += closer.mistakes
        if self.report.mistakes:
            self.diagnose(stage)
        return not self.report.mistakes

    def diagnose(self, stage: Stage) -> None:
        """Say where nan and infinities come from, if there are any; the first such stage is the one to look at."""
        if not self.report.diagnosis and not np.all(np.isfinite(stage.rows)):
            self.report.diagnosis = stage.subject.diagnose(stage.args)


def _points(args: Arguments, random: np.random.Generator) -> dict[str, list[Any]]:
    """Points near the given one, with other signs, larger, smaller, and anywhere."""
    x = flat(args)
    shape = x.shape
    near = x + 0.1 * np.where(x == 0.0, 1.0, np.abs(x)) * random.normal(size=shape)
    signs = random.choice([-1.0, 1.0], shape)
    points = {
        "a point nearby": near,
        "a point with other signs": np.abs(near) * signs,
        "a point with the signs opposite to those": np.abs(near) * -signs,
        "a point 10 times as large": 10.0 * near,
        "a point 100 times as large": 100.0 * np.abs(near) * signs,
        "a point 100 times as large, the signs opposite": 100.0 * np.abs(near) * -signs,
        "a point 100 times as small": 0.01 * near,
        "a point of mixed magnitudes": signs * 10.0 ** random.uniform(-2.0, 2.0, shape),
        "a point between -1 and 1": random.uniform(-1.0, 1.0, shape),
        "a random point": random.normal(size=shape),
        "a random point between 0 and 4": random.uniform(0.0, 4.0, shape),
    }
    found = {name: shape_like(point, args) for name, point in points.items()}
    alike = {np.shape(x): x for x in reversed(found["a random point"])}  # by shape the first argument
    return {**found, "a point of equal arguments": [np.copy(alike[np.shape(x)])[()] for x in args]}
