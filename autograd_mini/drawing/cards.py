"""What a picture shows, in words and numbers, before any drawing program is told: cards, and arrows between them."""

from dataclasses import dataclass, field
from typing import Any, Literal

from ..languages import say
from .equations import EQUAL
from .formatting import Grid
from .formula import STANDARD
from .letters import Letters

Exact = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of one node, of one use of a constant or a seed, or of nodes folded together."""

    key: str
    kind: Literal["leaf", "operation", "constant", "scope", "alike", "rest", "reference"]
    data: Grid = ()
    array: str = ""  # shape and dtype, where the data is an array
    grad: Grid = ()
    operation: str = ""
    parameters: str = ""  # what the operation was told beside its inputs
    label: str = ""
    is_root: bool = False
    flows: tuple[str, ...] = ()  # what flows back to a scalar over several arrows; grad is their sum
    sign: str = EQUAL  # between grad and that sum
    exact: Exact = field(default=(), compare=False)  # data and grad, to be told in all digits
    order: int = 0  # of the derivative that it belongs to
    about: tuple[str, ...] = ()  # what is folded here, or to know of grad, line by line
    count: int = 1  # how many subgraphs alike are folded here
    frames: tuple[
        tuple[str, str], ...
    ] = ()  # key and name of the open scopes around it, outermost first, so far as drawn
    mark: str = ""  # by which references elsewhere on the picture name it
    line: int = 0  # of a picture that is broken into lines

    @property
    def is_leaf(self) -> bool:
        """Whether it is a leaf, or leaves that are alike."""
        return self.kind == "leaf" or (self.kind == "alike" and self.operation == "leaf")

    @property
    def name(self) -> str:
        """What it is called where there is room for no more: its label, else what it is."""
        return self.label or (say("leaf") if self.is_leaf else self.operation)


@dataclass(frozen=True, slots=True)
class Arrow:
    """What is shown of one use of an input, or of many between folded cards (uses > 1, and no numbers)."""

    key: str
    tail: str
    head: str
    position: int = 0  # among the inputs of the head
    is_constant: bool = False
    is_step: bool = False  # nothing flows back, whatever the numbers of the gradient
    uses: int = 1
    forward: str = ""  # the number that flows forward, or the shape
    upstream: Grid = ()  # the head's gradient
    local: Grid = ()  # the local derivative, where both ends are scalars
    formula: str = ""  # elsewhere what flows back, in words
    contribution: Grid = ()  # what flows back: upstream times local derivative; nothing before a sweep
    sign: str = EQUAL  # between that product and the contribution
    exact: Exact = field(default=(), compare=False)  # what flows forward and back, to be told in all digits


@dataclass(frozen=True, slots=True)
class View:
    """All that is shown of a graph: older cards before younger ones, arrows in the order of their heads."""

    cards: tuple[Card, ...]
    arrows: tuple[Arrow, ...]
    nodes: int  # how many the graph has
    kind: Literal["graph", "program"] = "graph"  # of a program nothing flows back
    letters: Letters = STANDARD  # that its formulas use

    @property
    def is_folded(self) -> bool:
        """Whether a card stands for more than one node."""
        return any(card.kind in ("scope", "alike", "rest") for card in self.cards)
