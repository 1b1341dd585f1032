"""A program in C99: a function of plain loops over arrays, and a main that reads arguments and prints results."""

import re
from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

import numpy as np

from ...errors import KindError
from ...primitive import Elementwise
from ..lifting.listing import Given, Instruction, View, whole
from ..lifting.rolling import Own
from ..lifting.strides import Axis, merged
from ..recording import Recording
from ..running.results import Same
from ..running.signature import Nesting
from .arguments import Arguments, Names
from .c_operations import RESERVED, helpers_of, number, refused, write_in_c
from .literals import wrapped
from .outcomes import Repeated, Stretch, leaves
from .sketch import Sketch, made, refuse_large, sketch
from .writer import Lister

MOVING = {"getitem", "reshape", "transpose", "swapaxes", "moveaxis", "expand_dims", "squeeze", "broadcast_to"}
MOVING |= {"concatenate", "stack", "astype"}


def c_source(f: Callable[..., Any], recording: Recording, nesting: Nesting) -> str:
    """The source of a program that reads the arguments' numbers, one after another, and prints those of the results."""
    if recording.decisions or any(not isinstance(b, int) for b in recording.arrays):
        raise KindError("a source in C takes no whole numbers and decides nothing by numbers: print program.source()")
    drawn = sketch(recording, Arguments(f, nesting))
    refuse_large(drawn)
    return _C(drawn, recording, getattr(f, "__name__", "program")).write()


class _C:
    def __init__(self, drawn: Sketch, recording: Recording, name: str) -> None:
        self.drawn, self.recording = drawn, recording
        writer = Lister(drawn, recording)
        self.comments = {
            id(line.instruction): f"{line.target} = {line.words.text}".replace("np.", "") for line in writer.lines()
        }
        names = Names({*RESERVED})
        self.names = {b: names.new(word) for b, word in writer.of.items()}
        self.name = names.new(name if name.isidentifier() else "program")
        self.letters = [x for x in "ijklmnopqrstuvw" if x not in self.names.values()]

    def write(self) -> str:
        """All of it."""
        body = [line for instruction in self.drawn.instructions for line in self._instruction(instruction)]
        results = list(self._printed())
        text = re.sub(r"/\*.*?\*/", "", "\n".join([*body, *results]))
        declared = list(self._declared(text))
        helpers = list(helpers_of(text))
        reading = [line for b in self.drawn.given for line in self._read(b)]
        if self.drawn.together is not None:
            reading += self._together()
        parts_of = [line for b, view in self.drawn.parts.items() for line in self._part(b, view)]
        nodes = f"{self.recording.tape.recorded:,} nodes"
        parts = [
            f"/* {self.name}, from {nodes}: reads the arguments' numbers, prints those of the results. */",
            "#include <math.h>\n#include <stdio.h>",
            *(["\n".join(helpers)] if helpers else []),
            "\n".join(declared),
            "\n".join([f"static void {self.name}(void) {{", *(f"    {line}" for line in (*parts_of, *body)), "}"]),
            "\n".join(
                [
                    "int main(void) {",
                    *(f"    {line}" for line in reading),
                    f"    {self.name}();",
                    *(f"    {line}" for line in results),
                    "    return 0;",
                    "}",
                ]
            ),
        ]
        return "\n\n".join(parts) + "\n"

    def _type(self, b: int) -> str:
        return "float" if self.drawn.buffers[b].dtype == np.float32 else "double"

    def _declared(self, text: str) -> Iterator[str]:
        """The arrays: those that nobody reads or writes, being empty, are left out."""
        drawn = self.drawn
        captured = {b: np.asarray([node._raw for node in nodes]).ravel() for b, nodes in drawn.captured.items()}
        for b, data in {**drawn.constants, **drawn.positions, **captured}.items():
            if not re.search(rf"\b{self.names[b]}\[", text):
                continue
            values = np.ravel(data)
            kind = "int" if values.dtype.kind in "iu" else self._type(b)
            written = ", ".join(map(str, values.tolist()) if kind == "int" else map(number, values.tolist()))
            yield from wrapped(f"static const {kind} {self.names[b]}[{max(values.size, 1)}] = {{{written or 0}}};")
        outputs = dict.fromkeys(x.output.buffer for x in drawn.instructions)
        inputs = [*drawn.given, *([drawn.together] if drawn.together is not None else [])]
        for b in dict.fromkeys([*inputs, *drawn.parts, *outputs]):
            if b in outputs and not re.search(rf"\b{self.names[b]}\[", text):
                continue
            yield f"static {self._type(b)} {self.names[b]}[{max(drawn.buffers[b].size, 1)}];"

    def _read(self, b: int) -> Iterator[str]:
        form = "%f" if self._type(b) == "float" else "%lf"
        i = self.letters[0]
        yield f"for (int {i} = 0; {i} < {self.drawn.buffers[b].size}; {i}++)"
        yield f'    if (scanf("{form}", &{self.names[b]}[{i}]) != 1) return 1;'

    def _part(self, b: int, view: View) -> Iterator[str]:
        """A part of an argument in memory of its own."""
        target = whole(b, view.shape)
        count = len(view.shape)
        yield from self._nest(view.shape, [f"{self._at(target, count)} = {self._at(view, count)};"])

    def _together(self) -> Iterator[str]:
        assert self.drawn.together is not None
        place, i = 0, self.letters[0]
        for b, given in zip(self.drawn.given, self.drawn.arguments.given, strict=True):
            if given.shape is not None:
                yield f"for (int {i} = 0; {i} < {prod(given.shape)}; {i}++)"
                yield f"    {self.names[self.drawn.together]}[{place} + {i}] = {self.names[b]}[{i}];"
                place += prod(given.shape)

    def _printed(self) -> Iterator[str]:
        for x in leaves(self.recording.results.nesting):
            if isinstance(x, Repeated):
                yield from self._constant(x)
                continue
            found = self.drawn.stretches[x] if isinstance(x, Stretch) else self.drawn.arrays[x.place]
            if isinstance(found, View):
                yield from self._nest(found.shape, [f'printf("%.17g\\n", {self._at(found, len(found.shape))});'])
            else:
                yield from self._constant(Repeated(Same(found), 1))

    def _constant(self, repeated: Repeated) -> Iterator[str]:
        data = np.asarray(repeated.part.data)
        for value in np.ravel(data).tolist() * repeated.times if data.dtype.kind == "f" else ():
            yield f'printf("%.17g\\n", {number(value)});'

    def _nest(self, lengths: Sequence[int], body: Sequence[str], first: int = 0) -> Iterator[str]:
        """Loops around a body, the first of the letter of that place."""
        indent = ""
        for k, n in enumerate(lengths, first):
            letter = self.letters[k]
            is_block = k == first + len(lengths) - 1 and len(body) > 1
            yield f"{indent}for (int {letter} = 0; {letter} < {n}; {letter}++){' {' * is_block}"
            indent += "    "
        yield from (indent + line for line in body)
        if lengths and len(body) > 1:
            yield indent[4:] + "}"

    def _at(self, view: View, count: int, letters: Sequence[str] | None = None) -> str:
        """An element of a view, by the letters of the loops, one for each axis."""
        steps = zip(self.letters[:count] if letters is None else letters, view.strides, view.shape, strict=True)
        terms, offset = [], view.offset
        for x, stride, n in steps:
            if x.isdigit():
                offset += int(x) * stride * (n != 1)
            elif stride and n != 1:
                terms.append(f"{stride} * {x}" if stride != 1 else x)
        terms = [str(offset)] * bool(offset or not terms) + terms
        return f"{self.names[view.buffer]}[{' + '.join(terms).replace('+ -', '- ')}]"

    def _instruction(self, instruction: Instruction) -> Iterator[str]:
        if id(instruction) in self.comments:
            yield f"/* {self.comments[id(instruction)]} */"
        yield from self._written(instruction)

    def _written(self, instruction: Instruction) -> Iterator[str]:
        kind, operation, output = made(instruction), instruction.operation, instruction.output
        if kind == "product":
            yield from self._product(instruction.subscripts, instruction.views, output)
        elif kind == "sum":
            yield from self._sum(instruction.views[0], [x == "s" for x in instruction.subscripts], output)
        elif kind == "loop":
            yield from self._loop(instruction)
        elif kind in ("take", "put"):
            yield from self._moved(instruction)
        elif operation is None or isinstance(operation.primitive, Elementwise):
            yield from self._elementwise(instruction)
        elif operation.name == "matmul":
            yield from self._product(_matmul_subscripts(*instruction.inputs), instruction.inputs, output)
        elif (
            operation.name == "einsum"
            and "." not in operation.named["subscripts"]
            and "->" in operation.named["subscripts"]
        ):
            yield from self._product(operation.named["subscripts"].replace(" ", ""), instruction.inputs, output)
        elif operation.name == "sum" and operation.named.get("where", True) is True:
            yield from self._sum_over_axes(instruction)
        elif operation.name == "scatter" and len(operation.args) == 2:
            yield from self._scattered(instruction)
        elif operation.name == "as_number":
            (view,) = instruction.views
            yield from self._sum(view, [True] * len(view.shape), output)
        elif operation.name in MOVING:
            yield from self._gathered(instruction)
        else:
            raise refused(operation.name)

    def _operand(self, x: Any, shape: Sequence[int], letters: Sequence[str] | None = None) -> str:
        """An input, broadcast to a shape."""
        if isinstance(x, View):
            missing = len(shape) - len(x.shape)
            strides = (0,) * missing + tuple(s if n != 1 else 0 for n, s in zip(x.shape, x.strides, strict=True))
            return self._at(View(x.buffer, x.offset, tuple(shape), strides), len(shape), letters)
        if np.size(x) == 1:
            text = number(np.ravel(x)[0])
            return f"({text})" if text.startswith("-") else text
        raise KindError("a source in C holds no arrays of constants beside Tensors: print program.source() instead")

    def _elementwise(self, instruction: Instruction) -> Iterator[str]:
        output = instruction.output
        views = [x for x in instruction.inputs if isinstance(x, View)]
        spread = [_spread(x, output.shape) for x in (*views, output)]
        if output.size:
            axes = merged([tuple(map(Axis, output.shape, x.strides)) for x in spread])
            spread = [
                View(x.buffer, x.offset, tuple(a.length for a in along), tuple(a.stride for a in along))
                for x, along in zip(spread, axes, strict=True)
            ]
        shape = spread[-1].shape
        found = iter(spread)
        inputs = [self._operand(next(found) if isinstance(x, View) else x, shape) for x in instruction.inputs]
        words = inputs[0] if instruction.operation is None else write_in_c(instruction.operation, inputs)
        yield from self._nest(shape, [f"{self._at(spread[-1], len(shape))} = {words};"])

    def _product(self, subscripts: str, views: Sequence[View], output: View) -> Iterator[str]:
        terms, out = subscripts.split("->")
        lengths: dict[str, int] = {}
        for term, view in zip(terms.split(","), views, strict=True):
            for letter, n in zip(term, view.shape, strict=True):
                lengths[letter] = max(n, lengths.get(letter, n)) if n != 1 else lengths.get(letter, n)
        order = [*out, *(x for x in lengths if x not in out)]
        letter_of = dict(zip(order, self.letters, strict=False))
        factors = [
            self._at(view, 0, [letter_of[x] for x in term]) for term, view in zip(terms.split(","), views, strict=True)
        ]
        summed = order[len(out) :]
        target = self._at(output, 0, [letter_of[x] for x in out])
        yield from self._added([lengths[x] for x in out], [lengths[x] for x in summed], " * ".join(factors), target)

    def _added(self, kept: Sequence[int], summed: Sequence[int], term: str, target: str) -> Iterator[str]:
        inner = list(self._nest(summed, [f"total += {term};"], len(kept)))
        block = ["double total = 0;", *inner, f"{target} = total;"]
        yield from self._nest(kept, block) if kept else ("{", *(f"    {line}" for line in block), "}")

    def _sum(self, view: View, is_summed: Sequence[bool], output: View) -> Iterator[str]:
        names = "abcdefghijklmnop"
        term = names[: len(view.shape)]
        out = "".join(x for x, gone in zip(term, is_summed, strict=True) if not gone)
        yield from self._product(f"{term}->{out}", [view], output)

    def _sum_over_axes(self, instruction: Instruction) -> Iterator[str]:
        (view,) = instruction.views
        assert instruction.operation is not None
        options = dict(zip(("axis",), instruction.operation.args, strict=False)) | instruction.operation.named
        axis = options.get("axis")
        axes = range(len(view.shape)) if axis is None else (axis,) if isinstance(axis, int) else axis
        gone = {k % max(len(view.shape), 1) for k in axes}
        kept = tuple(n for k, n in enumerate(view.shape) if k not in gone)
        output = whole(instruction.output.buffer, kept)
        yield from self._sum(view, [k in gone for k in range(len(view.shape))], output)

    def _moved(self, instruction: Instruction) -> Iterator[str]:
        """A take or a put: places that an array of whole numbers holds, or that are written in it."""
        source, positions = instruction.inputs
        base = View(instruction.output.buffer, 0, (), ())
        is_take = made(instruction) == "take"
        if is_take:
            base = View(source.buffer, source.offset, (), ())
        if isinstance(positions, int):
            count = self.drawn.positions[positions].size
            held = f"{self.names[base.buffer]}[{self.names[positions]}[{self.letters[0]}]]"
            if is_take:
                yield from self._nest([count], [f"{self._at(whole(instruction.output.buffer, (count,)), 1)} = {held};"])
                return
            if not isinstance(source, View) or len(source.shape) <= 1:
                yield from self._nest([count], [f"{held} = {self._operand(source, (count,))};"])
                return
            raise KindError("a source in C holds no such scattered numbers: print program.source() instead")
        for i, place in enumerate(np.ravel(positions).tolist()):
            if is_take:
                yield f"{self.names[instruction.output.buffer]}[{i}] = {self.names[base.buffer]}[{place}];"
            else:
                at = np.unravel_index(i, positions.shape)
                words = self._operand(source, positions.shape, [str(int(k)) for k in at])
                yield f"{self.names[base.buffer]}[{place}] = {words};"

    def _gathered(self, instruction: Instruction) -> Iterator[str]:
        """An operation that only moves elements: each from where NumPy takes it."""
        operation = instruction.operation
        assert operation is not None
        places: list[Any] = []
        elements: list[str] = []
        for x in instruction.inputs:
            places.append(np.arange(float(prod(np.shape(x) if not isinstance(x, View) else x.shape))) + len(elements))
            if isinstance(x, View):
                places[-1] = places[-1].reshape(x.shape)
                elements += [self._at(x, 0, [*map(str, at)]) for at in np.ndindex(*x.shape)]
            else:
                places[-1] = places[-1].reshape(np.shape(x))
                elements += map(number, np.ravel(x).tolist())
        moved = operation.primitive.compute(*places, *operation.args, **operation.named)
        name = self.names[instruction.output.buffer]
        for i, place in enumerate(np.ravel(moved).astype(int).tolist()):
            yield f"{name}[{i}] = {elements[place]};"

    def _scattered(self, instruction: Instruction) -> Iterator[str]:
        """Zeros, and each element added where it belongs."""
        operation, output = instruction.operation, instruction.output
        assert operation is not None
        index, shape = operation.args
        name, letter = self.names[output.buffer], self.letters[0]
        places = np.arange(output.size).reshape(shape)[index]
        yield f"for (int {letter} = 0; {letter} < {output.size}; {letter}++)"
        yield f"    {name}[{letter}] = 0;"
        for at in np.ndindex(*places.shape):
            element = self._operand(instruction.inputs[0], places.shape, [*map(str, at)])
            yield f"{name}[{places[at]}] += {element};"

    def _loop(self, loop: Instruction) -> Iterator[str]:
        k, target, count = self.letters[0], self.names[loop.output.buffer], loop.output.shape[1]

        def words(x: Any, *, is_first: bool = False) -> str:
            if isinstance(x, Own):
                return f"before{x.step}" if x.lag else f"now{x.step}"
            if isinstance(x, Given):
                view = loop.views[x.input]
                if len(view.shape) > 1:
                    raise KindError("a source in C holds no such loop: print program.source() instead")
                return self._at(view, 0, ["0" if is_first else k] * len(view.shape))
            return f"({number(x)})"

        yield "{"
        for j, x in loop.first.items():
            yield f"    double before{j} = {words(x, is_first=True)};"
        yield f"    for (int {k} = 0; {k} < {count}; {k}++) {{"
        for j, step in enumerate(loop.steps):
            yield f"        double now{j} = {write_in_c(step.operation, [words(x) for x in step.inputs])};"
            yield f"        {target}[{j * count} + {k}] = now{j};"
        for j in loop.first:
            yield f"        before{j} = now{j};"
        yield "    }"
        yield "}"


def _spread(view: View, shape: Sequence[int]) -> View:
    missing = len(shape) - len(view.shape)
    strides = (0,) * missing + tuple(s if n != 1 else 0 for n, s in zip(view.shape, view.strides, strict=True))
    return View(view.buffer, view.offset, tuple(shape), strides)


def _matmul_subscripts(x: Any, y: Any) -> str:
    stack = "abcdef"[: max(len(x.shape), len(y.shape), 2) - 2]
    left, right = (stack[len(stack) - max(0, len(a.shape) - 2) :] if len(a.shape) > 2 else "" for a in (x, y))
    rows, columns = "m" * (len(x.shape) > 1), "n" * (len(y.shape) > 1)
    return f"{left}{rows}k,{right}k{columns}->{stack}{rows}{columns}"
