"""Convolution and pooling, with plain loops for references."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from ..support.oracles import mp
from .row import Row, on


def _pair(number: Any) -> Any:
    return number if isinstance(number, tuple) else (number, number)


def _padded(x: Any, padding: Any, fill: Any) -> Any:
    n, channels, height, width = x.shape
    down, across = _pair(padding)
    wide = np.full((n, channels, height + 2 * down, width + 2 * across), fill, dtype=object)
    wide[:, :, down : down + height, across : across + width] = x
    return wide


def _outputs(x: Any, size: Any, stride: Any, dilation: Any = 1) -> tuple[int, int]:
    """How often a window fits, down and across."""
    extents = zip(x.shape[2:], _pair(size), _pair(stride), _pair(dilation), strict=True)
    down, across = ((length - (n - 1) * d - 1) // s + 1 for length, n, s, d in extents)
    return down, across


def _conv2d(x: Any, weight: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1) -> Any:
    x = _padded(x, padding, mp.mpf(0))
    filters, depth, rows, columns = weight.shape
    stride, dilation = _pair(stride), _pair(dilation)
    z = np.full((len(x), filters, *_outputs(x, (rows, columns), stride, dilation)), mp.mpf(0), dtype=object)
    for n, f, i, j in np.ndindex(z.shape):
        first = f // (filters // groups) * depth
        for c, k, m in np.ndindex(depth, rows, columns):
            place = (n, first + c, i * stride[0] + k * dilation[0], j * stride[1] + m * dilation[1])
            z[n, f, i, j] += x[place] * weight[f, c, k, m]
    return z


def _conv1d(x: Any, weight: Any, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1) -> Any:
    z = _conv2d(x[:, :, None], weight[:, :, None], (1, stride), (0, padding), (1, dilation), groups)
    return z[:, :, 0]


def _pooled(x: Any, size: Any, stride: Any) -> Iterator[tuple[Any, list[Any]]]:
    """Each place of the result, and the elements of its window."""
    for n, c, *place in np.ndindex(*x.shape[:2], *_outputs(x, size, stride)):
        corner = [i * s for i, s in zip(place, _pair(stride), strict=True)]
        offsets = product(*map(range, _pair(size)))
        yield (n, c, *place), [x[n, c, corner[0] + i, corner[1] + j] for i, j in offsets]


def _max_pool2d(x: Any, size: Any, stride: Any = None, padding: Any = 0) -> Any:
    x, stride = _padded(x, padding, -mp.inf), size if stride is None else stride
    z = np.empty((*x.shape[:2], *_outputs(x, size, stride)), dtype=object)
    for place, window in _pooled(x, size, stride):
        z[place] = max(window)
    return z


def _avg_pool2d(x: Any, size: Any, stride: Any = None, padding: Any = 0) -> Any:
    x, stride = _padded(x, padding, mp.mpf(0)), size if stride is None else stride
    z = np.empty((*x.shape[:2], *_outputs(x, size, stride)), dtype=object)
    for place, window in _pooled(x, size, stride):
        z[place] = sum(window) / len(window)
    return z


def _windows(x: Any, size: Any, stride: Any, dilation: Any) -> Any:
    before, shape = x.shape[: -len(size)], x.shape[-len(size) :]
    axes = zip(shape, size, stride, dilation, strict=True)
    places = [(length - (n - 1) * d - 1) // s + 1 for length, n, s, d in axes]
    z = np.empty((*before, *size, *places), dtype=object)
    for first in np.ndindex(*before):
        for inside in np.ndindex(*size):
            for place in np.ndindex(*places):
                at = (i * d + p * s for i, d, p, s in zip(inside, dilation, place, stride, strict=True))
                z[(*first, *inside, *place)] = x[(*first, *at)]
    return z


def _overlap_add(w: Any, shape: Any, stride: Any, dilation: Any) -> Any:
    before = w.shape[: -2 * len(shape)]
    x = np.full((*before, *shape), mp.mpf(0), dtype=object)
    for place in np.ndindex(*w.shape):
        first = place[: len(before)]
        inside, at = place[len(before) : -len(shape)], place[-len(shape) :]
        x[(*first, *(i * d + p * s for i, d, p, s in zip(inside, dilation, at, stride, strict=True)))] += w[place]
    return x


_POOLS = [on([(1, 1, 2, 2)], 2), on([(1, 2, 2, 3)], (1, 2)), on([(1, 1, 3, 3)], 2, stride=1), on([(2, 1, 2, 1)], 1),
          on([(1, 1, 2, 3)], 2, stride=(1, 2), padding=1), on([(1, 1, 1, 2)], (1, 2), padding=(0, 1)),
          on([(0, 1, 2, 2)], 2)]  # fmt: skip
ROWS = [
    Row("windows", _windows, [on([(3,)], (2,), (1,), (1,)), on([(2, 5)], (2,), (2,), (2,)),
                              on([(3, 3)], (2, 2), (1, 1), (1, 1)), on([(1, 3, 4)], (2, 1), (1, 2), (2, 1)),
                              on([(0, 2)], (1,), (1,), (1,))], of_values=False),
    Row("overlap_add", _overlap_add, [on([(2, 2)], (3,), (1,), (1,)), on([(1, 2, 2)], (5,), (2,), (2,)),
                                      on([(2, 2, 2, 2)], (3, 3), (1, 1), (1, 1)),
                                      on([(1, 2, 1, 1, 2)], (3, 4), (1, 2), (2, 1)),
                                      on([(0, 1, 2)], (2,), (1,), (1,))], of_values=False),
    Row("conv2d", _conv2d, [on([(1, 1, 3, 3), (1, 1, 2, 2)]), on([(1, 2, 2, 2), (2, 2, 1, 2)]),
                            on([(1, 1, 3, 2), (1, 1, 2, 1)], stride=(2, 1)),
                            on([(1, 1, 2, 2), (1, 1, 2, 2)], padding=1),
                            on([(1, 1, 3, 3), (1, 1, 2, 2)], dilation=2, padding=(0, 1)),
                            on([(1, 2, 1, 2), (4, 1, 1, 1)], groups=2), on([(0, 1, 2, 2), (1, 1, 1, 1)]),
                            on([(2, 1, 1, 1), (1, 1, 1, 1)]), on([(1, 1, 2, 2), (1, 1, 2, 2)])],
        of_values=False),
    Row("conv1d", _conv1d, [on([(1, 1, 3), (1, 1, 2)]), on([(2, 2, 2), (1, 2, 2)]),
                            on([(1, 1, 4), (1, 1, 2)], stride=2), on([(1, 1, 2), (1, 1, 3)], padding=1),
                            on([(1, 1, 3), (2, 1, 2)], dilation=2),
                            on([(1, 2, 2), (2, 1, 1)], groups=2), on([(0, 1, 2), (1, 1, 2)])]),
    Row("max_pool2d", _max_pool2d, _POOLS, distinct=True),
    Row("avg_pool2d", _avg_pool2d, _POOLS),
]  # fmt: skip
