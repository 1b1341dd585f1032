"""What a check found as the bytes of a .npz file, and back: no pickle, and a checksum over all of it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from ...compiling.files.archive import is_held, pack, unpack
from ...compiling.files.encoding import Code, Decoder, Encoder, index, listed, need
from ...errors import brief, describe
from ...refusals import COMPLAINTS

_VERSION = 1
_CONTAINERS = list, tuple, dict


@dataclass(frozen=True)
class Unsaved:
    """What stands in a file for what no file holds: how it is written."""

    words: str

    def __repr__(self) -> str:
        return self.words


class _Encoder(Encoder):
    """Knows objects of these kinds too: each is written once, by its fields, after those that it holds.

    as_array: makes arrays of tensors. lost: in words, what no file holds as it is.
    """

    def __init__(self, kinds: Iterable[type], as_array: Callable[[Any], Any]) -> None:
        super().__init__()
        self.objects: list[Code] = []
        self.lost: dict[str, None] = {}
        self._written: dict[int, int] = {}
        self._kinds, self._as_array = (*kinds, Unsaved), as_array

    def value(self, x: Any) -> Code:
        if type(x) in self._kinds:
            return self._object(x)
        plain = next((kind for kind in _CONTAINERS if isinstance(x, kind)), type(x))
        if plain is not type(x):
            self.lost[f"{brief(x)} as a {plain.__name__}"] = None
        try:
            array = self._as_array(x)
            need(not isinstance(array, np.ndarray) or is_held(array.dtype), "such numbers")
            return super().value(plain(x) if plain in _CONTAINERS else array)
        except COMPLAINTS:
            self.lost[f"{describe(x)} as text"] = None
            return self._object(Unsaved(brief(x)))

    def _object(self, x: Any) -> Code:
        if id(x) not in self._written:
            parts = {part.name: self.value(getattr(x, part.name)) for part in fields(x)}
            self._written[id(x)] = len(self.objects)
            self.objects.append([type(x).__name__, parts])
        return {"object": self._written[id(x)]}


class _Decoder(Decoder):
    """Makes objects of these kinds again, if their fields are what they should be."""

    def __init__(self, arrays: list[Any], kinds: Iterable[type]) -> None:
        super().__init__(arrays)
        self.objects: list[Any] = []
        self._by_name = {kind.__name__: kind for kind in (*kinds, Unsaved)}

    def add(self, code: Code) -> None:
        """One more object, of those before it and of plain values."""
        name, parts = listed(code, 2)
        need(type(name) is str and name in self._by_name, f"an object of the kind {describe(name)}")
        kind = self._by_name[name]
        hints = get_type_hints(kind)
        need(type(parts) is dict and parts.keys() == hints.keys(), f"a {name} of other parts, {describe(parts)}")
        values = {key: self.value(part) for key, part in parts.items()}
        for key, x in values.items():
            need(_fits(x, hints[key]), f"a {name} of which {key} is {describe(x)}")
        self.objects.append(kind(**values))

    def _object(self, place: Code) -> Any:
        return self.objects[index(place, len(self.objects), "an object")]

    _KINDS = Decoder._KINDS | {"object": _object}


def _fits(x: Any, hint: Any) -> bool:
    """Whether a value is what the annotation of its field says."""
    kind, parts = get_origin(hint) or hint, get_args(hint)
    if kind is Any:
        return True
    if kind in (Union, UnionType):
        return any(_fits(x, part) for part in parts)
    if not isinstance(x, kind) or (isinstance(x, bool) and kind is not bool):
        return False
    if kind is dict:
        return all(_fits(key, parts[0]) and _fits(part, parts[1]) for key, part in x.items())
    if kind is list or parts[1:] == (...,):
        return all(_fits(part, parts[0]) for part in x)
    return kind is not tuple or (len(x) == len(parts) and all(map(_fits, x, parts)))


def pack_object(x: Any, kinds: Iterable[type], as_array: Callable[[Any], Any]) -> tuple[bytes, list[str]]:
    """The bytes of a file of an object and of those that it holds, all of these kinds; and what is lost, in words."""
    encoder = _Encoder(kinds, as_array)
    encoder.value(x)
    return pack(json.dumps({"version": _VERSION, "check": encoder.objects}), encoder.arrays), [*encoder.lost]


def unpack_object(content: bytes, kinds: Iterable[type]) -> Any:
    """The object again; FileError, or one of Python's complaints, where the bytes are of no such file, or damaged."""
    text, arrays = unpack(content)
    code = json.loads(text)
    need(type(code) is dict and "check" in code, "something else")
    need(code.get("version") == _VERSION, f"version {code.get('version')} of a report; {_VERSION} is read here: update")
    decoder = _Decoder(arrays, kinds)
    for part in listed(code["check"]):
        decoder.add(part)
    need(decoder.objects != [], "nothing")
    return decoder.objects[-1]
