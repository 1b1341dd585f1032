"""What a function reads from outside by name: numbers and arrays that must be as they were when it was recorded."""

import inspect
from collections.abc import Callable, Collection
from types import FunctionType, MethodType
from typing import Any, NamedTuple

import numpy as np

from ...errors import AutogradError
from .lines import is_ours

SAMPLE = 4096  # numbers of an array that are looked at, evenly spread, where it has more


class Name(NamedTuple):
    """A variable that a function reads: what it is called, how its value is found, and that value as it was."""

    name: str
    find: Callable[[], Any]
    value: Any
    copy: Any  # of an array, what it held


class Surroundings:
    """The plain numbers, texts and arrays that a function and the functions it calls read by name.

    live: identities of arrays that the program itself reads anew at each run, which may change.
    """

    def __init__(self, function: Callable[..., Any], live: Collection[int]) -> None:
        self._names: list[Name] = []
        self._arrays: list[Name] = []
        self._seen: set[int] = set()
        self._look(inspect.unwrap(function), live)

    def are_as_before(self) -> bool:
        """Whether the variables hold the numbers and texts that they held; an AutogradError where an array changed."""
        for _, find, value, _ in self._names:
            now = find()
            if now is not value and not _is_same(now, value):
                return False
        for name, find, array, copy in self._arrays:
            if find() is not array:
                return False
            if not np.array_equal(_sample(array), copy, equal_nan=copy.dtype.kind == "f"):
                raise AutogradError(
                    f"the array {name} was changed in place after a program was recorded of a function that uses it: "
                    f"give {name} as an argument, or compile the function again"
                )
        return True

    def _look(self, function: Any, live: Collection[int]) -> None:
        if isinstance(function, MethodType):
            function = function.__func__
        if not isinstance(function, FunctionType) or id(function) in self._seen:
            return
        self._seen.add(id(function))
        if is_ours[function.__code__.co_filename]:
            for cell in function.__closure__ or ():  # the user's function inside of grad's, for one
                self._look(_content(cell), live)
            return
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            self._add(name, lambda cell=cell: _content(cell), live)  # type: ignore[misc]
        outside = function.__globals__
        for name in function.__code__.co_names:
            if name in outside:
                self._add(name, lambda name=name, outside=outside: outside.get(name), live)  # type: ignore[misc]

    def _add(self, name: str, find: Callable[[], Any], live: Collection[int]) -> None:
        value = find()
        if isinstance(value, bool | int | float | complex | str | np.number):
            self._names.append(Name(name, find, value, None))
        elif isinstance(value, np.ndarray) and value.dtype.kind in "biufc" and id(value) not in live:
            self._arrays.append(Name(name, find, value, _sample(value).copy()))
        else:
            self._look(value, live)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return None


def _is_same(now: Any, before: Any) -> bool:
    return type(now) is type(before) and (now == before or (now != now and before != before))


def _sample(array: Any) -> Any:
    return array if array.size <= SAMPLE else array.reshape(-1)[:: array.size // SAMPLE]
