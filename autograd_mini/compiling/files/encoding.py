"""Values of Python as JSON, each with its kind, and arrays beside it; what comes back is checked."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from ...errors import FileError, KindError, describe
from ..tracing.indices import Indices

Code = Any  # what JSON holds: None, booleans, whole numbers, text, lists and dicts of one entry, {kind: content}

_FLOATS = {float: "float", np.float32: "float32", np.float64: "float64"}
_TYPES: dict[str, type] = {name: kind for kind, name in _FLOATS.items()}
_PLAIN = (type(None), bool, int, str)


class Encoder:
    """Turns values into JSON; arrays are kept in a list, and JSON says which."""

    def __init__(self) -> None:
        self.arrays: list[Any] = []
        self.indices: list[Indices] = []
        self._places: dict[int, int] = {}

    def value(self, x: Any) -> Code:
        """The code of a value; a KindError where it is of a kind that files do not hold."""
        if type(x) in _PLAIN:
            return x
        if type(x) is float:
            return {"float": x.hex()}
        if type(x) in (list, tuple):
            return {type(x).__name__: [self.value(part) for part in x]}
        if type(x) is dict:
            return {"dict": [[self.value(key), self.value(part)] for key, part in x.items()]}
        if isinstance(x, slice):
            return {"slice": [self.value(part) for part in (x.start, x.stop, x.step)]}
        if x is Ellipsis:
            return {"ellipsis": []}
        if isinstance(x, Indices):
            return {"indices": next(i for i, known in enumerate(self.indices) if known is x)}
        if type(x) is np.ndarray and x.dtype.kind in "fiub":
            return {"array": self.array(x)}
        if isinstance(x, np.number | np.bool_) and x.dtype.kind in "fiub":
            return {"scalar": self.array(np.asarray(x))}
        if isinstance(x, np.dtype) and x.type in _FLOATS:
            return {"dtype": _FLOATS[x.type]}
        if isinstance(x, type) and x in _FLOATS:
            return {"type": _FLOATS[x]}
        raise KindError(
            f"a file holds numbers, text, None, arrays, slices, lists, tuples and dicts; not {describe(x)}, which a "
            "function, or the call that was recorded, was given"
        )

    def array(self, x: Any) -> int:
        """The place of an array in the list."""
        place = self._places.get(id(x))
        if place is None:
            place = self._places[id(x)] = len(self.arrays)
            self.arrays.append(x)
        return place


class Decoder:
    """Turns JSON back into values; a FileError for what no `Encoder` wrote."""

    def __init__(self, arrays: Sequence[Any]) -> None:
        self.arrays = arrays
        self.indices: list[Indices] = []

    def value(self, code: Code) -> Any:
        """The value of a code."""
        if type(code) in _PLAIN:
            return code
        kind, content = only_entry(code)
        need(kind in self._KINDS, f"a value of the kind {describe(kind)}")
        return self._KINDS[kind](self, content)

    def array(self, place: Code) -> Any:
        """The array in a place of the list."""
        return self.arrays[index(place, len(self.arrays), "an array")]

    def _float(self, content: Code) -> float:
        need(type(content) is str, "a float that is no text")
        return float.fromhex(content)

    def _slice(self, content: Code) -> slice:
        return slice(*map(self.value, listed(content, 3)))

    def _dict(self, content: Code) -> dict[Any, Any]:
        return {self.value(key): self.value(part) for key, part in (listed(pair, 2) for pair in listed(content))}

    def _indices(self, content: Code) -> Indices:
        return self.indices[index(content, len(self.indices), "an argument of whole numbers")]

    def _type(self, content: Code) -> type:
        need(type(content) is str and content in _TYPES, "a dtype that programs do not have")
        return _TYPES[content]

    _KINDS: ClassVar[dict[str, Callable[[Any, Code], Any]]] = {
        "float": _float,
        "list": lambda self, content: [self.value(part) for part in listed(content)],
        "tuple": lambda self, content: tuple(self.value(part) for part in listed(content)),
        "dict": _dict,
        "slice": _slice,
        "ellipsis": lambda self, content: Ellipsis,
        "indices": _indices,
        "array": lambda self, content: self.array(content),
        "scalar": lambda self, content: self.array(content)[()],
        "dtype": lambda self, content: np.dtype(self._type(content)),
        "type": _type,
    }


def need(condition: bool, found: str) -> None:
    """A FileError that says what was found, where the condition does not hold."""
    if not condition:
        raise FileError(f"it holds {found}")


def listed(code: Code, count: int | None = None) -> list[Any]:
    """The code, a list (of so many)."""
    need(type(code) is list and count in (None, len(code)), f"no list of {count}" if count else "no list")
    return code  # type: ignore[no-any-return]


def only_entry(code: Code) -> tuple[str, Any]:
    """The key and the content of a dict of one entry."""
    need(type(code) is dict and len(code) == 1, f"a value without a kind, {describe(code)}")
    (entry,) = code.items()
    return entry  # type: ignore[no-any-return]


def index(code: Code, end: int, what: str) -> int:
    """The code, a whole number from 0 on, below the end."""
    need(type(code) is int and 0 <= code < end, f"{what} that is not there, {describe(code)} of {end}")
    return code  # type: ignore[no-any-return]
