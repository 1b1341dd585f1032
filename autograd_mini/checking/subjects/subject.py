"""What is checked: a function that the engine differentiates, or one with a gradient written by hand."""

import os
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np

from ...admission import FLOATS, numeric
from ...calculus.linear import concatenate, reshape
from ...containers import leaf, mapped, zero
from ...errors import KindError, ShapeError
from ...forward import tangents
from ...lines import is_ours
from ...node import Node, data_of
from ...reverse import gradients
from ..numbers.vectors import Array, flat, show, unit_vectors
from .filling import Filling, name_parts

Arguments = Sequence[Any]
"""Floats and float arrays: what varies, however it is nested in the arguments of f."""

NOT_ABOUT_NUMBERS = (MemoryError, RecursionError, OSError, NameError)
"""What f never means as "outside my domain", which it may say by any other error: a check lets them through.

TimeoutError is an OSError. (KeyboardInterrupt is no Exception at all.)
"""


class Subject(Protocol):
    """A function of what varies, with derivatives of its own; everything in raw floats and arrays."""

    names: list[str]
    """For people, what each argument is called."""

    nest: Callable[[Arguments], tuple[Any, ...]]
    """The arguments of f with these numbers in them, nested as they were given, in memory of their own."""

    changes: Collection[tuple[str, str]]
    """Who, f or gradient, was seen to change which argument in what does not vary of it: constants, lists, dicts."""

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

    def __init__(
        self,
        f: Callable[..., Any],
        names: list[str],
        nest: Callable[[Arguments], tuple[Any, ...]] = tuple,
        changes: Collection[tuple[str, str]] = frozenset(),
    ) -> None:
        self.f, self.names, self.nest, self.changes = f, names, nest, changes

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

    def __init__(
        self,
        f: Callable[..., Any],
        backward: Callable[..., Iterable[Any]],
        names: list[str],
        nest: Callable[[Arguments], tuple[Any, ...]] = tuple,
        changes: Collection[tuple[str, str]] = frozenset(),
    ) -> None:
        self.f, self.backward, self.names, self.nest, self.changes = f, backward, names, nest, changes

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
) -> tuple[Subject, list[Any]]:
    """f as a function of that alone which varies in the arguments, and copies of what varies."""
    tree = mapped(data_of, tuple(given))
    filling = Filling(tree, _varies)
    varying = [np.array(x) if isinstance(x, np.ndarray) else float(x) for x in filling.varying]
    value = lambda *values: filling.call("f", f, values)
    if backward is None:
        return Recorded(value, filling.names, filling.copied, filling.changes), varying
    by_hand = lambda g, *values: _pick(tree, filling.call("gradient", backward, values, g))
    return Handwritten(value, by_hand, filling.names, filling.copied, filling.changes), varying


def _pick(tree: tuple[Any, ...], answer: Any) -> list[Any]:
    """The gradients of what varies; backward may give those of the other arguments too, or leave them out."""
    wanted = [i for i, arg in enumerate(tree) if any(_varies(x) for _, x in name_parts("", arg))]
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


@contextmanager
def telling_the_call(who: str, upstream: Any, args: Arguments, names: Sequence[str]) -> Iterator[None]:
    """What is raised inside says for which numbers it was."""
    try:
        yield
    except Exception as error:
        given = ", ".join(f"{name} is {show(x)}" for name, x in zip(names, args, strict=True))
        error.add_note(f"raised by {who} where the upstream gradient g is {show(upstream)}, {given}")
        raise


def words_of(error: Exception) -> str:
    """An error in words, the user's line that led to it, and the call that caused it where that is known."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not is_ours[frame.filename]]
    line = [f"in line {frames[-1].lineno} of {os.path.basename(frames[-1].filename)}"] if frames else []
    return "; ".join([f"{type(error).__name__}: {error}", *line, *getattr(error, "__notes__", [])])


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
    raise KindError(f"f must give a float or an array of float32 or float64 to have derivatives; it gave {kind}")


def jacobian(subject: Subject, args: Arguments) -> Array:
    """All derivatives in reverse mode, (elements of the value, elements of the arguments)."""
    value = evaluate(subject, args)
    gradients = subject.pull_back(args, [unit[0] for unit in unit_vectors([value])])
    return np.array([flat(g) for g in gradients]).reshape(np.size(value), sum(np.size(x) for x in args))


def try_value(subject: Subject, args: Arguments) -> Any:
    """f's value; None where f refuses these numbers, or gives none."""
    try:
        return evaluate(subject, args)
    except NOT_ABOUT_NUMBERS:
        raise
    except Exception:
        return None


def _join(parts: Iterable[Any]) -> Any:
    return concatenate([reshape(part, (-1,)) for part in parts])
