"""The multi-layer perceptron."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd_mini import KindError

from ..initializers import Initializer, Seed, he_normal, lecun_normal, xavier_normal
from ..module import Module
from .activations import ReLU, Sigmoid, Tanh
from .containers import Sequential
from .linear import Linear


class MLP(Sequential):
    """A multi-layer perceptron: Linear layers with an activation between them, none after the last.

    MLP(784, [512], 10) maps (n, 784) to (n, 10). activation: the class of the module between the layers.
    The hidden weights are drawn for it: He for ReLU and Softplus, Xavier for Tanh and Sigmoid, unless an
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
        activation: type[Module] = ReLU,
        initializer: Initializer | None = None,
        rng: Seed = None,
        dtype: Any = np.float32,
    ) -> None:
        if isinstance(hidden, int):
            raise KindError(f"MLP takes a list of hidden widths, [{hidden}]; got {hidden}")
        if not (isinstance(activation, type) and issubclass(activation, Module)):
            raise KindError(f"MLP takes the class of a module as its activation, such as nn.ReLU; got {activation!r}")
        rng = np.random.default_rng(rng)
        inner = initializer or (xavier_normal if activation in (Tanh, Sigmoid) else he_normal)
        layers: list[Module] = []
        sizes = [in_features, *hidden]
        for fan_in, fan_out in pairwise(sizes):
            layers += [Linear(fan_in, fan_out, initializer=inner, rng=rng, dtype=dtype), activation()]
        last = initializer or lecun_normal
        super().__init__(*layers, Linear(sizes[-1], out_features, initializer=last, rng=rng, dtype=dtype))
