"""One recording of a function: its listing, where arguments go in, where results and decisions come out."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ..node import Node
from .composing import compose
from .contracting import contract
from .indices import Indices
from .lifting import Lifted
from .listing import Listing, View
from .planning import Plan, plan
from .products import with_matrix_products
from .results import Results
from .running import Machine
from .simplifying import Tape
from .tracing import Trace


class Recording:
    """What a function computed, as a program.

    listing: the instructions, as they read best. numbers: the buffer of the arguments that are numbers, None where
    there are none. arrays: for each argument that is an array its buffer, or the Indices that stood for it.
    captured_numbers, captured_arrays: the same of nodes from outside, which are read anew at every run. row: the buffer
    of all numbers that are results, and behind them those that were decided by. array_results, array_decisions: views,
    or constants.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.decisions = trace.decisions
        self.results = results = Results(trace.outcome)
        decided = [decision.node for decision in self.decisions if isinstance(decision.node, Node)]
        given = [x.node for x in trace.arguments]
        leaves = [x for x in given if isinstance(x, Node)]
        roots = [*results.numbers, *results.arrays, *decided]
        self.tape = Tape(trace.nodes, roots, leaves, trace.start)
        lifted = Lifted(self.tape)
        self.numbers, self.captured_numbers = lifted.number_groups
        self.arrays = [
            x if isinstance(x, Indices) else self._buffer(lifted, x)
            for x in given
            if isinstance(x, Indices) or type(x._raw) is not float
        ]
        captured = self.tape.captured
        self.captured_number_nodes = [node for node in captured if type(node._raw) is float]
        self.captured_arrays = [(self._buffer(lifted, x), x) for x in captured if type(x._raw) is not float]
        row = [*results.numbers, *(node for node in decided if type(node._raw) is float)]
        self.row = lifted.add(lifted.joined([self.tape.place_of(x) for x in row]), (len(row),)) if row else None
        self.array_results = [self._found(lifted, node) for node in results.arrays]
        self.array_decisions = [self._found(lifted, node) for node in decided if type(node._raw) is not float]
        views = [x.buffer for x in (*self.array_results, *self.array_decisions) if isinstance(x, View)]
        self.kept = {*views, *([] if self.row is None else [self.row])}
        contract(lifted, self.kept)
        self.listing = compose(lifted.groups, self.kept)
        self._machines: list[Machine] = []

    @cached_property
    def laid_out(self) -> Listing:
        """The listing as NumPy runs it, with products as matrix products."""
        return with_matrix_products(self.listing)

    @cached_property
    def plan(self) -> Plan:
        """Where its buffers lie."""
        given = [b for b in (self.numbers, self.captured_numbers) if b is not None]
        arrays = [b for b in self.arrays if not isinstance(b, Indices)]
        outside = [*arrays, *(b for b, _ in self.captured_arrays), *self.listing.constants]
        return plan(self.laid_out, given, outside, self.kept)

    def run(self, numbers: Sequence[float], arrays: Sequence[Any], *, copy: bool = True) -> tuple[Any, list[Any]]:
        """What the function gives for these arguments, and the data that its decisions go by.

        copy: whether arrays among the results have memory of their own.
        """
        try:
            machine = self._machines.pop()
        except IndexError:
            machine = Machine(self.laid_out, self.plan)
        machine.begin()
        if self.numbers is not None:
            machine.fill(self.numbers, numbers)
        if self.captured_numbers is not None:
            machine.fill(self.captured_numbers, [node._raw for node in self.captured_number_nodes])
        for b, array in zip(self.arrays, arrays, strict=True):
            if isinstance(b, Indices):
                machine.indices[b] = array
            else:
                machine.bind(b, array)
        for b, node in self.captured_arrays:
            machine.bind(b, node._raw)
        machine.run()
        row = [] if self.row is None else machine.buffers[self.row].tolist()
        found = [machine.read(x) if isinstance(x, View) else x for x in self.array_results]
        if copy:
            found = [np.array(x) for x in found]
        result = self.results.nesting.build(row, found)
        decided = self._decided(machine, row) if self.decisions else []
        self._machines.append(machine)
        return result, decided

    def profile(self, runs: int) -> list[list[float]]:
        """The seconds of each instruction of `laid_out`, in so many runs with the arguments of the last."""
        machine = self._machines.pop()
        times = [machine.timed() for _ in range(runs)]
        self._machines.append(machine)
        return times

    def _buffer(self, lifted: Lifted, node: Node) -> int:
        return lifted.place_of(self.tape.place_of(node)).buffer

    def _found(self, lifted: Lifted, node: Node) -> Any:
        place = self.tape.place_of(node)
        return lifted.place_of(place) if place >= 0 else self.tape.constant(place)

    def _decided(self, machine: Machine, row: list[float]) -> list[Any]:
        numbers = iter(row[len(self.results.numbers) :])
        arrays = iter(self.array_decisions)
        found: list[Any] = []
        for decision in self.decisions:
            if isinstance(decision.node, Indices):
                found.append(machine.indices[decision.node])
            elif type(decision.node._raw) is float:
                found.append(next(numbers))
            else:
                x = next(arrays)
                found.append(np.array(machine.read(x)) if isinstance(x, View) else x)  # another thread may run it next
        return found
