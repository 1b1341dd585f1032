"""Operations on arrays of 8 elements, where the engine's own work is nearly all there is; forward and backward."""

import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_mini import Tensor, exp, relu, tanh

from .harness import Row, report, seconds

NODES = 2_000  # in one graph
LINKS: dict[str, tuple[int, Callable[[Any, Any], Any]]] = {  # how many operations the next link of the chain takes
    "add": (1, lambda y, x: y + x),
    "multiply": (1, lambda y, x: y * x),
    "exp": (2, lambda y, x: exp(-y)),  # exp alone would soon be inf
    "tanh": (1, lambda y, x: tanh(y)),
    "relu": (1, lambda y, x: relu(y)),
}
MEDIAN = "8 elements: median of these ops"
ROWS = (*(Row(f"8 elements: {name}", 4.0, unit="µs") for name in LINKS), Row(MEDIAN, 4.0, unit="µs"))


def measure(side: str) -> dict[str, float]:
    """The time of one operation, for several of them, and the median."""
    times = {f"8 elements: {name}": cost(*link) for name, link in LINKS.items()}
    return {**times, MEDIAN: statistics.median(times.values())}


def cost(operations: int, link: Callable[[Any, Any], Any]) -> float:
    """The time of one operation in a chain of them."""
    x = Tensor(np.linspace(0.999, 1.001, 8))
    seed = np.ones(8)

    def run() -> None:
        y = x
        for _ in range(NODES // operations):
            y = link(y, x)
        y.backward(seed)
        x.grad = None

    return seconds(run, repeats=20, warm=3) / NODES


if __name__ == "__main__":
    report(measure)
