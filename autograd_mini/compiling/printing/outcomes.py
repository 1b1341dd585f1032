"""What a program gives, in print: single numbers, arrays, and lists of numbers that lie in order."""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from ...errors import KindError, describe
from ..running.results import Array, Built, Entries, Items, Number, Numbers, Results, Same
from .literals import literal


class Stretch(NamedTuple):
    """Numbers of the row of results, from the first on, in a shape: () for a single one."""

    first: int
    shape: tuple[int, ...]


class Repeated(NamedTuple):
    """So many constants of a list, all the same."""

    part: Same
    times: int


def leaves(nesting: Built) -> Iterator[Stretch | Array | Repeated]:
    """The results in order; numbers that follow one another as one stretch, where an array could hold them."""
    if isinstance(nesting, Items):
        for part in _grouped(nesting):
            yield from [part] if isinstance(part, Stretch | Repeated) else leaves(part)
    elif isinstance(nesting, Entries):
        for part in nesting.parts:
            yield from leaves(part)
    elif (stretch := _stretch(nesting)) is not None:
        yield stretch
    else:
        yield nesting if isinstance(nesting, Array) else Repeated(nesting, 1)  # type: ignore[arg-type]


def write_outcome(results: Results, of_numbers: Callable[[Stretch], str], of_array: Callable[[int], str]) -> str:
    """The results as an expression, with the texts of their numbers and arrays in it."""

    def text(x: Built) -> str:
        stretch = _stretch(x)
        if stretch is not None:
            return of_numbers(stretch)
        if isinstance(x, Array):
            return of_array(x.place)
        if isinstance(x, Entries):
            pairs = zip(x.example, x.parts, strict=True)
            return "{" + ", ".join(f"{_key(key)}: {text(part)}" for key, part in pairs) + "}"
        if isinstance(x, Items):
            groups = [of_group(part) for part in _grouped(x)]
            row = ", ".join(groups)
            return f"[{row}]" if issubclass(x.kind, list) else f"({row}{',' * (len(groups) == 1)})"
        assert isinstance(x, Same)
        return literal(x.data)

    def of_group(x: Built | Stretch | Repeated) -> str:
        if isinstance(x, Stretch):
            return f"*{of_numbers(x)}" if x.shape else of_numbers(x)
        if isinstance(x, Repeated):
            return f"*[{literal(x.part.data)}] * {x.times}"
        return text(x)

    return text(results.nesting)


def _grouped(items: Items) -> Iterator[Built | Stretch | Repeated]:
    """The parts of a list or tuple, numbers that lie in order and constants that are the same taken together."""
    whole = _stretch(items)
    if whole is not None:
        yield whole
        return
    places = (part.place - i if isinstance(part, Number) else None for i, part in enumerate(items.parts))
    kinds = [
        (place, literal(part.data) if isinstance(part, Same) else "")
        for part, place in zip(items.parts, places, strict=True)
    ]
    for (place, constant), found in groupby(zip(kinds, items.parts, strict=True), key=itemgetter(0)):
        parts = [part for _, part in found]
        first = parts[0]
        if place is not None and isinstance(first, Number):
            yield Stretch(first.place, (len(parts),) if len(parts) > 1 else ())
        elif constant and len(parts) > 2 and isinstance(first, Same):
            yield Repeated(first, len(parts))
        else:
            yield from parts


def _key(key: Any) -> str:
    if isinstance(key, str | int | float | bool | None) or (isinstance(key, tuple) and all(map(_key, key))):
        return literal(key)
    raise KindError(f"a key of a result cannot be printed: {describe(key)}; name results by strings")


def _stretch(x: Built) -> Stretch | None:
    """Nested lists of numbers that lie in order as one stretch; None of anything else."""
    if isinstance(x, Number):
        return Stretch(x.place, ())
    if isinstance(x, Numbers):
        return Stretch(x.start, (x.end - x.start,))
    if not isinstance(x, Items) or x.kind is not list or not x.parts:
        return None
    found = [_stretch(part) for part in x.parts]
    first = found[0]
    if first is None or not first.shape:
        return None
    size = int(np.prod(first.shape))
    is_even = all(part == Stretch(first.first + i * size, first.shape) for i, part in enumerate(found))
    return Stretch(first.first, (len(found), *first.shape)) if is_even else None
