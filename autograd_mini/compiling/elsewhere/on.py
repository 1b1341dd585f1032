"""Programs on any array library that follows the Python array API standard."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import KindError
from ..recording import Recording
from ..running import results, signature
from ..tracing.deciding import Decision
from ..tracing.indices import Indices
from .calling import Memory, acts, cast, constant, operand
from .slicing import beside


class Elsewhere:
    """What a program computes, as a function of another library's arrays; `Program.on` says the rest."""

    def __init__(self, name: str, kinds: Sequence[Any], xp: Any) -> None:
        self.__name__ = self.__qualname__ = name
        self.kinds, self._xp = kinds, xp
        self._runs: dict[int, _Run] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the program gives, in arrays of the library; a number is an array without axes."""
        given = args, kwargs
        for kind in self.kinds:
            taking = _Taking(self._xp)
            if taking.collect(kind.nesting, given):
                return self._first_that_holds(kind.recordings, taking)
        raise KindError(
            f"{self.__name__} has no recording for such arguments on another library: record it first, "
            "program.record(*args), with arrays of NumPy of these shapes and dtypes in this nesting"
        )

    def _first_that_holds(self, recordings: Sequence[Recording], taking: "_Taking") -> Any:
        broken: Decision | None = None
        for recording in list(recordings):
            if not recording.is_current:
                continue
            run = self._runs.get(id(recording))
            if run is None or run.recording is not recording:
                run = self._runs[id(recording)] = _Run(recording)
            result, broken = run(self._xp, taking.numbers, taking.arrays)
            if broken is None:
                return result
        why = (
            "reads by name what has changed"
            if broken is None
            else f"decides otherwise by these numbers ({broken.line})"
        )
        raise KindError(
            f"{self.__name__} {why} since it was recorded: record it with such arguments, program.record(*args), or "
            "choose by where"
        )


class _Taking:
    """The numbers and arrays among arguments, of another library or plain."""

    def __init__(self, xp: Any) -> None:
        self.xp = xp
        self.numbers: list[Any] = []
        self.arrays: list[Any] = []

    def collect(self, nesting: signature.Nesting, x: Any) -> bool:
        """Append what varies in x; False where x has another nesting or shape."""
        if isinstance(nesting, signature.Number):
            return self._number(x)
        if isinstance(nesting, signature.Array):
            return self._array(nesting, x)
        if isinstance(nesting, signature.Numbers):
            return type(x) is nesting.kind and len(x) == nesting.count and all(map(self._number, x))
        if isinstance(nesting, signature.Items):
            if type(x) is not nesting.kind or len(x) != len(nesting.parts):
                return False
            return all(map(self.collect, nesting.parts, x))
        if isinstance(nesting, signature.Entries):
            if type(x) is not nesting.kind or x.keys() != {*nesting.keys}:  # jax.jit hands dicts on in sorted order
                return False
            return all(self.collect(part, x[key]) for key, part in zip(nesting.keys, nesting.parts, strict=True))
        return nesting.collect(x, [], [])

    def _number(self, x: Any) -> bool:
        if isinstance(x, np.floating):
            x = float(x)
        is_number = isinstance(x, float) or (self._is_ours(x) and tuple(x.shape) == () and self._is_float(x.dtype))
        if is_number:
            self.numbers.append(x)
        return is_number

    def _array(self, nesting: signature.Array, x: Any) -> bool:
        if isinstance(x, np.ndarray):
            x = self.xp.asarray(x)
        if not self._is_ours(x) or tuple(x.shape) != nesting.shape:
            return False
        if x.dtype != getattr(self.xp, nesting.dtype.name, None):
            return False
        self.arrays.append(x)
        return True

    def _is_ours(self, x: Any) -> bool:
        return hasattr(x, "shape") and hasattr(x, "dtype")

    def _is_float(self, dtype: Any) -> bool:
        return dtype in (self.xp.float32, self.xp.float64)


class _Run:
    """A recording as calls of a library."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._acts = acts(recording.listing)
        found = (*recording.array_results, *recording.array_decisions)
        self._readers = [operand(recording.listing, x) for x in found]

    def __call__(self, xp: Any, numbers: Sequence[Any], arrays: Sequence[Any]) -> tuple[Any, Decision | None]:
        """What the function gives, and the first decision that goes otherwise."""
        recording = self.recording
        like = next((x for x in (*arrays, *numbers) if not isinstance(x, float)), None)
        like = xp.asarray(np.zeros(1)) if like is None else like
        memory = self._filled(xp, numbers, arrays, like)
        for act in self._acts:
            act(xp, memory, like)
        row = [] if recording.row is None else [memory[recording.row][i, ...] for i in range(self._count)]
        found = [read(xp, memory, like) for read in self._readers]
        count = len(recording.array_results)
        result = _built(recording.results.nesting, xp, like, row, found[:count])
        return result, self._broken(xp, arrays, row, found[count:])

    @property
    def _count(self) -> int:
        assert self.recording.row is not None
        return self.recording.listing.buffers[self.recording.row].size

    def _filled(self, xp: Any, numbers: Sequence[Any], arrays: Sequence[Any], like: Any) -> Memory:
        recording, memory = self.recording, {}
        buffers = recording.listing.buffers
        if recording.numbers is not None:
            memory[recording.numbers] = _row_of_numbers(xp, numbers, like)
        if recording.captured_numbers is not None:
            b, nodes = recording.captured_numbers
            memory[b] = constant(xp, np.array([node._raw for node in nodes]), like)
        for place, array in zip(recording.arrays, arrays, strict=True):
            if isinstance(place, Indices):
                memory[id(place)] = array
            else:
                memory[place] = xp.reshape(cast(xp, array, buffers[place].dtype), (-1,))
        outside = [(b, np.asarray(node._raw, buffers[b].dtype)) for b, node in recording.captured_arrays]
        for b, data in (*recording.listing.constants.items(), *outside):
            memory[b] = constant(xp, data.reshape(-1), like)
        return memory

    def _broken(self, xp: Any, arrays: Sequence[Any], row: Sequence[Any], found: Sequence[Any]) -> Decision | None:
        numbers, others = iter(row[len(self.recording.results.numbers) :]), iter(found)
        given = {id(b): x for b, x in zip(self.recording.arrays, arrays, strict=True) if isinstance(b, Indices)}
        for decision in self.recording.decisions:
            node = decision.node
            if isinstance(node, Indices):
                data = given[id(node)]
            else:
                data = next(numbers) if type(node._raw) is float else next(others)
            if not _holds(xp, decision, data):
                return decision
        return None


def _built(nesting: results.Built, xp: Any, like: Any, numbers: list[Any], arrays: list[Any]) -> Any:
    """The result, with constant arrays of the library."""
    if isinstance(nesting, results.Same):
        return beside(xp, nesting.data.copy(), like) if isinstance(nesting.data, np.ndarray) else nesting.data
    if isinstance(nesting, results.Items):
        parts = [_built(part, xp, like, numbers, arrays) for part in nesting.parts]
        return nesting.kind(*parts) if hasattr(nesting.kind, "_fields") else nesting.kind(parts)
    if isinstance(nesting, results.Entries):
        branch = nesting.example.copy()
        pairs = zip(nesting.example, nesting.parts, strict=True)
        branch.update((key, _built(part, xp, like, numbers, arrays)) for key, part in pairs)
        return branch
    return nesting.build(numbers, arrays)


def _holds(xp: Any, decision: Decision, data: Any) -> bool:
    """Whether a decision is as it was recorded; a KindError where the library does not say, as under jax.jit."""
    kind, outcome = decision.kind, decision.outcome
    try:
        if kind == "truth":
            return bool(xp.any(data != 0)) is outcome
        if kind == "value":
            then = beside(xp, np.array(outcome), data)
            is_same = (data == then) & (xp.signbit(data) == xp.signbit(then)) if _is_real(outcome) else data == then
            return bool(xp.all(is_same | ((data != data) & (then != then))))
        comparison, bound, answer = outcome
        return bool(getattr(xp, comparison)(getattr(xp, kind)(data), bound)) is answer
    except Exception as error:  # each library's own, where numbers are not known yet
        raise KindError(
            f"the function decides by its numbers ({decision.line}), which cannot be known here, as under jax.jit: "
            "choose by where, or call it as it is"
        ) from error


def _is_real(x: Any) -> bool:
    return bool(np.asarray(x).dtype.kind == "f")


def _row_of_numbers(xp: Any, numbers: Sequence[Any], like: Any) -> Any:
    if all(isinstance(x, float) for x in numbers):
        return constant(xp, np.array(numbers), like)
    double = np.dtype(np.float64)
    return xp.stack([constant(xp, np.array(x), like) if isinstance(x, float) else cast(xp, x, double) for x in numbers])
