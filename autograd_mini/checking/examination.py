"""The course of a check: the given point in full, then other points along one direction each."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..errors import GradientError
from . import conduct
from .compare import ROUNDING, Stage, agrees_along, compare
from .report import Mistake, Report
from .subjects import Arguments, Subject, outcome
from .vectors import flat, largest, shaped

_COARSE = 1e-9  # of the largest number: what rounding may take where a function is stretched beyond its usual domain


def examine(subject: Subject, given: Arguments, order: int, elsewhere: bool, seed: int) -> Report:
    """All of it, in the order in which one would want to hear of mistakes; GradientError at the first stop."""
    report, random = Report(), np.random.default_rng(seed)

    def look(part: Any, args: Arguments) -> None:
        report.mistakes += part(subject, args, random)

    with np.errstate(all="ignore"):
        look(conduct.forms, given)
        _stop_at_mistakes(report)  # what has the wrong shape cannot be compared
        look(conduct.rules, given)
        look(conduct.state, given)
        wide = conduct.widened(given)
        if any(isinstance(x, np.ndarray) and x.dtype == np.float32 for x in given):
            look(conduct.single_precision, given)
        look(conduct.upstreams, wide)
        points = list(_points(wide, random))
        natural = _natural_size(subject, [wide, *(args for _, args in points)])
        _in_full(subject, wide, order, natural, report, random)
        if elsewhere:
            look(conduct.layouts, wide)
        look(conduct.twice, wide)
        if elsewhere and not report.mistakes:
            for i, (where, args) in enumerate(points):
                # Higher orders take nearly all the time: at every second point.
                _at_a_glance(subject, args, order if i % 2 == 0 else 1, where, natural, report, random)
    _stop_at_mistakes(report)
    return report


def _natural_size(subject: Subject, points: list[Arguments]) -> float:
    """How large f's values usually are: where one is much smaller, it is what rounding left of numbers as large."""
    values = [conduct.attempt(subject, args) for args in points]
    sizes = [largest(np.asarray(value)) for value in values if value is not None and np.all(np.isfinite(value))]
    return float(np.median(sizes)) if sizes else 0.0


def _stop_at_mistakes(report: Report) -> None:
    if report.mistakes:
        raise GradientError(report)


def _in_full(
    subject: Subject, args: Arguments, order: int, natural: float, report: Report, random: np.random.Generator
) -> None:
    """The full Jacobian at the given point, order by order."""
    where = "the given point"
    report.points += 1
    try:
        stage: Stage | None = _first_stage(subject, args, where, ROUNDING, natural)
        while stage is not None and stage.order <= order:
            compare(stage, report)
            if not np.all(np.isfinite(stage.jacobians["reverse"])):
                report.diagnosis = report.diagnosis or stage.subject.diagnosis(stage.args)
            stage = None if report.mistakes else stage.next(random)
    except Exception as error:
        report.mistakes.append(_failed(error, where))


def _at_a_glance(
    subject: Subject,
    args: Arguments,
    order: int,
    where: str,
    natural: float,
    report: Report,
    random: np.random.Generator,
) -> None:
    """A random direction at a point, order by order; the full Jacobian where something looks wrong."""
    value = conduct.attempt(subject, args)
    if value is None or not np.all(np.isfinite(value)):  # outside f's domain
        return
    report.points += 1
    try:
        stage: Stage | None = _first_stage(subject, args, where, _COARSE, max(natural, largest(np.asarray(value))))
        while stage is not None and stage.order <= order and np.all(np.isfinite(stage.subject.value(stage.args))):
            size = sum(np.size(x) for x in stage.args)
            if not agrees_along(stage, random.choice([-1.0, 1.0], size) * random.uniform(0.5, 1.0, size)):
                compare(stage, report, count=False)
            stage = stage.next(random)
    except Exception as error:
        report.mistakes.append(_failed(error, where))


def _first_stage(subject: Subject, args: Arguments, where: str, rounding: float, least_size: float) -> Stage:
    shape = np.shape(outcome(subject, args))
    outputs = ["f"] if shape == () else [f"f's element {index}" for index in np.ndindex(shape)]
    return Stage(subject, args, outputs, 1, where, rounding, least_size)


def _failed(error: Exception, where: str) -> Mistake:
    return Mistake(f"f has a value, but its gradient fails: {type(error).__name__}: {error}", where=where)


def _points(args: Arguments, random: np.random.Generator) -> Iterator[tuple[str, list[Any]]]:
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
        "a point of equal numbers": np.full(shape, random.normal()),
    }
    for name, point in points.items():
        yield name, shaped(point, args)
