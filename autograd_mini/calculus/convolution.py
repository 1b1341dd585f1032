"""Convolution and pooling: windows gathered from the last axes, then one product or one reduction over each."""

from typing import Any

import numpy as np

from ..admission import admit_one
from ..errors import ShapeError, brief
from ..node import shape_of
from ..refusals import attempt
from ..registry import registered
from .bilinear import einsum
from .linear import expand_dims, reshape, squeeze
from .moving import gathered, positions_of
from .reductions import max, mean

Pair = int | tuple[int, int]


@registered("composed")
def conv2d(x: Any, weight: Any, *, stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1, groups: int = 1) -> Any:
    """Each window of x times each of the filters, summed (cross-correlation, as in networks).

    x: (n, channels, height, width). weight: (filters, channels / groups, rows, columns). Gives (n, filters, …).

    >>> from autograd_mini import Tensor
    >>> conv2d(Tensor(np.ones((1, 1, 3, 3))), np.ones((1, 1, 2, 2))).data.tolist()
    [[[[4.0, 4.0], [4.0, 4.0]]]]
    """
    _refuse_channels("conv2d", x, weight, 4, groups)
    return _convolved("conv2d", x, weight, stride, padding, dilation, groups)


def _convolved(name: str, x: Any, weight: Any, stride: Pair, padding: Pair, dilation: Pair, groups: int) -> Any:
    n, (filters, depth, *size) = shape_of(x)[0], shape_of(weight)
    windows = _windows(name, x, (size[0], size[1]), stride, padding, dilation)
    windows = reshape(windows, (n, groups, depth, *windows.shape[2:]))
    grouped = reshape(weight, (groups, filters // groups, depth, *size))
    product = einsum("ngchwij,gfcij->ngfhw", windows, grouped)
    return reshape(product, (n, filters, *product.shape[3:]))


@registered("composed")
def conv1d(x: Any, weight: Any, *, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1) -> Any:
    """`conv2d` of one row: x (n, channels, length), weight (filters, channels / groups, length).

    >>> from autograd_mini import Tensor
    >>> conv1d(Tensor([[[1.0, 2.0, 3.0]]]), np.ones((1, 1, 2))).data.tolist()
    [[[3.0, 5.0]]]
    """
    _refuse_channels("conv1d", x, weight, 3, groups)
    row, weights = expand_dims(x, 2), expand_dims(weight, 2)
    return squeeze(_convolved("conv1d", row, weights, (1, stride), (0, padding), (1, dilation), groups), 2)


@registered("composed")
def max_pool2d(x: Any, size: Pair, *, stride: Pair | None = None, padding: Pair = 0) -> Any:
    """The largest of each window of x (n, channels, height, width); windows lie side by side unless a stride is given.

    >>> from autograd_mini import Tensor
    >>> max_pool2d(Tensor(np.arange(4.0).reshape(1, 1, 2, 2)), 2).data.tolist()
    [[[[3.0]]]]
    """
    windows = _windows("max_pool2d", x, size, size if stride is None else stride, padding, 1, fill=-np.inf)
    if np.any(np.greater_equal(padding, size)):
        raise ShapeError(f"max_pool2d with windows of {size} and padding {padding}: a window may lie in it altogether")
    return max(windows, (-2, -1))


@registered("composed")
def avg_pool2d(x: Any, size: Pair, *, stride: Pair | None = None, padding: Pair = 0) -> Any:
    """The mean of each window of x, padding counted as 0; otherwise as `max_pool2d`.

    >>> from autograd_mini import Tensor
    >>> avg_pool2d(Tensor(np.arange(4.0).reshape(1, 1, 2, 2)), 2).data.tolist()
    [[[[1.5]]]]
    """
    return mean(_windows("avg_pool2d", x, size, size if stride is None else stride, padding, 1), (-2, -1))


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


def _windows(name: str, x: Any, size: Pair, stride: Pair, padding: Pair, dilation: Pair, fill: float = 0.0) -> Any:
    """The windows of the last two axes of x: (n, channels, down, across, rows, columns)."""
    x = admit_one(name, x)
    size, stride, padding, dilation = (p if isinstance(p, tuple) else (p, p) for p in (size, stride, padding, dilation))
    if len(shape_of(x)) != 4:
        raise ShapeError(f"{name} takes (n, channels, height, width); got shape {shape_of(x)}")
    for pair, least in ((size, 1), (stride, 1), (dilation, 1), (padding, 0)):
        if len(pair) != 2 or not all(isinstance(number, int | np.integer) and number >= least for number in pair):
            raise ShapeError(
                f"{name} with windows of {brief(size)}, stride {brief(stride)}, dilation {brief(dilation)} and padding "
                f"{brief(padding)}: each is a whole number or a tuple of two, padding 0 or more, the others 1 or more"
            )
    positions = attempt(name, np.pad, positions_of(x), [(0, 0), (0, 0), *((p, p) for p in padding)])
    reach = tuple((n - 1) * d + 1 for n, d in zip(size, dilation, strict=True))
    if any(r > n for r, n in zip(reach, positions.shape[2:], strict=True)):
        raise ShapeError(
            f"{name} of shape {shape_of(x)}: a window of {reach} does not fit into {positions.shape[2:]}, "
            "padding included"
        )
    views = np.lib.stride_tricks.sliding_window_view(positions, reach, axis=(2, 3))
    views = views[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]
    return gathered(x, views, fill)
