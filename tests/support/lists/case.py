"""A case: a function, a gradient for it and how to draw its arguments; all made anew for every seed."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

import numpy as np

from ..right_gradients import Random

Draw = Callable[[Random], Any]
Function = Callable[..., Any]


class Problem(NamedTuple):
    """What check_gradients is given."""

    f: Function
    args: tuple[Any, ...]
    gradient: Function | None
    options: dict[str, Any]


class Case(NamedTuple):
    """make gives f and its gradient, with whatever state they keep; a gradient of None is the engine's."""

    name: str
    make: Callable[[Random], tuple[Function, Function | None]]
    draw: tuple[Draw, ...]
    options: dict[str, Any]

    def problem(self, seed: int) -> Problem:
        random = np.random.default_rng(seed)
        args = tuple(deepcopy(draw(random)) for draw in self.draw)
        f, gradient = self.make(random)
        return Problem(f, args, gradient, self.options)


def case(name: str, f: Function, gradient: Function | None, *draw: Draw, **options: Any) -> Case:
    """A function that keeps nothing."""
    return Case(name, lambda random: (f, gradient), draw, options)


def made(name: str, make: Callable[[Random], tuple[Function, Function | None]], *draw: Draw) -> Case:
    """A function with state or with chance: it is made anew for every seed."""
    return Case(name, make, draw, {})
