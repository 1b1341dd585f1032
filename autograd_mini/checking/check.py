"""check_gradients: is a function's gradient what its values say?"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import KindError
from ..node import data_of
from . import conduct
from .compare import ROUNDING, Stage, agrees_along, compare
from .elsewhere import elsewhere
from .report import GradientError, Mistake, Report
from .subjects import Handwritten, Recorded, Subject, outcome

_COARSE = 1e-9  # of the largest number: what rounding may take where a function is stretched beyond its usual domain


def check_gradients(
    f: Callable[..., Any],
    *args: Any,
    order: int = 2,
    gradient: Callable[..., Any] | None = None,
    points: bool = True,
    layouts: bool = True,
    seed: int = 0,
) -> Report:
    """Compare all derivatives of f at args with differences of its values; raise where any is wrong.

    f: gives a number or an array. args: floats and arrays of float32 or float64, of any shapes; f is differentiated
    by these, and given anything else (whole numbers, booleans, strings, None) as it is.
    gradient: None for a function of Values and Tensors, whose derivatives are the engine's. Else f is a function of
    plain floats and arrays, and gradient(g, *args) a backward pass written by hand: from the gradient g with respect
    to f's value, in its shape, it gives the gradient of each argument (one, or a tuple of them).
    order: up to which order; 2 compares the recorded gradient with differences of the gradient.
    points: look at other points too, where f is defined, nearby or with other signs and magnitudes; along one random
    direction each, which every wrong element shows in, and at higher orders at every third point.
    layouts: look at Fortran order, negative strides, slices and read-only arrays too. seed: of all that is random.

    What is looked at: the full Jacobian in reverse and forward mode; the gradients' shapes, dtypes and memory;
    that they are linear in the upstream gradient; that nothing given is changed; f(x, x). At a kink ours must lie
    between the one-sided derivatives, and the report names it. Made for small arguments: a Jacobian of n × m
    numbers takes some 50 n evaluations of f. Arguments of float32 are compared in double precision first.

    Method: Richardson's extrapolation over a ladder of steps with Ridders' error estimate, the noise of f measured,
    the steps balanced by Lepskii's principle (`differences.py`). A derivative is wrong if it is off by more than 10
    estimated errors on several ladders; a factor of 1 + 1e-6 is noticed where f is computed in double precision.
    Limit: where terms cancel until nothing is left of them but rounding (the second derivative of the softmax of
    numbers far apart), differences see a staircase, and may take its steps for f.

    Returns a Report: how much was compared, the kinks, and how many entries could not be decided.
    Raises GradientError, an AssertionError, which says what is wrong in which argument and element; KindError where
    there is nothing to differentiate.

    >>> import numpy as np
    >>> from autograd_mini.checking import check_gradients
    >>> print(check_gradients(lambda x: abs(x).sum(), np.array([1.0, 0.0]), order=1, points=False))
    2 derivatives, 0 undecided; points looked at: 1
    kink of order 1: argument 0 at (1,), of f: -1 from the left, 1 from the right, 0 taken
    >>> check_gradients(np.square, 3.0, gradient=lambda g, x: 2.001 * x * g)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    autograd_mini.checking.report.GradientError: check_gradients found 1 mistake:
      wrong derivative: argument 0 at (), of f: expected 6 ± ..., got 6.003 (order 1, reverse, at the given point)
    """
    raw = [data_of(arg) for arg in args]
    slots = [i for i, x in enumerate(raw) if _varies(x)]
    if not slots:
        raise KindError("there is nothing to differentiate by: pass floats, or arrays of float32 or float64")

    def filled(function: Callable[..., Any], *before: Any) -> Callable[..., Any]:
        """The function of the arguments that vary alone."""

        def partial(*values: Any) -> Any:
            *first, varied = (*values[: len(before)], values[len(before) :])
            given = list(raw)
            for i, x in zip(slots, varied, strict=True):
                given[i] = x
            return function(*first, *given)

        return partial

    subject: Subject
    if gradient is None:
        subject = Recorded(filled(f))
    else:
        subject = Handwritten(filled(f), filled(gradient, "g"), slots, len(raw))
    given = [np.array(x) if isinstance(x, np.ndarray) else float(x) for x in (raw[i] for i in slots)]
    return _Check(subject, given, [f"argument {i}" for i in slots], np.random.default_rng(seed)).run(
        order, points, layouts
    )


class _Check:
    """One check: the subject at its arguments."""

    def __init__(self, subject: Subject, given: list[Any], names: list[str], random: np.random.Generator) -> None:
        self.subject, self.given, self.names, self.random = subject, given, names, random
        self.report = Report()

    def run(self, order: int, points: bool, layouts: bool) -> Report:
        """All of it, in the order in which one would want to hear of mistakes."""
        with np.errstate(all="ignore"):
            self.note(conduct.forms(self.subject, self.given, self.names, self.random))
            self.settle()  # what has the wrong shape cannot be compared
            if isinstance(self.subject, Recorded):
                self.note(conduct.recorded_memory(self.subject, self.given, self.random))
            wide = [x.astype(np.float64) if isinstance(x, np.ndarray) else x for x in self.given]
            if any(isinstance(x, np.ndarray) and x.dtype == np.float32 for x in self.given):
                self.note(conduct.single_precision(self.subject, self.given, self.names, self.random))
            self.note(conduct.upstreams(self.subject, wide, self.names, self.random))
            self.at(wide, order, "the given point")
            if layouts:
                self.note(conduct.layouts(self.subject, wide, self.names, self.random))
            self.note(conduct.twice(self.subject, wide, self.names, self.random))
            if points and not self.report.mistakes:
                for i, (name, args) in enumerate(elsewhere(wide, self.random)):
                    self.glance(args, order if i % 3 == 0 else 1, name)  # higher orders take nearly all the time
        self.settle()
        return self.report

    def at(self, args: list[Any], order: int, where: str) -> None:
        """The full Jacobian at a point, order by order."""
        self.report.points += 1
        try:
            stage: Stage | None = self.stage(args, where)
            while stage is not None and stage.order <= order:
                compare(stage, self.report)
                stage = None if self.report.mistakes else stage.next(self.random)
        except Exception as error:
            self.failed(error, where)

    def glance(self, args: list[Any], order: int, where: str) -> None:
        """A random direction at a point, order by order; the full Jacobian where something looks wrong."""
        try:
            value = outcome(self.subject, args)
        except Exception:  # outside f's domain, whatever f says of that
            return
        if not np.all(np.isfinite(value)):
            return
        self.report.points += 1
        try:
            stage: Stage | None = self.stage(args, where, _COARSE)
            while stage is not None and stage.order <= order:
                if not np.all(np.isfinite(stage.subject.value(stage.args))):
                    return
                size = sum(np.size(x) for x in stage.args)
                if not agrees_along(stage, self.random.choice([-1.0, 1.0], size) * self.random.uniform(0.5, 1.0, size)):
                    compare(stage, self.report, count=False)
                stage = stage.next(self.random)
        except Exception as error:
            self.failed(error, where)

    def failed(self, error: Exception, where: str) -> None:
        """f has a value, but not all of its derivatives."""
        what = f"f has a value, but its gradient fails: {type(error).__name__}: {error}"
        self.report.mistakes.append(Mistake(what, where=where))

    def stage(self, args: list[Any], where: str, rounding: float = ROUNDING) -> Stage:
        """The first order at a point."""
        value = outcome(self.subject, args)
        shape = np.shape(value)
        least = float(np.max(np.abs(value), initial=0.0)) if rounding > ROUNDING else 0.0
        outputs = ["f"] if shape == () else [f"f's element {index}" for index in np.ndindex(shape)]
        return Stage(self.subject, args, self.names, outputs, 1, where, rounding, least)

    def note(self, mistakes: Any) -> None:
        """Add mistakes to the report."""
        self.report.mistakes.extend(mistakes)

    def settle(self) -> None:
        """Raise if there are mistakes."""
        if self.report.mistakes:
            raise GradientError(self.report)


def _varies(x: Any) -> bool:
    return isinstance(x, float) or (isinstance(x, np.ndarray) and x.dtype in (np.float32, np.float64))
