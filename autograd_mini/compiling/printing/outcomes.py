"""What a program gives, in print: single numbers, arrays, and lists of numbers that lie in order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...errors import KindError, describe
from ..recording import Recording
from .arguments import run_shape
from .operations import literal


class Stretch(NamedTuple):
    """Numbers of the row of results, from the first on, in a shape: () for a single one."""

    first: int
    shape: tuple[int, ...]


@dataclass(frozen=True)
class _Number:
    place: int


@dataclass(frozen=True)
class _Array:
    place: int


class Outcome:
    """The containers of a program's results, and the stretches of numbers in them."""

    def __init__(self, recording: Recording) -> None:
        results = recording.results
        numbers = [_Number(i) for i in range(len(results.numbers))]
        self.tree = results.build(numbers, [_Array(i) for i in range(len(results.arrays))])  # type: ignore[arg-type]
        self.stretches: list[Stretch] = []
        self.write(self._note, lambda i: "")

    def _note(self, stretch: Stretch) -> str:
        self.stretches.append(stretch)
        return ""

    def write(self, of_numbers: Callable[[Stretch], str], of_array: Callable[[int], str]) -> str:
        """The results as an expression, with the texts of its stretches and arrays in it."""

        def text(x: Any) -> str:
            if isinstance(x, _Array):
                return of_array(x.place)
            stretch = None if x is None else _stretch(x)
            if stretch is not None:
                written = of_numbers(stretch)
                return f"tuple({written})" if type(x) is tuple else written
            if isinstance(x, dict):
                return "{" + ", ".join(f"{_key(key)}: {text(part)}" for key, part in x.items()) + "}"
            if isinstance(x, list):
                return f"[{', '.join(map(text, x))}]"
            if isinstance(x, tuple):
                return f"({', '.join(map(text, x))}{',' * (len(x) == 1)})"
            return literal(x)

        return text(self.tree)


def _key(key: Any) -> str:
    if isinstance(key, str | int | float | bool | tuple | None):
        return repr(key)
    raise KindError(f"a key of a result cannot be printed: {describe(key)}; name results by strings")


def _stretch(x: Any) -> Stretch | None:
    """Nested lists of numbers that lie in order; a tuple only of numbers themselves."""
    if isinstance(x, _Number):
        return Stretch(x.place, ())
    if isinstance(x, _Array) or type(x) not in (list, tuple):
        return None
    shape = run_shape(x, lambda part: isinstance(part, _Number)) if not _has_tuples(x) else None
    if not shape or 0 in shape:
        return None
    places = _places(x)
    return Stretch(places[0], shape) if places == [*range(places[0], places[0] + len(places))] else None


def _has_tuples(x: Any) -> bool:
    return any(type(part) is not _Number and (type(part) is not list or _has_tuples(part)) for part in x)


def _places(x: Any) -> list[int]:
    return [x.place] if isinstance(x, _Number) else [place for part in x for place in _places(part)]
