"""An operation that is to blame for a mistake, and the user's line that called it."""

from dataclasses import dataclass
from typing import Any

from ..lines import Line
from .words import show_line


@dataclass(frozen=True)
class Fault:
    """One operation to blame: its name, the user's line that called it, and what is wrong with it.

    line: None where nobody noted it. operand: the place of the input among the operation's inputs; None where the
    mistake is no input's. expected, got: numbers or words, None where there are none to tell. more: how many other
    nodes of this operation and line have it too.

    >>> print(Fault("cube", None, "wrong derivative by operand 0", 0, 12.0, 12.12))
    to blame: cube: wrong derivative by operand 0: expected 12, got 12.12 (1.01 × expected)
    """

    operation: str
    line: Line | None
    what: str
    operand: int | None = None
    expected: Any = None
    got: Any = None
    more: int = 0

    def __str__(self) -> str:
        numbers = "" if self.expected is None else f": expected {_number(self.expected)}, got {_number(self.got)}"
        more = f", and so at {self.more} more nodes of this line" if self.more > 1 else ""
        more = ", and so at another node of this line" if self.more == 1 else more
        return f"to blame: {self.operation}: {self.what}{numbers}{self._times()}{more}{show_line(self.line)}"

    def _times(self) -> str:
        if not isinstance(self.expected, float) or not isinstance(self.got, float) or self.expected == 0.0:
            return ""
        return f" ({_number(float(f'{self.got / self.expected:.7g}'))} × expected)"


def _number(x: Any) -> str:
    return f"{x:.12g}" if isinstance(x, float) else str(x)
