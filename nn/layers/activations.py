"""Activations as modules: one function of each element."""

from collections.abc import Callable
from typing import Any

from autograd_mini import relu, sigmoid, softplus, tanh

from ..module import Module


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
