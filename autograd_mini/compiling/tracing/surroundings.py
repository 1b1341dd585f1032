"""What a function reads from outside, by name or as a part of something: it must be as it was when it was recorded."""

import dis
import inspect
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from copy import copy
from functools import partial
from operator import is_
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from ...containers import mapped
from ...errors import AutogradError
from ...lines import is_ours

SAMPLE = 4096  # numbers of an array, or parts of a list, that are looked at, evenly spread, where it has more


class Name(NamedTuple):
    """A variable or an attribute that a function reads: how its value is found, and that value as it was."""

    find: Callable[[], Any]
    value: Any


class Content(NamedTuple):
    """An array that a function reads, or a list, tuple or dict: what it is called, and what it held."""

    name: str
    holder: Any
    held: Any
    is_of_numbers: bool = True


class Surroundings:
    """What a function and the functions it calls read by name: variables, defaults, attributes, and what lists hold.

    live: identities of arrays that the program itself reads anew at each run, which may change. fixed: the arguments
    that do not vary, whose attributes may.
    """

    def __init__(self, function: Callable[..., Any], live: Collection[int], fixed: Iterable[Any] = ()) -> None:
        self._live = live
        self._names: list[Name] = []
        self._arrays: list[Content] = []
        self._boxes: list[Content] = []
        self._seen: set[Any] = set()
        self._look("the function", inspect.unwrap(function), frozenset())
        for x in fixed:
            self._look("an argument", x, _attributes(inspect.unwrap(function)))

    def are_as_before(self) -> bool:
        """Whether all is what it was, lists and dicts inside, too; an AutogradError where an array changed in place."""
        for find, value in self._names:
            now = find()
            if now is not value and not _is_same(now, value):
                return False
        for _, box, held, is_of_numbers in self._boxes:
            if not (box == held if is_of_numbers else _holds(box, held)):
                return False
        for name, array, held, _ in self._arrays:
            if not np.array_equal(_sample(array), held, equal_nan=held.dtype.kind == "f"):
                raise AutogradError(
                    f"the array {name} was changed in place after a program was recorded of a function that uses it: "
                    f"give {name} as an argument, or compile the function again"
                )
        return True

    def _read(self, name: str, find: Callable[[], Any], attributes: frozenset[str]) -> None:
        """A variable: which value it has, and what that reads in turn."""
        value = find()
        self._names.append(Name(find, value))
        self._look(name, value, attributes)

    def _look(self, name: str, value: Any, attributes: frozenset[str]) -> None:
        """What can change inside of a value; of an object the attributes of these names."""
        if isinstance(value, FunctionType):
            self._look_at_function(value)
        elif isinstance(value, MethodType | partial):
            parts = (value.__self__,) if isinstance(value, MethodType) else (*value.args, *value.keywords.values())
            function = value.__func__ if isinstance(value, MethodType) else value.func
            for part in parts:
                self._look(name, part, _attributes(function))
            self._look(name, function, attributes)
        elif isinstance(value, np.ndarray):
            if value.dtype.kind in "biufc" and id(value) not in self._live and self._is_new(value):
                self._arrays.append(Content(name, value, _sample(value).copy()))
        elif type(value) in (list, tuple, dict):
            self._look_into(name, value, attributes)
        else:
            self._look_at_object(name, value, attributes)

    def _look_at_function(self, function: FunctionType) -> None:
        if not self._is_new(function):
            return
        if is_ours[function.__code__.co_filename]:
            for cell in function.__closure__ or ():  # the user's function inside of grad's, for one
                self._look("a variable", _content(cell), frozenset())
            return
        attributes = _attributes(function)
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            self._read(name, lambda cell=cell: _content(cell), attributes)  # type: ignore[misc]
        outside = function.__globals__
        for name in sorted(_global_names(function.__code__) & outside.keys()):
            self._read(name, lambda name=name: outside.get(name), attributes)  # type: ignore[misc]
        self._read("a default", lambda: function.__defaults__, attributes)
        self._read("a default", lambda: function.__kwdefaults__, attributes)

    def _look_into(self, name: str, box: Any, attributes: frozenset[str]) -> None:
        if not self._is_new(box):
            return
        is_of_numbers = _is_of_numbers(box)
        if is_of_numbers:
            self._boxes.append(Content(name, box, mapped(lambda x: x, box)))
        else:
            self._boxes.append(Content(name, box, copy(box), is_of_numbers=False))
            keys = list(box) if isinstance(box, dict) else range(len(box))
            for key in keys[:: len(keys) // SAMPLE + 1]:
                self._look(f"{name}[{key!r}]", box[key], attributes)

    def _look_at_object(self, name: str, value: Any, attributes: frozenset[str]) -> None:
        kind = type(value)
        wrapped = getattr(value, "__dict__", {}).get("__wrapped__")
        if wrapped is not None:  # a program inside of a program
            self._look(name, wrapped, attributes)
        if isinstance(value, _SCALARS):
            return
        if is_ours[_file(value if isinstance(value, type | ModuleType) else kind)]:
            if callable(value) and wrapped is None and not isinstance(value, type) and self._is_new(value):
                for attribute in getattr(value, "__dict__", ()):  # of a layer, whose parameters and parts these are
                    self._read(f"{name}.{attribute}", partial(getattr, value, attribute, None), frozenset())
            return
        for attribute in sorted({*attributes, "__call__", "forward"}):
            if not self._is_new(value, attribute):
                continue
            if attribute in getattr(value, "__dict__", ()):
                found = value.__dict__[attribute]
                if not isinstance(value, ModuleType) or isinstance(found, float | int | str | np.ndarray):
                    self._read(f"{name}.{attribute}", partial(getattr, value, attribute, None), attributes)
            elif not isinstance(value, type | ModuleType):
                found = inspect.getattr_static(kind, attribute, None)
                found = getattr(found, "fget", None) or getattr(found, "__func__", found)
                if isinstance(found, FunctionType):  # a method: what it reads of the object
                    self._look_at_function(found)
                    self._look(name, value, _attributes(found) - {*attributes})
                elif not hasattr(found, "__get__"):
                    self._read(f"{name}.{attribute}", partial(getattr, value, attribute, None), attributes)

    def _is_new(self, value: Any, attribute: str = "") -> bool:
        key = id(value), attribute
        is_new = key not in self._seen
        self._seen.add(key)
        return is_new


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of a function, and of the functions and comprehensions written inside of it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _global_names(code: CodeType) -> set[str]:
    return {x.argval for part in _codes(code) for x in dis.get_instructions(part) if x.opname in _GLOBALS}


def _attributes(function: Any) -> frozenset[str]:
    """The names of the attributes that a function reads, of whatever object."""
    code = getattr(function, "__code__", None)
    if code is None or is_ours[code.co_filename]:
        return frozenset()
    found = (x.argval for part in _codes(code) for x in dis.get_instructions(part) if x.opname in _ATTRIBUTES)
    return frozenset(found)


_GLOBALS = ("LOAD_GLOBAL", "LOAD_NAME")
_ATTRIBUTES = ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR")
_SCALARS = (float, int, complex, str, np.generic, type(None))


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return None


def _file(kind: Any) -> str:
    module = kind if isinstance(kind, ModuleType) else sys.modules.get(kind.__module__)
    return getattr(module, "__file__", None) or ""


def _is_same(now: Any, before: Any) -> bool:
    if type(now) is not type(before) or not isinstance(before, _SCALARS):
        return False
    return bool(now == before or (now != now and before != before))


def _is_of_numbers(box: Any) -> bool:
    """Whether a list, tuple or dict holds numbers and texts alone, or such lists."""
    parts = box.values() if isinstance(box, dict) else box
    return all(isinstance(x, _SCALARS) or (type(x) in (list, tuple, dict) and _is_of_numbers(x)) for x in parts)


def _holds(box: Any, held: Any) -> bool:
    """Whether a box holds the very parts that it held, numbers among them as they were."""
    if len(box) != len(held) or (isinstance(box, dict) and list(box) != list(held)):
        return False
    now, before = (box.values(), held.values()) if isinstance(box, dict) else (box, held)
    return all(map(is_, now, before)) or all(x is y or _is_same(x, y) for x, y in zip(now, before, strict=True))


def _sample(array: Any) -> Any:
    return array if array.size <= SAMPLE else array.reshape(-1)[:: array.size // SAMPLE]
