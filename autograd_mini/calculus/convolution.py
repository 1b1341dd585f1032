"""Convolution and pooling: windows of the last axes, then a matrix product or a reduction over each."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..admission import admit, admit_one
from ..errors import ShapeError, brief
from ..node import shape_of
from ..primitive import Multilinear, Operation
from ..registry import linear, operation, registered
from .choosing import where
from .linear import reshape, scatter
from .reductions import max, mean

Pair = int | tuple[int, int]
Lengths = tuple[int, ...]  # one for each of the last axes


MANY = 2**18  # elements of windows that are copied at a time, so that they stay in the cache


def reach_of(size: Lengths, dilation: Lengths) -> Lengths:
    """How far a window extends."""
    return tuple((n - 1) * d + 1 for n, d in zip(size, dilation, strict=True))


def views_of(x: Any, size: Lengths, stride: Lengths, dilation: Lengths) -> Any:
    """The windows as views into x: nothing is copied."""
    ndim, reach = len(size), reach_of(size, dilation)
    views = np.lib.stride_tricks.sliding_window_view(x, reach, axis=tuple(range(-ndim, 0)), writeable=True)
    every: Any = (..., *(slice(None, None, step) for step in (*stride, *dilation)))
    return np.moveaxis(views[every], range(-ndim, 0), range(-2 * ndim, -ndim))


def _read_only(x: Any, size: Lengths, stride: Lengths, dilation: Lengths) -> Any:
    views = views_of(x, size, stride, dilation)
    views.flags.writeable = False  # one element is in many windows
    return views


def _add_where_they_lie(views: Any, w: Any, ndim: int) -> None:
    for place in np.ndindex(w.shape[-2 * ndim : -ndim]):  # the elements at one place of all windows never meet
        index = (..., *place, *(slice(None),) * ndim)
        np.add(views[index], w[index], out=views[index])


def _overlapped(w: Any, shape: Lengths, stride: Lengths, dilation: Lengths) -> Any:
    ndim = len(shape)
    x = np.zeros((*w.shape[: -2 * ndim], *shape), w.dtype)
    _add_where_they_lie(views_of(x, w.shape[-2 * ndim : -ndim], stride, dilation), w, ndim)
    return x


windows: Operation = linear(
    "windows",
    _read_only,
    lambda g, x, size, stride, dilation: overlap_add(g, shape_of(x)[-len(size) :], stride, dilation),
    "Every window of that size in the last axes, (..., *size, *places): so many steps from one to the next (stride), "
    "and from element to element within it (dilation).",
    "windows(Tensor([1.0, 2.0, 3.0]), (2,), (1,), (1,)).data.tolist() → [[1.0, 2.0], [2.0, 3.0]]",
)
overlap_add: Operation = linear(
    "overlap_add",
    _overlapped,
    lambda g, w, shape, stride, dilation: windows(g, shape_of(w)[-2 * len(shape) : -len(shape)], stride, dilation),
    "Windows (..., *size, *places) added up where they lie in zeros of that shape: the adjoint of `windows`.",
    "overlap_add(Tensor([[1.0, 2.0], [5.0, 6.0]]), (3,), (1,), (1,)).data → array([1., 7., 6.])",
)


# The sum of g · conv(x, w) is linear in x, in the weights w and in g: each of the three operations is its derivative by
# one of them, and the derivatives of each are the other two. All are products of matrices, one for each example and
# group of channels: filters in rows, what each window has for them in columns.


def _conv(x: Any, w: Any, stride: Lengths, dilation: Lengths, groups: int) -> Any:
    filters, _, *size = w.shape
    views = views_of(x, tuple(size), stride, dilation)
    places = views.shape[2 + len(size) :]
    z = np.empty((len(x), groups, filters // groups, math.prod(places)), np.result_type(x, w))
    for part in _in_parts(views):
        np.matmul(_rows(w, groups), _columns(views[part], groups), out=z[part])
    return z.reshape(len(x), filters, *places)


def _conv_transpose(g: Any, w: Any, shape: Lengths, stride: Lengths, dilation: Lengths, groups: int) -> Any:
    filters, depth, *size = w.shape
    # Else windows of g are more to copy than those of x to add up; and a zero around g times an infinite weight is nan.
    if filters <= groups * depth and {*stride} == {1} and np.isfinite(w).all():
        return _conv(_surrounded(g, reach_of(tuple(size), dilation)), _mirrored(w, groups), stride, dilation, groups)
    x = np.zeros((len(g), groups * depth, *shape), np.result_type(g, w))
    views = views_of(x, tuple(size), stride, dilation)
    for part in _in_parts(views):
        columns = _rows(w, groups).mT @ _flat(g[part], groups)
        _add_where_they_lie(views[part], columns.reshape(views[part].shape), len(size))
    return x


def _surrounded(g: Any, reach: Lengths) -> Any:
    """g in zeros so wide that a window may lie at any place where it meets g at all."""
    return np.pad(g, [(0, 0), (0, 0), *((r - 1, r - 1) for r in reach)])


def _mirrored(w: Any, groups: int) -> Any:
    """The weights backwards along their windows, with filters for channels in each group and channels for filters."""
    filters, depth, *size = w.shape
    backwards = np.flip(w, tuple(range(2, w.ndim))).reshape(groups, filters // groups, depth, *size)
    return np.ascontiguousarray(backwards.swapaxes(1, 2)).reshape(groups * depth, filters // groups, *size)


def _conv_weights(x: Any, g: Any, size: Lengths, stride: Lengths, dilation: Lengths, groups: int) -> Any:
    filters, depth = g.shape[1], x.shape[1] // groups
    views = views_of(x, size, stride, dilation)
    w = np.zeros((groups, filters // groups, depth * math.prod(size)), np.result_type(x, g))
    for part in _in_parts(views):
        w += np.add.reduce(_flat(g[part], groups) @ _columns(views[part], groups).mT, axis=0)
    return w.reshape(filters, depth, *size)


def _rows(w: Any, groups: int) -> Any:
    filters, *rest = w.shape
    return w.reshape(groups, filters // groups, math.prod(rest))


def _columns(views: Any, groups: int) -> Any:
    n, channels, *rest = views.shape
    ndim = len(rest) // 2
    return views.reshape(n, groups, channels // groups * math.prod(rest[:ndim]), math.prod(rest[ndim:]))


def _flat(g: Any, groups: int) -> Any:
    n, filters, *places = g.shape
    return g.reshape(n, groups, filters // groups, math.prod(places))


def _in_parts(views: Any) -> Iterator[slice]:
    """So many examples at a time that a copy of their windows stays in the cache."""
    step = 1 + MANY // (1 + math.prod(views.shape[1:]))
    return (slice(start, start + step) for start in range(0, len(views), step))


conv: Operation = operation(
    Multilinear(
        "conv",
        _conv,
        (
            lambda g, z, x, w, *how: conv_transpose(g, w, shape_of(x)[2:], *how),
            lambda g, z, x, w, *how: conv_weights(x, g, shape_of(w)[2:], *how),
        ),
    ),
    inputs=2,
)
conv_transpose: Operation = operation(
    Multilinear(
        "conv_transpose",
        _conv_transpose,
        (
            lambda x, z, g, w, shape, *how: conv(x, w, *how),
            lambda x, z, g, w, shape, *how: conv_weights(x, g, shape_of(w)[2:], *how),
        ),
    ),
    inputs=2,
)
conv_weights: Operation = operation(
    Multilinear(
        "conv_weights",
        _conv_weights,
        (
            lambda w, z, x, g, size, *how: conv_transpose(g, w, shape_of(x)[2:], *how),
            lambda w, z, x, g, size, *how: conv(x, w, *how),
        ),
    ),
    inputs=2,
)


@registered("composed", "weight laid over each window of x", "g laid back through weight", "windows of x weighed by g")
def conv2d(x: Any, weight: Any, *, stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1, groups: int = 1) -> Any:
    """Each window of x times each of the filters, summed (cross-correlation, as in networks).

    x: (n, channels, height, width). weight: (filters, channels / groups, rows, columns). Gives (n, filters, …).

    >>> from autograd_mini import Tensor
    >>> conv2d(Tensor(np.ones((1, 1, 3, 3))), np.ones((1, 1, 2, 2))).data.tolist()
    [[[[4.0, 4.0], [4.0, 4.0]]]]
    """
    return _convolved("conv2d", x, weight, 2, stride, padding, dilation, groups)


@registered("composed", "weight laid over each window of x", "g laid back through weight", "windows of x weighed by g")
def conv1d(x: Any, weight: Any, *, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1) -> Any:
    """`conv2d` along one axis: x (n, channels, length), weight (filters, channels / groups, length).

    >>> from autograd_mini import Tensor
    >>> conv1d(Tensor([[[1.0, 2.0, 3.0]]]), np.ones((1, 1, 2))).data.tolist()
    [[[3.0, 5.0]]]
    """
    return _convolved("conv1d", x, weight, 1, stride, padding, dilation, groups)


def _convolved(name: str, x: Any, weight: Any, ndim: int, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    x, weight = admit(name, (x, weight))
    _refuse_channels(name, x, weight, 2 + ndim, groups)
    size, stride, padding, dilation = _for_each_axis(name, ndim, shape_of(weight)[2:], stride, padding, dilation)
    return conv(_fitting(name, x, size, padding, dilation), weight, stride, dilation, int(groups))


@registered("composed", "the largest in each window", "g to the largest in each window")
def max_pool2d(x: Any, size: Pair, *, stride: Pair | None = None, padding: Pair = 0) -> Any:
    """The largest of each window of x (n, channels, height, width); windows lie side by side unless a stride is given.

    >>> from autograd_mini import Tensor
    >>> max_pool2d(Tensor(np.arange(4.0).reshape(1, 1, 2, 2)), 2).data.tolist()
    [[[[3.0]]]]
    """
    return max(_pooled("max_pool2d", x, size, stride, padding, fill=-np.inf), 2)


@registered("composed", "the mean of each window", "g / n to all in each window")
def avg_pool2d(x: Any, size: Pair, *, stride: Pair | None = None, padding: Pair = 0) -> Any:
    """The mean of each window of x, padding counted as 0; otherwise as `max_pool2d`.

    >>> from autograd_mini import Tensor
    >>> avg_pool2d(Tensor(np.arange(4.0).reshape(1, 1, 2, 2)), 2).data.tolist()
    [[[[1.5]]]]
    """
    return mean(_pooled("avg_pool2d", x, size, stride, padding), 2)


def _pooled(name: str, x: Any, size: Any, stride: Any, padding: Any, fill: float = 0.0) -> Any:
    """The windows of x, each in a row: (n, channels, rows · columns, down, across)."""
    x = admit_one(name, x)
    if len(shape_of(x)) != 4:
        raise ShapeError(f"{name} takes (n, channels, height, width); got shape {shape_of(x)}")
    stride = size if stride is None else stride
    size, stride, padding, dilation = _for_each_axis(name, 2, size, stride, padding, 1)
    if fill and np.any(np.greater_equal(padding, size)):
        raise ShapeError(f"{name} with windows of {size} and padding {padding}: a window may lie in it altogether")
    seen = windows(_fitting(name, x, size, padding, dilation, fill), size, stride, dilation)
    n, channels, rows, columns, *places = shape_of(seen)
    return reshape(seen, (n, channels, rows * columns, *places))


def _refuse_channels(name: str, x: Any, weight: Any, ndim: int, groups: int) -> None:
    """A ShapeError where the channels of x and those of the filters do not go together."""
    of_x, of_weight = shape_of(x), shape_of(weight)
    if len(of_x) != ndim or len(of_weight) != ndim:
        raise ShapeError(f"{name} of shape {of_x} by filters of shape {of_weight}: each has {ndim} axes")
    is_count = isinstance(groups, int | np.integer) and groups >= 1
    if not is_count or of_x[1] != of_weight[1] * groups or of_weight[0] % groups:
        raise ShapeError(
            f"{name} of shape {of_x} by filters of shape {of_weight} in {brief(groups)} groups: the channels must be "
            "groups times the filters' second length, and the filters a multiple of groups"
        )


def _for_each_axis(name: str, ndim: int, size: Any, stride: Any, padding: Any, dilation: Any) -> tuple[Lengths, ...]:
    """Size, stride, padding and dilation along each of the last axes; a ShapeError where one is none."""
    given = [p if isinstance(p, tuple) else (p,) * ndim for p in (size, stride, padding, dilation)]
    for lengths, least in zip(given, (1, 1, 0, 1), strict=True):
        if len(lengths) != ndim or not all(isinstance(n, int | np.integer) and n >= least for n in lengths):
            raise ShapeError(
                f"{name} with windows of {brief(given[0])}, stride {brief(given[1])}, padding {brief(given[2])} and "
                f"dilation {brief(given[3])}: each is a whole number or a tuple of {ndim}, "
                "padding 0 or more, the others 1 or more"
            )
    return tuple(tuple(map(int, lengths)) for lengths in given)


def _fitting(name: str, x: Any, size: Lengths, padding: Lengths, dilation: Lengths, fill: float = 0.0) -> Any:
    """x padded; a ShapeError where a window does not fit into it."""
    before, inner = shape_of(x)[:2], shape_of(x)[2:]
    shape = tuple(n + 2 * p for n, p in zip(inner, padding, strict=True))
    reach = reach_of(size, dilation)
    if any(r > n for r, n in zip(reach, shape, strict=True)):
        raise ShapeError(
            f"{name} of shape {shape_of(x)}: a window of {reach} does not fit into {shape}, padding included"
        )
    if not any(padding):
        return x
    inside = tuple(slice(p, p + n) for n, p in zip(inner, padding, strict=True))
    wide = scatter(x, (..., *inside), (*before, *shape))
    if not fill:
        return wide
    is_inside = np.zeros(shape, bool)
    is_inside[inside] = True
    return where(is_inside, wide, fill)
