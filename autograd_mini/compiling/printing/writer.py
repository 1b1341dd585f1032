"""A sketch in words: a name for each array, an expression for each instruction, short ones written into one another."""

from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..lifting.listing import Instruction, Number, View, whole
from ..lifting.simplifying import Operation
from ..recording import Recording
from ..tracing.indices import Indices
from . import helpers
from .arguments import Names
from .literals import Name, literal
from .loops import write_loop
from .operations import ATOM, SIGN, SIGNS, Words, name_operation, write_operation, write_sign
from .sketch import Sketch, first_node, is_lifted, made
from .views import write_broadcast, write_target, write_view

ACTIVATIONS = {"relu", "tanh", "sigmoid", "softplus", "elu", "leaky_relu", "erf", "softmax_weights", "log_softmax"}
WIDTH = 96


@dataclass
class Line:
    """A statement: target = words, or an assignment into a part of the target."""

    target: str
    words: Words
    instruction: Instruction
    others: list[Instruction] = field(default_factory=list)  # written into the same expression
    body: list[str] = field(default_factory=list)  # lines that follow

    def __str__(self) -> str:
        return f"{self.target} = {self.words.text}"


class Writer:
    """Names and expressions for all in a sketch; what is used once is written where it is used, if it is short."""

    def __init__(self, sketch: Sketch, recording: Recording) -> None:
        self.sketch, self.recording = sketch, recording
        self.names = Names({"np", "math", "k", *vars(helpers), *sketch.arguments.names})
        self.of: dict[int, str] = {}
        self._gradients: dict[int, bool] = {}
        self._waiting: dict[int, Line] = {}
        self._uses = Counter(x.buffer for i in sketch.instructions for x in i.views)
        self._uses.update(x.buffer for x in sketch.arrays if isinstance(x, View))
        self._uses.update(x.buffer for x in sketch.stretches.values())
        self._writes = Counter(i.output.buffer for i in sketch.instructions)
        self._started: set[int] = set()
        self._becomes = {  # what is all of a result, and bears its name
            x.buffer: i.output.buffer for i in sketch.instructions if self.is_whole(i) for x in i.views
        }
        self._name_inputs()
        computed = [i for i in sketch.instructions if made(i) not in ("copy", "put")]
        self._has_gradient = any(list(map(self.is_gradient, computed)))

    def _name_inputs(self) -> None:
        sketch = self.sketch
        for b, given in zip(sketch.given, sketch.arguments.given, strict=True):
            self.of[b] = (
                given.name if given.path == given.name and given.name.isidentifier() else self.names.new(given.name)
            )
        if sketch.together is not None:
            self.of[sketch.together] = self.names.new("numbers")
        factors = {x.buffer for i in sketch.instructions if made(i) == "product" for x in i.views}
        for b in sketch.parts:
            self.of[b] = self.names.numbered("W" if b in factors or len(sketch.buffers[b].shape) > 1 else "b")
        for b, nodes in sketch.captured.items():
            self.of[b] = self.names.new(nodes[0].label or "captured" if len(nodes) == 1 else "captured")
        for b in sketch.positions:
            self.of[b] = self.names.numbered("places")
        matrices = [b for b in sketch.constants if len(sketch.buffers[b].shape) > 1]
        for b in sketch.constants:
            letter = "X" if b in matrices else "c"
            is_alone = len(matrices if b in matrices else sketch.constants) == 1
            self.of[b] = self.names.new(letter) if is_alone else self.names.numbered(letter)

    def lines(self) -> Iterator[Line]:
        """The statements, in order; all that is folded into others is in those."""
        for instruction in self.sketch.instructions:
            yield from self._line(instruction)

    def _line(self, instruction: Instruction) -> Iterator[Line]:
        b = instruction.output.buffer
        if made(instruction) == "loop":
            yield from self._loop(instruction)
            return
        if self.is_whole(instruction):
            yield from self._whole(instruction)
            return
        target = ""
        if made(instruction) in ("copy", "put"):
            if b not in self.of:
                self.of[b] = self._result_name(b)
            target = self._target(instruction)
        line = yield from self._fitted(instruction, target)
        if target:
            yield line
            return
        self._waiting[b] = line
        if not self._may_wait(instruction, line.words):
            yield self._released(b)

    def _fitted(self, instruction: Instruction, target: str) -> Generator[Line, None, Line]:
        """The line of an instruction; before it those that waited to be written into it, but find no room."""
        for _ in range(len(instruction.inputs) + 1):
            words, folded = self._expression(instruction)
            if len(words.text) + max(len(target), 12) + 7 <= WIDTH or not folded:
                break
            yield self._released(max(folded, key=lambda x: len(self._waiting[x].words.text)))
        inner = [other for x in folded for other in (self._waiting[x].instruction, *self._waiting.pop(x).others)]
        return Line(target, words, instruction, inner)

    def _whole(self, instruction: Instruction) -> Iterator[Line]:
        """A copy that is all of a result: a name for it, where it has none yet."""
        b = instruction.output.buffer
        line = yield from self._fitted(instruction, "result")
        if self._may_share_names() and line.words.text in self.of.values():
            self.of[b] = line.words.text
            return
        self.of[b] = line.target = self._result_name(b)
        yield line

    def _may_share_names(self) -> bool:
        return True

    def _loop(self, instruction: Instruction) -> Iterator[Line]:
        for view in instruction.views:
            if view.buffer in self._waiting:
                yield self._released(view.buffer)
        b = instruction.output.buffer
        self.of[b] = target = self._name(b, instruction)
        inputs = [
            self._read(view, [], is_exact=True).text + ".ravel()" * (len(view.shape) > 1) for view in instruction.views
        ]
        body = list(
            write_loop(
                instruction, target, self._rows_read(instruction), inputs.__getitem__, lambda: self.names.numbered("y")
            )
        )
        yield Line(target, Words(f"np.empty({instruction.output.shape})"), instruction, body=body)

    def _rows_read(self, loop: Instruction) -> set[int]:
        b, count = loop.output.buffer, loop.output.shape[1]
        return {x.offset // count for i in self.sketch.instructions for x in i.views if x.buffer == b}

    def _released(self, b: int) -> Line:
        """A line that waited to be written into another, as a line of its own."""
        line = self._waiting.pop(b)
        self.of[b] = line.target = self._name(b, line.instruction)
        return line

    def _may_wait(self, instruction: Instruction, words: Words) -> bool:
        b = instruction.output.buffer
        if self._uses[b] != 1 or self._label(instruction):
            return False
        return len(words.text) <= WIDTH // 2 and instruction.name not in ACTIVATIONS

    def _label(self, instruction: Instruction) -> str:
        """The one label of the nodes that it stands for."""
        node = first_node(self.recording, instruction)
        return (node.label or "") if node is not None and len(instruction.members) == 1 else ""

    def _name(self, b: int, instruction: Instruction) -> str:
        label = self._label(instruction)
        if label:
            return self.names.new(label)
        if self._may_share_names() and b in self._becomes:
            return self._result_name(self._becomes[b])
        letter = "h" if instruction.name in ACTIVATIONS else "z" if made(instruction) == "product" else "t"
        return self.names.numbered("g" if self.is_gradient(instruction) else letter)

    def is_gradient(self, instruction: Instruction) -> bool:
        """Whether a sweep recorded what it stands for, or what it reads where it stands for nothing by itself."""
        b = instruction.output.buffer
        if b not in self._gradients:
            node = first_node(self.recording, instruction)
            if node is not None:
                line = self.recording.trace.line(node)
                self._gradients[b] = line is not None and line.is_gradient
            else:
                self._gradients[b] = any(self._gradients.get(x.buffer, False) for x in instruction.views)
        return self._gradients[b]

    def _result_name(self, b: int) -> str:
        if not self.sketch.buffers[b].shape:
            return self.names.new("value")
        shape = self.sketch.buffers[b].shape
        alike = [given.name for given in self.sketch.arguments.given if given.shape and given.shape == shape]
        if not self._has_gradient:
            return self.names.new("result")
        return self.names.new(f"d{alike[0]}" if len(alike) == 1 else "result")

    def _target(self, instruction: Instruction) -> str:
        output = instruction.output
        shape = self.sketch.buffers[output.buffer].shape
        if made(instruction) == "put":
            if not shape:
                return f"{self.of[output.buffer]}[...]"
            name = self.of[output.buffer] + (".ravel()" if len(shape) > 1 else "")
            return f"{name}[{self._positions(instruction)}]"
        return write_target(self.of[output.buffer], shape, output, self._itemsize(output))

    def is_whole(self, instruction: Instruction) -> bool:
        """Whether a copy fills an array of results at once, in the array's own shape: it is what it copies then."""
        (b, shape) = instruction.output.buffer, instruction.output.shape
        return made(instruction) == "copy" and self._writes[b] == 1 and shape == self.sketch.buffers[b].shape

    def is_started(self, b: int) -> bool:
        """Whether a buffer that is written piece by piece was asked for before."""
        known = b in self._started
        self._started.add(b)
        return known

    def _itemsize(self, view: View) -> int:
        return self.sketch.buffers[view.buffer].dtype.itemsize

    def _expression(self, instruction: Instruction) -> tuple[Words, list[int]]:
        """The words, and the buffers whose waiting lines are in them."""
        folded: list[int] = []
        operation = instruction.operation
        if made(instruction) == "product":
            return self._product(instruction, folded), folded
        if made(instruction) == "sum":
            return self._sum(instruction, folded), folded
        if made(instruction) == "take":
            source = self._read(self._flat(instruction.views[0]), folded, is_exact=True)
            return Words(f"{source.beside(ATOM)}[{self._positions(instruction)}]"), folded
        is_exact = self.is_whole(instruction) if operation is None else not is_lifted(self.recording, instruction)
        inputs = instruction.inputs[:1] if operation is None else instruction.inputs
        words = [self._read(x, folded, instruction, is_exact=is_exact) for x in inputs]
        if operation is None:
            return words[0], folded
        if operation.args or operation.named:
            args, named = (self._named(part) for part in (operation.args, operation.named))
            operation = operation._replace(args=args, named=named)
        found = self._operation(operation, _in_reading_order(instruction, words))
        return (found if is_exact else _filled(instruction, found)), folded

    def _operation(self, operation: Operation, inputs: list[Words]) -> Words:
        return write_operation(operation, inputs)

    def _named(self, parameter: Any) -> Any:
        """The parameter with names in the place of large arrays, and of arguments of whole numbers."""
        if isinstance(parameter, Indices):
            return Name(self.of[self.sketch.indices[parameter]])
        if id(parameter) in self.sketch.parameters:
            return Name(self.of[self.sketch.parameters[id(parameter)]])
        if isinstance(parameter, dict):
            return {key: self._named(part) for key, part in parameter.items()}
        return type(parameter)(map(self._named, parameter)) if type(parameter) in (tuple, list) else parameter

    def _flat(self, view: View) -> View:
        return whole(view.buffer, (self.sketch.buffers[view.buffer].size,))

    def _positions(self, instruction: Instruction) -> str:
        positions = instruction.inputs[1]
        return self.of[positions] if isinstance(positions, int) else literal(positions.tolist())

    def _read(self, x: Any, folded: list[int], reader: Instruction | None = None, *, is_exact: bool = False) -> Words:
        if not isinstance(x, View):
            text = literal(x)
            return Words(text, SIGN if text.startswith("-") else ATOM)
        line = self._waiting.get(x.buffer)
        write = write_view if is_exact else write_broadcast
        name = self.of.get(x.buffer, "?")
        text = write(name, self.sketch.buffers[x.buffer].shape, x, self._itemsize(x))
        if line is not None:
            if text == "?":
                folded.append(x.buffer)
                return line.words
            folded.append(x.buffer)
            shape = self.sketch.buffers[x.buffer].shape
            return Words(write(line.words.beside(ATOM), shape, x, self._itemsize(x)))
        if isinstance(x, Number) and reader is not None and self._is_narrow(reader):
            return Words(f"float({text})")
        return Words(text)

    def _is_narrow(self, instruction: Instruction) -> bool:
        return self.sketch.buffers[instruction.output.buffer].dtype != np.float64

    def read(self, x: Any) -> Words:
        """What lies in a view, exactly; what waited for it is written into it."""
        folded: list[int] = []
        words = self._read(x, folded, is_exact=True)
        for b in folded:
            self._waiting.pop(b)
        return words

    def _sum(self, instruction: Instruction, folded: list[int]) -> Words:
        (view,) = instruction.views
        summed = [k for k, letter in enumerate(instruction.subscripts) if letter == "s"]
        words = self._read(view, folded, is_exact=True).text
        if len(summed) == len(view.shape):
            return Words(f"np.sum({words})")
        axis = summed[0] if len(summed) == 1 else tuple(summed)
        return Words(f"np.sum({words}, axis={axis})")

    def _product(self, instruction: Instruction, folded: list[int]) -> Words:
        """A matrix product where it is one, else an einsum."""
        terms, out = instruction.subscripts.split("->")
        left, right = terms.split(",")
        x, y = instruction.views
        order = _matrix_order(left, right, out)
        if order is None:
            words = [self._read(view, folded, is_exact=True).text for view in (x, y)]
            return Words(f'np.einsum("{instruction.subscripts}", {", ".join(words)})')
        is_swapped, first, second = order
        pair = [(y, right), (x, left)] if is_swapped else [(x, left), (y, right)]
        views = [_ordered(view, term, wanted) for (view, term), wanted in zip(pair, (first, second), strict=True)]
        words_of = [self._read(view, folded, is_exact=True) for view in views]
        if min(map(len, (first, second))) == 1 and any(words.text.endswith(".T") for words in words_of):
            return write_sign(SIGNS["matmul"], *(_transposed(words) for words in reversed(words_of)))
        if len(first) > 1 and first == second:
            return Words(f"np.vdot({words_of[0].text}, {words_of[1].text})")
        return write_sign(SIGNS["matmul"], *words_of)


class Lister(Writer):
    """The same with a line for each instruction, whatever it is."""

    def _may_wait(self, instruction: Instruction, words: Words) -> bool:
        return False

    def _may_share_names(self) -> bool:
        return False

    def _operation(self, operation: Operation, inputs: list[Words]) -> Words:
        return name_operation(operation, inputs)


def _in_reading_order(instruction: Instruction, words: list[Words]) -> list[Words]:
    """A number before its factor, and of a sum what is longer first, as one writes x @ W + b."""
    if instruction.name not in ("add", "multiply"):
        return words
    x, y = instruction.inputs
    is_last = not isinstance(x, View) if instruction.name == "add" else not isinstance(y, View)
    if instruction.name == "add":
        is_last = is_last or (words[0].firmness == ATOM != words[1].firmness) or (_repeats(x) and not _repeats(y))
    return words[::-1] if is_last else words


def _filled(instruction: Instruction, words: Words) -> Words:
    """The words, spread over axes of the output along which no input moves."""
    shape = instruction.output.shape
    moving = {k for x in instruction.views for k, stride in enumerate(x.strides) if stride}
    if all(n == 1 or k in moving for k, n in enumerate(shape)):
        return words
    return Words(f"np.broadcast_to({words.text}, {shape})")


def _repeats(x: Any) -> bool:
    return isinstance(x, View) and 0 in x.strides


def _matrix_order(left: str, right: str, out: str) -> tuple[bool, str, str] | None:
    """Whether the factors change places, and the letters of each in the order that @ wants; None where @ is no word."""
    summed = [a for a in left if a in right and a not in out]
    batch = [a for a in left if a in right and a in out]
    rows, columns = ([a for a in term if a not in summed and a not in batch] for term in (left, right))
    if any(a not in out for a in (*rows, *columns)) or not summed or len({*left}) < len(left):
        return None
    if not out:
        return False, left, left
    if len(summed) > 1 or len(rows) > 1 or len(columns) > 1 or (batch and not (rows and columns)):
        return None
    for is_swapped, (first, second) in enumerate(((rows, columns), (columns, rows))):
        if list(out) == [*batch, *first, *second]:
            words = "".join(batch)
            return bool(is_swapped), f"{words}{''.join(first)}{summed[0]}", f"{words}{summed[0]}{''.join(second)}"
    return None


def _transposed(words: Words) -> Words:
    """A matrix beside a vector from its other side."""
    return Words(words.text.removesuffix(".T"))


def _ordered(view: View, term: str, wanted: str) -> View:
    axes = [term.index(a) for a in wanted]
    return View(view.buffer, view.offset, tuple(view.shape[k] for k in axes), tuple(view.strides[k] for k in axes))
