"""Builds two pages to step through: why gradients add up at forks, and why the order of the sweep matters."""

from collections import deque
from pathlib import Path

from autograd_mini import Page, Value, step_through
from autograd_mini.node import Node
from autograd_mini.stepping.trace import trace

FORKS = """A number that is used twice moves the end along two ways. Here x goes into u and into v, and both into loss.

Nudge x by a little h. Then u grows by 2h and v by h; loss feels both nudges at once, so their effects add. That is
all that the plus sign in the chain rule says: the gradient of x is the sum over the arrows that leave it. A program
that overwrites the gradient where it should add keeps only the last arrow's part, and learns the wrong thing."""

ORDER = """Two sweeps through one graph, with the same rules and the same numbers; only their order differs. One goes
back level by level from the end, as a queue would take the nodes; the other latest born first, as the engine does.

Level by level, u hands on before all that belongs to it has come: the part that comes by the longer way is too late,
and x never hears of it. A node may hand its gradient on only when every arrow that leaves it has delivered. It is
always older than what is computed from it: so the order of birth, backwards, is such an order."""


def forks() -> Page:
    x = Value(2.0, label="x")
    u = 2.0 * x
    v = x + 3.0
    loss = u * v
    u.label, v.label, loss.label = "u", "v", "loss"
    return step_through(loss, title="Why gradients add up at forks", about=FORKS)


def order() -> Page:
    x = Value(3.0, label="x")
    u = x * 2.0
    v = u + 1.0
    loss = u * v  # u is used at once, and once more through v
    u.label, v.label, loss.label = "u", "v", "loss"
    runs = {
        "Level by level: goes wrong": trace(loss, order=level_by_level(loss)),
        "Latest born first: right": trace(loss),
    }
    return Page("Why the order of the sweep matters", ORDER, runs)


def level_by_level(root: Node) -> list[Node]:
    """The nodes as a queue meets them: what a first attempt at a backward pass often does."""
    met, waiting = {root: None}, deque([root])  # a dictionary, which keeps its order: == of nodes compares numbers
    while waiting:
        for x in waiting.popleft().inputs:
            if isinstance(x, Node) and x not in met:
                met[x] = None
                waiting.append(x)
    return list(met)


if __name__ == "__main__":
    folder = Path(__file__).parent.parent / "output" / "lessons"
    folder.mkdir(parents=True, exist_ok=True)
    for page, name in [(forks(), "forks"), (order(), "order")]:
        page.save(folder / f"{name}.html")
        print(f"wrote {folder / name}.html")
