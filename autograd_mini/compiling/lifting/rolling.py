"""Recurrences found on the tape: steps that repeat again and again, each fed by the one before, become one loop."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .simplifying import Operation, Tape

FEWEST = 1000  # entries below which nobody looks for a loop
TIMES = 100  # iterations from which on it is one
LONG = 5000  # iterations from which on whatever repeats is one: side by side it would be as many levels
SEVERAL = 4  # recurrences alike that are done side by side
WIDE = 64  # operations that could be done side by side, on an average, from which on nobody looks for a loop
NEAR = 24  # places of the same operation that are tried for the one before
LONGEST = 256  # operations of one iteration at most
INPUTS = 3  # of an operation at most
NONE = np.iinfo(np.int64).min  # in the place of an input that an operation does not have


class Own(NamedTuple):
    """What an operation of the body gave, in this iteration (lag 0) or in the one before (lag 1)."""

    step: int
    lag: int


class Outer(NamedTuple):
    """What comes from outside: the places on the tape, one for each iteration, or one for all."""

    places: Any


class First(NamedTuple):
    """What stands for the iteration before the first: an operation of the body, and a place on the tape."""

    step: int
    place: int


@dataclass
class Loop:
    """Operations that are repeated.

    start: the place of the first operation of the first iteration. count: how many iterations. body: the operations,
    each with its inputs. first: for what is taken from the iteration before, what the first iteration takes.
    """

    start: int
    count: int
    body: list[tuple[Operation, list[Own | Outer]]]
    first: list[First]

    @property
    def end(self) -> int:
        """The place behind the last operation."""
        return self.start + self.count * len(self.body)


def loops(tape: Tape, depth: int) -> list[Loop]:
    """The recurrences on the tape, in its order, none inside another.

    Steps that do not feed one another are none: they are done side by side. So are running sums, unless they are very
    long, and recurrences of which there are several alike: what lies at the same level in each is an array.
    depth: how many operations wait for one another at most.
    """
    if len(tape.entries) < FEWEST or depth * WIDE < len(tape.entries):
        return []
    found = [loop for loop in _Search(tape).run() if loop.count >= LONG or _feeds_itself(loop)]
    alike = Counter(map(_kind, found))
    chosen = (loop for loop in found if loop.first and (loop.count >= LONG or alike[_kind(loop)] < SEVERAL))
    return sorted(chosen, key=lambda loop: loop.start)


def levels_of(tape: Tape, rolled: dict[int, Loop]) -> list[int]:
    """How many operations must be done before each entry; a loop is one."""
    levels: list[int] = []
    for place, entry in enumerate(tape.entries):
        if place < len(levels):
            continue
        level = 1 + max([levels[x] for x in entry.inputs if x >= 0], default=-1)
        if place in rolled:
            loop = rolled[place]
            outer = [x.places.tolist() for _, inputs in loop.body for x in inputs if isinstance(x, Outer)]
            before = [x for places in (*outer, [first.place for first in loop.first]) for x in places if x >= 0]
            level = 1 + max([levels[x] for x in before], default=0)
            levels += [level] * (loop.end - loop.start)
        else:
            levels.append(level)
    return levels


def _kind(loop: Loop) -> tuple[Any, ...]:
    return tuple(sorted(id(operation) for operation, _ in loop.body))  # wherever the body is taken to begin


def _feeds_itself(loop: Loop) -> bool:
    """Whether an iteration needs more of the one before than sums that go on."""
    sums = {x.step for x in loop.first if loop.body[x.step][0].name == "add"}
    uses = [(j, x) for j, (_, inputs) in enumerate(loop.body) for x in inputs if isinstance(x, Own)]
    return any(x.lag and (x.step not in sums or j != x.step) for j, x in uses) or any(
        x.step in sums and not x.lag for _, x in uses
    )


class _Search:
    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        known: dict[int, int] = {}
        count = len(tape.entries)
        kinds, places = [], []
        for entry in tape.entries:
            operation, inputs = entry.operation, entry.inputs
            are_numbers = all(x < 0 or tape.entries[x].shape is None for x in inputs)
            fits = operation is not None and len(inputs) <= INPUTS and entry.shape is None and are_numbers
            kinds.append(known.setdefault(id(operation), len(known)) if fits else -1)
            places.append((*inputs, NONE, NONE, NONE)[:INPUTS] if fits else (NONE,) * INPUTS)
        self.kinds = np.array(kinds)
        self.places = np.array(places).reshape(count, INPUTS)

    def run(self) -> Iterator[Loop]:
        """The longest stretches first looked for in the middle, then on both sides of what was found."""
        waiting = [(0, len(self.kinds))]
        while waiting:
            low, high = waiting.pop()
            if high - low < TIMES:
                continue
            middle = (low + high) // 2
            loop = self._around(middle, low, high)
            if loop is None:
                if high - low >= FEWEST:
                    waiting += [(low, middle), (middle, high)]
                continue
            yield loop
            waiting += [(low, loop.start), (loop.end, high)]

    def _around(self, middle: int, low: int, high: int) -> Loop | None:
        nearby = np.arange(max(low, middle - LONGEST), middle)
        for other in nearby[self.kinds[nearby] == self.kinds[middle]][: -NEAR - 1 : -1]:
            length = int(middle - other)
            repeats = self._repeats(length, max(low, middle - 8 * length), min(high, middle + 8 * length))
            if self.kinds[middle] >= 0 and len(repeats) and repeats.all():
                loop = self._of_length(length, middle, low, high)
                if loop is not None:
                    return loop
        return None

    def _repeats(self, length: int, low: int, high: int) -> Any:
        """For each place from low + 2 · length on whether it does what was done twice before, one step further."""
        kinds, places = self.kinds[low:high], self.places[low:high]
        steps = places[length:] - places[:-length]
        evenly = (steps[length:] == steps[:-length]) & ((places[2 * length :] < 0) == (places[: -2 * length] < 0))
        constant = (places[2 * length :] < 0) & (places[: -2 * length] < 0) & (places[length:-length] < 0)
        alike = (kinds[2 * length :] == kinds[length:-length]) & (kinds[2 * length :] == kinds[: -2 * length])
        return alike & (kinds[2 * length :] >= 0) & (evenly | constant).all(axis=1)

    def _of_length(self, length: int, middle: int, low: int, high: int) -> Loop | None:
        repeats = self._repeats(length, low, high)
        i = middle - low - 2 * length
        if not 0 <= i < len(repeats) or not repeats[i]:
            return None
        breaks = np.flatnonzero(~repeats)
        after = np.searchsorted(breaks, i)
        start = low + (int(breaks[after - 1]) + 1 if after else 0)  # the iteration two before is the first alike
        end = low + 2 * length + (int(breaks[after]) if after < len(breaks) else len(repeats))
        return self._loop(length, start, (end - start) // length)

    def _loop(self, length: int, start: int, count: int) -> Loop | None:
        """The loop, begun later if need be, where what is taken from outside is there before it; else None."""
        if count < TIMES:
            return None
        end = start + count * length
        places = self.places[start:end].reshape(count, length, INPUTS)
        body, first = [], {}
        for j in range(length):
            operation = self.tape.entries[start + j].operation
            assert operation is not None
            inputs: list[Own | Outer] = []
            for slot in range(len(self.tape.entries[start + j].inputs)):
                row = places[:, j, slot]
                offset = int(row[0]) - start
                inside = row >= start
                if not inside.any():
                    inputs.append(Outer(row[:1] if (row == row[0]).all() else row))
                elif int(row[1] - row[0]) != length or offset < -length:
                    return None
                elif offset >= 0:
                    inputs.append(Own(offset, 0))
                else:
                    inputs.append(Own(offset + length, 1))
                    first[offset + length] = int(row[0])
            body.append((operation, inputs))
        return Loop(start, count, body, [First(*pair) for pair in first.items()])
