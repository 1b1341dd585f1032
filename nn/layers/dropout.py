"""Dropout: a network that must do without some of its numbers, others each time."""

from typing import Any

import numpy as np

from ..arrays import floats
from ..effects import draw
from ..module import Module
from ..numbers import UP_TO_ONE, number
from ..pytorch_names import without_inplace
from ..randomness import Seed, generator


class Dropout(Module):
    """In training each element is 0 with probability p, else x / (1 - p); in eval mode x (Srivastava et al. 2014).

    rng: the source of randomness, a Generator or a seed, kept as the attribute `rng`.

    >>> layer = Dropout(0.5, rng=0)
    >>> layer(np.ones(6))
    array([2., 2., 2., 0., 0., 0.])
    >>> layer.eval()(np.ones(3))
    array([1., 1., 1.])
    """

    @without_inplace
    def __init__(self, p: float = 0.5, *, rng: Seed = None) -> None:
        self.p, self.training = number("Dropout", "p", p, UP_TO_ONE), True
        self.rng = generator("Dropout", rng)

    def forward(self, x: Any) -> Any:
        """x of any shape."""
        if not self.training or self.p == 0.0:
            return x
        x = floats(type(self).__name__, x)
        return x * draw(self, x.shape, x.dtype)

    def draw(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """What the elements are multiplied by: 0 or 1 / (1 - p)."""
        if self.p == 1.0:
            return np.zeros(shape, dtype)
        kept = np.asarray(self.rng.random(shape, np.float32) >= self.p)
        return np.multiply(kept, 1.0 / (1.0 - self.p), dtype=dtype)

    def extra_repr(self) -> str:
        """The probability."""
        return f"{self.p}"
