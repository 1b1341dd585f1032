"""A chain of a million scalar nodes, a product and a sum in turns: forward, backward, and the memory of it."""

import tracemalloc
from collections.abc import Callable
from typing import Any

from .harness import Row, report, seconds

NODES = 10**6
ROWS = (
    Row("chain of 10^6 scalars", 0.5, "torch", unit="s"),
    Row("memory of a scalar node, at peak", 320, unit="bytes"),
)


def measure(side: str) -> dict[str, float]:
    """The time of forward and backward; of ours, in a second run, also the bytes a node."""
    if side == "torch":
        import torch

        return {"chain of 10^6 scalars": seconds(lambda: run(lambda: torch.tensor(1.0, requires_grad=True)), 1, 0)}
    from autograd_mini import Value

    return {
        "chain of 10^6 scalars": seconds(lambda: run(lambda: Value(1.0)), 1, 0),
        "memory of a scalar node, at peak": peak(lambda: run(lambda: Value(1.0))) / NODES,
    }


def run(leaf: Callable[[], Any]) -> None:
    """Forward and backward."""
    x = y = leaf()
    for _ in range(NODES // 2):
        y = y * 0.999999 + 0.000001
    y.backward()
    assert abs(float(x.grad) - 0.6065) < 1e-2, x.grad  # 0.999999 to the power 500,000, float32 in torch


def peak(function: Callable[[], None]) -> float:
    """The most memory that Python's objects took during a call, in bytes."""
    tracemalloc.start()
    function()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


if __name__ == "__main__":
    report(measure)
