"""What runs an instruction in another library: its functions, on arrays that nobody changes."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...errors import KindError
from ..lifting.listing import Given, Instruction, Listing, Number, View
from ..lifting.rolling import Own
from ..lifting.simplifying import Operation
from ..tracing.indices import Indices, holds_indices
from .contractions import contracted
from .places import joined, taken
from .slicing import beside, is_whole, positions, reader
from .standard import ELEMENTWISE
from .standard_arrays import ARRAYS, INDEXED

MOST_STEPS = 2_000  # of a loop, each of which becomes a call of the library

Memory = dict[Any, Any]
"""What lies in each buffer, in a row, and the arrays that stand in the place of Indices."""

Read = Callable[[Any, Memory, Any], Any]
"""read(xp, memory, like): an operand; like is an array on the device that constants are put on."""

_DOUBLE = np.dtype(np.float64)


def acts(listing: Listing) -> list[Callable[[Any, Memory, Any], None]]:
    """For each instruction act(xp, memory, like), which fills the buffer of its output.

    Raises KindError for operations that the standard has no functions for.
    """
    pieces: dict[int, _Pieces] = {}
    left = dict.fromkeys(range(len(listing.buffers)), 0)
    for instruction in listing.instructions:
        left[instruction.output.buffer] += 1
    found = []
    for instruction in listing.instructions:
        output = instruction.output
        buffer = listing.buffers[output.buffer]
        left[output.buffer] -= 1
        compute, places = _compute(listing, instruction), None
        if instruction.name == "put":
            places = positions(output)[instruction.inputs[1]]
        elif left[output.buffer] or output.buffer in pieces or not is_whole(output, buffer.size):
            places = positions(output)
        gather = None
        if places is not None:
            gather = pieces.setdefault(output.buffer, _Pieces(output.buffer, buffer.size))
            gather.places.append(np.reshape(places, -1))
        shape = output.shape if places is None else np.shape(places)
        found.append(_act(instruction, compute, buffer.dtype, shape, gather, not left[output.buffer]))
    return found


class _Pieces:
    """What several instructions write into one buffer: put together when the last has run."""

    def __init__(self, buffer: int, size: int) -> None:
        self.key, self.size = ("pieces", buffer), size
        self.places: list[Any] = []

    def joined(self, xp: Any, parts: Sequence[Any]) -> Any:
        """The buffer, of the pieces in turn."""
        source, start = np.zeros(self.size, np.intp), 0
        for places in self.places:
            source[places] = start + np.arange(len(places))
            start += len(places)
        row = joined(xp, parts)
        return row if len(source) == start and (source == np.arange(start)).all() else taken(xp, row, source)


def _act(
    instruction: Instruction, compute: Read, dtype: Any, shape: Any, pieces: _Pieces | None, is_last: bool
) -> Callable[[Any, Memory, Any], None]:
    b, name = instruction.output.buffer, instruction.name

    def act(xp: Any, memory: Memory, like: Any) -> None:
        try:
            x = cast(xp, compute(xp, memory, like), dtype)
        except AttributeError as error:
            raise KindError(f"{name}: the library has not all functions of the standard ({error})") from error
        x = xp.reshape(xp.broadcast_to(x, shape) if tuple(x.shape) != shape else x, (-1,))
        if pieces is None:
            memory[b] = x
            return
        parts = memory.setdefault(pieces.key, [])
        parts.append(x)
        if is_last:
            memory[b] = pieces.joined(xp, memory.pop(pieces.key))

    return act


def operand(listing: Listing, x: Any) -> Read:
    """A view, or a constant."""
    if isinstance(x, View):
        read, b = reader(x, listing.buffers[x.buffer].size), x.buffer
        return lambda xp, memory, like: read(xp, memory[b])
    data = np.asarray(x)
    return lambda xp, memory, like: constant(xp, data, like)


def _compute(listing: Listing, instruction: Instruction) -> Read:
    name, operation = instruction.name, instruction.operation
    if operation is not None:
        return _recorded(listing, instruction, operation)
    if name == "loop":
        return _loop(listing, instruction)
    if name not in _MADE:
        raise KindError(f"{name} is no function of the array API standard: call the program itself, on NumPy's arrays")
    reads = [operand(listing, x) for x in instruction.inputs]
    made = _MADE[name]
    return lambda xp, memory, like: made(xp, instruction, *(read(xp, memory, like) for read in reads))


def _recorded(listing: Listing, instruction: Instruction, operation: Operation) -> Read:
    """An operation of the registry."""
    row = _row(operation, instruction.output.shape)
    reads = [operand(listing, x) for x in instruction.inputs]
    dtypes = [_dtype_taken(listing, instruction, x) for x in instruction.inputs]

    def compute(xp: Any, memory: Memory, like: Any) -> Any:
        inputs = [read(xp, memory, like) for read in reads]
        inputs = [x if dtype is None else cast(xp, x, dtype) for x, dtype in zip(inputs, dtypes, strict=True)]
        return row(xp, memory, *inputs)

    return compute


def _row(operation: Operation, shape: tuple[int, ...]) -> Callable[..., Any]:
    """row(xp, memory, *inputs): the operation in the standard's words."""
    (_, args, named), name = operation, operation.name
    varies = any(map(holds_indices, (*args, *named.values())))
    if (name not in ELEMENTWISE and name not in ARRAYS) or (varies and name not in INDEXED):
        what = f"{name} by whole numbers among the arguments" if varies else name
        raise KindError(f"{what} is no function of the array API standard: call the program itself, on NumPy's arrays")
    if name in ELEMENTWISE:
        on_elements = ELEMENTWISE[name]
        return lambda xp, memory, *inputs: on_elements(xp, *inputs, *args, **named)
    on_arrays = ARRAYS[name]
    if varies:
        indexed = INDEXED[name]
        return lambda xp, memory, *inputs: indexed(xp, shape, *inputs, *(_filled(x, memory) for x in args))
    return lambda xp, memory, *inputs: on_arrays(xp, shape, *inputs, *args, **named)


def _filled(parameter: Any, memory: Memory) -> Any:
    if isinstance(parameter, tuple | list):
        return tuple(_filled(x, memory) for x in parameter)
    return memory[id(parameter)] if isinstance(parameter, Indices) else parameter


def _dtype_taken(listing: Listing, instruction: Instruction, x: Any) -> Any:
    """The dtype that an input is cast to, as NumPy does: numbers go by the arrays beside them; None: as it is."""
    if isinstance(x, View) and not isinstance(x, Number):
        return None
    kind = "f" if isinstance(x, View) else np.asarray(x).dtype.kind
    if kind == "b" and instruction.name == "where":
        return None
    if not isinstance(x, View | float | int):  # an array
        return None if kind == "f" else _DOUBLE
    beside_it = [listing.buffers[y.buffer].dtype for y in instruction.views if not isinstance(y, Number)]
    beside_it += [y.dtype for y in instruction.inputs if isinstance(y, np.ndarray) and y.dtype.kind == "f"]
    return np.result_type(*beside_it) if beside_it else listing.buffers[instruction.output.buffer].dtype


def _product(xp: Any, instruction: Instruction, *inputs: Any) -> Any:
    before, out = instruction.subscripts.split("->")
    terms = before.split(",")
    lengths = dict(zip(out, instruction.output.shape, strict=True))
    for term, view in zip(terms, instruction.views, strict=True):
        lengths |= zip(term, view.shape, strict=True)
    return contracted(xp, terms, out, lengths, inputs)


def _sum(xp: Any, instruction: Instruction, x: Any) -> Any:
    return xp.sum(x, axis=tuple(range(len(instruction.output.shape), x.ndim)), dtype=x.dtype)


_MADE: dict[str, Callable[..., Any]] = {
    "take": lambda xp, instruction, x, _: taken(xp, x, instruction.inputs[1]),
    "put": lambda xp, instruction, x, _: xp.reshape(x, (-1,)) if x.ndim else x,
    "copy": lambda xp, instruction, x: x,
    "sum": _sum,
    "product": _product,
}


def _loop(listing: Listing, instruction: Instruction) -> Read:
    """The body again and again: a library's own loops are no part of the standard."""
    steps, first = instruction.steps, instruction.first
    count = instruction.output.shape[1]
    if count * len(steps) > MOST_STEPS:
        raise KindError(
            f"a loop of {count} times {len(steps)} operations is too long to be spelled out in calls of a "
            f"library (at most {MOST_STEPS} are made), and the standard has no loops: call the program itself"
        )
    reads = [operand(listing, x) for x in instruction.inputs]
    rows = [_row(step.operation, ()) for step in steps]

    def compute(xp: Any, memory: Memory, like: Any) -> Any:
        given = [xp.reshape(read(xp, memory, like), (-1,)) for read in reads]

        def taken_in(x: Any, i: int, now: Sequence[Any], before: Any) -> Any:
            if isinstance(x, Own):
                return before[x.step] if x.lag else now[x.step]
            if isinstance(x, Given):
                return given[x.input][i if x.varies else 0, ...]
            return constant(xp, np.asarray(x), like)

        before: Any = {j: taken_in(x, 0, (), ()) for j, x in first.items()}
        kept: list[list[Any]] = [[] for _ in steps]
        for i in range(count):
            now: list[Any] = []
            for step, row, results in zip(steps, rows, kept, strict=True):
                inputs = [taken_in(x, i, now, before) for x in step.inputs]
                now.append(cast(xp, row(xp, memory, *inputs), _DOUBLE))
                results.append(now[-1])
            before = now
        return xp.stack([xp.stack(results) for results in kept])

    return compute


def constant(xp: Any, data: Any, like: Any) -> Any:
    """Constant numbers as an array of the library; a KindError where it has no such dtype."""
    found = beside(xp, np.array(data), like)
    if data.dtype.kind == "f" and found.dtype != getattr(xp, data.dtype.name, None):
        _refuse_dtype(xp, data.dtype.name)
    return found


def cast(xp: Any, x: Any, dtype: np.dtype[Any]) -> Any:
    """The array in another dtype; a KindError where the library has no such dtype."""
    target = getattr(xp, dtype.name)
    if x.dtype == target:
        return x
    if dtype == _DOUBLE and beside(xp, np.zeros(1), x).dtype != target:
        _refuse_dtype(xp, dtype.name)
    return xp.astype(x, target)


def _refuse_dtype(xp: Any, name: str) -> None:
    raise KindError(
        f"{getattr(xp, '__name__', 'the library')} gives no {name}, in which the program computes: allow it "
        '(jax.config.update("jax_enable_x64", True)), or give arrays of float32 and no plain floats'
    )
