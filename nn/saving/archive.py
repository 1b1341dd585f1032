"""A state tree as one safetensors file; the only place of nn that knows safetensors."""

import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from autograd_mini import FileError, KindError, write_whole

from ..arrays import Array
from .tree import KINDS, Tree, put_together, take_apart

FORMAT = "autograd_mini state"
VERSION = "1"
KEYS = ("format", "version", "tree", "arrays")
CHECKSUM = "crc32"  # a plain dict of arrays has none, as what other programs write has none


def write(path: str | os.PathLike[str], tree: Tree) -> None:
    """Write the tree, whole or not at all; as `packed`, and an OSError where the file cannot be written."""
    write_whole(path, packed(tree))


def packed(tree: Tree) -> bytes:
    """The tree as a file: its arrays as tensors, the rest as JSON in the header; a dict of arrays needs no such rest.

    Raises KindError for what no state tree holds, ImportError without the extra `save`.
    """
    from_numpy = _safetensors().numpy.save
    arrays, rest, places = take_apart(tree)
    is_plain = type(tree) is dict and tree.keys() == arrays.keys()
    words = None if is_plain else dict(zip(KEYS, (FORMAT, VERSION, rest, places), strict=True))
    if words is not None:
        words[CHECKSUM] = _checksum(arrays, words)
    return from_numpy(arrays, metadata=words)  # type: ignore[no-any-return]


def read(path: str | os.PathLike[str]) -> Tree:
    """The tree in a file; of a safetensors file that somebody else wrote, a dict of its tensors.

    Raises FileError for a file of another kind, a damaged one, and one of a later version; OSError where there is none.
    """
    if not isinstance(path, str | os.PathLike):
        raise KindError(f"a file is named by a path, text or a Path; got {type(path).__name__}")
    safetensors = _safetensors()
    with Path(path).open("rb"):  # whose errors name the path
        pass
    try:
        with safetensors.safe_open(os.fspath(path), framework="numpy") as file:
            words = file.metadata() or {}
            arrays = {name: _array(file, name) for name in file.keys()}  # noqa: SIM118
        if words.get("format") != FORMAT and CHECKSUM not in words:
            return arrays
        if words.get("version") != VERSION:
            raise FileError(
                f"it is of version {words.get('version')}, and this autograd_mini reads version {VERSION}: update it"
            )
        tree = put_together(arrays, words.get("tree", ""), words.get("arrays", ""))
        if words.get(CHECKSUM) != _checksum(arrays, words):
            raise FileError("its checksum is that of other contents: it is damaged, or was changed by hand")
        return tree
    except FileError as error:
        raise FileError(f"{os.fspath(path)}: {error}") from error
    except safetensors.SafetensorError as error:
        raise FileError(
            f"{os.fspath(path)} is no safetensors file, or one that was cut off or damaged ({error}): nn.load reads "
            "what nn.save wrote"
        ) from error


def _array(file: Any, name: str) -> Array:
    """A tensor of the file, in memory of its own."""
    kind = file.get_slice(name).get_dtype()
    if kind not in _KINDS:
        raise FileError(
            f"{name} is of type {kind}, which is not read: float32 and float64, whole numbers and booleans are; "
            "convert it before it is saved"
        )
    array: Array = file.get_tensor(name)
    return np.asarray(array.view(np.uint8) != 0) if kind == "BOOL" else array  # a file may hold any byte as a boolean


def _checksum(arrays: dict[str, np.ndarray[Any, Any]], words: dict[str, str]) -> str:
    """The CRC-32 of all that a file holds, in the order of the names."""
    found = zlib.crc32(repr([words.get(key) for key in KEYS]).encode())
    for name, array in sorted(arrays.items()):
        found = zlib.crc32(f"{name} {array.dtype} {array.shape}".encode(), found)
        found = zlib.crc32(np.ascontiguousarray(array).data, found)
    return f"{found:08x}"


_LETTERS = {"f": "F", "i": "I", "u": "U"}
_KINDS = {"BOOL" if kind.kind == "b" else f"{_LETTERS[kind.kind]}{8 * kind.itemsize}" for kind in KINDS}


def _safetensors() -> Any:
    try:
        import safetensors.numpy
    except ImportError as error:
        raise ImportError('files are written by safetensors: pip install "autograd_mini[save]"') from error
    return safetensors
