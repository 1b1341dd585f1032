"""Which line of the user's code each node came from: noted while a function is traced, looked up by birth."""

import os
import sys
from bisect import bisect_right
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import numpy as np

from ..grad_mode import Mode, recording
from ..node import next_birth
from ..watching import watcher

_ENGINE = Path(__file__).parents[1]
_OURS = tuple(f"{folder}{os.sep}" for folder in (_ENGINE, _ENGINE.parent / "nn", Path(np.__file__).parent))
_is_ours: dict[str, bool] = {}  # by the name of a file; asked for each node, and a dictionary is the fastest to answer


class Line(NamedTuple):
    """A line of the user's code: the first outside of this library that led to a node; is_gradient: by a sweep."""

    file: str
    number: int
    is_gradient: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.number}" + ", in its gradient" * self.is_gradient


def user_frame(frame: FrameType) -> FrameType:
    """The frame, or the first among its callers, that runs code neither of this library nor of NumPy."""
    while True:
        name = frame.f_code.co_filename
        try:
            is_ours = _is_ours[name]
        except KeyError:
            is_ours = _is_ours[name] = name.startswith(_OURS)
        if not is_ours or frame.f_back is None:
            return frame
        frame = frame.f_back


class Notes:
    """Pairs of a birth and a place in the code, in the order of births: a node's is the first after its own birth."""

    def __init__(self) -> None:
        self._births: list[int] = []
        self._codes: list[CodeType] = []
        self._places: list[int] = []
        self._numbers: dict[tuple[int, int], int] = {}

    def take(self, frame: FrameType) -> None:
        """Note the user's place that led to the frame."""
        frame = user_frame(frame)
        self._places.append(frame.f_lasti)
        self._codes.append(frame.f_code)
        self._births.append(next_birth())

    def line(self, birth: int) -> Line | None:
        """The line of the node of that birth; None where none was noted."""
        i = bisect_right(self._births, birth)
        if i == len(self._births):
            return None
        code, place = self._codes[i], self._places[i]
        number = self._numbers.get((id(code), place))
        if number is None:
            position = next(islice(code.co_positions(), place // 2, None))
            number = self._numbers[id(code), place] = position[0] or code.co_firstlineno
        return Line(code.co_filename, number)


class _NotingMode(Mode):
    """Operations ask the mode whether to record, right after the birth of their node: so it knows who asked."""

    __slots__ = ()

    def __bool__(self) -> bool:
        tracer: Any = watcher()
        if tracer is not None:
            tracer.notes.take(sys._getframe(1))
        return super().__bool__()


class noting(recording):
    """`recording` in which the watcher's notes are kept, in this context and in those opened inside."""

    __slots__ = ()

    def __enter__(self) -> None:
        self._open(_NotingMode, sys._getframe(1))
