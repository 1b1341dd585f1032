"""Finds files of IDX in a folder, by whatever spelling of their names they were saved."""

from collections.abc import Iterable, Sequence
from importlib.resources.abc import Traversable

from .idx import DataFileError


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
