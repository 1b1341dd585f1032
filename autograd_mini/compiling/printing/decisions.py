"""What was decided by numbers, in print: a source holds for one way to decide, and refuses numbers for another."""

from collections.abc import Iterator
from pathlib import Path

from ..tracing.deciding import Decision
from .literals import literal, quoted


def write_check(decision: Decision, words: str) -> Iterator[str]:
    """Lines that raise ValueError where the number, in words, would be decided by otherwise."""
    if decision.kind == "truth":
        condition = f"if not {words}:" if decision.outcome else f"if {words}:"
    elif decision.kind == "value":
        condition = f"if not np.array_equal({words}, {literal(decision.outcome)}, equal_nan=True):"
    else:
        comparison, bound, answer = decision.outcome
        asked = f"np.{comparison}(np.{decision.kind}({words}), {literal(bound)})"
        condition = f"if not {asked}:" if answer else f"if {asked}:"
    place = f"{Path(decision.line.file).name}:{decision.line.number}"
    yield condition
    words = f"printed for numbers by which {place} decides otherwise"
    yield f"    raise ValueError({quoted(words)})"  # quoted, for a file of a program may name any file
