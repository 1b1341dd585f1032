"""What is wrong with a file of data, in words."""

import os
from typing import Any

from autograd_mini import FileError, KindError


class DataFileError(FileError):
    """A data file is missing, damaged or not the one it should be.

    Its message always says which `file`, what was `found` and what was `expected`.

    >>> raise DataFileError("digits.idx", "7 bytes of data", "8")
    Traceback (most recent call last):
    nn.data.errors.DataFileError: digits.idx: found 7 bytes of data; expected 8
    """

    def __init__(self, file: object, found: str, expected: str) -> None:
        super().__init__(str(file), found, expected)
        self.file, self.found, self.expected = str(file), found, expected

    def __str__(self) -> str:
        return f"{self.file}: found {self.found}; expected {self.expected}"


def check_path(whose: str, path: Any) -> None:
    """Raise KindError for what names no file: an open one, and numbers, which would be one to Python.

    >>> check_path("read_csv", 3)
    Traceback (most recent call last):
    autograd_mini.errors.KindError: read_csv takes a path, text or a Path; got 3
    """
    if not isinstance(path, str | os.PathLike):
        raise KindError(f"{whose} takes a path, text or a Path; got {path!r:.80}")
