"""Lists of positions read as nested strides: a walk that steps evenly is a view, any other a gather."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

Positions = Any  # an array of whole numbers


class Axis(NamedTuple):
    """So many steps of one stride, in elements."""

    length: int
    stride: int


class Walk(NamedTuple):
    """Positions start + i · stride + j · stride + …, the last axis fastest; without axes the start alone."""

    start: int
    axes: tuple[Axis, ...]


def walk(positions: Positions) -> Walk | None:
    """The positions as the fewest nested strides, None where they are no such walk.

    >>> walk(np.array([5, 6, 7, 15, 16, 17]))
    Walk(start=5, axes=(Axis(length=2, stride=10), Axis(length=3, stride=1)))
    >>> walk(np.array([0, 1, 3])) is None
    True
    """
    start = int(positions[0])
    axes: list[Axis] = []
    while len(positions) > 1:
        differences = np.diff(positions)
        stride = int(differences[0])
        breaks = np.flatnonzero(differences != stride)
        length = int(breaks[0]) + 1 if len(breaks) else len(positions)
        if len(positions) % length:
            return None
        rows = positions.reshape(-1, length)
        if len(breaks) and (np.diff(rows, axis=1) != stride).any():
            return None
        axes.append(Axis(length, stride))
        positions = rows[:, 0]
    return Walk(start, tuple(reversed(axes)))


def refined(walks: Sequence[tuple[Axis, ...]]) -> list[tuple[Axis, ...]] | None:
    """Walks over equally many positions cut into axes of the same lengths; None where no such cut is.

    >>> refined([(Axis(6, 1),), (Axis(2, 0), Axis(3, 1))])
    [(Axis(length=2, stride=3), Axis(length=3, stride=1)), (Axis(length=2, stride=0), Axis(length=3, stride=1))]
    """
    left = [list(axes) for axes in walks]
    cut: list[list[Axis]] = [[] for _ in walks]
    while any(left):
        if not all(left):
            return None
        length = min(axes[-1].length for axes in left)
        for axes, done in zip(left, cut, strict=True):
            axis = axes.pop()
            if axis.length % length:
                return None
            done.append(Axis(length, axis.stride))
            if axis.length > length:
                axes.append(Axis(axis.length // length, axis.stride * length))
    return [tuple(reversed(axes)) for axes in cut]


def merged(walks: Sequence[tuple[Axis, ...]]) -> list[tuple[Axis, ...]]:
    """Walks of the same lengths with neighbouring axes joined wherever all of them step on evenly.

    >>> merged([(Axis(2, 3), Axis(3, 1)), (Axis(2, 6), Axis(3, 2))])
    [(Axis(length=6, stride=1),), (Axis(length=6, stride=2),)]
    """
    joined: list[list[Axis]] = []
    for axes in zip(*walks, strict=True):
        if joined and all(
            before.stride == axis.length * axis.stride for before, axis in zip(joined[-1], axes, strict=True)
        ):
            joined[-1] = [
                Axis(before.length * axis.length, axis.stride) for before, axis in zip(joined[-1], axes, strict=True)
            ]
        else:
            joined.append(list(axes))
    return [tuple(axes) for axes in zip(*joined, strict=True)] if joined else [() for _ in walks]
