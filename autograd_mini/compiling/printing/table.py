"""A program as a table: an instruction a line, what it computes, how many nodes it stands for, and where they came from."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..listing import Instruction
from ..recording import Recording
from ..signature import Nesting
from .arguments import Arguments
from .sketch import made, sketch
from .writer import Line, Writer

WIDEST = 72  # letters of an operation
SAMPLE = 100  # nodes of an instruction that are asked for their lines


class Row(NamedTuple):
    """A line of the table."""

    target: str
    words: str
    shape: str
    nodes: int
    line: str


def write_table(f: Callable[..., Any], recording: Recording, nesting: Nesting) -> str:
    """A line of summary, then the table."""
    rows = list(table_rows(f, recording, nesting))
    width = min(WIDEST, max((len(row.words) for row in rows), default=0))
    target, shape, nodes = (
        max((len(f"{row[i]:,}") if i == 3 else len(row[i]) for row in rows), default=0) for i in (0, 2, 3)
    )
    lines = [
        f"{row.target:<{target}} = {_cut(row.words):<{width}}  {row.shape:<{shape}}  "
        f"{f'{row.nodes:,}' if row.nodes else '':>{nodes}}  {row.line}".rstrip()
        for row in rows
    ]
    name = getattr(f, "__name__", "function")
    count = len(recording.listing.instructions)
    summary = f"{name}: {recording.tape.recorded:,} nodes, {count:,} instruction{'s' * (count != 1)}"
    return "\n".join([summary, *lines])


def table_rows(f: Callable[..., Any], recording: Recording, nesting: Nesting) -> Iterator[Row]:
    """An instruction each, in order."""
    drawn = sketch(recording, Arguments(f, nesting))
    writer = Writer(drawn, recording, is_folded=False)
    for line in writer.lines():
        instruction = line.instruction
        shape = drawn.buffers[instruction.output.buffer].shape
        if made(instruction) in ("copy", "put"):
            shape = instruction.output.shape
        yield Row(line.target, _words(line), f"{shape}" if shape else "", len(instruction.members), _origin(recording, instruction))


def _words(line: Line) -> str:
    if line.body:
        steps, times = line.instruction.output.shape
        return f"loop of {steps} operations, {times:,} times"
    return line.words.text.replace("np.", "")


def _origin(recording: Recording, instruction: Instruction) -> str:
    """The line of the user's code that most of the nodes came from."""
    if made(instruction) in ("copy", "put"):
        return ""
    step = max(1, len(instruction.members) // SAMPLE)
    entries = recording.tape.entries
    found = Counter(recording.trace.line(entries[i].node) for i in instruction.members[::step])
    line = found.most_common(1)[0][0] if found else None
    if line is None:
        return ""
    return f"{Path(line.file).name}:{line.number}" + ", gradient" * line.is_gradient


def _cut(words: str) -> str:
    return words if len(words) <= WIDEST else f"{words[: WIDEST - 1]}…"
