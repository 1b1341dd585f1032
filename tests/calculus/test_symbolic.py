"""Random expressions in which nodes are used again and again, beside SymPy's: value, gradient and Hessian."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import sympy
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import Value, gradients
from autograd_mini.node import Node, data_of

DIGITS = 40
UNARY: dict[str, tuple[Callable[..., Any], Callable[..., Any], Callable[..., bool]]] = {
    # name: (ours, SymPy's, where both are defined and neither is steep)
    "positive": (ag.positive, lambda x: x, lambda x: True),
    "negative": (ag.negative, lambda x: -x, lambda x: True),
    "sin": (ag.sin, sympy.sin, lambda x: True),
    "cos": (ag.cos, sympy.cos, lambda x: True),
    "tanh": (ag.tanh, sympy.tanh, lambda x: True),
    "arctan": (ag.arctan, sympy.atan, lambda x: True),
    "arcsinh": (ag.arcsinh, sympy.asinh, lambda x: True),
    "erf": (ag.erf, sympy.erf, lambda x: abs(x) < 4),
    "sigmoid": (ag.sigmoid, lambda x: 1 / (1 + sympy.exp(-x)), lambda x: True),
    "softplus": (ag.softplus, lambda x: sympy.log(1 + sympy.exp(x)), lambda x: True),
    "exp": (ag.exp, sympy.exp, lambda x: x < 3),
    "expm1": (ag.expm1, lambda x: sympy.exp(x) - 1, lambda x: x < 3),
    "log": (ag.log, sympy.log, lambda x: x > 0.1),
    "log1p": (ag.log1p, lambda x: sympy.log(1 + x), lambda x: x > -0.9),
    "sqrt": (ag.sqrt, sympy.sqrt, lambda x: x > 0.1),
    "square": (ag.square, lambda x: x**2, lambda x: True),
    "cube": (lambda x: x**3, lambda x: x**3, lambda x: True),
    "reciprocal": (ag.reciprocal, lambda x: 1 / x, lambda x: abs(x) > 0.1),
}
BINARY: dict[str, tuple[Callable[..., Any], Callable[..., Any], Callable[..., bool]]] = {
    "add": (ag.add, lambda x, y: x + y, lambda x, y: True),
    "subtract": (ag.subtract, lambda x, y: x - y, lambda x, y: True),
    "multiply": (ag.multiply, lambda x, y: x * y, lambda x, y: True),
    "divide": (ag.divide, lambda x, y: x / y, lambda x, y: abs(y) > 0.1),
    "power": (ag.power, lambda x, y: x**y, lambda x, y: x > 0.1 and abs(y) < 4),
    "hypot": (ag.hypot, lambda x, y: sympy.sqrt(x**2 + y**2), lambda x, y: abs(x) + abs(y) > 0.1),
    "arctan2": (ag.arctan2, sympy.atan2, lambda x, y: abs(x) > 0.1),
    "logaddexp": (ag.logaddexp, lambda x, y: sympy.log(sympy.exp(x) + sympy.exp(y)), lambda x, y: True),
}


class Step(NamedTuple):
    """The next node: binary(unary(the last node), an earlier one), or the other way round."""

    unary: str
    binary: str
    earlier: int
    swapped: bool

    def taken(self, nodes: Sequence[Any], whose: int) -> Any:
        """The node, of ours (0) or SymPy's (1)."""
        pair = [UNARY[self.unary][whose](nodes[-1]), nodes[self.earlier]]
        return BINARY[self.binary][whose](*(reversed(pair) if self.swapped else pair))

    def fits(self, numbers: Sequence[float]) -> bool:
        """Whether the numbers lie where the step is defined, and what it gives is no giant."""
        if not UNARY[self.unary][2](numbers[-1]):
            return False
        pair = [UNARY[self.unary][0](numbers[-1]), numbers[self.earlier]]
        return BINARY[self.binary][2](*(reversed(pair) if self.swapped else pair)) and abs(self.taken(numbers, 0)) < 50


class Program(NamedTuple):
    """An expression of two variables as the steps that build it, and the point where it is looked at."""

    steps: list[Step]
    point: tuple[float, float]

    def of(self, variables: Sequence[Any], whose: int) -> Any:
        """The last node."""
        nodes = list(variables)
        for step in self.steps:
            nodes.append(step.taken(nodes, whose))
        return nodes[-1]


@st.composite
def programs(draw: Any) -> Program:
    """Every step but the first uses a node that an earlier step used already."""
    point = draw(st.tuples(*[st.integers(-64, 64).map(lambda i: i / 32)] * 2))
    numbers, steps = list(point), []
    for i in range(draw(st.integers(2, 4))):
        candidates = [
            Step(unary, binary, earlier, swapped)
            for earlier in (range(i + 1) if i else [0])
            for unary in UNARY
            for binary in BINARY
            for swapped in (False, True)
        ]
        steps.append(draw(st.sampled_from([step for step in candidates if step.fits(numbers)])))
        numbers.append(steps[-1].taken(numbers, 0))
    return Program(steps, point)


def rounding(result: Any) -> float:
    """What a rounding in the last place of each node that a number was computed from can do to it."""
    if not isinstance(result, Node):
        return abs(result)
    return sum(abs(g * node.data) for node, g in gradients(result).items())


def assert_equals(result: Any, truth: Any, point: dict[Any, Any]) -> None:
    """The truth is evaluated at the point with many digits, and rounded once."""
    exact = float(sympy.sympify(truth).evalf(DIGITS, subs=point))
    assert abs(data_of(result) - exact) <= 16 * np.finfo(float).eps * rounding(result) + 1e-300, (result, exact)


@given(programs())
def test_value_gradient_and_hessian_are_sympys(program):
    variables = [Value(number) for number in program.point]
    symbols = sympy.symbols("x y", real=True)
    point = {symbol: sympy.Rational(number) for symbol, number in zip(symbols, program.point, strict=True)}
    root, formula = program.of(variables, 0), program.of(symbols, 1)
    assert_equals(root, formula, point)
    first = gradients(root, differentiable=True)
    for i, (x, symbol) in enumerate(zip(variables, symbols, strict=True)):
        slope = first.get(x, 0.0)
        assert_equals(slope, formula.diff(symbol), point)
        second = gradients(slope, differentiable=True) if isinstance(slope, Node) else {}
        for other, another in list(zip(variables, symbols, strict=True))[i:]:
            assert_equals(second.get(other, 0.0), formula.diff(symbol, another), point)
