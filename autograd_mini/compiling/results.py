"""What a function gave, built again from other numbers: the same containers around them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..node import Node

Build = Callable[[list[float], list[Any]], Any]
"""build(numbers, arrays): the result, with these numbers and arrays in it."""


class Results:
    """The nodes in what a function gave: numbers and arrays in the order in which `build` takes their data."""

    def __init__(self, outcome: Any) -> None:
        self.numbers: list[Node] = []
        self.arrays: list[Node] = []
        self.build = self._builder(outcome)

    def _builder(self, x: Any) -> Build:
        if isinstance(x, Node):
            return self._of_node(x)
        if isinstance(x, dict):
            return _of_dict(x, [self._builder(part) for part in x.values()])
        if type(x) is list and x and all(isinstance(part, Node) and type(part._raw) is float for part in x):
            start, end = len(self.numbers), len(self.numbers) + len(x)
            self.numbers += x
            return lambda numbers, arrays: numbers[start:end]
        if isinstance(x, list | tuple):
            return _of_sequence(x, [self._builder(part) for part in x])
        if isinstance(x, np.ndarray):
            return lambda numbers, arrays: x.copy()
        return lambda numbers, arrays: x

    def _of_node(self, node: Node) -> Build:
        kept = self.numbers if type(node._raw) is float else self.arrays
        i = len(kept)
        kept.append(node)
        if kept is self.numbers:
            return lambda numbers, arrays: numbers[i]
        return lambda numbers, arrays: arrays[i]


def _of_sequence(example: Any, parts: list[Build]) -> Build:
    kind = type(example)
    if hasattr(example, "_fields"):
        return lambda numbers, arrays: kind(*[part(numbers, arrays) for part in parts])
    if kind is tuple:
        return lambda numbers, arrays: tuple([part(numbers, arrays) for part in parts])
    return lambda numbers, arrays: kind([part(numbers, arrays) for part in parts])


def _of_dict(example: Any, parts: list[Build]) -> Build:
    keys = list(example)

    def build(numbers: list[float], arrays: list[Any]) -> Any:
        branch = example.copy()  # of the function's own kind
        branch.update((key, part(numbers, arrays)) for key, part in zip(keys, parts, strict=True))
        return branch

    return build
