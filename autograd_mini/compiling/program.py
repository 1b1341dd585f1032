"""`compile`: a function recorded once, and from then on run as a program over arrays."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import update_wrapper
from types import MethodType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..containers import mapped
from ..errors import KindError, RecordingWarning, describe
from ..files import write_whole
from ..node import Node
from ..refusals import COMPLAINTS
from ..warn import warn_user
from ..watching import watcher
from .collecting import collector_off

# Each step is fetched when it is first taken: who compiles nothing should not wait for it at `import autograd_mini`.
if TYPE_CHECKING:
    from ..drawing import Picture
    from .elsewhere.on import Elsewhere
    from .printing.statistics import Profile, Stats
    from .recording import Recording
    from .running.machine import Engine
    from .running.signature import Nesting

MANY = 16  # recordings, from which on a warning says that the function is recorded anew again and again
MOST = 256  # recordings that are kept


class Kind:
    """Arguments of one nesting, and the recordings for them: one for each way to decide."""

    def __init__(self, nesting: "Nesting") -> None:
        self.nesting, self.collect = nesting, nesting.collect
        self.recordings: list[Recording] = []


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
        self.copy = copy
        self.kinds: list[Kind] = []  # the latest used first
        self._lock = threading.RLock()
        self._count = 0
        self._engine: Engine | None = None  # NumPy's

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives, of plain numbers and arrays."""
        if watcher() is not None:  # traced as a part of another program
            return self.function(*args, **kwargs)
        given = args, kwargs
        for kind in tuple(self.kinds):  # other threads change their order
            numbers: list[Any] = []
            arrays: list[Any] = []
            if kind.collect(given, numbers, arrays):
                self._to_front(self.kinds, kind)
                return self._replayed(kind, given, numbers, arrays)
        if _holds_nodes(given):
            return self.function(*args, **kwargs)
        from .running.signature import layout

        kind = Kind(layout(given))
        numbers, arrays = [], []
        kind.collect(given, numbers, arrays)
        result = self._replayed(kind, given, numbers, arrays)
        with self._lock:
            self.kinds.insert(0, kind)
            del self.kinds[MOST:]
        return result

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """In a class the program is a method: of an object it takes the object first."""
        return self if instance is None else MethodType(self, instance)

    def __reduce__(self) -> Any:
        raise KindError(
            f"{self!r} is not copied or pickled: compile its function again, or write it to a file by program.save"
        )

    def record(self, *args: Any, **kwargs: Any) -> "Program":
        """Record the function for such arguments now, without waiting for a call.

        >>> from autograd_mini import compile
        >>> square = compile(lambda x: x * x).record(1.0)
        >>> square(3.0)
        9.0
        """
        self(*args, **kwargs)
        return self

    def native(self) -> "Program":
        """The same program, run as native code, which numba compiles in some seconds when a recording is first called.

        What is done to each element runs in loops over flat memory, large products in BLAS, all else in NumPy. The
        numbers agree with the program's as far as rounding goes: sums are taken in another order.

        Raises ImportError without numba and SciPy: pip install 'autograd_mini[fast]'.
        """
        from .native.engine import by_numba

        program = Program(self.function, copy=self.copy)
        program._engine = engine = by_numba()
        for kind in self.kinds:
            program.kinds.append(Kind(kind.nesting))
            program.kinds[-1].recordings = [replace(found, engine=engine) for found in kind.recordings]
        return program

    def map(self, *args: Any, **kwargs: Any) -> Any:
        """What the program gives for each row of the arrays among the arguments, along a new first axis; at once.

        All arrays have the same number of rows, of which the program is given one at a time: of an array of one axis a
        float. Plain floats and what is no number are the same for all rows. Rows for which the function's code decides
        alike run together; where whole numbers are among the arguments, each row runs by itself.

        Raises ShapeError where arrays have unequal numbers of rows or rows give unequal shapes, KindError where there
        is no array, or what is no number differs between rows.

        >>> import numpy as np
        >>> from autograd_mini import compile, value_and_grad
        >>> cube = compile(value_and_grad(lambda x: x**3))
        >>> cube.map(np.array([1.0, 2.0, 3.0]))
        (array([ 1.,  8., 27.]), array([ 3., 12., 27.]))
        """
        from .mapping.over_rows import over_rows

        return over_rows(self._recorded_for, self, args, kwargs)

    @property
    def recording(self) -> "Recording":
        """The recording that was used last; a KindError where there is none."""
        if not self._is_recorded:
            raise KindError("nothing is recorded yet: call the program, or program.record(*args)")
        return self.kinds[0].recordings[0]

    @property
    def _is_recorded(self) -> bool:
        """Whether there is a recording that still holds, of the arguments used last."""
        return bool(self.kinds and self.kinds[0].recordings)

    def on(self, xp: Any) -> "Elsewhere":
        """The program on another array library: a function that takes and gives its arrays, and computes with them.

        xp: the library's functions by the names of the Python array API standard: jax.numpy, array_api_compat.torch,
        cupy, array_api_strict, numpy. The function takes arguments in the nesting of a recording, its arrays in the
        place of NumPy's, of the same shapes and dtypes (numbers are floats, or arrays without axes), and gives the
        results as arrays of the library on the device of the arguments. It changes no array, so jax.jit takes it. What
        is read of nodes from outside is read at each call, under jax.jit when it is traced. An index out of its array
        is what the library makes of it. A long chain of numbers, each computed from the one before, becomes as many
        calls (of a loop at most 2,000); jax.jit takes minutes to compile a thousand of them.

        Raises KindError, at the call, for arguments that nothing was recorded for, for operations that the standard
        does not have (erf, the derivatives of det), and where numbers decide otherwise than in what was recorded.

        >>> import numpy as np
        >>> from autograd_mini import compile
        >>> square = compile(lambda x: x * x).record(np.ones(3))
        >>> square.on(np)(np.array([1.0, 2.0, 3.0]))
        array([1., 4., 9.])
        """
        from .elsewhere.on import Elsewhere

        return Elsewhere(getattr(self, "__name__", "program"), self.kinds, xp)

    def save(self, file: str | os.PathLike[str]) -> None:
        """Write all that is recorded, and still holds, to a .npz file, from which `load_program` makes a program again.

        There is no code in the file: operations of this package by their names, places, and the constants. Nodes from
        outside that the function reads are frozen: their data as they are now (of a model, its weights) become
        constants; give them as arguments if they are to vary.

        Raises KindError where nothing is recorded, for operations of your own (`custom_primitive`), and for containers
        and values that JSON has no word for; FileError above 4 GiB; OSError where the file cannot be written: what it
        held before is then still there.

        >>> import tempfile
        >>> from autograd_mini import compile, load_program
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     compile(lambda x: x * x).record(1.0).save(f"{folder}/square.npz")
        ...     load_program(f"{folder}/square.npz")(3.0)
        9.0
        """
        name = getattr(self, "__name__", "program")
        current = [(kind.nesting, [x for x in kind.recordings if x.is_current]) for kind in self.kinds]
        from .files.writing import program_bytes

        write_whole(file, program_bytes(name, self.copy, [(nesting, found) for nesting, found in current if found]))

    def _recorded_for(self, *args: Any, **kwargs: Any) -> "Recording":
        """A recording of the function for such arguments."""
        self.record(*args, **kwargs)
        kind = next(kind for kind in self.kinds if kind.collect((args, kwargs), [], []))
        return kind.recordings[0]

    def __repr__(self) -> str:
        return f"<Program of {getattr(self.function, '__name__', 'a function')}>"

    def __str__(self) -> str:
        from .printing.table import Table

        return str(Table(self.function, self.recording, self.kinds[0].nesting)) if self._is_recorded else repr(self)

    def source(self) -> str:
        """The recording used last as a function in NumPy, which takes and gives the same and needs no autograd_mini.

        Lists, tuples and dicts of the function's own kinds become plain ones. Nodes from outside are in it as they are
        now. Where the function decided by numbers, it raises ValueError for those by which it would decide otherwise.

        Raises KindError for an operation that NumPy has no words for, and where nothing is recorded.

        >>> from autograd_mini import compile, relu
        >>> def layer(W, b, x):
        ...     return [relu(sum(w * a for w, a in zip(row, x)) + c) for row, c in zip(W, b)]
        >>> W = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
        >>> print(compile(layer).record(W, [0.5, 0.5], [1.0, 1.0, 1.0]).source())
        import numpy as np
        <BLANKLINE>
        <BLANKLINE>
        @np.errstate(all="ignore")  # inf and nan are answers
        def layer(W, b, x):
            W = np.array(W)
            b = np.array(b)
            x = np.array(x)
            result = np.maximum(W @ x + b, 0)
            return result.tolist()
        <BLANKLINE>
        """
        from .printing.numpy_source import numpy_source

        return numpy_source(self.function, self.recording, self.kinds[0].nesting)

    def c_source(self) -> str:
        """The recording used last as a program in C99, which reads the arguments' numbers and prints the results'.

        It holds sums, products, loops, gathers and what works on each element; of anything else it raises KindError.

        >>> from autograd_mini import compile
        >>> dot = compile(lambda x, y: sum(a * b for a, b in zip(x, y)))
        >>> "total += x[i] * y[i];" in dot.record([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]).c_source()
        True
        """
        from .printing.c_source import c_source

        return c_source(self.function, self.recording, self.kinds[0].nesting)

    def picture(self, *, theme: str = "light", direction: str | None = None) -> "Picture":
        """The recording used last as a picture: `draw(program)` makes it.

        >>> from autograd_mini import compile, draw
        >>> draw(compile(lambda x, y: x * y).record(1.0, 2.0))
        <Picture of a program in 4 cards>
        """
        from .printing.picture import picture

        return picture(self, self.recording, self.kinds[0].nesting, theme, direction)

    def stats(self) -> "Stats":
        """What the recording used last is made of, in numbers.

        >>> from autograd_mini import compile
        >>> dot = compile(lambda x, y: sum(a * b for a, b in zip(x, y)))
        >>> dot.record([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]).stats().products
        1
        """
        from .printing.statistics import measure

        return measure(self.recording)

    def profile(self, runs: int = 100) -> "Profile":
        """How long each instruction of the recording used last takes: the median of so many runs, with its arguments.

        >>> from autograd_mini import compile
        >>> profile = compile(lambda x, y: sum(a * b for a, b in zip(x, y))).record([1.0, 2.0], [3.0, 4.0]).profile(3)
        >>> all(seconds > 0 for _, seconds in profile.rows)
        True
        """
        from .printing.statistics import profile

        return profile(self.function, self.recording, self.kinds[0].nesting, runs)

    def _replayed(self, kind: Kind, given: Any, numbers: list[Any], arrays: list[Any]) -> Any:
        seen: list[Any] = []  # what the decisions of this call were, as far as they are known
        for recording in list(kind.recordings):
            if not _begins_alike(recording, seen):
                continue
            if not recording.is_current:
                self._drop(kind.recordings, recording)  # nobody will find things as they were then
                continue
            try:
                result, decided = recording.run(numbers, arrays, copy=self.copy)
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
        return recording.run(numbers, arrays, copy=self.copy)[0]

    def _record(self, given: Any) -> "Recording":
        from .recording import recorded
        from .running.machine import by_numpy
        from .tracing.comparing import check_repeats
        from .tracing.trace import trace

        args, kwargs = given
        with collector_off():
            found = trace(self.function, args, kwargs)
            check_repeats(found, trace(self.function, args, kwargs))
            fixed: list[Any] = []
            mapped(lambda x: None if isinstance(x, float | np.ndarray) else fixed.append(x), given)
            recording = recorded(self.function, found, self._engine or by_numpy, fixed)
        self._count += 1
        if self._count == MANY:
            name = getattr(self.function, "__name__", "the function")
            warn_user(
                f"{name} was recorded {MANY} times, for arguments of other shapes, of other whole numbers or text, or "
                "because its code decided otherwise by their numbers: pass what varies as floats, and choose by where",
                RecordingWarning,
            )
        return recording

    def _drop(self, items: list[Any], item: Any) -> None:
        with self._lock:  # another thread may have dropped it before
            items[:] = [other for other in items if other is not item]

    def _to_front(self, items: list[Any], item: Any) -> None:
        if next(iter(items), None) is not item:  # there may be none, for other threads drop them
            with self._lock:
                items[:] = [item, *(other for other in items if other is not item)]


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


def _begins_alike(recording: "Recording", seen: list[Any]) -> bool:
    """Whether its first decisions are those that were seen."""
    expected = recording.decisions[: len(seen)]
    return len(expected) == len(seen) and all(d.holds(data) for d, data in zip(expected, seen, strict=True))
