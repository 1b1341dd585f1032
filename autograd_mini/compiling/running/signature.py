"""The nesting of arguments: what in it are numbers and arrays that vary, and what must be as it was."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ...admission import FLOATS, without_subclass
from ...errors import KindError, describe


class Nesting(Protocol):
    """A part of the arguments."""

    def collect(self, x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        """Append what varies in x, in order; False where x has another nesting or shape."""


NUMBERS = (float, np.floating)


@dataclass(frozen=True, slots=True)
class Number:
    """A float."""

    def collect(self, x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        """Append the float."""
        if not isinstance(x, NUMBERS):
            return False
        numbers.append(x)
        return True


@dataclass(frozen=True, slots=True)
class Array:
    """An array of a shape and dtype."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def collect(self, x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        """Append the array."""
        if not isinstance(x, np.ndarray) or x.shape != self.shape or x.dtype != self.dtype:
            return False
        arrays.append(x if type(x) is np.ndarray else without_subclass(x, "a program"))
        return True


@dataclass(frozen=True, slots=True)
class Numbers:
    """A list or tuple of floats alone."""

    kind: Any
    count: int

    def collect(self, x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        """Append the floats."""
        if type(x) is not self.kind or len(x) != self.count or not all(issubclass(t, NUMBERS) for t in {*map(type, x)}):
            return False
        numbers.extend(x)
        return True


@dataclass(frozen=True, slots=True)
class Items:
    """A list or tuple."""

    kind: Any
    parts: list[Nesting]

    def collect(self, x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        """Append what the parts have."""
        if type(x) is not self.kind or len(x) != len(self.parts):
            return False
        return all(part.collect(y, numbers, arrays) for part, y in zip(self.parts, x, strict=True))


@dataclass(frozen=True, slots=True)
class Entries:
    """A dict of these keys, in this order."""

    kind: Any
    keys: list[Any]
    parts: list[Nesting]

    def collect(self, x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        """Append what the values have."""
        if type(x) is not self.kind or list(x) != self.keys:
            return False
        return all(part.collect(y, numbers, arrays) for part, y in zip(self.parts, x.values(), strict=True))


@dataclass(frozen=True, slots=True)
class Same:
    """What does not vary."""

    example: Any

    def collect(self, x: Any, numbers: list[Any], arrays: list[Any]) -> bool:
        """Whether x is the same."""
        example = self.example
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


def layout(x: Any, depth: int = 0) -> Nesting:
    """The nesting of everything that is nested as x is, with arrays of the same shapes."""
    if depth > 100:
        raise KindError(f"containers nest 100 deep at most; does {describe(x)} hold itself?")
    if isinstance(x, NUMBERS):
        return Number()
    if isinstance(x, np.ndarray) and (x.dtype in FLOATS or x.dtype.kind in "iub"):
        return Array(x.shape, x.dtype)
    if isinstance(x, list | tuple):
        if x and all(isinstance(part, NUMBERS) for part in x):
            return Numbers(type(x), len(x))
        return Items(type(x), [layout(part, depth + 1) for part in x])
    if isinstance(x, dict):
        return Entries(type(x), list(x), [layout(part, depth + 1) for part in x.values()])
    if not isinstance(x, Hashable | slice | np.ndarray):  # a recording knows what it was made for, unless that changes
        raise KindError(
            f"a program takes numbers, arrays, containers of them, and beside them what does not change; "
            f"got {describe(x)}: pass a tuple or a frozenset, or what the function needs of it"
        )
    return Same(x)
