"""Groups written down as instructions: positions as strides where they are even, as gathers where not."""

from collections.abc import Iterable, Sequence
from string import ascii_letters
from typing import Any

import numpy as np

from .groups import Call, Constants, Group, Joined, Like, Product, Rolled, Source, Sum, sources_of
from .listing import Buffer, Given, Instruction, Listing, Operand, Step, View, whole
from .rolling import Own
from .strides import Axis, Walk, merged, refined, walk


def compose(groups: Sequence[Group], needed: Iterable[int]) -> Listing:
    """The instructions that compute the needed groups; a group's number is that of its buffer."""
    composer = _Composer(groups)
    for i in _in_order(groups, needed):
        composer.write(i, groups[i])
    return composer.listing


def _in_order(groups: Sequence[Group], needed: Iterable[int]) -> list[int]:
    """The groups that are needed and computed, each after those it reads, else in the order of their making."""
    alive: set[int] = set()
    waiting = list(needed)
    while waiting:
        i = waiting.pop()
        if i not in alive and groups[i].rule is not None:
            alive.add(i)
            waiting.extend(groups[i].reads())
    order: dict[int, None] = {}
    for root in sorted(alive):
        waiting = [root]
        while waiting:
            i = waiting[-1]
            missing = [x for x in groups[i].reads() if x in alive and x not in order]
            if missing:
                waiting.extend(missing)
            else:
                order[waiting.pop()] = None
    return list(order)


class _Composer:
    def __init__(self, groups: Sequence[Group]) -> None:
        self.listing = Listing([Buffer(group.size, group.dtype, group.shape) for group in groups])
        self._groups = groups
        self._gathered: dict[tuple[int, bytes], int] = {}

    def write(self, i: int, group: Group) -> None:
        """The instructions that fill a group's buffer."""
        rule = group.rule
        if isinstance(rule, Constants):
            self.listing.constants[i] = rule.numbers
        elif isinstance(rule, Like):
            self._write_like(i, group, rule)
        elif isinstance(rule, Sum):
            self._write_sum(i, group, rule)
        elif isinstance(rule, Product):
            self._write_product(i, group, rule)
        elif isinstance(rule, Rolled):
            self._write_loop(i, group, rule)
        elif isinstance(rule, Joined):
            for positions, source in rule.pieces:
                self._write_piece(i, positions, source, group)
        elif isinstance(rule, Call):
            output = whole(i, group.shape)
            self._append(rule.operation.name, tuple(rule.operands), output, group, operation=rule.operation)

    def _append(self, name: str, inputs: tuple[Operand, ...], output: View, group: Group | None, **others: Any) -> None:
        members = () if group is None else tuple(group.members)
        self.listing.instructions.append(Instruction(name, inputs=inputs, output=output, members=members, **others))

    def _new_buffer(self, shape: Sequence[int], dtype: Any) -> View:
        shape = tuple(shape)
        self.listing.buffers.append(Buffer(int(np.prod(shape, dtype=np.int64)), dtype, shape))
        return whole(len(self.listing.buffers) - 1, shape)

    def _walked(self, source: Source) -> tuple[int, Walk]:
        """The buffer and the walk through it that give the source's elements in turn; gathered where there is none."""
        positions = source.positions.reshape(-1)
        found = walk(positions)
        return (source.group, found) if found is not None else self._gather(source)

    def _gather(self, source: Source) -> tuple[int, Walk]:
        positions = np.ascontiguousarray(source.positions.reshape(-1), np.intp)
        key = source.group, positions.tobytes()
        if key not in self._gathered:
            buffer = self.listing.buffers[source.group]
            output = self._new_buffer(positions.shape, buffer.dtype)
            self._append("take", (whole(source.group, (buffer.size,)), positions), output, None)
            self._gathered[key] = output.buffer
        return self._gathered[key], Walk(0, (Axis(len(positions), 1),) if len(positions) > 1 else ())

    def _aligned(self, sources: Sequence[Source]) -> tuple[list[tuple[int, int]], list[tuple[Axis, ...]]]:
        """For each source its buffer and offset, and its strides in axes common to all."""
        walked = [self._walked(source) for source in sources]
        axes = refined([found.axes for _, found in walked])
        while axes is None:
            most = max(range(len(walked)), key=lambda k: len(walked[k][1].axes))
            walked[most] = self._gather(sources[most])
            axes = refined([found.axes for _, found in walked])
        return [(buffer, found.start) for buffer, found in walked], merged(axes)

    def _write_like(self, i: int, group: Group, rule: Like) -> None:
        sources = [x for x in rule.inputs if isinstance(x, Source)]
        starts, axes = self._aligned(sources)
        shape = tuple(axis.length for axis in axes[0]) or group.shape
        views = iter([_view(start, walked or (Axis(1, 1),)) for start, walked in zip(starts, axes, strict=True)])
        inputs = tuple(next(views) if isinstance(x, Source) else x for x in rule.inputs)
        self._append(rule.operation.name, inputs, whole(i, shape), group, operation=rule.operation)

    def _matrix_walk(self, source: Source) -> tuple[tuple[int, int], tuple[Axis, ...], tuple[Axis, ...]]:
        """The buffer and offset of a source of two axes, and the strides along each."""
        positions = source.positions
        kept, summed = walk(positions[:, 0]), walk(positions[0])
        is_even = (positions == positions[:, :1] + positions[:1] - positions[0, 0]).all()
        if kept is None or summed is None or not is_even:
            return self._laid_out(source)
        return (source.group, kept.start), kept.axes, summed.axes

    def _write_sum(self, i: int, group: Group, rule: Sum) -> None:
        start, kept, summed = self._matrix_walk(rule.source)
        shape = tuple(axis.length for axis in kept) or group.shape
        [start], [summed] = _forwards([start], [summed])
        self._append("sum", (_view(start, (*(kept or (Axis(1, 1),)), *summed)),), whole(i, shape), group)

    def _write_product(self, i: int, group: Group, rule: Product) -> None:
        starts, kept, summed = zip(*(self._matrix_walk(x) for x in (rule.left, rule.right)), strict=True)
        kept_axes, summed_axes = refined(kept), refined(summed)
        if kept_axes is None or summed_axes is None:  # one of them laid out anew steps as any other does
            starts, kept, summed = zip(*(self._laid_out(x) for x in (rule.left, rule.right)), strict=True)
            kept_axes, summed_axes = refined(kept), refined(summed)
        assert kept_axes is not None
        assert summed_axes is not None
        starts, summed_axes = _forwards(starts, summed_axes)  # type: ignore[assignment]
        kept_axes, summed_axes = merged(kept_axes), merged(summed_axes)
        shape = tuple(axis.length for axis in kept_axes[0])
        left, right = ((*outer, *inner) for outer, inner in zip(kept_axes, summed_axes, strict=True))
        steps = list(zip(ascii_letters, left, right, strict=False))
        read = (
            [(letter, x) for letter, x, y in steps if x.stride or not y.stride],  # an axis on which neither moves, too
            [(letter, y) for letter, _, y in steps if y.stride],
        )
        terms = ["".join(letter for letter, _ in axes) for axes in read]
        views = [_view(start, tuple(axis for _, axis in axes)) for start, axes in zip(starts, read, strict=True)]
        subscripts = f"{terms[0]},{terms[1]}->{ascii_letters[: len(shape)]}"
        self._append("product", tuple(views), whole(i, shape), group, subscripts=subscripts)

    def _laid_out(self, source: Source) -> tuple[tuple[int, int], tuple[Axis, ...], tuple[Axis, ...]]:
        rows, columns = source.positions.shape
        buffer, _ = self._gather(source)
        return (buffer, 0), (Axis(rows, columns),) if rows > 1 else (), (Axis(columns, 1),)

    def _write_loop(self, i: int, group: Group, rule: Rolled) -> None:
        inputs: list[View] = []

        def given(source: Source | float) -> Given | float:
            if not isinstance(source, Source):
                return source
            buffer, found = self._walked(source)
            inputs.append(_view((buffer, found.start), found.axes))
            return Given(len(inputs) - 1, source.positions.size > 1)

        outer = iter([given(source) for source in rule.outer])
        first = {x.step: given(source) for x, source in zip(rule.loop.first, rule.first, strict=True)}
        kept = self._rows_read(i, rule.loop.count)
        steps = tuple(
            Step(operation, tuple(x if isinstance(x, Own) else next(outer) for x in found), j in kept)
            for j, (operation, found) in enumerate(rule.loop.body)
        )
        self._append("loop", tuple(inputs), whole(i, group.shape), group, steps=steps, first=first)

    def _rows_read(self, i: int, count: int) -> set[int]:
        """The rows of a loop of which others read more than the last element."""
        read = [x.positions.reshape(-1) for group in self._groups for x in sources_of(group.rule) if x.group == i]
        positions = np.concatenate(read) if read else np.zeros(0, np.int64)
        return {*np.unique(positions[positions % count != count - 1] // count).tolist()}

    def _write_piece(self, i: int, positions: Any, source: Any, group: Group) -> None:
        if not isinstance(source, Source):
            self._append("put", (source, positions), whole(i, group.shape), group)
            return
        target = walk(positions)
        if target is None:
            (start, axes) = self._walked(source), None
            buffer, found = start
            places = positions.reshape([axis.length for axis in found.axes])
            self._append("put", (_view((buffer, found.start), found.axes), places), whole(i, group.shape), group)
            return
        buffer, found = self._walked(source)
        axes = refined([target.axes, found.axes])
        if axes is None:
            buffer, found = self._gather(source)
            axes = refined([target.axes, found.axes])
            assert axes is not None
        to, of = merged(axes)
        self._append("copy", (_view((buffer, found.start), of),), _view((i, target.start), to), group)


def _forwards(
    starts: Sequence[tuple[int, int]], axes: Sequence[tuple[Axis, ...]]
) -> tuple[list[tuple[int, int]], list[tuple[Axis, ...]]]:
    """The same elements, the axes along which the first that moves steps backwards taken from their other ends."""
    moved, turned = list(starts), [list(steps) for steps in axes]
    for k in range(len(axes[0])):
        strides = [steps[k].stride for steps in axes]
        if next((stride for stride in strides if stride), 0) < 0:
            for i, steps in enumerate(axes):
                length, stride = steps[k]
                moved[i] = moved[i][0], moved[i][1] + (length - 1) * stride
                turned[i][k] = Axis(length, -stride)
    return moved, [tuple(steps) for steps in turned]


def _view(start: tuple[int, int], axes: tuple[Axis, ...]) -> View:
    return View(*start, tuple(axis.length for axis in axes), tuple(axis.stride for axis in axes))
