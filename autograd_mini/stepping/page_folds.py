"""Scopes and composed operations as a page is told of them: each as a card, in the words that pictures have for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..drawing.folds import MOST_NAMED
from ..drawing.formatting import Grid
from ..drawing.frames import Frame, kind_of
from ..drawing.labels import clean, cut
from ..drawing.nesting import Fold, Nesting, build_nesting
from ..languages import say
from ..node import Node
from .trace import Trace

LONGEST = 60  # letters of a line on a closed card


def nest(run: Trace) -> Nesting:
    """The frames of a run, with the gradients of its sweep.

    >>> from autograd_mini import Tensor, softmax
    >>> from autograd_mini.stepping.trace import trace
    >>> len(nest(trace(softmax(Tensor([1.0, 2.0])).sum())).folds)
    1
    """
    return build_nesting(run.graph.with_gradients(run.right))


def name_outputs(nested: Nesting, names: Mapping[Node, str]) -> dict[Node, str]:
    """The names of nodes, of which one that is the only output of a frame, and has but a number, says so.

    >>> from autograd_mini import Tensor, softmax
    >>> from autograd_mini.drawing.naming import name_nodes
    >>> from autograd_mini.stepping.trace import trace
    >>> run = trace(softmax(Tensor([1.0, 2.0]) * 3.0).sum())
    >>> list(name_outputs(nest(run), name_nodes(run.graph.nodes)).values())
    ['#0', '#1', '#2', 'softmax #3', '#4']
    """
    found = list(names.values())
    order = {node: i for i, node in enumerate(nested.frame_of)}
    for fold in nested.folds.values():
        i = -1 if fold.output is None else order[fold.output]
        if i >= 0 and found[i].startswith("#"):
            found[i] = f"{clean(fold.card.operation or fold.card.label)} {found[i]}"
    return dict(zip(names, found, strict=True))


def describe_frames(
    run: Trace, nested: Nesting, names: Mapping[Node, str], number_of: Mapping[tuple[int, int], int]
) -> tuple[list[int], list[dict[str, Any]]]:
    """For each card the place of its innermost frame, or -1; and the frames, each after the one it is in.

    names: of the nodes. number_of: the place of each arrow, by its end and by its place among the inputs there. A frame
    that can be closed has a fold. Where the order of a sweep was another than the engine's nothing folds: it tells of
    single arrows.

    >>> from autograd_mini import Tensor, softmax
    >>> from autograd_mini.drawing.naming import name_nodes
    >>> from autograd_mini.stepping.trace import trace
    >>> run = trace(softmax(Tensor([1.0, 2.0], label="a")).sum())
    >>> number_of = {(i, 0): i for i in range(9)}
    >>> _, (frame,) = describe_frames(run, nest(run), name_nodes(run.graph.nodes), number_of)
    >>> frame["name"], frame["fold"]["about"], frame["fold"]["closed"]
    ('softmax', ['exp(a) / sum(exp(a))', 'back to a: z × (g - sum(g × z))'], True)
    """
    frames = nested.frames
    place: dict[Frame | None, int] = {None: -1} | {frame: i for i, frame in enumerate(frames)}
    index = {node: i for i, node in enumerate(nested.frame_of)}
    called = list(names.values())
    is_usual = all(step.awaited == 0 for step in run.deliveries)
    told: list[dict[str, Any]] = []
    for frame in frames:
        about = {"name": clean(frame.name), "kind": clean(kind_of(frame.name)), "around": place[frame.around]}
        if is_usual and frame in nested.folds:
            fold = nested.folds[frame]
            about["fold"] = _describe_fold(fold, index, called, number_of) | {"closed": frame in nested.closed}
        told.append(about)
    return [place[frame] for frame in nested.frame_of.values()], told


def _describe_fold(
    fold: Fold, index: Mapping[Node, int], called: Sequence[str], number_of: Mapping[tuple[int, int], int]
) -> dict[str, Any]:
    card = fold.card
    about = list(card.about)
    if card.operation:  # its derivative in words, for which there is no room on an arrow
        back = [(x, arrow.formula) for x, arrow, _ in fold.arrows if arrow.formula]
        about += [say("back to {0}: {1}", called[index[x]], words) for x, words in back[:MOST_NAMED]]
    arrows = []
    for x, arrow, uses in fold.arrows:
        told: dict[str, Any] = {
            "tail": index[x],
            "position": arrow.position,
            "uses": [number_of[index[node], i] for node, i in uses],
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
        "about": [cut(clean(line), LONGEST) for line in about],
        "output": -1 if fold.output is None else index[fold.output],
        "arrows": arrows,
    }


def _write(grid: Grid) -> str:
    return "; ".join(f"[{' '.join(row)}]" if len(row) > 1 else row[0] for row in grid)
