"""One step of training 784-h-10 on a batch: forward, cross-entropy, backward, SGD; float32, default threads.

Beside PyTorch's, and beside the step as one writes it by hand in NumPy, which is the most that NumPy allows.
"""

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import numpy as np

from .harness import Cases, Row, run, seconds

SIZES = {(10, 512): 0.95, (32, 128): 0.95, (100, 100): 0.95, (100, 512): 0.95, (1000, 512): 1.15}
BESIDE_TORCH = tuple(Row(f"MNIST step, batch {b}, 784-{h}-10", target, "torch") for (b, h), target in SIZES.items())
BESIDE_NUMPY = tuple(Row(f"by hand, batch {b}, 784-{h}-10", 1.5, "numpy") for b, h in SIZES)
ROWS = BESIDE_TORCH + BESIDE_NUMPY


def cases(side: str) -> Cases:
    """A step for each batch size and width."""
    make = {"torch": theirs, "numpy": by_hand}.get(side, ours)
    steps = [make(h, batches(b)) for b, h in SIZES]
    return {row.case: lambda step=step: seconds(step, lasting=0.5) for row, step in zip(ROWS, 2 * steps, strict=True)}


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


def by_hand(hidden: int, pairs: list[tuple[Any, Any]]) -> Callable[[], None]:
    """The four equations of backpropagation, in arrays allocated beforehand."""
    rng, rows, upcoming = np.random.default_rng(0), np.arange(len(pairs[0][0])), cycle(pairs)
    inner = rng.normal(0, (2 / 784) ** 0.5, (784, hidden)).astype(np.float32)
    outer = rng.normal(0, (1 / hidden) ** 0.5, (hidden, 10)).astype(np.float32)
    inner_bias, outer_bias = np.zeros(hidden, np.float32), np.zeros(10, np.float32)
    active, slope = np.empty((2, len(rows), hidden), np.float32)
    positive, change = np.empty(active.shape, bool), np.empty_like(inner)

    def step() -> None:
        images, labels = next(upcoming)
        np.matmul(images, inner, out=active)
        np.maximum(np.add(active, inner_bias, out=active), 0, out=active)
        errors = active @ outer + outer_bias
        errors = np.exp(errors - errors.max(axis=1, keepdims=True))
        errors /= errors.sum(axis=1, keepdims=True)
        errors[rows, labels] -= 1
        errors /= len(rows)
        np.matmul(errors, outer.T, out=slope)
        np.multiply(slope, np.greater(active, 0, out=positive), out=slope)
        np.subtract(outer, 0.01 * (active.T @ errors), out=outer)
        np.subtract(outer_bias, 0.01 * errors.sum(axis=0), out=outer_bias)
        np.multiply(np.matmul(images.T, slope, out=change), 0.01, out=change)
        np.subtract(inner, change, out=inner)
        np.subtract(inner_bias, 0.01 * slope.sum(axis=0), out=inner_bias)

    return step


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
