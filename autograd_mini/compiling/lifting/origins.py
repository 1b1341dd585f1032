"""What is kept of the nodes that a program was made from: their lines and labels, and not the graph."""

from dataclasses import dataclass, field

from ...lines import Line, Notes
from .simplifying import Tape


@dataclass(frozen=True, eq=False)
class Origins:
    """Where the entries of a tape came from; of a program from a file nothing is known.

    A node holds its inputs, so one that is kept keeps its graph: 600 bytes a node, and for Python's garbage collector
    to visit again and again.

    recorded: how many nodes there were. operations: how many entries computed something. births, labels: of the nodes
    of the entries, by their places.
    """

    recorded: int = 0
    operations: int = 0
    notes: Notes = field(default_factory=Notes)
    births: tuple[int, ...] = ()
    labels: dict[int, str] = field(default_factory=dict)

    def line(self, place: int) -> Line | None:
        """The line of the user's code that the operation at a place came from."""
        return self.notes.line(self.births[place])


def origins_of(tape: Tape, notes: Notes) -> Origins:
    """The origins of a tape's entries. notes: those of its trace."""
    entries = tape.entries
    return Origins(
        tape.recorded,
        sum(entry.operation is not None for entry in entries),
        notes,
        tuple(entry.node.birth for entry in entries),
        {place: entry.node.label for place, entry in enumerate(entries) if entry.node.label},
    )
