"""Constants and parameters as Python writes them."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...errors import KindError, describe


class Name(str):
    """A parameter that is an argument, by its name."""

    __slots__ = ()


def literal(x: Any) -> str:
    """A parameter or a constant; a KindError for what no source could hold.

    >>> literal((1, slice(None, 3), -np.inf)), literal(np.array([[1.0, 0.5]], np.float32))
    ('(1, slice(None, 3, None), -np.inf)', 'np.array([[1.0, 0.5]], np.float32)')
    """
    if isinstance(x, Name):
        return str(x)
    if isinstance(x, np.ndarray):
        return _array(x)
    if isinstance(x, np.generic):
        x = x.item()
    if isinstance(x, float):
        return repr(x) if np.isfinite(x) else f"{'-' * (x < 0)}np.{'nan' if x != x else 'inf'}"
    if isinstance(x, tuple):
        return f"({', '.join(map(literal, x))}{',' * (len(x) == 1)})"
    if isinstance(x, list):
        return f"[{', '.join(map(literal, x))}]"
    if x is Ellipsis:
        return "..."
    if isinstance(x, slice):
        return f"slice({', '.join(map(literal, (x.start, x.stop, x.step)))})"
    if isinstance(x, np.dtype) or (isinstance(x, type) and issubclass(x, np.generic | float)):
        return f"np.{np.dtype(x).name}"
    if x is None or isinstance(x, bool | int | str):
        return repr(x)
    raise KindError(f"no source can hold {describe(x)}: run the program itself")


def quoted(x: Any) -> str:
    """A text between double quotes where it needs no others, anything else as Python writes it.

    >>> print(quoted("W"), quoted('say "a"'), quoted(2))
    "W" 'say "a"' 2
    """
    words = repr(x)
    return f'"{x}"' if isinstance(x, str) and words == f"'{x}'" and '"' not in x else words


def write_index(index: Any) -> str:
    """What stands between the brackets of an index.

    >>> write_index((slice(1, None), None, 2))
    '1:, None, 2'
    """
    if isinstance(index, tuple) and index:
        return ", ".join(map(_index_part, index)) + "," * (len(index) == 1)
    return _index_part(index)


def _index_part(part: Any) -> str:
    if not isinstance(part, slice):
        return literal(part)
    start, stop, step = ("" if x is None else literal(x) for x in (part.start, part.stop, part.step))
    return f"{start}:{stop}" + (f":{step}" if step else "")


def _array(x: Any) -> str:
    if x.shape == () and x.dtype == np.float64:
        return f"np.float64({literal(x.item())})"
    dtype = "" if x.dtype in (np.float64, np.int64, np.bool_) and x.size else f", np.{x.dtype.name}"
    return f"np.array({literal(x.tolist())}{dtype})" if x.size else f"np.empty({x.shape}{dtype})"


def wrapped(text: str, width: int = 100) -> Iterator[str]:
    """A long line cut after commas, between the rows of a matrix if it can be; what follows indented by four more."""
    indent = " " * (len(text) - len(text.lstrip()) + 4)
    while len(text) > width:
        rows = text.rfind("], [", 0, width) + 1
        cut = rows if rows > width // 2 else text.rfind(", ", 0, width)
        if cut <= len(indent):
            break
        yield text[: cut + 1]
        text = indent + text[cut + 2 :]
    yield text
