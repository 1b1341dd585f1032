"""A recording from JSON: every name, place and size is checked before anything is run."""

import inspect
import math
from typing import Any

import numpy as np

from ...admission import FLOATS
from ...lines import Line
from ...node import Node
from ...primitive import Joining, Multilinear, primitives
from ..lifting.listing import Buffer, Given, Instruction, Listing, Number, Step, View
from ..lifting.origins import Origins
from ..lifting.rolling import Own
from ..lifting.simplifying import Operation
from ..recording import Recording, of_kind
from ..running import results, signature
from ..tracing.deciding import Decision
from ..tracing.indices import Indices
from .archive import MOST
from .encoding import Code, Decoder, index, listed, need, only_entry

_MOST_AXES = 64


def loaded(code: Code, decoder: Decoder, arguments: signature.Nesting) -> Recording:
    """A recording that came from a file: its instructions stand for no node of a graph."""
    reader = _Reader(code, decoder)
    _check_arguments(arguments, reader)
    recording = Recording(
        Origins(),
        reader.decisions,
        reader.listing,
        reader.numbers,
        reader.arrays,
        reader.row,
        reader.results,
        reader.array_results,
        reader.array_decisions,
    )
    need(recording.plan.size <= MOST, f"a program that needs {recording.plan.size} bytes of memory, of at most {MOST}")
    return recording


class _Reader:
    """The parts of a recording, in the order in which they are checked."""

    def __init__(self, code: Code, decoder: Decoder) -> None:
        need(type(code) is dict, "a recording that is none")
        self.decoder = decoder
        self.buffers = [self._buffer(x) for x in listed(code["buffers"])]
        self.filled: set[int] = set()
        constants = dict(self._constant(pair) for pair in listed(code["constants"]))
        self.numbers = None if code["numbers"] is None else self._given(code["numbers"])
        self.arrays = [self._argument(x) for x in listed(code["arrays"])]
        decoder.indices = [x for x in self.arrays if isinstance(x, Indices)]
        self.fixed = set(self.filled)
        instructions = [self._instruction(x) for x in listed(code["instructions"])]
        self.listing = Listing(self.buffers, instructions, constants)
        self.row = None if code["row"] is None else self._filled(code["row"])
        self.array_results = [self._operand(x) for x in listed(code["array_results"])]
        self.array_decisions = [self._operand(x) for x in listed(code["array_decisions"])]
        self.decisions = tuple(self._decision(x) for x in listed(code["decisions"]))
        self.results = self._results(code)

    def _buffer(self, code: Code) -> Buffer:
        dtype, shape = listed(code, 2)
        need(dtype in ("float32", "float64"), "a buffer that is not of floats")
        lengths = _shape(shape)
        size = math.prod(lengths)
        need(size * 8 <= MOST, f"a buffer of shape {lengths}")
        return Buffer(size, np.dtype(dtype), lengths)

    def _given(self, code: Code) -> int:
        """A buffer that is filled from outside."""
        b = index(code, len(self.buffers), "a buffer")
        need(b not in self.filled, f"buffer {b} filled twice")
        self.filled.add(b)
        return b

    def _filled(self, code: Code) -> int:
        b = index(code, len(self.buffers), "a buffer")
        need(b in self.filled, f"buffer {b}, which nothing fills")
        return b

    def _constant(self, code: Code) -> tuple[int, Any]:
        place, array = listed(code, 2)
        b, numbers = self._given(place), self.decoder.array(array)
        buffer = self.buffers[b]
        need(numbers.shape == (buffer.size,) and numbers.dtype == buffer.dtype, f"other numbers than buffer {b} has")
        return b, numbers

    def _argument(self, code: Code) -> int | Indices:
        if type(code) is int:
            return self._given(code)
        kind, content = only_entry(code)
        need(kind == "indices", "an argument that is no array")
        dtype, shape = _array_like(content)
        need(dtype.kind in "iu", "whole numbers that are none")
        stand_in = Indices(np.zeros((), dtype))
        stand_in.array = np.broadcast_to(stand_in.array, shape)  # whatever its shape, of no memory
        return stand_in

    def _view(self, code: Code) -> View:
        place, offset, shape, strides = listed(code, 4)
        b, lengths = self._filled(place), _shape(shape)
        need(all(type(step) is int and abs(step) < 2**62 for step in listed(strides, len(lengths))), "odd strides")
        start = index(offset, 2**62, "an offset")
        size = self.buffers[b].size
        if 0 not in lengths:
            ends = [(n - 1) * step for n, step in zip(lengths, strides, strict=True)]
            low, high = start + sum(min(end, 0) for end in ends), start + sum(max(end, 0) for end in ends)
            need(low >= 0 and high < size, f"a view that reaches out of buffer {b}")
        need(start <= size and math.prod(lengths) * 8 <= MOST, f"a view of shape {lengths}")
        return View(b, start, lengths, tuple(strides))

    def _operand(self, code: Code) -> Any:
        kind, content = only_entry(code)
        if kind == "constant":
            return self.decoder.value(content)
        need(kind in ("view", "number"), "an input that is neither a view nor a constant")
        view = self._view(content)
        need(kind == "view" or not view.shape, "a number with axes")
        return view if kind == "view" else Number(*view)

    def _instruction(self, code: Code) -> Instruction:
        need(type(code) is dict, "an instruction that is none")
        inputs = tuple(self._operand(x) for x in listed(code["inputs"]))
        operation = None if code["operation"] is None else self._operation(code["operation"], len(inputs))
        output = self._output(code["output"])
        name, subscripts = code["name"], code["subscripts"]
        need(operation.name == name if operation else name in _MADE, "an instruction that is none")
        need(type(subscripts) is str, "subscripts that are no text")
        steps, first = self._loop(code, inputs) if name == "loop" else ((), {})
        found = Instruction(name, inputs, output, operation, subscripts, (), steps, first)
        if operation is None:
            _MADE[name](found)
        self.filled.add(output.buffer)
        return found

    def _output(self, code: Code) -> View:
        b = index(listed(code, 4)[0], len(self.buffers), "a buffer")
        need(b not in self.fixed, f"an instruction that writes into buffer {b}, which is not its own")
        was_filled = b in self.filled
        self.filled.add(b)
        view = self._view(code)
        if not was_filled:
            self.filled.discard(b)
        return view

    def _operation(self, code: Code, inputs: int) -> Operation:
        name, args, named = listed(code, 3)
        missing = f"an operation that this version does not have, {name!r:.50} (SciPy's: import autograd_mini.scipy)"
        need(type(name) is str and name in primitives, missing)
        primitive = primitives[name]
        args, named = self.decoder.value(args), self.decoder.value(named)
        need(type(args) is tuple and type(named) is dict, f"{name} with parameters that are none")
        takes_many = isinstance(primitive, Joining) or (
            isinstance(primitive, Multilinear) and not primitive.derivatives
        )
        need(inputs == len(primitive.derivatives) or (takes_many and inputs > 0), f"{name} of {inputs} inputs")
        inspect.signature(primitive.compute).bind(*range(inputs), *args, **named)
        return Operation(primitive, args, named)

    def _loop(self, code: Code, inputs: tuple[Any, ...]) -> tuple[tuple[Step, ...], dict[int, Any]]:
        steps, first = listed(code["steps"]), [listed(pair, 2) for pair in listed(code["first"])]
        before = {index(j, len(steps), "a step"): self._loop_input(x, inputs, 0, ()) for j, x in first}
        return tuple(self._step(x, j, inputs, before) for j, x in enumerate(steps)), before

    def _step(self, code: Code, j: int, inputs: tuple[Any, ...], first: dict[int, Any]) -> Step:
        operation, given, kept = listed(code, 3)
        need(type(kept) is bool, "a step that is none")
        found = tuple(self._loop_input(x, inputs, j, first) for x in listed(given))
        return Step(self._operation(operation, len(found)), found, kept)

    def _loop_input(self, code: Code, inputs: tuple[Any, ...], j: int, first: Any) -> Any:
        kind, content = only_entry(code)
        if kind == "own":
            step, lag = listed(content, 2)
            need(type(lag) is int and lag in (0, 1), "a loop that reads farther back than one iteration")
            need(type(step) is int and (step in first if lag else 0 <= step < j), "a loop that reads what is not there")
            return Own(step, lag)
        if kind == "given":
            place, varies = listed(content, 2)
            view = inputs[index(place, len(inputs), "an input")]
            need(isinstance(view, View) and varies is bool(view.shape), "a loop's input that is none")
            return Given(place, varies)
        number = self.decoder.value(code)
        need(type(number) is float, "a loop of what is no number")
        return number

    def _decision(self, code: Code) -> Decision:
        node, kind, outcome, file, line, is_gradient = listed(code, 6)
        outcome = self.decoder.value(outcome)
        need(kind in ("truth", "value", "min", "max"), "a decision that is none")
        need(type(file) is str and type(line) is int and type(is_gradient) is bool, "a decision without a line")
        if kind in ("min", "max"):
            comparison, _, answer = listed(list(outcome), 3)
            need(comparison in _COMPARISONS and type(answer) is bool, "a decision that is none")
        if type(node) is bool:
            stand_in: Any = of_kind(is_number=node)
        else:
            stand_in = self.decoder.value(node)
            need(isinstance(stand_in, Indices), "a decision by what is no argument")
        return Decision(stand_in, kind, outcome, Line(file, line, is_gradient))

    def _results(self, code: Code) -> results.Results:
        numbers, arrays = (index(n, 2**40, "results") for n in listed(code["counts"], 2))
        decided = [x.node for x in self.decisions if isinstance(x.node, Node)]
        by_number = sum(type(node._raw) is float for node in decided)
        in_row = 0 if self.row is None else self.buffers[self.row].size
        need(in_row == numbers + by_number and arrays == len(self.array_results), "more or fewer results than it says")
        need(len(decided) - by_number == len(self.array_decisions), "more or fewer decisions than it says")
        nesting = self._result(code["results"], numbers, arrays)
        return results.Results(nesting, numbers, arrays)

    def _result(self, code: Code, numbers: int, arrays: int) -> results.Built:
        kind, content = only_entry(code)
        if kind == "number":
            return results.Number(index(content, numbers, "a result"))
        if kind == "array":
            return results.Array(index(content, arrays, "a result"))
        if kind == "numbers":
            start, end = (index(x, numbers + 1, "a result") for x in listed(content, 2))
            return results.Numbers(start, end)
        if kind == "same":
            return results.Same(self.decoder.value(content))
        of, parts = listed(content, 2)
        found = [self._result(part, numbers, arrays) for part in listed(parts)]
        if kind == "entries":
            keys = [self.decoder.value(key) for key in listed(of, len(found))]
            return results.Entries(dict.fromkeys(keys), found)
        need(kind == "items", "a result of another kind")
        return results.Items(_sequence(of), found)


def arguments_of(code: Code, decoder: Decoder) -> signature.Nesting:
    """The nesting of arguments."""
    kind, content = only_entry(code)
    if kind == "number":
        return signature.Number()
    if kind == "array":
        dtype, shape = _array_like(content)
        return signature.Array(shape, dtype)
    if kind == "same":
        return signature.Same(decoder.value(content))
    of, rest = listed(content, 2)
    if kind == "numbers":
        return signature.Numbers(_sequence(of), index(rest, 2**40, "numbers"))
    parts = [arguments_of(part, decoder) for part in listed(rest)]
    if kind == "entries":
        return signature.Entries(dict, [decoder.value(key) for key in listed(of, len(parts))], parts)
    need(kind == "items", "an argument of another kind")
    return signature.Items(_sequence(of), parts)


def _check_arguments(arguments: signature.Nesting, reader: _Reader) -> None:
    """A FileError where the arguments are not what the recording takes."""
    numbers, arrays = _varying(arguments)
    taken = 0 if reader.numbers is None else reader.buffers[reader.numbers].size
    need(numbers == taken and len(arrays) == len(reader.arrays), "a recording for other arguments")
    for given, x in zip(arrays, reader.arrays, strict=True):
        if isinstance(x, Indices):
            need((given.dtype, given.shape) == (x.dtype, x.shape), "a recording for other whole numbers")
        else:
            buffer = reader.buffers[x]
            need(given.shape == buffer.shape, "a recording for arrays of other shapes")
            need(given.dtype in (bool, buffer.dtype), "a recording for arrays of another dtype")


def _varying(x: signature.Nesting) -> tuple[int, list[signature.Array]]:
    """How many numbers vary, and the arrays that do."""
    if isinstance(x, signature.Number | signature.Numbers):
        return (1 if isinstance(x, signature.Number) else x.count), []
    if isinstance(x, signature.Array):
        return 0, [x]
    parts = [_varying(part) for part in x.parts] if isinstance(x, signature.Items | signature.Entries) else []
    return sum(n for n, _ in parts), [array for _, arrays in parts for array in arrays]


def _shape(code: Code) -> tuple[int, ...]:
    shape = tuple(index(length, 2**48, "an axis") for length in listed(code))
    need(len(shape) <= _MOST_AXES, f"an array of {len(shape)} axes")
    return shape


def _array_like(code: Code) -> tuple[np.dtype[Any], tuple[int, ...]]:
    name, shape = listed(code, 2)
    need(type(name) is str, "a dtype that is no text")
    dtype = np.dtype(name)
    need(dtype in FLOATS or dtype.kind in "iub", f"arrays of {dtype}")
    return dtype, _shape(shape)


def _sequence(code: Code) -> type:
    need(code in ("list", "tuple"), "containers that are neither lists nor tuples")
    return list if code == "list" else tuple


_COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")


def _check_take(x: Instruction) -> None:
    need(len(x.inputs) == 2 and len(x.views) == 1, "a take of other inputs")
    source, places = x.inputs
    need(_are_places(places, source.size) and places.shape == x.output.shape, "a take from places that are not there")


def _check_put(x: Instruction) -> None:
    need(len(x.inputs) == 2, "a put of other inputs")
    source, places = x.inputs
    size = source.size if isinstance(source, View) else np.size(source)
    need(_are_places(places, x.output.size) and len(x.output.shape) == 1, "a put at places that are not there")
    need(type(source) is float or isinstance(source, View | np.ndarray), "a put of what is no number")
    need(size in (1, places.size), "a put of more numbers than places")


def _are_places(places: Any, size: int) -> bool:
    is_array = isinstance(places, np.ndarray) and places.dtype == np.intp
    return bool(is_array and (not places.size or (places.min() >= 0 and places.max() < size)))


def _check_copy(x: Instruction) -> None:
    need(len(x.inputs) == len(x.views) == 1 and x.views[0].shape == x.output.shape, "a copy of another shape")


def _check_sum(x: Instruction) -> None:
    need(len(x.inputs) == len(x.views) == 1, "a sum of other inputs")
    shape, summed = x.output.shape, x.views[0].shape
    need(summed[: len(shape)] == shape, "a sum of another shape")


def _check_product(x: Instruction) -> None:
    need(len(x.inputs) == len(x.views) == 2 and x.subscripts.count("->") == 1, "a product of other inputs")
    before, out = x.subscripts.split("->")
    terms = before.split(",")
    lengths = dict(zip(out, x.output.shape, strict=True))
    need(len(lengths) == len(out) and (out + "".join(terms)).isalpha() | (before == ","), "other subscripts")
    for term, view in zip(terms, x.views, strict=True):
        need(len({*term}) == len(term), "a product with an axis twice")
        for letter, length in zip(term, view.shape, strict=True):
            need(lengths.setdefault(letter, length) == length, "a product of axes of other lengths")


def _check_loop(x: Instruction) -> None:
    need(bool(x.steps) and len(x.output.shape) == 2 and x.output.shape[0] == len(x.steps), "a loop of another shape")
    need(len(x.views) == len(x.inputs) and x.output.shape[1] > 0, "a loop of other inputs")
    need(all(view.size in (1, x.output.shape[1]) for view in x.views), "a loop of inputs of other lengths")


_MADE = {
    "take": _check_take,
    "put": _check_put,
    "copy": _check_copy,
    "sum": _check_sum,
    "product": _check_product,
    "loop": _check_loop,
}
