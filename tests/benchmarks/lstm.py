"""A step of training an LSTM of 64 units on 32 sequences of 20 × 64 numbers: forward, squared error, backward, SGD.

Eagerly and as a program, beside PyTorch's; float32, default threads. All begin with the same weights, and the losses
of their first steps are the same.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..support.twins import hand_over
from .harness import Cases, Row, run
from .programs import timed

SIZE, TIME, FEATURES, HIDDEN = 32, 20, 64, 64
EAGER, COMPILED = "LSTM step, 32 × 20 × 64, 64 units", "LSTM program, 32 × 20 × 64, 64 units"
ROWS = (Row(EAGER, 3.0, "torch"), Row(COMPILED, 3.0, "torch"))
BATCHES, RATE = 10, 0.1

Batches = list[tuple[Any, Any]]
Epoch = Callable[[], list[Any]]
"""A step on each batch; gives their losses."""


def cases(side: str) -> Cases:
    """A step, eager and as a program."""
    pairs, made = batches(), {}
    for case, way in ((EAGER, eager), (COMPILED, compiled)):
        epoch = timed(partial(torch if side == "torch" else way, pairs), eager(pairs), tolerance=1e-4)
        made[case] = lambda epoch=epoch: epoch() / BATCHES
    return made


def batches() -> Batches:
    """Ten batches of noise, and what is to be said of each step."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(BATCHES, SIZE, TIME, FEATURES)).astype(np.float32)
    return list(zip(inputs, np.tanh(rng.normal(size=(BATCHES, SIZE, TIME, HIDDEN)).astype(np.float32)), strict=True))


def outputs_of() -> Any:
    """A model that gives the outputs of its LSTM."""
    import nn

    class Outputs(nn.Module):
        def __init__(self) -> None:
            self.lstm = nn.LSTM(FEATURES, HIDDEN, rng=0)

        def forward(self, x: Any) -> Any:
            return self.lstm(x)[0]

    return Outputs()


def eager(pairs: Batches) -> Epoch:
    """nn's own step."""
    import nn

    model = outputs_of()
    optimizer = nn.SGD(model.parameters(), RATE)

    def step(x: Any, y: Any) -> Any:
        loss = nn.mse(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return lambda: [step(*pair) for pair in pairs]


def compiled(pairs: Batches) -> Epoch:
    """The same as a program."""
    import nn

    model = outputs_of()
    step = nn.compile_step(model, nn.mse, nn.SGD(model.parameters(), RATE))
    return lambda: [step(*pair) for pair in pairs]


def torch(pairs: Batches) -> Epoch:
    """PyTorch's step."""
    import torch

    model = torch.nn.LSTM(FEATURES, HIDDEN, batch_first=True)
    hand_over(outputs_of().lstm, model)
    optimizer = torch.optim.SGD(model.parameters(), RATE)
    tensors = [tuple(map(torch.from_numpy, pair)) for pair in pairs]

    def step(x: Any, y: Any) -> Any:
        loss = torch.nn.functional.mse_loss(model(x)[0], y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return lambda: [step(*pair) for pair in tensors]


if __name__ == "__main__":
    run(cases)
