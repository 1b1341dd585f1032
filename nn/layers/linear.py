"""The linear layer: every output a weighted sum of all inputs."""

from typing import Any

import numpy as np

from autograd_mini import Tensor

from ..initializers import Initializer, Seed, drawn, he_normal
from ..module import Module
from .arguments import check_dtype, check_sizes


class Linear(Module):
    """x @ weight + bias, or with bias=False x @ weight.

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
        bias: bool = True,
        initializer: Initializer = he_normal,
        rng: Seed = None,
        dtype: Any = np.float32,
    ) -> None:
        check_dtype("Linear", dtype)
        check_sizes("Linear", in_features=in_features, out_features=out_features)
        weight = drawn("Linear", initializer, (in_features, out_features), rng, dtype)
        self.weight = Tensor(weight, label="weight")
        self.bias = Tensor(np.zeros(out_features, dtype), label="bias") if bias else None

    def forward(self, x: Any) -> Tensor:
        """x: (..., in_features), an array or a Tensor; gives (..., out_features)."""
        product: Tensor = x @ self.weight
        return product if self.bias is None else product + self.bias

    def extra_repr(self) -> str:
        """The sizes."""
        return " → ".join(map(str, self.weight.shape)) + (", bias=False" if self.bias is None else "")
