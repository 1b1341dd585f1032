"""Programs of the engine's operations: data that any library with such functions runs, and that people can read."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_mini import Tensor, Value
from autograd_mini.node import Node

from ..table import TABLE
from ..table.row import Row, as_it_is, in_a_row
from .oracles import Array, exact, mp


class Result(NamedTuple):
    """An operand that is a leaf or the result of a step: its place among them, the leaves first."""

    place: int


class Constant(NamedTuple):
    """An operand that is a constant: a float or an array."""

    numbers: Any


class Step(NamedTuple):
    """One operation, and what it is called with; operands are Results and Constants, or lists of them."""

    name: str
    args: Sequence[Any]
    named: dict[str, Any]


class Library(NamedTuple):
    """What runs a program: functions under our names, and what makes its constants of ours and results of its answers.

    A result is one array, whose elements are the answers one after another where there are several.
    """

    functions: dict[str, Callable[..., Any]]
    constant: Callable[[Any], Any]
    result: Callable[[Any], Any]


class Program(NamedTuple):
    """A function of its leaves, whose value is the last result, a scalar; and a direction in which to differentiate it.

    leaves: a float for a Value, an array for a Tensor. direction: an array of each leaf's shape.
    """

    leaves: Sequence[Any]
    direction: Sequence[Array]
    steps: Sequence[Step]

    def run(self, library: Library, leaves: Sequence[Any], each: Callable[[Any], Any] = as_it_is) -> Any:
        """The last result, of leaves of that library; each: what every leaf and result is replaced with."""
        results = [each(leaf) for leaf in leaves]
        for step in self.steps:
            results.append(each(answer(step, library, results)))
        return results[-1]

    def __str__(self) -> str:
        """Lines of Python that compute it with the functions of the registry."""
        names = [_Name(f"x{i}") for i in range(len(self.leaves))]
        lines = [
            f"{name} = {'Value' if isinstance(x, float) else 'Tensor'}({x if isinstance(x, float) else x.tolist()})"
            for name, x in zip(names, self.leaves, strict=True)
        ]
        for i, step in enumerate(self.steps):
            by_place, by_name = operands(step, names, as_it_is)
            args = [*map(written, by_place), *(f"{key}={written(x)}" for key, x in by_name.items())]
            names.append(_Name(f"r{i}"))
            lines.append(f"{names[-1]} = {step.name}({', '.join(args)})")
        return "\n".join(lines)


def operands(step: Step, results: Sequence[Any], constant: Callable[[Any], Any]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a step, by place and by name, after these results; of each constant what is made of it."""

    def of(x: Any) -> Any:
        if isinstance(x, Result):
            return results[x.place]
        if isinstance(x, Constant):
            return constant(x.numbers)
        return [*map(of, x)] if isinstance(x, list) else x

    return [*map(of, step.args)], {key: of(x) for key, x in step.named.items()}


def answer(step: Step, library: Library, results: Sequence[Any]) -> Any:
    """The result of a step, after these results."""
    args, named = operands(step, results, library.constant)
    return library.result(library.functions[step.name](*args, **named))


class _Name(str):
    """The name of a result: written without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def written(x: Any) -> str:
    """An argument as Python reads it."""
    if isinstance(x, list):
        return f"[{', '.join(map(written, x))}]"
    if isinstance(x, tuple):
        return f"({', '.join(map(written, x))}{',' * (len(x) == 1)})"
    if isinstance(x, np.ndarray):
        return f"np.array({x.tolist()})"
    return f"np.{x.__name__}" if isinstance(x, type) and issubclass(x, np.generic) else repr(x)


def _of_engine(answer: Any) -> Any:
    if isinstance(answer, list | tuple):
        return in_a_row(answer)
    return answer if isinstance(answer, Node | float) else np.asarray(answer, np.float64)


def _of_mpmath(answer: Any) -> Array:
    if isinstance(answer, list | tuple):
        answer = np.concatenate([np.ravel(part) for part in answer])
    return np.asarray(np.frompyfunc(_number, 1, 1)(answer), object)


def _number(x: Any) -> Any:
    """A number of mpmath of what NumPy puts into arrays of objects: Python's whole numbers, arrays of one number."""
    return mp.convert(x.item() if isinstance(x, np.ndarray) else x)


def _compared(row: Row, function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **named: row.compared(function(*args, **named))


ENGINE = Library({row.name: _compared(row, row.function) for row in TABLE}, as_it_is, _of_engine)
MPMATH = Library({row.name: _compared(row, row.reference) for row in TABLE}, exact, _of_mpmath)


def leaf(numbers: Any) -> Node:
    """A Value of a float, a Tensor of an array."""
    return Value(numbers) if isinstance(numbers, float) else Tensor(numbers)
