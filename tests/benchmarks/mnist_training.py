"""Training on all of MNIST, as `examples/mnist.py --hidden 512 --epochs 5 --compiled` does, beside PyTorch.

Adam along a cosine, labels smoothed, batches of 100, tested after every epoch; the time is that of the training. Both
begin with the same weights, see the same batches and must read the test digits as well. The digits are those that
`nn.mnist.load()` finds.
"""

from typing import Any

import numpy as np

import nn

from ..support.twins import hand_over
from .harness import Cases, Row, run
from .training import Course, by_fit, by_torch, time_of

ROWS = (
    Row("full MNIST, 784-512-10, 5 epochs", 0.8, "torch", unit="s", turns=1),
    Row("the same, misread, mean of 3 seeds", 1.6, unit="%", turns=1),
)
HIDDEN, BATCH = 512, 100
COURSE = Course(epochs=5, rate=3e-3, read=0.984, smoothing=0.1)


def cases(side: str) -> Cases:
    """The whole training, of a network begun anew; and how much three networks misread."""
    digits = nn.mnist.load()
    tests = nn.DataLoader(digits.test_images, digits.test_labels, batch_size=1000)
    timed, misread = (row.case for row in ROWS)

    def train() -> float:
        model, batches = begun(digits, 0)
        if side == "torch":
            return time_of(by_torch, twin(model), COURSE, batches, tests)
        return time_of(by_fit, model, COURSE, batches, tests)

    def wrong(seed: int) -> float:
        model, batches = begun(digits, seed)
        return 1.0 - by_fit(model, COURSE, batches, tests)

    return {timed: train, misread: lambda: float(np.mean([wrong(seed) for seed in range(3)]))}


def begun(digits: nn.mnist.Digits, seed: int) -> tuple[nn.MLP, nn.DataLoader]:
    """A network to be trained and the training digits in shuffled batches, as the example makes them."""
    rng = np.random.default_rng(seed)
    model = nn.MLP(784, [HIDDEN], 10, rng=rng)
    return model, nn.DataLoader(digits.train_images, digits.train_labels, batch_size=BATCH, rng=rng)


def twin(model: nn.MLP) -> Any:
    """The network in PyTorch, with the same weights."""
    import torch

    network = torch.nn.Sequential(torch.nn.Linear(784, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 10))
    hand_over(model, network)
    return network


if __name__ == "__main__":
    run(cases)
