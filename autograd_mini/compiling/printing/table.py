"""A program as a table: a line for each instruction, with how many nodes it stands for and where they came from."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ...lines import Line as CodeLine
from ..lifting.listing import Instruction
from ..recording import Recording
from ..running.signature import Nesting
from .arguments import Arguments
from .sketch import Sketch, made, sketch
from .writer import Line, Lister

WIDEST = 72  # letters of an operation
SAMPLE = 100  # nodes of an instruction that are asked for their lines


class Row(NamedTuple):
    """A line of the table."""

    target: str
    words: str
    shape: str
    nodes: int
    line: str


class Table:
    """The rows of a recording. parts: names for parts of arguments. rows: the instructions, in order."""

    def __init__(self, f: Callable[..., Any], recording: Recording, nesting: Nesting) -> None:
        self.name, self.recording = getattr(f, "__name__", "function"), recording
        drawn = sketch(recording, Arguments(f, nesting))
        lister = Lister(drawn, recording)
        self.parts = [
            Row(lister.of[b], lister.read(view).text, str(drawn.buffers[b].shape), 0, "")
            for b, view in drawn.parts.items()
        ]
        self.rows = [self._row(line, drawn) for line in lister.lines()]

    def _row(self, line: Line, drawn: Sketch) -> Row:
        instruction = line.instruction
        is_piece = made(instruction) in ("copy", "put")
        shape = instruction.output.shape if is_piece else drawn.buffers[instruction.output.buffer].shape
        origin = "" if is_piece else _place(origin_of(self.recording, instruction))
        return Row(line.target, _words(line), f"{shape}" if shape else "", len(instruction.members), origin)

    def __str__(self) -> str:
        rows = [*self.parts, *self.rows]
        width = min(WIDEST, max((len(row.words) for row in rows), default=0))
        target = max((len(row.target) for row in rows), default=0)
        shape = max((len(row.shape) for row in rows), default=0)
        nodes = max((len(f"{row.nodes:,}") for row in rows), default=0)
        lines = [
            f"{row.target:<{target}} = {_cut(row.words):<{width}}  {row.shape:<{shape}}  "
            f"{f'{row.nodes:,}' if row.nodes else '':>{nodes}}  {row.line}".rstrip()
            for row in rows
        ]
        count = len(self.rows)
        recorded = self.recording.origins.recorded
        words = [f"{recorded:,} node{'s' * (recorded != 1)}"] if recorded else []
        words += [f"{count:,} instruction{'s' * (count != 1)}"]
        return "\n".join([f"{self.name}: {', '.join(words)}", *lines])


def origin_of(recording: Recording, instruction: Instruction) -> CodeLine | None:
    """The line of the user's code that most of the nodes came from."""
    if not instruction.members:
        return None
    step = max(1, len(instruction.members) // SAMPLE)
    found = Counter(map(recording.origins.line, instruction.members[::step]))
    return found.most_common(1)[0][0]


def _place(line: CodeLine | None) -> str:
    return "" if line is None else f"{Path(line.file).name}:{line.number}" + ", gradient" * line.is_gradient


def _words(line: Line) -> str:
    if line.body:
        steps, times = line.instruction.output.shape
        return f"loop of {steps} operations, {times:,} times"
    return line.words.text.replace("np.", "")


def _cut(words: str) -> str:
    return words if len(words) <= WIDEST else f"{words[: WIDEST - 1]}…"
