"""The order in which like numbers lie in their array: one in which what they are computed from is met in even steps."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .strides import walk

PARTS = 8  # at most, into which like numbers are split that a user's code computed in turns

Positions = Any  # an array of whole numbers


def arranged(rows: Sequence[Positions]) -> list[Positions]:
    """Orders for numbers whose inputs lie at these positions, a row for each input; several where they are split.

    What sweeps back is computed last to first, what a user shuffles in any order, and the two slopes of a product in
    turns: these make two arrays, as does one number that lies apart. Where no order is even, they stay as they are.

    >>> arranged([np.array([2, 1, 0])])
    [array([2, 1, 0])]
    >>> arranged([np.array([0, 9, 1, 7, 2, 5])])
    [array([0, 2, 4]), array([5, 3, 1])]
    """
    count = len(rows[0]) if rows else 0
    as_they_are = np.arange(count)
    if (order := _even(rows, as_they_are)) is not None:
        return [order]
    by_position = np.lexsort(tuple(reversed(rows)))
    if (order := _even(rows, by_position)) is not None:
        return [order]
    for parts in range(2, PARTS + 1):
        if count % parts == 0 and count >= 3 * parts:  # two numbers are always in even steps
            orders = [_even(rows, as_they_are[i::parts]) for i in range(parts)]
            if all(order is not None for order in orders):
                return orders
    for end in (1, count - 1):
        orders = [_even(rows, part) for part in (as_they_are[:end], as_they_are[end:]) if len(part)]
        if count > 3 and all(order is not None for order in orders):
            return orders
    return [as_they_are]


def _even(rows: Sequence[Positions], order: Positions) -> Positions | None:
    """The order, from its other end if all steps are backwards; None where they are not even."""
    strides = []
    for row in rows:
        found = walk(row[order])
        if found is None:
            return None
        strides += [axis.stride for axis in found.axes[:1] if axis.stride]
    return order[::-1] if strides and max(strides) < 0 else order
