"""A convolution forward and backward, and a step of a small network of convolutions; float32, default threads.

The network is that of examples/mnist_cnn.py: two convolutions, each pooled, and a linear layer; a step is forward,
cross-entropy, backward and Adam on a batch of 100. PyTorch begins with the same numbers and comes to the same.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..support.twins import hand_over
from .harness import Cases, Row, run
from .programs import timed

SHAPES = (((100, 8, 14, 14), (16, 8, 3, 3)), ((32, 3, 32, 32), (32, 3, 3, 3)))  # of x and of the filters; padding 1
CONV, STEP = "conv2d {} {}", "MNIST step, 2 convolutions"
ROWS = (*(Row(CONV.format(*shapes).replace(", ", ","), 6.0, "torch") for shapes in SHAPES), Row(STEP, 5.0, "torch"))
BATCH, RATE = 100, 3e-3

Arrays = Sequence[Any]


def cases(side: str) -> Cases:
    """The convolutions of both shapes, and the step."""
    convolve, train = (torch_convolution, torch_step) if side == "torch" else (convolution, step)
    made: Cases = {}
    for row, shapes in zip(ROWS, SHAPES, strict=False):
        arrays = numbers(*shapes, (*shapes[0][:1], shapes[1][0], *shapes[0][2:]))
        made[row.case] = timed(partial(convolve, *arrays), convolution(*arrays), tolerance=1e-4)
    made[STEP] = timed(partial(train, *batch()), step(*batch()), tolerance=1e-4)
    return made


def numbers(*shapes: tuple[int, ...]) -> Arrays:
    """Normally distributed, an array of each shape."""
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def batch() -> tuple[Any, Any]:
    """What looks like digits, a fifth of the pixels inked, and labels."""
    rng = np.random.default_rng(0)
    ink = rng.random((BATCH, 1, 28, 28)) * (rng.random((BATCH, 1, 28, 28)) < 0.2)
    return ink.astype(np.float32), rng.integers(0, 10, BATCH)


def convolution(x: Any, w: Any, g: Any) -> Callable[[], Arrays]:
    """The engine's gradients of both."""
    from autograd_mini import Tensor, conv2d

    x, w = Tensor(x), Tensor(w)

    def both() -> Arrays:
        x.grad = w.grad = None
        conv2d(x, w, padding=1).backward(g)
        return [x.grad, w.grad]

    return both


def torch_convolution(x: Any, w: Any, g: Any) -> Callable[[], Arrays]:
    """PyTorch's."""
    import torch

    x, w = (torch.tensor(array, requires_grad=True) for array in (x, w))
    g = torch.tensor(g)

    def both() -> Arrays:
        x.grad = w.grad = None
        torch.nn.functional.conv2d(x, w, padding=1).backward(g)
        return [x.grad, w.grad]

    return both


def network(rng: np.random.Generator) -> Any:
    """28 x 28 pixels, halved twice by pooling, to the scores of ten digits."""
    import nn

    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, rng=rng),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, rng=rng),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 7 * 7, 10, initializer=nn.lecun_normal, rng=rng),
    )


def torch_network(model: Any) -> Any:
    """The same in PyTorch, with the weights of ours."""
    from torch import nn as layers

    made = layers.Sequential(
        layers.Conv2d(1, 16, 3, padding=1),
        layers.ReLU(),
        layers.MaxPool2d(2),
        layers.Conv2d(16, 32, 3, padding=1),
        layers.ReLU(),
        layers.MaxPool2d(2),
        layers.Flatten(),
        layers.Linear(32 * 7 * 7, 10),
    )
    hand_over(model, made)
    return made


def step(images: Any, labels: Any) -> Callable[[], float]:
    """nn's step, which gives its loss."""
    import nn

    model = network(np.random.default_rng(0))
    optimizer = nn.Adam(model.parameters(), RATE)

    def stepped() -> float:
        loss = nn.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return float(loss.item())

    return stepped


def torch_step(images: Any, labels: Any) -> Callable[[], float]:
    """PyTorch's."""
    import torch

    model = torch_network(network(np.random.default_rng(0)))
    optimizer = torch.optim.Adam(model.parameters(), RATE)
    images, labels = torch.from_numpy(images), torch.from_numpy(labels)

    def stepped() -> float:
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return float(loss.item())

    return stepped


if __name__ == "__main__":
    run(cases)
