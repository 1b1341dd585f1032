"""Optimizers: how a gradient moves the parameters."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, Tensor, Value

from .interrupts import uninterrupted
from .module import Parameter

STRETCH = 2**16  # numbers moved at a time: what is computed on the way stays in the processor's cache


class Optimizer:
    """The base: it goes through the parameters; a subclass says in `change` how far each one moves.

    parameters: Tensors and Values, as `model.parameters()` gives them; one given twice moves once. lr: the learning
    rate, which may be set anew at any time. weight_decay: adds weight_decay · parameter to its gradient. A parameter
    without a gradient stays where it is.
    """

    def __init__(self, parameters: Iterable[Parameter], lr: float, weight_decay: float = 0.0) -> None:
        given = list(parameters)
        if not given:
            raise ValueError(f"{type(self).__name__} was given no parameters: pass model.parameters()")
        for parameter in given:
            if not isinstance(parameter, Parameter) or parameter.inputs:
                raise KindError(
                    f"{type(self).__name__} moves leaves, as model.parameters() gives them in a list; "
                    f"got a {type(parameter).__name__} that is none"
                )
        self.parameters = list(dict.fromkeys(given))
        self.lr = lr
        self.weight_decay = weight_decay
        self.steps = 0
        self._kept: dict[Parameter, tuple[Any, ...]] = {}

    def zero_grad(self) -> None:
        """Forget every parameter's gradient; the next backward starts afresh."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self) -> None:
        """Move every parameter against its gradient.

        All of them move or none, with their running sums and `steps`: gradients are looked at before the first
        moves, a ShapeError where one is not of its parameter's shape, a KindError where it is no number at all; and
        Ctrl-C is heard before or after (`nn.interrupts`), so that a run may be interrupted and go on. Only what
        `change` itself raises, such as NumPy's FloatingPointError where you asked for it, stops a step midway.
        """
        with uninterrupted():
            count = self.sums
            moves = [(p, _gradient_of(p), self._sums_of(p, count)) for p in self.parameters if p.grad is not None]
            self.steps += 1
            for parameter, g, sums in moves:
                parameter.data = self._moved(parameter.data, g, sums)

    @property
    def sums(self) -> int:
        """How many running sums `change` keeps of each number."""
        return 0

    def change(self, g: Any, *sums: Any) -> Any:
        """What is subtracted from numbers whose gradient is g.

        sums: the running sums of these numbers, arrays that start at 0, to be changed in place.
        """
        raise TypeError(f"{type(self).__name__} has no change(self, g, *sums): write one")

    def _moved(self, data: Any, g: Any, sums: tuple[Any, ...]) -> Any:
        """The data after the step: a float anew, an array in place, so many rows at a time as hold STRETCH numbers."""
        if type(data) is float:
            return data - self.change(self._decayed(g, data), *sums)
        if data.size <= STRETCH:
            data -= self.change(self._decayed(g, data), *sums)
            return data
        rows = max(1, STRETCH * len(data) // data.size)
        for start in range(0, len(data), rows):
            stretch = slice(start, start + rows)
            part = data[stretch]
            part -= self.change(self._decayed(g[stretch], part), *(kept[stretch] for kept in sums))
        return data

    def _decayed(self, g: Any, data: Any) -> Any:
        return g + self.weight_decay * data if self.weight_decay else g

    def _sums_of(self, parameter: Parameter, count: int) -> tuple[Any, ...]:
        kept = self._kept.get(parameter, ())
        if len(kept) != count:
            kept = self._kept[parameter] = tuple(np.zeros_like(parameter.data) for _ in range(count))
        return kept


def _gradient_of(parameter: Parameter) -> Any:
    """The gradient as its parameter's data are, though it was set by hand, of whole numbers say, or is recorded."""
    data, g = parameter.data, parameter.grad
    if isinstance(g, Parameter):
        g = g.data
    if type(data) is float:
        return g if type(g) is float else Value(g).data
    if type(g) is not np.ndarray or g.dtype.kind != "f":
        g = Tensor(g).data
    if g.shape != data.shape:
        raise ShapeError(f"a gradient of shape {g.shape} cannot move a parameter of shape {data.shape}")
    return g


class SGD(Optimizer):
    """Stochastic gradient descent: w -= lr · g, or with momentum v = momentum · v + g, w -= lr · v.

    nesterov: look ahead, w -= lr · (g + momentum · v) (Sutskever et al. 2013). As torch.optim.SGD.

    >>> from autograd_mini import Value
    >>> w = Value(5.0)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    4.0
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: float,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        if nesterov and not momentum:
            raise ValueError("nesterov looks ahead along the momentum: give momentum > 0")
        self.momentum = momentum
        self.nesterov = nesterov

    @property
    def sums(self) -> int:
        """The velocity, where there is momentum."""
        return 1 if self.momentum else 0

    def change(self, g: Any, *sums: Any) -> Any:
        """lr · g, with the momentum of earlier steps."""
        if not sums:
            return self.lr * g
        (velocity,) = sums
        velocity *= self.momentum
        velocity += g
        return self.lr * (g + self.momentum * velocity if self.nesterov else velocity)


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015): w -= lr · m / (sqrt(v) + eps), m and v the averages of g and g².

    Averages over about 1 / (1 - beta) steps, with the paper's correction for their start at 0.
    weight_decay is added to the gradient. As torch.optim.Adam.

    >>> from autograd_mini import Value
    >>> w = Value(5.0)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    4.9
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: float = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.betas = betas
        self.eps = eps

    @property
    def sums(self) -> int:
        """The averages of g and of g²."""
        return 2

    def change(self, g: Any, *sums: Any) -> Any:
        """lr · m / (sqrt(v) + eps), bias-corrected.

        The sums kept are m / (1 - beta1) and v / (1 - beta2): two passes over memory fewer. A parameter that
        joins late is corrected as if it had been there from the first step, with gradients of 0.
        """
        beta1, beta2 = self.betas
        m, v = sums
        m *= beta1
        m += g
        v *= beta2
        v += g * g
        spread = ((1.0 - beta2) / (1.0 - beta2**self.steps)) ** 0.5
        root = np.sqrt(v)
        root += self.eps / spread
        change = m / root
        change *= self.lr * (1.0 - beta1) / (1.0 - beta1**self.steps) / spread
        return change
