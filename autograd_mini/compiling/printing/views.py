"""Strided views as a person writes them in NumPy: slices, transposes, reshapes and windows of an array with a name."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from ..lifting.listing import View, whole

Shape = tuple[int, ...]
FEW = 12  # elements whose places are written where there are no better words


class Written:
    """An expression together with what it gives: the positions, in the array it starts from, of its elements."""

    def __init__(self, text: str, positions: Any) -> None:
        self.text, self.positions = text, positions

    def at(self, index: Sequence[Any]) -> "Written":
        """Whole numbers, slices and None, one for each axis; without those that change nothing."""
        parts = list(index)
        while parts and parts[-1] == slice(None):
            parts.pop()
        if not parts:
            return self
        words = ", ".join(map(_index_words, parts))
        return Written(f"{self.text}[{words}]", self.positions[tuple(parts)])

    def reshaped(self, shape: Shape) -> "Written":
        """The same elements in another shape."""
        if self.positions.shape == shape:
            return self
        text = self.text.removesuffix(".ravel()")
        words = "ravel()" if len(shape) == 1 else f"reshape({', '.join(map(str, shape)) or '()'})"
        return Written(f"{text}.{words}", self.positions.reshape(shape))

    def transposed(self, axes: Sequence[int]) -> "Written":
        """The axes in another order."""
        if list(axes) == sorted(axes):
            return self
        is_reversed = list(axes) == list(range(len(axes)))[::-1]
        words = "T" if is_reversed else f"transpose({', '.join(map(str, axes))})"
        return Written(f"{self.text}.{words}", self.positions.transpose(axes))


def write_view(name: str, shape: Shape, view: View, itemsize: int = 8) -> str:
    """The view as an expression of the array of that name and shape, its elements laid out in order.

    >>> from autograd_mini.compiling.lifting.listing import View
    >>> write_view("p", (337,), View(0, 2, (16,), (3,)))
    'p[2:48:3]'
    >>> write_view("p", (337,), View(0, 0, (2, 16), (1, 3)))
    'p[:48].reshape(16, 3)[:, :2].T'
    >>> write_view("x", (4, 5), View(0, 0, (4, 3, 5), (5, 0, 1)))
    'np.broadcast_to(x[:, None], (4, 3, 5))'
    """
    text = write_broadcast(name, shape, view, itemsize, is_exact=True)
    if any(stride == 0 and length > 1 for length, stride in zip(view.shape, view.strides, strict=True)):
        return f"np.broadcast_to({text}, {view.shape})"
    return text


def write_broadcast(name: str, shape: Shape, view: View, itemsize: int = 8, *, is_exact: bool = False) -> str:
    """An expression that broadcasts to the view: axes that only repeat are None, and left out where they lead.

    is_exact: axes of length 1 at the front stay.
    """
    if view == whole(view.buffer, shape):
        return name
    if 0 in view.shape:
        return f"np.empty({view.shape}, np.float{8 * itemsize})"
    if is_exact and view == whole(view.buffer, view.shape) and view.size == prod(shape) and 1 in shape:
        return Written(name, np.empty(shape)).reshaped(view.shape).text
    own = [k for k, (n, stride) in enumerate(zip(view.shape, view.strides, strict=True)) if n != 1 and stride]
    core = View(view.buffer, view.offset, tuple(view.shape[k] for k in own), tuple(view.strides[k] for k in own))
    found = _write_core(name, shape, core, itemsize)
    index: list[Any] = [slice(None) if k in own else None for k in range(len(view.shape))]
    if not is_exact or any(n != 1 and k not in own for k, n in enumerate(view.shape)):
        while index and index[0] is None:
            index.pop(0)
    if None not in index:
        return found.text
    if found.text.endswith("]") and found.text.count("[") == 1 and not found.text.startswith("np."):
        return _joined_index(found.text, index)
    return found.at(index).text


def _joined_index(text: str, index: list[Any]) -> str:
    """x[1:, 0] with the axes that stay as index says: one pair of brackets in place of two, where that is plain."""
    name, inside = text[:-1].split("[", 1)
    parts = inside.split(", ")
    if any(":" not in part for part in parts) or len(parts) > index.count(slice(None)):
        return Written(text, np.empty((1,) * index.count(slice(None)))).at(index).text
    own = iter(parts)
    words = [next(own, ":") if part is not None else "None" for part in index]
    while words[-1] == ":":
        words.pop()
    return f"{name}[{', '.join(words)}]"


def write_target(name: str, shape: Shape, view: View, itemsize: int = 8) -> str:
    """The view as what is assigned to.

    >>> write_target("x", (4, 5), View(0, 5, (5,), (1,)))
    'x[1]'
    """
    own = [k for k, n in enumerate(view.shape) if n != 1]
    core = View(view.buffer, view.offset, tuple(view.shape[k] for k in own), tuple(view.strides[k] for k in own))
    if core == whole(view.buffer, shape):
        return f"{name}[...]"
    found = _write_core(name, shape, core, itemsize, _ATTEMPTS[:-1])
    if "[[" in found.text:  # picked one by one, in a copy: what is picked of that again would not be assigned to
        return f"{found.text.split('[[')[0]}[{view.of(np.arange(prod(shape))).tolist()}]"
    index = [slice(None) if k in own else None for k in range(len(view.shape))]
    text = found.at(index).text if None in index and own else found.text
    return text if text.endswith("]") else f"{text}[...]"


def _write_core(name: str, shape: Shape, view: View, itemsize: int, attempts: Sequence[Any] | None = None) -> Written:
    """A view every axis of which moves."""
    size = prod(shape)
    base = Written(name, np.arange(size).reshape(shape))
    wanted = view.of(np.arange(size))
    for attempt in attempts or _ATTEMPTS:
        found: Written | None = attempt(base, view)
        if found is not None and np.array_equal(found.positions, wanted):
            return found
    if any(stride < 0 for stride in view.strides):
        moves = [(n - 1) * min(0, stride) for n, stride in zip(view.shape, view.strides, strict=True)]
        turned = View(view.buffer, view.offset + sum(moves), view.shape, tuple(map(abs, view.strides)))
        back = [slice(None, None, -1) if stride < 0 else slice(None) for stride in view.strides]
        return _write_core(name, shape, turned, itemsize, attempts).at(back)
    flat = base.reshaped((size,))
    if view.size <= FEW:
        return Written(f"{flat.text}[{wanted.tolist()}]", wanted)
    start = flat.at([slice(view.offset, None)] if view.offset else [])
    strides = tuple(stride * itemsize for stride in view.strides)
    return Written(f"np.lib.stride_tricks.as_strided({start.text}, {view.shape}, {strides})", wanted)


def _whole(base: Written, view: View) -> Written | None:
    return base if base.positions.shape == view.shape else None


def _sliced(base: Written, view: View) -> Written | None:
    """Each axis along one of the array's own."""
    shape = base.positions.shape
    steps = _steps(shape)
    starts = np.unravel_index(view.offset, shape) if shape else ()
    index: list[Any] = [int(i) for i in starts]
    order: list[int] = []
    for length, stride in zip(view.shape, view.strides, strict=True):
        k = _axis_of(shape, steps, abs(stride))
        if k is None or k in order:
            return None
        found = _slice(index[k], length, stride // steps[k], shape[k])
        if found is None:
            return None
        index[k] = found
        order.append(k)
    ranked = sorted(order)
    return base.at(index).transposed([ranked.index(k) for k in order])


def _axis_of(shape: Shape, steps: Sequence[int], stride: int) -> int | None:
    """The axis of which the stride is whole steps, fewer than it is long."""
    return next((k for k, step in enumerate(steps) if stride % step == 0 and stride // step < shape[k]), None)


def _slice(start: int, length: int, step: int, longest: int) -> slice | None:
    last = start + (length - 1) * step
    if not 0 <= last < longest:
        return None
    if step > 0:
        return slice(start or None, None if last + step >= longest else last + 1, None if step == 1 else step)
    return slice(None if start == longest - 1 else start, last - 1 if last > 0 else None, step)


def _stretch(base: Written, view: View) -> Written | None:
    """Elements that lie one after another, in another shape and perhaps transposed."""
    order = sorted(range(len(view.shape)), key=lambda k: -view.strides[k])
    lengths = tuple(view.shape[k] for k in order)
    if _steps(lengths) != [view.strides[k] for k in order]:
        return None
    size = base.positions.size
    if view.size != size:
        base = base.reshaped((size,)).at([_slice(view.offset, view.size, 1, size)])
    return base.reshaped(lengths).transposed([order.index(k) for k in range(len(order))])


def _gridded(base: Written, view: View) -> Written | None:
    """Rows of equal length of which each gives the same elements: a stretch, reshaped, and slices of that."""
    size = base.positions.size
    order = sorted(range(len(view.shape)), key=lambda k: -view.strides[k])
    strides = [view.strides[k] for k in order]
    lengths = [view.shape[k] for k in order]
    if not strides or strides[-1] <= 0:
        return None
    steps = strides if strides[-1] == 1 else [*strides, 1]
    if any(outer % inner for outer, inner in pairwise(steps)):
        return None
    rows, row = lengths[0], steps[0]
    grid = (rows, *(outer // inner for outer, inner in pairwise(steps)))
    start = max(0, min(view.offset, size - rows * row))  # so that the last row is whole, too
    if start + rows * row > size or view.offset - start >= row:
        return None
    first = [int(i) for i in np.unravel_index(view.offset - start, grid)]
    index: list[Any] = list(first)
    for k, length in enumerate(lengths):
        found = _slice(first[k], length, 1, grid[k])
        if found is None:
            return None
        index[k] = found
    flat = base.reshaped((size,)).at([_slice(start, rows * row, 1, size)])
    return flat.reshaped(grid).at(index).transposed([order.index(k) for k in range(len(order))])


def _windowed(base: Written, view: View) -> Written | None:
    """Windows: two axes of the view go along the same axis of the array, the later one within the window."""
    shape = base.positions.shape
    steps = _steps(shape)
    along = [_axis_of(shape, steps, abs(stride)) for stride in view.strides]
    if any(k is None or stride < 0 or along.count(k) > 2 for k, stride in zip(along, view.strides, strict=True)):
        return None
    doubled = sorted({k for k in along if k is not None and along.count(k) == 2})
    inner = {k: len(along) - 1 - along[::-1].index(k) for k in doubled}
    reach = {k: (view.shape[i] - 1) * (view.strides[i] // steps[k]) + 1 for k, i in inner.items()}
    if any(reach[k] > shape[k] for k in doubled):
        return None
    words = tuple(reach[k] for k in doubled), tuple(doubled)
    called = ", ".join(str(part[0] if len(part) == 1 else part) for part in words)
    windows = np.lib.stride_tricks.sliding_window_view(base.positions, *words)
    found = Written(f"np.lib.stride_tricks.sliding_window_view({base.text}, {called})", windows)
    index: list[Any] = [int(i) for i in np.unravel_index(view.offset, shape)]
    order: list[int] = []
    index += [slice(None, None, view.strides[inner[k]] // steps[k]) for k in doubled]
    index = [slice(None) if part == slice(None, None, 1) else part for part in index]
    for i, k in enumerate(along):
        assert k is not None
        if inner.get(k) == i:
            order.append(len(shape) + doubled.index(k))
            continue
        cut = _slice(index[k], view.shape[i], view.strides[i] // steps[k], windows.shape[k])
        if cut is None:
            return None
        index[k] = cut
        order.append(k)
    ranked = sorted(order)
    return found.at(index).transposed([ranked.index(k) for k in order])


_ATTEMPTS = (_whole, _sliced, _stretch, _gridded, _windowed)


def _steps(shape: Sequence[int]) -> list[int]:
    """The strides of an array whose elements lie in order."""
    return [prod(shape[k + 1 :]) for k in range(len(shape))]


def _index_words(part: Any) -> str:
    if not isinstance(part, slice):
        return str(part)
    start, stop, step = ("" if x is None else str(x) for x in (part.start, part.stop, part.step))
    return f"{start}:{stop}" + (f":{step}" if step else "")
