"""When to end a run before its time: what a callback returns, and one that waits for no better."""

import math
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from autograd_mini import KindError

from ..module import Module
from ..numbers import ANY, boolean, number, whole
from ..state import StateError, checked
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

    watch: which of the epoch's numbers; largest: whether more of it is better, as of an accuracy. min_delta: by how
    much an epoch must better the best so far for the patience to begin anew; kept is the best, by however little. After
    the run, `fit` puts the weights of the best epoch back into the model (buffers such as running statistics too); in a
    loop of your own call `restore`. best: the best number so far, nan before the first; best_epoch: its place among
    those seen, from 1. A number that is nan is never better. The optimizer's running sums are not put back.

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

    def __init__(
        self,
        model: Module,
        patience: int,
        *,
        watch: str = "validation_loss",
        largest: bool = False,
        min_delta: float = 0.0,
    ) -> None:
        if not isinstance(model, Module):
            raise KindError(f"EarlyStopping keeps the weights of a model; got {type(model).__name__}")
        self.model, self.patience = model, whole("EarlyStopping", "patience", patience, least=1)
        if not isinstance(watch, str):
            raise KindError(f'EarlyStopping watches a number of the epoch by its name, "loss" say; got watch={watch!r}')
        self.watch, self.largest = watch, boolean("EarlyStopping", "largest", largest)
        self.min_delta = number("EarlyStopping", "min_delta", min_delta, ANY)
        self.best, self.best_epoch, self.seen, self.bettered = math.nan, 0, 0, 0
        self.weights: dict[str, Any] | None = None

    def __call__(self, epoch: Epoch) -> Stop | None:
        """Look at an epoch; STOP where the patience is at its end."""
        numbers = epoch.numbers
        if self.watch not in numbers:
            raise KeyError(f"EarlyStopping watches {self.watch!r}; the epochs have {', '.join(numbers)}")
        found = numbers[self.watch]
        self.seen += 1
        if self._betters(found, self.min_delta):
            self.bettered = self.seen
        if self._betters(found, 0.0):
            self.weights = self.model.state_dict()
            self.best, self.best_epoch = found, self.seen
        return STOP if self.is_over else None

    @property
    def is_over(self) -> bool:
        """Whether the patience is at its end."""
        return self.seen - self.bettered >= self.patience

    def _betters(self, found: float, by: float) -> bool:
        if math.isnan(found) or math.isnan(self.best):
            return not math.isnan(found)
        return found > self.best + by if self.largest else found < self.best - by

    def watched_parameters(self) -> list[Any]:
        """The parameters whose numbers it keeps."""
        return [parameter for _, parameter in self.model.named_parameters()]

    def restore(self) -> None:
        """Put the best epoch's weights back; nothing where no epoch had a number."""
        if self.weights is not None:
            self.model.load_state_dict(self.weights)

    def state_dict(self) -> dict[str, Any]:
        """What it has seen so far, the best weights among it."""
        weights = None if self.weights is None else dict(self.weights)
        counted = {"best_epoch": self.best_epoch, "seen": self.seen, "bettered": self.bettered}
        return {"best": self.best, **counted, "weights": weights}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on as the one did that gave the state; StateError, and nothing changed, where it is no such state."""
        try:
            best, best_epoch = float(state["best"]), int(state["best_epoch"])
            seen, bettered = int(state["seen"]), int(state["bettered"])
            weights = None if state["weights"] is None else dict(state["weights"])
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise StateError(
                f"this is no state of an EarlyStopping, as its state_dict() gives it: {error!r}"
            ) from error
        if weights is not None:
            weights = checked(weights, self.model.state_dict(), f"EarlyStopping's {type(self.model).__name__}")
        self.best, self.best_epoch, self.seen, self.bettered, self.weights = best, best_epoch, seen, bettered, weights
