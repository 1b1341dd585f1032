"""Views as places in memory: from where to where they reach, and the elements of each, once, in order."""

from collections.abc import Sequence
from itertools import pairwise

from ..lifting.listing import View, whole


def extent(view: View) -> tuple[int, int]:
    """The first and the last element."""
    moves = [(n - 1) * stride for n, stride in zip(view.shape, view.strides, strict=True)]
    return view.offset + sum(min(0, x) for x in moves), view.offset + sum(max(0, x) for x in moves)


def run_of(runs: Sequence[tuple[int, int, int]], first: int, last: int) -> tuple[int, int, int] | None:
    """The run that holds the elements from first to last."""
    return next((run for run in runs if run[0] <= first and last < run[0] + run[1]), None)


def core_of(view: View) -> View | None:
    """The elements of a view, each once, in the order of memory; None where axes overlap as windows do."""
    axes = [(abs(stride), n) for n, stride in zip(view.shape, view.strides, strict=True) if n != 1 and stride]
    axes.sort(reverse=True)
    for (outer, _), (inner, n) in pairwise(axes):
        if outer < inner * n:
            return None
    return View(view.buffer, extent(view)[0], tuple(n for _, n in axes), tuple(stride for stride, _ in axes))


def in_terms_of(view: View, core: View, b: int, shape: Sequence[int] | None = None) -> View:
    """A view in terms of the array that holds its core; shape: 1 where the array has no such axis."""
    shape = core.shape if shape is None else shape
    steps = dict(zip(core.strides, whole(0, shape).strides, strict=True))
    lengths = dict(zip(core.strides, shape, strict=True))
    strides, offset = [], 0
    for n, stride in zip(view.shape, view.strides, strict=True):
        size = abs(stride)
        own = steps[size] if n != 1 and stride and lengths[size] != 1 else 0
        strides.append(own if stride >= 0 else -own)
        offset += (n - 1) * own if stride < 0 else 0
    return type(view)(b, offset, view.shape, tuple(strides))


def grid_of(view: View, size: int) -> tuple[int, ...]:
    """The shape in which the strides of a view are steps along the axes; flat where there is none."""
    steps = sorted({abs(stride) for stride in view.strides if stride}, reverse=True)
    steps += [] if steps and steps[-1] == 1 else [1]
    shape = (size // steps[0], *(a // b for a, b in pairwise(steps)))
    fits = size % steps[0] == 0 and all(a % b == 0 for a, b in pairwise(steps))
    return shape if fits else (size,)
