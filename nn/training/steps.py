"""One step of a run, and the steps of an epoch."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from autograd_mini import KindError, Tensor, Value

from ..arrays import plain
from ..compiled import compile_step
from ..data import DataLoader
from ..losses.targets import loss_of
from ..module import Module
from ..optimizers import Optimizer, clip_grad_norm_
from ..schedules import Schedule
from .arguments import pair
from .history import AFTER, TRAINING, Epoch
from .measuring import Loss, Metric, Tally, value_of
from .monitoring import Monitor
from .progress import Silent
from .stopping import STOP


class Step:
    """A step of training in two halves: `look` at a batch, then `move` the parameters as it says.

    steps: how many were made, which is what the schedule is asked with. Arguments as for `fit`.
    """

    def __init__(
        self,
        model: Module,
        loss: Loss,
        optimizer: Optimizer,
        monitor: Monitor,
        *,
        schedule: Schedule | None,
        clip_norm: float | None,
        compiled: bool,
    ) -> None:
        self.loss, self.optimizer, self.monitor = loss, optimizer, monitor
        self.schedule, self.rate, self.steps = schedule, optimizer.lr, 0
        self.clip_norm = clip_norm
        compute = compile_step(model, loss, optimizer).differentiate if compiled else eager(model, loss, optimizer)
        self.differentiate = compute

    def look(self, inputs: Any, targets: Any) -> tuple[float, Any]:
        """The loss of a batch and the plain outputs; the gradients lie in the parameters, and nothing has moved."""
        if self.schedule is not None:
            self.optimizer.lr = self._scheduled(self.schedule(self.steps))
        found, outputs = self.differentiate(inputs, targets)
        loss = float(found)
        self.monitor.look(loss, inputs, targets, outputs, found)
        return loss, plain(outputs)

    def _scheduled(self, factor: Any) -> float:
        """The learning rate by what the schedule says."""
        try:
            return float(self.rate * factor)
        except TypeError as error:
            raise KindError(
                f"the schedule gave {factor!r} for step {self.steps}; it gives a number, by which the learning rate is "
                "multiplied"
            ) from error

    def move(self) -> None:
        """Move the parameters, as the gradients say."""
        if self.clip_norm is not None:
            clip_grad_norm_(self.optimizer.parameters, self.clip_norm)
        self.optimizer.step()
        self.steps += 1

    def observe(self, epoch: Epoch) -> None:
        """Tell a schedule that goes by it the epoch's loss: that of the first validation set, else of the training."""
        observe = getattr(self.schedule, "observe", None)
        if observe is not None:
            sets = [name for name in epoch.measured if name not in (TRAINING, AFTER)]
            observe(epoch.measured[[*sets, TRAINING][0]]["loss"])

    def end(self) -> None:
        """Give the optimizer its own rate back; without a schedule the rate is what a callback may have made it."""
        if self.schedule is not None:
            self.optimizer.lr = self.rate


def eager(model: Module, loss: Loss, optimizer: Optimizer) -> Callable[[Any, Any], tuple[Any, Any]]:
    """What computes loss and outputs of a batch, nodes with their graph, and leaves the gradients in the parameters."""
    held = set(optimizer.parameters)
    others = [parameter for parameter in model.parameters() if parameter not in held]

    def differentiate(inputs: Any, targets: Any) -> tuple[Any, Any]:
        optimizer.zero_grad()
        for parameter in others:  # else theirs would be the sum over all steps
            parameter.grad = None
        outputs = model(inputs)
        found = loss_of(loss, outputs, targets)
        if not isinstance(found, Tensor | Value):
            raise KindError(
                f"the loss is a {type(found).__name__} without a graph, so there is nothing to learn by: it, or the "
                "model, made plain numbers of the nodes on the way, by .data, float() or under no_grad"
            )
        found.backward()
        return found, outputs

    return differentiate


class Run:
    """A run of fit: `epoch` makes one pass over the data, until it `is_over`.

    epochs: how many were made. most_epochs, most_steps: how many of them, and of steps, there may be. metrics: None
    until the first epoch has shown which ones suit the targets, unless they were given.
    """

    def __init__(
        self,
        step: Step,
        data: DataLoader,
        *,
        most: tuple[float, float],
        metrics: dict[str, Metric] | None,
        step_callbacks: Sequence[Callable[[float], object]],
    ) -> None:
        self.step, self.data, self.step_callbacks = step, data, step_callbacks
        self.metrics = metrics
        self.most_epochs, self.most_steps = most
        self.epochs = 0
        self.is_stopped = False

    def state_dict(self) -> dict[str, Any]:
        """How far the run is, between two epochs, and the learning rate that a schedule goes by."""
        return {
            "epochs": self.epochs,
            "steps": self.step.steps,
            "rate": float(self.step.rate),
            "is_stopped": self.is_stopped,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        self.epochs, self.is_stopped = state["epochs"], state["is_stopped"]
        self.step.steps, self.step.rate = state["steps"], state["rate"]

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to do."""
        return self.is_stopped or self.epochs >= self.most_epochs or self.step.steps >= self.most_steps

    @property
    def title(self) -> str:
        """What the epoch to come is called."""
        return f"epoch {self.epochs + 1}" + (f"/{self.most_epochs}" if self.most_steps == float("inf") else "")

    def epoch(self, model: Module, line: Silent) -> Epoch:
        """Make a pass over the data, or what is left of the steps."""
        model.train()
        start, tally = time.perf_counter(), Tally(self.metrics, self.step.loss)
        for inputs, targets in map(pair, self.data):
            loss, outputs = self.step.look(inputs, targets)
            if not self.step.steps and len(inputs) > 1:  # what a metric does not take is heard before anything moves
                for name, metric in (self.metrics or {}).items():
                    value_of(name, metric, outputs, targets)
            self.step.move()
            tally.add(loss, outputs, targets, len(inputs))
            line.advance(len(inputs), tally.loss)
            for callback in self.step_callbacks:
                self.is_stopped |= callback(loss) is STOP
            if self.is_stopped or self.step.steps >= self.most_steps:
                break
        seconds = time.perf_counter() - start
        epoch = Epoch({TRAINING: tally.numbers()}, seconds, tally.examples)
        self.metrics = tally.chosen
        self.epochs += 1
        return epoch
