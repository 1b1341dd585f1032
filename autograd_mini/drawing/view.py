"""What a picture shows of a graph, in words and numbers, before any drawing program is told."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from ..node import Node
from ..reverse import history
from .figures import DASH, Grid, brief_grid, grid, number, span_of
from .formula import formulas
from .orders import orders
from .parts import EVERYTHING, Choice, Part, parts


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of one node, of one use of a constant, or of nodes folded together."""

    key: str
    kind: Literal["leaf", "operation", "constant", "scope", "alike", "rest"]
    data: Grid = ()
    array: str = ""  # shape and dtype, where the data is an array
    grad: Grid = ()
    operation: str = ""
    label: str = ""
    is_root: bool = False
    flows: tuple[str, ...] = ()  # what flows back to a scalar over several arrows; grad is their sum
    order: int = 0  # of the derivative that it belongs to
    about: tuple[str, ...] = ()  # what is folded here, or to know of grad, line by line
    count: int = 1  # how many subgraphs alike are folded here
    frames: tuple[tuple[str, str], ...] = ()  # key and name of the open scopes around it, outermost first


@dataclass(frozen=True, slots=True)
class Arrow:
    """What is shown of one use of an input, or of many between folded cards (uses > 1, and no numbers)."""

    key: str
    tail: str
    head: str
    position: int = 0  # among the inputs of the head
    is_constant: bool = False
    uses: int = 1
    forward: str = ""  # the number that flows forward, or the shape
    upstream: Grid = ()  # the head's gradient
    local: Grid = ()  # the local derivative, where both ends are scalars
    formula: str = ""  # elsewhere what flows back, in words
    contribution: Grid = ()  # what flows back: upstream times local derivative; nothing before a sweep


@dataclass(frozen=True, slots=True)
class View:
    """All that is shown of a graph: older cards before younger ones, arrows in the order of their heads."""

    cards: tuple[Card, ...]
    arrows: tuple[Arrow, ...]
    nodes: int  # how many the graph has

    @property
    def is_folded(self) -> bool:
        """Whether a card stands for more than one node."""
        return any(card.kind in ("scope", "alike", "rest") for card in self.cards)


def view(root: Node, choice: Choice = EVERYTHING) -> View:
    """What to show of everything that the root was computed from.

    Keys count the nodes by birth, however the picture is folded, so the same graph built again is shown the same:
    the fifth oldest node is n4, its second input's arrow n4_1; a scope's box is s and the number of its youngest
    node, subgraphs alike a and such a number. Raises StaleError where a leaf's data was replaced after it was
    used: the local derivatives would not be those of the numbers shown.

    >>> from autograd_mini import Value
    >>> shown = view(2 * Value(3.0, label="x"))
    >>> [(card.key, card.kind) for card in shown.cards]
    [('n0', 'leaf'), ('n1_0', 'constant'), ('n1', 'operation')]
    >>> [(arrow.key, arrow.tail, arrow.head, arrow.local) for arrow in shown.arrows]
    [('e1_0', 'n1_0', 'n1', ()), ('e1_1', 'n0', 'n1', (('2',),))]
    """
    nodes = history(root)[::-1]
    place = {node: i for i, node in enumerate(nodes)}
    found = parts(root, nodes, choice)
    building = _Building(root, found, place)
    with np.errstate(all="ignore"):  # as in a sweep: inf and nan are shown, not warned of
        for part in found:
            building.add_arrows(part)
        order = orders(nodes)
        cards = [card for part in found for card in building.cards(part, order)]
    return View(tuple(cards), tuple(building.arrows), len(nodes))


class _Building:
    """What is known of the parts while their arrows and cards are made."""

    def __init__(self, root: Node, found: Sequence[Part], place: dict[Node, int]) -> None:
        self.root, self.place = root, place
        self.of = {node: part for part in found for node in part.nodes}
        self.key = {part: self._key(part) for part in found}
        spans = sorted({span for part in found for span in part.frames})
        self.frame = {span: (f"f{i}", str(span.about)) for i, span in enumerate(spans)}
        self.formulas = cache(formulas)  # of all inputs at once: a stack may have thousands
        self.derivatives = cache(lambda node: node.local_derivatives)
        self.arrows: list[Arrow] = []
        self.flows: dict[Node, list[Any]] = defaultdict(list)  # what flows back to a node
        self.uses: Counter[Node] = Counter()
        self.outputs: dict[Part, set[Node]] = defaultdict(set)

    def _key(self, part: Part) -> str:
        letters = {"node": "n", "scope": "s", "alike": "a"}
        return "rest" if part.kind == "rest" else f"{letters[part.kind]}{self.place[part.nodes[-1]]}"

    def add_arrows(self, part: Part) -> None:
        """The arrows that lead to a part: one for each use, or one for all of them where either end is a fold."""
        head = self.key[part]
        between: dict[Any, list[tuple[Node, int, Node]]] = defaultdict(list)
        for node in part.nodes:
            for i, x in enumerate(node.inputs):
                if isinstance(x, Node):
                    self.uses[x] += 1
                    tail = self.of[x]
                    if tail is not part:
                        self.outputs[tail].add(x)
                        is_plain = part.kind == tail.kind == "node"
                        between[i if is_plain else tail].append((node, i, x))
                elif part.kind == "node":
                    self.arrows.append(Arrow(f"e{head[1:]}_{i}", f"{head}_{i}", head, i, is_constant=True))
        for uses in between.values():
            node, i, x = uses[0]
            tail_key = self.key[self.of[x]]
            if len(uses) > 1:
                self.arrows.append(Arrow(f"e{tail_key}_{head}", tail_key, head, uses=len(uses)))
            else:
                self.arrows.append(self._arrow(node, i, x, tail_key, head))

    def _arrow(self, node: Node, i: int, x: Node, tail: str, head: str) -> Arrow:
        derivative = self.derivatives(node)[i]
        is_scalar = node.shape == x.shape == ()
        contribution: Grid = ()
        if node.grad is not None:
            flow = derivative(node.grad)
            self.flows[x].append(flow)
            contribution = brief_grid(flow)
        return Arrow(
            f"e{self.place[node]}_{i}",
            tail,
            head,
            i,
            forward=number(x.data) if x.shape == () else str(x.shape),
            upstream=DASH if node.grad is None else brief_grid(node.grad),
            local=grid(derivative(1.0)) if is_scalar else (),
            formula="" if is_scalar else self.formulas(node)[i],
            contribution=contribution,
        )

    def cards(self, part: Part, order: dict[Node, int]) -> list[Card]:
        """A part's card, and before it those of its constants."""
        key, node = self.key[part], part.nodes[-1]
        frames = tuple(self.frame[span] for span in part.frames)
        shared: dict[str, Any] = {"frames": frames, "order": max(order[x] for x in part.nodes)}
        if part.kind != "node":
            return [self._folded(part, key, shared)]
        constants = [
            Card(f"{key}_{i}", "constant", grid(x), _array(x), **shared)
            for i, x in enumerate(node.inputs)
            if not isinstance(x, Node)
        ]
        flows = self.flows[node] if len(self.flows[node]) == self.uses[node] else []
        is_scalar = node.shape == ()
        card = Card(
            key,
            "operation" if node.inputs else "leaf",
            grid(node.data),
            _array(node.data),
            _grad(node),
            node.name,
            node.label or "",
            node is self.root,
            flows=tuple(map(number, flows)) if is_scalar and len(flows) > 1 else (),
            about=() if _is_sum(node.grad, flows) else (f"grad is not only of this {self.root.name}",),
            **shared,
        )
        return [*constants, card]

    def _folded(self, part: Part, key: str, shared: dict[str, Any]) -> Card:
        leaves = [node for node in part.nodes if not node.inputs]
        outputs = self.outputs[part] | ({self.root} & set(part.nodes))
        about: tuple[str, ...]
        if part.kind == "rest":
            about = (f"{len(part.nodes):,} nodes left out,", f"{len(leaves):,} of them leaves")
            return Card(key, "rest", about=about, **shared)
        is_root = self.root in outputs
        if part.kind == "scope":
            about = (f"{len(part.nodes) - len(leaves):,} operations", *_parameters(leaves))
            (output,) = outputs if len(outputs) == 1 else (None,)
            numbers = ((), "", ()) if output is None else (grid(output.data), _array(output.data), _grad(output))
            return Card(key, "scope", *numbers, label=part.name, is_root=is_root, about=about, **shared)
        name = "" if part.name else part.nodes[0].name
        about = (f"{len(part.nodes):,} nodes",) if part.name else ()
        if len(leaves) == len(part.nodes):
            about = _parameters(leaves)[len(leaves) > MOST_NAMED :]
        data, grad = span_of([x.data for x in part.nodes]), span_of([x.grad for x in part.nodes])
        numbers = (data if name else (), _array(part.nodes[0].data) if name else "", grad if name else ())
        return Card(key, "alike", *numbers, name, part.name, is_root, about=about, count=part.count, **shared)


MOST_NAMED = 4  # of the leaves in a fold


def _parameters(leaves: Sequence[Node]) -> tuple[str, ...]:
    """The leaves of a fold, each by its label and shape, where they are few; else how many they are."""
    if len(leaves) <= MOST_NAMED:
        return tuple(f"{leaf.label or 'leaf'} {leaf.shape or ''}".rstrip() for leaf in leaves)
    labels = [leaf.label for leaf in leaves if leaf.label]
    return (f"{len(leaves):,} leaves", *([f"{labels[0]} … {labels[-1]}"] if labels else []))


def _grad(node: Node) -> Grid:
    return DASH if node.grad is None else grid(node.grad)


def _is_sum(grad: Any, flows: Sequence[Any]) -> bool:
    """Whether a gradient is the sum of what flows back, but for rounding; another sweep may have added to it."""
    if grad is None or not flows:
        return True
    largest = max(float(np.max(np.abs(flow), initial=0.0)) for flow in flows)
    return bool(np.allclose(grad, sum(flows[1:], flows[0]), rtol=1e-4, atol=1e-4 * largest, equal_nan=True))


def _array(data: object) -> str:
    return f"{data.shape} {data.dtype}" if isinstance(data, np.ndarray) and data.shape else ""
