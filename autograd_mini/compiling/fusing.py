"""Operations on each element brought together: those that run through the same positions share one nest of loops."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .listing import Instruction, Listing, View
from .scalars import Formula, formula
from .strides import Axis, merged, refined

MOST = 100  # statements in one nest of loops
BACK = 64  # nests that are looked at for one more statement
FEW = 16  # elements below which it does not matter whether a loop runs on vectors


class Access(NamedTuple):
    """Elements of a buffer, or of a constant array, that a nest of loops runs through.

    positions: numbers that the walk runs through instead, each the position of an element.
    """

    source: Any  # the number of a buffer, or an array
    offset: int
    axes: tuple[Axis, ...]
    positions: Any = None


@dataclass
class Statement:
    """output = formula(*inputs) for each element. inputs: accesses and floats."""

    instruction: Instruction
    formula: Formula
    inputs: list[Access | float]
    output: Access

    def accesses(self) -> list[Access]:
        """What it reads, then what it writes."""
        return [*(x for x in self.inputs if isinstance(x, Access)), self.output]

    def put(self, axes: Sequence[tuple[Axis, ...]]) -> None:
        """Take these axes for those of the accesses."""
        found = iter(axes)
        self.inputs = [x._replace(axes=next(found)) if isinstance(x, Access) else x for x in self.inputs]
        self.output = self.output._replace(axes=next(found))


class Nest:
    """Loops around statements, each run for one element after another. unread: buffers that live in registers alone."""

    def __init__(self, statement: Statement) -> None:
        self.statements = [statement]
        self.size = _size(statement.output)
        self.written = {statement.output.source}
        self.unread: set[int] = set()

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of its loops: their lengths are those of every access."""
        return self.statements[0].output.axes

    @property
    def calls(self) -> bool:
        """Whether a statement calls a function."""
        return self.statements[0].formula.calls

    def add(self, statement: Statement) -> bool:
        """Take one more statement in; False where that is not possible."""
        if len(self.statements) >= MOST or (self.calls != statement.formula.calls and self.size >= FEW):
            return False
        mine = [x for other in self.statements for x in other.accesses()]
        theirs = statement.accesses()
        both = [*mine, *theirs]
        axes: list[tuple[Axis, ...]] | None = [x.axes for x in both]
        if _lengths(mine[0]) != _lengths(theirs[0]):
            axes = refined([x.axes for x in both])
        if axes is None:
            return False
        cut = [x._replace(axes=found) for x, found in zip(both, axes, strict=True)]
        written: dict[Any, list[Access]] = defaultdict(list)
        end = 0
        for other in self.statements:
            end += len(other.accesses())
            written[other.output.source].append(cut[end - 1])
        for x in cut[end:-1]:
            if isinstance(x.source, int) and any(x is not y and not _is_same(x, y) for y in written.get(x.source, ())):
                return False
        self.statements.append(statement)
        found = iter(axes)
        for other in self.statements:
            other.put([next(found) for _ in other.accesses()])
        self.written.add(statement.output.source)
        return True

    def simplify(self) -> None:
        """Join axes along which all accesses step on evenly."""
        axes = iter(merged([x.axes for statement in self.statements for x in statement.accesses()]))
        for statement in self.statements:
            statement.put([next(axes) for _ in statement.accesses()])


Block = Nest | Instruction


def fuse(listing: Listing, kept: Collection[int]) -> list[Block]:
    """The instructions in an order in which they can run, those on each element in nests of loops.

    kept: buffers whose contents are read after the last instruction.
    """
    blocks: list[Block] = []
    written: dict[int, int] = {}  # the block that writes a buffer last
    for instruction in listing.instructions:
        after = max([written.get(x.buffer, -1) for x in instruction.views], default=-1)
        statement = _statement(listing, instruction)
        block = len(blocks)
        if statement is None:
            blocks.append(instruction)
        else:
            size = _size(statement.output)
            for i in range(len(blocks) - 1, max(after, len(blocks) - BACK, 0) - 1, -1):
                nest = blocks[i]
                if isinstance(nest, Nest) and nest.size == size and nest.add(statement):
                    block = i
                    break
            else:
                blocks.append(Nest(statement))
        output = instruction.output.buffer
        written[output] = max(block, written.get(output, -1))
    _leave_in_registers(blocks, kept)
    for nest in blocks:
        if isinstance(nest, Nest):
            nest.simplify()
    return blocks


def _leave_in_registers(blocks: Sequence[Block], kept: Collection[int]) -> None:
    """Find the buffers that only the nest reads that writes them."""
    users: dict[int, set[int]] = defaultdict(set)
    for i, block in enumerate(blocks):
        for x in views_read(block):
            users[x.buffer].add(i)
    for i, block in enumerate(blocks):
        if isinstance(block, Nest):
            block.unread = {b for b in block.written if users[b] <= {i} and b not in kept}


def views_read(block: Block) -> list[View]:
    """The views that a block reads."""
    if isinstance(block, Nest):
        return [x for statement in block.statements for x in statement.instruction.views]
    return block.views


def _statement(listing: Listing, instruction: Instruction) -> Statement | None:
    """The instruction as a statement, None where it is none on each element."""
    output = _access(instruction.output, instruction.output.shape)
    shape = instruction.output.shape
    if instruction.operation is None and instruction.name in ("take", "put"):
        return _moved(instruction)
    found = formula(instruction)
    if found is None or listing.buffers[instruction.output.buffer].dtype.kind != "f":
        return None
    inputs: list[Access | float] = []
    for x in instruction.inputs:
        if isinstance(x, float):
            inputs.append(x)
        elif isinstance(x, View):
            inputs.append(_access(x, shape))
        else:
            array = np.asarray(x)
            if not array.flags.c_contiguous or array.dtype.kind not in "fbiu" or array.dtype.itemsize > 8:
                return None
            strides = tuple(stride // array.itemsize for stride in array.strides)
            inputs.append(_access(View(0, 0, array.shape, strides), shape)._replace(source=array))
    return Statement(instruction, found, inputs, output)


def _is_same(x: Access, y: Access) -> bool:
    """Whether both run through the same elements in the same order."""
    return x.positions is None and y.positions is None and x == y


def _moved(instruction: Instruction) -> Statement | None:
    """A gather or a scatter as a statement, None where it moves rows of something."""
    x, positions = instruction.inputs
    view = x if instruction.name == "take" else instruction.output
    run = (Axis(len(positions), 1),) if len(positions) > 1 else ()
    by_position = Access(view.buffer, view.offset, run, positions)
    if len(view.shape) != 1 or view.strides != (1,):
        return None
    if instruction.name == "take":
        output = _access(instruction.output, instruction.output.shape)
        return (
            Statement(instruction, Formula("x"), [by_position], output)
            if _lengths(output) == _lengths(by_position)
            else None
        )
    if not isinstance(x, View):
        return Statement(instruction, Formula("x"), [x], by_position) if isinstance(x, float) else None
    read = _access(x, x.shape)
    axes = refined([read.axes, run])
    if axes is None:
        return None
    read, written = (access._replace(axes=found) for access, found in zip((read, by_position), axes, strict=True))
    return Statement(instruction, Formula("x"), [read], written)


def _access(view: View, shape: Sequence[int]) -> Access:
    """The view broadcast to a shape, without axes of one element."""
    strides = (0,) * (len(shape) - len(view.shape)) + tuple(
        stride if length > 1 else 0 for length, stride in zip(view.shape, view.strides, strict=True)
    )
    pairs = zip(shape, strides, strict=True)
    return Access(view.buffer, view.offset, tuple(Axis(length, stride) for length, stride in pairs if length != 1))


def _size(access: Access) -> int:
    return int(np.prod(_lengths(access), dtype=np.int64))


def _lengths(access: Access) -> tuple[int, ...]:
    return tuple(axis.length for axis in access.axes)
