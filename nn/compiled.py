"""A training step as a program: loss and gradients recorded once, then computed in memory that is always the same."""

from collections.abc import Callable
from typing import Any

from autograd_mini import KindError, compile, gradients

from .effects import Effects, current_effects, noted_in
from .losses.targets import loss_of
from .module import Module
from .optimizers import Optimizer

Loss = Callable[[Any, Any], Any]


class CompiledStep:
    """A step of training; see `compile_step`.

    outputs: what the model gave at the last call. program: the program that computes loss, outputs and gradients.
    """

    def __init__(self, model: Module, loss: Loss, optimizer: Optimizer) -> None:
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.outputs: Any = None
        self.program = compile(_loss_and_gradients(model, loss, optimizer.parameters), copy=False)
        self._effects: dict[Any, Effects] = {}  # by the shapes of inputs and targets

    def native(self) -> "CompiledStep":
        """The same step with its program as native code (`Program.native`); an ImportError without numba and SciPy."""
        step = CompiledStep(self.model, self.loss, self.optimizer)
        step.program, step._effects = self.program.native(), self._effects
        return step

    def __call__(self, inputs: Any, targets: Any) -> float:
        """Move the parameters by one step, and give the loss that they had before it."""
        found, self.outputs = self.differentiate(inputs, targets)
        self.optimizer.step()
        return found

    def differentiate(self, inputs: Any, targets: Any) -> tuple[float, Any]:
        """The loss and what the model gives; the gradients are in the parameters' `.grad`, and nothing is moved."""
        effects = self._effects.setdefault((getattr(inputs, "shape", None), getattr(targets, "shape", None)), Effects())
        effects.redraw()
        with noted_in(effects):
            found, outputs, moves, kept = self.program(inputs, targets)
        effects.give(kept)
        for parameter, g in zip(self.optimizer.parameters, moves, strict=True):
            parameter.grad = g
        return float(found), outputs


def _loss_and_gradients(model: Module, loss: Loss, parameters: list[Any]) -> Callable[[Any, Any], Any]:
    """What a step computes; it reads the model and the loss by name, so a change of their attributes is seen."""

    def loss_and_gradients(inputs: Any, targets: Any) -> Any:
        effects = current_effects()
        effects.begin()
        outputs = model(inputs)
        found = loss_of(loss, outputs, targets)
        by_node = gradients(found)
        return found, outputs, [by_node.get(parameter) for parameter in parameters], effects.kept

    return loss_and_gradients


def compile_step(model: Module, loss: Loss, optimizer: Optimizer) -> CompiledStep:
    """A step of training as a program: step(inputs, targets) moves the model's parameters and returns the loss.

    inputs, targets: arrays, as a DataLoader gives them; each new shape is recorded anew. loss: loss(outputs, targets),
    a scalar. The optimizer may be any, its learning rate set anew at any time. The gradients of the step are in the
    parameters' `.grad`, and step.outputs is what the model gave; both until the next step, which writes over them.
    Dropout draws anew at each step and BatchNorm keeps its running numbers, as without compiling; what other code in
    the model does at each call beside computing (drawing, counting) is recorded once and never done again, or refused.

    >>> import numpy as np
    >>> from nn import MLP, SGD, compile_step, cross_entropy
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(64, 2)).astype(np.float32)
    >>> model = MLP(2, [8], 2, rng=rng)
    >>> step = compile_step(model, cross_entropy, SGD(model.parameters(), 0.5))
    >>> losses = [step(x, (x[:, 0] > 0).astype(int)) for _ in range(50)]
    >>> losses[-1] < losses[0] / 3
    True
    """
    if not isinstance(model, Module) or not callable(loss) or not isinstance(optimizer, Optimizer):
        kinds = ", ".join(type(part).__name__ for part in (model, loss, optimizer))
        raise KindError(f"compile_step takes a model, a loss and an optimizer, in this order; got {kinds}")
    return CompiledStep(model, loss, optimizer)
