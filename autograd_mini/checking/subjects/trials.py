"""What f and its gradient raise: which errors refuse the numbers that they are given, and how one is told."""

import os
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from ...lines import is_ours
from ..numbers.vectors import show

_NOT_ABOUT_NUMBERS = (MemoryError, RecursionError, OSError, NameError)  # a TimeoutError is an OSError
_RAISED = "raised by "


class Trial:
    """A context in which numbers may be refused, which is said by nearly any error: `error` is it then, else None.

    MemoryError, RecursionError, OSError and NameError never mean that, nor does what is no Exception, such as a
    KeyboardInterrupt: they come through, and so do errors of the kinds named in `unless`.

    >>> with Trial() as trial:
    ...     1.0 / 0.0
    >>> trial.error
    ZeroDivisionError('float division by zero')
    """

    def __init__(self, *unless: type[Exception]) -> None:
        self.error: Exception | None = None
        self._let_through: tuple[type[Exception], ...] = (*_NOT_ABOUT_NUMBERS, *unless)

    def __enter__(self) -> "Trial":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception) or isinstance(error, self._let_through):
            return False
        self.error = error
        return True


@contextmanager
def telling_the_call(who: str, upstream: Any, args: Sequence[Any], names: Sequence[str]) -> Iterator[None]:
    """What is raised inside says for which numbers it was."""
    try:
        yield
    except Exception as error:
        given = ", ".join(f"{name} is {show(x)}" for name, x in zip(names, args, strict=True))
        # Whoever raises one and the same object again and again gets one note.
        others = [note for note in getattr(error, "__notes__", []) if not note.startswith(_RAISED)]
        error.__notes__ = [*others, f"{_RAISED}{who} where the upstream gradient g is {show(upstream)}, {given}"]
        raise


def words_of(error: Exception) -> str:
    """An error in words, the user's line that led to it, and the call that caused it where that is known."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not is_ours[frame.filename]]
    line = [f"in line {frames[-1].lineno} of {os.path.basename(frames[-1].filename)}"] if frames else []
    said = f": {error}" if str(error) else ""
    return "; ".join([f"{type(error).__name__}{said}", *line, *getattr(error, "__notes__", [])])
