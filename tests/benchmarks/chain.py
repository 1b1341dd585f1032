"""A chain of a million scalar nodes: forward, backward, the memory of it, and the time of it as a program."""

import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.support.scalar_models import circle_map, linear_chain

from .harness import Cases, Row, run, seconds
from .programs import KINDS, program, timed

NODES = 10**6
EAGER, MEMORY = "chain of 10^6 scalars", "memory of a scalar node, at peak"
CHAINS = {  # a function of y, a and b, how many nodes a link of it has, and where it starts
    "y * a + b": (linear_chain, 2, (1.0, 0.999999, 0.000001)),
    "y + a * sin(y) + b": (circle_map, 4, (1.0, 0.1, 0.2)),
}
TARGETS = {"": 150, ", fast": 10}
ROWS = (
    Row(EAGER, 0.5, "torch", unit="s", turns=1),
    Row(MEMORY, 320, unit="bytes", turns=1),
    *(
        Row(f"{name}, a node{kind}", target, unit="ns", turns=2, needs=KINDS[kind][0])
        for name in CHAINS
        for kind, target in TARGETS.items()
    ),
)


def cases(side: str) -> Cases:
    """The time of forward and backward; of ours also the bytes a node, and the time a node as a program."""
    if side == "torch":
        import torch

        return {EAGER: lambda: seconds(lambda: walk(torch.tensor(1.0, requires_grad=True)))}
    from autograd_mini import Value, value_and_grad

    made: Cases = {
        EAGER: lambda: seconds(lambda: walk(Value(1.0))),
        MEMORY: lambda: peak(lambda: walk(Value(1.0))) / NODES,
    }
    for name, (chain, nodes, start) in CHAINS.items():
        derived = value_and_grad(partial(chain, links=NODES // nodes), (0, 1, 2))
        for kind, (_, native) in KINDS.items():
            whole = timed(partial(program, derived, *start, native=native), partial(derived, *start))
            made[f"{name}, a node{kind}"] = lambda whole=whole: whole() / NODES
    return made


def walk(x: Any) -> None:
    """Forward and backward."""
    y = linear_chain(x, 0.999999, 0.000001, NODES // 2)
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
