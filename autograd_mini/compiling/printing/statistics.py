"""A program in numbers: what it is made of, and how long each instruction takes."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from statistics import median
from typing import Any

from ..lifting.listing import Instruction, Listing, View
from ..recording import Recording
from ..running.signature import Nesting
from .sketch import made
from .table import Table


@dataclass(frozen=True)
class Stats:
    """What a program is made of.

    nodes: recorded. operations: of them left when constants were folded, equal expressions shared and the dead dropped.
    instructions: that they became, products and gathers (elements picked in no even steps) among them. flops: of one
    run, a multiplication and an addition counted as two. bytes: of memory, constants included.
    """

    nodes: int
    operations: int
    instructions: int
    products: int
    gathers: int
    flops: int
    bytes: int

    def __str__(self) -> str:
        return (
            f"{self.nodes:,} nodes, {self.operations:,} different operations\n"
            f"{self.instructions:,} instructions, {self.products:,} of them products, {self.gathers:,} gathers\n"
            f"{self.flops:,} flops a run, {self.bytes:,} bytes"
        )


@dataclass(frozen=True)
class Profile:
    """How long instructions take. rows: (the instruction in words, seconds), in order."""

    rows: tuple[tuple[str, float], ...]

    @property
    def seconds(self) -> float:
        """Of all together."""
        return sum(seconds for _, seconds in self.rows)

    def __str__(self) -> str:
        total = self.seconds
        lines = [f"{1e6 * t:9.2f} µs {t / total:4.0%}  {words}" for words, t in self.rows]
        return "\n".join([f"{1e6 * total:9.2f} µs", *lines])


def measure(recording: Recording) -> Stats:
    """The numbers of a recording."""
    listing = recording.listing
    kinds = [made(x) or x.name for x in listing.instructions]
    return Stats(
        nodes=recording.origins.recorded,
        operations=recording.origins.operations,
        instructions=len(kinds),
        products=sum(kind in ("product", "matmul", "einsum") for kind in kinds),
        gathers=kinds.count("take"),
        flops=sum(flops(listing, x) for x in listing.instructions),
        bytes=recording.plan.size + sum(x.nbytes for x in listing.constants.values()),
    )


def flops(listing: Listing, instruction: Instruction) -> int:
    """So many additions, multiplications and other operations on a number each."""
    kind, output = made(instruction), instruction.output
    if kind in ("take", "put", "copy"):
        return 0
    if kind == "product":
        lengths: dict[str, int] = {}
        for term, view in zip(instruction.subscripts.split("->")[0].split(","), instruction.views, strict=True):
            lengths |= dict(zip(term, view.shape, strict=True))
        return 2 * prod(lengths.values())
    if kind == "loop":
        return prod(output.shape)
    if instruction.name == "matmul":
        return 2 * output.size * int(_shape_of(instruction.inputs[0])[-1])
    read = [prod(_shape_of(x)) for x in instruction.inputs]
    if kind == "sum":
        return read[0] - output.size
    return max(output.size, *read)


def profile(f: Callable[..., Any], recording: Recording, nesting: Nesting, runs: int) -> Profile:
    """The median seconds of each instruction; what lays a product out is the product's.

    None of a piece that a sum adds in place: the time is the sum's.
    """
    names = [f"{row.target} = {row.words}" for row in Table(f, recording, nesting).rows]
    listed = recording.listing.instructions
    by_output = {x.output.buffer: i for i, x in enumerate(listed) if made(x) == "product"}
    by_member = {x.members[0]: i for i, x in enumerate(listed) if x.members}
    by_identity = {id(x): i for i, x in enumerate(listed)}
    seconds = [0.0] * len(listed)
    waiting = 0.0
    for instruction, times in zip(
        recording.laid_out.instructions, zip(*recording.profile(runs), strict=True), strict=True
    ):
        place = by_identity.get(id(instruction), by_output.get(instruction.output.buffer))
        if place is None and instruction.members:  # written anew where pieces are added in place
            place = by_member[instruction.members[0]]
        waiting += median(times)
        if place is not None:
            seconds[place] += waiting
            waiting = 0.0
    return Profile(tuple(zip(names, seconds, strict=True)))


def _shape_of(x: Any) -> tuple[int, ...]:
    return x.shape if isinstance(x, View) else getattr(x, "shape", ())
