"""Views in libraries that know no strides: slices where a view is one, positions where it is not."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..lifting.listing import View
from ..lifting.strides import Axis

Read = Callable[[Any, Any], Any]
"""read(xp, row): the view's elements, of a buffer laid in a row."""


def positions(view: View) -> Any:
    """Where each element of a view lies in its buffer.

    >>> positions(View(0, 1, (2, 2), (3, 1)))
    array([[1, 2],
           [4, 5]])
    """
    found = np.array(view.offset)
    for k, (length, stride) in enumerate(zip(view.shape, view.strides, strict=True)):
        found = found + (stride * np.arange(length)).reshape(-1, *[1] * (len(view.shape) - k - 1))
    return found


def is_whole(view: View, size: int) -> bool:
    """Whether a view is all elements of its buffer in their order."""
    step = 1
    for length, stride in zip(reversed(view.shape), reversed(view.strides), strict=True):
        if length != 1 and stride != step:
            return False
        step *= length
    return view.offset == 0 and step == size


def reader(view: View, size: int) -> Read:
    """What gives the view of a buffer of so many elements: a function of the library and the buffer in a row."""
    shape = view.shape
    if is_whole(view, size) or 0 in shape:
        return lambda xp, row: xp.reshape(row[:0] if 0 in shape else row, shape)
    start = view.offset + sum(
        (length - 1) * stride for length, stride in zip(view.shape, view.strides, strict=True) if stride < 0
    )
    moving = [k for k, length in enumerate(shape) if length > 1 and view.strides[k]]
    order = sorted(moving, key=lambda k: -abs(view.strides[k]))
    found = _cuts(start, [Axis(shape[k], abs(view.strides[k])) for k in order], size)
    if found is None:
        return _gather(positions(view))
    cuts, last = found
    axes = tuple(order.index(k) for k in moving)
    backwards = tuple(i for i, k in enumerate(moving) if view.strides[k] < 0)
    spread = tuple(shape[k] if k in moving else 1 for k in range(len(shape)))

    def read(xp: Any, row: Any) -> Any:
        x = row
        for first, length, stride in cuts:
            x = x[..., first : first + length * stride]
            x = xp.reshape(x, (*x.shape[:-1], length, stride))
        x = x[..., last]
        x = xp.permute_dims(x, axes) if axes != tuple(range(len(axes))) else x
        x = xp.flip(x, axis=backwards) if backwards else x
        x = xp.reshape(x, spread) if tuple(x.shape) != spread else x
        return xp.broadcast_to(x, shape) if spread != shape else x

    return read


def _cuts(start: int, axes: Sequence[Axis], size: int) -> tuple[list[tuple[int, int, int]], int] | None:
    """How an axis is sliced and folded, the last axis again each time, and which place of the last is left.

    (first, length, stride): from the first element on, as length rows of stride elements. None where axes overlap.
    """
    cuts = []
    for k, (length, stride) in enumerate(axes):
        reach = 1 + sum((axis.length - 1) * axis.stride for axis in axes[k + 1 :])
        before = max(0, start + length * stride - size)  # the last row may end where the buffer does
        if before > start or before + reach > stride:
            return None
        cuts.append((start - before, length, stride))
        start, size = before, stride
    return cuts, start


def _gather(places: Any) -> Read:
    row_of_places = places.reshape(-1)

    def read(xp: Any, row: Any) -> Any:
        return xp.reshape(xp.take(row, beside(xp, row_of_places, row), axis=0), places.shape)

    return read


def beside(xp: Any, constant: Any, x: Any) -> Any:
    """A constant as an array of the library, on the device of an array that is there."""
    device = getattr(x, "device", None)
    return xp.asarray(constant) if device is None else xp.asarray(constant, device=device)
