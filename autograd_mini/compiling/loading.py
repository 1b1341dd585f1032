"""Programs from files: run as they were recorded, where their function is not."""

import json
import os
from pathlib import Path
from typing import Any, NoReturn

from ..errors import FileError, KindError, describe
from ..refusals import COMPLAINTS
from .program import Kind, Program


def load_program(file: str | os.PathLike[str]) -> Program:
    """The program that `Program.save` wrote to a file: it runs what was recorded, without the function.

    file: a path. There is no code in such a file and none is run; names, places and sizes are checked before anything
    is run. Arguments of another nesting, other shapes or other whole numbers, numbers by which the function would
    decide otherwise, and Values and Tensors, raise a KindError: only the function itself could be recorded anew.

    Raises FileError where the file is none of `save`, was damaged or cut off, or is of a later version; OSError where
    it cannot be read.

    >>> import tempfile
    >>> from autograd_mini import compile, load_program
    >>> square = compile(lambda x: x * x).record(1.0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     square.save(f"{folder}/square.npz")
    ...     again = load_program(f"{folder}/square.npz")
    >>> again(3.0)
    9.0
    """
    from .files.archive import MOST, unpack
    from .files.encoding import need

    if not isinstance(file, str | os.PathLike):
        raise KindError(f"load_program takes a path, text or a Path; got {describe(file)}")
    path = Path(file)
    size = path.stat().st_size
    try:
        need(size <= MOST, f"{size} bytes, more than the {MOST} of a program")
        return _read(*unpack(path.read_bytes()))
    except (*COMPLAINTS, MemoryError) as error:
        reason = str(error) or type(error).__name__
        raise FileError(f"{os.fspath(file)} holds no program that can be run: {reason}") from error


def _read(text: str, arrays: list[Any]) -> Program:
    from .files.encoding import Decoder, index, listed, need
    from .files.reading import arguments_of, loaded
    from .files.writing import VERSION

    code = json.loads(text)
    need(type(code) is dict and type(code.get("version")) is int, "no program")
    if code["version"] != VERSION:
        raise FileError(f"it is of version {code['version']}; this autograd_mini reads version {VERSION}: update it")
    decoder = Decoder(arrays)
    name = code["name"]
    need(type(name) is str and type(code["copy"]) is bool, "a program without a name")

    def recorded_only(*args: Any, **kwargs: Any) -> NoReturn:
        raise KindError(
            f"{name} was loaded from a file, without its function, and nothing is recorded in it for these arguments: "
            "nodes, other shapes, other whole numbers or text, numbers by which the function decides otherwise, or of "
            "which it has no result (an index out of its array, a singular matrix). Compile the function itself, or "
            "record it for such arguments before it is saved"
        )

    recorded_only.__name__ = recorded_only.__qualname__ = name
    program = Program(recorded_only, copy=code["copy"])
    for arguments, recordings in (listed(pair, 2) for pair in listed(code["kinds"])):
        nesting = arguments_of(arguments, decoder)
        kind = Kind(nesting)
        kind.recordings += [loaded(x, decoder, nesting) for x in listed(recordings)]
        index(0, len(kind.recordings), "a recording")
        program.kinds.append(kind)
    index(0, len(program.kinds), "a recording")
    return program
