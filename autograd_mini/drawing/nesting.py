"""What each scope and each composed operation shows while it is closed, for pages on which they open one by one."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..node import Node
from ..snapshot import Snapshot
from .budget import fit_parts
from .cards import Arrow, Card
from .frames import Frame, find_all, find_frames
from .parts import Choice, Part, make_boxes
from .picture import READABLE
from .view import DEEPEST_FRAME, Builder


@dataclass(frozen=True, slots=True)
class Fold:
    """A frame as it is shown while it is closed.

    card: its card, without those of its constants. arrows: for each node outside that it uses, the arrow from there
    with the uses that it stands for, (node inside, place among its inputs). output: the one node that others use, None
    where there are more.
    """

    card: Card
    arrows: tuple[tuple[Node, Arrow, tuple[tuple[Node, int], ...]], ...]
    output: Node | None


@dataclass(frozen=True, slots=True)
class Nesting:
    """The frames of a graph: around each node the innermost; those that can be closed; those that a picture closes."""

    frame_of: dict[Node, Frame | None]
    folds: dict[Frame, Fold]
    closed: frozenset[Frame]

    @property
    def frames(self) -> list[Frame]:
        """All of them, each after the one it is in."""
        return find_all(self.frame_of.values())


def build_nesting(graph: Snapshot) -> Nesting:
    """Every frame of a graph as its view shows it closed, and which of them `draw` closes.

    A frame around a single node does not close, for it would say less than the node; nor do frames deeper than those
    that a picture draws.

    >>> from autograd_mini import Tensor, softmax
    >>> nested = build_nesting(Snapshot(softmax(Tensor([1.0, 2.0], label="scores"))))
    >>> [(fold.card.operation, fold.card.about, frame in nested.closed) for frame, fold in nested.folds.items()]
    [('softmax', ('exp(scores) / sum(exp(scores))',), True)]
    """
    frame_of = find_frames(graph.nodes)
    frames = find_all(frame_of.values())
    folds: dict[Frame, Fold] = {}
    for depth in sorted({frame.depth for frame in frames})[:DEEPEST_FRAME]:  # no two of one depth overlap
        found = make_boxes(frame_of, frames, {frame for frame in frames if frame.depth == depth}.__contains__)
        builder = Builder(graph, found)
        with np.errstate(all="ignore"):  # as in a sweep
            folds |= {
                _find_frame(frame_of, part, depth): _show(builder, part) for part in found if part.kind == "scope"
            }
    return Nesting(frame_of, folds, frozenset(_find_closed(graph, frame_of, folds)) if folds else frozenset())


def _find_frame(frame_of: dict[Node, Frame | None], part: Part, depth: int) -> Frame:
    frame = frame_of[part.nodes[-1]]
    while frame is not None and frame.depth > depth:
        frame = frame.around
    assert frame is not None
    return frame


def _show(builder: Builder, part: Part) -> Fold:
    key = builder.key[part]
    uses: dict[Node, list[tuple[Node, int, Node]]] = defaultdict(list)
    for node in part.nodes:
        for i, x in enumerate(node.inputs):
            if isinstance(x, Node) and builder.part_of[x] is not part:
                uses[x].append((node, i, x))
    arrows = tuple(
        (
            x,
            builder.make_arrow_to_fold(part, of_x, builder.key[builder.part_of[x]], key),
            tuple(use[:2] for use in of_x),
        )
        for x, of_x in uses.items()
    )
    return Fold(builder.make_cards(part, defaultdict(int))[-1], arrows, builder.find_output(part))


def _find_closed(graph: Snapshot, frame_of: dict[Node, Frame | None], folds: dict[Frame, Fold]) -> set[Frame]:
    """The frames all of whose nodes share a card on the picture of a graph."""
    card_of: dict[Node, Part] = {}
    for part in fit_parts(graph, Choice(max_nodes=READABLE)):
        if part.kind in ("scope", "rest") or part.name:
            card_of |= dict.fromkeys(part.nodes, part)
    cards: dict[Frame, set[Any]] = defaultdict(set)
    for node, frame in frame_of.items():
        if frame is not None:
            cards[frame].add(card_of.get(node))
    for frame in reversed(find_all(frame_of.values())):  # the inner ones first
        if frame.around is not None:
            cards[frame.around] |= {*list(cards[frame])[:2]}  # two are as many as any
    return {frame for frame in folds if len(cards[frame]) == 1 and None not in cards[frame]}
