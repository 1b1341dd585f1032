"""What a check found as the bytes of a .npz file, and back: no pickle, and a checksum over all of it."""

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from ...compiling.files.archive import pack, unpack
from ...compiling.files.encoding import Code, Decoder, Encoder, index, listed, need
from ...errors import FileError, KindError
from ...refusals import COMPLAINTS
from ..frameworks import as_array

_VERSION = 1


class _Encoder(Encoder):
    """Knows objects too: each is written once, by its fields, after those that it holds. Tensors are arrays there."""

    def __init__(self) -> None:
        super().__init__()
        self.objects: list[Code] = []
        self._written: dict[int, int] = {}

    def value(self, x: Any) -> Code:
        if not is_dataclass(x) or isinstance(x, type):
            return super().value(as_array(x))
        if id(x) not in self._written:
            parts = {part.name: self.value(getattr(x, part.name)) for part in fields(x)}
            self._written[id(x)] = len(self.objects)
            self.objects.append([type(x).__name__, parts])
        return {"object": self._written[id(x)]}


class _Decoder(Decoder):
    """Makes objects of these kinds again."""

    def __init__(self, arrays: list[Any], kinds: Iterable[type]) -> None:
        super().__init__(arrays)
        self.objects: list[Any] = []
        self._by_name = {kind.__name__: kind for kind in kinds}

    def add(self, code: Code) -> None:
        """One more object, of those before it and of plain values."""
        name, parts = listed(code, 2)
        need(name in self._by_name and type(parts) is dict, "something of another kind")
        self.objects.append(self._by_name[name](**{key: self.value(part) for key, part in parts.items()}))

    def _object(self, place: Code) -> Any:
        return self.objects[index(place, len(self.objects), "an object")]

    _KINDS = Decoder._KINDS | {"object": _object}


def pack_object(x: Any) -> bytes:
    """The bytes of a file of a dataclass's instance and of those that it holds; KindError for what no file holds."""
    encoder = _Encoder()
    try:
        encoder.value(x)
        return pack(json.dumps({"version": _VERSION, "check": encoder.objects}), encoder.arrays)
    except (KindError, FileError) as error:
        reason = str(error).removesuffix(", which a function, or the call that was recorded, was given")
        raise KindError(
            f"{reason}. Give check_gradients a function of what the file can hold: lambda x: f(x, ...)"
        ) from error


def unpack_object(content: bytes, kinds: Iterable[type]) -> Any:
    """The instance again, made of these kinds; FileError where the bytes are of no such file, or damaged."""
    try:
        text, arrays = unpack(content)
        code = json.loads(text)
        need(type(code) is dict and "check" in code, "no report of a check")
        need(code.get("version") == _VERSION, f"version {code.get('version')} of it; {_VERSION} is read here: update")
        decoder = _Decoder(arrays, kinds)
        for part in listed(code["check"]):
            decoder.add(part)
        return decoder.objects[-1]
    except COMPLAINTS as error:
        raise FileError(f"it holds no report of a check: {error}") from error
