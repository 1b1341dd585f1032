"""The multi-layer perceptron."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..initializers import Initializer, lecun_normal
from ..module import Module
from ..randomness import Seed, generator
from .activations import ReLU, activation_module_of, first_weights_for
from .arguments import widths
from .containers import Sequential
from .linear import Linear


class MLP(Sequential):
    """A multi-layer perceptron: Linear layers with an activation between them, none after the last unless told.

    MLP(784, [512], 10) maps (n, 784) to (n, 10). activation: what is between the layers, a function such as
    autograd_mini.tanh, a module such as nn.LeakyReLU(0.2), or the class of one. last: what follows the last layer,
    likewise. The hidden weights are drawn for the activation: Xavier for tanh and sigmoid, else He, unless an
    initializer is given; the last layer's are LeCun's. rng, dtype: as for Linear.

    >>> MLP(2, [16, 16], 1, rng=np.random.default_rng(0))(np.zeros((4, 2), np.float32)).shape
    (4, 1)
    """

    def __init__(
        self,
        in_features: int,
        hidden: Sequence[int],
        out_features: int,
        *,
        activation: Any = ReLU,
        last: Any = None,
        initializer: Initializer | None = None,
        rng: Seed = None,
        dtype: Any = np.float32,
    ) -> None:
        rng = generator("MLP", rng)
        inner = initializer or first_weights_for(activation)
        layers: list[Module] = []
        sizes = [in_features, *widths("MLP", hidden)]
        for fan_in, fan_out in pairwise(sizes):
            layers.append(Linear(fan_in, fan_out, initializer=inner, rng=rng, dtype=dtype))
            layers.append(activation_module_of(activation))
        layers.append(Linear(sizes[-1], out_features, initializer=initializer or lecun_normal, rng=rng, dtype=dtype))
        super().__init__(*layers, *([] if last is None else [activation_module_of(last)]))
