"""Convolution and pooling: what slides along the last axes, and what lays them in a row for a linear layer."""

import math
from typing import Any, ClassVar

import numpy as np

from autograd_mini import ShapeError, Tensor, avg_pool2d, conv1d, conv2d, max_pool2d, reshape

from ..initializers import Initializer, drawn, he_normal
from ..module import Module
from ..numbers import refused, whole
from ..randomness import Seed
from .arguments import check_dtype, check_sizes, check_switches

Lengths = int | tuple[int, ...]
"""One whole number for all axes, or one for each."""


class Convolution(Module):
    """The base of Conv1d and Conv2d: each window of x times each of the filters, plus that filter's bias.

    weight has shape (out_channels, in_channels / groups, *kernel_size), bias (out_channels,), or is None with
    bias=False; both are of dtype (float32 unless told). stride: so many elements from one window to the next.
    padding: so many zeros before x and behind it. dilation: so many elements from one to the next within a window.
    groups: the channels fall into so many, each with filters of its own. initializer draws the weight with rng (a
    Generator or a seed; without one, anew each time); the bias starts at 0.
    """

    ndim: ClassVar[int]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Lengths,
        stride: Lengths = 1,
        padding: Lengths = 0,
        dilation: Lengths = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        initializer: Initializer = he_normal,
        rng: Seed = None,
        dtype: Any = np.float32,
    ) -> None:
        name = type(self).__name__
        check_dtype(name, dtype)
        check_sizes(name, in_channels=in_channels, out_channels=out_channels, groups=groups)
        check_switches(name, bias=bias)
        if in_channels % groups or out_channels % groups:
            raise ShapeError(
                f"{name}: {in_channels} → {out_channels} channels do not fall into {groups} groups of equal size"
            )
        size = _lengths(name, "kernel_size", kernel_size, self.ndim, 1)
        self.stride = _lengths(name, "stride", stride, self.ndim, 1)
        self.padding = _lengths(name, "padding", padding, self.ndim, 0)
        self.dilation = _lengths(name, "dilation", dilation, self.ndim, 1)
        self.groups = int(groups)
        shape = (int(out_channels), int(in_channels) // self.groups, *size)
        self.weight = Tensor(drawn(name, initializer, shape, rng, dtype), label="weight")
        self.bias = Tensor(np.zeros(out_channels, dtype), label="bias") if bias else None

    @property
    def in_channels(self) -> int:
        """How many channels it takes."""
        return int(self.weight.shape[1]) * self.groups

    @property
    def out_channels(self) -> int:
        """How many channels it gives: as many as there are filters."""
        return int(self.weight.shape[0])

    @property
    def kernel_size(self) -> tuple[int, ...]:
        """The lengths of a window."""
        return tuple(self.weight.shape[2:])

    def convolved(self, function: Any, x: Any) -> Tensor:
        """The engine's function of x and the weight, plus the bias."""
        channels = self.in_channels
        shape = getattr(x, "shape", None)
        if shape is not None and (len(shape) != self.ndim + 2 or shape[1] != channels):
            sides = ", ".join(("height", "width") if self.ndim == 2 else ("length",))
            way_out = (
                ": one example alone is x[None]" if shape[:1] == (channels,) and len(shape) == self.ndim + 1 else ""
            )
            raise ShapeError(f"{type(self).__name__} takes (n, {channels}, {sides}); got {shape}{way_out}")
        z: Tensor = function(
            x, self.weight, stride=self.stride, padding=self.padding, dilation=self.dilation, groups=self.groups
        )
        return z if self.bias is None else z + reshape(self.bias, (-1, *[1] * self.ndim))

    def extra_repr(self) -> str:
        """The channels, the size of a window, and what is not as it is by default."""
        words = [f"{self.in_channels} → {self.out_channels}", " × ".join(map(str, self.kernel_size))]
        usual = {"stride": 1, "padding": 0, "dilation": 1}
        words += [f"{what}={_short(getattr(self, what))}" for what, n in usual.items() if {*getattr(self, what)} != {n}]
        words += [f"groups={self.groups}"] * (self.groups > 1) + ["bias=False"] * (self.bias is None)
        return ", ".join(words)


class Conv1d(Convolution):
    """A convolution along one axis (`autograd_mini.conv1d`), its parameters those of `Convolution`.

    >>> layer = Conv1d(2, 4, 3, padding=1, rng=np.random.default_rng(0))
    >>> layer(np.ones((5, 2, 8), np.float32)).shape
    (5, 4, 8)
    """

    ndim = 1

    def forward(self, x: Any) -> Tensor:
        """x: (n, in_channels, length), an array or a Tensor; gives (n, out_channels, places of the window)."""
        return self.convolved(conv1d, x)


class Conv2d(Convolution):
    """A convolution of pictures (`autograd_mini.conv2d`), its parameters those of `Convolution`.

    >>> layer = Conv2d(1, 8, 3, padding=1, rng=np.random.default_rng(0))
    >>> layer(np.ones((5, 1, 28, 28), np.float32)).shape
    (5, 8, 28, 28)
    """

    ndim = 2

    def forward(self, x: Any) -> Tensor:
        """x: (n, in_channels, height, width), an array or a Tensor; gives (n, out_channels, down, across)."""
        return self.convolved(conv2d, x)


class Pooling(Module):
    """The base of MaxPool2d and AvgPool2d: windows of that size, side by side unless a stride is given."""

    def __init__(self, kernel_size: Lengths, stride: Lengths | None = None, padding: Lengths = 0) -> None:
        name = type(self).__name__
        self.kernel_size = _lengths(name, "kernel_size", kernel_size, 2, 1)
        self.stride = _lengths(name, "stride", self.kernel_size if stride is None else stride, 2, 1)
        self.padding = _lengths(name, "padding", padding, 2, 0)
        if any(2 * p > n for p, n in zip(self.padding, self.kernel_size, strict=True)):
            raise ShapeError(f"{name}: a padding of {padding} is more than half of a window of {kernel_size}")

    def extra_repr(self) -> str:
        """The size of a window, and what is not as it is by default."""
        words = [" × ".join(map(str, self.kernel_size))]
        words += [f"stride={_short(self.stride)}"] * (self.stride != self.kernel_size)
        return ", ".join(words + [f"padding={_short(self.padding)}"] * any(self.padding))


class MaxPool2d(Pooling):
    """The largest number of each window (`autograd_mini.max_pool2d`); those that tie share the gradient.

    >>> MaxPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4)).tolist()
    [[[[5.0, 7.0], [13.0, 15.0]]]]
    """

    def forward(self, x: Any) -> Any:
        """x: (n, channels, height, width); gives (n, channels, down, across)."""
        return max_pool2d(x, self.kernel_size, stride=self.stride, padding=self.padding)


class AvgPool2d(Pooling):
    """The mean of each window (`autograd_mini.avg_pool2d`), padding counted as 0.

    >>> AvgPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4)).tolist()
    [[[[2.5, 4.5], [10.5, 12.5]]]]
    """

    def forward(self, x: Any) -> Any:
        """x: (n, channels, height, width); gives (n, channels, down, across)."""
        return avg_pool2d(x, self.kernel_size, stride=self.stride, padding=self.padding)


class Flatten(Module):
    """The axes from start_dim to end_dim laid in a row: by default all but the first.

    >>> Flatten()(np.ones((5, 8, 7, 7))).shape
    (5, 392)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        for name, axis in {"start_dim": start_dim, "end_dim": end_dim}.items():
            if not isinstance(axis, int | np.integer) or isinstance(axis, bool):
                raise refused("Flatten", name, axis, "the number of an axis", False)
        self.start_dim, self.end_dim = int(start_dim), int(end_dim)

    def forward(self, x: Any) -> Any:
        """x of any shape that has these axes."""
        shape = np.shape(x)
        ndim = len(shape)
        first, last = (axis + ndim * (axis < 0) for axis in (self.start_dim, self.end_dim))
        if not 0 <= first <= last < ndim:
            raise ShapeError(f"Flatten of axes {self.start_dim} to {self.end_dim}: x of shape {shape} has no such row")
        return reshape(x, (*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :]))

    def extra_repr(self) -> str:
        """The axes."""
        return f"{self.start_dim} to {self.end_dim}"


def _lengths(layer: str, name: str, given: Any, ndim: int, least: int) -> tuple[int, ...]:
    """The whole numbers, one for each axis; errors as of `numbers.whole`."""
    found = given if isinstance(given, tuple | list) else (given,) * ndim
    if len(found) != ndim:
        raise refused(layer, name, given, f"a whole number, or a tuple of {ndim}", True)
    return tuple(whole(layer, name, n, least) for n in found)


def _short(lengths: tuple[int, ...]) -> int | tuple[int, ...]:
    return lengths[0] if len({*lengths}) == 1 else lengths
