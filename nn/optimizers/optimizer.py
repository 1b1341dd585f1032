"""The base of optimizers: it goes through the parameters and moves each."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, Tensor, Value

from ..interrupts import uninterrupted
from ..module import Parameter

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
