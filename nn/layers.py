"""Layers of Tensors: linear maps, activations, and networks that chain them."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, Tensor, relu, sigmoid, softplus, tanh

from .initializers import Initializer, Seed, he_normal, lecun_normal, xavier_normal
from .module import Module


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


class Activation(Module):
    """The base of activations: one function of each element of x, of any shape."""

    function: Callable[[Any], Any]

    def forward(self, x: Any) -> Any:
        """x of any shape."""
        return type(self).function(x)


class ReLU(Activation):
    """max(x, 0) of each element."""

    function = staticmethod(relu)


class Tanh(Activation):
    """tanh(x) of each element."""

    function = staticmethod(tanh)


class Sigmoid(Activation):
    """1 / (1 + exp(-x)) of each element."""

    function = staticmethod(sigmoid)


class Softplus(Activation):
    """log(1 + exp(x)) of each element."""

    function = staticmethod(softplus)


class Sequential(Module):
    """Modules one after another.

    >>> rng = np.random.default_rng(0)
    >>> Sequential(Linear(4, 8, rng=rng), ReLU(), Linear(8, 2, rng=rng))
    Sequential()                58
      (0) Linear(4 → 8)         40
      (1) ReLU()
      (2) Linear(8 → 2)         18
    """

    def __init__(self, *layers: Module) -> None:
        if not all(callable(layer) and not isinstance(layer, type) for layer in layers):
            kinds = ", ".join(
                f"the class {layer.__name__}" if isinstance(layer, type) else type(layer).__name__ for layer in layers
            )
            raise KindError(f"Sequential takes modules, Sequential(layer1, layer2) or Sequential(*layers); got {kinds}")
        vars(self).update({str(i): layer for i, layer in enumerate(layers)})  # paths read "0.weight"
        for path, parameter in self.named_parameters():
            parameter.label = path  # on a picture each layer's weight is told from the others

    def __iter__(self) -> Iterator[Module]:
        return (layer for name, layer in vars(self).items() if name.isdigit())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, i: int) -> Module:
        return list(self)[i]

    def forward(self, x: Any) -> Any:
        """The last module's output."""
        for layer in self:
            x = layer(x)
        return x


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
