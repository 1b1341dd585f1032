"""A chain of a million scalar nodes, a product and a sum in turns: forward, backward, and the memory of it."""

import tracemalloc
from collections.abc import Callable
from typing import Any

from .harness import Cases, Row, run, seconds

NODES = 10**6
ROWS = (
    Row("chain of 10^6 scalars", 0.5, "torch", unit="s", turns=1),
    Row("memory of a scalar node, at peak", 320, unit="bytes", turns=1),
)


def cases(side: str) -> Cases:
    """The time of forward and backward; of ours also the bytes a node."""
    if side == "torch":
        import torch

        return {ROWS[0].case: lambda: seconds(lambda: walk(torch.tensor(1.0, requires_grad=True)))}
    from autograd_mini import Value

    return {
        ROWS[0].case: lambda: seconds(lambda: walk(Value(1.0))),
        ROWS[1].case: lambda: peak(lambda: walk(Value(1.0))) / NODES,
    }


def walk(x: Any) -> None:
    """Forward and backward."""
    y = x
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
    run(cases)
