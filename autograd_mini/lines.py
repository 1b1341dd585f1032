"""Which line of the user's code each node came from: noted where somebody asks for it, looked up by birth."""

import os
import sys
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from operator import itemgetter
from pathlib import Path
from types import CodeType, FrameType
from typing import NamedTuple

import numpy as np

from .grad_mode import Mode, recording
from .node import next_birth, record
from .warn import PACKAGE

_OURS = tuple(f"{folder}{os.sep}" for folder in (PACKAGE, PACKAGE.parent / "nn", Path(np.__file__).parent))


class Line(NamedTuple):
    """A line of the user's code: the first outside of this library and NumPy that led to a node.

    is_gradient: by a sweep, which the line asked for.
    """

    file: str
    number: int
    is_gradient: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.number}" + ", in its gradient" * self.is_gradient


class _Files(dict[str, bool]):
    """Whether the code of a file is this library's or NumPy's: asked for each node, so it is found out once."""

    def __missing__(self, name: str) -> bool:
        self[name] = name.startswith(_OURS)
        return self[name]


is_ours = _Files()
"""Whether the code of the file of that name is this library's or NumPy's."""


def user_frame(frame: FrameType) -> FrameType:
    """The frame, or the first among its callers, that runs code neither of this library nor of NumPy."""
    while is_ours[frame.f_code.co_filename] and frame.f_back is not None:
        frame = frame.f_back
    return frame


def user_line() -> Line:
    """The line that led here."""
    frame = user_frame(sys._getframe(1))
    return Line(frame.f_code.co_filename, frame.f_lineno)


class Notes:
    """Where in the code nodes were made, by their births; most: no fewer than so many of the latest are kept."""

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._codes: dict[int, CodeType] = {}  # and not one of pairs, each of which the garbage collector would visit
        self._places: dict[int, int] = {}
        self._sweeps: list[tuple[int, int, Line]] = []  # between which births one ran
        self._numbers: dict[tuple[int, int], int] = {}
        self._is_sweeping = False

    def __len__(self) -> int:
        return len(self._codes)

    def add(self, birth: int, frame: FrameType) -> None:
        """Note that the node of that birth is made where the frame stands."""
        if len(self._codes) == self._most:
            self._forget()
        self._codes[birth] = frame.f_code
        self._places[birth] = frame.f_lasti

    def _forget(self) -> None:
        """Keep the later half; what was looked up goes by the identities of code that may be gone now."""
        kept = len(self._codes) // 2
        self._numbers.clear()
        self._codes = dict(islice(self._codes.items(), kept, None))
        self._places = dict(islice(self._places.items(), kept, None))

    @contextmanager
    def of_sweep(self, line: Line) -> Iterator[None]:
        """A context of a recorded sweep: its nodes are many, and all of them come from the line that asked for it."""
        if self._is_sweeping:  # for the derivative of a derivative
            yield
            return
        start, self._is_sweeping = next_birth(), True
        try:
            with _silent():
                yield
        finally:
            self._is_sweeping = False
            self._sweeps.append((start, next_birth(), line._replace(is_gradient=True)))

    @property
    def sweeps(self) -> list[tuple[int, int]]:
        """Between which births each recorded sweep ran."""
        return [(start, end) for start, end, _ in self._sweeps]

    def line(self, birth: int) -> Line | None:
        """The line of the node of that birth; None where none was noted."""
        i = bisect_right(self._sweeps, birth, key=itemgetter(0)) - 1
        if i >= 0 and birth < self._sweeps[i][1]:
            return self._sweeps[i][2]
        code = self._codes.get(birth)
        if code is None:
            return None
        place = self._places[birth]
        number = self._numbers.get((id(code), place))
        if number is None:
            position = next(islice(code.co_positions(), place // 2, None))
            number = self._numbers[id(code), place] = position[0] or code.co_firstlineno
        return Line(code.co_filename, number)


_RECORD = record.__code__
_notes: ContextVar[Notes | None] = ContextVar("notes", default=None)


class _NotingMode(Mode):
    """Operations ask the mode whether to record, right after the birth of their node: so it knows who asked."""

    __slots__ = ()

    def __bool__(self) -> bool:
        notes, asking = _notes.get(), sys._getframe(1)
        if notes is not None and asking.f_code is _RECORD:
            frame = asking
            while is_ours[frame.f_code.co_filename] and frame.f_back is not None:  # spelled out, for each node
                frame = frame.f_back
            notes.add(asking.f_locals["node"].birth, frame)
        return Mode.__bool__(self)


class noting(recording):
    """`recording` in which notes are kept, in this context and in those opened inside.

    >>> from autograd_mini import Value
    >>> notes = Notes()
    >>> with noting(notes):
    ...     y = Value(3.0) * 2.0
    >>> notes.line(y.birth).number  # of what was typed together
    2
    """

    __slots__ = ("_before", "_kept")

    def __init__(self, notes: Notes) -> None:
        super().__init__()
        self._kept = notes

    def __enter__(self) -> None:
        self._note(sys._getframe(1))

    def _note(self, frame: FrameType) -> None:
        self._before = _notes.set(self._kept)
        self._open(_NotingMode, frame)

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        _notes.reset(self._before)


class _silent(recording):
    """`recording` in which no notes are kept."""

    __slots__ = ()

    def __enter__(self) -> None:
        self._open(Mode, sys._getframe(1))
