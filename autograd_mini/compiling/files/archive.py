"""A text and arrays in one .npz file without pickle, with a checksum over all of it."""

import hashlib
import io
import math
import re
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import FileError
from ...refusals import COMPLAINTS

MOST = 2**32  # bytes of a file, and of the memory that a program asks for

_DTYPES = {np.dtype(kind).newbyteorder("<").str for kind in ("f4", "f8", "b1", "u1", "u2", "u4", "u8")}
_DTYPES |= {np.dtype(kind).newbyteorder("<").str for kind in ("i1", "i2", "i4", "i8")}
_WHEN = (1980, 1, 1, 0, 0, 0)  # of every entry: what is equal has equal bytes


def pack(text: str, arrays: Sequence[Any]) -> bytes:
    """The bytes of a .npz file of the entries text, array0, array1, … and sha256.

    arrays: of floats, whole numbers and truth values; a FileError for others.
    """
    entries = {"text": _npy(np.frombuffer(text.encode(), np.uint8))}
    entries |= {f"array{i}": _npy(np.asarray(x)) for i, x in enumerate(arrays)}
    entries["sha256"] = _npy(np.frombuffer(_checksum(entries), np.uint8))
    if sum(map(len, entries.values())) > MOST:
        raise FileError(f"a file of a program is of {MOST} bytes at most")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _WHEN), content)
    return file.getvalue()


def unpack(content: bytes) -> tuple[str, list[Any]]:
    """The text and the arrays of such a file; a FileError where it is none, or damaged.

    What is not stored plainly is refused, so that nothing is larger than the file itself.
    """
    try:
        entries = _entries(content)
        if "sha256" not in entries:
            raise FileError("it has no checksum: it is no file of `save`")
        if entries.pop("sha256")[-32:] != _checksum(entries):
            raise FileError("its checksum is not that of what it holds: it was damaged, or changed by hand")
        text = _array(entries.pop("text")).tobytes().decode()
        return text, [_array(entries[f"array{i}"]) for i in range(len(entries))]
    except FileError:
        raise
    except (*COMPLAINTS, zipfile.BadZipFile, NotImplementedError, EOFError, OSError, struct.error) as error:
        raise FileError(f"it is no such file, or a damaged one ({error})") from error


def _entries(content: bytes) -> dict[str, bytes]:
    entries: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            name = info.filename.removesuffix(".npy")
            if info.compress_type != zipfile.ZIP_STORED or info.file_size > len(content) or name in entries:
                raise FileError("it is compressed, or names an entry twice: it is no file of `save`")
            entries[name] = archive.read(info)
    return entries


def _checksum(entries: dict[str, bytes]) -> bytes:
    total = hashlib.sha256()
    for name in sorted(entries):
        total.update(f"{name} {len(entries[name])} ".encode() + entries[name])
    return total.digest()


def is_held(dtype: Any) -> bool:
    """Whether a file holds arrays of this dtype."""
    return np.dtype(dtype).newbyteorder("<").str in _DTYPES


def _npy(array: Any) -> bytes:
    array = np.ascontiguousarray(array).reshape(array.shape)
    if not is_held(array.dtype):
        raise FileError(f"a file holds arrays of floats, whole numbers and truth values; got {array.dtype}")
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=(1, 0), allow_pickle=False)
    return file.getvalue()


_HEAD = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(.{3})', 'fortran_order': False, 'shape': \(([0-9, ]*)\), \} *\n", re.S
)


def _array(content: bytes) -> Any:
    """The array of an entry, in memory of its own; its size is known before there is any."""
    head = _HEAD.match(content)
    if head is None or (kind := head[1].decode("latin-1")) not in _DTYPES:
        raise FileError("an array in it is of another kind than `save` writes")
    shape = tuple(int(length) for length in head[2].decode().replace(" ", "").split(",") if length)
    dtype, size = np.dtype(kind), len(content) - head.end()
    if len(shape) > 64 or math.prod(shape) * dtype.itemsize != size:
        raise FileError("an array in it has another size than its head says")
    array = np.frombuffer(content, np.dtype(np.uint8) if kind == "|b1" else dtype, offset=head.end()).reshape(shape)
    return array != 0 if kind == "|b1" else array.astype(dtype.newbyteorder("="))
