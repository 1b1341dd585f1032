"""What a program is: operations over strided views of buffers, in the order they run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from .rolling import Own
from .simplifying import Operation


class View(NamedTuple):
    """Elements of a buffer: element (i, j, …) lies at offset + i · strides[0] + j · strides[1] + …"""

    buffer: int
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(np.prod(self.shape, dtype=np.int64))

    def of(self, memory: Any) -> Any:
        """The view in the buffer's memory, a contiguous array."""
        bytes_each = memory.itemsize
        strides = tuple(stride * bytes_each for stride in self.strides)
        return np.ndarray(self.shape, memory.dtype, memory, self.offset * bytes_each, strides)


class Number(View):
    """A view of one element that operations are given as a Python float."""

    __slots__ = ()


def whole(buffer: int, shape: Sequence[int]) -> View:
    """All elements of a buffer in this shape, the last axis fastest."""
    strides: list[int] = []
    step = 1
    for length in reversed(shape):
        strides.append(step)
        step *= length
    return View(buffer, 0, tuple(shape), tuple(reversed(strides)))


Operand = Any  # a view, a number, or a constant array as it was recorded: nobody copies it, so it may change


class Given(NamedTuple):
    """An input of a loop's instruction: one number for each iteration, or one for all."""

    input: int
    varies: bool


class Step(NamedTuple):
    """One operation of a loop's body. kept: what it gave is read outside in every iteration, not in the last alone."""

    operation: Operation
    inputs: tuple[Own | Given | float, ...]
    kept: bool


@dataclass
class Instruction:
    """An operation of the registry, or one that lifting made, from views into a view.

    Lifting makes `take` (the elements at positions), `put` (at positions), `copy`, `sum` (over the last axes),
    `product` (an einsum, with its subscripts) and `loop`; laying products out makes `matmul`.

    inputs: views, numbers and constant arrays. output: where the result goes. operation: the one recorded, if any.
    members: the places on the tape of what it stands for. steps: the body of a loop, whose output has a row for each
    of them; first: for rows that the next iteration reads, the input that stands for the one before the first.
    """

    name: str
    inputs: tuple[Operand, ...]
    output: View
    operation: Operation | None = None
    subscripts: str = ""
    members: Sequence[int] = ()
    steps: Sequence[Step] = ()
    first: dict[int, Given | float] = field(default_factory=dict)

    @property
    def views(self) -> list[View]:
        """The inputs that lie in buffers."""
        return [x for x in self.inputs if isinstance(x, View)]


@dataclass
class Buffer:
    """So many elements of a type, in the shape that what lies there has."""

    size: int
    dtype: np.dtype[Any]
    shape: tuple[int, ...]


@dataclass
class Listing:
    """The program: its buffers, the instructions that fill them in turn, and the numbers in those that never change."""

    buffers: list[Buffer]
    instructions: list[Instruction] = field(default_factory=list)
    constants: dict[int, Any] = field(default_factory=dict)
