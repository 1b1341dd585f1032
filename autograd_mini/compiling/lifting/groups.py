"""The arrays of a program before they are laid out: what each is computed by, from which elements of which others."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from .listing import View
from .rolling import Loop
from .simplifying import Operation


class Source(NamedTuple):
    """Elements of a group, by their positions in it."""

    group: int
    positions: Any  # whole numbers, in the shape of what is computed from them


@dataclass
class Like:
    """The same operation on each of many numbers; an input is a source, or a constant for all."""

    operation: Operation
    inputs: list[Source | Any]

    def reads(self) -> list[int]:
        """The groups it is computed from, each as often as it is used."""
        return _groups(self.inputs)


@dataclass
class Sum:
    """The sum over the last axis of the positions of a source."""

    source: Source

    def reads(self) -> list[int]:
        """The group of the terms."""
        return [self.source.group]


@dataclass
class Product:
    """The sum over the last axis of the products of two sources."""

    left: Source
    right: Source

    def reads(self) -> list[int]:
        """The groups of the factors."""
        return [self.left.group, self.right.group]


@dataclass
class Constants:
    """Numbers that never change."""

    numbers: Any

    def reads(self) -> list[int]:
        """Nothing."""
        return []


@dataclass
class Joined:
    """Numbers laid in a row: pieces (positions in the row, where they come from, or the constant they are)."""

    pieces: list[tuple[Any, Source | Any]]

    def reads(self) -> list[int]:
        """The groups of the pieces."""
        return _groups(source for _, source in self.pieces)


@dataclass
class Call:
    """An operation on whole arrays, or one that is none on each element."""

    operation: Operation
    operands: list[View | Any]

    def reads(self) -> list[int]:
        """The groups of the operands."""
        return [x.buffer for x in self.operands if isinstance(x, View)]


@dataclass
class Rolled:
    """A loop: operation j of iteration k lies at j · count + k. outer: what the body takes from outside, in its order;
    first: what the first iteration takes for the one before."""

    loop: Loop
    outer: list[Source | float]
    first: list[Source | float]

    def reads(self) -> list[int]:
        """The groups outside that it reads."""
        return _groups([*self.outer, *self.first])


def _groups(inputs: Iterable[Any]) -> list[int]:
    return [x.group for x in inputs if isinstance(x, Source)]


def sources_of(rule: Any) -> list[Source]:
    """The elements of other groups that a rule reads; of a call, which reads arrays, none."""
    if isinstance(rule, Like):
        inputs: list[Any] = rule.inputs
    elif isinstance(rule, Sum):
        inputs = [rule.source]
    elif isinstance(rule, Product):
        inputs = [rule.left, rule.right]
    elif isinstance(rule, Joined):
        inputs = [source for _, source in rule.pieces]
    else:
        inputs = [*rule.outer, *rule.first] if isinstance(rule, Rolled) else []
    return [x for x in inputs if isinstance(x, Source)]


@dataclass
class Group:
    """An array of the program: how it is computed (None: an input), and the entries of the tape that it stands for."""

    rule: Any  # one of the classes above
    members: list[int]
    shape: tuple[int, ...]
    dtype: np.dtype[Any] = field(default_factory=lambda: np.dtype(np.float64))

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(np.prod(self.shape, dtype=np.int64))

    def reads(self) -> list[int]:
        """The groups it is computed from."""
        return [] if self.rule is None else self.rule.reads()
