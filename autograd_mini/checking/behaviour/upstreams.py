"""Whether the gradient is linear in the upstream gradient: u ↦ Jᵀu, whatever u's size and signs, and 0 for 0."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..comparing.assumptions import Assumptions
from ..comparing.precision import COARSE_DIGITS, lost_in
from ..comparing.rounding import is_left_of_ones, measure_rounding
from ..numbers.differences import TRUST
from ..numbers.vectors import Array, draw_like, flat, largest, name_elements, shape_like
from ..subjects.subject import Arguments, Recorded, Subject, evaluate, jacobian
from ..subjects.trials import Trial, words_of
from ..telling.mistakes import Mistake
from .forms import RANDOM, find_differences

_SCALES = {"large": 2.0**10, "huge": 2.0**40, "small": 2.0**-10, "tiny": 2.0**-40}  # exact: scaling rounds nothing
_GRADES = 1.0, 2.0**-10, 2.0**-20  # of a large one, at which rounding is to be ever less
_EPS = float(np.finfo(np.float64).eps)
_CLOSE = 1e-8  # relative to what is summed
_ROUNDING = 1e-13  # of the largest sum, where terms cancel
_LEAST = 1e-3  # of an argument: the value beside a smaller one lets expect no larger derivative


class _Case(NamedTuple):
    """An upstream gradient, and what is to come of it, nan for anything."""

    name: str
    upstream: Array
    expected: Array
    allowed: Array


def check_upstreams(
    subject: Subject, args: Arguments, random: np.random.Generator, assumed: Assumptions
) -> Iterator[Mistake]:
    """A Mistake for the first upstream gradient which gives another gradient than its elements promise."""
    value = evaluate(subject, args)
    dense, rows = subject.pull_back(args, [draw_like(value, random)])[0], jacobian(subject, args)
    for i in np.flatnonzero(np.isnan(rows).any(0) & np.isfinite(flat(dense)))[:1]:
        what = "not linear in the upstream gradient (one that is 0 but for one element)"
        argument, at = name_elements(args, subject.names)[i]
        yield Mistake(what, argument, at, None, "a number, as for one without zeros", float("nan"), mode="reverse")
        return
    for case in _draw_cases(subject, args, rows, random, assumed):
        upstream = shape_like(case.upstream, [value])
        with Trial() as trial:
            gradients = subject.pull_back(args, upstream)[0]
            got = flat(gradients)
        if trial.error is not None:
            yield Mistake(f"gradient fails for a {case.name} upstream gradient: {words_of(trial.error)}")
            return
        off = np.where(np.isnan(case.expected) | (got == case.expected), 0.0, np.abs(got - case.expected))
        unit = largest(case.upstream) or 1.0
        # What rules compute with may be as large as the upstream gradient, and cancel.
        last_places = _EPS * unit if isinstance(subject, Recorded) else 0.0
        if np.all((off <= np.maximum(case.allowed, last_places)) | is_left_of_ones(off / unit, case.expected / unit)):
            continue
        again = subject.pull_back(args, upstream)[0]
        if by_chance := [*find_differences(RANDOM, (value, again), (value, gradients), subject.names, 0.0)]:
            yield from by_chance  # which no rounding explains
            return
        if _is_lost_beside_the_upstream(subject, args, value, case):
            continue
        if np.max(off) <= TRUST * largest(measure_rounding(subject, args, upstream, assumed.coarsest)[1]):
            continue
        worst = int(np.argmax(off - case.allowed))
        argument, at = name_elements(args, subject.names)[worst]
        numbers = float(case.expected[worst]), float(got[worst])
        what = f"not linear in the upstream gradient (a {case.name} one)"
        yield Mistake(what, argument, at, None, *numbers, mode="reverse")
        return


def _is_lost_beside_the_upstream(subject: Subject, args: Arguments, value: Any, case: _Case) -> bool:
    """Whether what is off is to the gradient as a last place of its upstream gradient is to 1, however large that is.

    So it is where the two are numbers of one algorithm: the derivative of a matrix exponential is a block of another
    one, of a matrix that the upstream gradient is another block of. A gradient that is wrong is so by the same share.
    """
    if np.any(np.isnan(case.expected)):
        return False
    for grade in _GRADES:
        upstream, expected = grade * case.upstream, grade * case.expected
        off = np.abs(flat(subject.pull_back(args, shape_like(upstream, [value]))[0]) - expected)
        if not np.all(off <= TRUST * _EPS * largest(upstream) * largest(expected)):
            return False
    return True


def _draw_cases(
    subject: Subject, args: Arguments, rows: Array, random: np.random.Generator, assumed: Assumptions
) -> Iterator[_Case]:
    """Sums of what the unit vectors give, then multiples of these sums, and 0."""
    value = evaluate(subject, args)
    close = max(COARSE_DIGITS if assumed.coarsest else _CLOSE, assumed.tolerance)
    share = max(_ROUNDING, float(lost_in(assumed.coarsest)))
    # What f's value lets expect of a derivative: of terms as large nothing may be left but rounding.
    typical = largest(flat([value])) / max(_LEAST, largest(flat(args)))
    normal, ones = random.normal(size=np.size(value)), np.ones(np.size(value))
    hole = normal * (np.arange(ones.size) != random.integers(max(1, ones.size)))
    draws = {"random": normal, "positive": np.abs(normal), "negative": -np.abs(normal), "constant": ones, "holed": hole}
    for name, draw in draws.items():
        sizes = np.abs(draw) @ np.abs(rows)
        rounding = share * (largest(sizes) + typical * largest(draw))
        yield _Case(name, draw, draw @ rows, close * sizes + rounding)
        answer = flat(subject.pull_back(args, shape_like(draw, [value]))[0])
        for size, scale in _SCALES.items():
            yield _Case(f"{size} {name}", scale * draw, scale * answer, scale * (close * np.abs(answer) + rounding))
    nothing = np.where(np.isfinite(rows).all(0), 0.0, np.nan)
    yield _Case("zero", 0.0 * normal, nothing, np.zeros(nothing.shape))
