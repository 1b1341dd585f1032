"""Normalization: numbers brought to mean 0 and variance 1, over a batch or within each example."""

import math
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, Tensor, mean, named_call, reshape, sqrt, square

from ..arrays import floats
from ..effects import Running, keep, read_anew, running
from ..interrupts import uninterrupted
from ..module import Module
from ..numbers import FROM_ZERO, UP_TO_ONE, number
from .arguments import check_dtype, check_sizes, check_switches


class _BatchNorm(Module):
    """What BatchNorm1d and BatchNorm2d share: all but the shapes that they take."""

    ranks: tuple[int, ...]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        name = type(self).__name__
        check_dtype(name, dtype)
        check_sizes(name, num_features=num_features)
        check_switches(name, affine=affine, track_running_stats=track_running_stats)
        self.num_features, self.track_running_stats, self.training = num_features, track_running_stats, True
        self.eps = number(name, "eps", eps, FROM_ZERO)
        self.momentum = None if momentum is None else number(name, "momentum", momentum, UP_TO_ONE)
        self.weight = Tensor(np.ones(num_features, dtype), label="weight") if affine else None
        self.bias = Tensor(np.zeros(num_features, dtype), label="bias") if affine else None
        self._running = Running()
        if track_running_stats:
            self.register_buffer("running_mean", np.zeros(num_features, dtype))
            self.register_buffer("running_var", np.ones(num_features, dtype))
            self.register_buffer("num_batches_tracked", np.array(0))

    running_mean, running_var, num_batches_tracked = map(
        running, ("running_mean", "running_var", "num_batches_tracked")
    )

    @named_call("batch_norm")
    def forward(self, x: Any) -> Any:
        """x: of a shape that has the features as its second axis; gives the same shape."""
        x = floats(type(self).__name__, x)
        shape = x.shape
        if len(shape) not in self.ranks or shape[1] != self.num_features:
            expected = " or ".join(_EXPECTED[rank].format(self.num_features) for rank in self.ranks)
            raise ShapeError(f"{type(self).__name__} takes {expected}; got {shape}")
        along = (1, self.num_features) + (1,) * (len(shape) - 2)
        if self.training or not self.track_running_stats:
            centred, var = self._of_batch(x, along)
        else:
            centred, var = x - reshape(self.running_mean, along), read_anew(self.running_var)
        scale = sqrt(var + self.eps)
        scale = 1.0 / scale if self.weight is None else self.weight / scale
        scaled = centred * reshape(scale, along)
        return scaled if self.bias is None else scaled + reshape(self.bias, along)

    def _of_batch(self, x: Any, along: tuple[int, ...]) -> tuple[Any, Any]:
        """The batch without its mean, and its variance; in training the running ones are moved."""
        axes = tuple(i for i, size in enumerate(along) if i != 1)
        count = math.prod(x.shape) // self.num_features
        if count < 2:
            raise ShapeError(
                f"{type(self).__name__} has {count} value{'s' * (count != 1)} for each feature in a batch of {x.shape}"
                ", which has no variance: take larger batches (drop_last=True leaves out a short last one), or eval()"
            )
        average = mean(x, axes)
        centred = x - reshape(average, along)
        var = mean(square(centred), axes)
        if self.training and self.track_running_stats:
            keep(self, average, var * (count / (count - 1)))
        return centred, var

    def keep(self, average: Any, var: Any) -> None:
        """Move the running numbers towards those of a batch."""
        with uninterrupted():  # all three or none
            self.num_batches_tracked += 1
            share = 1.0 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
            for running, batch in (self.running_mean, average), (self.running_var, var):
                running *= 1.0 - share
                running += share * batch

    def extra_repr(self) -> str:
        """The number of features."""
        return f"{self.num_features}"


_EXPECTED = {2: "(n, {})", 3: "(n, {}, time)", 4: "(n, {}, height, width)"}


class BatchNorm1d(_BatchNorm):
    """(x - mean) / sqrt(var + eps) · weight + bias for each feature, along axis 1 (Ioffe and Szegedy 2015).

    x: (n, features) or (n, features, time). In training mean and variance are the batch's, the variance divided by n;
    they also move the running ones, running += momentum · (batch - running), the variance then divided by n - 1. In
    eval mode the running ones are taken. momentum=None: the running ones are plain averages over all batches. affine:
    whether there are weight (of ones at first) and bias (zeros). track_running_stats=False: nothing is kept,
    and eval mode takes the batch's too. As PyTorch's.

    Buffers: running_mean, running_var of (num_features,), num_batches_tracked. ShapeError for a batch of one value for
    each feature, which has no variance.

    >>> layer = BatchNorm1d(2)
    >>> layer(np.array([[1.0, 5.0], [3.0, 9.0]], np.float32)).data.round(3)
    array([[-1., -1.],
           [ 1.,  1.]], dtype=float32)
    >>> layer.running_mean
    array([0.2, 0.7], dtype=float32)
    """

    ranks = (2, 3)


class BatchNorm2d(_BatchNorm):
    """`BatchNorm1d` for pictures: x is (n, features, height, width), of which each feature has one mean.

    >>> BatchNorm2d(3)(np.ones((2, 3, 4, 4), np.float32)).shape
    (2, 3, 4, 4)
    """

    ranks = (4,)


class LayerNorm(Module):
    """(x - mean) / sqrt(var + eps) · weight + bias, mean and variance within each example (Ba et al. 2016).

    normalized_shape: the last axes, over which they are taken and which weight (of ones at first) and bias (zeros)
    have; a number for the last one alone. The variance is divided by n. elementwise_affine=False: without weight and
    bias, bias=False: without the bias alone. As PyTorch's.

    >>> LayerNorm(4)(np.array([[1.0, 2.0, 3.0, 4.0]])).data.round(3)
    array([[-1.342, -0.447,  0.447,  1.342]])
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        sizes = normalized_shape if isinstance(normalized_shape, list | tuple) else (normalized_shape,)
        self.normalized_shape = tuple(sizes)
        check_dtype("LayerNorm", dtype)
        check_switches("LayerNorm", elementwise_affine=elementwise_affine, bias=bias)
        for size in self.normalized_shape:
            check_sizes("LayerNorm", normalized_shape=size)
        if not self.normalized_shape:
            raise KindError("LayerNorm takes the shape of the last axes, LayerNorm(64); got ()")
        self.eps = number("LayerNorm", "eps", eps, FROM_ZERO)
        has_bias = elementwise_affine and bias
        self.weight = Tensor(np.ones(self.normalized_shape, dtype), label="weight") if elementwise_affine else None
        self.bias = Tensor(np.zeros(self.normalized_shape, dtype), label="bias") if has_bias else None

    def forward(self, x: Any) -> Any:
        """x: (..., *normalized_shape); gives the same shape."""
        x = floats(type(self).__name__, x)
        if x.shape[-len(self.normalized_shape) :] != self.normalized_shape:
            sizes = ", ".join(map(str, self.normalized_shape))
            raise ShapeError(f"LayerNorm takes (..., {sizes}); got {x.shape}")
        scaled = _standardize(x, tuple(range(-len(self.normalized_shape), 0)), self.eps)
        if self.weight is not None:
            scaled = scaled * self.weight
        return scaled if self.bias is None else scaled + self.bias

    def extra_repr(self) -> str:
        """The shape."""
        return ", ".join(map(str, self.normalized_shape))


@named_call("standardize", "(x - mean(x)) / √(var(x) + eps)", "(g - mean(g) - z × mean(g × z)) / √(var(x) + eps)")
def _standardize(x: Any, axes: tuple[int, ...], eps: float) -> Any:
    """x with the mean 0 and nearly the variance 1 over the axes."""
    centred = x - mean(x, axes, keepdims=True)
    return centred / sqrt(mean(square(centred), axes, keepdims=True) + eps)
