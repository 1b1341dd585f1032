"""What a check found: mistakes, kinks, and what it could not decide."""

import math
from dataclasses import dataclass, field
from typing import Any

from .faults import Fault

_SHOWN = 4  # mistakes of each kind


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong: what, in which argument and element, at which order and in which mode.

    element: the index in the argument. output: which number was differentiated. error: the uncertainty of expected.
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
    where: str = "the given point"

    @property
    def size(self) -> float:
        """How wrong the number is, relative to the larger one; inf where it is no question of size."""
        if not isinstance(self.expected, float) or self.got == 0.0 == self.expected:
            return math.inf
        size = abs(self.got - self.expected) / max(abs(self.got), abs(self.expected))
        return math.inf if math.isnan(size) else size

    def __str__(self) -> str:
        place = self.argument or ""
        if self.element is not None:
            place += f" at {self.element}"
        if self.output is not None:
            place += f", of {self.output}"
        numbers = ""
        if self.expected is not None:
            within = "" if self.error is None else f" ± {self.error:.1g}"
            numbers = f"expected {_number(self.expected)}{within}, got {_number(self.got)}"
        context = ", ".join(filter(None, (f"order {self.order}", self.mode, f"at {self.where}")))
        return ": ".join(filter(None, (self.what, place, numbers))) + f" ({context})"


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

    def __str__(self) -> str:
        between = f"{self.left:.6g} from the left, {self.right:.6g} from the right, {self.ours:.6g} taken"
        return f"kink of order {self.order}: {self.argument} at {self.element}, of {self.output}: {between}"


@dataclass
class Report:
    """The outcome of a check.

    entries: how many derivatives were compared at the given point. points: how many points were looked at.
    undecided: how many derivatives at the given point could not be computed to seven digits from f's values; what
    was compared of them was right. mistakes: in the order in which they were found. diagnosis: where f's value or
    gradient at the given point is nan or infinite, where that arises. faults: the operations to blame for the mistakes.
    left_out: what was not looked at, in words, where less or more than usual was asked for.
    """

    entries: int = 0
    points: int = 0
    undecided: int = 0
    kinks: list[Kink] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    diagnosis: str = ""
    left_out: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{self.entries} derivatives, {self.undecided} undecided; points looked at: {self.points}"]
        if self.mistakes:
            count = "1 mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
            lines = [f"check_gradients found {count}:", *self._worst()]
        left_out = f"left out: {'; '.join(self.left_out)}" if self.left_out else ""
        told = [*lines, *map(str, self.faults), *map(str, self.kinks), *filter(None, [self.diagnosis, left_out])]
        return "\n".join(told)

    def _worst(self) -> list[str]:
        """Of each kind of mistake the worst."""
        kinds: dict[tuple[str, int], list[Mistake]] = {}
        for mistake in self.mistakes:
            kinds.setdefault((mistake.what, mistake.order), []).append(mistake)
        lines = []
        for alike in kinds.values():
            lines += [f"  {mistake}" for mistake in sorted(alike, key=lambda mistake: -mistake.size)[:_SHOWN]]
            if len(alike) > _SHOWN:
                lines.append(f"  and {len(alike) - _SHOWN} more like these")
        return lines


def _number(x: Any) -> str:
    return f"{x:.12g}" if isinstance(x, float) else str(x)
