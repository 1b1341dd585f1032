"""Like numbers as arrays: what the same operation computes, at the same level, from the same arrays, is one array."""

import inspect
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from ..primitive import Elementwise, Linear, Primitive
from .groups import Call, Constants, Group, Joined, Like, Rolled, Source
from .listing import Number, View, whole
from .rolling import Loop, Outer, loops
from .simplifying import Entry, Operation, Tape
from .strides import Axis, refined, walk


class Lifted:
    """The groups of a tape, and where each of its entries lies."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.groups: list[Group] = []
        self.views: dict[int, View] = {}  # of the entries that are arrays
        count = len(tape.entries)
        self._group = [0] * count
        self._position = [0] * count
        self._level = [0] * count
        self._like: dict[Any, int] = {}
        self._known_constants: dict[bytes, int] = {}
        self._slots: dict[int, list[list[int]]] = {}  # for each group of numbers the places of its members' inputs
        self._calls: list[Group] = []
        self.number_groups = self._inputs()
        done = 0
        for loop in loops(tape):
            self._lift_all(done, loop.start)
            self._roll(loop)
            done = loop.end
        self._lift_all(done, count)
        for i, slots in self._slots.items():
            self._connect(self.groups[i], slots)
        for group in self._calls:  # now that the numbers before them lie in their order
            group.rule = self._call(self.tape.entries[group.members[0]])
        for group in self.groups:
            if isinstance(group.rule, Rolled):
                self._connect_loop(group.rule)

    def place_of(self, entry: int) -> View:
        """Where an entry's data lie."""
        return self.views.get(entry) or Number(self._group[entry], self._position[entry], (), ())

    def joined(self, places: Sequence[int]) -> Joined:
        """Numbers of the tape, constants among them, laid in a row."""
        groups: dict[int, list[int]] = {}
        for i, place in enumerate(places):
            groups.setdefault(self._group[place] if place >= 0 else -1, []).append(i)
        return Joined([(np.array(row), self._source([places[i] for i in row])) for row in groups.values()])

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

    def _own_array(self, place: int, shape: tuple[int, ...]) -> Group:
        raw = self.tape.entries[place].node._raw
        dtype = np.dtype(np.float64) if type(raw) is float else raw.dtype
        group = Group(None, [place], shape, dtype)
        self.groups.append(group)
        self._group[place] = len(self.groups) - 1
        if type(raw) is not float:
            self.views[place] = whole(self._group[place], shape)
        return group

    def _lift_all(self, start: int, end: int) -> None:
        entries = self.tape.entries
        for place in range(start, end):
            if entries[place].operation is not None:
                self._lift(place, entries[place])

    def _lift(self, place: int, entry: Entry) -> None:
        operation, inputs = entry.operation, entry.inputs
        assert operation is not None
        levels = self._level
        level = self._level[place] = 1 + max([levels[x] for x in inputs if x >= 0], default=0)
        groups = self._group
        if entry.shape is not None:
            self._lift_array(place, entry)
        elif is_on_elements(operation.primitive) and not any(x in self.views for x in inputs):
            key = (level, id(operation), *[groups[x] if x >= 0 else -1 for x in inputs])
            found = self._like.get(key)
            if found is None:
                found = self._like[key] = len(self.groups)
                self.groups.append(Group(Like(operation, []), [], ()))
                self._slots[found] = [[] for _ in inputs]
            members = self.groups[found].members
            groups[place], self._position[place] = found, len(members)
            members.append(place)
            for slot, x in zip(self._slots[found], inputs, strict=True):
                slot.append(x)
        elif operation.name == "as_number" and _is_one_double(self.tape.entries[inputs[0]].node._raw):
            view = self.views[inputs[0]]
            groups[place], self._position[place] = view.buffer, view.offset
        else:
            self._calls.append(self._own_array(place, ()))

    def _roll(self, loop: Loop) -> None:
        """A loop as one group: operation j of iteration k lies at j · count + k."""
        start, end, count = loop.start, loop.end, loop.count
        self.groups.append(Group(Rolled(loop, [], []), [*range(start, end)], (len(loop.body), count)))
        outer = [x.places for _, inputs in loop.body for x in inputs if isinstance(x, Outer)]
        before = [place for places in outer for place in places.tolist() if place >= 0]
        before += [first.place for first in loop.first if first.place >= 0]
        level = 1 + max((self._level[place] for place in before), default=0)
        self._level[start:end] = [level] * (end - start)
        self._group[start:end] = [len(self.groups) - 1] * (end - start)
        self._position[start:end] = np.arange(end - start).reshape(len(loop.body), count).T.ravel().tolist()

    def _connect_loop(self, rule: Rolled) -> None:
        outer = [x.places.tolist() for _, inputs in rule.loop.body for x in inputs if isinstance(x, Outer)]
        rule.outer = [self._from_anywhere(places) for places in outer]
        rule.first = [self._from_anywhere([first.place]) for first in rule.loop.first]

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
            moved = viewed(operation, view, self.groups[view.buffer])
            if moved is not None:
                self.views[place], self._group[place] = moved, view.buffer
                return
        self._calls.append(self._own_array(place, shape))

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

    def _connect(self, group: Group, slots: list[list[int]]) -> None:
        """Tell a group of like numbers where its inputs lie; put its members in an order in which they lie evenly."""
        assert isinstance(group.rule, Like)
        count = len(group.members)
        group.shape = (count,)
        read = [i for i, slot in enumerate(slots) if slot[0] >= 0]
        positions = {i: np.array([self._position[x] for x in slots[i]]) for i in read}
        order = even_order([positions[i] for i in read])
        if order is not None:
            positions = {i: row[order] for i, row in positions.items()}
            group.members = [group.members[k] for k in order]
            slots = [[slot[k] for k in order] for slot in slots]
            for position, member in enumerate(group.members):
                self._position[member] = position
        walks = [found.axes for row in positions.values() if (found := walk(row)) is not None]
        group.rule.inputs = [
            Source(self._group[slot[0]], positions[i]) if i in positions else self._constants(slot, walks)
            for i, slot in enumerate(slots)
        ]

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


def _is_one_double(raw: Any) -> bool:
    return np.size(raw) == 1 and np.asarray(raw).dtype == np.float64


def even_order(rows: Sequence[Any]) -> Any:
    """An order in which the rows of positions step evenly, and forwards; None where they do so as they are, or never.

    What sweeps back is computed last to first, and what a user shuffles in any order.
    """
    if not rows:
        return None
    found = [walk(row) for row in rows]
    if all(walked is not None for walked in found):
        strides = [axis.stride for walked in found if walked is not None for axis in walked.axes[:1] if axis.stride]
        return np.arange(len(rows[0]))[::-1] if strides and max(strides) < 0 else None
    order = np.lexsort(tuple(reversed(rows)))
    return order if all(walk(row[order]) is not None for row in rows) else None


@cache
def is_on_elements(primitive: Primitive) -> bool:
    """Whether the operation on an array is the operation on each of its elements, whatever their number."""
    return isinstance(primitive, Elementwise) and "axis" not in inspect.signature(primitive.compute).parameters


def _with_all_axes(index: Any) -> Any:
    """The index with an ellipsis for the axes it does not name: NumPy then gives a view of a single element too."""
    parts = index if isinstance(index, tuple) else (index,)
    return None if any(part is Ellipsis for part in parts) else (*parts, ...)


def viewed(operation: Operation, view: View, group: Group) -> View | None:
    """The view that an operation makes of its one input, None where it computes or copies."""
    if not isinstance(operation.primitive, Linear) or operation.reads_indices:
        return None
    memory = np.empty(group.size, np.int8)
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
