"""One training on digits, by `fit` and by PyTorch: Adam along a cosine, tested after every epoch."""

import math
from functools import partial
from typing import Any, NamedTuple

import nn

from .harness import seconds


class Course(NamedTuple):
    """How it is trained; read: the part of the test digits that must be read in the end, at the least."""

    epochs: int
    rate: float
    read: float
    smoothing: float = 0.0


def time_of(train: Any, model: Any, course: Course, batches: nn.DataLoader, tests: nn.DataLoader) -> float:
    """The seconds that a training takes, which must have taught what it should."""
    read: list[float] = []
    taken = seconds(lambda: read.append(train(model, course, batches, tests)))
    assert read[-1] >= course.read, read
    return taken


def by_fit(model: nn.Module, course: Course, batches: nn.DataLoader, tests: nn.DataLoader) -> float:
    """Train, by a program, and give the part of the test digits that is read."""
    history = nn.fit(
        model,
        batches,
        nn.Adam(model.parameters(), course.rate),
        loss=partial(nn.cross_entropy, label_smoothing=course.smoothing),
        epochs=course.epochs,
        validation=tests,
        schedule=nn.cosine(course.epochs * len(batches)),
        compiled=True,
        progress=False,
    )
    read = history.epochs[-1].validation_accuracy
    assert read is not None
    return read


def by_torch(network: Any, course: Course, batches: nn.DataLoader, tests: nn.DataLoader) -> float:
    """The same in PyTorch, on the batches that ours sees; its own loader takes longer."""
    import torch
    from torch.nn.functional import cross_entropy

    optimizer = torch.optim.Adam(network.parameters(), course.rate)
    whole = course.epochs * len(batches)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.5 + 0.5 * math.cos(math.pi * step / whole))
    losses: list[float] = []
    read: list[float] = []
    for _ in range(course.epochs):
        for images, labels in batches:
            given = network(torch.from_numpy(images))
            loss = cross_entropy(given, torch.from_numpy(labels), label_smoothing=course.smoothing)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        with torch.no_grad():
            right = [(network(torch.from_numpy(x)).argmax(1) == torch.from_numpy(y)).sum().item() for x, y in tests]
            read.append(sum(right) / tests.examples)
    return read[-1]
