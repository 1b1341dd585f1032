"""micrograd's own demonstration, one step of it: 100 points of two moons, an MLP 2-16-16-1, max-margin loss.

The code is the same over both engines; only the class Value differs. The collector of Python is on, as it is
for users.
"""

import importlib
import math
import random
from typing import Any

from .harness import Cases, Row, run, seconds

ROWS = (Row("moons, one step", 0.15, "micrograd"),)
POINTS = 100


def cases(side: str) -> Cases:
    """A step over the Value of either side."""
    value = importlib.import_module("micrograd.engine" if side == "micrograd" else "autograd_mini").Value
    random.seed(1337)
    model = MLP(value, 2, [16, 16, 1])
    points, labels = moons()
    return {ROWS[0].case: lambda: seconds(lambda: step(value, model, points, labels), lasting=0.5)}


def step(value: Any, model: "MLP", points: list[tuple[float, float]], labels: list[int]) -> None:
    """Forward, backward and update, as in micrograd's demo notebook."""
    scores = [model(list(map(value, point))) for point in points]
    losses = [(1 + -label * score).relu() for label, score in zip(labels, scores, strict=True)]
    data_loss = sum(losses) * (1.0 / len(losses))
    loss = data_loss + 1e-4 * sum(p * p for p in model.parameters())
    for p in model.parameters():
        p.grad = 0
    loss.backward()
    for p in model.parameters():
        p.data -= 0.1 * p.grad


class MLP:
    """micrograd.nn's network over a given class of Value: a neuron is its weights, its bias and a relu or none."""

    def __init__(self, value: Any, inputs: int, outputs: list[int]) -> None:
        sizes = [inputs, *outputs]
        self.layers = [
            [([value(random.uniform(-1, 1)) for _ in range(n)], value(0)) for _ in range(m)]
            for n, m in zip(sizes, outputs, strict=False)
        ]

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            sums = [sum((w * xi for w, xi in zip(weights, x, strict=True)), bias) for weights, bias in layer]
            x = sums if layer is self.layers[-1] else [total.relu() for total in sums]
        return x[0]

    def parameters(self) -> list[Any]:
        """Every weight and bias."""
        return [p for layer in self.layers for weights, bias in layer for p in (*weights, bias)]


def moons() -> tuple[list[tuple[float, float]], list[int]]:
    """Two half circles that hold each other, with noise, labelled 1 and -1."""
    noise = random.Random(0)
    points, labels = [], []
    for i in range(POINTS):
        angle = math.pi * (i // 2) / (POINTS // 2 - 1)
        x, y = math.cos(angle), math.sin(angle)
        x, y = (1 - x, 0.5 - y) if i % 2 else (x, y)
        points.append((x + noise.gauss(0, 0.1), y + noise.gauss(0, 0.1)))
        labels.append(1 if i % 2 else -1)
    return points, labels


if __name__ == "__main__":
    run(cases)
