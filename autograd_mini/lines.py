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
from .node import next_birth
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
    """Births and places in the code, in the order of births: a node's is the first after its own birth."""

    def __init__(self) -> None:
        self.births: list[int] = []
        self.codes: list[CodeType] = []
        self.places: list[int] = []
        self._sweeps: list[tuple[int, int, Line]] = []  # between which births one ran
        self._numbers: dict[tuple[int, int], int] = {}
        self._is_sweeping = False

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
        i = bisect_right(self.births, birth)
        if i == len(self.births):
            return None
        code, place = self.codes[i], self.places[i]
        number = self._numbers.get((id(code), place))
        if number is None:
            position = next(islice(code.co_positions(), place // 2, None))
            number = self._numbers[id(code), place] = position[0] or code.co_firstlineno
        return Line(code.co_filename, number)


_notes: ContextVar[Notes | None] = ContextVar("notes", default=None)


class _NotingMode(Mode):
    """Operations ask the mode whether to record, right after the birth of their node: so it knows who asked."""

    __slots__ = ()

    def __bool__(self) -> bool:
        notes = _notes.get()
        if notes is not None:
            frame = sys._getframe(2)
            while is_ours[frame.f_code.co_filename] and frame.f_back is not None:  # spelled out, for each node
                frame = frame.f_back
            notes.codes.append(frame.f_code)
            notes.places.append(frame.f_lasti)
            notes.births.append(next_birth())
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
        self._before = _notes.set(self._kept)
        self._open(_NotingMode, sys._getframe(1))

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        _notes.reset(self._before)


class _silent(recording):
    """`recording` in which no notes are kept."""

    __slots__ = ()

    def __enter__(self) -> None:
        self._open(Mode, sys._getframe(1))
