"""What a program gives, in print: single numbers, arrays, and lists of numbers that lie in order."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ...errors import KindError, describe
from ..results import Array, Built, Entries, Items, Number, Numbers, Results, Same
from .literals import literal


class Stretch(NamedTuple):
    """Numbers of the row of results, from the first on, in a shape: () for a single one."""

    first: int
    shape: tuple[int, ...]


def stretches(nesting: Built) -> Iterator[Stretch]:
    """The numbers in the results: lists of them as one stretch where they could be an array."""
    stretch = stretch_of(nesting)
    if stretch is not None:
        yield stretch
    elif isinstance(nesting, Items | Entries):
        for part in nesting.parts:
            yield from stretches(part)


def write_outcome(results: Results, of_numbers: Callable[[Stretch], str], of_array: Callable[[int], str]) -> str:
    """The results as an expression, with the texts of their numbers and arrays in it."""

    def text(x: Built) -> str:
        stretch = stretch_of(x)
        if stretch is not None:
            return of_numbers(stretch)
        if isinstance(x, Array):
            return of_array(x.place)
        if isinstance(x, Entries):
            pairs = zip(x.example, x.parts, strict=True)
            return "{" + ", ".join(f"{_key(key)}: {text(part)}" for key, part in pairs) + "}"
        if isinstance(x, Items):
            row = ", ".join(map(text, x.parts))
            return f"[{row}]" if issubclass(x.kind, list) else f"({row}{',' * (len(x.parts) == 1)})"
        assert isinstance(x, Same)
        return literal(x.data)

    return text(results.nesting)


def _key(key: Any) -> str:
    if isinstance(key, str | int | float | bool | None) or (isinstance(key, tuple) and all(map(_key, key))):
        return literal(key)
    raise KindError(f"a key of a result cannot be printed: {describe(key)}; name results by strings")


def stretch_of(x: Built) -> Stretch | None:
    """Nested lists of numbers that lie in order as one stretch; None of anything else."""
    if isinstance(x, Number):
        return Stretch(x.place, ())
    if isinstance(x, Numbers):
        return Stretch(x.start, (x.end - x.start,))
    if not isinstance(x, Items) or x.kind is not list or not x.parts:
        return None
    found = [stretch_of(part) for part in x.parts]
    first = found[0]
    if first is None or not first.shape:
        return None
    size = int(np.prod(first.shape))
    is_even = all(part == Stretch(first.first + i * size, first.shape) for i, part in enumerate(found))
    return Stretch(first.first, (len(found), *first.shape)) if is_even else None
