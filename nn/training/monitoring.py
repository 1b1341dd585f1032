"""What `fit` looks at while it goes on: whether its parameters can learn, and whether they do."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_mini import Tensor, Value, diagnose

from ..arrays import plain
from ..module import Module
from ..optimizers import Optimizer
from ..predicting import resting
from .checks import FEW, are_finite, hidden_units, paths_of, squashed_twice, unmoving, widened
from .findings import grown, idle, listed, twice, unmoved, wide, without_gradient, without_optimizer
from .telling import TrainingError, tell

FIRST = 10  # steps before it is asked for the first time what moved
FULLY = 10  # steps from one look at the gradients of more than SMALL numbers to the next
SMALL = 4096
EVERY = 100  # steps from one look at the units, and one copy of the weights, to the next


class Monitor:
    """What has an eye on a run of `fit`: `look` before each step, `after_steps` and `after_epoch` after each epoch's.

    What cannot work is raised as a TrainingError; what may be meant is told, once, as a TrainingWarning. Each step
    looks at the loss and at gradients of few numbers, every tenth and an epoch's last at all of them: where one of the
    others is not finite, the next loss is not either. Every 100 steps the weights are copied, the last good ones if all
    goes wrong, and the hidden units looked at. examples: how many the data has.
    """

    def __init__(self, model: Module, loss: Callable[[Any, Any], Any], optimizer: Optimizer, examples: int) -> None:
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.parameters = list(optimizer.parameters)
        self.small = [parameter for parameter in self.parameters if np.size(parameter.data) <= SMALL]
        self.fewest = min(FEW, examples)
        self.steps, self.first = 0, 0.0
        self.told: set[str] = set()
        self.good, self.good_at = model.state_dict(), 0
        self.before, self.before_at = self._data(), 0
        self.last: tuple[Any, ...] = ()

    def look(self, loss: float, inputs: Any, targets: Any, outputs: Any, found: Any) -> None:
        """Look at a step whose gradients are there and whose parameters have not moved.

        outputs, found: what the model and the loss gave, nodes with their graph; or, of a program, plain numbers.
        """
        seen = self.parameters if self.steps % FULLY == 0 else self.small
        if not (math.isfinite(loss) and are_finite([p.grad for p in seen])):
            self._refuse(self.steps + 1, loss, inputs, targets, found)
        if not self.steps:
            self.first = loss
            self._look_at_gradients()
            self._look_at_numbers(inputs, targets, outputs, found)
        if self.steps % EVERY == 0:
            self.good, self.good_at = self.model.state_dict(), self.steps
        if (self.steps % EVERY == 0 or self.steps == FIRST) and len(inputs) >= self.fewest:
            self._look_at_units(inputs, outputs)
        self.steps += 1
        self.last = loss, inputs, targets

    def after_steps(self) -> None:
        """Look at what the last step of an epoch left, before the epoch is measured and kept: no loss came after it."""
        was = zip(self.parameters, self.before, strict=True)
        if not all(are_finite([p.grad]) and (are_finite([p.data]) or not are_finite([old])) for p, old in was):
            loss, inputs, targets = self.last
            self._refuse(self.steps, loss, inputs, targets, None)

    def after_epoch(self, loss: float, *, last: bool) -> None:
        """Look at what moved since the last look, if that is some steps ago: one may move nothing, and be right.

        loss: the epoch's; one of 0 may be the reason, and is a good one. last: whether there is no other epoch.
        """
        if "grown" not in self.told and (said := grown(self.first, loss)):
            self.told.add("grown")
            tell(said)
        if self.steps - self.before_at >= (EVERY if self.before_at else FIRST) or (last and not self.before_at):
            self._tell(without_optimizer(self.model, self.parameters))
            if loss:
                self._look_at_moves()
            self.before, self.before_at = self._data(), self.steps

    def _data(self) -> list[Any]:
        return [np.array(parameter.data) for parameter in self.parameters]

    def _tell(self, message: str) -> None:
        if message and message not in self.told:
            self.told.add(message)
            tell(message)

    def _look_at_gradients(self) -> None:
        paths = paths_of(self.model, self.parameters)
        found = without_gradient({paths[parameter]: parameter.grad for parameter in self.parameters})
        if all(parameter.grad is None for parameter in self.parameters):
            raise TrainingError(found)
        self._tell(found)
        self._tell(without_optimizer(self.model, self.parameters))

    def _look_at_numbers(self, inputs: Any, targets: Any, outputs: Any, found: Any) -> None:
        """Look whether outputs are squashed twice, and whether anything is wider than the parameters."""
        if not isinstance(found, Tensor | Value):  # of a program, whose numbers say whether to look at a graph
            numbers = plain(outputs)
            if not isinstance(numbers, np.ndarray) or not (numbers.dtype == np.float64 or _are_shares(numbers)):
                return
            with resting(self.model):
                found = self.loss(self.model(inputs), targets)
        paths = paths_of(self.model, self.parameters)
        self._tell(twice(squashed_twice(found, paths)))
        self._tell(wide(widened(found, paths)))

    def _look_at_moves(self) -> None:
        taught = [(p, old) for p, old in zip(self.parameters, self.before, strict=True) if p.grad is not None]
        rested = set() if self.optimizer.lr == 0 else unmoving(self.optimizer)
        still = [p for p, old in taught if np.array_equal(old, p.data) and p not in rested]
        if still:
            names, of_all = paths_of(self.model, still), len(still) == len(taught)
            rate = self.optimizer.lr
            self._tell(unmoved([names[p] for p in still], [p.grad for p in still], all_of_them=of_all, rate=rate))

    def _look_at_units(self, inputs: Any, outputs: Any) -> None:
        if not isinstance(outputs, Tensor | Value):
            if not self.steps:  # a program's first step: statistics that go with eval mode are not there yet
                return
            with resting(self.model):
                outputs = self.model(inputs)
        paths = paths_of(self.model, self.parameters)
        for units in hidden_units(outputs, paths):
            if units.where not in self.told and (said := idle(units)):
                self.told.add(units.where)
                tell(said)

    def _refuse(self, step: int, loss: float, inputs: Any, targets: Any, found: Any) -> None:
        """Put the last good weights back, and say what is not finite, and where that comes from.

        found: as for `look`; None where the parameters have moved, so that the loss is that of the weights put back.
        """
        paths = paths_of(self.model, self.parameters)
        bad = [paths[p] for p in self.parameters if not are_finite([p.grad])]
        lost = [paths[p] for p in self.parameters if not are_finite([p.data])]
        if not math.isfinite(loss):
            what = f"the loss is {loss}" + (f", for {listed(lost)} became so in a step before" if lost else "")
        else:
            what = f"the gradient of {listed(bad)} is not finite" if bad else f"it made {listed(lost)} infinite"
        if found is None:
            self.model.load_state_dict(self.good)
        with np.errstate(all="ignore"):
            node = found if isinstance(found, Tensor | Value) else self.loss(self.model(inputs), targets)
            where = diagnose(node)
        self.model.load_state_dict(self.good)
        data = " The inputs of this batch are not finite themselves." if not _are_finite(inputs) else ""
        raise TrainingError(
            f"step {step}: {what}. {where}{data} The parameters are put back as they were before step "
            f"{self.good_at + 1}, when all was finite. Where they grew too large, a smaller learning rate helps, or "
            "clip_norm=1.0"
        )


def _are_shares(x: Any) -> bool:
    return bool((x >= 0).all() and (x <= 1).all())


def _are_finite(x: Any) -> bool:
    array = np.asarray(x)
    return array.dtype.kind != "f" or bool(np.isfinite(array).all())
