"""What `nn.fit` adds to the bare loop of the MNIST step: batches of 100, 784-100-10, SGD; float32, default threads.

The loop is what one writes by hand with nn: forward, cross-entropy, zero_grad, backward, step. fit does the same with
all that it does unless told otherwise, its checks and the accuracy among it. Five epochs of a hundred steps each, from
the same weights over the same batches; at the end the weights are the same, bit for bit.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

import nn

from .harness import Cases, Row, run, seconds

HIDDEN, STEPS, EPOCHS, RATE = 100, 100, 5, 0.1
ROWS = (Row("fit beside its bare loop, 500 steps", 1.05, "nn"),)


def cases(side: str) -> Cases:
    """The epochs by fit, or by hand, over and over."""
    epochs, model = made(by_hand if side == "nn" else by_fit)
    _, expected = made(by_hand)
    epochs()
    made(by_hand, expected)[0]()
    for parameter, other in zip(model.parameters(), expected.parameters(), strict=True):
        np.testing.assert_array_equal(parameter.data, other.data)
    return {ROWS[0].case: lambda: seconds(epochs, lasting=0.5)}


def made(way: Callable[..., Any], model: nn.MLP | None = None) -> tuple[Callable[[], Any], nn.MLP]:
    """The epochs of a way, and the network that it trains."""
    model = model or nn.MLP(784, [HIDDEN], 10, rng=0)
    rng = np.random.default_rng(0)
    ink = rng.random((100 * STEPS, 784), np.float32)
    images = np.where(rng.random(ink.shape, np.float32) < 0.2, ink, np.float32(0))
    data = nn.DataLoader(images, rng.integers(0, 10, len(images)), batch_size=100)
    return way(model, data, nn.SGD(model.parameters(), RATE)), model


def by_hand(model: nn.MLP, data: nn.DataLoader, optimizer: nn.Optimizer) -> Callable[[], Any]:
    """The loop, no line more."""

    def epochs() -> None:
        for _ in range(EPOCHS):
            for images, labels in data:
                optimizer.zero_grad()
                loss = nn.cross_entropy(model(images), labels)
                loss.backward()
                optimizer.step()

    return epochs


def by_fit(model: nn.MLP, data: nn.DataLoader, optimizer: nn.Optimizer) -> Callable[[], Any]:
    """The same by fit."""
    return lambda: nn.fit(model, data, optimizer, epochs=EPOCHS, progress=False)


if __name__ == "__main__":
    run(cases)
