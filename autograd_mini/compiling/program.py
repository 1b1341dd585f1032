"""`compile`: a function recorded once, and from then on run as a program over arrays."""

import threading
from collections.abc import Callable
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from ..containers import mapped
from ..drawing import Picture
from ..errors import KindError, RecordingWarning, describe
from ..node import Node
from ..refusals import COMPLAINTS
from ..warn import warn_user
from .recording import Recording
from .signature import Nesting, layout
from .tracing import trace

if TYPE_CHECKING:
    from .printing.statistics import Profile, Stats

MANY = 16  # recordings, from which on a warning says that the function is recorded anew again and again
MOST = 256  # recordings that are kept


class Program:
    """A function that is recorded at its first call, and replayed at those that follow.

    Floats and arrays of floats among the arguments, nested or not, vary from call to call; all else (whole numbers,
    strings, None, arrays of whole numbers) must be as it was, and so must shapes and dtypes: for others the function is
    recorded anew, and both recordings are kept. So it is where Python code in the function decides otherwise by a
    node's number. The result is of plain floats and arrays, in the function's own containers. Leaf nodes that the
    function uses from outside are read at each call. Called with Values or Tensors it is the function itself, which
    records itself in their graph.

    >>> from autograd_mini import compile, grad
    >>> slope = compile(grad(lambda x: x**3))
    >>> slope(2.0), slope(3.0)
    (12.0, 27.0)
    """

    def __init__(self, f: Callable[..., Any], *, copy: bool = True) -> None:
        update_wrapper(self, f)
        self.function = f
        self._copy = copy
        self._kinds: list[_Kind] = []  # the latest used first
        self._lock = threading.RLock()
        self._count = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives, of plain numbers and arrays."""
        given = args, kwargs
        for kind in self._kinds:
            numbers: list[Any] = []
            arrays: list[Any] = []
            if kind.collect(given, numbers, arrays):
                self._to_front(self._kinds, kind)
                return self._replayed(kind, given, numbers, arrays)
        if _holds_nodes(given):
            return self.function(*args, **kwargs)
        kind = _Kind(layout(given))
        numbers, arrays = [], []
        kind.collect(given, numbers, arrays)
        result = self._replayed(kind, given, numbers, arrays)
        with self._lock:
            self._kinds.insert(0, kind)
            del self._kinds[MOST:]
        return result

    def record(self, *args: Any, **kwargs: Any) -> "Program":
        """Record the function for such arguments now, without waiting for a call.

        >>> from autograd_mini import compile
        >>> square = compile(lambda x: x * x).record(1.0)
        >>> square(3.0)
        9.0
        """
        self(*args, **kwargs)
        return self

    @property
    def recording(self) -> Recording:
        """The recording that was used last; a KindError where there is none."""
        if not self._kinds:
            raise KindError("nothing is recorded yet: call the program, or program.record(*args)")
        return self._kinds[0].recordings[0]

    def __repr__(self) -> str:
        return f"<Program of {getattr(self.function, '__name__', 'a function')}>"

    def __str__(self) -> str:
        from .printing.table import Table

        return str(Table(self.function, self.recording, self._kinds[0].nesting)) if self._kinds else repr(self)

    def source(self) -> str:
        """The recording used last as a function in NumPy, which takes and gives the same and needs nothing of this library.

        Lists, tuples and dicts of the function's own kinds become plain ones. Nodes from outside are in it as they are
        now. Where the function decided by numbers, it raises ValueError for those by which it would decide otherwise.

        Raises KindError for an operation that NumPy has no words for, and where nothing is recorded.

        >>> from autograd_mini import compile, value_and_grad
        >>> step = compile(value_and_grad(lambda w, x: sum(a * b for a, b in zip(w, x))))
        >>> print(step.record([1.0, 2.0], [3.0, 4.0]).source())
        """
        from .printing.numpy_source import numpy_source

        return numpy_source(self.function, self.recording, self._kinds[0].nesting)

    def c_source(self) -> str:
        """The recording used last as a program in C99, which reads the arguments' numbers and prints those of the results.

        It holds sums, products, loops, gathers and what works on each element; of anything else it raises KindError.

        >>> from autograd_mini import compile
        >>> "sum += x[i] * y[i]" in compile(lambda x, y: x * y).record(1.0, 2.0).c_source()
        False
        """
        from .printing.c_source import c_source

        return c_source(self.function, self.recording, self._kinds[0].nesting)

    def picture(self, *, theme: str = "light", direction: str | None = None) -> Picture:
        """The recording used last as a picture: `draw(program)` makes it.

        >>> from autograd_mini import compile, draw
        >>> draw(compile(lambda x, y: x * y).record(1.0, 2.0))
        <Picture of 3 nodes, folded into 3 cards>
        """
        from .printing.picture import picture

        return picture(self, self.recording, self._kinds[0].nesting, theme, direction)

    def stats(self) -> "Stats":
        """What the recording used last is made of, in numbers.

        >>> from autograd_mini import compile
        >>> compile(lambda x, y: sum(a * b for a, b in zip(x, y))).record([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]).stats().products
        1
        """
        from .printing.statistics import measure

        return measure(self.recording)

    def profile(self, runs: int = 100) -> "Profile":
        """How long each instruction of the recording used last takes: the median of so many runs with the last arguments.

        >>> from autograd_mini import compile
        >>> profile = compile(lambda x, y: sum(a * b for a, b in zip(x, y))).record([1.0, 2.0], [3.0, 4.0]).profile(3)
        >>> all(seconds > 0 for _, seconds in profile.rows)
        True
        """
        from .printing.statistics import profile

        return profile(self.function, self.recording, self._kinds[0].nesting, runs)

    def _replayed(self, kind: "_Kind", given: Any, numbers: list[Any], arrays: list[Any]) -> Any:
        seen: list[Any] = []  # what the decisions of this call were, as far as they are known
        for recording in list(kind.recordings):
            if not _begins_alike(recording, seen):
                continue
            try:
                result, decided = recording.run(numbers, arrays, copy=self._copy)
            except COMPLAINTS:  # of an index, or a matrix: where it is what the function does, it says so in words
                continue
            pairs = zip(recording.decisions, decided, strict=True)
            broken = next((i for i, (decision, data) in enumerate(pairs) if not decision.holds(data)), None)
            if broken is None:
                self._to_front(kind.recordings, recording)
                return result
            seen = decided[: broken + 1]
        with self._lock:
            recording = self._record(given)
            kind.recordings.insert(0, recording)
            del kind.recordings[MOST:]
        return recording.run(numbers, arrays, copy=self._copy)[0]

    def _record(self, given: Any) -> Recording:
        self._count += 1
        if self._count == MANY:
            name = getattr(self.function, "__name__", "the function")
            warn_user(
                f"{name} was recorded {MANY} times, for arguments of other shapes, of other whole numbers or text, or "
                "because its code decided otherwise by their numbers: pass what varies as floats, and choose by where",
                RecordingWarning,
            )
        args, kwargs = given
        return Recording(trace(self.function, args, kwargs))

    def _to_front(self, items: list[Any], item: Any) -> None:
        if items[0] is not item:
            with self._lock:
                items[:] = [item, *(other for other in items if other is not item)]


class _Kind:
    """Arguments of one nesting, and the recordings for them: one for each way to decide."""

    def __init__(self, nesting: Nesting) -> None:
        self.nesting, self.collect = nesting, nesting.collect
        self.recordings: list[Recording] = []


def compile(f: Callable[..., Any], *, copy: bool = True) -> Program:
    """The function as a program: recorded at the first call, replayed as operations on arrays at those that follow.

    Also a decorator. Numbers that are computed alike become arrays, their sums of products matrix products; see
    docs/programs.md. Compile derivatives as you do functions: compile(value_and_grad(f)).

    copy: whether arrays among the results have memory of their own. With False they lie in the program's, where the
    next call (in the same thread) writes what it computes.

    Raises KindError for what is no function.

    >>> from autograd_mini import compile, value_and_grad
    >>> step = compile(value_and_grad(lambda w, x: sum(a * b for a, b in zip(w, x))))
    >>> step([1.0, 2.0], [3.0, 4.0])
    (11.0, [3.0, 4.0])
    """
    if not callable(f):
        raise KindError(f"a program is made of a function; got {describe(f)}")
    return Program(f, copy=copy)


def _holds_nodes(given: Any) -> bool:
    found: list[Any] = []
    mapped(lambda x: found.append(x) if isinstance(x, Node) else None, given)
    return bool(found)


def _begins_alike(recording: Recording, seen: list[Any]) -> bool:
    """Whether its first decisions are those that were seen."""
    expected = recording.decisions[: len(seen)]
    return len(expected) == len(seen) and all(d.holds(data) for d, data in zip(expected, seen, strict=True))
