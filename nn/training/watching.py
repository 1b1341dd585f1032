"""What `fit` looks at while it goes on: whether its parameters can learn, and whether they do."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_mini import Tensor, Value, diagnose

from ..module import Module, Parameter
from ..optimizers import Optimizer
from ..predicting import resting
from .checks import Units, hidden_units, is_finite, listed, paths_of, unmoving
from .telling import TrainingError, tell

EVERY = 50  # steps from one look at the units, and one copy of the weights, to the next
FEW = 16  # examples of which too little can be said
MOST = 0.75  # of a layer's units: half of them may be 0 on every example in a deep network that learns well


class Watch:
    """The eye that `fit` has on a run: `look` before each step, `after_epoch` after each epoch and after the last.

    What cannot work is raised as a TrainingError; what may be meant is told, once, as a TrainingWarning. Before the
    steps 1, 2, 3, 5, 9, … and every 50th the weights are copied, the last good ones if all goes wrong, and the hidden
    units looked at. examples: how many the data has.
    """

    def __init__(self, model: Module, loss: Callable[[Any, Any], Any], optimizer: Optimizer, examples: int) -> None:
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.parameters = list(optimizer.parameters)
        self.fewest = min(FEW, examples)
        self.steps = 0
        self.told: set[str] = set()
        self.good, self.good_at = model.state_dict(), 0
        self.before, self.before_at = self._data(), 0

    def look(self, loss: float, inputs: Any, targets: Any, outputs: Any, found: Any) -> None:
        """Look at a step whose gradients are there and whose parameters have not moved.

        outputs, found: what the model and the loss gave, nodes with their graph; or, of a program, plain numbers.
        """
        if not math.isfinite(loss) or not all(is_finite(p.grad) for p in self.parameters):
            self._refuse(loss, inputs, targets, found)
        if not self.steps:
            self._look_at_gradients()
        if self.steps % EVERY == 0 or (self.steps < EVERY and self.steps.bit_count() == 1):
            self.good, self.good_at = self.model.state_dict(), self.steps
            if len(inputs) >= self.fewest:
                self._look_at_units(inputs, outputs)
        self.steps += 1

    def after_epoch(self, loss: float, *, last: bool) -> None:
        """Look at what moved since the last look, if that is some steps ago or there will be no other; loss: its mean.

        A loss of 0 may be the reason, and is a good one.
        """
        if last or not self.before_at or self.steps - self.before_at >= EVERY:
            self._look_at_the_optimizer()
            if loss:
                self._look_at_moves()
            self.before, self.before_at = self._data(), self.steps

    def _data(self) -> list[Any]:
        return [np.array(parameter.data) for parameter in self.parameters]

    def _tell(self, message: str) -> None:
        if message not in self.told:
            self.told.add(message)
            tell(message)

    def _look_at_gradients(self) -> None:
        paths = paths_of(self.model, self.parameters)
        unused = [paths[parameter] for parameter in self.parameters if parameter.grad is None]
        if len(unused) == len(self.parameters):
            raise TrainingError(
                f"nothing can be learned: the loss uses none of the optimizer's parameters ({listed(unused)}). If the "
                "model's were replaced after the optimizer was made, make the optimizer after that, of "
                "model.parameters(); if they were not, the outputs are computed from something else"
            )
        if unused:
            self._tell(
                f"the loss does not use {listed(unused)}, which the optimizer holds: no gradient comes there, and "
                "nothing moves"
            )
        self._look_at_the_optimizer()

    def _look_at_the_optimizer(self) -> None:
        held = set(self.parameters)
        missing = [path for path, parameter in self.model.named_parameters() if parameter not in held]
        if missing:
            self._tell(
                f"the optimizer does not hold {listed(missing)} of the model: they do not learn. If they were made "
                "after the optimizer, make it after them, of model.parameters()"
            )

    def _look_at_moves(self) -> None:
        parameters = [p for p in self.parameters if p.grad is not None]
        before = dict(zip(self.parameters, self.before, strict=True))
        still = [p for p in parameters if np.array_equal(before[p], p.data)]
        rested = set() if self.optimizer.lr == 0 else unmoving(self.optimizer)
        if still := [p for p in still if p not in rested]:
            paths = paths_of(self.model, still)
            which = (
                "nothing moved" if len(still) == len(parameters) else f"{listed(paths[p] for p in still)} did not move"
            )
            self._tell(f"{which} in an epoch: {self._reason(still)}")

    def _reason(self, still: list[Parameter]) -> str:
        if self.optimizer.lr == 0:
            return "the learning rate is 0"
        if not any(np.any(p.grad) for p in still):
            return "the gradients are 0; nn.inspect(model, loss, optimizer) shows where they end"
        return f"with the learning rate {self.optimizer.lr:.3g} the steps are smaller than rounding"

    def _look_at_units(self, inputs: Any, outputs: Any) -> None:
        if not isinstance(outputs, Tensor | Value):
            if not self.steps:  # a program's first step: statistics that go with eval mode are not there yet
                return
            with resting(self.model):
                outputs = self.model(inputs)
        paths = paths_of(self.model, self.parameters)
        for units in hidden_units(outputs, paths):
            if units.idle >= MOST * units.count and units.where not in self.told:
                self.told.add(units.where)
                tell(in_words(units))

    def _refuse(self, loss: float, inputs: Any, targets: Any, found: Any) -> None:
        """Put the last good weights back, and say what is not finite, and where that comes from."""
        paths = paths_of(self.model, self.parameters)
        bad = [paths[p] for p in self.parameters if not is_finite(p.grad)]
        what = f"the gradient of {listed(bad)} is not finite" if math.isfinite(loss) else f"the loss is {loss}"
        with np.errstate(all="ignore"):
            node = found if isinstance(found, Tensor | Value) else self.loss(self.model(inputs), targets)
            where = diagnose(node)
        self.model.load_state_dict(self.good)
        data = " The inputs of this batch are not finite themselves." if not _are_finite(inputs) else ""
        raise TrainingError(
            f"step {self.steps + 1}: {what}. {where}{data} The parameters are put back as they were before step "
            f"{self.good_at + 1}, when all was finite. Where they grew too large, a smaller learning rate helps, or "
            "clip_norm=1.0"
        )


def _are_finite(x: Any) -> bool:
    array = np.asarray(x)
    return array.dtype.kind != "f" or bool(np.isfinite(array).all())


def in_words(units: Units) -> str:
    """What idle units are, and what helps.

    >>> in_words(Units("relu after 0", 8, 8, "dead"))[:62]
    '8 of 8 units (relu after 0) are dead, 0 on every example of a '
    """
    if units.how == "dead":
        return (
            f"{units.idle} of {units.count} units ({units.where}) are dead, 0 on every example of a batch: no gradient "
            "comes through them. A smaller learning rate, He's initializer or inputs of size 1 keep them alive"
        )
    return (
        f"{units.idle} of {units.count} units ({units.where}) are saturated, at an end of their range on every example "
        "of a batch: hardly a gradient comes through them. Inputs of size 1, smaller weights or a smaller learning "
        "rate help"
    )
