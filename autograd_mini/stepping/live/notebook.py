"""A page as a widget of a notebook: what a page of arrays cannot compute itself, the kernel computes for it."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from ...errors import AutogradError
from ...languages import language, say, spoken
from ...node import Node
from ..page_data import describe_run
from ..trace import Trace, trace_graph

MOST = 1_000  # numbers of a leaf that can be changed on a page
PLACED = frozenset(("w", "h", "frame"))  # of a card: what stays as it is, whatever its numbers are


class Kernel:
    """Answers a page that asks for the numbers of one run where its leaves hold others.

    A message is {"changes": [[card, place, number], …]}, place among the leaf's numbers in C order; without a change
    it asks for the numbers as they are. The answer is {"leaves": {card: numbers}, "cards": …, "steps": …,
    "frames": …}, as `describe_run` tells them, or {"error": words}; then nothing has changed.

    >>> from autograd_mini import Tensor
    >>> from autograd_mini.stepping.trace import trace
    >>> x = Tensor([1.0, 2.0], label="x")
    >>> answer = Kernel(trace((x * x).sum())).answer({"changes": [[0, 1, 5.0]]})
    >>> answer["leaves"], answer["cards"][-1]["data"]
    ({0: [1.0, 5.0]}, ['26'])
    """

    def __init__(self, run: Trace) -> None:
        nodes = run.graph.nodes
        self._language = spoken()
        self._graph, self._seed, self._steps = run.graph, run.right[run.graph.root], len(run.deliveries)
        self.leaves = {i: x for i, x in enumerate(nodes) if x.rule is None and np.size(x.data) <= MOST}

    def describe_leaves(self) -> list[dict[str, Any]]:
        """The leaves that can be changed, for a page: card, shape and the numbers."""
        return [{"card": i, "shape": x.shape, "numbers": _list(x)} for i, x in self.leaves.items()]

    def answer(self, message: Any) -> dict[str, Any]:
        """What a page is to show after it has changed numbers of leaves."""
        with language(self._language):  # whoever asks may speak another
            return self._answer(message)

    def _answer(self, message: Any) -> dict[str, Any]:
        try:
            changed = {card: np.array(leaf.data) for card, leaf in self.leaves.items()}
            for card, place, number in message["changes"]:
                changed[card].flat[place] = float(number)
        except (KeyError, IndexError, TypeError, ValueError):
            return {"error": say("a change is of a leaf of this graph, one of its numbers, and another number")}
        try:
            nodes = self._graph.nodes
            with np.errstate(all="ignore"):  # a number may be dragged out of a function's domain
                graph = self._graph.compute_with({nodes[card]: data for card, data in changed.items()})
            run = trace_graph(graph, self._seed)
        except AutogradError as error:
            return {"error": str(error)}
        if len(run.deliveries) != self._steps:
            return {"error": say("with these numbers other arrows carry a gradient: make the page anew")}
        self._graph = graph
        self.leaves = {card: graph.nodes[card] for card in self.leaves}
        told = describe_run(run)
        cards = [{name: x for name, x in card.items() if name not in PLACED} for card in told["cards"]]
        leaves = {card: _list(leaf) for card, leaf in self.leaves.items()}
        return {"leaves": leaves, "cards": cards, "steps": told["steps"], "frames": told["frames"]}


def _list(leaf: Node) -> list[Any]:
    """A leaf's numbers; None for one that JSON does not hold."""
    return [x if np.isfinite(x) else None for x in np.ravel(leaf.data).tolist()]


def make_widget(title: str, write: Callable[..., str], run: Trace | None) -> Any:
    """A page as an anywidget, live in Jupyter, marimo, VS Code and Colab; None where anywidget is not installed.

    write: gives the page's html, live= with what it shall know of its leaves. run: one that the page cannot compute.
    """
    kind = _find_kind()
    if kind is None:
        return None
    kernel = None if run is None else Kernel(run)
    if kernel is None or not kernel.leaves:
        return kind(html=write(), title=title)
    widget = kind(html=write(live={"kernel": kernel.describe_leaves()}), title=title)
    widget.on_msg(lambda _, message, __: widget.send(kernel.answer(message)))
    return widget


@cache
def _find_kind() -> Any:
    try:
        from anywidget import AnyWidget
        from traitlets import Unicode
    except ImportError:
        return None

    class PageWidget(AnyWidget):  # type: ignore[misc, unused-ignore]
        _esm = (files(__package__) / "notebook.js").read_text("utf-8")
        html = Unicode().tag(sync=True)
        title = Unicode().tag(sync=True)

    return PageWidget
