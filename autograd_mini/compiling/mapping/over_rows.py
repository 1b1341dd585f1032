"""Programs over many inputs at once: every number of the program becomes a row of lanes, one for each input."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...containers import mapped
from ...errors import KindError, ShapeError, describe
from ...node import Node
from ..lifting.listing import View
from ..recording import Recording
from ..running.machine import Machine
from ..running.products import with_matrix_products
from ..tracing.indices import Indices
from .lanes import LANES, in_lanes

WAYS = 16  # to decide, for which rows run together; further ones run by themselves


def over_rows(find: Callable[..., Recording], run: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What run(*args, **kwargs) gives for each row of the arrays among the arguments, stacked.

    find(*args, **kwargs): a recording of such arguments. run: the program itself, for rows that no recording takes.
    """
    given = args, kwargs
    waiting = np.arange(_count(given))
    results: list[tuple[Any, Any]] = []  # rows, and what they give
    for _ in range(WAYS):
        some, named = _rows(given, int(waiting[0]))
        recording = find(*some, **named)
        if any(isinstance(b, Indices) for b in recording.arrays):
            break
        recording.batch = recording.batch or Batch(recording)
        found, otherwise = recording.batch.run(_rows(given, waiting), len(waiting))
        results.append((waiting, found))
        waiting = waiting[otherwise]
        if not len(waiting) or otherwise[0] == 0:
            break
    for i in waiting.tolist():
        some, named = _rows(given, i)
        results.append((np.array([i]), _stacked(run(*some, **named))))
    return _together(results)


class Batch:
    """A recording with lanes: a machine runs it for `LANES` inputs at a time."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.arrays = [b for b in recording.arrays if isinstance(b, int)]
        varying = [*self.arrays, *([] if recording.numbers is None else [recording.numbers])]
        self.listing, self.varies = in_lanes(recording.listing, varying)
        laid_out = with_matrix_products(self.listing)
        given = [*recording.given, *self.arrays]
        outside = [*(b for b, _ in recording.captured_arrays), *laid_out.constants]
        self.new_machine = recording.engine(laid_out, given, outside, recording.kept)
        self._machines: list[Machine] = []

    def run(self, given: Any, count: int) -> tuple[Any, list[int]]:
        """The results for all rows, and the rows that would have decided otherwise."""
        recording = self.recording
        numbers, arrays = _columns(given, count)
        machine = self._machines.pop() if self._machines else self.new_machine()
        row = np.empty((0 if recording.row is None else len(self._row_of(machine)), count))
        found: list[Any] = [None] * len(recording.array_results)
        decided: list[Any] = [None] * len(recording.array_decisions)
        for start in range(0, count, LANES):
            end = min(start + LANES, count)
            machine.begin()
            recording.bind_captured(machine)
            if recording.numbers is not None:
                _fill(machine.buffers[recording.numbers].reshape(-1, LANES), numbers[:, start:end])
            for b, array in zip(self.arrays, arrays, strict=True):
                _fill(machine.buffers[b].reshape(-1, LANES), array[:, start:end])
            machine.run()
            if recording.row is not None:
                row[:, start:end] = self._row_of(machine)[:, : end - start]
            for views, kept in ((recording.array_results, found), (recording.array_decisions, decided)):
                for k, x in enumerate(views):
                    kept[k] = self._read(machine, x, kept[k], start, end, count)
        self._machines.append(machine)
        split = recording.results.numbers
        columns = list(row[:split])
        result = recording.results.nesting.build(columns, found)
        return _with_rows(result, [*columns, *found], count), self._otherwise(row[split:], decided, count)

    def _row_of(self, machine: Machine) -> Any:
        b = self.recording.row
        assert b is not None
        memory = machine.buffers[b]
        return memory.reshape(-1, LANES) if b in self.varies else np.broadcast_to(memory[:, None], (memory.size, LANES))

    def _read(self, machine: Machine, x: Any, whole: Any, start: int, end: int, count: int) -> Any:
        """The rows of an array so far, with those of this run."""
        if not isinstance(x, View):
            return np.broadcast_to(x, (count, *np.shape(x))).copy()
        if x.buffer not in self.varies:
            block = machine.read(x)[None]
        else:
            strides = tuple(stride * LANES for stride in x.strides)
            lanes = View(x.buffer, x.offset * LANES, (LANES, *x.shape), (1, *strides))
            block = machine.read(lanes)[: end - start]
        if whole is None:
            whole = np.empty((count, *x.shape), block.dtype)
        whole[start:end] = block
        return whole

    def _otherwise(self, numbers: Any, arrays: Sequence[Any], count: int) -> list[int]:
        columns = iter(numbers)
        others = iter(arrays)
        failing: set[int] = set()
        for decision in self.recording.decisions:
            is_number = type(decision.node._raw) is float
            data = next(columns).tolist() if is_number else next(others)
            failing |= {i for i in range(count) if not decision.holds(data[i])}
        return sorted(failing)


def _count(given: Any) -> int:
    """The number of rows; errors in words where there are none, or not equally many everywhere."""
    lengths: dict[int, tuple[int, ...]] = {}

    def look(x: Any) -> None:
        if isinstance(x, Node):
            raise KindError(f"map takes arrays; got {describe(x)}: pass its data")
        if isinstance(x, np.ndarray) and x.ndim:
            lengths.setdefault(len(x), x.shape)

    mapped(look, given)
    if not lengths:
        raise KindError("map runs a program for each row of the arrays it is given; there is none among the arguments")
    if len(lengths) > 1:
        shapes = " and ".join(map(str, lengths.values()))
        raise ShapeError(f"map takes arrays of equally many rows; got the shapes {shapes}")
    if 0 in lengths:
        raise ShapeError("map takes arrays of one row or more; got none")
    return next(iter(lengths))


def _rows(given: Any, rows: Any) -> Any:
    """The arguments with these rows of their arrays; with one, given by its number, as a program takes it."""

    def of(x: Any) -> Any:
        if not isinstance(x, np.ndarray) or not x.ndim:
            return x
        part = x[rows]
        return part if isinstance(part, np.ndarray) else part.item()

    return mapped(of, given)


def _columns(given: Any, count: int) -> tuple[Any, list[Any]]:
    """For each number a row of its values, and the same for the elements of each array."""
    numbers: list[Any] = []
    arrays: list[Any] = []

    def look(x: Any) -> None:
        if isinstance(x, float | np.floating):
            numbers.append(np.full(count, x))
        elif isinstance(x, np.ndarray) and x.ndim <= 1:
            numbers.append(np.broadcast_to(x, count))
        elif isinstance(x, np.ndarray):
            arrays.append(x.reshape(count, -1).T)

    mapped(look, given)
    return np.array(numbers).reshape(-1, count), arrays


def _fill(lanes: Any, block: Any) -> None:
    """The lanes that are left over repeat the last: they compute what somebody computes."""
    count = block.shape[1]
    lanes[:, :count] = block
    lanes[:, count:] = block[:, -1:]


def _with_rows(result: Any, own: Sequence[Any], count: int) -> Any:
    """The result with every number and array that is the same for all rows repeated."""
    with_rows = {id(x) for x in own}

    def repeat(x: Any) -> Any:
        if id(x) in with_rows or not isinstance(x, float | np.ndarray):
            return x
        return np.broadcast_to(x, (count, *np.shape(x))).copy()

    return mapped(repeat, result)


def _stacked(result: Any) -> Any:
    """The result of one row as that of rows."""
    return mapped(lambda x: np.asarray(x)[None] if isinstance(x, float | np.ndarray) else x, result)


def _together(results: Sequence[tuple[Any, Any]]) -> Any:
    """One result of all rows; where several give one, the later is right. The first may be of all rows."""
    (rows, whole), *others = results
    count = 1 + max(int(some.max()) for some, _ in results)
    if len(rows) < count:
        whole = mapped(lambda x: np.empty((count, *x.shape[1:]), x.dtype) if isinstance(x, np.ndarray) else x, whole)
        others = results  # type: ignore[assignment]
    for some, part in others:
        mapped(lambda x, y, some=some: _put(x, some, y), whole, part)
    return whole


def _put(whole: Any, rows: Any, part: Any) -> None:
    if not isinstance(whole, np.ndarray):
        if whole is not part and whole != part:
            raise KindError(
                f"map gives {whole!r} for some rows and {part!r} for row {rows[0]}: return numbers, or the same"
            )
        return
    shape = np.shape(part)[1:] if isinstance(part, np.ndarray) else part
    if shape != whole.shape[1:]:
        raise ShapeError(
            f"map gives one array for all rows, but row {rows[0]} gives the shape {shape} where others give "
            f"{whole.shape[1:]}: call the program for each row"
        )
    whole[rows] = part
