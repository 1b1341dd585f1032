"""Scopes and composed operations as a page is told of them: each as a card, in the words that pictures have for it."""

from typing import Any

from ..drawing.formatting import Grid
from ..drawing.frames import Frame, kind_of
from ..drawing.labels import clean, cut
from ..drawing.nesting import Fold, build_nesting
from ..node import Node
from .trace import Trace

LONGEST = 44  # letters of a line on a closed card


def describe_frames(run: Trace, number_of: dict[tuple[int, int], int]) -> tuple[list[int], list[dict[str, Any]]]:
    """For each card the place of its innermost frame, or -1; and the frames, each after the one it is in.

    number_of: the place of each arrow, by its end and by its place among the inputs there. A frame that can be closed
    has a fold. Where the order of a sweep was another than the engine's nothing folds: it tells of single arrows.

    >>> from autograd_mini import Tensor, softmax
    >>> from autograd_mini.stepping.trace import trace
    >>> run = trace(softmax(Tensor([1.0, 2.0])).sum())
    >>> _, (frame,) = describe_frames(run, {(i, 0): i for i in range(9)} | {(i, 1): i for i in range(9)})
    >>> frame["name"], frame["fold"]["about"], frame["fold"]["closed"]
    ('softmax', ['exp(x) / sum(exp(x))'], True)
    """
    graph = run.graph.with_gradients(run.right)
    nested = build_nesting(graph)
    frames = nested.frames
    place: dict[Frame | None, int] = {None: -1} | {frame: i for i, frame in enumerate(frames)}
    index = {node: i for i, node in enumerate(graph.nodes)}
    is_usual = all(step.awaited == 0 for step in run.deliveries)
    told: list[dict[str, Any]] = []
    for frame in frames:
        about = {"name": clean(frame.name), "kind": clean(kind_of(frame.name)), "around": place[frame.around]}
        if is_usual and frame in nested.folds:
            fold = nested.folds[frame]
            about["fold"] = _describe_fold(fold, index, number_of) | {"closed": frame in nested.closed}
        told.append(about)
    return [place[nested.frame_of[node]] for node in graph.nodes], told


def _describe_fold(fold: Fold, index: dict[Node, int], number_of: dict[tuple[int, int], int]) -> dict[str, Any]:
    card = fold.card
    arrows = []
    for x, arrow, uses in fold.arrows:
        told: dict[str, Any] = {
            "tail": index[x],
            "position": arrow.position,
            "uses": [number_of[index[node], i] for node, i in uses],
            "exact": arrow.exact,
        }
        if arrow.is_step:
            told["step"] = True
        elif arrow.local:
            numbers = ("upstream", arrow.upstream), ("local", arrow.local), ("contribution", arrow.contribution)
            told |= {name: _write(grid) for name, grid in numbers} | {"sign": arrow.sign}
        else:
            told |= {"formula": clean(arrow.formula), "contribution": _write(arrow.contribution)}
        arrows.append(told)
    return {
        "name": clean(card.operation or card.label),
        "label": clean(card.label) if card.operation else "",
        "about": [cut(clean(line), LONGEST) for line in card.about],
        "output": -1 if fold.output is None else index[fold.output],
        "arrows": arrows,
    }


def _write(grid: Grid) -> str:
    return "; ".join(f"[{' '.join(row)}]" if len(row) > 1 else row[0] for row in grid)
