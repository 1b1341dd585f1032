"""The loss around a trained network: a slice through the space of its parameters, to be seen as a map."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_mini import KindError, Tensor, no_grad

from .arrays import Array
from .figures import as_png, figure_of, shades
from .interrupts import uninterrupted
from .module import Module
from .numbers import FINITE, number, whole
from .randomness import Seed, generator


@dataclass
class Landscape:
    """Losses on a square grid: losses[i, j] is at the trained parameters + offsets[j] · x + offsets[i] · y.

    x and y are random directions; an offset of 1 is as long as the weights are.
    """

    offsets: Array
    losses: Array

    def _repr_png_(self) -> bytes | None:
        return as_png(self.plot)

    def plot(self) -> Any:
        """A matplotlib Figure, the map of the losses, a cross at the trained point; ImportError without `plot`."""
        figure, (axes,) = figure_of(1, width=5.2, height=4.4)
        seen = self.losses[np.isfinite(self.losses)]
        low, high = (seen.min(), seen.max()) if seen.size else (0.0, 0.0)
        levels = low + (high - low or 1.0) * np.linspace(0.0, 1.0, 21) ** 2  # closer together in the valley
        bands = axes.contourf(self.offsets, self.offsets, self.losses, levels=levels, colors=shades(20))
        axes.plot(0.0, 0.0, marker="X", color="white", markeredgecolor="black", markersize=9)
        axes.set(title="the loss around the trained network (cross)")
        axes.set(xlabel="first direction (1: as long as the weights)", ylabel="second direction")
        axes.locator_params(nbins=5)
        figure.colorbar(bands, ax=axes, label="loss", format="%.2g")
        return figure


def loss_landscape(
    model: Module, loss: Callable[[], Any], *, rng: Seed, reach: float = 1.0, steps: int = 12
) -> Landscape:
    """The loss on a square around the model's parameters, which are put back bit for bit, whatever happens.

    loss(): the loss of the model as it is then, a scalar; nothing of it is recorded. rng: a Generator or a seed,
    draws the two directions. reach: the square goes from -reach to reach, in `steps` steps on either side of the
    middle, so that loss() is called (2 · steps + 1)² times. Filter-normalized directions (Li et al. 2018, Visualizing
    the Loss Landscape of Neural Nets): normal noise, scaled so that its part for each neuron is as long as the
    weights of that neuron are; as in the authors' own pictures, parameters of fewer than two axes, the biases, stay.
    ValueError where all do.
    Data put back counts as replaced: for a backward pass afterwards compute the loss anew.

    >>> import nn
    >>> model = nn.MLP(2, [3], 1, rng=np.random.default_rng(0))
    >>> x = np.ones((4, 2), np.float32)
    >>> around = loss_landscape(model, lambda: (model(x) ** 2).mean(), rng=np.random.default_rng(1), steps=2)
    >>> around.offsets, around.losses.shape
    (array([-1. , -0.5,  0. ,  0.5,  1. ]), (5, 5))
    """
    if not isinstance(model, Module) or not callable(loss):
        kinds = f"{type(model).__name__}, {type(loss).__name__}"
        raise KindError(f"loss_landscape takes a model and a function of nothing that gives its loss; got {kinds}")
    reach = number("loss_landscape", "reach", reach, FINITE)
    weights = [parameter for parameter in model.parameters() if isinstance(parameter, Tensor) and parameter.ndim >= 2]
    if not weights:
        raise ValueError("a landscape goes along weights of two or more axes, and this model has none: take nn.MLP")
    steps = whole("loss_landscape", "steps", steps, least=1)
    rng, trained = generator("loss_landscape", rng), [weight.data for weight in weights]
    x, y = ([_direction(weight, rng) for weight in trained] for _ in range(2))
    offsets = reach * np.arange(-steps, steps + 1) / steps
    losses = np.empty((len(offsets), len(offsets)))
    try:
        with no_grad():
            for (i, j), _ in np.ndenumerate(losses):
                for weight, middle, dx, dy in zip(weights, trained, x, y, strict=True):
                    weight.data = (middle + offsets[j] * dx + offsets[i] * dy).astype(middle.dtype)
                losses[i, j] = float(loss())
    finally:
        with uninterrupted():
            for weight, middle in zip(weights, trained, strict=True):
                weight.data = middle
    return Landscape(offsets, losses)


def _direction(weight: Any, rng: np.random.Generator) -> Any:
    """Noise of the weight's shape, for each neuron as long as its weights: a column of (in, out), else w[k]."""
    noise = rng.normal(size=weight.shape)
    inputs = 0 if weight.ndim == 2 else tuple(range(1, weight.ndim))

    def length(x: Any) -> Any:
        return np.sqrt(np.square(x, dtype=np.float64).sum(axis=inputs, keepdims=True))

    return noise * (length(weight) / length(noise))
