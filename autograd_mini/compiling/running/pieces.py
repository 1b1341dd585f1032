"""What is added to a part of an array is added there in place, without an array of zeros around it."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from ...calculus.linear import picks_once
from ...primitive import primitives
from ..lifting.lifted import viewed
from ..lifting.listing import Instruction, Listing, View, whole
from ..lifting.simplifying import Operation


def with_pieces_in_place(listing: Listing, kept: Collection[int]) -> Listing:
    """The listing with each `scatter` as an addition to a part of an array, where its index names no element twice.

    The array is what the result is added to, if it is read for that alone: so the gradient of a loop over the rows of
    a tensor costs what the tensor holds, and not that for each row. Else it is one of zeros.

    kept: buffers whose contents are read after the last instruction.
    """
    return _Layout(listing, kept).run()


class _Layout:
    def __init__(self, listing: Listing, kept: Collection[int]) -> None:
        self.listing = listing
        reads = Counter(x.buffer for instruction in listing.instructions for x in instruction.views)
        self.written = {x.output.buffer: x for x in listing.instructions}
        self.handed_on = {b for b in self.written if reads[b] == 1} - {*kept}  # to one instruction, and nobody else
        self.heirs: dict[int, int] = {}  # by the buffer of an array that of the sum which lies in its memory
        self.taken: set[int] = set()  # the pieces that sums take in
        self.backwards: list[Instruction] = []

    def run(self) -> Listing:
        """From the last instruction to the first: so a sum is known before the arrays that it begins with."""
        for instruction in reversed(self.listing.instructions):
            output = instruction.output
            if output.buffer in self.taken:
                continue
            if output.buffer in self.heirs:
                instruction = replace(instruction, output=output._replace(buffer=self.heirs[output.buffer]))
            if not (self._write_sum(instruction) or self._write_piece(instruction)):
                self.backwards.append(instruction)
        return Listing(self.listing.buffers, self.backwards[::-1], self.listing.constants)

    def _write_sum(self, instruction: Instruction) -> bool:
        """Whether it is the sum of an array and a piece, which is then added in place."""
        output = instruction.output
        if instruction.operation is None or instruction.name != "add":
            return False
        for array, piece in (instruction.inputs, instruction.inputs[::-1]):
            if not (self._is_alike(array, output) and self._is_alike(piece, output)):
                return False
            scatter = self.written.get(piece.buffer)
            if piece.buffer in self.handed_on and scatter is not None and self._add(scatter, instruction):
                self.taken.add(piece.buffer)
                if array.buffer in self.handed_on:
                    self.heirs[array.buffer] = output.buffer
                else:
                    self.backwards.append(Instruction("copy", (array,), output))
                return True
        return False

    def _write_piece(self, instruction: Instruction) -> bool:
        """Whether it is a piece that no sum takes in, which is then added to zeros."""
        is_piece = self._add(instruction, instruction)
        if is_piece:
            self.backwards.append(Instruction("copy", (0.0,), instruction.output))
        return is_piece

    def _add(self, scatter: Instruction, to: Instruction) -> bool:
        """Add what is scattered to its part of an instruction's output; False where there is no such part."""
        operation = scatter.operation
        if operation is None or operation.name != "scatter" or operation.reads_indices:
            return False
        index = dict(zip(("index", "shape"), operation.args, strict=False)) | operation.named
        if not picks_once(index["index"]):
            return False
        picking = Operation(primitives["getitem"], (index["index"],), {})
        part = viewed(picking, to.output, to.output.size)
        if part is None:
            return False
        adding = Operation(primitives["add"], (), {})
        self.backwards.append(Instruction("add", (part, *scatter.inputs), part, adding, members=to.members))
        return True

    def _is_alike(self, x: object, output: View) -> bool:
        """Whether x is all of a buffer that could be the output's."""
        if not isinstance(x, View) or x != whole(x.buffer, output.shape):
            return False
        old, new = (self.listing.buffers[b] for b in (x.buffer, output.buffer))
        return (old.size, old.dtype) == (new.size, new.dtype)
