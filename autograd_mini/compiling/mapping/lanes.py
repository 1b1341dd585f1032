"""A listing with lanes: each element of what varies becomes a row of elements, one for each of many inputs."""

from collections.abc import Collection
from string import ascii_letters
from typing import Any

import numpy as np

from ...primitive import Primitive
from ..lifting.lifted import is_on_elements
from ..lifting.listing import Buffer, Instruction, Listing, Number, View, whole
from ..lifting.simplifying import Operation
from ..running.kernels import kernel

LANES = 128  # inputs at a time: rows of them fit the cache, and calls are few


def in_lanes(listing: Listing, varying: Collection[int]) -> tuple[Listing, set[int]]:
    """The listing with a last axis of lanes in every buffer that depends on the varying ones, and these buffers."""
    varies = set(varying)
    for instruction in listing.instructions:
        if any(x.buffer in varies for x in instruction.views):
            varies.add(instruction.output.buffer)
    writer = _Lanes(listing, varies)
    for instruction in listing.instructions:
        writer.write(instruction)
    return writer.listing, writer.varies


class _Lanes:
    def __init__(self, old: Listing, varies: set[int]) -> None:
        self.old, self.varies = old, varies
        buffers = [
            Buffer(x.size * LANES, x.dtype, (*x.shape, LANES)) if b in varies else x for b, x in enumerate(old.buffers)
        ]
        self.listing = Listing(buffers, [], dict(old.constants))

    def write(self, instruction: Instruction) -> None:
        """The instruction for all lanes."""
        name, operation, output = instruction.name, instruction.operation, instruction.output
        if output.buffer not in self.varies:
            self.listing.instructions.append(instruction)
        elif operation is None and name == "product":
            self._write_product(instruction.views, instruction.subscripts, output, instruction.members)
        elif operation is None and name == "sum":
            [x] = instruction.views
            kept = len(output.shape)
            lanes = self._view(x)
            at = (*range(kept), len(x.shape), *range(kept, len(x.shape)))
            turned = View(
                x.buffer, lanes.offset, *(tuple(axes[k] for k in at) for axes in (lanes.shape, lanes.strides))
            )
            self._append(instruction, (turned,))
        elif operation is None and name in ("take", "put", "copy"):
            x, *positions = instruction.inputs
            self._append(instruction, (self._view(x) if isinstance(x, View) else x, *positions))
        elif operation is not None and is_on_elements(operation.primitive) and not _holds_arrays(operation):
            self._append(instruction, tuple(self._operand(x, output) for x in instruction.inputs))
        elif operation is not None and name == "matmul" and (subscripts := _subscripts(instruction)) is not None:
            self._write_product(
                [self._in_buffer(x) for x in instruction.inputs], subscripts, output, instruction.members
            )
        else:
            self._write_each(instruction)

    def _append(self, like: Instruction, inputs: tuple[Any, ...], **others: Any) -> None:
        made = {"operation": like.operation, "subscripts": like.subscripts, "members": like.members} | others
        output = self._view(like.output)
        self.listing.instructions.append(Instruction(like.name, inputs, output, **made))

    def _view(self, view: View) -> View:
        """The view with a last axis of lanes."""
        if view.buffer not in self.varies:
            return View(view.buffer, view.offset, (*view.shape, LANES), (*view.strides, 0))
        strides = tuple(stride * LANES for stride in view.strides)
        return View(view.buffer, view.offset * LANES, (*view.shape, LANES), (*strides, 1))

    def _operand(self, x: Any, output: View) -> Any:
        if isinstance(x, float):
            return x
        if not isinstance(x, View):
            return np.asarray(x)[..., None]
        view = self._view(x)
        dtype = self.old.buffers[output.buffer].dtype
        if isinstance(x, Number) and dtype != np.float64:  # beside an array a number takes the array's type
            single = self._new(View(0, 0, (LANES,), (1,)), dtype)
            self.listing.instructions.append(Instruction("copy", (view,), single))
            return single
        return view

    def _new(self, like: View, dtype: Any) -> View:
        self.listing.buffers.append(Buffer(like.size, dtype, like.shape))
        return whole(len(self.listing.buffers) - 1, like.shape)

    def _in_buffer(self, x: Any) -> View:
        """The operand as a view, a constant in a buffer that is its own memory: it may change."""
        if isinstance(x, View):
            return x
        view = self._new(whole(0, x.shape), x.dtype)
        self.listing.constants[view.buffer] = x.reshape(-1)
        return view

    def _write_product(self, views: Any, subscripts: str, output: View, members: Any) -> None:
        terms, out = subscripts.split("->")
        lane = next(letter for letter in ascii_letters if letter not in subscripts)
        inputs, letters = [], []
        for view, term in zip(views, terms.split(","), strict=True):
            is_varying = view.buffer in self.varies
            inputs.append(self._view(view) if is_varying else view)
            letters.append(term + lane * is_varying)
        self.listing.instructions.append(
            Instruction(
                "product",
                tuple(inputs),
                self._view(output),
                subscripts=f"{','.join(letters)}->{out}{lane}",
                members=members,
            )
        )

    def _write_each(self, instruction: Instruction) -> None:
        """An operation of which no more is known: it runs for one lane after another."""
        function, further = kernel(instruction, {})
        varies = [isinstance(x, View) and x.buffer in self.varies for x in instruction.inputs]
        shape, dtype = instruction.output.shape, self.old.buffers[instruction.output.buffer].dtype

        def each(*inputs: Any) -> Any:
            out = np.empty((LANES, *shape), dtype)
            for i in range(LANES):
                given = [x[..., i] if is_varying else x for x, is_varying in zip(inputs, varies, strict=True)]
                function(*given, *further, out[i, ...])
            return np.moveaxis(out, 0, -1)

        operation = Operation(Primitive("each", each, ()), (), {})
        inputs = tuple(
            self._view(x) if is_varying else x for x, is_varying in zip(instruction.inputs, varies, strict=True)
        )
        self._append(instruction, inputs, operation=operation)


def _holds_arrays(operation: Operation) -> bool:
    return any(np.ndim(x) for x in (*operation.args, *operation.named.values()))


def _subscripts(instruction: Instruction) -> str | None:
    """A matrix product as a sum over letters; None where it is one of stacks, or of a constant that lies otherwise."""
    shapes = [x.shape if isinstance(x, View) else np.shape(x) for x in instruction.inputs]
    by_dimensions = {(1, 1): "a,a->", (1, 2): "a,ab->b", (2, 1): "ab,b->a", (2, 2): "ab,bc->ac"}
    is_plain = all(
        isinstance(x, View) or (isinstance(x, np.ndarray) and x.flags.c_contiguous) for x in instruction.inputs
    )
    return by_dimensions.get((len(shapes[0]), len(shapes[1]))) if is_plain else None
