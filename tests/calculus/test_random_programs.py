"""Random programs of all operations against arithmetic of many digits: their values, first and second derivatives."""

import numpy as np
import pytest

from autograd_mini.registry import registry

from ..support.oracles import curvature, each, exact, jacobian, value
from ..support.programs import MPMATH, Constant, Program, Result, Step
from ..support.random_programs import Calls, compare_programs
from ..support.rounding_of_programs import Measured, measured
from ..table import CASES

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def calls():
    return Calls(CASES)


def compare(measured: Measured) -> None:
    """What the engine found along the direction, with the value and the derivatives of the program on that line."""
    program, (found, gradient, bend) = measured.program, measured.found
    leaves, direction = ([exact(x) for x in part] for part in (program.leaves, program.direction))
    point = lambda t: [np.asarray(x + t * d) for x, d in zip(leaves, direction, strict=True)]
    line = each(lambda t: program.run(MPMATH, point(t)).item())
    along = np.concatenate([d.ravel() for d in program.direction])
    numbers = float(np.sum(np.abs(along)))
    measured.check(0, found, value(line, [0.0]).ravel())
    measured.check(1, np.array([gradient @ along]), jacobian(line, [0.0]).ravel(), numbers)
    measured.check(2, np.array([bend @ along]), curvature(line, [0.0]).ravel(), numbers)


@pytest.mark.parametrize("name", registry)
def test_values_and_derivatives_are_those_of_many_digits(calls, name):
    compare_programs(name, calls, compare)


# What compares them


def squares_of(numbers, *more):
    """2 · x² + y², and what else is done with that."""
    steps = [
        Step("square", [Result(0)], {}),
        Step("multiply", [Result(1), Constant(np.array([2.0, 1.0]))], {}),
        Step("sum", [Result(2)], {"axis": -1}),
    ]
    return Program([np.array(numbers)], [np.array([1.0, 0.5])], [*steps, *more])


@pytest.mark.parametrize("order", range(3))
def test_a_mistake_of_a_billionth_is_noticed_in_any_order(order):
    right = measured(squares_of([1.5, 2.0]))
    compare(right)
    found = [numbers * (1.0 + 1e-9 * (i == order)) for i, numbers in enumerate(right.found)]
    words = ["^value", "^gradient", "^derivative of the gradient"]
    with pytest.raises(AssertionError, match=words[order]):
        compare(right._replace(found=found))


@pytest.mark.parametrize("name", ["floor", "abs"])
def test_a_program_near_a_kink_is_none_to_compare(name):
    """2 · x² + y² - 5.5 at (1.5, 1.0) is 0, where abs bends and floor jumps."""
    bent = [Step("add", [Result(3), Constant(-5.5)], {}), Step(name, [Result(4)], {})]
    bent.append(Step("add", [Result(5), Result(4)], {}))
    assert measured(squares_of([1.5, 1.0 + 1e-8], *bent)) is None
    compare(measured(squares_of([1.5, 1.25], *bent)))


def test_a_program_reads_as_python():
    joined = Step("concatenate", [[Result(0), Constant(np.array([1.0]))]], {"axis": 0})
    assert str(
        Program([np.array([0.5, 2.0]), 3.0], [], [joined, Step("einsum", ["i,->", Result(2), Result(1)], {})])
    ) == (
        "x0 = Tensor([0.5, 2.0])\n"
        "x1 = Value(3.0)\n"
        "r0 = concatenate([x0, np.array([1.0])], axis=0)\n"
        "r1 = einsum('i,->', r0, x1)"
    )
