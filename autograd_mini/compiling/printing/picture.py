"""A program as a picture in the style of `draw`: a card for each instruction, one where thousands stood."""

from pathlib import Path
from typing import Any

import numpy as np

from ...drawing import Picture
from ...drawing.cards import Arrow, Card, View
from ...drawing.layout import choose_layout
from ...languages import say
from ..lifting.listing import Instruction
from ..lifting.listing import View as Read
from ..recording import Recording
from ..running.signature import Nesting
from .arguments import Arguments
from .literals import literal
from .sketch import Sketch, made, sketch
from .table import origin_of
from .writer import Lister


def picture(program: Any, recording: Recording, nesting: Nesting, theme: str, direction: str | None) -> Picture:
    """The picture of a recording."""
    shown = _Showing(sketch(recording, Arguments(program.function, nesting)), recording).view()
    return Picture(program, None, shown, choose_layout(shown, direction), theme)


class _Showing:
    def __init__(self, drawn: Sketch, recording: Recording) -> None:
        self.drawn, self.recording = drawn, recording
        self.lister = Lister(drawn, recording)
        self.cards: dict[str, Card] = {}
        self.arrows: list[Arrow] = []
        arrays = [x for x in drawn.arrays if isinstance(x, Read)]
        self.results = {x.buffer for x in (*arrays, *drawn.stretches.values())}

    def view(self) -> View:
        """The cards, each after those it reads, and the arrows between them."""
        for line in self.lister.lines():
            instruction = line.instruction
            if made(instruction) in ("copy", "put"):
                self._add_to_result(instruction)
            else:
                self._add(instruction, line.words.text)
        for b in self.results:
            self._key(b)
        return View(tuple(self.cards.values()), tuple(self.arrows), self.recording.origins.recorded, "program")

    def _key(self, b: int) -> str:
        """The key of a buffer's card, which is made where it is an argument, a part of one, or a constant."""
        key = f"b{b}"
        if key not in self.cards:
            buffer = self.drawn.buffers[b]
            part = self.drawn.parts.get(b)
            about = () if part is None else (self.lister.read(part).text,)
            self.cards[key] = Card(
                key,
                "leaf",
                array=_array(buffer.shape, buffer.dtype),
                label=self.lister.of[b],
                about=about,
                is_root=b in self.results,
            )
        return key

    def _add(self, instruction: Instruction, words: str) -> None:
        b = instruction.output.buffer
        key, buffer = f"b{b}", self.drawn.buffers[b]
        inputs = [(i, x) for i, x in enumerate(instruction.inputs) if isinstance(x, Read)]
        tails = [(i, self._tail(key, i, x), x) for i, x in inputs]
        numbers = [(i, x) for i, x in enumerate(instruction.inputs) if isinstance(x, float)]
        for i, x in numbers:
            self.cards[f"{key}_{i}"] = Card(f"{key}_{i}", "constant", ((literal(x),),))
            self.arrows.append(Arrow(f"e{b}_{i}", f"{key}_{i}", key, i, is_constant=True))
        operation, parameters = _operation(instruction, words)
        self.cards[key] = Card(
            key,
            "operation",
            array=_array(buffer.shape, buffer.dtype),
            operation=operation,
            parameters=parameters,
            label=self.lister.of[b],
            is_root=b in self.results,
            order=int(self.lister.is_gradient(instruction)),
            about=self._about(instruction),
        )
        for i, tail, view in tails:
            self._join(tail, key, i, view)

    def _tail(self, head: str, i: int, x: Read) -> str:
        """The card that an input comes from; constants have one for each use."""
        if x.buffer not in self.drawn.constants:
            return self._key(x.buffer)
        key = f"{head}_{i}"
        buffer = self.drawn.buffers[x.buffer]
        count = say("{0} numbers", f"{buffer.size:,}")
        self.cards[key] = Card(
            key, "constant", ((count,),), _array(buffer.shape, buffer.dtype), label=self.lister.of[x.buffer]
        )
        return key

    def _join(self, tail: str, head: str, position: int, x: Read) -> None:
        key = f"e{head[1:]}_{position}"
        if tail == f"{head}_{position}":
            self.arrows.append(Arrow(key, tail, head, position, is_constant=True))
            return
        shape = tuple(n for n, stride in zip(x.shape, x.strides, strict=True) if stride or n == 1)
        self.arrows.append(Arrow(key, tail, head, position, forward=str(shape) if shape else say("number")))

    def _add_to_result(self, instruction: Instruction) -> None:
        b, source = instruction.output.buffer, instruction.inputs[0]
        key, buffer = f"b{b}", self.drawn.buffers[b]
        self.lister.of.setdefault(b, "result")
        tail = self._key(source.buffer) if isinstance(source, Read) else ""
        old = self.cards.pop(key, None)
        is_gradient = bool(tail) and self.cards[tail].order > 0
        label = self.lister.of[b]
        self.cards[key] = Card(
            key,
            "operation",
            array=_array(buffer.shape, buffer.dtype),
            operation="=" if self.lister.is_whole(instruction) else say("parts"),
            label=label,
            is_root=True,
            order=max(old.order if old else 0, int(is_gradient)),
        )
        if isinstance(source, Read):
            position = sum(arrow.head == key for arrow in self.arrows)
            self._join(tail, key, position, source)

    def _about(self, instruction: Instruction) -> tuple[str, ...]:
        count = len(instruction.members)
        line = origin_of(self.recording, instruction)
        words = [say("{0} node{1}", f"{count:,}", "s" * (count != 1))] if count else []
        words += [] if line is None or line.is_gradient else [f"{Path(line.file).name}:{line.number}"]
        return (", ".join(words),) if words else ()


def _operation(instruction: Instruction, words: str) -> tuple[str, str]:
    """A product in words, anything else by its name and what it was told."""
    kind = made(instruction)
    if kind == "product" or instruction.name == "matmul":
        return words.replace("np.", "").replace(".T", "ᵀ"), ""
    if kind == "sum":
        axes = [k for k, letter in enumerate(instruction.subscripts) if letter == "s"]
        return "sum", "" if len(axes) == len(instruction.subscripts) else f"axis {', '.join(map(str, axes))}"
    if kind == "loop":
        steps, times = instruction.output.shape
        return say("loop of {0}", steps), f"× {times:,}"
    return instruction.name, ""


def _array(shape: tuple[int, ...], dtype: Any) -> str:
    narrow = "" if dtype == np.float64 else f" {np.dtype(dtype).name}"
    return f"{shape}{narrow}" if shape else ""
