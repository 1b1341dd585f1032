"""A graph without a pattern: 50 squares of sums of 2 to 9 terms over shared weights, eagerly and as a program."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.support.scalar_models import numbers, ragged_groups, ragged_loss

from .harness import Cases, Row, run
from .programs import KINDS, program, timed

CASE = "ragged sums"
EAGER = "autograd_mini"
TARGETS = {"": 0.1, ", fast": 0.01}
ROWS = tuple(Row(CASE + kind, target, EAGER, needs=KINDS[kind][0]) for kind, target in TARGETS.items())


def cases(side: str) -> Cases:
    """Loss and gradients: by the program, or by the engine without one."""
    eager = partial(derived(), numbers(20, 0))
    made: Cases = {}
    for kind, (_, native) in KINDS.items():
        make = (lambda: eager) if side == EAGER else partial(ours, native)
        made[CASE + kind] = timed(make, eager)
    return made


def derived() -> Callable[..., Any]:
    """The function of the weights that gives loss and gradients."""
    from autograd_mini import value_and_grad

    groups = ragged_groups()
    return value_and_grad(lambda weights: ragged_loss(weights, groups))


def ours(native: bool) -> Callable[[], Any]:
    """The program of it."""
    return program(derived(), numbers(20, 0), native=native)


if __name__ == "__main__":
    run(cases)
