"""A formula of numbers, read from text by the operations of the registry: nothing that it says is run as code."""

import ast
import math
from collections.abc import Mapping
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from .errors import AutogradError, brief
from .node import Node
from .primitive import Operation
from .registry import registry
from .value import Value

CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan}
SIGNS: dict[type, str] = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power",
    ast.Mod: "remainder", ast.FloorDiv: "floor_divide", ast.USub: "negative", ast.UAdd: "positive",
}  # fmt: skip
ROOMS = ("elementwise", "activations", "piecewise", "trigonometric", "elements")  # whose operations numbers can take
LONGEST = 2_000  # letters


def read_formula(text: str, numbers: Mapping[str, float]) -> Value:
    """The end of the graph that a formula makes of labelled numbers.

    text: numbers, names, + - * / // % **, brackets, and the operations on each element by their names. numbers: what
    each name stands for; pi, e, inf and nan are known. Raises AutogradError for anything else, with the place.

    >>> from autograd_mini.formulas import read_formula
    >>> y = read_formula("tanh(w*x + b)", {"w": 2.0, "x": -1.0, "b": 2.0})
    >>> y, [x.label for x in y.inputs[0].inputs[0].inputs]
    (Value(0.0, grad=None, name='tanh', label='tanh(w*x + b)'), ['w', 'x'])
    """
    if len(text) > LONGEST:
        raise AutogradError(f"a formula has {LONGEST:,} letters at most; this one has {len(text):,}")
    try:
        tree = ast.parse(text.strip(), mode="eval")
        reader = _Reader(text.strip(), numbers)
        found = reader.read(tree.body)
    except (SyntaxError, ValueError) as error:
        if isinstance(error, AutogradError):
            raise
        if "too many nested" in str(error):
            raise AutogradError(f"{brief(text)} is nested too deeply") from error
        raise AutogradError(f"{text!r} is no formula: write it as in Python, 2*x and x**2") from error
    except (RecursionError, MemoryError) as error:
        raise AutogradError(f"{brief(text)} is nested too deeply") from error
    if not isinstance(found, Value):
        raise AutogradError(f"{text!r} holds no name, so nothing in it can vary: write w*2 and w=3")
    if spare := sorted(set(numbers) - reader.used):
        raise AutogradError(f"{', '.join(spare)} does not occur in {text!r}")
    if found.label is None:
        found.label = text.strip()
    return found


def read_number(text: str) -> float:
    """A number as people write it: 2, -0.5, 1e-3, 1/3, inf.

    >>> read_number("1/4"), read_number("-2e3")
    (0.25, -2000.0)
    """
    try:
        return float(Fraction(text)) if "/" in text else float(text)
    except (ValueError, ArithmeticError) as error:
        raise AutogradError(f"{text!r} is no number: write 2, -0.5, 1e-3 or 1/3") from error


@cache
def find_operations() -> dict[str, Operation]:
    """The operations that a formula may call, by name.

    >>> "tanh" in find_operations(), "matmul" in find_operations()
    (True, False)
    """
    return {name: row.function for name, row in registry.items() if row.function.__module__.rpartition(".")[2] in ROOMS}


class _Reader:
    """Reads an expression, part by part; each name is one leaf, however often it stands there."""

    def __init__(self, text: str, numbers: Mapping[str, float]) -> None:
        self._text, self._numbers = text, numbers
        self._leaves: dict[str, Value] = {}

    @property
    def used(self) -> set[str]:
        """The names that stand in the formula."""
        return set(self._leaves)

    def read(self, part: ast.expr) -> Any:
        """A node, or a number that does not vary."""
        match part:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return float(number) if abs(number) < 10**300 or isinstance(number, float) else self._refuse(part)
            case ast.Name(id=name):
                return self._read_name(name, part)
            case ast.UnaryOp(op=sign, operand=x) if type(sign) in SIGNS:
                return self._apply(SIGNS[type(sign)], [self.read(x)], {}, part)
            case ast.BinOp(left=x, op=sign, right=y) if type(sign) in SIGNS:
                return self._apply(SIGNS[type(sign)], [self.read(x), self.read(y)], {}, part)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=named) if all(word.arg for word in named):
                if name not in find_operations():
                    raise AutogradError(f"{name} is no operation{_guess(name)}; in {self._text!r}")
                inputs, options = [*map(self.read, args)], {str(x.arg): self.read(x.value) for x in named}
                if any(isinstance(x, Node) for x in inputs):  # powers of numbers alone might have any length
                    inputs = [_as_whole(x) if isinstance(x, float) else x for x in inputs]
                return self._apply(name, inputs, {key: _as_whole(x) for key, x in options.items()}, part)
            case ast.BinOp(op=ast.BitXor()):
                raise AutogradError(f"a power is written x**2, not x^2; in {self._text!r}")
            case ast.Compare() | ast.IfExp() | ast.BoolOp():
                raise AutogradError(
                    f"{self._quote(part)} decides, and a formula computes: relu, maximum, clip and sign are numbers"
                )
        return self._refuse(part)

    def _read_name(self, name: str, part: ast.expr) -> Any:
        if name in self._leaves:
            return self._leaves[name]
        if name in self._numbers:
            leaf = self._leaves[name] = Value(self._numbers[name], label=name)
            return leaf
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in find_operations():
            raise AutogradError(f"{name} is an operation: write {name}(x); in {self._text!r}")
        raise AutogradError(f"{name} has no number: add {name}=1 behind the formula")

    def _apply(self, name: str, inputs: list[Any], named: dict[str, Any], part: ast.expr) -> Any:
        if any(isinstance(x, Node) for x in named.values()):
            raise AutogradError(f"{self._quote(part)} tells {name} a name where it takes a plain number")
        try:
            with np.errstate(all="ignore"):  # a number may be outside of a domain: its page shows what comes of it
                found = find_operations()[name](*inputs, **named)
        except AutogradError:
            raise
        except (TypeError, ValueError, ArithmeticError) as error:
            raise AutogradError(f"{self._quote(part)} cannot be computed: {error}") from error
        if not isinstance(found, Value | float):
            raise AutogradError(f"{self._quote(part)} gives {type(found).__name__}, and a formula is of numbers")
        return found

    def _refuse(self, part: ast.expr) -> Any:
        raise AutogradError(
            f"{self._quote(part)} is no part of a formula, which has numbers, names, + - * / // % **, brackets and "
            "operations"
        )

    def _quote(self, part: ast.expr) -> str:
        return brief(ast.get_source_segment(self._text, part))


def _as_whole(x: Any) -> Any:
    """A whole number as an int, as round(x, 2) wants it, where both are the same number."""
    is_whole = isinstance(x, float) and x.is_integer() and abs(x) < 2**31 and (x != 0 or math.copysign(1, x) > 0)
    return int(x) if is_whole else x


def _guess(name: str) -> str:
    near = get_close_matches(name, find_operations(), 2, 0.6)
    return f" of numbers; did you mean {' or '.join(near)}?" if near else " of numbers"
