"""What is checked: a function that the engine differentiates, or one with a gradient written by hand."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import numpy as np

from ..calculus.linear import concatenate, reshape
from ..containers import leaf, zero
from ..errors import KindError, ShapeError
from ..node import Node, data_of
from ..sweep import gradients, tangents

Arguments = Sequence[Any]
"""Floats and float arrays: the arguments that vary."""


class Subject(Protocol):
    """A function with derivatives of its own; everything in raw floats and arrays."""

    def value(self, args: Arguments) -> Any:
        """f(*args)."""

    def reverse(self, args: Arguments, upstreams: Iterable[Any]) -> list[tuple[Any, ...]]:
        """For each upstream gradient the gradients of the arguments."""

    def forward(self, args: Arguments, directions: Iterable[Arguments]) -> list[Any] | None:
        """For each direction how f's value moves along it; None where there is no such mode."""

    def gradient(self) -> "Subject | None":
        """The function (*args, upstream) -> all gradients in one vector; None where it has no derivatives."""


class Recorded:
    """A function of nodes, differentiated by the sweeps."""

    def __init__(self, f: Callable[..., Any]) -> None:
        self.f = f

    def value(self, args: Arguments) -> Any:
        """f(*args) as raw data."""
        return data_of(self.f(*map(leaf, args)))

    def reverse(self, args: Arguments, upstreams: Iterable[Any]) -> list[tuple[Any, ...]]:
        """One run of f, one sweep for each upstream."""
        leaves = [leaf(x) for x in args]
        root = self.f(*leaves)
        return [pulled(root, leaves, upstream) for upstream in upstreams]

    def forward(self, args: Arguments, directions: Iterable[Arguments]) -> list[Any]:
        """One run of f, one forward pass for each direction."""
        leaves = [leaf(x) for x in args]
        root = self.f(*leaves)
        still = 0.0 * np.asarray(data_of(root))
        moves = []
        for direction in directions:
            move = tangents(root, dict(zip(leaves, direction, strict=True))) if isinstance(root, Node) else None
            moves.append(still if move is None else data_of(move))
        return moves

    def gradient(self) -> "Gradient":
        """The recorded sweep as a function."""
        return Gradient(self)


class Gradient(Recorded):
    """The reverse sweep over a function: its values by a plain sweep, its derivatives from the recorded one."""

    def __init__(self, below: Recorded) -> None:
        def recorded(*nodes: Node) -> Any:
            *leaves, upstream = nodes
            return _joined(pulled(below.f(*leaves), leaves, upstream, differentiable=True))

        super().__init__(recorded)
        self.below = below

    def value(self, args: Arguments) -> Any:
        """The gradients in one vector."""
        return _joined(self.below.reverse(args[:-1], [args[-1]])[0])


class Handwritten:
    """A function of arrays with backward(g, *args), which uses nothing of this package."""

    def __init__(self, f: Callable[..., Any], backward: Callable[..., Any], slots: Sequence[int], count: int) -> None:
        self.f, self.backward, self.slots, self.count = f, backward, slots, count

    def value(self, args: Arguments) -> Any:
        """f(*args)."""
        return self.f(*args)

    def reverse(self, args: Arguments, upstreams: Iterable[Any]) -> list[tuple[Any, ...]]:
        """One call of backward for each upstream."""
        return [self._parts(self.backward(upstream, *args)) for upstream in upstreams]

    def forward(self, args: Arguments, directions: Iterable[Arguments]) -> None:
        """There is no forward mode."""

    def gradient(self) -> None:
        """A gradient written by hand is not differentiated again."""

    def _parts(self, answer: Any) -> tuple[Any, ...]:
        """The gradients of the arguments that vary; backward may give those of the others too, or leave them out."""
        parts = tuple(answer) if isinstance(answer, tuple | list) else (answer,)
        if len(parts) == len(self.slots):
            return parts
        if len(parts) == self.count:
            return tuple(parts[i] for i in self.slots)
        raise ShapeError(f"gradient gave {len(parts)} gradients for {len(self.slots)} arguments that vary")


def pulled(root: Any, leaves: Sequence[Node], upstream: Any, differentiable: bool = False) -> tuple[Any, ...]:
    """The gradients of the leaves, 0 where the root does not depend on them."""
    found = gradients(root, upstream, differentiable=differentiable) if isinstance(root, Node) else {}
    return tuple(zero(x) if (g := found.get(x)) is None else g for x in leaves)


def outcome(subject: Subject, args: Arguments) -> Any:
    """f's value as a float or a float array; a KindError where it is anything else."""
    value = subject.value(args)
    kind = np.asarray(value).dtype
    if kind not in (np.float32, np.float64):
        raise KindError(f"f must give a float or an array of float32 or float64 to have derivatives; it gave {kind}")
    return value


def _joined(parts: Iterable[Any]) -> Any:
    return concatenate([reshape(part, (-1,)) for part in parts])
