"""Training on all of MNIST, as `examples/mnist.py --hidden 512 --epochs 5 --compiled` does, beside PyTorch.

Adam with weight decay along a cosine, batches of 100, tested after every epoch; the time is that of the training. Both
begin with the same weights, see the same batches and must read the test digits as well. The digits are those that
`nn.mnist.load()` finds.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import nn

from .harness import Cases, Row, run, seconds

ROWS = (Row("full MNIST, 784-512-10, 5 epochs", 0.8, "torch", unit="s", turns=1),)
HIDDEN, EPOCHS, BATCH, RATE, DECAY = 512, 5, 100, 2e-3, 1e-4
READ = 0.978  # of the test digits, at the least


def cases(side: str) -> Cases:
    """The whole training, of a network begun anew."""
    digits = nn.mnist.load()
    train = torch if side == "torch" else ours
    return {ROWS[0].case: lambda: trained(train, digits)}


def trained(train: Callable[[nn.MLP, nn.mnist.Digits], float], digits: nn.mnist.Digits) -> float:
    """The time of the training, which must have taught what it should."""
    model = nn.MLP(784, [HIDDEN], 10, rng=np.random.default_rng(0))
    read: list[float] = []
    taken = seconds(lambda: read.append(train(model, digits)))
    assert read[-1] >= READ, read
    return taken


def loader(digits: nn.mnist.Digits) -> nn.DataLoader:
    """The training digits in shuffled batches."""
    return nn.DataLoader(digits.train_images, digits.train_labels, batch_size=BATCH, rng=np.random.default_rng(1))


def ours(model: nn.MLP, digits: nn.mnist.Digits) -> float:
    """Train, by a program, and give the part of the test digits that is read."""
    batches = loader(digits)
    history = nn.fit(
        model,
        batches,
        nn.Adam(model.parameters(), RATE, weight_decay=DECAY),
        epochs=EPOCHS,
        validation=nn.DataLoader(digits.test_images, digits.test_labels, batch_size=1000),
        schedule=nn.cosine(EPOCHS * len(batches)),
        compiled=True,
        progress=False,
    )
    read = history.epochs[-1].validation_accuracy
    assert read is not None
    return read


def torch(model: nn.MLP, digits: nn.mnist.Digits) -> float:
    """The same in PyTorch, on the batches that ours sees; its own loader takes longer."""
    import torch

    network = torch.nn.Sequential(torch.nn.Linear(784, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 10))
    with torch.no_grad():
        for parameter, start in zip(network.parameters(), model.parameters(), strict=True):
            parameter.copy_(torch.from_numpy(start.data.T))
    batches = loader(digits)
    optimizer = torch.optim.Adam(network.parameters(), RATE, weight_decay=DECAY)
    whole = EPOCHS * len(batches)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.5 + 0.5 * math.cos(math.pi * step / whole))
    test_images, test_labels = map(torch.from_numpy, (digits.test_images, digits.test_labels))
    losses: list[float] = []
    read: list[Any] = []
    for _ in range(EPOCHS):
        for images, labels in batches:
            loss = torch.nn.functional.cross_entropy(network(torch.from_numpy(images)), torch.from_numpy(labels))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        with torch.no_grad():
            read.append((network(test_images).argmax(1) == test_labels).float().mean().item())
    return read[-1]


if __name__ == "__main__":
    run(cases)
