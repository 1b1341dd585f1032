"""Derivatives that were compared at once: those expected beside ours, of all of f's numbers by all elements."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..numbers.vectors import Array, largest

_LOOSE = 0.01  # of the largest deviation: what a pattern may leave unexplained of an element, at most
_FINE = 1e-9  # of the largest derivative: what rounding takes of a pattern
Element = tuple[str, tuple[int, ...]]
"""The name of an argument and an index in it."""


class Block(NamedTuple):
    """The derivatives by one argument: a row for each of f's m numbers, a column for each of the argument's n elements.

    expected, error, got: of shape (m, n), expected is nan where it is not known. wrong: (m, n), which of them are
    wrong. shape, output: the argument's shape and that of f's value. x, y: the (n,) elements and f's (m,) numbers.
    others: what is expected for the other arguments of this shape, and ours, by their names. shapes: of all arguments
    and of f's value, by what they are called.
    """

    expected: Array
    error: Array
    got: Array
    wrong: Array
    shape: tuple[int, ...]
    output: tuple[int, ...]
    x: Array
    y: Array
    others: dict[str, tuple[Array, Array]]
    shapes: dict[str, tuple[int, ...]]

    @property
    def known(self) -> Array:
        """Where both sides are numbers that can be compared."""
        return np.isfinite(self.expected) & np.isfinite(self.got)

    @property
    def slack(self) -> float:
        """How closely a pattern must give ours."""
        known = self.known
        off = largest((self.got - self.expected)[self.wrong & known])
        ours, expected = largest(self.got[known]), largest(self.expected[known])
        # What makes ours of expected makes as much of its error.
        growth = max(1.0, ours / expected) if expected else 1.0
        return min(growth * (largest(self.error[known]) + _FINE * expected), _LOOSE * off)

    @property
    def is_nothing(self) -> Array:
        """Where an expected derivative may be 0, as far as it is known; beside a large one all are small."""
        return np.abs(self.expected) <= self.error + _FINE * largest(self.expected[self.known])

    def fits(self, pattern: Array, where: Array) -> bool:
        """Whether the pattern gives ours there."""
        return bool(np.all(np.abs(self.got - pattern)[where] <= self.slack))


@dataclass(eq=False)
class Table:
    """Derivatives of one order at one point in one mode: a row for each of f's m numbers, a column for each element.

    elements, x: the n elements and their numbers, (n,). outputs, y: the names of f's numbers and these, (m,). output:
    the shape of f's value. expected: nan where it is not known. expected, error, got: (m, n).
    """

    elements: list[Element]
    outputs: list[str]
    output: tuple[int, ...]
    x: Array
    y: Array
    expected: Array
    error: Array
    got: Array

    def note(self, column: int, expected: Array, error: Array) -> None:
        """What was found for an element."""
        self.expected[:, column], self.error[:, column] = expected, error

    def block(self, argument: str, entries: Iterable[tuple[str, Element]]) -> Block:
        """The part of one argument, in which the entries, (output, element), are wrong."""
        columns, shape = self._columns(argument), self._shape(argument)
        row, column = ({key: i for i, key in enumerate(keys)} for keys in (self.outputs, self.elements))
        wrong = np.zeros(self.got.shape, bool)
        for output, element in entries:
            wrong[row[output], column[element]] = True
        expected, error, got = (part[:, columns] for part in (self.expected, self.error, self.got))
        names = [name for name in dict(self.elements) if name != argument and self._shape(name) == shape]
        places = {name: self._columns(name) for name in names}
        others = {name: (self.expected[:, there], self.got[:, there]) for name, there in places.items()}
        shapes = {name: self._shape(name) for name in dict(self.elements)} | {"f's value": self.output}
        numbers = expected, error, got, wrong[:, columns]
        return Block(*numbers, shape, self.output, self.x[columns], self.y, others, shapes)

    def entries(self, argument: str, where: Array) -> list[tuple[str, Element]]:
        """Those of one argument that are chosen."""
        columns = self._columns(argument)
        return [(self.outputs[j], self.elements[columns[i]]) for j, i in np.argwhere(where)]

    def _shape(self, argument: str) -> tuple[int, ...]:
        return tuple(1 + k for k in dict(self.elements)[argument])  # of each name the last index

    def _columns(self, argument: str) -> list[int]:
        return [i for i, (name, _) in enumerate(self.elements) if name == argument]


def open_table(
    elements: list[Element], outputs: list[str], output: tuple[int, ...], x: Array, y: Array, got: Array
) -> Table:
    """A table in which nothing is noted yet."""
    return Table(elements, outputs, output, x, y, np.full(got.shape, np.nan), np.zeros(got.shape), got)
