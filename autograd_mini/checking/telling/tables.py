"""Derivatives that were compared at once: those expected beside ours, of all of f's numbers by all elements."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..numbers.vectors import Array
from .patterns import Block

Element = tuple[str, tuple[int, ...]]
"""The name of an argument and an index in it."""


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
