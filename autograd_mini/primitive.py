"""The makers of primitives: each turns a forward function and a line of calculus into an operation that records."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, NoReturn

import numpy as np

from .errors import KindError, ShapeError
from .node import Derivative, Node, Rule, as_float, data_of, ieee, numeric, record

Operation = Callable[..., Any]


class Primitive(NamedTuple):
    """A row of the registry."""

    family: str
    function: Operation


registry: dict[str, Primitive] = {}
"""Every operation by name, in the order of the tables."""


def register(name: str, family: str, function: Operation, about: str, example: str | None = None) -> Operation:
    """Enter an operation in the registry and give it its name and docstring; example reads "call → answer"."""
    function.__name__ = function.__qualname__ = name
    function.__doc__ = about
    if example is not None:
        call, answer = example.split(" → ")
        used = ", ".join(kind for kind in ("Tensor", "Value") if kind in call)
        imports = f">>> from autograd_mini import {used}\n" if used else ""
        function.__doc__ = f"{about}\n\n{imports}>>> {call}\n{answer}\n"
    registry[name] = Primitive(family, function)
    return function


def registered(family: str) -> Callable[[Operation], Any]:
    """Decorator: enter a function under its own name and docstring."""
    return lambda function: register(function.__name__, family, function, function.__doc__ or "")


def elementwise(
    name: str,
    on_float: Operation,
    on_array: Operation,
    *derivatives: Derivative,
    about: str | None,
    example: str | None = None,
) -> Any:
    """An operation on each element: derivative(g, z, x) or, for two inputs, one derivative(g, z, x, y) each.

    on_float computes a Python float (NumPy answers in its place where it raises), on_array an ndarray.
    about: None for a part of another operation, which is not registered.
    """
    maker = (_unary, _binary)[len(derivatives) - 1]
    apply = maker(name, on_float, on_array, derivatives)
    if about is None:
        return apply
    about = (
        f"{about}\n\nOn each element of a float, an array, a Value or a Tensor; the result is of that kind, "
        f"shape and dtype{', broadcast as NumPy does' if maker is _binary else ''}."
    )
    return register(name, "elementwise", apply, about, example)


def _unary(name: str, on_float: Operation, on_array: Operation, derivatives: tuple[Derivative, ...]) -> Operation:
    def apply(x: Any, /) -> Any:
        a = x._data if isinstance(x, Node) else plain(x)
        try:
            data = on_float(a) if type(a) is float else on_array(a)
        except (ArithmeticError, ValueError, TypeError) as error:
            data = rescued(name, on_array, error, a)
        return record(data, rule, x) if isinstance(x, Node) else data

    rule = Rule(name, "elementwise", apply, derivatives)
    return apply


def _binary(name: str, on_float: Operation, on_array: Operation, derivatives: tuple[Derivative, ...]) -> Operation:
    def compute(a: Any, b: Any) -> Any:
        try:
            return on_float(a, b) if type(a) is float and type(b) is float else on_array(a, b)
        except (ArithmeticError, ValueError, TypeError) as error:
            return rescued(name, on_array, error, a, b)

    def apply(x: Any, y: Any, /) -> Any:
        if isinstance(x, Node):
            if isinstance(y, Node):
                return record(compute(x._data, y._data), rule, x, y)
            if type(y) is not float:
                y = x.constant(y, name)
            return record(compute(x._data, y), rule, x, y)
        if isinstance(y, Node):
            if type(x) is not float:
                x = y.constant(x, name)
            return record(compute(x, y._data), rule, x, y)
        return compute(plain(x), plain(y))

    rule = Rule(name, "elementwise", apply, derivatives)
    return apply


def unrecorded(name: str, on_float: Operation, on_array: Operation, about: str, example: str) -> Any:
    """An operation that is constant between its jumps: its derivative is 0, so no path is recorded."""

    def apply(*inputs: Any) -> Any:
        raw = [x._data if isinstance(x, Node) else plain(x) for x in inputs]
        for x in raw:
            if type(x) is not float:
                return attempt(name, on_array, *raw)
        return on_float(*raw)

    return register(name, "unrecorded", apply, about, example)


def linear(name: str, forward: Operation, adjoint: Operation, about: str, example: str) -> Any:
    """A linear map of one input: adjoint(g, x, *parameters) carries a gradient back through it."""

    def apply(x: Any, *parameters: Any, **named: Any) -> Any:
        data = attempt(name, forward, data_of(x), *parameters, **named)
        if not isinstance(x, Node):
            return data
        rule = Rule(
            name,
            "linear",
            lambda a: apply(a, *parameters, **named),
            (lambda g, z, a: adjoint(g, a, *parameters, **named),),
        )
        return record(data, rule, x)

    return register(name, "linear", apply, about, example)


def joining(name: str, forward: Operation, adjoints: Operation) -> Any:
    """A linear map of several inputs: adjoints(inputs, *parameters) gives for each its g -> contribution.

    Not yet registered: a sequence of inputs is not everybody's signature (see where).
    """

    def apply(inputs: Iterable[Any], *parameters: Any, **named: Any) -> Any:
        # A Python number leaves the dtype of the arrays alone.
        inputs = (as_float(x) if isinstance(x, int) else x for x in inputs)
        inputs = tuple(x if isinstance(x, Node | float) else numeric(x, name) for x in inputs)
        raw = tuple(map(data_of, inputs))
        data = attempt(name, forward, raw, *parameters, **named)
        if not any(isinstance(x, Node) for x in inputs):
            return data
        rule = Rule(
            name,
            "linear",
            lambda *values: apply(values, *parameters, **named),
            tuple(lambda g, z, *values, pull=pull: pull(g) for pull in adjoints(raw, *parameters, **named)),
        )
        return record(data, rule, inputs[0], inputs[1:] or None)

    return apply


def bilinear(name: str, forward: Operation, left: Derivative, right: Derivative, about: str, example: str) -> Any:
    """A product, linear in each of its two inputs: left and right are derivative(g, z, x, y)."""

    def apply(x: Any, y: Any, /) -> Any:
        if isinstance(x, Node):
            y = y if isinstance(y, Node) else x.constant(y, name)
        elif isinstance(y, Node):
            x = y.constant(x, name)
        data = attempt(name, forward, data_of(x), data_of(y))
        return record(data, rule, x, y) if isinstance(x, Node) or isinstance(y, Node) else data

    rule = Rule(name, "bilinear", apply, (left, right))
    return register(name, "bilinear", apply, about, example)


def plain(x: Any) -> Any:
    """A raw input as forward functions take it: a Python number as a float, whole numbers as float64."""
    if isinstance(x, float) or (isinstance(x, np.ndarray) and x.dtype.kind == "f"):
        return x
    if isinstance(x, int):
        return float(x)
    array = np.asarray(x)
    return array.astype(np.float64) if array.dtype.kind in "iub" else array


def attempt(name: str, forward: Operation, /, *inputs: Any, **named: Any) -> Any:
    """The forward function's result; NumPy's complaint as an error of ours that names operation and shapes."""
    try:
        return forward(*inputs, **named)
    except (ValueError, TypeError, IndexError) as error:
        refuse(name, error, *inputs)


def rescued(name: str, on_array: Operation, error: Exception, *inputs: Any) -> Any:
    """IEEE's answer where Python's arithmetic raised on floats; elsewhere the error in words for people."""
    if not isinstance(error, TypeError) and all(type(x) is float for x in inputs):
        return float(ieee(on_array, *inputs))
    refuse(name, error, *inputs)


def refuse(name: str, error: Exception, *inputs: Any) -> NoReturn:
    """Raise NumPy's or Python's complaint as ours: the operation, the shapes, the reason."""
    kind = KindError if isinstance(error, TypeError) else ShapeError
    reason = re.sub(r"^[\w.<>]+\(\)", f"{name}()", str(error))  # not the name of the function behind the operation
    raise kind(f"{name} of {' and '.join(map(_shown, inputs))}: {reason}") from error


def _shown(x: Any) -> str:
    if isinstance(x, tuple):
        return f"[{', '.join(map(_shown, x))}]"
    if isinstance(x, np.ndarray) and x.dtype.kind in "fiubcV":
        return f"shape {x.shape}"
    return f"{type(x).__name__} {x!r}"
