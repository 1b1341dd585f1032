"""What a row of the table says of an operation, and the parts that rows are made of."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from autograd_mini import concatenate, ravel
from autograd_mini.node import Node
from autograd_mini.registry import registry

from ..support.oracles import each

Shape = tuple[int, ...]
Domain = st.SearchStrategy[float]
inf, nan = np.inf, np.nan


def reals(low: float, high: float, gap: float = 0.0) -> Domain:
    """Numbers between low and high, but none within the gap around 0.

    They are numbers of half precision: every dtype holds them, so that float32 is measured against the same truth.
    """
    if not gap:
        return st.floats(low, high, width=16)
    return st.floats(gap, high, width=16) | st.floats(low, -gap, width=16)


ANY = reals(-8, 8)
WIDE = reals(-30, 30)
POSITIVE = reals(2**-6, 30)
NONZERO = reals(-8, 8, gap=2**-6)
BETWEEN = ANY.map(lambda x: float(np.float32(x + 1 / 3)))  # never one of ANY: no ties


class Call(NamedTuple):
    """One way to call an operation: the shapes of its inputs, and what else it is given."""

    shapes: Sequence[Shape]
    args: tuple[Any, ...]
    named: dict[str, Any]
    domains: Sequence[Domain]  # where they are not the row's

    def __repr__(self) -> str:
        shapes = [",".join(map(str, shape)) or "scalar" for shape in self.shapes]
        named = [f"{key}={value}" for key, value in self.named.items()]
        words = " ".join([*shapes, *map(str, self.args), *named]).replace("\n", "")
        return re.sub(r"<function (\w+) at \w+>", r"\1", words)  # the same in every process


def on(shapes: Sequence[Shape], *args: Any, domains: Sequence[Domain] = (), **named: Any) -> Call:
    """The call operation(*inputs of these shapes, *args, **named)."""
    return Call(shapes, args, named, domains)


class Kink(NamedTuple):
    """A point where there is no derivative, and what the convention takes for it; for each input."""

    inputs: Sequence[Any]
    derivatives: Sequence[Any]


def at(*inputs: Any, gives: Any) -> Kink:
    """At these inputs the convention gives this derivative; a tuple, where there is more than one input."""
    return Kink(inputs, gives if isinstance(gives, tuple) else (gives,))


def as_they_are(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    return function(*inputs, *args, **named)


def as_it_is(answer: Any) -> Any:
    return answer


def joined(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    return function(list(inputs), *args, **named)


def after_its_parameters(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    return function(*args, *inputs, **named)


def around_its_parameters(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    first, *others = inputs
    return function(first, *args, *others, **named)


def in_a_row(parts: Sequence[Any]) -> Any:
    """Several answers as one: their elements one after another."""
    if not any(isinstance(part, Node) for part in parts):
        return np.concatenate([np.ravel(part) for part in parts])
    return concatenate([ravel(part) for part in parts])


class Row(NamedTuple):
    """An operation of the registry.

    reference: the same function of arrays of mpmath's numbers, called in the same way. domains: for each input the
    numbers it is drawn from, or one for all; away from kinks, and the first must fit the other inputs too.
    distinct: no two numbers of an input are the same. kinks: points that the first
    call is taken to on purpose.
    ulps: the rounding allowed, in units of the last place of the terms. cancelling: the orders of derivatives (0 is the
    value) at which terms as large as what goes in cancel, for example g - softmax · sum(g), so that no more than
    their last place can be asked for. c_library: on floats it is a function of Python's math, which need not agree
    with NumPy's to the last bit. either_zero: whether NumPy's result is 0 or -0 depends on the machine.
    by_element: it is a function of one element of each input, whatever its family. of_values: it takes Values.
    operators: other names for it. passing: how its inputs are handed over. compared: what of its answer is, where not
    all of it is determined: a vector's sign may be LAPACK's choice.
    """

    name: str
    reference: Callable[..., Any]
    calls: Sequence[Call]
    domains: Sequence[Domain] = (ANY,)
    kinks: Sequence[Kink] = ()
    distinct: bool = False
    ulps: float = 8
    cancelling: tuple[int, ...] = ()
    c_library: bool = False
    either_zero: bool = False
    by_element: bool = False
    of_values: bool = True
    operators: Sequence[Callable[..., Any]] = ()
    passing: Callable[..., Any] = as_they_are
    compared: Callable[[Any], Any] = as_it_is

    def __repr__(self) -> str:
        return self.name

    @property
    def function(self) -> Callable[..., Any]:
        """The engine's function."""
        return registry[self.name].function

    @property
    def family(self) -> str:
        """The family of primitives it is of."""
        return registry[self.name].family


class Case:
    """A row and one of its calls."""

    def __init__(self, row: Row, call: Call) -> None:
        self.row, self.call = row, call

    def of(self, function: Callable[..., Any], inputs: Sequence[Any]) -> Any:
        """The function's answer to the call with these inputs, as far as it is compared."""
        return self.row.compared(self.row.passing(function, inputs, self.call.args, self.call.named))

    def ours(self, *inputs: Any) -> Any:
        """The engine's answer."""
        return self.of(self.row.function, inputs)

    def reference(self, *inputs: Any) -> Any:
        """The true answer, of arrays of mpmath's numbers."""
        return self.of(self.row.reference, inputs)

    def domains(self) -> Sequence[Domain]:
        """The numbers that each input is drawn from."""
        domains = self.call.domains or self.row.domains
        return domains if len(domains) == len(self.call.shapes) else [domains[0]] * len(self.call.shapes)

    def __repr__(self) -> str:
        return f"{self.row.name}: {self.call}"


SHAPES = [(), (1,), (3,), (2, 3), (0,), (2, 1, 2)]
PAIRS = [
    [(), ()],
    [(3,), ()],
    [(), (2, 1)],
    [(1,), ()],
    [(2, 2), (2, 2)],
    [(2, 3), (3,)],
    [(2,), (3, 2)],
    [(2, 1), (1, 3)],
    [(3, 1), (2,)],
    [(2, 2), (1, 1)],
    [(2, 1, 2), (2, 1)],
    [(1,), (2, 1, 1)],
    [(0,), (1,)],
    [(2, 1), (2, 0)],
    [(0, 3), ()],
]
ROUND = [on([shape]) for shape in SHAPES]


def unary(
    name: str, reference: Callable[..., Any], domain: Domain = ANY, also: Sequence[Call] = (), **more: Any
) -> Row:
    """An operation on each element of one input; reference is a function of one number."""
    return Row(name, each(reference), [*ROUND, *also], [domain], by_element=True, **more)


def binary(name: str, reference: Callable[..., Any], *domains: Domain, also: Sequence[Call] = (), **more: Any) -> Row:
    """An operation on each element of two inputs; reference is a function of two numbers."""
    return Row(name, each(reference), [*map(on, PAIRS), *also], domains or (ANY, ANY), by_element=True, **more)


REDUCTIONS = [
    on([()]),
    on([(3,)]),
    on([(2, 3)]),
    on([(2, 3)], axis=0),
    on([(2, 3)], axis=-1, keepdims=True),
    on([(2, 1, 3)], axis=(0, -1)),
    on([(2, 1, 3)], axis=(2, 0), keepdims=True),
    on([(2, 2)], axis=None, keepdims=True),
    on([(2, 2)], axis=()),
    on([(2, 2)], 1),
    on([(1,)], axis=0),
    on([(0, 2)], axis=1),
]
MASKED = [
    on([(3,)], where=np.array([True, False, True])),
    on([(2, 3)], axis=0, where=[[True, True, False], [True, False, True]], keepdims=True),
    on([(2, 2)], axis=-1, where=np.array([[True], [True]])),
    on([(2, 2)], where=np.array([False, True])),
]
