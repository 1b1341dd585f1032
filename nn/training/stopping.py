"""When to end a run before its time: what a callback returns, and one that waits for no better."""

import math
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from autograd_mini import KindError

from ..module import Module
from ..numbers import boolean, whole
from ..state import StateError
from .history import Epoch


class Stop(Enum):
    """What a callback of `fit` returns to end the run."""

    STOP = "stop"

    def __repr__(self) -> str:
        return "nn.STOP"

    __str__ = __repr__


STOP: Final = Stop.STOP


class EarlyStopping:
    """A callback of `fit` that ends a run once so many epochs in a row were no better than the best, and keeps that.

    watch: which of the epoch's numbers; largest: whether more of it is better, as of an accuracy. After the run, `fit`
    puts the weights of the best epoch back into the model (buffers such as running statistics too); in a loop of your
    own call `restore`. best: the best number so far, nan before the first; best_epoch: its place among those seen,
    from 1. A number that is nan is never better. The optimizer's running sums are not put back.

    >>> import numpy as np
    >>> from nn import Epoch, Linear
    >>> model = Linear(1, 1, rng=0)
    >>> stopping = EarlyStopping(model, patience=2, watch="loss")
    >>> for loss in (3.0, 1.0, 2.0, 1.5):
    ...     model.bias.data = np.array([loss], np.float32)
    ...     print(stopping(Epoch({"training": {"loss": loss}}, 1.0, 1)))
    None
    None
    None
    nn.STOP
    >>> stopping.restore()
    >>> stopping.best_epoch, model.bias.data
    (2, array([1.], dtype=float32))
    """

    def __init__(self, model: Module, patience: int, *, watch: str = "validation_loss", largest: bool = False) -> None:
        if not isinstance(model, Module):
            raise KindError(f"EarlyStopping keeps the weights of a model; got {type(model).__name__}")
        self.model, self.patience = model, whole("EarlyStopping", "patience", patience, least=1)
        self.watch, self.largest = watch, boolean("EarlyStopping", "largest", largest)
        self.best, self.best_epoch, self.seen = math.nan, 0, 0
        self.weights: dict[str, Any] | None = None

    def __call__(self, epoch: Epoch) -> Stop | None:
        """Look at an epoch; STOP where the patience is at its end."""
        numbers = epoch.numbers
        if self.watch not in numbers:
            raise KeyError(f"EarlyStopping watches {self.watch!r}; the epochs have {', '.join(numbers)}")
        number = numbers[self.watch]
        self.seen += 1
        if self._is_better(number):
            self.weights = self.model.state_dict()
            self.best, self.best_epoch = number, self.seen
        return STOP if self.seen - self.best_epoch >= self.patience else None

    def _is_better(self, number: float) -> bool:
        if math.isnan(number) or math.isnan(self.best):
            return not math.isnan(number)
        return number > self.best if self.largest else number < self.best

    def restore(self) -> None:
        """Put the best epoch's weights back; nothing where no epoch had a number."""
        if self.weights is not None:
            self.model.load_state_dict(self.weights)

    def state_dict(self) -> dict[str, Any]:
        """What it has seen so far, the best weights among it."""
        weights = None if self.weights is None else dict(self.weights)
        return {"best": self.best, "best_epoch": self.best_epoch, "seen": self.seen, "weights": weights}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on as the one did that gave the state; StateError, and nothing changed, where it is no such state."""
        try:
            best, best_epoch, seen = float(state["best"]), int(state["best_epoch"]), int(state["seen"])
            weights = None if state["weights"] is None else dict(state["weights"])
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(
                f"this is no state of an EarlyStopping, as its state_dict() gives it: {error!r}"
            ) from error
        self.best, self.best_epoch, self.seen, self.weights = best, best_epoch, seen, weights
