"""Primitives: what an operation computes, its derivatives, and how a tangent and a gradient pass through it."""

import operator
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any, ClassVar

import numpy as np

from .admission import admit, without_subclass
from .errors import AutogradError, KindError, describe
from .grad_mode import recording
from .node import Derivative, Node, data_of, dtype_of, record
from .refusals import COMPLAINTS, ieee, refuse
from .reverse import sweep

Operation = Callable[..., Any]

primitives: dict[str, "Primitive"] = {}
"""Every primitive of the package by its name, those too that only stand in derivatives."""


class Primitive:
    """An operation as its nodes know it.

    compute(*inputs, *parameters) is the operation on raw data. derivatives: for each input
    derivative(g, z, *inputs, *parameters), linear in the gradient g of the output z; None where the output only makes
    steps when that input moves. slopes: of one that works on each element, dz/dx and dz/dy in words.

    How a tangent passes through is the family's. Here it is by transposing: a derivative is linear in g, so sweeping it
    gives the Jacobian times the tangent.
    """

    __slots__ = ("compute", "derivatives", "name", "slopes")

    family: ClassVar[str] = "general"
    is_of_package: ClassVar[bool] = True  # and so the same everywhere, by its name
    args: ClassVar[tuple[Any, ...]] = ()
    named: ClassVar[dict[str, Any]] = {}
    add: Operation | None = None

    def __init__(
        self, name: str, compute: Operation, derivatives: Sequence[Derivative | None], slopes: tuple[str, ...] = ()
    ) -> None:
        self.name, self.compute, self.slopes = name, compute, slopes
        self.derivatives: tuple[Any, ...] = tuple(derivatives)
        if self.is_of_package:
            primitives.setdefault(name, self)

    @property
    def primitive(self) -> "Primitive":
        """Itself: without parameters it is its nodes' rule."""
        return self

    def __reduce__(self) -> Any:
        raise KindError(f"the primitive of {self.name} is a part of its operation and is not copied: use the operation")

    def apply(self, inputs: Sequence[Any], /, *args: Any, **named: Any) -> Any:
        """The operation on nodes and raw inputs: recorded, with its parameters, where one of them is a node."""
        inputs = admit(self.name, inputs)
        if args or named:
            refuse_nodes(self.name, (*args, *named.values()))
        raw = [x._raw if isinstance(x, Node) else x for x in inputs]
        try:
            data = self.compute(*raw, *args, **named)
        except COMPLAINTS as error:
            refuse(self.name, error, *raw)
        refuse_other_kinds(self.name, data)
        for x in inputs:
            if isinstance(x, Node):
                return self.record(data, inputs, args, named)
        return data

    def record(self, data: Any, inputs: Sequence[Any], args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """The node of the data that was computed from these inputs with these parameters."""
        rule = Call(self, args, named) if args or named else self
        if len(inputs) <= 2:
            return record(data, rule, *inputs)
        return record(data, rule, inputs[0], tuple(inputs[1:]))

    def pull(self, node: Node, g: Any) -> Sequence[Any]:
        """What the node hands to each input of its gradient g, broadcast; None for a constant and for a step.

        Where g is a node, the derivatives are recorded. Always one part for a slot: with one input the second is None.
        """
        args, named = node.rule.args, node.rule.named  # type: ignore[union-attr]
        first, second = node.first, node.second
        is_recorded = type(g) is not float and isinstance(g, Node)
        if second is None:  # one input or two, spelled out: in half the time of the general case
            (derivative,) = self.derivatives
            z, x = (node, first) if is_recorded else (node._raw, first._raw)
            return None if derivative is None else flow(derivative, g, z, x, *args, **named), None
        if type(second) is not tuple:
            left, right = self.derivatives
            z, x, y = (node, first, second) if is_recorded else (node._raw, data_of(first), data_of(second))
            return (
                flow(left, g, z, x, y, *args, **named) if left is not None and isinstance(first, Node) else None,
                flow(right, g, z, x, y, *args, **named) if right is not None and isinstance(second, Node) else None,
            )
        z, inputs = seen(node, is_recorded)
        return [
            flow(derivative, g, z, *inputs, *args, **named) if derivative is not None and isinstance(x, Node) else None
            for derivative, x in zip(self.derivatives, node.inputs, strict=True)
        ]

    def push(self, node: Node, moves: Sequence[Any], z: Any, inputs: Sequence[Any]) -> list[Any]:
        """The parts of what the node moves by, broadcast: one for each input that moves (where it does not, None).

        z, inputs: the node and its inputs as the derivatives are to see them, themselves or their data.
        """
        args, named = _parameters(node)
        still = np.zeros_like(data_of(z))
        parts = []
        for move, derivative in zip(moves, self.derivatives, strict=True):
            if move is not None and derivative is not None:
                u = type(node)(still)
                with recording():
                    pulled = derivative(u, z, *inputs, *args, **named)
                found = {}  # where it does not depend on u: linear in u, it is 0
                if isinstance(pulled, Node):
                    found = sweep(pulled, pulled.fit(move), differentiable=isinstance(move, Node), since=u.birth)
                parts.append(found.get(u, still))
        return parts

    def push_together(self, node: Node, moves: Sequence[Any]) -> Any:
        """What the node moves by along many tangents at once, in a last axis; None where they must go one by one."""
        return None


class Call:
    """A primitive with the parameters of one call: the rule of a node that was told more than its inputs."""

    __slots__ = ("args", "named", "primitive")

    def __init__(self, primitive: Primitive, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.primitive, self.args, self.named = primitive, args, named

    @property
    def name(self) -> str:
        """The operation's name."""
        return self.primitive.name

    @property
    def add(self) -> "Operation | None":
        """The primitive's own, where it picks elements."""
        return self.primitive.add

    def pull(self, node: Node, g: Any) -> Any:
        """What the primitive's own pull gives."""
        return self.primitive.pull(node, g)


class Elementwise(Primitive):
    """An operation on each element: its Jacobian is diagonal, so a tangent passes as a gradient does.

    ufunc: NumPy's own function that it is on arrays, if it is one: it can write into memory that is there.
    """

    __slots__ = ("ufunc",)
    family = "elementwise"

    def __init__(
        self,
        name: str,
        compute: Operation,
        derivatives: Sequence[Derivative | None],
        slopes: tuple[str, ...] = (),
        on_array: Operation | None = None,
    ) -> None:
        super().__init__(name, compute, derivatives, slopes)
        self.ufunc = on_array if isinstance(on_array, np.ufunc) else None

    def push(self, node: Node, moves: Sequence[Any], z: Any, inputs: Sequence[Any]) -> list[Any]:
        """derivative(move, z, *inputs) of each input that moves."""
        args, named = _parameters(node)
        parts = [
            flow(derivative, move, z, *inputs, *args, **named)
            for move, derivative in zip(moves, self.derivatives, strict=True)
            if move is not None and derivative is not None
        ]
        return [part for part in parts if part is not None]  # a branch not taken hands nothing on

    def push_together(self, node: Node, moves: Sequence[Any]) -> Any:
        """A rule that knows no shapes takes n tangents as one: beside them every input has one more axis."""
        args, named = _parameters(node)
        if any(np.ndim(parameter) for parameter in (*args, *named.values())):
            return None  # it broadcasts against the axes that there were
        z, *inputs = (x[..., None] if isinstance(x, np.ndarray) else x for x in map(data_of, (node, *node.inputs)))
        count = next(move.shape[-1] for move in moves if move is not None)
        if not (parts := self.push(node, moves, z, inputs)):
            return None
        total = reduce(operator.add, parts)
        return np.asarray(np.broadcast_to(total, (*node.shape, count)), dtype_of(node))


class Step(Elementwise):
    """An operation that is constant between its jumps: recorded, but no derivative passes."""

    __slots__ = ()
    family = "step"

    def pull(self, node: Node, g: Any) -> Sequence[Any]:
        """Nothing, to any input."""
        return per_slot(None for _ in node.inputs)

    def push(self, node: Node, moves: Sequence[Any], z: Any, inputs: Sequence[Any]) -> list[Any]:
        """Nothing, from any input."""
        return []


class Unary(Elementwise):
    """An operation on each element of one input, without parameters."""

    __slots__ = ()

    def pull(self, node: Node, g: Any) -> Sequence[Any]:
        """derivative(g, z, x)."""
        derivative = self.derivatives[0]
        try:
            if type(g) is float or not isinstance(g, Node):
                return derivative(g, node._raw, node.first._raw), None
            return derivative(g, node, node.first), None
        except ArithmeticError:
            return Primitive.pull(self, node, g)[0], None


class Binary(Elementwise):
    """An operation on each pair of elements of two inputs, without parameters: here a scalar sweep spends its time."""

    __slots__ = ()

    def pull(self, node: Node, g: Any) -> Sequence[Any]:
        """derivative(g, z, x, y) of each input that is a node."""
        if type(g) is not float and isinstance(g, Node):
            return Primitive.pull(self, node, g)
        x, y = node.first, node.second
        left, right = self.derivatives
        try:
            if type(y) is float or not isinstance(y, Node):
                return left(g, node._raw, x._raw, y), None
            if type(x) is float or not isinstance(x, Node):
                return None, right(g, node._raw, x, y._raw)
            z, a, b = node._raw, x._raw, y._raw
            return left(g, z, a, b), right(g, z, a, b)
        except ArithmeticError:
            return Primitive.pull(self, node, g)


class Linear(Primitive):
    """A linear map of its inputs together: it is its own Jacobian, so a tangent moves as it maps.

    add: of one that picks elements of its only input, add(gradient, g, *parameters) adds g to those of the input's
    gradient, in place: what a plain sweep does instead of `pull`.
    """

    __slots__ = ("add",)
    family = "linear"

    def __init__(
        self, name: str, compute: Operation, derivatives: Sequence[Derivative | None], add: Operation | None = None
    ) -> None:
        super().__init__(name, compute, derivatives)
        self.add = add

    def push(self, node: Node, moves: Sequence[Any], z: Any, inputs: Sequence[Any]) -> list[Any]:
        """The operation of the moves, 0 for an input that stays."""
        args, named = _parameters(node)
        moves = [np.zeros_like(data_of(x)) if move is None else move for move, x in zip(moves, inputs, strict=True)]
        return [self.apply(moves, *args, **named)]

    def push_together(self, node: Node, moves: Sequence[Any]) -> Any:
        """The operation on arrays whose elements are rows of n numbers; None where it computes with its elements."""
        args, named = _parameters(node)
        count = next(move.shape[-1] for move in moves if move is not None)
        dtype = dtype_of(node)
        row = np.dtype((np.void, count * dtype.itemsize))
        pairs = zip(moves, node.inputs, strict=True)
        moves = [np.zeros((*np.shape(data_of(x)), count)) if move is None else move for move, x in pairs]
        rows = (np.ascontiguousarray(move, dtype).view(row)[..., 0] for move in moves)
        try:
            moved = self.compute(*rows, *args, **named)
        except (AutogradError, TypeError, ValueError):
            return None
        return np.ascontiguousarray(moved[..., None]).view(dtype) if moved.dtype == row else None


class Joining(Linear):
    """A linear map of many inputs: adjoint(g, inputs, *parameters) gives all their contributions at once."""

    __slots__ = ("adjoint",)

    def __init__(self, name: str, compute: Operation, adjoint: Operation) -> None:
        super().__init__(name, compute, ())
        self.adjoint = adjoint

    def pull(self, node: Node, g: Any) -> Sequence[Any]:
        """The parts of g, each to the input that it came from."""
        args, named = _parameters(node)
        parts = self.adjoint(g, node.inputs, *args, **named)
        return per_slot(part if isinstance(x, Node) else None for part, x in zip(parts, node.inputs, strict=True))


class Multilinear(Primitive):
    """A product, linear in each of its inputs: a tangent takes the place of each in turn."""

    __slots__ = ()
    family = "multilinear"

    def push(self, node: Node, moves: Sequence[Any], z: Any, inputs: Sequence[Any]) -> list[Any]:
        """The operation with the move of one input in its place, for each input that moves."""
        args, named = _parameters(node)
        return [
            self.apply((*inputs[:i], move, *inputs[i + 1 :]), *args, **named)
            for i, move in enumerate(moves)
            if move is not None
        ]


def flow(derivative: Derivative, g: Any, z: Any, /, *inputs: Any, **named: Any) -> Any:
    """What one derivative hands to one input; IEEE's answer where Python's floats raise."""
    try:
        return derivative(g, z, *inputs, **named)
    except ArithmeticError:
        return ieee(derivative, g, z, *inputs, **named)


def seen(node: Node, is_recorded: bool) -> tuple[Any, Sequence[Any]]:
    """A node and its inputs as derivatives see them: themselves where a sweep is recorded, else their data."""
    return (node, node.inputs) if is_recorded else (node._raw, [*map(data_of, node.inputs)])


def per_slot(parts: Iterable[Any]) -> Sequence[Any]:
    """The parts as a list, with None for the second slot of a node of one input."""
    found = list(parts)
    return found if len(found) > 1 else [*found, None]


def _parameters(node: Node) -> tuple[tuple[Any, ...], dict[str, Any]]:
    assert node.rule is not None
    return node.rule.args, node.rule.named


def refuse_other_kinds(name: str, data: Any) -> None:
    """A KindError where an operation gave anything but floats."""
    if type(data) is not float and data.dtype.kind != "f":
        raise KindError(f"{name} gave {data.dtype}, not floats: a parameter is no real number")


def refuse_nodes(name: str, parameters: Sequence[Any]) -> None:
    """A KindError where a node, or a complex number, is among the parameters or among the elements of one."""
    for parameter in parameters:
        if type(parameter) in _PLAIN:
            continue
        for x in parameter if isinstance(parameter, tuple | list) else (parameter,):
            if isinstance(x, Node):
                x.as_parameter(name)
            if isinstance(x, np.ndarray) and type(x) is not np.ndarray:
                without_subclass(x, name)
            if isinstance(x, complex | np.complexfloating) or (isinstance(x, np.ndarray) and x.dtype.kind == "c"):
                raise KindError(f"{name} takes no complex numbers; got {describe(x)} among its parameters")


_PLAIN = {int, float, bool, str, slice, type(None)}  # kinds of parameters that need no look inside
