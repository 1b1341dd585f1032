"""Runs a listing: one call of NumPy for each instruction, in memory that was planned before."""

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from struct import Struct
from time import perf_counter
from typing import Any

import numpy as np

from ..lifting.listing import Instruction, Listing, View
from .kernels import kernel
from .planning import LINE, Plan, plan


class Machine:
    """Memory for one run of a listing at a time, with every instruction bound to its place in it.

    poison: fill the memory with nan before each run, so that what is read before it was written shows.
    """

    poison = False

    def __init__(self, listing: Listing, plan: Plan) -> None:
        room = np.zeros(plan.size + LINE, np.uint8)
        start = -room.ctypes.data % LINE
        self._memory = room[start : start + plan.size]
        self.buffers: dict[int, Any] = {}
        for b, offset in plan.offsets.items():
            buffer = listing.buffers[b]
            self.buffers[b] = np.ndarray(buffer.size, buffer.dtype, self._memory, offset)
        for b, numbers in listing.constants.items():
            self.buffers[b] = numbers
        self._steps: list[tuple[Any, list[Any]]] = []
        self._slots: dict[int, list[tuple[list[Any], int, View]]] = {}
        self._bound: dict[int, Any] = {}
        self._read: dict[View, Any] = {}
        self._packed: dict[int, tuple[Struct, Any]] = {}
        self.indices: dict[Any, Any] = {}  # for the Indices of the recording the arrays of this run
        self._dtypes = [buffer.dtype for buffer in listing.buffers]
        for instruction in listing.instructions:
            self._add(instruction)

    def _add(self, instruction: Instruction) -> None:
        """One more step: an instruction with its inputs and its output where they lie."""
        function, further = kernel(instruction, self.indices)
        given: list[Any] = []
        for x in instruction.inputs:
            if isinstance(x, View) and x.buffer not in self.buffers:
                self._slots.setdefault(x.buffer, []).append((given, len(given), x))
                given.append(None)
            else:
                given.append(x.of(self.buffers[x.buffer]) if isinstance(x, View) else x)
        output = instruction.output
        self._steps.append((function, [*given, *further, output.of(self.buffers[output.buffer])]))
        for slots in self._slots.values():
            for i, (arguments, slot, view) in enumerate(slots):
                if arguments is given:
                    slots[i] = self._steps[-1][1], slot, view

    def bind(self, b: int, array: Any) -> None:
        """Let the instructions read a buffer from an array of somebody else's."""
        if array is not self._bound.get(b):
            memory = np.ascontiguousarray(array, self._dtypes[b])
            for arguments, slot, view in self._slots.get(b, ()):
                arguments[slot] = view.of(memory)
            self._bound[b] = memory  # a copy is nobody's argument, so it is made anew at the next run

    def fill(self, b: int, numbers: Sequence[float]) -> None:
        """Write numbers into a buffer of their own; twice as fast as an assignment to the array."""
        if b not in self._packed:
            memory = self.buffers[b]
            self._packed[b] = Struct(f"{memory.size}d"), memoryview(memory).cast("B")
        packer, memory = self._packed[b]
        packer.pack_into(memory, 0, *numbers)

    def read(self, view: View) -> Any:
        """What lies in a view."""
        b = view.buffer
        if b not in self.buffers:
            return view.of(self._bound[b])
        if view not in self._read:
            self._read[view] = view.of(self.buffers[b])
        return self._read[view]

    def begin(self) -> None:
        """Where tests look for what is read before it was written, everything is nan before a run."""
        if Machine.poison:
            self._memory[:] = 255  # of such bytes every float is nan

    def run(self) -> None:
        """All instructions, in order."""
        with np.errstate(all="ignore"):
            for function, arguments in self._steps:
                function(*arguments)

    def timed(self) -> list[float]:
        """All instructions, in order; the seconds that each takes."""
        times = [perf_counter()]
        with np.errstate(all="ignore"):
            for function, arguments in self._steps:
                function(*arguments)
                times.append(perf_counter())
        return [end - start for start, end in pairwise(times)]


Engine = Callable[[Listing, Collection[int], Collection[int], Collection[int]], Callable[[], Machine]]
"""engine(listing, given, outside, kept), buffers as `planning.plan` takes them: what makes machines that run it."""


def by_numpy(
    listing: Listing, given: Collection[int], outside: Collection[int], kept: Collection[int]
) -> Callable[[], Machine]:
    """Each instruction a call of NumPy."""
    planned = plan(listing, given, outside, kept)
    return lambda: Machine(listing, planned)
