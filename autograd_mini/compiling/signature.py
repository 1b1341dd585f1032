"""The nesting of arguments: what in it are numbers and arrays that vary, and what must be as it was."""

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from ..admission import FLOATS, without_subclass
from ..errors import KindError, describe

NUMBERS = (float, np.floating)
Collect = Callable[[Any, list[Any], list[Any]], bool]
"""collect(x, numbers, arrays): appends what varies in x, in order; False where x has another nesting or shape."""


def layout(x: Any, depth: int = 0) -> Collect:
    """What collects the numbers and arrays of everything that is nested as x is, with arrays of the same shapes."""
    if depth > 100:
        raise KindError(f"containers nest 100 deep at most; does {describe(x)} hold itself?")
    if isinstance(x, NUMBERS):
        return _number
    if isinstance(x, np.ndarray) and (x.dtype in FLOATS or x.dtype.kind in "iub"):
        return _array_like(x)
    if isinstance(x, list | tuple):
        if x and all(isinstance(part, NUMBERS) for part in x):
            return _numbers_like(x)
        return _sequence_like(x, [layout(part, depth + 1) for part in x])
    if isinstance(x, dict):
        return _dict_like(x, [layout(part, depth + 1) for part in x.values()])
    return _same_as(x)


def _number(x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
    if not isinstance(x, NUMBERS):
        return False
    numbers.append(x)
    return True


def _array_like(example: Any) -> Collect:
    shape, dtype = example.shape, example.dtype

    def collect(x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        if not isinstance(x, np.ndarray) or x.shape != shape or x.dtype != dtype:
            return False
        arrays.append(x if type(x) is np.ndarray else without_subclass(x, "a program"))
        return True

    return collect


def _numbers_like(example: Any) -> Collect:
    kind, count = type(example), len(example)

    def collect(x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        if type(x) is not kind or len(x) != count or not all(issubclass(t, NUMBERS) for t in {*map(type, x)}):
            return False
        numbers.extend(x)
        return True

    return collect


def _sequence_like(example: Any, parts: list[Collect]) -> Collect:
    kind, count = type(example), len(example)

    def collect(x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        if type(x) is not kind or len(x) != count:
            return False
        return all(part(y, numbers, arrays) for part, y in zip(parts, x, strict=True))

    return collect


def _dict_like(example: Any, parts: list[Collect]) -> Collect:
    kind, keys = type(example), list(example)

    def collect(x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        if type(x) is not kind or list(x) != keys:
            return False
        return all(part(y, numbers, arrays) for part, y in zip(parts, x.values(), strict=True))

    return collect


def _same_as(example: Any) -> Collect:
    if not isinstance(
        example, Hashable | slice | np.ndarray
    ):  # a recording knows what it was made for, unless that changes
        raise KindError(
            f"a program takes numbers, arrays, containers of them, and beside them what does not change; "
            f"got {describe(example)}: pass a tuple or a frozenset, or what the function needs of it"
        )

    def collect(x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        if x is example:
            return True
        if type(x) is not type(example):
            return False
        try:
            return bool(x == example)
        except Exception:
            return False

    return collect
