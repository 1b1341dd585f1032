"""The default picture of any graph fits the screens: how far it has to fold for that, tried from the least on."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..snapshot import Snapshot
from .cards import View
from .layout import Layout, Way, choose_layout, lay_out
from .parts import Choice, Part, choose_parts
from .rolling import fold_repeats
from .view import build_view

TELLING = 6  # cards, at least, for closed scopes to say more of a graph than its steps rolled up
FEWER = (60, 40, 25, 15, 8)  # cards, in turn, where nothing else helps


def fit_view(graph: Snapshot, choice: Choice, direction: str | None = None) -> tuple[View, Layout]:
    """The view of a graph that folds no more than it must to be read on two screens by two, and how it is laid out.

    What is alike folds before a picture breaks into lines, and scopes close after that, as long as they tell enough;
    then arrows lose their numbers, steps that come again and again are rolled up, more scopes close, and at last the
    oldest nodes are left out. A choice of what to fold is met as it is, whatever the size.

    >>> from autograd_mini import Value, tanh
    >>> y = Value(0.5)
    >>> for _ in range(300):
    ...     y = tanh(y)
    >>> shown, layout = fit_view(Snapshot(y), Choice(max_nodes=100))
    >>> len(shown.cards) <= 101, layout.fits
    (True, True)
    """
    shown, layout, _ = _fit(graph, choice, direction)
    return shown, layout


def fit_parts(graph: Snapshot, choice: Choice) -> Sequence[Part]:
    """The parts of that view: what shares a card on it.

    >>> from autograd_mini import Tensor, softmax
    >>> [len(part.nodes) for part in fit_parts(Snapshot(softmax(Tensor([1.0, 2.0]))), Choice(max_nodes=100))][0]
    1
    """
    return _fit(graph, choice, None)[2]


def _fit(graph: Snapshot, choice: Choice, direction: str | None) -> tuple[View, Layout, Sequence[Part]]:
    if choice.max_nodes is None or choice.unfold is not None or choice.alike is not None:
        chosen = choose_parts(graph, choice)
        shown = build_view(graph, choice, chosen)
        return shown, choose_layout(shown, direction), chosen
    views: dict[tuple[int, ...], View] = {}
    tried: set[object] = set()
    for found, ways in _fold_more_and_more(graph, choice):
        state = tuple(len(part.nodes) for part in found)
        shown = views[state] = views.get(state) or build_view(graph, choice, found)
        for way in ways:
            if way != "whole" and direction == "down":
                continue  # lines run to the right
            if (state, way) not in tried and (layout := lay_out(shown, way, direction)).fits:
                return shown, layout, found
            tried.add((state, way))
    return shown, choose_layout(shown, direction), found


ANY: tuple[Way, ...] = ("whole", "lines", "bare lines")


def _fold_more_and_more(graph: Snapshot, choice: Choice) -> Iterator[tuple[Sequence[Part], tuple[Way, ...]]]:
    """Parts to try, each with how it may be laid out."""
    plain = choose_parts(graph, choice)
    yield plain, ("whole",)
    is_folded = any(part.kind in ("alike", "rest") for part in plain)
    alike = plain if is_folded else choose_parts(graph, replace(choice, alike=True))
    yield alike, ("whole",)
    yield plain, ("lines",)
    yield alike, ("lines",)
    deepest = max((part.frame.depth + 1 for part in plain if part.frame is not None), default=0)
    closed = [choose_parts(graph, replace(choice, alike=True, levels=level)) for level in range(deepest - 1, -1, -1)]
    for found in closed:
        if len(found) >= TELLING:
            yield found, ("whole", "lines")
    yield plain, ("bare lines",)
    yield fold_repeats(alike, graph.root), ANY
    for found in closed:
        yield fold_repeats(found, graph.root), ANY
    for most in FEWER:
        fewer = replace(choice, max_nodes=min(most, choice.max_nodes or most), alike=True, levels=0)
        yield choose_parts(graph, fewer), ANY
