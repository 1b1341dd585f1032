"""Random programs in which a given operation takes part, every operation inside its domain."""

import math
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from autograd_mini import Tensor, no_grad
from autograd_mini.node import data_of
from autograd_mini.registry import registry

from ..table.row import Case, Domain, Row, Shape, as_they_are
from .oracles import Array
from .programs import ENGINE, Constant, Program, Result, Step, answer, leaf
from .rounding_of_programs import Measured, measured

Side = tuple[float, float]

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
PROGRAMS = math.ceil(5000 / len(registry)) if THOROUGH else 2  # for each operation; the first has always seed 0
SMALLEST, LARGEST = 2.0**-4, 3.0  # between these no operation is so steep or so flat that it takes all digits
APART = 0.02  # numbers that are not to tie
SHAPES: list[Shape] = [(), (2,), (3,), (2, 2)]


@cache
def sides(domain: Domain) -> list[Side]:
    """The ends of its interval of negative numbers and of that of positive ones, as far as hypothesis goes."""
    numbers: list[float] = []

    @settings(max_examples=100, database=None, derandomize=True, phases=[Phase.generate])
    @given(domain)
    def look(x: float) -> None:
        numbers.append(x)

    look()
    halves = ([x for x in numbers if SMALLEST <= sign * x <= LARGEST] for sign in (-1, 1))
    return [(min(half), max(half)) for half in halves if half]


class Calls:
    """The calls that programs are made of, for each operation: numbers go in and come out, in double precision.

    of_values: those whose inputs can all be Values.
    """

    def __init__(self, cases: Sequence[Case]) -> None:
        some = [case for case in cases if all(0 not in shape for shape in case.call.shapes)]
        self.all = _by_name([case for case in some if _is_of_doubles(case)])
        single = [case for cases in self.all.values() for case in cases if set(case.call.shapes) == {()}]
        self.of_values = _by_name([case for case in single if case.row.of_values])

    def __repr__(self) -> str:
        return f"<calls of {len(self.all)} operations>"


def _by_name(cases: Sequence[Case]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(case.row.name, []).append(case)
    return found


def _is_of_doubles(case: Case) -> bool:
    numbers = [np.full(shape, sides(d)[0][0]) for shape, d in zip(case.call.shapes, case.domains(), strict=True)]
    with np.errstate(all="ignore"):  # equal numbers have no correlation
        found = np.asarray(case.ours(*numbers))
    return found.size > 0 and found.dtype != np.float32


def compare_programs(name: str, calls: Calls, compare: Callable[[Measured], None]) -> None:
    """Compare programs in which the operation of that name takes part; those with a kink near by do not count."""
    compared = 0

    @settings(max_examples=PROGRAMS, phases=[Phase.generate])
    @given(seed=st.integers(0, 2**24 - 1))  # of more bits hypothesis would prefer the small ones
    def one_more(seed: int) -> None:
        nonlocal compared
        found = measured(random_program(seed, name, calls))
        assume(found is not None)
        compare(found)
        compared += 1

    one_more()
    assert compared >= PROGRAMS, "too many programs have a kink near by"


def random_program(seed: int, name: str, calls: Calls) -> Program:
    """A program of three to twelve of these calls, one of them of that name; every third is of Values if it can be."""
    rng = np.random.default_rng(seed)
    scalar = name in calls.of_values and rng.random() < 1 / 3
    choice = calls.of_values if scalar else calls.all
    shapes = [()] * 3 if scalar else [SHAPES[i] for i in rng.integers(len(SHAPES), size=rng.integers(1, 4))]
    names = [str(other) for other in rng.choice(list(choice), rng.integers(3, 13))]
    names[rng.integers(len(names))] = name
    with no_grad():
        draft = Draft(rng, [_leaf_numbers(rng, shape, scalar) for shape in shapes])
        for other in names:
            draft.call(choice[other][rng.integers(len(choice[other]))])
        return draft.finished()


def _leaf_numbers(rng: np.random.Generator, shape: Shape, scalar: bool) -> Any:
    numbers = rng.uniform(-LARGEST, LARGEST, shape)
    of_value = shape == () and (scalar or rng.random() < 0.5)
    return float(numbers) if of_value else np.asarray(numbers)


class Draft:
    """A program in the making, with its results so far."""

    def __init__(self, rng: np.random.Generator, leaves: Sequence[Any]) -> None:
        self.rng, self.leaves, self.steps = rng, leaves, list[Step]()
        self.results = [leaf(numbers) for numbers in leaves]
        self.choice = [*range(len(leaves))]  # what operands are chosen from: not the steps that lead into a domain
        self.unused = set(self.choice)

    def call(self, case: Case) -> None:
        """The operation, of earlier results that are led into its domain."""
        row, shapes = case.row, case.call.shapes
        inputs: list[Any] = [self.operand(shape, d, row) for shape, d in zip(shapes, case.domains(), strict=True)]
        zeros = [np.zeros(shape) for shape in shapes]
        handed, by_name = arguments(case, zeros)
        everything = [*leaves_of([*handed, *by_name.values()])]
        for i, x in enumerate(zeros):
            if not any(x is y for y in everything):
                inputs[i] = self.step("add", inputs[i], Constant(handed[i]))  # what the row adds becomes a step
                case = Case(row._replace(passing=as_they_are), case.call)
        args, named = arguments(case, inputs)
        place = self.step(row.name, *args, **named).place
        self.choice.append(place)
        self.unused.add(place)

    def operand(self, shape: Shape, domain: Domain, row: Row) -> Result:
        """An earlier result, the latest as often as not, or a map of it into the shape and the domain."""
        place = self.choice[-1] if self.rng.random() < 0.5 else int(self.rng.choice(self.choice))
        self.unused.discard(place)
        result, numbers = Result(place), self.numbers(Result(place))
        if numbers.shape != shape or not (row.of_values or isinstance(self.results[place], Tensor)):
            result = self.step("take", result, self.rng.integers(numbers.size, size=shape))
        if fits(self.numbers(result), sides(domain), row.distinct):
            return result
        turned = self.step("arctan", result)
        for _ in range(100):
            middle, factor = self.between(shape, sides(domain))
            if fits(middle + factor * self.numbers(turned), sides(domain), row.distinct):
                break
        return self.step("add", self.step("multiply", turned, constant(factor)), constant(middle))

    def between(self, shape: Shape, ends: Sequence[Side]) -> tuple[Array, Array]:
        """For each element a middle and a factor: middle + factor · arctan lies in one of the intervals."""
        low, high = np.moveaxis(np.array(ends)[self.rng.integers(len(ends), size=shape)], -1, 0)
        middle = low + (high - low) * self.rng.uniform(0.2, 0.8, shape)
        room = np.minimum(middle - low, high - middle) / (np.pi / 2)
        return middle, room * self.rng.uniform(0.5, 1.0, shape) * self.rng.choice([-1.0, 1.0], shape)

    def finished(self) -> Program:
        """The program, its last result the sum, with random weights, of all that was not used."""
        total: Any = None
        for place in sorted(self.unused):
            weights = self.rng.uniform(0.5, 2.0, self.numbers(Result(place)).shape)
            term = self.step("sum", self.step("multiply", Result(place), constant(weights)))
            total = term if total is None else self.step("add", total, term)
        direction = [np.asarray(self.rng.uniform(-1.0, 1.0, np.shape(x))) for x in self.leaves]
        return Program(self.leaves, direction, self.steps)

    def step(self, name: str, *args: Any, **named: Any) -> Result:
        """One step more, and its result."""
        self.steps.append(Step(name, args, named))
        self.results.append(answer(self.steps[-1], ENGINE, self.results))
        return Result(len(self.results) - 1)

    def numbers(self, result: Result) -> Array:
        """The numbers of a result."""
        return np.asarray(data_of(self.results[result.place]))


def leaves_of(x: Any) -> Iterator[Any]:
    """What lies in a list, and in lists in it."""
    for part in x:
        yield from leaves_of(part) if isinstance(part, list) else [part]


class _Handed(Exception):
    """Carries the arguments of a call out of the row that made it."""


def arguments(case: Case, inputs: Sequence[Any]) -> tuple[Sequence[Any], dict[str, Any]]:
    """What the operation is called with when these inputs are handed over."""

    def called(*args: Any, **named: Any) -> Any:
        raise _Handed(args, named)

    try:
        case.of(called, inputs)
    except _Handed as handed:
        args, named = handed.args
        return args, named
    raise AssertionError("the row calls nothing")


def constant(numbers: Any) -> Constant:
    """A number as a float, so that Values stay Values."""
    return Constant(float(numbers) if np.ndim(numbers) == 0 else numbers)


def fits(numbers: Array, ends: Sequence[Side], distinct: bool) -> bool:
    """Whether each number lies in one of the intervals; where they are to be distinct, no two nearly the same."""
    inside = np.any([(low <= numbers) & (numbers <= high) for low, high in ends], axis=0)
    return bool(np.all(inside)) and not (distinct and np.any(np.diff(np.sort(numbers, axis=None)) < APART))
