"""The linear layer: every output a weighted sum of all inputs."""

from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, Tensor

from ..initializers import Initializer, Seed, he_normal
from ..module import Module


class Linear(Module):
    """x @ weight + bias.

    weight has shape (in_features, out_features), bias (out_features,), both of dtype (float32 unless told).
    initializer draws the weight with rng (a Generator or a seed; without one, anew each time); the bias starts at 0.

    >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
    >>> layer(np.ones((5, 3), np.float32)).shape
    (5, 2)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        initializer: Initializer = he_normal,
        rng: Seed = None,
        dtype: Any = np.float32,
    ) -> None:
        if np.dtype(dtype) not in (np.float32, np.float64):
            raise KindError(f"Linear holds float32 or float64; got dtype={dtype!r}")
        shape = (in_features, out_features)
        weight = np.asarray(initializer(shape, np.random.default_rng(rng)))
        if weight.shape != shape:
            raise ShapeError(f"the initializer of Linear{shape} gives an array of shape {shape}; got {weight.shape}")
        self.weight = Tensor(weight.astype(dtype), label="weight")
        self.bias = Tensor(np.zeros(out_features, dtype), label="bias")

    def forward(self, x: Any) -> Tensor:
        """x: (..., in_features), an array or a Tensor; gives (..., out_features)."""
        return x @ self.weight + self.bias  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        """The sizes."""
        return " → ".join(map(str, self.weight.shape))
