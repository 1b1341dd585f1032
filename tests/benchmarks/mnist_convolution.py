"""Training a network of convolutions on all of MNIST, as `examples/mnist_cnn.py --epochs 3` does, beside PyTorch.

Two convolutions, each pooled, and a linear layer; Adam from 3e-3 along a cosine, batches of 100, tested after every
epoch. Both begin with the same weights, see the same batches and must read the test digits as well; the time is that of
the training. The digits are those that `nn.mnist.load()` finds.
"""

from typing import Any

import numpy as np

import nn

from .convolution import network, torch_network
from .harness import Cases, Row, run
from .training import Course, by_fit, by_torch, time_of

ROWS = (
    Row("full MNIST, 2 convolutions, 3 epochs", 5.0, "torch", unit="s", turns=1),
    Row("the same, misread", 1.2, unit="%", turns=1),
)
BATCH = 100
COURSE = Course(epochs=3, rate=3e-3, read=0.985)


def cases(side: str) -> Cases:
    """The whole training, of a network begun anew; and how much it misreads."""
    digits = nn.mnist.load()
    tests = nn.DataLoader(pictures(digits.test_images), digits.test_labels, batch_size=500)
    timed, misread = (row.case for row in ROWS)

    def train() -> float:
        model, batches = begun(digits)
        if side == "torch":
            return time_of(by_torch, torch_network(model), COURSE, batches, tests)
        return time_of(by_fit, model, COURSE, batches, tests)

    def wrong() -> float:
        model, batches = begun(digits)
        return 1.0 - by_fit(model, COURSE, batches, tests)

    return {timed: train, misread: wrong}


def begun(digits: nn.mnist.Digits) -> tuple[nn.Sequential, nn.DataLoader]:
    """A network to be trained and the training digits in shuffled batches, as the example makes them."""
    rng = np.random.default_rng(0)
    return network(rng), nn.DataLoader(pictures(digits.train_images), digits.train_labels, batch_size=BATCH, rng=rng)


def pictures(images: Any) -> Any:
    """Rows of pixels as pictures of one channel."""
    return images.reshape(-1, 1, 28, 28)


if __name__ == "__main__":
    run(cases)
