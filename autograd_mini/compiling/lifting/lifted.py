"""Like numbers as arrays: what the same operation computes, at the same level, from the same arrays, is one array."""

import inspect
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np

from ...primitive import Elementwise, Linear, Primitive
from .groups import Call, Constants, Group, Joined, Like, Rolled, Source
from .listing import Number, View, whole
from .ordering import arranged
from .rolling import Loop, Outer, levels_of, loops
from .simplifying import NEUTRAL, Entry, Operation, Tape, is_same_number
from .strides import Axis, refined, walk


class Lifted:
    """The groups of a tape, and where each of its entries lies.

    rows: for each input of the tape what it belongs to, such as the name of a list of numbers: like numbers come from
    the same rows. sweeps: the first and last birth of each sweep that was recorded.
    """

    def __init__(self, tape: Tape, rows: Sequence[str], sweeps: Sequence[tuple[int, int]]) -> None:
        self.tape = tape
        # What a sweep computes is not like what was computed before it, though it be the same operation.
        births = [entry.node.birth for entry in tape.entries]
        self._era = np.searchsorted(np.sort(np.array(sweeps, np.int64).reshape(-1)), births).tolist()
        self.groups: list[Group] = []
        self.views: dict[int, View] = {}  # of the entries that are arrays
        count = len(tape.entries)
        self._group = [0] * count
        self._position = [0] * count
        self._known_constants: dict[bytes, int] = {}
        self.number_groups = self._inputs()
        number_of = {row: -2 - i for i, row in enumerate(dict.fromkeys(rows))}
        self._owner = [number_of[row] for row in rows] + [0] * (count - len(rows))
        levels = levels_of(tape, {})
        rolled = {loop.start: loop for loop in loops(tape, 1 + max(levels, default=0))}
        if rolled:
            levels = levels_of(tape, rolled)
        inside = {place for loop in rolled.values() for place in range(loop.start + 1, loop.end)}
        places = (place for place in np.argsort(levels, kind="stable").tolist() if place not in inside)
        for _, level in groupby(places, levels.__getitem__):
            self._lift(level, rolled)

    def place_of(self, entry: int) -> View:
        """Where an entry's data lie."""
        return self.views.get(entry) or Number(self._group[entry], self._position[entry], (), ())

    def joined(self, places: Sequence[int], starts: Sequence[int] = ()) -> Joined:
        """Numbers of the tape, constants among them, laid in a row; starts: where what belongs together begins."""
        owners = [self._group[place] if place >= 0 else -1 for place in places]
        rows = [list(row) for _, row in groupby(range(len(places)), owners.__getitem__)]
        if len(rows) > 2 * len({*owners}):  # by turns: each group's in one piece
            by_owner: dict[int, list[int]] = {}
            for i, owner in enumerate(owners):
                by_owner.setdefault(owner, []).append(i)
            rows = [*by_owner.values()]
        pieces = [(np.array(row), self._source([places[i] for i in row])) for row in rows]
        return Joined([part for piece in pieces for part in _in_steps(*piece, starts)])

    def add(self, rule: Any, shape: tuple[int, ...]) -> int:
        """A further group, and its number."""
        self.groups.append(Group(rule, [], shape))
        return len(self.groups) - 1

    def _inputs(self) -> tuple[int | None, int | None]:
        """The groups of the numbers among the arguments and among what is captured; an array is a group of its own."""
        tape = self.tape
        given = len(tape.inputs)
        places = [i for i, entry in enumerate(tape.entries) if entry.operation is None]
        groups = [
            self._row([i for i in part if tape.entries[i].shape is None]) for part in (places[:given], places[given:])
        ]
        for i in places:
            if (shape := tape.entries[i].shape) is not None:
                self._own_array(i, shape)
        return groups[0], groups[1]

    def _row(self, numbers: list[int]) -> int | None:
        if not numbers:
            return None
        self.groups.append(Group(None, numbers, (len(numbers),)))
        for position, i in enumerate(numbers):
            self._group[i], self._position[i] = len(self.groups) - 1, position
        return len(self.groups) - 1

    def _own_array(self, place: int, shape: tuple[int, ...], rule: Joined | Call | None = None) -> None:
        raw = self.tape.entries[place].node._raw
        dtype = np.dtype(np.float64) if type(raw) is float else raw.dtype
        self.groups.append(Group(rule, [place], shape, dtype))
        self._group[place] = len(self.groups) - 1
        if type(raw) is not float:
            self.views[place] = whole(self._group[place], shape)

    def _lift(self, places: Iterable[int], rolled: dict[int, Loop]) -> None:
        """The entries of one level, none of which reads another: like numbers, loops, and whole arrays."""
        like: dict[Any, tuple[list[int], list[list[int]]]] = {}  # members, and the places of each of their inputs
        entries, groups, views, owner = self.tape.entries, self._group, self.views, self._owner
        for place in places:
            operation, inputs, node = entries[place]
            if operation is None:
                continue
            if place in rolled:
                self._roll(rolled[place])
            elif type(node._raw) is not float:
                self._lift_array(place, entries[place])
            elif is_on_elements(operation.primitive) and not (views and any(x in views for x in inputs)):
                key = (id(operation), self._era[place], *[owner[x] or groups[x] if x >= 0 else -1 for x in inputs])
                found = like.get(key)
                if found is None:
                    found = like[key] = [], [[] for _ in inputs]
                found[0].append(place)
                for slot, x in zip(found[1], inputs, strict=True):
                    slot.append(x)
            elif operation.name == "as_number" and _is_one_double(entries[inputs[0]].node._raw):
                view = views[inputs[0]]
                groups[place], self._position[place] = view.buffer, view.offset
            else:
                self._own_array(place, (), self._call(entries[place]))
        for members, slots in like.values():
            self._connect(members, slots)

    def _roll(self, loop: Loop) -> None:
        """A loop as one group: operation j of iteration k lies at j · count + k."""
        start, end, count = loop.start, loop.end, loop.count
        outer = [x.places.tolist() for _, inputs in loop.body for x in inputs if isinstance(x, Outer)]
        rule = Rolled(
            loop,
            [self._from_anywhere(places) for places in outer],
            [self._from_anywhere([first.place]) for first in loop.first],
        )
        self.groups.append(Group(rule, [*range(start, end)], (len(loop.body), count)))
        self._group[start:end] = [len(self.groups) - 1] * (end - start)
        self._position[start:end] = np.arange(end - start).reshape(len(loop.body), count).T.ravel().tolist()

    def _from_anywhere(self, places: Sequence[int]) -> Any:
        """Where entries lie that may be in several groups: laid in a row if they are."""
        if places[0] < 0 or len({self._group[x] for x in places}) == 1:
            return self._source(places)
        return Source(self.add(self.joined(places), (len(places),)), np.arange(len(places)))

    def _lift_array(self, place: int, entry: Entry) -> None:
        operation, shape = entry.operation, entry.shape
        assert operation is not None
        assert shape is not None
        if len(entry.inputs) == 1 and (view := self.views.get(entry.inputs[0])) is not None:
            moved = viewed(operation, view, self.groups[view.buffer].size)
            if moved is not None:
                self.views[place], self._group[place] = moved, view.buffer
                return
        self._own_array(place, shape, self._call(entry))

    def _call(self, entry: Entry) -> Joined | Call:
        """The operation of an entry that is an array of its own."""
        operation, inputs = entry.operation, entry.inputs
        assert operation is not None
        are_numbers = all(x < 0 or self.tape.entries[x].shape is None for x in inputs)
        if operation.name == "stack" and len(entry.shape or ()) == 1 and are_numbers:
            return self.joined(inputs)
        return Call(operation, [self._operand(x) for x in inputs])

    def _operand(self, place: int) -> Any:
        if place < 0:
            return self.tape.constant(place)
        return self.place_of(place)

    def _connect(self, members: list[int], slots: list[list[int]]) -> None:
        """Like numbers as an array, or several, in an order in which their inputs lie evenly."""
        operation = self.tape.entries[members[0]].operation
        assert operation is not None
        read = [i for i, slot in enumerate(slots) if slot[0] >= 0]
        positions = {i: np.array([self._position[x] for x in slots[i]]) for i in read}
        for order in arranged([positions[i] for i in read]):
            ordered = {i: row[order] for i, row in positions.items()}
            walks = [found.axes for row in ordered.values() if (found := walk(row)) is not None]
            chosen = order.tolist()
            inputs = [
                Source(self._group[slot[0]], ordered[i])
                if i in read
                else self._constants([slot[k] for k in chosen], walks)
                for i, slot in enumerate(slots)
            ]
            if (same := _unchanged(operation, inputs)) is not None:
                for k, position in zip(chosen, same.positions.tolist(), strict=True):
                    self._group[members[k]], self._position[members[k]] = same.group, position
                continue
            self.groups.append(Group(Like(operation, inputs), [members[k] for k in chosen], (len(chosen),)))
            for position, member in enumerate(self.groups[-1].members):
                self._group[member], self._position[member] = len(self.groups) - 1, position

    def _source(self, places: Sequence[int]) -> Any:
        """Where inputs lie that are all in one group, or what they are if they are constants."""
        if places[0] < 0:
            return self._constants(places, [])
        position = self._position
        return Source(self._group[places[0]], np.array([position[x] for x in places]))

    def _constants(self, places: Sequence[int], beside: list[tuple[Axis, ...]]) -> Source | float:
        """Constants: one for all, or an array of their own, without axes along which they only repeat.

        beside: the walks through the inputs beside them, which tell what the axes are.
        """
        numbers = np.array([self.tape.constant(x) for x in places])
        bits = numbers.view(np.int64)
        if (bits == bits[0]).all():
            return float(numbers[0])
        axes = refined(beside) if beside else None
        lengths = [axis.length for axis in axes[0]] if axes else [len(numbers)]
        bits = bits.reshape(lengths)
        index = np.zeros(lengths, np.int64)
        step = 1
        for k in reversed(range(len(lengths))):
            if (bits == bits.take([0], k)).all():
                bits = bits.take([0], k)
            else:
                index += step * np.arange(lengths[k]).reshape(-1, *[1] * (len(lengths) - k - 1))
                step *= lengths[k]
        key = bits.tobytes()
        if key not in self._known_constants:
            self._known_constants[key] = self.add(Constants(bits.reshape(-1).view(np.float64)), (bits.size,))
        return Source(self._known_constants[key], index.reshape(-1))


def _in_steps(positions: Any, source: Any, starts: Sequence[int]) -> list[tuple[Any, Any]]:
    """A piece of a row as it is, where it goes and comes from in even steps; else cut where something begins."""
    is_whole = walk(positions) is not None and (not isinstance(source, Source) or walk(source.positions) is not None)
    cuts: Any = np.unique(np.searchsorted(positions, starts)) if len(starts) else []
    if is_whole or not len(cuts) or not isinstance(source, Source):
        return [(positions, source)]
    pairs = zip(np.split(positions, cuts), np.split(source.positions, cuts), strict=True)
    return [(to, Source(source.group, of)) for to, of in pairs if len(to)]


def _unchanged(operation: Operation, inputs: Sequence[Any]) -> Source | None:
    """The one input that the operation leaves as it is, because the other is a number like 1.0 in a product."""
    for x, other, number in zip(inputs, reversed(inputs), reversed(NEUTRAL.get(operation.name, ())), strict=False):
        if isinstance(x, Source) and is_same_number(other, number):
            return x
    return None


def _is_one_double(raw: Any) -> bool:
    return np.size(raw) == 1 and np.asarray(raw).dtype == np.float64


@cache
def is_on_elements(primitive: Primitive) -> bool:
    """Whether the operation on an array is the operation on each of its elements, whatever their number."""
    return isinstance(primitive, Elementwise) and "axis" not in inspect.signature(primitive.compute).parameters


def _with_all_axes(index: Any) -> Any:
    """The index with an ellipsis for the axes it does not name: NumPy then gives a view of a single element too."""
    parts = index if isinstance(index, tuple) else (index,)
    return None if any(part is Ellipsis for part in parts) else (*parts, ...)


def viewed(operation: Operation, view: View, size: int) -> View | None:
    """The view that an operation makes of its one input, in a buffer of that size; None where it computes or copies."""
    if not isinstance(operation.primitive, Linear) or operation.reads_indices:
        return None
    memory = np.empty(size, np.int8)
    array, args = view.of(memory), operation.args
    if operation.name == "getitem" and (whole_index := _with_all_axes(*args, **operation.named)) is not None:
        args = (whole_index,)
    try:
        moved = operation.primitive.compute(array, *args, **({} if args is not operation.args else operation.named))
    except TypeError:  # it computes with the elements
        return None
    if not isinstance(moved, np.ndarray) or moved.dtype != np.int8 or not np.may_share_memory(moved, memory):
        return None
    offset = moved.__array_interface__["data"][0] - memory.__array_interface__["data"][0]
    return View(view.buffer, offset, moved.shape, moved.strides)
