"""What a check found: mistakes, kinks, and what it could not decide."""

from dataclasses import dataclass, field
from typing import Any

from ..errors import AutogradError

_SHOWN = 8


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
        try:
            return float(abs(self.got - self.expected) / max(abs(self.got), abs(self.expected)))
        except (TypeError, ZeroDivisionError):
            return float("inf")

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
    was compared of them was right.
    """

    entries: int = 0
    points: int = 0
    undecided: int = 0
    kinks: list[Kink] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def __str__(self) -> str:
        verdict = f"{self.entries} derivatives, {self.undecided} undecided; points looked at: {self.points}"
        return "\n".join([verdict, *map(str, self.kinks)])


class GradientError(AutogradError, AssertionError):
    """Gradients are not what f's values say; `mistakes` lists all of it, the message the worst."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.mistakes = sorted(report.mistakes, key=lambda mistake: -mistake.size)
        shown = [f"  {mistake}" for mistake in self.mistakes[:_SHOWN]]
        more = len(self.mistakes) - len(shown)
        ending = [f"  and {more} more"] if more else []
        count = "1 mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        super().__init__("\n".join([f"check_gradients found {count}:", *shown, *ending]))


def _number(x: Any) -> str:
    return f"{x:.12g}" if isinstance(x, float) else str(x)
