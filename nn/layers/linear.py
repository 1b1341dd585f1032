"""The linear layer: every output a weighted sum of all inputs."""

import math
from typing import Any

import numpy as np

from autograd_mini import AutogradError, KindError, ShapeError, Tensor

from ..initializers import Initializer, drawn, he_normal
from ..module import Module
from ..randomness import Seed
from .arguments import check_dtype, check_sizes, check_switches


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
        bias: bool = True,
        *,
        initializer: Initializer = he_normal,
        rng: Seed = None,
        dtype: Any = np.float32,
    ) -> None:
        check_dtype("Linear", dtype)
        check_sizes("Linear", in_features=in_features, out_features=out_features)
        check_switches("Linear", bias=bias)
        weight = drawn("Linear", initializer, (in_features, out_features), rng, dtype)
        self.weight = Tensor(weight, label="weight")
        self.bias = Tensor(np.zeros(out_features, dtype), label="bias") if bias else None

    @property
    def in_features(self) -> int:
        """How many numbers it takes."""
        return int(self.weight.shape[0])

    @property
    def out_features(self) -> int:
        """How many numbers it gives."""
        return int(self.weight.shape[1])

    def forward(self, x: Any) -> Tensor:
        """x: (..., in_features), an array or a Tensor; gives (..., out_features)."""
        try:
            product: Tensor = x @ self.weight
        except AutogradError as error:
            self._refuse(x, error)
            raise
        return product if self.bias is None else product + self.bias

    def extra_repr(self) -> str:
        """The sizes."""
        return f"{self.in_features} → {self.out_features}" + (", bias=False" if self.bias is None else "")

    def _refuse(self, x: Any, error: AutogradError) -> None:
        """Say what is wrong with an x that the product does not take, as far as it is its shape."""
        if isinstance(x, tuple) and len(x) == 2 and isinstance(x[0], Tensor):
            raise KindError(
                "Linear takes an array or a Tensor; got a tuple, as recurrent layers give it, (outputs, state): take "
                "one of them in the forward of a module of your own, outputs[:, -1] for the last step"
            ) from error
        shape, width = getattr(x, "shape", None), self.in_features
        if shape is None or shape[-1:] == (width,):
            return
        way_out = ""
        if len(shape) == 1 and width == 1:
            way_out = ": x[:, None] makes a column of them"
        elif len(shape) > 2 and math.prod(shape[1:]) == width:
            way_out = ": put Flatten() before it"
        raise ShapeError(f"Linear takes x of shape (..., {width}); got {shape}{way_out}") from error
