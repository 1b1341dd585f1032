"""The nesting of arguments: what in it are numbers and arrays that vary, and what must be as it was."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..admission import FLOATS
from ..containers import mapped
from ..errors import KindError, describe

Collect = Callable[[Any, list[Any], list[Any]], bool]
"""collect(x, numbers, arrays): appends what varies in x, in order; False where x has another nesting or shape."""


def layout(x: Any, depth: int = 0) -> Collect:
    """What collects the numbers and arrays of everything that is nested as x is, with arrays of the same shapes."""
    if depth > 100:
        raise KindError(f"containers nest 100 deep at most; does {describe(x)} hold itself?")
    if isinstance(x, float):
        return _number
    if isinstance(x, np.ndarray) and x.dtype in FLOATS:
        return _array_like(x)
    if isinstance(x, list | tuple):
        if x and all(isinstance(part, float) for part in x):
            return _numbers_like(x)
        return _sequence_like(x, [layout(part, depth + 1) for part in x])
    if isinstance(x, dict):
        return _dict_like(x, [layout(part, depth + 1) for part in x.values()])
    return _same_as(x)


def outline(given: Any) -> Any:
    """The containers, with the words number, array and fixed in the place of what is in them."""

    def word(x: Any) -> str:
        if isinstance(x, float):
            return "number"
        return "array" if isinstance(x, np.ndarray) and x.dtype in FLOATS else "fixed"

    return mapped(word, given)


def _number(x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
    if not isinstance(x, float):
        return False
    numbers.append(x)
    return True


def _array_like(example: Any) -> Collect:
    shape, dtype = example.shape, example.dtype

    def collect(x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        if not isinstance(x, np.ndarray) or x.shape != shape or x.dtype != dtype:
            return False
        arrays.append(x)
        return True

    return collect


_FLOAT_TYPES = {float, np.float64}


def _numbers_like(example: Any) -> Collect:
    kind, count = type(example), len(example)

    def collect(x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        if type(x) is not kind or len(x) != count or not {*map(type, x)} <= _FLOAT_TYPES:
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
    def collect(x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        if x is example:
            return True
        if type(x) is not type(example):
            return False
        if isinstance(x, np.ndarray):
            return bool(x.shape == example.shape and x.dtype == example.dtype and (x == example).all())
        try:
            return bool(x == example)
        except Exception:
            return False

    return collect
