"""A listing as it is to be printed: arguments, constants and results apart, every array in its natural shape."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

import numpy as np

from ...errors import KindError
from ...node import Node
from ..lifting.lifted import is_on_elements
from ..lifting.listing import Buffer, Instruction, Number, View, whole
from ..recording import Recording
from ..tracing.indices import Indices
from .arguments import Arguments
from .memory import core_of, extent, grid_of, in_terms_of, run_of
from .outcomes import Stretch, leaves

MOST = 1_000_000  # numbers of an array in a source
FEW = 8  # positions that are written where they are used; more get a name


@dataclass
class Sketch:
    """What is printed of a recording.

    buffers: with the shapes that their names stand for. instructions: as they read best. given: the buffers of the
    arguments, in their order. together: the buffer of all numbers among them, where one is read. parts: buffers that
    are views of arguments. constants: arrays. positions: arrays of whole numbers, of gathers. indices: the buffers of
    arguments of whole numbers. parameters: by the ids of arrays that operations were told, their buffers. captured:
    buffers of nodes from outside. stretches: the views of results that are numbers. arrays: the results that are
    arrays. decided: what decisions were taken by, Indices where it is an argument of whole numbers.
    """

    arguments: Arguments
    buffers: list[Buffer]
    instructions: list[Instruction] = field(default_factory=list)
    given: list[int] = field(default_factory=list)
    together: int | None = None
    parts: dict[int, View] = field(default_factory=dict)
    constants: dict[int, Any] = field(default_factory=dict)
    positions: dict[int, Any] = field(default_factory=dict)
    indices: dict[Indices, int] = field(default_factory=dict)
    parameters: dict[int, int] = field(default_factory=dict)
    captured: dict[int, list[Any]] = field(default_factory=dict)
    stretches: dict[Stretch, View] = field(default_factory=dict)
    arrays: list[Any] = field(default_factory=list)
    decided: list[Any] = field(default_factory=list)

    def add(self, shape: Sequence[int], dtype: Any = np.float64) -> int:
        """A further buffer."""
        self.buffers.append(Buffer(prod(shape), np.dtype(dtype), tuple(shape)))
        return len(self.buffers) - 1


def sketch(recording: Recording, arguments: Arguments) -> Sketch:
    """The recording's listing, rewritten."""
    return _Sketching(recording, arguments).run()


def refuse_large(drawn: Sketch) -> None:
    """A KindError where a source would hold more numbers than anybody reads."""
    for b, data in drawn.constants.items():
        if np.size(data) > MOST:
            raise KindError(
                f"a source would hold {np.size(data):,} numbers of an array of shape {drawn.buffers[b].shape} that the "
                f"function takes from outside, and {MOST:,} are the most: give the array as an argument"
            )


def made(instruction: Instruction) -> str:
    """The name of an instruction that lifting made (take, put, copy, sum, product, loop); else nothing."""
    return "" if instruction.operation else instruction.name


def is_lifted(recording: Recording, instruction: Instruction) -> bool:
    """Whether it stands for an operation on each of many numbers: then its shape is ours to choose."""
    operation, output = instruction.operation, instruction.output
    if operation is None or not is_on_elements(operation.primitive):
        return False
    if any(np.ndim(x) for x in (*operation.args, *operation.named.values())):
        return False
    return len(output.shape) < 2 or output.shape != recording.listing.buffers[output.buffer].shape


def first_node(recording: Recording, instruction: Instruction) -> Node | None:
    """The first node of those that an instruction stands for; None where there is none: a file holds no nodes."""
    entries = recording.tape.entries
    return entries[instruction.members[0]].node if instruction.members and entries else None


class _Sketching:
    def __init__(self, recording: Recording, arguments: Arguments) -> None:
        self.recording, self.listing = recording, recording.listing
        self.sketch = Sketch(arguments, [replace(b) for b in self.listing.buffers])
        self._parts: dict[Any, int] = {}
        self._constants: dict[Any, int] = {}
        self._constant_arrays: dict[int, int] = {}
        self._runs: list[tuple[int, int, int]] = []  # first, count, buffer
        self._rows: list[tuple[int, int, int]] = []

    def run(self) -> Sketch:
        """All of it."""
        sketch, recording = self.sketch, self.recording
        self._give()
        self._part_results()
        for b, node in recording.captured_arrays:
            sketch.captured[b] = [node]
        if recording.captured_numbers is not None:
            b, nodes = recording.captured_numbers
            sketch.captured[b] = nodes
        for instruction in self.listing.instructions:
            sketch.instructions.append(self._rewritten(instruction))
        sketch.arrays = [self._read(x) if isinstance(x, View) else x for x in recording.array_results]
        sketch.decided = [self._read(x) if isinstance(x, View) else x for x in self._decided()]
        for stretch, view in sketch.stretches.items():
            sketch.stretches[stretch] = self._read(view)
        return sketch

    def _decided(self) -> Iterator[Any]:
        recording = self.recording
        place, arrays = len(recording.results.numbers), iter(recording.array_decisions)
        for decision in recording.decisions:
            if isinstance(decision.node, Indices):
                yield decision.node
            elif type(decision.node._raw) is float:
                assert recording.row is not None
                yield View(recording.row, place, (), ())
                place += 1
            else:
                yield next(arrays)

    def _give(self) -> None:
        arrays = iter(self.recording.arrays)
        place = 0
        for given in self.sketch.arguments.given:
            if given.shape is None:
                b = next(arrays)
                self.sketch.given.append(self._indices(b) if isinstance(b, Indices) else b)
                continue
            b = self.sketch.add(given.shape)
            self.sketch.given.append(b)
            self._runs.append((place, prod(given.shape), b))
            place += prod(given.shape)

    def _indices(self, indices: Indices) -> int:
        b = self.sketch.add(indices.shape, indices.dtype)
        self.sketch.indices[indices] = b
        return b

    def _part_results(self) -> None:
        """The row of results as stretches of its own; as it is where an instruction writes several at once."""
        row = self.recording.row
        if row is None:
            return
        results = [x for x in leaves(self.recording.results.nesting) if isinstance(x, Stretch)]
        found_at = {x.first: x for x in results if prod(x.shape) > 1}
        last = self.sketch.buffers[row].size
        cuts: list[tuple[int, tuple[int, ...]]] = []
        place = 0
        while place < last:
            found = found_at.get(place)
            shape = () if found is None else found.shape
            cuts.append((place, shape))
            place += prod(shape)
        rows = [(first, prod(shape), self.sketch.add(shape)) for first, shape in cuts]
        writing = [x for x in self.listing.instructions if x.output.buffer == row]
        is_apart = all(run_of(rows, *_written_range(x)) is not None for x in writing)
        if is_apart:
            self._rows = rows
        for stretch in results:
            strides = whole(0, stretch.shape).strides
            self.sketch.stretches[stretch] = View(row, stretch.first, stretch.shape, strides)

    def _rewritten(self, instruction: Instruction) -> Instruction:
        kind = made(instruction)
        if kind in ("take", "put"):
            source, positions = instruction.inputs
            new = replace(instruction, inputs=(self._operand(source), positions))
        else:
            new = replace(instruction, inputs=tuple(self._operand(x) for x in instruction.inputs))
        if instruction.operation is not None:
            self._note_parameters((instruction.operation.args, instruction.operation.named))
        if kind == "take":
            new = replace(new, inputs=(new.inputs[0], self._named(positions)))
        if kind in ("copy", "put"):
            return self._written(new)
        if kind == "product":
            new = _without_repeats(new)
        elif kind == "sum":
            new = _in_memory_order(new)
        elif is_lifted(self.recording, instruction):
            new = self._spread(new)
        else:
            self.sketch.buffers[new.output.buffer].shape = new.output.shape
            return new
        output = new.output
        shape = tuple(n for n in output.shape if n != 1)
        self.sketch.buffers[output.buffer].shape = shape
        return replace(new, output=whole(output.buffer, shape))

    def _operand(self, x: Any) -> Any:
        if isinstance(x, View):
            return self._read(x)
        return self._array(x) if isinstance(x, np.ndarray) and x.size > 1 else x

    def _array(self, data: Any) -> View:
        """A constant array, as it was recorded."""
        key = data.shape, data.dtype, data.tobytes()
        if key not in self._constants:
            self._constants[key] = self.sketch.add(data.shape, data.dtype)
            self.sketch.constants[self._constants[key]] = data
        return whole(self._constants[key], data.shape)

    def _read(self, view: View) -> View:
        """The view in the terms of arguments, their parts and constants."""
        b = view.buffer
        if b == self.recording.numbers:
            found = run_of(self._runs, *extent(view))
            if found is None:
                self.sketch.together = b
                return view
            first, _, run = found
            moved = type(view)(run, view.offset - first, view.shape, view.strides)
            return self._part(moved) if len(self.sketch.buffers[run].shape) == 1 else moved
        if b in self.listing.constants:
            return self._constant(view)
        if self._rows and b == self.recording.row:
            found = run_of(self._rows, *extent(view))
            assert found is not None
            return type(view)(found[2], view.offset - found[0], view.shape, view.strides)
        return view

    def _part(self, view: View) -> View:
        """A view of a flat list as a view of its elements in order, which get a name."""
        core = core_of(view)
        if core is None or not core.shape:
            return view
        buffer = self.sketch.buffers[view.buffer]
        if core.shape == (buffer.size,):
            return view
        if core not in self._parts:
            self._parts[core] = self.sketch.add(core.shape, buffer.dtype)
            self.sketch.parts[self._parts[core]] = core
        return in_terms_of(view, core, self._parts[core])

    def _constant(self, view: View) -> View:
        """Constants as an array without axes along which they only repeat, shared by all who read the same."""
        numbers = self.listing.constants[view.buffer]
        core = core_of(view)
        if core is None:  # windows
            if view.buffer not in self.sketch.constants:
                self.sketch.constants[view.buffer] = numbers
                self.sketch.buffers[view.buffer].shape = grid_of(view, len(numbers))
            return view
        data = core.of(numbers)
        for k in range(data.ndim):
            bits = data.view(np.int64) if data.flags.c_contiguous else np.ascontiguousarray(data).view(np.int64)
            if (bits == bits.take([0], k)).all():
                data = data.take([0], k)
        own = tuple(n for n in data.shape if n > 1)
        data = np.ascontiguousarray(data)
        key = own, data.tobytes()
        if key not in self._constants:
            self._constants[key] = self.sketch.add(own, data.dtype)
            self.sketch.constants[self._constants[key]] = data.reshape(own)
        moved = in_terms_of(view, core, self._constants[key], data.shape)
        return moved

    def _written(self, instruction: Instruction) -> Instruction:
        """A piece of a buffer: of a stretch of the results, where it is one."""
        output = instruction.output
        if output.buffer != self.recording.row or not self._rows:
            self.sketch.buffers[output.buffer].shape = (self.sketch.buffers[output.buffer].size,)
            if made(instruction) == "put":
                source, positions = instruction.inputs
                return replace(instruction, inputs=(source, self._named(positions)))
            return instruction
        found = run_of(self._rows, *_written_range(instruction))
        assert found is not None
        first, _, b = found
        if made(instruction) == "put":
            source, positions = instruction.inputs
            output = whole(b, (self.sketch.buffers[b].size,))
            return replace(instruction, inputs=(source, self._named(positions - first)), output=output)
        all_of_it = whole(b, self.sketch.buffers[b].shape)
        (x,) = instruction.inputs
        if isinstance(x, View) and (output.shape, output.strides, x.strides) == ((all_of_it.size,), (1,), (1,)):
            source = View(x.buffer, x.offset, all_of_it.shape, all_of_it.strides)
            return replace(instruction, inputs=(source,), output=all_of_it)
        return replace(instruction, output=View(b, output.offset - first, output.shape, output.strides))

    def _note_parameters(self, parameter: Any) -> None:
        if isinstance(parameter, np.ndarray):
            named = self._named(parameter)
            if isinstance(named, int):
                self.sketch.parameters[id(parameter)] = named
        elif isinstance(parameter, tuple | list | dict):
            for part in parameter.values() if isinstance(parameter, dict) else parameter:
                self._note_parameters(part)

    def _named(self, positions: Any) -> Any:
        """Positions, or where there are many the buffer that holds them."""
        if positions.size <= FEW:
            return positions
        key = "positions", positions.shape, positions.tobytes()
        if key not in self._constants:
            self._constants[key] = self.sketch.add(positions.shape, positions.dtype)
            self.sketch.positions[self._constants[key]] = positions
        return self._constants[key]

    def _spread(self, instruction: Instruction) -> Instruction:
        """Every input along the axes of the output, without those of length 1; cut as the arrays are that it reads."""
        lengths = [n for n in instruction.output.shape if n != 1]
        kept = [k for k, n in enumerate(instruction.output.shape) if n != 1]
        spread: list[Any] = []
        for x in instruction.inputs:
            if not isinstance(x, View) or isinstance(x, Number):
                spread.append(x.reshape(()) if isinstance(x, np.ndarray) and x.size else x)
                continue
            missing = len(instruction.output.shape) - len(x.shape)
            strides = [0] * missing + [s if n > 1 else 0 for n, s in zip(x.shape, x.strides, strict=True)]
            spread.append((x, [strides[k] for k in kept]))
        k = len(lengths) - 1
        while k >= 0:
            inner = self._inner_length(spread, lengths[k], k)
            if inner is None:
                k -= 1
                continue
            lengths[k : k + 1] = [lengths[k] // inner, inner]
            for x in spread:
                if isinstance(x, tuple) and not isinstance(x, View):
                    x[1][k : k + 1] = [x[1][k] * inner, x[1][k]]
        inputs = tuple(
            View(x[0].buffer, x[0].offset, tuple(lengths), tuple(x[1]))
            if isinstance(x, tuple) and not isinstance(x, View)
            else x
            for x in spread
        )
        output = View(instruction.output.buffer, 0, tuple(lengths), whole(0, lengths).strides)
        return replace(instruction, inputs=inputs, output=output)

    def _inner_length(self, spread: Sequence[Any], length: int, k: int) -> int | None:
        """How long the innermost of the axes is that an input of all others has where the output has one."""
        for x in spread:
            if isinstance(x, View) or not isinstance(x, tuple) or not x[1][k]:
                continue
            shape = self.sketch.buffers[x[0].buffer].shape
            stride, step = x[1][k], 1
            for n in reversed(shape):
                if stride == step and x[0].offset // step % n == 0 and length > n > 1 and length % n == 0:
                    return int(n)
                step *= n
        return None


def _written_range(instruction: Instruction) -> tuple[int, int]:
    if made(instruction) == "put":
        positions = instruction.inputs[1]
        return int(positions.min()), int(positions.max())
    return extent(instruction.output)


def _without_repeats(product: Instruction) -> Instruction:
    """A product without axes of length 1 and without those along which a factor only repeats."""
    terms, out = product.subscripts.split("->")
    views, words = [], []
    moving: dict[str, list[int]] = {}  # the factors that vary along an axis; the first where none does
    for i, (term, x) in enumerate(zip(terms.split(","), product.views, strict=True)):
        for letter, stride in zip(term, x.strides, strict=True):
            moving.setdefault(letter, []).extend([i] if stride else [])
    for i, (term, x) in enumerate(zip(terms.split(","), product.views, strict=True)):
        kept = [k for k, n in enumerate(x.shape) if n != 1 and i in (moving[term[k]] or [terms.split(",").index(term)])]
        views.append(View(x.buffer, x.offset, tuple(x.shape[k] for k in kept), tuple(x.strides[k] for k in kept)))
        words.append("".join(term[k] for k in kept))
    kept = [k for k, n in enumerate(product.output.shape) if n != 1]
    shape = tuple(product.output.shape[k] for k in kept)
    output = View(product.output.buffer, 0, shape, whole(0, shape).strides)
    subscripts = f"{','.join(words)}->{''.join(out[k] for k in kept)}"
    return replace(product, inputs=tuple(views), output=output, subscripts=subscripts)


def _in_memory_order(total: Instruction) -> Instruction:
    """A sum with the axes of its terms as they lie, if those that stay keep their order; subscripts: s is summed."""
    (x,) = total.views
    kept = len(total.output.shape)
    axes = [k for k, n in enumerate(x.shape) if n != 1]
    axes.sort(key=lambda k: -abs(x.strides[k]))
    stays = [k for k in axes if k < kept]
    if stays != sorted(stays):
        axes = sorted(axes)
    view = View(x.buffer, x.offset, tuple(x.shape[k] for k in axes), tuple(x.strides[k] for k in axes))
    subscripts = "".join("k" if k < kept else "s" for k in axes)
    return replace(total, inputs=(view,), subscripts=subscripts)
