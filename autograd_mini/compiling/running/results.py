"""What a function gave, built again from other numbers: the same containers around them."""

from copy import copy
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from ...node import Node


class Built(Protocol):
    """A part of a result."""

    def build(self, numbers: list[float], arrays: list[Any]) -> Any:
        """The part, with these numbers and arrays in it."""


@dataclass(frozen=True, slots=True)
class Number:
    """One of the numbers."""

    place: int

    def build(self, numbers: list[float], arrays: list[Any]) -> Any:
        """The number."""
        return numbers[self.place]


@dataclass(frozen=True, slots=True)
class Array:
    """One of the arrays."""

    place: int

    def build(self, numbers: list[float], arrays: list[Any]) -> Any:
        """The array."""
        return arrays[self.place]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A list of numbers that follow one another."""

    start: int
    end: int

    def build(self, numbers: list[float], arrays: list[Any]) -> Any:
        """The list."""
        return numbers[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Items:
    """A list or tuple, of the function's own kind."""

    kind: type
    parts: list[Built]

    def build(self, numbers: list[float], arrays: list[Any]) -> Any:
        """The list or tuple."""
        parts = [part.build(numbers, arrays) for part in self.parts]
        return self.kind(*parts) if hasattr(self.kind, "_fields") else self.kind(parts)


@dataclass(frozen=True, slots=True)
class Entries:
    """A dict, a copy of one without contents, of the function's own kind."""

    example: Any
    parts: list[Built]

    def build(self, numbers: list[float], arrays: list[Any]) -> Any:
        """The dict."""
        branch = copy(self.example)
        branch.update((key, part.build(numbers, arrays)) for key, part in zip(self.example, self.parts, strict=True))
        return branch


@dataclass(frozen=True, slots=True)
class Same:
    """What is always the same."""

    data: Any

    def build(self, numbers: list[float], arrays: list[Any]) -> Any:
        """It, or a copy of an array."""
        return self.data.copy() if isinstance(self.data, np.ndarray) else self.data


class Results(NamedTuple):
    """The nesting of what a function gave, and how many numbers and arrays of the program are in it."""

    nesting: Built
    numbers: int
    arrays: int


class Roots(NamedTuple):
    """The nodes in what a function gave, in the order of their places in its `Results`.

    starts: where in the numbers those of a container begin.
    """

    numbers: list[Node]
    arrays: list[Node]
    starts: list[int]


def results_of(outcome: Any) -> tuple[Results, Roots]:
    """What a function gave: its nesting, in which no node is left, and its nodes."""
    roots = Roots([], [], [])
    nesting = _nested(outcome, roots)
    return Results(nesting, len(roots.numbers), len(roots.arrays)), roots


def _nested(x: Any, roots: Roots) -> Built:
    if isinstance(x, Node):
        kind, kept = (Number, roots.numbers) if type(x._raw) is float else (Array, roots.arrays)
        kept.append(x)
        return kind(len(kept) - 1)
    numbers = roots.numbers
    roots.starts.append(len(numbers))
    if isinstance(x, dict):
        example = copy(x)
        example.update(dict.fromkeys(x))
        return Entries(example, [_nested(part, roots) for part in x.values()])
    if type(x) is list and x and all(isinstance(part, Node) and type(part._raw) is float for part in x):
        numbers.extend(x)
        return Numbers(len(numbers) - len(x), len(numbers))
    if isinstance(x, list | tuple):
        return Items(type(x), [_nested(part, roots) for part in x])
    return Same(x)
