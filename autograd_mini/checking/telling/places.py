"""Where the wrong elements of an argument lie, in words: on the diagonal, in a row, those that are negative."""

import numpy as np

from ..numbers.vectors import Array
from .tables import Block


def name_place(where: Array, block: Block) -> str:
    """The elements of the argument in which there are some of these entries, in words."""
    chosen, n = np.asarray(where.any(0)), where.shape[1]
    if np.sum(chosen) == n:
        rows = where.any(1)
        of = "" if np.all(rows | ~block.expected.any(1)) else _slab(rows.reshape(block.output))
        return name_all(block) + (f", of f's elements {of}" if of else "")
    if np.sum(chosen) == 1:
        return f"the element {tuple(map(int, np.unravel_index(np.argmax(chosen), block.shape)))}"
    count = f"{np.sum(chosen)} of {n} elements"
    which = (
        _corner(chosen.reshape(block.shape)) or _told_by_number(chosen, block.x) or _slab(chosen.reshape(block.shape))
    )
    return f"{count}, {which}" if which else count


def name_all(block: Block) -> str:
    """All elements of the argument, in words; "" where it is a number."""
    n = block.expected.shape[1]
    return "" if block.shape == () else f"all {n} elements" if n > 1 else "its one element"


def _told_by_number(chosen: Array, x: Array) -> str:
    """What the elements' own numbers have that those of the others have not."""
    for called, kind in ("negative", x < 0.0), ("positive", x > 0.0), ("0", x == 0.0), ("not 0", x != 0.0):
        if np.array_equal(chosen, kind):
            return f"those that are {called}"
    if min(np.sum(chosen), np.sum(~chosen)) > 1:
        for called, number in ("", x), (" in magnitude", np.abs(x)):
            inside, outside = number[chosen], number[~chosen]
            if np.min(inside) > np.max(outside):
                return f"those from {np.min(inside):.6g} on{called}"
            if np.max(inside) < np.min(outside):
                return f"those up to {np.max(inside):.6g}{called}"
    return ""


def _corner(chosen: Array) -> str:
    """Where the elements of a matrix, or of each in a stack, lie."""
    if chosen.ndim < 2 or min(chosen.shape[-2:]) < 2:
        return ""
    ones = np.ones(chosen.shape, bool)
    diagonal = np.tril(ones) & np.triu(ones)
    kinds = {
        "those on the diagonal": diagonal,
        "those off the diagonal": ~diagonal,
        "those above the diagonal": ~np.tril(ones),
        "those below the diagonal": ~np.triu(ones),
        "those on and above the diagonal": np.triu(ones),
        "those on and below the diagonal": np.tril(ones),
    }
    return next((words for words, kind in kinds.items() if np.array_equal(chosen, kind)), "")


def _slab(chosen: Array) -> str:
    """Which indices of one axis the elements have, where these make a row without gaps, or its two ends."""
    for axis, length in enumerate(chosen.shape):
        others = tuple(k for k in range(chosen.ndim) if k != axis)
        indices = np.flatnonzero(chosen.all(others))
        if not 0 < indices.size < length or not np.array_equal(chosen.any(others), chosen.all(others)):
            continue
        first, last = int(indices[0]), int(indices[-1])
        if indices.size == 1:
            return f"at index {first} of axis {axis}" + (", the last" if first == length - 1 else "")
        if indices.size == last - first + 1:
            return f"at the indices {first} to {last} of axis {axis}"
        if (first, last, indices.size) == (0, length - 1, 2):
            return f"at the first and the last index of axis {axis}"
    return ""
