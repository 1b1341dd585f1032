"""A folder that one run at a time writes to."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograd_mini import FileError

try:
    import fcntl
except ImportError:  # Windows
    fcntl: Any = None  # type: ignore[no-redef]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """A context that has the folder for itself; FileError where another one, of any process, has it.

    The lock is the system's (flock), not a file: it ends with the process that holds it, however that ends, so that a
    run that was killed is in nobody's way. Where there are no such locks, on Windows and on some network disks, nobody
    is kept out.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, locked(Path(folder)):
    ...     with locked(Path(folder)):
    ...         pass
    Traceback (most recent call last):
    autograd_mini.errors.FileError: another run is kept in /... at this moment, ...
    """
    if fcntl is None:
        yield
        return
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FileError(
                f"another run is kept in {folder} at this moment, in this process or another, and two would write over "
                "one another: wait for its end, or give this one a folder of its own"
            ) from error
        except OSError:  # a disk without locks
            yield
            return
        try:
            yield
        finally:
            fcntl.flock(held, fcntl.LOCK_UN)  # closed alone, it would be held by what was forked meanwhile
    finally:
        os.close(held)
