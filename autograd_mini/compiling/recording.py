"""One recording of a function: its listing, where arguments go in, where results and decisions come out."""

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import KindError
from ..node import Node
from ..tensor import Tensor
from ..value import Value
from .lifting.composing import compose
from .lifting.contracting import contract
from .lifting.lifted import Lifted
from .lifting.listing import Listing, View
from .lifting.origins import Origins, origins_of
from .lifting.simplifying import Tape
from .running.machine import Engine, Machine, by_numpy
from .running.pieces import with_pieces_in_place
from .running.planning import Plan, plan
from .running.products import with_matrix_products
from .running.results import Results, results_of
from .tracing.deciding import Decision
from .tracing.indices import Indices
from .tracing.surroundings import Surroundings
from .tracing.trace import Trace


@dataclass(eq=False)
class Recording:
    """What a function computed, as a program.

    listing: the instructions, as they read best. numbers: the buffer of the arguments that are numbers, None where
    there are none. arrays: for each argument that is an array its buffer, or the Indices that stood for it. row: the
    buffer of all numbers that are results, and behind them those that were decided by. array_results, array_decisions:
    views, or constants. captured_numbers, captured_arrays: nodes from outside, which are read anew at every run, with
    their buffers. origins: where the instructions came from. decisions: by nodes of the kind of those
    that were looked at, which hold no graph. surroundings: what the function reads by name, None where it came from a
    file.
    """

    origins: Origins
    decisions: tuple[Decision, ...]
    listing: Listing
    numbers: int | None
    arrays: list[int | Indices]
    row: int | None
    results: Results
    array_results: list[Any]
    array_decisions: list[Any]
    captured_numbers: tuple[int, list[Node]] | None = None
    captured_arrays: list[tuple[int, Node]] = field(default_factory=list)
    engine: Engine = by_numpy
    surroundings: Surroundings | None = None

    def __post_init__(self) -> None:
        self._machines: list[Machine] = []
        self._own = threading.local()  # those of each thread, where results lie in a machine's memory
        self.batch: Any = None  # what runs many inputs at once, from the first time on that it is needed

    @property
    def is_current(self) -> bool:
        """Whether what the function reads by name is as it was recorded."""
        return self.surroundings is None or self.surroundings.are_as_before()

    @property
    def kept(self) -> set[int]:
        """The buffers that hold results or decisions."""
        return kept_buffers(self.row, [*self.array_results, *self.array_decisions])

    @cached_property
    def laid_out(self) -> Listing:
        """The listing as NumPy runs it: products are matrix products, and pieces are added in place."""
        return with_pieces_in_place(with_matrix_products(self.listing), self.kept)

    @property
    def given(self) -> list[int]:
        """The buffers that are filled before a run."""
        captured = None if self.captured_numbers is None else self.captured_numbers[0]
        return [b for b in (self.numbers, captured) if b is not None]

    @property
    def outside(self) -> list[int]:
        """The buffers that lie elsewhere: arrays that are arguments or captured, and constants."""
        arrays = [b for b in self.arrays if not isinstance(b, Indices)]
        return [*arrays, *(b for b, _ in self.captured_arrays), *self.laid_out.constants]

    @cached_property
    def plan(self) -> Plan:
        """Where its buffers lie when NumPy runs it."""
        return plan(self.laid_out, self.given, self.outside, self.kept)

    @cached_property
    def new_machine(self) -> Callable[[], Machine]:
        """What makes one more machine that runs the listing."""
        return self.engine(self.laid_out, self.given, self.outside, self.kept)

    def run(self, numbers: Sequence[float], arrays: Sequence[Any], *, copy: bool = True) -> tuple[Any, list[Any]]:
        """What the function gives for these arguments, and the data that its decisions go by.

        copy: whether arrays among the results have memory of their own.
        """
        machines = self._machines if copy else self._own.__dict__.setdefault("machines", [])
        try:
            machine = machines.pop()
        except IndexError:
            machine = self.new_machine()
        machine.begin()
        if self.numbers is not None:
            machine.fill(self.numbers, numbers)
        self.bind_captured(machine)
        for b, array in zip(self.arrays, arrays, strict=True):
            if isinstance(b, Indices):
                machine.indices[b] = array
            else:
                machine.bind(b, array)
        machine.run()
        row = [] if self.row is None else machine.buffers[self.row].tolist()
        found = [machine.read(x) if isinstance(x, View) else x for x in self.array_results]
        if copy or len({*map(id, found)}) < len(found):  # one view for two results, which each may write into
            found = [np.array(x) for x in found]
        result = self.results.nesting.build(row, found)
        decided = self._decided(machine, row) if self.decisions else []
        machines.append(machine)
        return result, decided

    def profile(self, runs: int) -> list[list[float]]:
        """The seconds of each instruction of `laid_out`, in so many runs with the arguments of the last."""
        machines = self._machines or self._own.__dict__.get("machines", [])
        if not machines or type(machines[-1]) is not Machine:
            raise KindError("NumPy has not run it yet: call the program, not what native() made of it, then profile it")
        machine = machines.pop()
        times = [machine.timed() for _ in range(runs)]
        machines.append(machine)
        return times

    def bind_captured(self, machine: Machine) -> None:
        """Tell a machine what the nodes from outside hold now."""
        if self.captured_numbers is not None:
            b, nodes = self.captured_numbers
            machine.fill(b, [node._raw for node in nodes])
        for b, node in self.captured_arrays:
            machine.bind(b, node._raw)

    def _decided(self, machine: Machine, row: list[float]) -> list[Any]:
        numbers = iter(row[self.results.numbers :])
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


def recorded(
    function: Callable[..., Any], trace: Trace, engine: Engine = by_numpy, fixed: Iterable[Any] = ()
) -> Recording:
    """The trace of the function as a program; fixed: the arguments that do not vary."""
    results, given_back = results_of(trace.outcome)
    decided = [decision.node for decision in trace.decisions if isinstance(decision.node, Node)]
    given = [x.node for x in trace.arguments]
    roots = [*given_back.numbers, *given_back.arrays, *decided]
    leaves = [x for x in trace.arguments if isinstance(x.node, Node)]
    tape = Tape(trace.nodes, roots, [x.node for x in leaves], trace.start)
    lifted = Lifted(tape, [x.name + _NUMBERED.sub("", x.path.removeprefix(x.name)) for x in leaves], trace.notes.sweeps)

    def buffer(node: Node) -> int:
        return lifted.place_of(tape.place_of(node)).buffer

    def found(node: Node) -> Any:
        place = tape.place_of(node)
        return lifted.place_of(place) if place >= 0 else tape.constant(place)

    numbers, captured_numbers = lifted.number_groups
    row = [*given_back.numbers, *(node for node in decided if _is_number(node))]
    in_row = lifted.joined([tape.place_of(x) for x in row], given_back.starts) if row else None
    at_row = None if in_row is None else lifted.add(in_row, (len(row),))
    array_results = [found(node) for node in given_back.arrays]
    array_decisions = [found(node) for node in decided if not _is_number(node)]
    needed = kept_buffers(at_row, [*array_results, *array_decisions])
    contract(lifted, needed)
    captured = list(filter(_is_number, tape.captured))
    return Recording(
        origins_of(tape, trace.notes),
        tuple(map(_without_graph, trace.decisions)),
        compose(lifted.groups, needed),
        numbers,
        [x if isinstance(x, Indices) else buffer(x) for x in given if isinstance(x, Indices) or not _is_number(x)],
        at_row,
        results,
        array_results,
        array_decisions,
        None if captured_numbers is None else (captured_numbers, captured),
        [(buffer(x), x) for x in tape.captured if not _is_number(x)],
        engine,
        Surroundings(function, {id(x) for x in tape.arrays}, fixed),
    )


_NUMBERED = re.compile(r"\[\d+\]")  # places in a list: they tell its numbers apart, not its row from another


def kept_buffers(row: int | None, found: Iterable[Any]) -> set[int]:
    """The buffers of a row of numbers and of the views among what was found."""
    return {x.buffer for x in found if isinstance(x, View)} | ({row} if row is not None else set())


def of_kind(*, is_number: bool) -> Node:
    """A node of which no more is asked than whether it is a number or an array."""
    return Value(0.0) if is_number else Tensor(0.0)


def _without_graph(decision: Decision) -> Decision:
    node = decision.node
    return decision if isinstance(node, Indices) else replace(decision, node=of_kind(is_number=_is_number(node)))


def _is_number(node: Node) -> bool:
    return type(node._raw) is float
