"""Reads and writes IDX, the plain format of bytes in which MNIST is handed around."""

import gzip
import math
import os
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

__all__ = ["Bytes", "DataFileError", "decode", "encode", "read_idx", "unpack", "write_idx"]

type_of_bytes = b"\x00\x00\x08"  # two zeros, then the code of the one type MNIST uses: unsigned bytes
Bytes = npt.NDArray[np.uint8]


class DataFileError(ValueError):
    """A data file is missing, damaged or not the one it should be.

    Its message always says which `file`, what was `found` and what was `expected`.

    >>> raise DataFileError("digits.idx", "7 bytes of data", "8")
    Traceback (most recent call last):
    nn.idx.DataFileError: digits.idx: found 7 bytes of data; expected 8
    """

    def __init__(self, file: object, found: str, expected: str) -> None:
        super().__init__(str(file), found, expected)
        self.file, self.found, self.expected = str(file), found, expected

    def __str__(self) -> str:
        return f"{self.file}: found {self.found}; expected {self.expected}"


def read_idx(path: str | os.PathLike[str]) -> Bytes:
    """Read an IDX file of unsigned bytes, plain or gzipped, as a uint8 array of the shape it names.

    Raises `DataFileError` if the file is damaged or holds another type, `OSError` if it cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_idx(f"{folder}/two.gz", np.array([[1, 2]], dtype=np.uint8))
    ...     read_idx(f"{folder}/two.gz")
    array([[1, 2]], dtype=uint8)
    """
    return decode(unpack(Path(path).read_bytes(), path), path)


def write_idx(path: str | os.PathLike[str], array: Bytes) -> None:
    """Write a uint8 array of any shape as an IDX file, gzipped if the name ends in `.gz`.

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
    Path(path).write_bytes(contents)


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
    shape = struct.unpack_from(f">{dimensions}I", contents, 4)
    if len(contents) - start != math.prod(shape):
        raise DataFileError(file, f"{len(contents) - start} bytes of data", f"{math.prod(shape)} for {shape}")
    try:
        return np.frombuffer(contents, np.uint8, offset=start).reshape(shape).copy()
    except ValueError as error:  # too many dimensions, or an empty array with huge ones
        raise DataFileError(file, f"the dimensions {shape}", f"some that NumPy can hold: {error}") from error


def unpack(contents: bytes, file: object) -> bytes:
    """Gunzip bytes that are gzipped and hand on others; `file` is what an error calls them.

    What counts is how the bytes begin, not a name: some servers and browsers unpack on the way.
    Raises `DataFileError` if the gzip stream is damaged or cut off.

    >>> unpack(gzip.compress(b"digits"), "packed"), unpack(b"digits", "plain")
    (b'digits', b'digits')
    """
    if not contents.startswith(b"\x1f\x8b"):
        return contents
    try:
        return gzip.decompress(contents)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataFileError(file, f"a damaged gzip stream ({error})", "a whole one") from error
