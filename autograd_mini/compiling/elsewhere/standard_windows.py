"""Windows and convolutions, said with the functions of the Python array API standard."""

import math
from typing import Any

import numpy as np

from ...calculus.convolution import Lengths, views_of
from ...primitive import Operation
from .places import added_at, taken

Shape = tuple[int, ...]

# Each row: the name of a primitive, and function(xp, shape, *inputs, *parameters) as in standard_arrays. A convolution
# is a product of matrices for each example and group, as in calculus/convolution.py.


def _places(shape: Shape, size: Lengths, stride: Lengths, dilation: Lengths) -> Any:
    """Where the elements of the windows lie in an array of that shape."""
    return views_of(np.arange(math.prod(shape)).reshape(shape), size, stride, dilation)


def _in_groups(xp: Any, x: Any, groups: int, ndim: int) -> Any:
    """The first two axes, the second cut into groups, with its last ndim axes in a row."""
    n, channels, *rest = x.shape
    between = math.prod(rest[: len(rest) - ndim])
    return xp.reshape(x, (n, groups, channels // groups * between, math.prod(rest[len(rest) - ndim :])))


def _rows(xp: Any, w: Any, groups: int) -> Any:
    filters, *rest = w.shape
    return xp.reshape(w, (groups, filters // groups, math.prod(rest)))


def _columns(xp: Any, x: Any, size: Lengths, stride: Lengths, dilation: Lengths, groups: int) -> Any:
    return _in_groups(xp, taken(xp, x, _places(x.shape, size, stride, dilation)), groups, len(size))


def _conv(xp: Any, shape: Shape, x: Any, w: Any, stride: Lengths, dilation: Lengths, groups: int) -> Any:
    columns = _columns(xp, x, w.shape[2:], stride, dilation, groups)
    return xp.reshape(xp.matmul(_rows(xp, w, groups), columns), shape)


def _conv_transpose(
    xp: Any, shape: Shape, g: Any, w: Any, _: Lengths, stride: Lengths, dilation: Lengths, groups: int
) -> Any:
    places = _places(shape, w.shape[2:], stride, dilation)
    columns = xp.matmul(xp.matrix_transpose(_rows(xp, w, groups)), _in_groups(xp, g, groups, g.ndim - 2))
    return added_at(xp, shape, xp.reshape(columns, places.shape), places)


def _conv_weights(
    xp: Any, shape: Shape, x: Any, g: Any, size: Lengths, stride: Lengths, dilation: Lengths, groups: int
) -> Any:
    columns = _columns(xp, x, size, stride, dilation, groups)
    each = xp.matmul(_in_groups(xp, g, groups, len(size)), xp.matrix_transpose(columns))
    return xp.reshape(xp.sum(each, axis=0, dtype=each.dtype), shape)


def _overlapped(xp: Any, shape: Shape, w: Any, lengths: Lengths, stride: Lengths, dilation: Lengths) -> Any:
    ndim = len(lengths)
    return added_at(xp, shape, w, _places(shape, w.shape[-2 * ndim : -ndim], stride, dilation))


WINDOWS: dict[str, Operation] = {
    "windows": lambda xp, shape, x, *how: taken(xp, x, _places(x.shape, *how)),
    "overlap_add": _overlapped,
    "conv": _conv,
    "conv_transpose": _conv_transpose,
    "conv_weights": _conv_weights,
}
