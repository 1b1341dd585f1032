"""Training a network of convolutions on all of MNIST, as `examples/mnist_cnn.py --epochs 3` does, beside PyTorch.

Two convolutions, each pooled, and a linear layer; Adam from 3e-3 along a cosine, batches of 100, tested after every
epoch. Both begin with the same weights, see the same batches and must read the test digits as well; the time is that of
the training. The digits are those that `nn.mnist.load()` finds.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import nn

from .convolution import network, torch_network
from .harness import Cases, Row, run, seconds

ROWS = (
    Row("full MNIST, 2 convolutions, 3 epochs", 5.0, "torch", unit="s", turns=1),
    Row("the same, misread", 1.2, unit="%", turns=1),
)
EPOCHS, BATCH, RATE = 3, 100, 3e-3
READ = 0.985  # of the test digits, at the least

Trained = Callable[[nn.Module, nn.DataLoader, nn.mnist.Digits], float]


def cases(side: str) -> Cases:
    """The whole training, of a network begun anew; and how much it misreads."""
    digits = nn.mnist.load()
    train = torch if side == "torch" else ours
    timed, misread = (row.case for row in ROWS)
    return {timed: lambda: trained(train, digits), misread: lambda: 1.0 - ours(*begun(digits), digits)}


def trained(train: Trained, digits: nn.mnist.Digits) -> float:
    """The time of the training, which must have taught what it should."""
    model, batches = begun(digits)
    read: list[float] = []
    taken = seconds(lambda: read.append(train(model, batches, digits)))
    assert read[-1] >= READ, read
    return taken


def begun(digits: nn.mnist.Digits) -> tuple[nn.Sequential, nn.DataLoader]:
    """A network to be trained and the training digits in shuffled batches, as the example makes them."""
    rng = np.random.default_rng(0)
    return network(rng), nn.DataLoader(pictures(digits.train_images), digits.train_labels, batch_size=BATCH, rng=rng)


def pictures(images: Any) -> Any:
    """Rows of pixels as pictures of one channel."""
    return images.reshape(-1, 1, 28, 28)


def ours(model: nn.Module, batches: nn.DataLoader, digits: nn.mnist.Digits) -> float:
    """Train, by a program, and give the part of the test digits that is read."""
    history = nn.fit(
        model,
        batches,
        nn.Adam(model.parameters(), RATE),
        epochs=EPOCHS,
        validation=nn.DataLoader(pictures(digits.test_images), digits.test_labels, batch_size=500),
        schedule=nn.cosine(EPOCHS * len(batches)),
        compiled=True,
        progress=False,
    )
    read = history.epochs[-1].validation_accuracy
    assert read is not None
    return read


def torch(model: nn.Module, batches: nn.DataLoader, digits: nn.mnist.Digits) -> float:
    """The same in PyTorch, on the batches that ours sees; its own loader takes longer."""
    import torch
    from torch.nn.functional import cross_entropy

    theirs = torch_network(model)
    optimizer = torch.optim.Adam(theirs.parameters(), RATE)
    whole = EPOCHS * len(batches)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.5 + 0.5 * math.cos(math.pi * step / whole))
    test_images, test_labels = torch.from_numpy(pictures(digits.test_images)), torch.from_numpy(digits.test_labels)
    losses: list[float] = []
    read: list[float] = []
    for _ in range(EPOCHS):
        for images, labels in batches:
            loss = cross_entropy(theirs(torch.from_numpy(images)), torch.from_numpy(labels))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        with torch.no_grad():
            given = torch.cat([theirs(images) for images in test_images.split(500)])
            read.append((given.argmax(1) == test_labels).float().mean().item())
    return read[-1]


if __name__ == "__main__":
    run(cases)
