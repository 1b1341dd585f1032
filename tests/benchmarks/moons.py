"""micrograd's own demonstration, one step of it: 100 points of two moons, an MLP 2-16-16-1, max-margin loss.

The network is written number by number (`scalar_models`). Eagerly the code is the same over both engines; only the
class Value differs, and the collector of Python is on, as it is for users. Beside the step as a program: micrograd,
CasADi's graph of the same scalars, and JAX's jit of the same network written in arrays.
"""

import importlib
import math
import random
from collections.abc import Callable
from functools import cache, partial
from itertools import pairwise
from typing import Any

import numpy as np

from tests.support.scalar_models import MOONS, moons_loss

from .harness import Cases, Row, run, seconds
from .programs import KINDS, program, timed

EAGER, RECORDED, COMPILED = "moons, one step", "moons, made a program", "moons, a program"
POINTS = 100
ROWS = (
    Row(EAGER, 0.15, "micrograd"),
    Row(RECORDED, 2.5, unit="s", turns=1),
    *(
        Row(COMPILED + kind, target, peer, needs=KINDS[kind][0])
        for kind, targets in {"": (0.2, 1 / 8000, 1.3), ", fast": (0.2, 1 / 8000, 0.8)}.items()
        for peer, target in zip(("casadi", "micrograd", "jax"), targets, strict=True)
    ),
)


def cases(side: str) -> Cases:
    """A step of either engine; loss and all gradients of a list, or of a vector, of parameters."""
    if side in PEERS:
        return dict.fromkeys((COMPILED + kind for kind in KINDS), timed(PEERS[side], answer))
    eager = importlib.import_module("micrograd.engine" if side == "micrograd" else "autograd_mini").Value
    parameters = [eager(p) for p in start()]
    step = timed(lambda: partial(trained, eager, parameters), answer)
    if side == "micrograd":
        return dict.fromkeys((EAGER, *(COMPILED + kind for kind in KINDS)), step)
    compiled = {COMPILED + kind: timed(partial(ours, native), answer) for kind, (_, native) in KINDS.items()}
    return {EAGER: step, RECORDED: lambda: seconds(lambda: ours(native=False)), **compiled}


def trained(value: Any, parameters: list[Any]) -> tuple[float, list[float]]:
    """Forward, backward and update, as in micrograd's demo notebook; the loss and the gradients of before."""
    points, labels = moons()
    loss = moons_loss(parameters, [list(map(value, point)) for point in points], labels, lambda x: x.relu())
    for p in parameters:
        p.grad = 0
    loss.backward()
    for p in parameters:
        p.data -= 0.1 * p.grad
    return loss.data, [p.grad for p in parameters]


def ours(native: bool) -> Callable[[], Any]:
    """The program of the loss and its gradient."""
    from autograd_mini import value_and_grad

    return program(value_and_grad(of_parameters), start(), native=native)


def casadi() -> Callable[[], Any]:
    """CasADi's function of the scalar graph and its gradient."""
    import casadi as ca

    p = ca.SX.sym("p", len(start()))
    loss = moons_loss(ca.vertsplit(p), *moons(), lambda x: ca.fmax(x, 0))
    function = ca.Function("moons", [p], [loss, ca.gradient(loss, p)])
    vector = np.array(start())
    return lambda: function(vector)


def jax() -> Callable[[], Any]:
    """JAX's jit of the loss written in arrays, and its gradient."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    points, labels = map(np.array, moons())

    def loss(p: Any) -> Any:
        x, rest = points, p
        for inputs, neurons in pairwise(MOONS):
            if x is not points:
                x = jnp.maximum(x, 0)
            layer, rest = jnp.split(rest, [(inputs + 1) * neurons])
            rows = layer.reshape(neurons, inputs + 1)
            x = x @ rows[:, :-1].T + rows[:, -1]
        return jnp.maximum(1 - labels * x[:, 0], 0).mean() + 1e-4 * (p * p).sum()

    function = jax.jit(jax.value_and_grad(loss))
    vector = jnp.array(start())
    return lambda: jax.block_until_ready(function(vector))


PEERS = {"casadi": casadi, "jax": jax}


def of_parameters(parameters: list[Any]) -> Any:
    """The loss, the points given."""
    return moons_loss(parameters, *moons())


def answer() -> Any:
    """The loss and its gradient by the eager engine."""
    from autograd_mini import value_and_grad

    return value_and_grad(of_parameters)(start())


def start() -> list[float]:
    """The parameters at the beginning, neuron by neuron, the bias of each 0."""
    source = random.Random(1337)
    layers = pairwise(MOONS)
    neurons = [[source.uniform(-1, 1) for _ in range(inputs)] for inputs, count in layers for _ in range(count)]
    return [p for weights in neurons for p in (*weights, 0.0)]


@cache
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
