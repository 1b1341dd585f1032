"""The same networks made of Values, one node a number, to be drawn neuron by neuron."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, Value, relu

from .initializers import Initializer, drawn, lecun_normal
from .layers.activations import activation_of, first_weights_for
from .layers.arguments import check_sizes, widths
from .module import Module, numbered
from .randomness import Seed, generator


class Neuron(Module):
    """activation(w0·x0 + w1·x1 + … + b), all Values; without an activation the sum itself.

    activation: a function such as autograd_mini.tanh, a module or its class. The weights are drawn by initializer with
    rng, unless told by Xavier's before tanh and sigmoid, else by He's; name is put before the parameters' labels.

    >>> neuron = Neuron(2, rng=np.random.default_rng(0))
    >>> neuron([1.0, 2.0]).name
    'relu'
    """

    def __init__(
        self,
        in_features: int,
        activation: Any = relu,
        *,
        initializer: Initializer | None = None,
        rng: Seed = None,
        name: str = "",
    ) -> None:
        check_sizes("Neuron", in_features=in_features)
        self.activation = None if activation is None else activation_of(activation)
        initializer = initializer or first_weights_for(activation)
        weights = drawn("Neuron", initializer, (in_features, 1), rng, np.float64)[:, 0]
        self.weights = [Value(w, label=f"{name}w{i}") for i, w in enumerate(weights)]
        self.bias = Value(0.0, label=f"{name}b")

    def _held(self) -> dict[str, Any]:
        """The weights as w0, w1, …, the bias as b, and the other attributes."""
        weights = {f"w{i}": w for i, w in enumerate(self.weights)}
        return weights | {"b": self.bias} | {k: x for k, x in vars(self).items() if k not in ("weights", "bias")}

    def forward(self, x: Sequence[Any]) -> Value:
        """x: as many floats or Values as there are weights."""
        if not hasattr(x, "__len__"):
            raise KindError(f"this neuron takes its inputs in a list, [1.0, 2.0]; got {x!r:.80}")
        if len(x) != len(self.weights):
            raise ShapeError(f"this neuron takes {len(self.weights)} inputs; got {len(x)}")
        if getattr(x, "ndim", 1) != 1:  # its rows would pass for inputs
            raise ShapeError("this neuron takes one point, got several in an array: hand them over one by one")
        total = sum((w * xi for w, xi in zip(self.weights, x, strict=True)), self.bias)
        return total if self.activation is None else self.activation(total)

    def extra_repr(self) -> str:
        """The number of inputs and the activation."""
        activation = "linear" if self.activation is None else getattr(self.activation, "__name__", None)
        activation = activation or type(self.activation).__name__
        return f"{len(self.weights)}, {activation}"


class Layer(Module):
    """Neurons side by side, all fed the same inputs; arguments as for Neuron.

    >>> len(Layer(2, 3)([1.0, 2.0]))
    3
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        activation: Any = relu,
        *,
        initializer: Initializer | None = None,
        rng: Seed = None,
        name: str = "",
    ) -> None:
        check_sizes("Layer", out_features=out_features)
        rng = generator("Layer", rng)
        self.neurons = [
            Neuron(in_features, activation, initializer=initializer, rng=rng, name=f"{name}{i}.")
            for i in range(out_features)
        ]

    def _held(self) -> dict[str, Any]:
        """The neurons as 0, 1, …"""
        return numbered(self, "neurons")

    def forward(self, x: Sequence[Any]) -> list[Value]:
        """A list with each neuron's output."""
        return [neuron(x) for neuron in self.neurons]


class ScalarMLP(Module):
    """`MLP` made of Values: ScalarMLP(2, [16, 16], 1) maps two numbers to one.

    One output comes as a Value, several as a list. A parameter's label is layer.neuron.weight: "0.3.w1".

    >>> mlp = ScalarMLP(2, [4], 1, rng=np.random.default_rng(0))
    >>> len(mlp.parameters()), mlp([0.5, -0.5]).name
    (17, 'add')
    """

    def __init__(
        self,
        in_features: int,
        hidden: Sequence[int],
        out_features: int,
        *,
        activation: Any = relu,
        initializer: Initializer | None = None,
        rng: Seed = None,
    ) -> None:
        rng = generator("ScalarMLP", rng)
        last = initializer or lecun_normal
        sizes = [in_features, *widths("ScalarMLP", hidden)]
        self.layers = [
            Layer(fan_in, fan_out, activation, initializer=initializer, rng=rng, name=f"{i}.")
            for i, (fan_in, fan_out) in enumerate(pairwise(sizes))
        ]
        name = f"{len(sizes) - 1}."
        self.layers.append(Layer(sizes[-1], out_features, None, initializer=last, rng=rng, name=name))

    def _held(self) -> dict[str, Any]:
        """The layers as 0, 1, …"""
        return numbered(self, "layers")

    def forward(self, x: Sequence[Any]) -> Any:
        """x: in_features floats or Values; gives a Value, or a list of them."""
        for layer in self.layers:
            x = layer(x)
        return x[0] if len(x) == 1 else x
