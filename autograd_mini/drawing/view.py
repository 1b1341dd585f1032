"""What a picture shows of a graph, in words and numbers, before any drawing program is told."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..node import Node
from ..sweep import history
from .figures import DASH, Grid, brief_grid, grid


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of one node, or of one use of a constant."""

    key: str
    kind: Literal["leaf", "operation", "constant"]
    data: Grid
    array: str = ""  # shape and dtype, where the data is an array
    grad: Grid = DASH
    operation: str = ""
    label: str = ""
    is_root: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """What is shown of one use of an input: from which card to which, and the local derivative if it has one."""

    tail: str
    head: str
    position: int  # among the inputs of the head
    is_constant: bool = False
    local: Grid | None = None


@dataclass(frozen=True, slots=True)
class View:
    """All that is shown of a graph: older nodes before younger ones, arrows in the order of their heads."""

    cards: tuple[Card, ...]
    arrows: tuple[Arrow, ...]


def view(root: Node) -> View:
    """What to show of everything that the root was computed from.

    Keys count the nodes by birth, so the same graph built again is shown the same. Raises StaleError where a
    leaf's data was replaced after it was used: the local derivatives would not be those of the numbers shown.

    >>> from autograd_mini import Value
    >>> shown = view(2 * Value(3.0, label="x"))
    >>> [(card.key, card.kind) for card in shown.cards]
    [('n0', 'leaf'), ('n1_0', 'constant'), ('n1', 'operation')]
    >>> [(arrow.tail, arrow.head, arrow.local) for arrow in shown.arrows]
    [('n1_0', 'n1', None), ('n0', 'n1', (('2',),))]
    """
    nodes = history(root)[::-1]
    key = {node: f"n{i}" for i, node in enumerate(nodes)}
    cards: list[Card] = []
    arrows: list[Arrow] = []
    with np.errstate(all="ignore"):  # as in a sweep: inf and nan are shown, not warned of
        for node in nodes:
            head = key[node]
            for i, (x, derivative) in enumerate(zip(node.inputs, node.local_derivatives, strict=True)):
                if isinstance(x, Node):
                    # An array has a derivative for each of its elements: more than an arrow can say.
                    local = brief_grid(derivative(1.0)) if node.shape == () else None
                    arrows.append(Arrow(key[x], head, i, local=local))
                else:
                    cards.append(Card(f"{head}_{i}", "constant", grid(x), _array(x)))
                    arrows.append(Arrow(f"{head}_{i}", head, i, is_constant=True))
            cards.append(_card(node, head, is_root=node is root))
    return View(tuple(cards), tuple(arrows))


def _card(node: Node, key: str, *, is_root: bool) -> Card:
    return Card(
        key,
        "operation" if node.inputs else "leaf",
        grid(node.data),
        _array(node.data),
        DASH if node.grad is None else grid(node.grad),
        node.name,
        node.label or "",
        is_root,
    )


def _array(data: object) -> str:
    return f"{data.shape} {data.dtype}" if isinstance(data, np.ndarray) and data.shape else ""
