"""What is checked: a function that the engine differentiates, or one with a gradient written by hand."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import numpy as np

from ...admission import FLOATS, numeric
from ...calculus.linear import concatenate, reshape
from ...containers import leaf, mapped, zero
from ...errors import KindError, ShapeError
from ...forward import tangents
from ...node import Node, data_of
from ...reverse import gradients
from ..numbers.vectors import Array, flat, unit_vectors
from .filling import Filling, name_parts
from .trials import Trial, telling_the_call

Arguments = Sequence[Any]
"""Floats and float arrays: what varies, however it is nested in the arguments of f."""


class Subject(Protocol):
    """A function of what varies, with derivatives of its own; everything in raw floats and arrays."""

    names: list[str]
    """For people, what each argument is called."""

    def wrap(self, x: Any) -> Any:
        """What f is given for x; given for two arguments, it is one thing given twice."""

    def value(self, args: Arguments) -> Any:
        """f's value."""

    def pull_back(self, args: Arguments, upstreams: Iterable[Any]) -> list[tuple[Any, ...]]:
        """For each upstream gradient the gradients of the arguments."""

    def push_forward(self, args: Arguments, directions: Iterable[Arguments]) -> list[Any] | None:
        """For each direction how f's value moves along it; None where there is no such mode."""

    def differentiate(self) -> "Subject | None":
        """The function (*args, upstream) -> all gradients in one vector; None where it has no derivatives."""


class Recorded:
    """A function of nodes, differentiated by the sweeps."""

    def __init__(self, f: Callable[..., Any], names: list[str]) -> None:
        self.f, self.names = f, names

    def wrap(self, x: Any) -> Node:
        """A leaf of this very array, however it lies in memory."""
        node = leaf(x)
        node._raw = x
        return node

    def run(self, args: Arguments) -> tuple[Any, list[Node]]:
        """f's value, a node or a constant, and its leaves."""
        leaves = [x if isinstance(x, Node) else self.wrap(x) for x in args]
        return self.f(*leaves), leaves

    def value(self, args: Arguments) -> Any:
        """f's value as raw data."""
        return data_of(self.run(args)[0])

    def pull_back(self, args: Arguments, upstreams: Iterable[Any]) -> list[tuple[Any, ...]]:
        """One run of f, one sweep for each upstream."""
        root, leaves = self.run(args)
        found = []
        for upstream in upstreams:
            with telling_the_call("the reverse sweep", upstream, args, self.names):
                found.append(sweep_back(root, leaves, upstream))
        return found

    def push_forward(self, args: Arguments, directions: Iterable[Arguments]) -> list[Any]:
        """One run of f, one forward pass for each direction."""
        root, leaves = self.run(args)
        still = 0.0 * np.asarray(data_of(root))
        moves = []
        for direction in directions:
            move = tangents(root, dict(zip(leaves, direction, strict=True))) if isinstance(root, Node) else None
            moves.append(still if move is None else data_of(move))
        return moves

    def differentiate(self) -> "Gradient":
        """The recorded sweep as a function."""
        return Gradient(self)


class Gradient(Recorded):
    """The reverse sweep over a function: its values by a plain sweep, its derivatives from the recorded one."""

    def __init__(self, below: Recorded) -> None:
        def sweep(*nodes: Node) -> Any:
            *leaves, upstream = nodes
            return _join(sweep_back(below.f(*leaves), leaves, upstream, differentiable=True))

        super().__init__(sweep, [*below.names, "the upstream gradient"])
        self.below = below

    def value(self, args: Arguments) -> Any:
        """The gradients in one vector."""
        return _join(self.below.pull_back(args[:-1], [args[-1]])[0])


class Handwritten:
    """A function of arrays with backward(g, *args), which uses nothing of this package."""

    def __init__(self, f: Callable[..., Any], backward: Callable[..., Iterable[Any]], names: list[str]) -> None:
        self.f, self.backward, self.names = f, backward, names

    def wrap(self, x: Any) -> Any:
        """The array itself."""
        return x

    def value(self, args: Arguments) -> Any:
        """f's value."""
        return self.f(*args)

    def pull_back(self, args: Arguments, upstreams: Iterable[Any]) -> list[tuple[Any, ...]]:
        """One call of backward for each upstream."""
        found = []
        for upstream in upstreams:
            with telling_the_call("gradient(g, *args)", upstream, args, self.names):
                found.append(tuple(self.backward(upstream, *args)))
        return found

    def push_forward(self, args: Arguments, directions: Iterable[Arguments]) -> None:
        """There is no forward mode."""

    def differentiate(self) -> None:
        """A gradient written by hand is not differentiated again."""


def make_subject(
    f: Callable[..., Any], backward: Callable[..., Any] | None, given: Sequence[Any]
) -> tuple[Subject, Filling]:
    """f as a function of that alone which varies in the arguments, and where it stands in them."""
    tree = mapped(data_of, tuple(given))
    filling = Filling(tree, _varies, lambda x: np.array(x) if isinstance(x, np.ndarray) else float(x))
    value = lambda *values: filling.call("f", f, values)
    if backward is None:
        return Recorded(value, filling.names), filling
    wanted = [i for i, arg in enumerate(tree) if any(_varies(x) for _, x in name_parts("", arg))]
    by_hand = lambda g, *values: _pick(tree, wanted, filling.call("gradient", backward, values, g))
    return Handwritten(value, by_hand, filling.names), filling


def _pick(tree: tuple[Any, ...], wanted: list[int], answer: Any) -> list[Any]:
    """The gradients of what varies, which is in the wanted arguments; backward may give those of the others, too."""
    parts = answer if isinstance(answer, tuple) and not _is_sole_gradient(tree, wanted, answer) else (answer,)
    if len(parts) == len(tree):
        parts = tuple(parts[i] for i in wanted)
    if len(parts) != len(wanted):
        names = ", ".join(f"argument {i}" for i in wanted)
        raise ShapeError(
            f"gradient must return {'one gradient' if len(wanted) == 1 else f'a tuple of {len(wanted)} gradients'}, "
            f"for {names}; it gave {len(parts)}"
        )
    found: list[Any] = []
    for i, part in zip(wanted, parts, strict=True):
        try:
            mapped(lambda x, g: found.append(g) if _varies(x) else None, tree[i], part)
        except (KeyError, TypeError, ValueError) as error:
            raise ShapeError(f"the gradient of argument {i} is not nested as the argument is: {error}") from error
    return found


def _is_sole_gradient(tree: tuple[Any, ...], wanted: list[int], answer: tuple[Any, ...]) -> bool:
    """Whether the tuple is the gradient of the one argument that varies, itself a tuple, rather than a tuple of it."""
    if len(wanted) > 1 or not isinstance(tree[wanted[0]], tuple):
        return False
    nested: list[bool] = []
    try:
        mapped(lambda x, g: nested.append(isinstance(g, dict | list | tuple)), tree[wanted[0]], answer)
    except ShapeError:
        return False
    return not any(nested)


def _varies(x: Any, name: str = "an array") -> bool:
    if isinstance(x, np.ndarray | np.generic) and x.dtype.kind in "fc":
        if x.dtype not in FLOATS:
            raise KindError(f"{name} is of {x.dtype}; derivatives are by float32 and float64: convert it with astype")
        numeric(x, f"check_gradients of {name}")  # refuses masks and matrices
        return True
    return isinstance(x, float)


def sweep_back(root: Any, leaves: Sequence[Node], upstream: Any, differentiable: bool = False) -> tuple[Any, ...]:
    """The gradients of the leaves, 0 where the root does not depend on them."""
    found = gradients(root, upstream, differentiable=differentiable) if isinstance(root, Node) else {}
    return tuple(zero(x) if (g := found.get(x)) is None else g for x in leaves)


def evaluate(subject: Subject, args: Arguments) -> Any:
    """f's value as a float or a float array; a KindError where it is anything else."""
    value = subject.value(args)
    if isinstance(value, float) or (isinstance(value, np.ndarray | np.generic) and value.dtype in FLOATS):
        return value
    kind = f"an array of {value.dtype}" if isinstance(value, np.ndarray | np.generic) else type(value).__name__
    way_out = ": check its parts one by one" if isinstance(value, dict | list | tuple) else ""
    wanted = "a float or an array of float32 or float64 to have derivatives"
    raise KindError(f"f must give {wanted}; it gave {kind}{way_out}")


def jacobian(subject: Subject, args: Arguments) -> Array:
    """All derivatives in reverse mode, (elements of the value, elements of the arguments)."""
    value = evaluate(subject, args)
    gradients = subject.pull_back(args, [unit[0] for unit in unit_vectors([value])])
    return np.array([flat(g) for g in gradients]).reshape(np.size(value), sum(np.size(x) for x in args))


def try_value(subject: Subject, args: Arguments) -> Any:
    """f's value; None where f refuses these numbers, or gives none."""
    with Trial():
        return evaluate(subject, args)
    return None


def _join(parts: Iterable[Any]) -> Any:
    return concatenate([reshape(part, (-1,)) for part in parts])
