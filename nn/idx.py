"""Reads and writes IDX, the plain format of bytes in which MNIST is handed around."""

import gzip
import math
import os
import struct
import zlib
from collections.abc import Iterable, Sequence
from importlib.resources.abc import Traversable
from io import BufferedReader, BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from autograd_mini import write_whole

from .data.errors import DataFileError

__all__ = ["Bytes", "DataFileError", "decode", "encode", "find_files", "read_idx", "unpack", "write_idx"]

PIECE = 2**20  # bytes read at a time

type_of_bytes = b"\x00\x00\x08"  # two zeros, then the code of the one type MNIST uses: unsigned bytes
Bytes = npt.NDArray[np.uint8]


def read_idx(path: str | os.PathLike[str]) -> Bytes:
    """Read an IDX file of unsigned bytes, plain or gzipped, as a uint8 array of the shape it names.

    Nothing beyond the size that its header gives is unpacked. Raises `DataFileError` if the file is damaged, holds
    more, or holds another type, `OSError` if it cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_idx(f"{folder}/two.gz", np.array([[1, 2]], dtype=np.uint8))
    ...     read_idx(f"{folder}/two.gz")
    array([[1, 2]], dtype=uint8)
    """
    with open(path, "rb") as file:
        return decode(_unpacked(file, path), path)


def write_idx(path: str | os.PathLike[str], array: Bytes) -> None:
    """Write a uint8 array of any shape as an IDX file, gzipped if the name ends in `.gz`, whole or not at all.

    The same array gives the same file, whenever and under whatever name it is written.
    Raises `TypeError` if the array is not uint8. For an example see `read_idx`.
    """
    contents = encode(array)
    if os.fspath(path).endswith(".gz"):
        packed = BytesIO()
        # GzipFile rather than gzip.compress, whose header names the operating system in some versions
        with gzip.GzipFile("", "wb", compresslevel=9, fileobj=packed, mtime=0) as file:
            file.write(contents)
        contents = packed.getvalue()
    write_whole(path, contents)


def encode(array: Bytes) -> bytes:
    """Give the bytes of the IDX file of a uint8 array; raises `TypeError` on any other dtype.

    >>> encode(np.array([7, 9], dtype=np.uint8)).hex(" ")
    '00 00 08 01 00 00 00 02 07 09'
    """
    if array.dtype != np.uint8:
        raise TypeError(f"IDX files of this module hold uint8; got an array of {array.dtype}")
    return type_of_bytes + struct.pack(f">B{array.ndim}I", array.ndim, *array.shape) + array.tobytes()


def decode(contents: bytes, file: object) -> Bytes:
    """Give the array that the bytes of an unpacked IDX file describe; `file` is what an error calls them.

    Raises `DataFileError` unless type, dimensions and length all agree.

    >>> decode(bytes.fromhex("00 00 08 01 00 00 00 02 07 09"), "two labels")
    array([7, 9], dtype=uint8)
    """
    start, shape = _header(contents, file)
    if len(contents) - start != math.prod(shape):
        raise DataFileError(file, f"{len(contents) - start} bytes of data", f"{math.prod(shape)} for {shape}")
    try:
        return np.frombuffer(contents, np.uint8, offset=start).reshape(shape).copy()
    except ValueError as error:  # too many dimensions, or an empty array with huge ones
        raise DataFileError(file, f"the dimensions {shape}", f"some that NumPy can hold: {error}") from error


def unpack(contents: bytes, file: object, most: int | None = None) -> bytes:
    """Gunzip the bytes of an IDX file that are gzipped and hand on others; `file` is what an error calls them.

    What counts is how the bytes begin, not a name: some servers and browsers unpack on the way. No more is unpacked
    than the header of the IDX file allows: a small file cannot fill the memory.
    Raises `DataFileError` if there is more, if the header asks for more than `most` bytes in all, or if the gzip
    stream is damaged or cut off.

    >>> contents = encode(np.array([7, 9], dtype=np.uint8))
    >>> unpack(gzip.compress(contents), "packed") == unpack(contents, "plain") == contents
    True
    """
    with BufferedReader(BytesIO(contents)) as stream:
        return _unpacked(stream, file, most)


def _unpacked(stream: "BufferedReader[Any]", file: object, most: int | None = None) -> bytes:
    if not stream.peek(2).startswith(b"\x1f\x8b"):
        return _read_as_told(stream, file, most)
    try:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            return _read_as_told(unpacked, file, most)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataFileError(file, f"a damaged gzip stream ({error})", "a whole one") from error


def _read_as_told(stream: "BufferedReader[Any] | gzip.GzipFile", file: object, most: int | None) -> bytes:
    """All that the stream holds, if it is no more than its header says."""
    contents = bytearray(stream.read(4))
    if len(contents) == 4:
        contents += stream.read(4 * contents[3])
    start, shape = _header(contents, file)
    size = start + math.prod(shape)
    if most is not None and size > most:
        raise DataFileError(file, f"a header that asks for {size:,} bytes, {shape}", f"at most {most:,}")
    # A piece at a time, for what the header asks for need not be there; the byte too many also tells a damaged end.
    while len(contents) <= size and (piece := stream.read(min(PIECE, size + 1 - len(contents)))):
        contents += piece
    if len(contents) > size:
        raise DataFileError(file, f"at least {len(contents) - start} bytes of data", f"{size - start} for {shape}")
    return bytes(contents)


def _header(contents: bytes | bytearray, file: object) -> tuple[int, tuple[int, ...]]:
    """Where the data begin and the shape they have."""
    if len(contents) < 4 or not contents.startswith(type_of_bytes):
        raise DataFileError(
            file,
            f"a file that begins {contents[:4].hex(' ') or 'nowhere, being empty'}",
            "00 00 08 (IDX, unsigned bytes) and the number of dimensions",
        )
    dimensions = contents[3]
    start = 4 + 4 * dimensions
    if len(contents) < start:
        raise DataFileError(file, f"{len(contents)} bytes in all", f"a header of {start}, for {dimensions} dimensions")
    return start, struct.unpack_from(f">{dimensions}I", contents, 4)


def find_files(
    folder: Traversable, names: Iterable[str], *, inside: Sequence[str] = (), packed: bool = False, way_out: str
) -> list[Traversable]:
    """The file of each name, plain or `.gz`, in the folder or in the first of the sub folders `inside` that has any.

    "train-images-idx3-ubyte" is found as "train-images.idx3-ubyte", too, and in letters of any case. packed: whether
    the `.gz` is taken where there are both. way_out: what a DataFileError expects where a file is missing; it says
    what lies in the folder instead.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(folder, "TRAIN-LABELS.IDX1-ubyte.GZ").touch()
    ...     [path.name for path in find_files(Path(folder), ["train-labels-idx1-ubyte"], way_out="it")]
    ['TRAIN-LABELS.IDX1-ubyte.GZ']
    """
    if not folder.is_dir():
        raise DataFileError(folder, "no such folder", way_out)
    names = list(names)
    for place in (folder, *(folder / path for path in inside)):
        found = _by_name(place, packed) if place.is_dir() else {}
        if any(name in found for name in names):
            break
    else:
        place, found = folder, {}
    for name in names:
        if name not in found:
            lying = ", ".join(sorted(path.name for path in place.iterdir())[:12]) or "nothing"
            raise DataFileError(place / name, f"no such file, plain or .gz; in its folder lies {lying}", way_out)
    return [found[name] for name in names]


def _by_name(folder: Traversable, packed: bool) -> dict[str, Traversable]:
    """The files of a folder by the names they have in MNIST, the one that is preferred where there are several."""
    files = sorted((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.name, reverse=True)
    files.sort(key=lambda path: path.name.lower().endswith(".gz") == packed)  # the later one stays
    return {path.name.lower().removesuffix(".gz").replace(".idx", "-idx"): path for path in files}
