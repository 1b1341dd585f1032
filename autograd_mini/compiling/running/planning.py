"""Where buffers lie: each in memory that is free for as long as it is needed."""

from collections.abc import Collection
from typing import NamedTuple

from ..lifting.listing import Instruction, Listing, View
from .kernels import is_in_place

LINE = 64  # bytes of a cache line: every buffer begins at one


class Plan(NamedTuple):
    """For each buffer that lives in the program's own memory its first byte; how many bytes there are in all."""

    offsets: dict[int, int]
    size: int


def plan(listing: Listing, given: Collection[int], outside: Collection[int], kept: Collection[int]) -> Plan:
    """Places for the buffers that instructions write, and for those given anew at every call.

    given: buffers that are filled before the first instruction. outside: buffers that lie elsewhere. kept: buffers
    whose contents are read after the last instruction.
    """
    last_use = {x.buffer: i for i, instruction in enumerate(listing.instructions) for x in instruction.views}
    never = len(listing.instructions)
    last_use |= dict.fromkeys((*kept, *given), never)
    memory = _Memory()
    offsets = {b: memory.take(_bytes(listing, b)) for b in given}
    for i, instruction in enumerate(listing.instructions):
        b = instruction.output.buffer
        dying = [x for x in instruction.views if last_use[x.buffer] == i and x.buffer not in outside]
        if b not in offsets:
            heir = next((x for x in dying if _may_inherit(listing, instruction, x)), None)
            if heir is not None:
                offsets[b] = offsets[heir.buffer]
                dying = [x for x in dying if x.buffer != heir.buffer]
            else:
                offsets[b] = memory.take(_bytes(listing, b))
        for dead in {x.buffer for x in dying}:
            memory.give_back(offsets[dead], _bytes(listing, dead))
    return Plan(offsets, memory.size)


def _bytes(listing: Listing, b: int) -> int:
    buffer = listing.buffers[b]
    return max(1, -(-buffer.size * buffer.dtype.itemsize // LINE)) * LINE


def _may_inherit(listing: Listing, instruction: Instruction, x: View) -> bool:
    """Whether the output may take the place of an input that nobody reads again."""
    output = instruction.output
    alike = (x.offset, x.shape, x.strides) == (output.offset, output.shape, output.strides)
    old, new = listing.buffers[x.buffer], listing.buffers[output.buffer]
    others = [y for y in instruction.views if y.buffer == x.buffer and y != x]
    return is_in_place(instruction) and alike and not others and (old.size, old.dtype) == (new.size, new.dtype)


class _Memory:
    """Stretches that are free; where none is large enough, the memory grows."""

    def __init__(self) -> None:
        self.size = 0
        self._free: list[tuple[int, int]] = []  # (first, length), in order

    def take(self, length: int) -> int:
        """The first byte of a stretch that is free from now on no longer: the shortest that is long enough."""
        fitting = [(free, first) for first, free in self._free if free >= length]
        if not fitting:
            first = self.size
            self.size += length
            return first
        free, first = min(fitting)
        self._free.remove((first, free))
        if free > length:
            self._insert(first + length, free - length)
        return first

    def give_back(self, first: int, length: int) -> None:
        """The stretch is free again, joined with what is free beside it."""
        for other, free in list(self._free):
            if other + free == first:
                self._free.remove((other, free))
                first, length = other, length + free
            elif first + length == other:
                self._free.remove((other, free))
                length += free
        self._insert(first, length)

    def _insert(self, first: int, length: int) -> None:
        self._free.append((first, length))
        self._free.sort()
