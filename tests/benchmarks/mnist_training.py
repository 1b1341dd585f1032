"""Training on all of MNIST, as `examples/mnist.py --hidden 512 --epochs 5 --compiled` does, beside PyTorch.

Adam along a cosine, labels smoothed, batches of 100, tested after every epoch; the time is that of the training. Both
begin with the same weights, see the same batches and must read the test digits as well. The digits are those that
`nn.mnist.load()` finds.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import nn

from ..support.twins import hand_over
from .harness import Cases, Row, run, seconds

ROWS = (
    Row("full MNIST, 784-512-10, 5 epochs", 0.8, "torch", unit="s", turns=1),
    Row("the same, misread, mean of 3 seeds", 1.6, unit="%", turns=1),
)
HIDDEN, EPOCHS, BATCH, RATE, SMOOTHING = 512, 5, 100, 3e-3, 0.1
READ = 0.984  # of the test digits, at the least


def cases(side: str) -> Cases:
    """The whole training, of a network begun anew; and how much three networks misread."""
    digits = nn.mnist.load()
    train = torch if side == "torch" else ours
    timed, misread = (row.case for row in ROWS)
    return {
        timed: lambda: trained(train, digits),
        misread: lambda: float(np.mean([wrong(digits, s) for s in range(3)])),
    }


def trained(train: Callable[[nn.MLP, nn.DataLoader, nn.mnist.Digits], float], digits: nn.mnist.Digits) -> float:
    """The time of the training, which must have taught what it should."""
    model, batches = begun(digits, 0)
    read: list[float] = []
    taken = seconds(lambda: read.append(train(model, batches, digits)))
    assert read[-1] >= READ, read
    return taken


def wrong(digits: nn.mnist.Digits, seed: int) -> float:
    """The part of the test digits that a network of that seed misreads in the end."""
    return 1.0 - ours(*begun(digits, seed), digits)


def begun(digits: nn.mnist.Digits, seed: int) -> tuple[nn.MLP, nn.DataLoader]:
    """A network to be trained and the training digits in shuffled batches, as the example makes them."""
    rng = np.random.default_rng(seed)
    model = nn.MLP(784, [HIDDEN], 10, rng=rng)
    return model, nn.DataLoader(digits.train_images, digits.train_labels, batch_size=BATCH, rng=rng)


def ours(model: nn.MLP, batches: nn.DataLoader, digits: nn.mnist.Digits) -> float:
    """Train, by a program, and give the part of the test digits that is read."""
    history = nn.fit(
        model,
        batches,
        nn.Adam(model.parameters(), RATE),
        loss=partial(nn.cross_entropy, label_smoothing=SMOOTHING),
        epochs=EPOCHS,
        validation=nn.DataLoader(digits.test_images, digits.test_labels, batch_size=1000),
        schedule=nn.cosine(EPOCHS * len(batches)),
        compiled=True,
        progress=False,
    )
    read = history.epochs[-1].validation_accuracy
    assert read is not None
    return read


def torch(model: nn.MLP, batches: nn.DataLoader, digits: nn.mnist.Digits) -> float:
    """The same in PyTorch, on the batches that ours sees; its own loader takes longer."""
    import torch
    from torch.nn.functional import cross_entropy

    network = torch.nn.Sequential(torch.nn.Linear(784, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 10))
    hand_over(model, network)
    optimizer = torch.optim.Adam(network.parameters(), RATE)
    whole = EPOCHS * len(batches)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.5 + 0.5 * math.cos(math.pi * step / whole))
    test_images, test_labels = map(torch.from_numpy, (digits.test_images, digits.test_labels))
    losses: list[float] = []
    read: list[Any] = []
    for _ in range(EPOCHS):
        for images, labels in batches:
            loss = cross_entropy(network(torch.from_numpy(images)), torch.from_numpy(labels), label_smoothing=SMOOTHING)
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
