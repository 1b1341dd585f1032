"""Schedules: the learning rate as a function of the step, as a factor of the optimizer's own."""

import math
from collections.abc import Callable
from functools import partial

Schedule = Callable[[int], float]


def cosine(steps: int, *, warmup: int = 0) -> Schedule:
    """Up in a straight line over `warmup` steps, then down to 0 along half a cosine (Loshchilov and Hutter 2017).

    >>> factor = cosine(100)
    >>> factor(0), round(factor(50), 6), factor(100)
    (1.0, 0.5, 0.0)
    """
    return partial(_cosine, steps, warmup)


def step_decay(every: int, factor: float = 0.1) -> Schedule:
    """The rate multiplied by `factor` after each `every` steps.

    >>> rate = step_decay(10, 0.5)
    >>> rate(9), rate(10), rate(25)
    (1.0, 0.5, 0.25)
    """
    return partial(_step_decay, every, factor)


# Functions of the module, not of a call, so that a schedule can be sent to another process as a model can.


def _cosine(steps: int, warmup: int, step: int) -> float:
    if step < warmup:
        return (step + 1) / warmup
    passed = min(1.0, (step - warmup) / max(1, steps - warmup))
    return 0.5 * (1.0 + math.cos(math.pi * passed))


def _step_decay(every: int, factor: float, step: int) -> float:
    return float(factor ** (step // every))
