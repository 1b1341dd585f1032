"""Operations on arrays of 8 elements, where the engine's own work is nearly all there is; forward and backward."""

import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_mini import Tensor, exp, relu, tanh

from .harness import Cases, Row, run, seconds

NODES = 2_000  # in one graph
LINKS: dict[str, tuple[int, Callable[[Any, Any], Any]]] = {  # how many operations the next link of the chain takes
    "add": (1, lambda y, x: y + x),
    "multiply": (1, lambda y, x: y * x),
    "exp": (2, lambda y, x: exp(-y)),  # exp alone would soon be inf
    "tanh": (1, lambda y, x: tanh(y)),
    "relu": (1, lambda y, x: relu(y)),
}
MEDIAN = "8 elements: median of these ops"
ROWS = tuple(Row(case, 4.0, unit="µs") for case in (*(f"8 elements: {name}" for name in LINKS), MEDIAN))


def cases(side: str) -> Cases:
    """An operation of each kind, and the median of them."""
    costs = [lambda link=link: cost(*link) for link in LINKS.values()]
    median = lambda: statistics.median(each() for each in costs)
    return {row.case: measure for row, measure in zip(ROWS, (*costs, median), strict=True)}


def cost(operations: int, link: Callable[[Any, Any], Any]) -> float:
    """The time of one operation in a chain of them."""
    x = Tensor(np.linspace(0.999, 1.001, 8))
    seed = np.ones(8)

    def chain() -> None:
        y = x
        for _ in range(NODES // operations):
            y = link(y, x)
        y.backward(seed)
        x.grad = None

    return seconds(chain, lasting=0.1) / NODES


if __name__ == "__main__":
    run(cases)
