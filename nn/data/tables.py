"""Tables of numbers from CSV files, without pandas."""

import csv
import os
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograd_mini import KindError

from ..numbers import boolean
from .datasets import ArrayDataset
from .errors import DataFileError, check_path

MISSING = ("", "?", "na", "n/a", "nan", "null")


class Table(ArrayDataset):
    """The rows of a table; see `read_csv`.

    columns: the names of the inputs' columns. classes: where the target is words, what its labels stand for, else ().
    """

    def __init__(self, *arrays: Any, columns: Sequence[str], classes: Sequence[str] = ()) -> None:
        super().__init__(*arrays)
        self.columns, self.classes = tuple(columns), tuple(classes)


def read_csv(
    path: str | os.PathLike[str],
    target: str | int | Sequence[str | int] | None = None,
    *,
    without: Sequence[str | int] = (),
    header: bool | None = None,
    delimiter: str = ",",
    dtype: Any = np.float32,
) -> Table:
    """Read a table of numbers as a data set: an example is (inputs, target), a row's numbers and what to learn of it.

    target: the column to be learned, by its name or its number (-1 is the last). Its whole numbers, where all are
    written as such, become int64 labels of shape (n,); other numbers `dtype`; words int64 labels from 0 on, in the
    order of `table.classes`, which is sorted. A list of columns gives numbers (n, k) of `dtype`. Without a target an
    example is (inputs,). The other columns are the inputs, numbers: (n, columns) of `dtype`. without: columns that are
    neither, such as a name, or the number of the row.

    header: whether the first line has names; without it, it has if none of them is a number, and has none if all are;
    where some are, say which. delimiter: what is between the cells, ";" and "\\t" at times. Empty lines are passed
    over.

    DataFileError, which names line and column, where a cell is missing or no number (`nan` is none), and where a line
    has more or fewer cells; KeyError for a target, or one of `without`, that is no column; KindError for a dtype of
    other than floats.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with open(f"{folder}/flowers.csv", "w") as file:
    ...         _ = file.write("length,width,kind\\n5.1,3.5,rose\\n4.9,3.0,aster\\n")
    ...     flowers = read_csv(f"{folder}/flowers.csv", target="kind")
    >>> flowers.columns, flowers.classes, flowers[0]
    (('length', 'width'), ('aster', 'rose'), (array([5.1, 3.5], dtype=float32), np.int64(1)))
    """
    check_path("read_csv", path)
    if not _is_float(dtype):
        raise KindError(f"the numbers of a table are floats; got dtype={dtype!r}; labels are int64 by themselves")
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '\r\n"':
        raise KindError(f'read_csv takes as delimiter one character, ";" or "\\t" say; got {delimiter!r}')
    if header is not None:
        boolean("read_csv", "header", header)
    target = int(target) if isinstance(target, np.integer) else target
    names, lines, rows = _cells(path, header, delimiter)
    targets = [] if target is None else [target] if isinstance(target, str | int) else _columns("target", target)
    chosen = [_place(path, names, column) for column in targets]
    left_out = [_place(path, names, column) for column in _columns("without", without)]
    inputs = [i for i in range(len(names)) if i not in chosen and i not in left_out]
    x = _numbers(path, names, lines, rows, inputs, dtype)
    columns = [names[i] for i in inputs]
    if target is None:
        return Table(x, columns=columns)
    if not isinstance(target, str | int):
        return Table(x, _numbers(path, names, lines, rows, chosen, dtype), columns=columns)
    words = [row[chosen[0]].strip() for row in rows]
    if not _is_number(words[0]):
        _check_words(path, names[chosen[0]], lines, words)
        classes, labels = np.unique(words, return_inverse=True)
        return Table(x, labels, columns=columns, classes=classes.tolist())
    numbers = _numbers(path, names, lines, rows, chosen, dtype)[:, 0]
    whole = all(word.lstrip("+-").isdecimal() and len(word) < 19 for word in words)
    return Table(x, np.array(list(map(int, words))) if whole else numbers, columns=columns)


def _cells(path: Any, header: bool | None, delimiter: str) -> tuple[list[str], list[int], list[list[str]]]:
    """The columns' names, and each row's line and cells."""
    lines: list[int] = []
    rows: list[list[str]] = []
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            for row in reader:
                if row and any(map(str.strip, row)):
                    lines.append(reader.line_num)
                    rows.append(row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataFileError(
            path, f"no CSV in UTF-8 ({error})", "text, the cells of a line with commas between"
        ) from error
    if not rows:
        raise DataFileError(path, "an empty file", "a line for each row of a table")
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(rows[0]):
            way_out = ': where ";" is between the cells, delimiter=";"' if ";" in "".join(rows[0]) else ""
            raise DataFileError(
                f"{path}, line {line}", f"{len(row)} cells", f"{len(rows[0])}, as in line {lines[0]}{way_out}"
            )
    names = list(map(str.strip, rows[0]))
    numbers = sum(map(_is_number, names))
    if header is None and 0 < numbers < len(names):
        raise DataFileError(
            f"{path}, line {lines[0]}",
            f"numbers and words, {', '.join(names[:6])}",
            "header=True, if these are the columns' names, or header=False, if it is the first row",
        )
    if header or (header is None and not numbers):
        lines, rows = lines[1:], rows[1:]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise DataFileError(path, f"two columns with the name {twice!r}", "a name of its own for each")
    else:
        names = [str(i) for i in range(len(names))]
    if not rows:
        raise DataFileError(path, "a line of names alone", "rows below it")
    return names, lines, rows


def _is_float(dtype: Any) -> bool:
    try:
        return bool(np.dtype(dtype).kind == "f")
    except TypeError:
        return False


def _columns(what: str, given: Any) -> list[Any]:
    """Names or numbers of columns, in a list."""
    if isinstance(given, str | int | np.integer):
        raise KindError(f"{what} takes columns in a list; got {given!r}: {what}=[{given!r}]")
    columns = list(given) if isinstance(given, Iterable) else [given]
    if wrong := [column for column in columns if not isinstance(column, str | int | np.integer)]:
        raise KindError(f"a column is told by its name or its number; got {what}={wrong[0]!r}")
    return columns


def _place(path: Any, names: list[str], column: str | int) -> int:
    if isinstance(column, str) and column in names:
        return names.index(column)
    if not isinstance(column, str | bool) and -len(names) <= column < len(names):
        return column % len(names)
    raise KeyError(f"{path} has no column {column!r}; it has {', '.join(names)}")


def _numbers(path: Any, names: list[str], lines: list[int], rows: list[list[str]], columns: list[int], to: Any) -> Any:
    """These columns' numbers, (rows, columns); an error for the first cell that is none, or none that `to` holds."""
    found = np.empty((len(rows), len(columns)), to)
    for i, row in enumerate(rows):
        try:
            with np.errstate(over="ignore"):
                found[i] = [float(row[k]) for k in columns]
            right = bool(np.all(np.isfinite(found[i])))
        except ValueError:
            right = False
        if not right or "_" in "".join(row):  # Python's float takes 1_000, and so would a slip be a number
            for k in columns:
                _check(path, names[k], lines[i], row[k], to)
    return found


def _check_words(path: Any, name: str, lines: list[int], words: list[str]) -> None:
    for line, word in zip(lines, words, strict=True):
        if word.lower() in MISSING or _is_number(word):
            found = repr(word) if word else "nothing"
            raise DataFileError(f"{path}, line {line}, column {name!r}", found, f"a word, as in line {lines[0]}")


def _check(path: Any, name: str, line: int, cell: str, to: Any) -> None:
    place = f"{path}, line {line}, column {name!r}"
    if not cell.strip():
        raise DataFileError(place, "nothing", "a number: leave lines with missing values out, or fill them in")
    if not _is_number(cell):
        way_out = (
            "" if cell.strip().lower() in MISSING else f": without=[{name!r}] leaves out a column that is no input"
        )
        raise DataFileError(place, f"{cell!r}", f"a number{way_out}")
    with np.errstate(over="ignore"):
        if not np.isfinite(np.asarray(float(cell)).astype(to)):
            raise DataFileError(place, f"{cell!r}", f"a number that {np.dtype(to)} holds")


def _is_number(cell: str) -> bool:
    """Whether it is a finite number; nan is none, for that is how some write what is missing."""
    try:
        return bool(np.isfinite(float(cell))) and "_" not in cell
    except ValueError:
        return False
