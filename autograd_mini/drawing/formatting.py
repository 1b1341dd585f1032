"""Numbers as text: in four digits, small arrays whole, large ones in brief."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..languages import say

Grid = tuple[tuple[str, ...], ...]
"""Rows of cells of text: one cell for a scalar, one row for a vector."""

DASH: Grid = (("–",),)
LARGEST = 4  # an axis longer than this is not written out
MOST_DECIMALS = 5
DIGITS, ALL = 4, 17  # significant digits: what a number has by itself, what tells any float from all others
MOST_TO_TELL = 9  # digits, beyond which a number is said to be nearly whole


def format_number(x: Any, digits: int = DIGITS) -> str:
    """A number in so many significant digits, whole numbers below a million in all of theirs; float() reads it back.

    What is not whole is not written as if it were: it has more digits, or, where these are too many, a sign "≈".

    x: a float, or an array of one element.

    >>> [format_number(x) for x in (-6.0, 0.70710678, -0.0, 1234567.0, 1e-9)]
    ['-6', '0.7071', '0', '1.235e6', '1e-9']
    >>> [format_number(x) for x in (1.0001, 12345.67, 1000001.0, 1 - 2**-53)], format_number(0.1 + 0.2, ALL)
    (['1.0001', '12345.7', '1.000e6', '≈1'], '0.30000000000000004')
    """
    if digits == ALL:
        return _write_all_digits(np.asarray(x).ravel()[0])
    x = float(x if type(x) is float else np.asarray(x).item()) + 0.0  # which makes -0.0 a plain 0
    size = abs(x)
    if not size < float("inf"):
        return str(x)
    if size < 1e6 and x.is_integer():
        return f"{x:.0f}"
    if size >= 1e6 or size < 1e-4:
        mantissa, _, exponent = f"{x:.{digits - 1}e}".partition("e")
        shortest = mantissa.rstrip("0").rstrip(".")
        is_exact = float(f"{shortest}e{exponent}") == x
        return f"{shortest if is_exact else mantissa}e{int(exponent)}"
    if size >= 1e4:
        digits = max(digits, 6 + (size >= 1e5))  # at least one decimal
    for more in range(digits, max(digits, MOST_TO_TELL) + 1):
        text = f"{x:.{more}g}"
        if "." in text:
            return text
    return f"≈{x:.0f}"


def format_exactly(data: Any) -> str:
    """The shortest text that tells each number from all others of its kind; of a large array as `format_grid`.

    >>> format_exactly(0.1 + 0.2), format_exactly(np.array([0.1, 2.0], np.float32))
    ('0.30000000000000004', '[0.1 2]')
    """
    array = np.asarray(data)
    if not is_small(array):
        return ", ".join(row[0] for row in format_grid(array, ALL))
    cells = [[_write_all_digits(x) for x in row] for row in _find_rows(array)]
    rows = [" ".join(row) for row in cells]
    return rows[0] if array.ndim == 0 else f"[{'; '.join(rows)}]"


def _write_all_digits(x: Any) -> str:
    text = str(x + 0.0).removesuffix(".0")
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def format_grid(data: Any, digits: int = DIGITS) -> Grid:
    """A float or an array: the numbers themselves where they are few, else their range and norm.

    digits: significant ones, at least.

    >>> format_grid(2.5)
    (('2.5',),)
    >>> format_grid(np.eye(2))
    (('1', '0'), ('0', '1'))
    >>> format_grid(np.arange(100.0)), format_grid(np.zeros(100))
    ((('0 … 99',), ('norm 573.02',)), (('all 0',), ('norm 0',)))
    """
    if type(data) is float:
        return ((format_number(data, digits),),)
    array = np.asarray(data)
    if is_small(array):
        return _write_out(array, digits)
    if not array.size:
        return ((say("empty"),),)
    return ((_format_range(array, digits),), (_format_norm(array, digits),))


def format_brief(data: Any, digits: int = DIGITS) -> Grid:
    """As `format_grid`, but a large array's norm alone: what fits beside an arrow, where its shape stands already.

    >>> format_brief(np.ones((10, 10)))
    (('norm 10',),)
    """
    array = np.asarray(data)
    return format_grid(array, digits) if is_small(array) or not array.size else format_norm(array, digits)


def format_norm(data: Any, digits: int = DIGITS) -> Grid:
    """An array's norm alone, however small it is.

    >>> format_norm(np.array([3.0, 4.0]))
    (('norm 5',),)
    """
    return ((_format_norm(np.asarray(data), digits),),)


def format_span(many: Sequence[Any]) -> Grid:
    """The smallest and the largest number in many floats or arrays; a dash where one of them is None.

    >>> format_span([3.0, -1.0]), format_span([2.0, None]), format_span([2.0, 2.0])
    ((('-1 … 3',),), (('–',),), (('all 2',),))
    """
    if any(x is None for x in many):
        return DASH
    is_plain = all(type(x) is float for x in many)  # then one array holds them: a tenth of the time
    array = np.array(many) if is_plain else np.concatenate([np.ravel(x) for x in many])
    return ((_format_range(array),),) if array.size else ((say("empty"),),)


def is_small(data: Any) -> bool:
    """Whether all the numbers of a float or an array are written out.

    >>> is_small(2.5), is_small(np.eye(2)), is_small(np.zeros(100)), is_small(np.zeros(0)), is_small(np.ones((1, 1, 1)))
    (True, True, False, False, True)
    """
    size = np.size(data)
    return size == 1 or (np.ndim(data) <= 2 and size > 0 and max(np.shape(data)) <= LARGEST)


def _find_rows(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The rows of a small array: one number has one, whatever its axes."""
    return array.reshape(1, 1) if array.size == 1 else np.atleast_2d(array)


def _format_range(array: np.ndarray[Any, Any], digits: int = DIGITS) -> str:
    low, high = array.min(), array.max()  # compared as numbers: as text, those that nearly agree are the same
    if low == high:
        return say("all {0}", format_number(low, digits))
    if not np.isnan(low):
        return f"{format_number(low, digits)} … {format_number(high, digits)}"
    rest = array[~np.isnan(array)]
    return say("nan, else {0}", _format_range(rest, digits)) if rest.size else say("all {0}", "nan")


def _write_out(array: np.ndarray[Any, Any], digits: int) -> Grid:
    """Each number in as many decimals as the one that needs most, so that the points stand in a column."""
    rows = _find_rows(array)
    cells = tuple(tuple(format_number(x, digits) for x in row) for row in rows)
    text = "".join(map("".join, cells))
    decimals = max(len(cell.partition(".")[2]) for row in cells for cell in row)
    if decimals > max(MOST_DECIMALS, min(digits, MOST_TO_TELL)) or "e" in text or "≈" in text:
        return cells
    return tuple(tuple(f"{x + 0.0:.{decimals}f}" for x in row) for row in rows)


def _format_norm(array: np.ndarray[Any, Any], digits: int) -> str:
    return f"norm {format_number(np.linalg.norm(array.ravel()), digits)}"
