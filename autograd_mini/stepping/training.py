"""Training on a page: the steps of descent, and the loss curve to move along."""

from collections.abc import Callable, Iterable
from typing import Any

from ..errors import DrawingError, KindError, describe
from ..languages import say
from ..node import Node
from .page import Page, step_through

MOST_STEPS = 1_000


def train_through(
    loss: Node | Callable[[], Node],
    parameters: Iterable[Node] | None = None,
    *,
    lr: float = 0.1,
    steps: int = 20,
    title: str | None = None,
    about: str = "",
) -> Page:
    """The page of `step_through` that also trains: forward, backward, w ← w − lr · ∂loss/∂w, and again.

    The page computes the steps itself, by the recorded operations; what is changed on it (a number, the learning
    rate) changes all that follows. What Python decided when the loss was recorded stays decided.

    loss: a Value, or a function that gives one, as in `step_through`. parameters: the leaves that are trained; None for
    all. lr: the learning rate. steps: how many, up to 1,000. title, about: as in `step_through`.

    Raises DrawingError where the graph holds arrays, more than 2,000 nodes, or operations that no page computes;
    KindError for a parameter that is no leaf of it.

    >>> from autograd_mini import Value, train_through
    >>> w = Value(5.0, label="w")
    >>> page = train_through((w - 3.0) ** 2, [w], lr=0.1, steps=50)
    >>> page  # page.save("training.html")
    <Page of 7 steps>
    """
    if not isinstance(lr, int | float) or isinstance(lr, bool) or not 0.0 < lr < float("inf"):
        raise KindError(f"train_through takes a positive number as lr; got {describe(lr)}")
    if not isinstance(steps, int) or isinstance(steps, bool) or not 1 <= steps <= MOST_STEPS:
        raise KindError(f"train_through takes a whole number from 1 to {MOST_STEPS:,} as steps; got {describe(steps)}")
    page = step_through(loss, title=title, about=about)
    (run,) = page.runs
    if why := run["live"].get("still"):
        raise DrawingError(say("a page cannot train this graph: {0}", why))
    leaves = {node.birth: card for card, node in enumerate(page.traces[0].graph.nodes) if node.rule is None}
    run["training"] = {"parameters": _find(parameters, leaves), "rate": float(lr), "steps": steps, "most": MOST_STEPS}
    return page


def _find(parameters: Iterable[Node] | None, leaves: dict[int, int]) -> list[int]:
    if parameters is None:
        return [*leaves.values()]
    if isinstance(parameters, Node) or not isinstance(parameters, Iterable):
        raise KindError(f"train_through takes a list of parameters; got {describe(parameters)}")
    found: list[Any] = list(parameters)
    for x in found:
        if not isinstance(x, Node) or x.birth not in leaves:
            raise KindError(f"{describe(x)} is no leaf of this loss: train what it was computed from")
    return [leaves[x.birth] for x in found]
