"""Numbers as text: in four digits, small arrays whole, large ones in brief."""

from collections.abc import Sequence
from typing import Any

import numpy as np

Grid = tuple[tuple[str, ...], ...]
"""Rows of cells of text: one cell for a scalar, one row for a vector."""

DASH: Grid = (("–",),)
LARGEST = 4  # an axis longer than this is not written out
MOST_DECIMALS = 5


def format_number(x: Any) -> str:
    """A number in four significant digits, whole numbers below a million in all of theirs; float() reads it back.

    x: a float, or an array of one element.

    >>> [format_number(x) for x in (-6.0, 0.70710678, -0.0, 1234567.0, 1e-9)]
    ['-6', '0.7071', '0', '1.235e6', '1e-9']
    """
    x = np.asarray(x).item() + 0.0  # which makes -0.0 a plain 0
    if abs(x) < 1e6 and (x.is_integer() or abs(x) >= 1e4):
        return f"{x:.0f}"
    mantissa, e, exponent = f"{x:.4g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def format_grid(data: Any) -> Grid:
    """A float or an array: the numbers themselves where they are few, else their range and norm.

    >>> format_grid(2.5)
    (('2.5',),)
    >>> format_grid(np.eye(2))
    (('1', '0'), ('0', '1'))
    >>> format_grid(np.arange(100.0)), format_grid(np.zeros(100))
    ((('0 … 99',), ('norm 573',)), (('all 0',), ('norm 0',)))
    """
    array = np.asarray(data)
    if is_small(array):
        return _write_out(array)
    if not array.size:
        return (("empty",),)
    return ((_format_range(array),), (_format_norm(array),))


def format_brief(data: Any) -> Grid:
    """As `format_grid`, but a large array's norm alone: what fits beside an arrow, where its shape stands already.

    >>> format_brief(np.ones((10, 10)))
    (('norm 10',),)
    """
    array = np.asarray(data)
    return format_grid(array) if is_small(array) or not array.size else format_norm(array)


def format_norm(data: Any) -> Grid:
    """An array's norm alone, however small it is.

    >>> format_norm(np.array([3.0, 4.0]))
    (('norm 5',),)
    """
    return ((_format_norm(np.asarray(data)),),)


def format_span(many: Sequence[Any]) -> Grid:
    """The smallest and the largest number in many floats or arrays; a dash where one of them is None.

    >>> format_span([3.0, -1.0]), format_span([2.0, None]), format_span([2.0, 2.0])
    ((('-1 … 3',),), (('–',),), (('all 2',),))
    """
    if any(x is None for x in many):
        return DASH
    is_plain = all(type(x) is float for x in many)  # then one array holds them: a tenth of the time
    array = np.array(many) if is_plain else np.concatenate([np.ravel(x) for x in many])
    return ((_format_range(array),),) if array.size else (("empty",),)


def is_small(data: Any) -> bool:
    """Whether all the numbers of a float or an array are written out.

    >>> is_small(2.5), is_small(np.eye(2)), is_small(np.zeros(100)), is_small(np.zeros(0))
    (True, True, False, False)
    """
    return np.ndim(data) <= 2 and np.size(data) > 0 and max(np.shape(data), default=1) <= LARGEST


def _format_range(array: np.ndarray[Any, Any]) -> str:
    low, high = array.min(), array.max()  # compared as numbers: as text, those that nearly agree are the same
    if low == high:
        return f"all {format_number(low)}"
    if not np.isnan(low):
        return f"{format_number(low)} … {format_number(high)}"
    rest = array[~np.isnan(array)]
    return f"nan, else {_format_range(rest)}" if rest.size else "all nan"


def _write_out(array: np.ndarray[Any, Any]) -> Grid:
    """Each number in as many decimals as the one that needs most, so that the points stand in a column."""
    rows = np.atleast_2d(array)
    cells = tuple(tuple(map(format_number, row)) for row in rows)
    text = "".join(map("".join, cells))
    decimals = max(len(cell.partition(".")[2]) for row in cells for cell in row)
    if decimals > MOST_DECIMALS or "e" in text:
        return cells
    return tuple(tuple(f"{x + 0.0:.{decimals}f}" for x in row) for row in rows)


def _format_norm(array: np.ndarray[Any, Any]) -> str:
    return f"norm {format_number(np.linalg.norm(array.ravel()))}"
