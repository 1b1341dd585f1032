"""An operation that is to blame for a mistake, and the user's line that called it."""

from dataclasses import dataclass
from typing import Any

from ..numbers.factors import tell_ratio


@dataclass(frozen=True)
class Fault:
    """One operation to blame: its name, the user's line that called it, and what is wrong with it.

    line: its file, number and text; "" where nobody noted it. operand: the place of the input among the operation's
    inputs; None where the mistake is no input's. expected, got: numbers or words, None where there are none to tell.
    more: how many other nodes of this operation and line have it too.

    >>> print(Fault("cube", "net.py:12: y = cube(x)", "wrong derivative by operand 0", 0, 12.0, 12.12))
    to blame: cube: wrong derivative by operand 0: expected 12, got 12.12: 1.01 × expected
      net.py:12: y = cube(x)
    """

    operation: str
    line: str
    what: str
    operand: int | None = None
    expected: Any = None
    got: Any = None
    more: int = 0

    def __str__(self) -> str:
        numbers = "" if self.expected is None else f": expected {_number(self.expected)}, got {_number(self.got)}"
        others = {0: "", 1: ", and so at another node of this line"}
        more = others.get(self.more, f", and so at {self.more} more nodes of this line")
        line = f"\n  {self.line}" if self.line else ""
        are_numbers = isinstance(self.expected, float) and isinstance(self.got, float)
        ratio = tell_ratio(self.expected, self.got) if are_numbers else ""
        return f"to blame: {self.operation}: {self.what}{numbers}{ratio}{more}{line}"


def _number(x: Any) -> str:
    return f"{x:.6g}" if isinstance(x, float) else str(x)
