"""One thing that a check finds: a mistake, or a kink of f where ours is no mistake."""

import math
from dataclasses import dataclass, field
from typing import Any

from .tables import Table

GIVEN = "the given point"


@dataclass(frozen=True)
class Mistake:
    """One number or other thing that is wrong: what, in which argument and element, at which order and in which mode.

    element: the index in the argument. output: which number was differentiated. error: the uncertainty of expected.
    hint: what it looks like. table: what was compared together with it.
    """

    what: str
    argument: str | None = None
    element: tuple[int, ...] | None = None
    output: str | None = None
    expected: Any = None
    got: Any = None
    error: float | None = None
    order: int = 1
    mode: str | None = None
    where: str = GIVEN
    hint: str = ""
    table: Table | None = field(default=None, repr=False)

    @property
    def size(self) -> float:
        """How wrong the number is, relative to the larger one; inf where it is no question of size."""
        if not isinstance(self.expected, float) or self.got == 0.0 == self.expected:
            return math.inf
        size = abs(self.got - self.expected) / max(abs(self.got), abs(self.expected))
        return math.inf if math.isnan(size) else size

    @property
    def kind(self) -> tuple[str, int, str]:
        """What mistakes have in common that are told together."""
        return self.what, self.order, self.where

    @property
    def place(self) -> str:
        """The argument, the element and the output."""
        place = self.argument or ""
        if self.element is not None:
            place = f"{place} at {self.element}".strip()
        return ", ".join(filter(None, (place, self.output and f"of {self.output}")))

    @property
    def numbers(self) -> str:
        """What was expected and what came instead."""
        if self.expected is None:
            return ""
        within = "" if self.error is None else f" ± {self.error:.1g}"
        return f"expected {_number(self.expected)}{within}, got {_number(self.got)}"

    def context(self, mode: str | None) -> str:
        """The order, the mode and the point."""
        return ", ".join(filter(None, (f"order {self.order}", mode, f"at {self.where}")))

    def __str__(self) -> str:
        told = ": ".join(filter(None, (self.what, self.place, self.numbers, self.hint)))
        return f"{told} ({self.context(self.mode)})"


@dataclass(frozen=True)
class Kink:
    """An element where the derivatives from the left and from the right differ; ours lies between them."""

    argument: str
    element: tuple[int, ...]
    output: str
    left: float
    right: float
    ours: float
    order: int = 1

    @property
    def between(self) -> str:
        """The two sides and ours."""
        return f"{self.left:.6g} from the left, {self.right:.6g} from the right, {self.ours:.6g} taken"

    def __str__(self) -> str:
        return f"kink of order {self.order}: {self.argument} at {self.element}, of {self.output}: {self.between}"


def _number(x: Any) -> str:
    return f"{x:.12g}" if isinstance(x, float) else str(x)
