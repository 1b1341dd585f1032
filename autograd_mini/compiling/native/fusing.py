"""Operations on each element brought together: those that run through the same positions share one nest of loops."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..lifting.listing import Instruction, Listing, View, whole
from ..lifting.strides import Axis, merged, refined
from .scalars import Formula, formula

MOST = 100  # statements in one nest of loops
BACK = 64  # nests that are looked at for one more statement
FEW = 16  # elements below which it does not matter whether a loop runs on vectors


class Access(NamedTuple):
    """Elements of a buffer, or of a constant array, that a nest of loops runs through.

    positions: where the elements lie that `by` runs through; an element is as far from there as `axes` say.
    """

    source: Any  # the number of a buffer, or an array
    offset: int
    axes: tuple[Axis, ...]
    by: tuple[Axis, ...] = ()
    positions: Any = None

    @property
    def walks(self) -> list[tuple[Axis, ...]]:
        """What runs: the axes, those through positions too."""
        return [self.axes] if self.positions is None else [self.axes, self.by]

    def along(self, walks: Iterator[tuple[Axis, ...]]) -> "Access":
        """The same with the next of these walks in the place of its own."""
        return self._replace(axes=next(walks), by=() if self.positions is None else next(walks))


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

    @property
    def walks(self) -> list[tuple[Axis, ...]]:
        """Those of all its accesses."""
        return [walk for x in self.accesses() for walk in x.walks]

    def along(self, walks: Iterator[tuple[Axis, ...]]) -> "Statement":
        """The same with the next of these walks in the places of its own."""
        inputs = [x.along(walks) if isinstance(x, Access) else x for x in self.inputs]
        return Statement(self.instruction, self.formula, inputs, self.output.along(walks))


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
        statements = [*self.statements, statement]
        if _lengths(self.statements[0].output) != _lengths(statement.output):
            walks = refined([walk for other in statements for walk in other.walks])
            if walks is None:
                return False
            turn = iter(walks)
            statements = [other.along(turn) for other in statements]
        *others, last = statements
        for x in last.accesses()[:-1]:
            if isinstance(x.source, int) and x.source in self.written:
                outputs = [other.output for other in others if other.output.source == x.source]
                if any(x.positions is not None or x != output for output in outputs):
                    return False
        self.statements = statements
        self.written.add(last.output.source)
        return True

    def simplify(self) -> None:
        """Join axes along which all accesses step on evenly."""
        walks = iter(merged([walk for statement in self.statements for walk in statement.walks]))
        self.statements = [statement.along(walks) for statement in self.statements]


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


def is_empty(instruction: Instruction) -> bool:
    """Whether it reads or writes arrays without elements, of which there is nothing to compile."""
    return any(0 in x.shape for x in (*instruction.views, instruction.output))


def _statement(listing: Listing, instruction: Instruction) -> Statement | None:
    """The instruction as a statement, None where it is none on each element."""
    if is_empty(instruction):
        return None
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


def _moved(instruction: Instruction) -> Statement | None:
    """A gather or a scatter of elements, or of rows of them, as a statement; None where it is another."""
    x, positions = instruction.inputs
    view = x if instruction.name == "take" else instruction.output
    if not view.shape or view.strides[-1] != 1 or len(view.shape) > 2:
        return None
    row = view.shape[1:]
    positions = np.asarray(positions)
    shape = *positions.shape, *row
    by = _axes(shape, (*whole(0, positions.shape).strides, *(0 for _ in row)))
    along = _axes(shape, (*(0 for _ in positions.shape), *(1 for _ in row)))
    found = Access(view.buffer, view.offset, along, by, positions.reshape(-1) * view.strides[0])
    other = instruction.output if instruction.name == "take" else x
    if not isinstance(other, View):
        return Statement(instruction, Formula("x"), [other], found) if isinstance(other, float) else None
    walks = refined([*found.walks, _access(other, other.shape).axes])
    if walks is None:
        return None
    turn = iter(walks)
    found, beside = found.along(turn), _access(other, other.shape).along(turn)
    read, output = (found, beside) if instruction.name == "take" else (beside, found)
    return Statement(instruction, Formula("x"), [read], output)


def _access(view: View, shape: Sequence[int]) -> Access:
    """The view broadcast to a shape, without axes of one element."""
    strides = (0,) * (len(shape) - len(view.shape)) + tuple(
        stride if length > 1 else 0 for length, stride in zip(view.shape, view.strides, strict=True)
    )
    return Access(view.buffer, view.offset, _axes(shape, strides))


def _axes(shape: Sequence[int], strides: Sequence[int]) -> tuple[Axis, ...]:
    return tuple(Axis(length, stride) for length, stride in zip(shape, strides, strict=True) if length != 1)


def _size(access: Access) -> int:
    return int(np.prod(_lengths(access), dtype=np.int64))


def _lengths(access: Access) -> tuple[int, ...]:
    return tuple(axis.length for axis in access.axes)
