"""Writes files whole or not at all."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from .errors import KindError, describe


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write the content to a file; if anything goes wrong, what the file held before is still all there.

    The content is written under a passing name in the same folder and renamed once it is on the disk. A link stays
    a link, and a file that is there keeps its permissions. Raises OSError where the file cannot be written, KindError
    for what is no path and for what is not bytes.

    >>> import os, tempfile
    >>> from autograd_mini import write_whole
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(f"{folder}/digits", b"0123456789")
    ...     os.listdir(folder)
    ['digits']
    """
    if not isinstance(path, str | os.PathLike):
        raise KindError(f"write_whole takes a path, text or a Path; got {describe(path)}")
    if not isinstance(content, bytes | bytearray | memoryview):
        raise KindError(f"write_whole writes bytes (text.encode() makes them of text); got {describe(content)}")
    target = Path(path).resolve()
    there = target.exists()
    if there and not target.is_file():
        target.write_bytes(content)  # a pipe or a device is written to, never replaced
        return
    if there:
        target.open("r+b").close()  # renaming would not ask whether the file itself may be written
    passing = target.with_name(f".{os.urandom(8).hex()}.passing")
    try:
        with passing.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if there:
            shutil.copymode(target, passing)
        passing.replace(target)
    except BaseException as error:
        with suppress(OSError):
            passing.unlink()
        if isinstance(error, OSError) and error.filename == str(passing):
            error.filename = str(path)  # the name that whoever reads it knows
        raise
