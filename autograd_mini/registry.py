"""The registry of operations, and the makers that turn a row of a table into one."""

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .admission import plain
from .errors import KindError
from .node import Derivative, Node, record
from .primitive import (
    Binary,
    Call,
    Elementwise,
    Linear,
    Multilinear,
    Operation,
    Primitive,
    Step,
    Unary,
    refuse_nodes,
    refuse_other_kinds,
)
from .refusals import COMPLAINTS, refuse, refuse_misfit, refusing, rescue
from .scopes import Composition, composing


class Row(NamedTuple):
    """An operation of the registry."""

    family: str
    function: Operation


registry: dict[str, Row] = {}
"""Every operation by name, in the order of the tables."""


def register(name: str, family: str, function: Operation, about: str, example: str | None = None) -> Operation:
    """Enter an operation in the registry and give it its name, home and docstring; example reads "call → answer"."""
    function.__name__ = function.__qualname__ = name
    frame = sys._getframe()
    while frame.f_code.co_name != "<module>" and frame.f_back is not None:  # out of the makers, to the table
        frame = frame.f_back
    function.__module__ = frame.f_globals["__name__"]  # where it can be found again: so it can be pickled
    function.__doc__ = about
    if example is not None:
        call, answer = example.split(" → ")
        used = ", ".join(kind for kind in ("Tensor", "Value") if kind in call)
        imports = f">>> from autograd_mini import {used}\n" if used else ""
        function.__doc__ = f"{about}\n\n{imports}>>> {call}\n{answer}\n"
    registry[name] = Row(family, function)
    return function


def registered(family: str, formula: str = "", *flows: str) -> Callable[[Operation], Any]:
    """Decorator: enter a function under its own name and docstring.

    What is composed of other operations is one on pictures, with these words, as of `named_call`.
    """

    def enter(function: Operation) -> Operation:
        name, about = function.__name__, function.__doc__ or ""
        if family == "composed":
            function = composing(function, Composition(name, formula, flows), refuse_misfit)
        else:
            function = refusing(function)
        return register(name, family, function, about)

    return enter


def elementwise(
    name: str,
    on_float: Operation,
    on_array: Operation,
    *derivatives: Derivative | None,
    about: str | None,
    slopes: tuple[str, ...] = (),
    example: str | None = None,
) -> Any:
    """An operation on each element: derivative(g, z, x) or, for two inputs, one derivative(g, z, x, y) each.

    on_float computes a Python float (NumPy answers in its place where it raises), on_array an ndarray. slopes: the
    derivatives in words. about: None for a part of another operation, which is not registered.
    """
    compute, apply = (_of_one, _of_two)[len(derivatives) - 1](name, on_float, on_array)
    kind = Elementwise if None in derivatives else (Unary, Binary)[len(derivatives) - 1]
    primitive = kind(name, compute, derivatives, slopes, on_array)
    return _register_elements(apply(primitive), primitive, about, example)


def step(
    name: str,
    on_float: Operation,
    on_array: Operation,
    *,
    inputs: int = 1,
    about: str | None = None,
    example: str | None = None,
) -> Any:
    """An operation on each element that is constant between its jumps: recorded, and passed over by every sweep."""
    compute, apply = (_of_one, _of_two)[inputs - 1](name, on_float, on_array)
    primitive = Step(name, compute, (None,) * inputs, on_array=on_array)
    return _register_elements(apply(primitive), primitive, about, example)


def adjustable(
    name: str,
    on_float: Operation,
    on_array: Operation,
    derivative: Derivative | None,
    *,
    about: str | None = None,
    slopes: tuple[str, ...] = (),
    example: str | None = None,
) -> Any:
    """An operation on each element of one input that takes parameters too: derivative(g, z, x, *parameters).

    Without a derivative it is constant between its jumps.
    """

    def compute(x: Any, /, *args: Any, **named: Any) -> Any:
        if type(x) is float and not any(map(np.ndim, (*args, *named.values()))):
            return on_float(x, *args, **named)
        return on_array(np.asarray(x), *args, **named)

    compute.__wrapped__ = on_array  # type: ignore[attr-defined]  # whose signature it has
    primitive = (Elementwise if derivative else Step)(name, compute, (derivative,), slopes)
    return _register_elements(operation(primitive), primitive, about, example)


def linear(
    name: str,
    forward: Operation,
    adjoint: Operation,
    about: str | None = None,
    example: str = "",
    add: Operation | None = None,
) -> Any:
    """A linear map of one input: adjoint(g, x, *parameters) carries a gradient back through it.

    add: of one that picks elements, add(gradient, g, *parameters) adds to these alone in place what the adjoint gives.
    """
    primitive = Linear(name, forward, [lambda g, z, x, *args, **named: adjoint(g, x, *args, **named)], add)
    apply = operation(primitive)
    return apply if about is None else register(name, primitive.family, apply, about, example)


def general(
    name: str,
    forward: Operation,
    *derivatives: Derivative | None,
    family: str = Primitive.family,
    about: str | None = None,
    example: str = "",
) -> Any:
    """An operation of as many inputs as it has derivatives, of which no more is known: derivative(g, z, *inputs, …)."""
    apply = operation(Primitive(name, forward, derivatives), inputs=len(derivatives))
    return apply if about is None else register(name, family, apply, about, example)


def bilinear(name: str, forward: Operation, left: Derivative, right: Derivative, about: str, example: str) -> Any:
    """A product, linear in each of its two inputs: left and right are derivative(g, z, x, y)."""
    primitive = Multilinear(name, forward, (left, right))
    return register(name, primitive.family, operation(primitive, inputs=2), about, example)


def operation(primitive: Primitive, inputs: int = 1) -> Operation:
    """The function that people call: so many inputs by place, then the primitive's own parameters."""
    name, compute = primitive.name, primitive.compute

    def apply(*given: Any, **named: Any) -> Any:
        if len(given) < inputs:
            raise KindError(
                f"{name} takes {inputs} input{'s' * (inputs > 1)} by place, before its parameters; got {len(given)}"
            )
        return primitive.apply(given[:inputs], *given[inputs:], **named)

    def apply_to_one(*given: Any, **named: Any) -> Any:
        if not given:
            return apply(**named)
        x, *args = given
        raw = x._raw if isinstance(x, Node) else plain(x, name)
        if args or named:
            refuse_nodes(name, (*args, *named.values()))
        try:
            data = compute(raw, *args, **named)
        except COMPLAINTS as error:
            refuse(name, error, raw, *args)
        refuse_other_kinds(name, data)
        if not isinstance(x, Node):
            return data
        return record(data, Call(primitive, tuple(args), named) if args or named else primitive, x)

    function = apply_to_one if inputs == 1 else apply  # the same, in half the time
    function.__wrapped__ = compute  # type: ignore[attr-defined]  # whose signature it has
    return function


def _register_elements(apply: Operation, primitive: Primitive, about: str | None, example: str | None) -> Operation:
    if about is None:
        return apply
    slopes = ", ".join(f"d/d{x} = {slope}" for x, slope in zip("xy", primitive.slopes, strict=False))
    about = (
        f"{about.removesuffix('.')}{'; ' * bool(slopes)}{slopes}.\n\n"
        "On each element of a float, an array, a Value or a Tensor; the result is of that kind, "
        f"shape and dtype{', broadcast as NumPy does' if len(primitive.derivatives) == 2 else ''}."
    )
    return register(primitive.name, primitive.family, apply, about, example)


def _of_one(name: str, on_float: Operation, on_array: Operation) -> tuple[Operation, Callable[[Primitive], Operation]]:
    """compute(x), and what makes the function that people call."""

    def compute(x: Any) -> Any:
        try:
            return on_float(x) if type(x) is float else on_array(x)
        except (ArithmeticError, ValueError, TypeError) as error:
            return rescue(name, on_array, error, x)

    def made(primitive: Primitive) -> Operation:
        def apply(x: Any, /) -> Any:
            a = x._raw if isinstance(x, Node) else plain(x, name)
            try:
                data = on_float(a) if type(a) is float else on_array(a)
            except (ArithmeticError, ValueError, TypeError) as error:
                data = rescue(name, on_array, error, a)
            return record(data, primitive, x) if isinstance(x, Node) else data

        return apply

    return compute, made


def _of_two(name: str, on_float: Operation, on_array: Operation) -> tuple[Operation, Callable[[Primitive], Operation]]:
    """compute(x, y), and what makes the function that people call."""

    def compute(a: Any, b: Any) -> Any:
        try:
            return on_float(a, b) if type(a) is float and type(b) is float else on_array(a, b)
        except (ArithmeticError, ValueError, TypeError) as error:
            return rescue(name, on_array, error, a, b)

    def made(primitive: Primitive) -> Operation:
        def apply(x: Any, y: Any, /) -> Any:
            if isinstance(x, Node):
                if isinstance(y, Node):
                    return record(compute(x._raw, y._raw), primitive, x, y)
                if type(y) is not float:
                    y = x.admit(y, name)
                return record(compute(x._raw, y), primitive, x, y)
            if isinstance(y, Node):
                if type(x) is not float:
                    x = y.admit(x, name)
                return record(compute(x, y._raw), primitive, x, y)
            return compute(plain(x, name), plain(y, name))

        return apply

    return compute, made
