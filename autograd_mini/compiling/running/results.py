"""What a function gave, built again from other numbers: the same containers around them."""

from dataclasses import dataclass
from typing import Any, Protocol

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
    """A dict, a copy of the function's own."""

    example: Any
    parts: list[Built]

    def build(self, numbers: list[float], arrays: list[Any]) -> Any:
        """The dict."""
        branch = self.example.copy()
        branch.update((key, part.build(numbers, arrays)) for key, part in zip(self.example, self.parts, strict=True))
        return branch


@dataclass(frozen=True, slots=True)
class Same:
    """What is always the same."""

    data: Any

    def build(self, numbers: list[float], arrays: list[Any]) -> Any:
        """It, or a copy of an array."""
        return self.data.copy() if isinstance(self.data, np.ndarray) else self.data


@dataclass
class Results:
    """The nesting of what a function gave, and the nodes in it: numbers and arrays in the order of their places.

    starts: where in the numbers those of a container begin.
    """

    nesting: Built
    numbers: list[Node]
    arrays: list[Node]
    starts: list[int]


def results_of(outcome: Any) -> Results:
    """The nodes in what a function gave."""
    numbers: list[Node] = []
    arrays: list[Node] = []
    starts: list[int] = []

    def nested(x: Any) -> Built:
        if isinstance(x, Node):
            kind, kept = (Number, numbers) if type(x._raw) is float else (Array, arrays)
            kept.append(x)
            return kind(len(kept) - 1)
        starts.append(len(numbers))
        if isinstance(x, dict):
            return Entries(x, [nested(part) for part in x.values()])
        if type(x) is list and x and all(isinstance(part, Node) and type(part._raw) is float for part in x):
            numbers.extend(x)
            return Numbers(len(numbers) - len(x), len(numbers))
        if isinstance(x, list | tuple):
            return Items(type(x), [nested(part) for part in x])
        return Same(x)

    nesting = nested(outcome)
    return Results(nesting, numbers, arrays, starts)
