"""Schedules: the learning rate as a function of the step, as a factor of the optimizer's own."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from autograd_mini import KindError

from .numbers import ABOVE_ZERO, BELOW_ONE, FINITE, FROM_ZERO, UP_TO_ONE, number, refused, whole
from .state import StateError

Schedule = Callable[[int], float]
"""factor = schedule(step), the first step being 0."""


def cosine(steps: int, *, warmup: int = 0) -> Schedule:
    """Up in a straight line over `warmup` steps, then down to 0 along half a cosine (Loshchilov and Hutter 2017).

    >>> factor = cosine(100)
    >>> factor(0), round(factor(50), 6), factor(100)
    (1.0, 0.5, 0.0)
    """
    steps, warmup = whole("cosine", "steps", steps, least=1), whole("cosine", "warmup", warmup, least=0)
    if warmup > steps:
        raise ValueError(f"cosine warms up within its steps; got steps={steps}, warmup={warmup}")
    return partial(_cosine, steps, warmup)


def step_decay(step_size: int, gamma: float = 0.1) -> Schedule:
    """The rate multiplied by `gamma` after each `step_size` steps. As PyTorch's StepLR.

    >>> rate = step_decay(10, 0.5)
    >>> rate(9), rate(10), rate(25)
    (1.0, 0.5, 0.25)
    """
    return partial(
        _step_decay,
        whole("step_decay", "step_size", step_size, least=1),
        number("step_decay", "gamma", gamma, ABOVE_ZERO),
    )


def multistep(milestones: Sequence[int], gamma: float = 0.1) -> Schedule:
    """The rate multiplied by `gamma` at each of these steps. As PyTorch's MultiStepLR.

    >>> rate = multistep([10, 30], 0.5)
    >>> rate(9), rate(10), rate(29), rate(30)
    (1.0, 0.5, 0.5, 0.25)
    """
    if not isinstance(milestones, Sequence) or isinstance(milestones, str):
        raise refused("multistep", "milestones", milestones, "a list of steps", False)
    steps = tuple(whole("multistep", "milestones", milestone, least=0) for milestone in milestones)
    return partial(_multistep, steps, number("multistep", "gamma", gamma, ABOVE_ZERO))


def exponential(gamma: float) -> Schedule:
    """The rate multiplied by `gamma` at every step. As PyTorch's ExponentialLR.

    >>> exponential(0.5)(3)
    0.125
    """
    return partial(_step_decay, 1, number("exponential", "gamma", gamma, ABOVE_ZERO))


def warm_up(steps: int) -> Schedule:
    """Up in a straight line: a step's part of the whole rate is 1 / steps, the next one's 2 / steps, ..., then 1.

    To be chained with what follows: chained(warm_up(100), exponential(0.999)).

    >>> rise = warm_up(4)
    >>> [rise(step) for step in range(5)]
    [0.25, 0.5, 0.75, 1.0, 1.0]
    """
    return partial(_warm_up, whole("warm_up", "steps", steps, least=1))


def one_cycle(
    total_steps: int, *, pct_start: float = 0.3, div_factor: float = 25.0, final_div_factor: float = 1e4
) -> Schedule:
    """Up and down along two half cosines (Smith and Topin 2018): the optimizer's rate is the highest.

    From 1 / div_factor up to 1 in the first pct_start of the steps, then down to 1 / div_factor / final_div_factor at
    the last one, where it stays. As PyTorch's OneCycleLR, without its cycle of the momentum.

    >>> factor = one_cycle(101, div_factor=4.0)
    >>> factor(0), round(factor(29), 2), round(factor(100), 6)
    (0.25, 1.0, 2.5e-05)
    """
    total_steps = whole("one_cycle", "total_steps", total_steps, least=1)
    top = number("one_cycle", "pct_start", pct_start, UP_TO_ONE) * total_steps - 1.0
    low = 1.0 / number("one_cycle", "div_factor", div_factor, ABOVE_ZERO)
    return partial(
        _one_cycle, total_steps, top, low, low / number("one_cycle", "final_div_factor", final_div_factor, ABOVE_ZERO)
    )


def chained(*schedules: Schedule) -> Schedule:
    """The product of the schedules' factors; what is observed, each of them observes that does.

    >>> factor = chained(warm_up(2), exponential(0.5))
    >>> factor(0), factor(1), factor(2)
    (0.5, 0.5, 0.25)
    """
    if not schedules or not all(map(callable, schedules)):
        kinds = ", ".join(type(schedule).__name__ for schedule in schedules)
        raise KindError(f"chained takes schedules, as chained(warm_up(100), exponential(0.999)); got {kinds or 'none'}")
    return _Chained(schedules)


class Plateau:
    """The rate multiplied by `factor` whenever the loss has not fallen for more than `patience` epochs.

    `fit` shows it the loss of each epoch, the validation's where there is one; a loop of your own calls `observe`. A
    loss that is less than threshold, as a part of it, below the least so far has not fallen, and nor has nan. After a
    change, `cooldown` epochs do not count. min_factor: where it stops. For a measure that should grow observe its
    negative. As PyTorch's ReduceLROnPlateau.

    >>> plateau = Plateau(0.5, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     plateau.observe(loss)
    >>> plateau(0)
    0.5
    """

    def __init__(
        self,
        factor: float = 0.1,
        patience: int = 10,
        *,
        threshold: float = 1e-4,
        cooldown: int = 0,
        min_factor: float = 0.0,
    ) -> None:
        self.factor = number("Plateau", "factor", factor, BELOW_ONE)
        self.patience = whole("Plateau", "patience", patience, least=0)
        self.threshold = number("Plateau", "threshold", threshold, FROM_ZERO)
        self.cooldown = whole("Plateau", "cooldown", cooldown, least=0)
        self.min_factor = number("Plateau", "min_factor", min_factor, UP_TO_ONE)
        self._now, self._best, self._bad, self._resting = 1.0, math.inf, 0, 0

    def __call__(self, step: int) -> float:
        """The factor of now, whatever the step."""
        return self._now

    def observe(self, loss: float) -> None:
        """Look at the loss of an epoch."""
        loss = number("Plateau", "loss", loss, FINITE._replace(has=lambda _: True))
        if loss < self._best - self.threshold * (abs(self._best) if self._best < math.inf else 0.0):
            self._best, self._bad = loss, 0
        else:
            self._bad += 1
        if self._resting:
            self._resting, self._bad = self._resting - 1, 0
        if self._bad > self.patience:
            self._now, self._bad = max(self._now * self.factor, self.min_factor), 0
            self._resting = self.cooldown

    def settings(self) -> dict[str, Any]:
        """What it was made with, which a run that goes on from a checkpoint must have again."""
        return {name: getattr(self, name) for name in ("factor", "patience", "threshold", "cooldown", "min_factor")}

    def state_dict(self) -> dict[str, Any]:
        """What it has seen: {"factor", "best", "bad_epochs", "resting_epochs"}, numbers, and None before any loss."""
        best = self._best if self._best < math.inf else None
        return {"factor": self._now, "best": best, "bad_epochs": self._bad, "resting_epochs": self._resting}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where the Plateau was that gave the state; StateError, and nothing loaded, where none did."""
        if not isinstance(state, Mapping) or state.keys() != self.state_dict().keys():
            raise StateError(f"a state of Plateau has {', '.join(self.state_dict())}; got {state!r}")
        try:
            now = number("Plateau", "factor", state["factor"], UP_TO_ONE)
            best = math.inf if state["best"] is None else number("Plateau", "best", state["best"], FINITE)
            bad, resting = (whole("Plateau", name, state[name], least=0) for name in ("bad_epochs", "resting_epochs"))
        except (TypeError, ValueError) as error:
            raise StateError(f"this state is of no Plateau: {error}") from None
        self._now, self._best, self._bad, self._resting = now, best, bad, resting


class _Chained:
    def __init__(self, schedules: Sequence[Schedule]) -> None:
        self.schedules = schedules

    def __call__(self, step: int) -> float:
        return math.prod(schedule(step) for schedule in self.schedules)

    def observe(self, loss: float) -> None:
        for schedule in self.schedules:
            if hasattr(schedule, "observe"):
                schedule.observe(loss)

    def settings(self) -> dict[str, Any]:
        return {str(i): schedule for i, schedule in enumerate(self.schedules)}

    def state_dict(self) -> dict[str, Any]:
        return {str(i): s.state_dict() for i, s in enumerate(self.schedules) if hasattr(s, "state_dict")}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        own = self.state_dict()
        if not isinstance(state, Mapping) or state.keys() != own.keys():
            raise StateError(
                f"a state of these chained schedules has those of {', '.join(own) or 'none'}; got {state!r}"
            )
        parts: list[Any] = [self.schedules[int(name)] for name in own]
        try:
            for name, part in zip(own, parts, strict=True):
                part.load_state_dict(state[name])
        except StateError:
            for name, part in zip(own, parts, strict=True):
                part.load_state_dict(own[name])
            raise


# Functions of the module, not of a call, so that a schedule can be sent to another process as a model can.


def _cosine(steps: int, warmup: int, step: int) -> float:
    if step < warmup:
        return (step + 1) / warmup
    passed = min(1.0, (step - warmup) / max(1, steps - warmup))
    return 0.5 * (1.0 + math.cos(math.pi * passed))


def _step_decay(step_size: int, gamma: float, step: int) -> float:
    return _power(gamma, step // step_size)


def _multistep(milestones: Sequence[int], gamma: float, step: int) -> float:
    return _power(gamma, sum(step >= milestone for milestone in milestones))


def _warm_up(steps: int, step: int) -> float:
    return min(1.0, (step + 1) / steps)


def _one_cycle(total_steps: int, top: float, low: float, last: float, step: int) -> float:
    if step <= top:
        return _between(low, 1.0, step / top if top else 1.0)
    return _between(1.0, last, min(1.0, (step - top) / (total_steps - 1.0 - top)) if total_steps - 1.0 > top else 1.0)


def _between(start: float, end: float, passed: float) -> float:
    """From start to end along half a cosine."""
    return end + (start - end) * 0.5 * (1.0 + math.cos(math.pi * passed))


def _power(gamma: float, times: int) -> float:
    try:
        return float(gamma**times)
    except OverflowError:
        return math.inf  # which an optimizer refuses as its rate
