"""What is wrong with a file of data, in words."""

from autograd_mini import FileError


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
