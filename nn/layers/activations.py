"""Activations as modules, each a function of autograd_mini that has the same name there."""

import copy
from collections.abc import Callable
from typing import Any

from autograd_mini import (
    KindError,
    elu,
    gelu,
    gelu_tanh,
    leaky_relu,
    log_softmax,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)

from ..initializers import Initializer, he_normal, xavier_normal
from ..module import Module
from ..numbers import FINITE, number
from ..pytorch_names import without_dim, without_inplace


class Activation(Module):
    """The base of activations, and any function as one: Activation(np.sin).

    >>> import numpy as np
    >>> Activation(np.sin)
    Activation(sin)
    """

    function: Callable[..., Any]

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def forward(self, x: Any) -> Any:
        """x of any shape."""
        return self.function(x)

    def extra_repr(self) -> str:
        """The function's name."""
        return getattr(self.function, "__name__", type(self.function).__name__)


class _Plain(Activation):
    """One without options."""

    @without_inplace
    def __init__(self) -> None:
        pass

    def extra_repr(self) -> str:
        return ""


class ReLU(_Plain):
    """max(x, 0) of each element."""

    function = staticmethod(relu)


class Tanh(_Plain):
    """tanh(x) of each element."""

    function = staticmethod(tanh)


class Sigmoid(_Plain):
    """1 / (1 + exp(-x)) of each element."""

    function = staticmethod(sigmoid)


class Softplus(_Plain):
    """log(1 + exp(x)) of each element."""

    function = staticmethod(softplus)


class SiLU(_Plain):
    """x · sigmoid(x) of each element (Hendrycks and Gimpel 2016), also called swish."""

    function = staticmethod(silu)


class LeakyReLU(Activation):
    """x above 0, negative_slope · x at 0 and below, of each element (Maas et al. 2013).

    >>> LeakyReLU(0.5)(-2.0)
    -1.0
    """

    function = staticmethod(leaky_relu)

    @without_inplace
    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = number("LeakyReLU", "negative_slope", negative_slope, FINITE)

    def forward(self, x: Any) -> Any:
        """x of any shape."""
        return leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        """The slope."""
        return f"{self.negative_slope}"


class ELU(Activation):
    """x above 0, alpha · (exp(x) - 1) at 0 and below, of each element (Clevert et al. 2016).

    >>> ELU()(2.0)
    2.0
    """

    function = staticmethod(elu)

    @without_inplace
    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = number("ELU", "alpha", alpha, FINITE)

    def forward(self, x: Any) -> Any:
        """x of any shape."""
        return elu(x, self.alpha)

    def extra_repr(self) -> str:
        """Alpha."""
        return f"{self.alpha}"


class GELU(Activation):
    """x · Φ(x) of each element, Φ the normal distribution (Hendrycks and Gimpel 2016).

    approximate: "none", or "tanh" for the paper's approximation, x/2 · (1 + tanh(sqrt(2/π) · (x + 0.044715 x³))).

    >>> GELU(approximate="tanh")(0.0)
    0.0
    """

    function = staticmethod(gelu)

    def __init__(self, approximate: str = "none") -> None:
        if approximate not in ("none", "tanh"):
            raise KindError(f'GELU takes approximate="none" or "tanh"; got {approximate!r}')
        self.approximate = approximate

    def forward(self, x: Any) -> Any:
        """x of any shape."""
        return gelu(x) if self.approximate == "none" else gelu_tanh(x)

    def extra_repr(self) -> str:
        """The approximation, where it is one."""
        return "" if self.approximate == "none" else f"approximate={self.approximate!r}"


class _AlongAxis(Activation):
    """One that is computed along an axis, the last unless told."""

    @without_dim
    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Any:
        """x of any shape that has the axis."""
        return self.function(x, self.axis)

    def extra_repr(self) -> str:
        """The axis."""
        return f"axis={self.axis}"


class Softmax(_AlongAxis):
    """exp(x) / sum(exp(x)) along an axis: probabilities.

    For a loss of classes hand the logits to `cross_entropy`, which computes both in one and loses no digits.

    >>> import numpy as np
    >>> Softmax()(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """

    function = staticmethod(softmax)


class LogSoftmax(_AlongAxis):
    """x - log(sum(exp(x))) along an axis: the logarithms of probabilities."""

    function = staticmethod(log_softmax)


def activation_of(given: Any) -> Callable[[Any], Any]:
    """What is called, for an activation given as a function, a module or the class of a module.

    A class gives a new instance, a module a copy, so that each layer has its own; a function is itself. KindError for
    anything else.

    >>> activation_of(ReLU), activation_of(LeakyReLU(0.2)), activation_of(relu) is relu
    (ReLU(), LeakyReLU(0.2), True)
    """
    if isinstance(given, type) and issubclass(given, Module):
        try:
            return given()
        except TypeError as error:
            raise KindError(f"the class {given.__name__} is made without arguments here, and {error}") from error
    if isinstance(given, Module):
        return copy.deepcopy(given)
    if isinstance(given, type) or not callable(given):
        raise KindError(
            "an activation is a function such as autograd_mini.relu, a module such as nn.ReLU() or its class; "
            f"got {given!r}"
        )
    return given  # type: ignore[no-any-return]


def activation_module_of(given: Any) -> Module:
    """The same as a module: of a function of the engine its own (relu: ReLU()), of another an Activation."""
    activation = activation_of(given)
    if isinstance(activation, Module):
        return activation
    return _PLAIN[activation]() if activation in _PLAIN else Activation(activation)


def first_weights_for(given: Any) -> Initializer:
    """The initializer for weights before an activation: Xavier's for tanh and sigmoid, else He's."""
    function = getattr(given, "function", given)
    return xavier_normal if function in (tanh, sigmoid) else he_normal


_PLAIN: dict[Any, type[Module]] = {
    kind.function: kind for kind in (ReLU, Tanh, Sigmoid, Softplus, SiLU, LeakyReLU, ELU, GELU, Softmax, LogSoftmax)
}
