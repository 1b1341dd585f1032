"""The recorded graph as a flat tape: constants folded, equal expressions shared, the dead left out."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...node import Node
from ...primitive import Primitive
from ..tracing.indices import holds_indices

Shape = tuple[int, ...] | None  # None: a number, of a Value


class Operation(NamedTuple):
    """A primitive with the parameters of a call."""

    primitive: Primitive
    args: tuple[Any, ...]
    named: dict[str, Any]

    @property
    def name(self) -> str:
        """The primitive's name."""
        return self.primitive.name

    @property
    def reads_indices(self) -> bool:
        """Whether an argument of whole numbers is among the parameters: then it is computed anew at each run."""
        return holds_indices((*self.args, self.named))


class Entry(NamedTuple):
    """One operation of the tape. inputs: entries by their place on it (0, 1, …), constants by ~place (-1, -2, …)."""

    operation: Operation | None  # None: an input of the program
    inputs: tuple[int, ...]
    node: Node

    @property
    def shape(self) -> Shape:
        """The shape of the array; None for a number."""
        raw = self.node._raw
        return None if type(raw) is float else raw.shape


class Tape:
    """Operations in the order of birth, each once, and only those that an output or a decision needs.

    nodes: what was recorded, oldest first; those born before `start` came from outside, and are inputs as well.
    entries: the operations, inputs of the program among them. constants: numbers and arrays. place_of: where the data
    of a node that was asked for stands: an entry, or ~constant.
    """

    def __init__(self, nodes: Iterable[Node], roots: Iterable[Node], inputs: Iterable[Node], start: int) -> None:
        self.entries: list[Entry] = []
        self.constants: list[Any] = []
        self.recorded = 0
        self._places: dict[Node, int] = {}
        self._shared: dict[Any, int] = {}
        self._operations: dict[Any, Operation] = {}
        self.inputs = list(inputs)
        for node in self.inputs:
            self._places[node] = self._append(Entry(None, (), node))
        for node in nodes:
            if node not in self._places:
                self._places[node] = self._place(node, start)
        self.captured = [e.node for e in self.entries if e.operation is None][len(self.inputs) :]
        self._drop_dead([self._places[root] for root in roots])

    def place_of(self, node: Node) -> int:
        """Where the data of a root or an input stands: an entry's place, or ~ that of a constant."""
        return self._places[node]

    @property
    def arrays(self) -> list[Any]:
        """The arrays that operations read where they lie: among the constants, and among the parameters."""
        found: list[Any] = [*self.constants]
        for operation in self._operations.values():
            found += [*_parts((operation.args, operation.named))]
        return [x for x in found if isinstance(x, np.ndarray)]

    def constant(self, place: int) -> Any:
        """The constant in a negative place."""
        return self.constants[~place]

    def _place(self, node: Node, start: int) -> int:
        self.recorded += 1
        rule, known, first, second = node.rule, self._places, node.first, node.second
        if node.birth < start:
            return self._append(Entry(None, (), node))
        if rule is None:
            return self._constant(node._raw)
        one = known[first] if isinstance(first, Node) else self._constant(first)
        if second is None:
            places: tuple[int, ...] = (one,)
        elif type(second) is not tuple:
            places = one, (known[second] if isinstance(second, Node) else self._constant(second))
        else:
            places = one, *(known[x] if isinstance(x, Node) else self._constant(x) for x in second)
        operation = self._operations.get(id(rule)) or self._operation(rule)
        if second is None or min(places) < 0:  # else there is nothing to simplify, and most have nothing
            if max(places) < 0 and not operation.reads_indices:
                return self._constant(node._raw)
            if (rewrite := _REWRITES.get(operation.name)) is not None:
                place = rewrite(self, node, places)
                if place is not None:
                    return place
        key = id(operation), places
        place = self._shared.get(key)
        if place is None:
            place = self._shared[key] = self._append(Entry(operation, places, node))
        return place

    def _append(self, entry: Entry) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1

    def _constant(self, raw: Any) -> int:
        key = (raw, math.copysign(1.0, raw)) if type(raw) is float and raw == raw else id(raw)
        place = self._shared.get(key)
        if place is None:
            self.constants.append(raw)
            place = self._shared[key] = -len(self.constants)
        return place

    def _operation(self, rule: Any) -> Operation:
        alike = (id(rule.primitive), _key(rule.args), _key(tuple(sorted(rule.named.items()))))
        found = self._operations.get(alike)
        if found is None:
            found = self._operations[alike] = Operation(rule.primitive, rule.args, rule.named)
        self._operations[id(rule)] = found
        return found

    def _drop_dead(self, roots: Sequence[int]) -> None:
        needed = bytearray(len(self.entries))
        needed[: len(self.inputs)] = b"\1" * len(self.inputs)
        for place in roots:
            if place >= 0:
                needed[place] = 1
        for place in range(len(self.entries) - 1, -1, -1):
            if needed[place]:
                for x in self.entries[place].inputs:
                    if x >= 0:
                        needed[x] = 1
        moved = np.cumsum(np.frombuffer(needed, np.uint8), dtype=np.int64) - 1
        to = moved.tolist()
        self.entries = [
            Entry(entry.operation, tuple([to[x] if x >= 0 else x for x in entry.inputs]), entry.node)
            for entry, is_needed in zip(self.entries, needed, strict=True)
            if is_needed
        ]
        alive = np.frombuffer(needed, np.uint8)
        self._places = {node: to[x] if x >= 0 else x for node, x in self._places.items() if x < 0 or alive[x]}
        self.captured = [node for node in self.captured if node in self._places]


def _parts(parameter: Any) -> Iterator[Any]:
    """What a parameter consists of."""
    if isinstance(parameter, dict):
        parameter = [*parameter.values()]
    if isinstance(parameter, tuple | list):
        for part in parameter:
            yield from _parts(part)
    else:
        yield parameter


def _key(parameter: Any) -> Any:
    """What parameters that do the same have in common, and can be looked up by."""
    if isinstance(parameter, tuple | list):
        return type(parameter), *map(_key, parameter)
    if isinstance(parameter, slice):
        return slice, parameter.start, parameter.stop, parameter.step
    try:
        hash(parameter)
    except TypeError:
        return id(parameter)
    return type(parameter), parameter, math.copysign(1.0, parameter) if isinstance(parameter, float) else None


def _is_alike(tape: Tape, node: Node, place: int) -> bool:
    """Whether the node's data have the kind, shape and dtype of what stands in the place."""
    raw, other = node._raw, tape.entries[place].node._raw
    if type(raw) is float or type(other) is float:
        return type(raw) is type(other)
    return bool(raw.shape == other.shape and raw.dtype == other.dtype)


def is_same_number(x: Any, number: float | None) -> bool:
    """Whether x is the number, with its sign of zero."""
    return type(x) is float and x == number and math.copysign(1.0, x) == math.copysign(1.0, number)


def _is_of_nodes(node: Node) -> bool:
    """Whether the constant came from a node: a number of the user's own, like a label 1.0 among others, is data."""
    return isinstance(node.first, Node) and isinstance(node.second, Node)


Rewrite = Callable[[Tape, Node, tuple[int, ...]], int | None]


def _itself(tape: Tape, node: Node, places: tuple[int, ...]) -> int | None:
    """x where nothing changes."""
    return places[0] if _is_alike(tape, node, places[0]) else None


def _beside(*neutral: float | None) -> Rewrite:
    """x where the input beside it is a number that changes no bit: one for each of the two inputs, None for none."""

    def rewrite(tape: Tape, node: Node, places: tuple[int, ...]) -> int | None:
        for place, other, number in zip(places, reversed(places), reversed(neutral), strict=True):
            if place < 0 or other >= 0 or not is_same_number(tape.constants[~other], number):
                continue
            if _is_alike(tape, node, place):
                return place if type(node._raw) is not float or _is_of_nodes(node) else None
        return None

    return rewrite


def _opposite(tape: Tape, node: Node, places: tuple[int, ...]) -> int | None:
    """x for -(-x)."""
    entry = tape.entries[places[0]]
    return entry.inputs[0] if entry.operation is not None and entry.operation.name == "negative" else None


NEUTRAL: dict[str, tuple[float | None, float | None]] = {
    "multiply": (1.0, 1.0),
    "add": (-0.0, -0.0),  # 0.0 would make 0.0 of -0.0
    "subtract": (None, 0.0),
    "divide": (None, 1.0),
    "power": (None, 1.0),
}
"""For an operation of two inputs the number in the place of each that leaves the other as it is, to the last bit."""

_REWRITES: dict[str, Rewrite] = {
    "positive": _itself,
    "negative": _opposite,
    **{name: _beside(*numbers) for name, numbers in NEUTRAL.items()},
    **dict.fromkeys(("reshape", "broadcast_to", "astype", "squeeze"), _itself),
}
