"""One step of training 784-h-10 on a batch: forward, cross-entropy, backward, SGD; float32, default threads."""

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import numpy as np

from .harness import Cases, Row, run, seconds

SIZES = {(10, 512): 0.95, (32, 128): 0.95, (100, 100): 0.95, (100, 512): 0.95, (1000, 512): 1.15}
ROWS = tuple(Row(f"MNIST step, batch {b}, 784-{h}-10", target, "torch") for (b, h), target in SIZES.items())


def cases(side: str) -> Cases:
    """A step for each batch size and width."""
    make = theirs if side == "torch" else ours
    steps = [make(h, batches(b)) for b, h in SIZES]
    return {row.case: lambda step=step: seconds(step, lasting=0.5) for row, step in zip(ROWS, steps, strict=True)}


def batches(size: int) -> list[tuple[Any, Any]]:
    """Ten batches of what looks like digits: a fifth of the pixels inked."""
    rng = np.random.default_rng(0)
    ink = rng.random((10, size, 784), np.float32) * (rng.random((10, size, 784)) < 0.2)
    return list(zip(ink.astype(np.float32), rng.integers(0, 10, (10, size)), strict=True))


def ours(hidden: int, pairs: list[tuple[Any, Any]]) -> Callable[[], None]:
    """A step of nn's."""
    import nn

    model = nn.MLP(784, [hidden], 10, rng=np.random.default_rng(0))
    return _step(model, nn.cross_entropy, nn.SGD(model.parameters(), lr=0.01), cycle(pairs))


def theirs(hidden: int, pairs: list[tuple[Any, Any]]) -> Callable[[], None]:
    """A step of PyTorch's."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    tensors = [(torch.from_numpy(images), torch.from_numpy(labels)) for images, labels in pairs]
    return _step(model, nn.functional.cross_entropy, optimizer, cycle(tensors))


def _step(model: Any, loss_of: Any, optimizer: Any, pairs: Iterator[tuple[Any, Any]]) -> Callable[[], None]:
    def step() -> None:
        images, labels = next(pairs)
        loss = loss_of(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


if __name__ == "__main__":
    run(cases)
