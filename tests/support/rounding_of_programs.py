"""A program's value and derivatives by the engine, and how far rounding may move them: measured, not guessed.

Every result is moved a little, by chance, and so is its slope: as far as value and derivatives go then, so far, in
proportion, rounding moves them. Where they go a thousand times as far, there is a kink near by, or no digits are left
to compare. Were only the result moved, terms of a derivative that cancel (of arctan(tan(x))) would cancel as before.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_mini import add, gradients, multiply
from autograd_mini import sum as total
from autograd_mini.node import Node, data_of

from ..table.row import as_it_is
from .oracles import Array
from .programs import ENGINE, Program, leaf

ORDERS = ("value", "gradient", "derivative of the gradient along the direction")
MOVED = 1e-6  # of every result
JUMPED = 1e-3  # of the derivatives, by such a move
UNITS = 64  # in the last place, of rounding; two are the most that was seen in 1,400 programs


class Measured(NamedTuple):
    """What the engine finds for a program, in each order a flat array; what rounding is allowed to do to one number."""

    program: Program
    found: list[Array]
    allowed: list[float]

    def check(self, order: int, found: Array, expected: Array, numbers: float = 1.0) -> None:
        """That numbers found, each the sum of so many of that order, are those expected; else an AssertionError."""
        allowed = self.allowed[order] * numbers
        if not np.all(np.abs(found - expected) <= allowed):
            direction = [d.tolist() for d in self.program.direction]
            raise AssertionError(
                f"{ORDERS[order]}: expected {expected.tolist()}, got {found.tolist()}, allowed is {allowed:.2g}, in\n"
                f"{self.program}\nalong {direction}"
            )


def measured(program: Program) -> Measured | None:
    """What the engine finds, and how near the truth it has to be; None where a kink is near by."""
    found = derivatives(program)
    with np.errstate(all="ignore"):  # beyond a jump an operation may leave its domain
        moved = [derivatives(program, moving(np.random.default_rng(i), by)) for i in range(2) for by in (MOVED, -MOVED)]
    allowed, size, change = [], 0.0, 0.0
    for order, numbers in enumerate(found):
        # Derivatives are made of terms as large as the value and the derivatives before them: they may cancel.
        size += np.max(np.abs(numbers))
        change += np.max(np.sqrt(np.mean([(m[order] - numbers) ** 2 for m in moved], axis=0)))
        allowed.append(UNITS * float(np.finfo(np.float64).eps) * (size + change / MOVED))
    return Measured(program, found, allowed) if change <= JUMPED * size else None  # None where the change is nan


def moving(rng: np.random.Generator, by: float) -> Callable[[Any], Any]:
    """What moves each number of a result, and apart from it its slope, up or down by about so much of itself."""

    def factor(shape: tuple[int, ...]) -> Any:
        return 1.0 + by * rng.uniform(0.5, 1.0, shape) * rng.choice([-1.0, 1.0], shape)

    def moved(x: Any) -> Any:
        numbers = data_of(x)
        shape = np.shape(numbers)
        slope = factor(shape)
        rest = (factor(shape) - slope) * numbers
        return add(multiply(x, slope if shape else float(slope)), rest if shape else float(rest))

    return moved


def derivatives(program: Program, each: Callable[[Any], Any] = as_it_is) -> list[Array]:
    """The engine's value, gradient and Hessian times the direction, each as a flat array."""
    leaves = [leaf(numbers) for numbers in program.leaves]
    root = program.run(ENGINE, leaves, each)
    gradient = swept(root, leaves, differentiable=True)
    along = sum(total(multiply(g, d)) for g, d in zip(gradient, program.direction, strict=True))
    return [flat([root]), flat(gradient), flat(swept(along, leaves))]


def swept(root: Any, leaves: Sequence[Node], **options: Any) -> list[Any]:
    """The gradient for each leaf; 0 where no path leads to it."""
    found = gradients(root, **options) if isinstance(root, Node) else {}
    return [found.get(x, np.zeros(x.shape)) for x in leaves]


def flat(parts: Sequence[Any]) -> Array:
    """All numbers in a row."""
    return np.concatenate([np.ravel(np.asarray(data_of(part))) for part in parts])
