"""One step of training 784-h-10 on a batch: forward, cross-entropy, backward, SGD; float32, default threads.

Eagerly and as a program, beside PyTorch's, JAX's, and the step as one writes it by hand in NumPy, which is the most
that NumPy allows. All begin with the same weights, and the losses of their first ten steps are the same.
"""

from collections.abc import Callable
from functools import partial
from itertools import repeat
from typing import Any

import numpy as np

from ..support.twins import hand_over
from .harness import Cases, Row, run
from .programs import KINDS, timed

SIZES = ((10, 512), (32, 128), (100, 100), (100, 512), (1000, 512))
EAGER, COMPILED = "MNIST step, {}, 784-{}-10", "program, {}, 784-{}-10"
TARGETS = {  # for each case and peer one target for all sizes, or one for each
    (EAGER, "torch"): (0.95, 0.95, 0.95, 0.95, 1.15),
    (EAGER, "numpy"): repeat(1.5),
    (COMPILED, "numpy"): repeat(1.0),
    (COMPILED + ", fast", "numpy"): repeat(0.9),
    (COMPILED, "torch"): repeat(0.85),
    (COMPILED, "jax"): repeat(0.85),
}
ROWS = tuple(
    Row(case.format(*size), target, peer, turns=3, needs=KINDS[case.removeprefix(EAGER).removeprefix(COMPILED)][0])
    for (case, peer), targets in TARGETS.items()
    for size, target in zip(SIZES, targets, strict=False)
)
BATCHES, RATE = 10, 0.1

Batches = list[tuple[Any, Any]]
Epoch = Callable[[], list[Any]]
"""A step on each batch; gives their losses."""


def cases(side: str) -> Cases:
    """A step for each batch size and width."""
    made: Cases = {}
    for size, hidden in SIZES:
        pairs = batches(size)
        ways = {EAGER: eager, **{COMPILED + kind: partial(compiled, native) for kind, (_, native) in KINDS.items()}}
        for case, way in ways.items():
            epoch = timed(partial(PEERS.get(side, way), hidden, pairs), eager(hidden, pairs), tolerance=1e-5)
            made[case.format(size, hidden)] = lambda epoch=epoch: epoch() / BATCHES
    return made


def batches(size: int) -> Batches:
    """Ten batches of what looks like digits: a fifth of the pixels inked."""
    rng = np.random.default_rng(0)
    ink = rng.random((BATCHES, size, 784), np.float32) * (rng.random((BATCHES, size, 784)) < 0.2)
    return list(zip(ink.astype(np.float32), rng.integers(0, 10, (BATCHES, size)), strict=True))


def network(hidden: int) -> Any:
    """Where all begin."""
    import nn

    return nn.MLP(784, [hidden], 10, rng=np.random.default_rng(0))


def weights(hidden: int) -> list[Any]:
    """The arrays of the network: for each layer the weights (in, out) and the biases."""
    return [parameter.data.copy() for parameter in network(hidden).parameters()]


def eager(hidden: int, pairs: Batches) -> Epoch:
    """nn's own step."""
    import nn

    model = network(hidden)
    optimizer = nn.SGD(model.parameters(), lr=RATE)
    return lambda: [_step(model, nn.cross_entropy, optimizer, *pair).item() for pair in pairs]


def compiled(native: bool, hidden: int, pairs: Batches) -> Epoch:
    """The same as a program."""
    import nn

    model = network(hidden)
    step = nn.compile_step(model, nn.cross_entropy, nn.SGD(model.parameters(), lr=RATE))
    step = step.native() if native else step
    return lambda: [step(*pair) for pair in pairs]


def torch(hidden: int, pairs: Batches) -> Epoch:
    """PyTorch's step."""
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))
    hand_over(network(hidden), model)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    tensors = [(torch.from_numpy(images), torch.from_numpy(labels)) for images, labels in pairs]
    return lambda: [_step(model, nn.functional.cross_entropy, optimizer, *pair).detach() for pair in tensors]


def jax(hidden: int, pairs: Batches) -> Epoch:
    """JAX's jit of the whole step, which may write into the memory of the weights it is given."""
    import jax
    import jax.numpy as jnp

    def loss_of(weights: Any, images: Any, labels: Any) -> Any:
        inner, inner_bias, outer, outer_bias = weights
        scores = jnp.maximum(images @ inner + inner_bias, 0) @ outer + outer_bias
        return -jnp.take_along_axis(jax.nn.log_softmax(scores), labels[:, None], axis=1).mean()

    @partial(jax.jit, donate_argnums=0)
    def step(weights: Any, images: Any, labels: Any) -> Any:
        loss, gradients = jax.value_and_grad(loss_of)(weights, images, labels)
        return loss, [w - RATE * g for w, g in zip(weights, gradients, strict=True)]

    kept = list(map(jnp.array, weights(hidden)))
    arrays = [(jnp.array(images), jnp.array(labels)) for images, labels in pairs]

    def epoch() -> list[Any]:
        losses = []
        for images, labels in arrays:
            loss, kept[:] = step(kept, images, labels)
            losses.append(loss)
        return jax.block_until_ready((losses, kept))[0]

    return epoch


def by_hand(hidden: int, pairs: Batches) -> Epoch:
    """The four equations of backpropagation in arrays allocated beforehand; the errors are scaled by the rate."""
    count = len(pairs[0][0])
    inner, inner_bias, outer, outer_bias = weights(hidden)
    inner_change, inner_bias_change, outer_change, outer_bias_change = map(np.empty_like, weights(hidden))
    active, slope = np.empty((2, count, hidden), np.float32)
    errors, row = np.empty((count, 10), np.float32), np.empty((count, 1), np.float32)
    flat, starts, places = errors.reshape(-1), 10 * np.arange(count), np.empty(count, int)
    right, ones, zero, scale = np.empty(count, np.float32), np.ones(count, np.float32), np.float32(0), np.float32(RATE)

    def step(images: Any, labels: Any) -> Any:
        np.add(np.matmul(images, inner, out=active), inner_bias, out=active)
        np.maximum(active, zero, out=active)
        np.add(np.matmul(active, outer, out=errors), outer_bias, out=errors)
        np.subtract(errors, np.maximum.reduce(errors, axis=1, keepdims=True, out=row), out=errors)
        np.take(flat, np.add(starts, labels, out=places), out=right, mode="clip")
        np.exp(errors, out=errors)
        np.divide(errors, np.add.reduce(errors, axis=1, keepdims=True, out=row), out=errors)
        loss = (np.add.reduce(np.log(row, out=row), axis=None) - np.add.reduce(right)) / count
        flat[places] -= 1
        np.multiply(errors, scale / count, out=errors)
        np.matmul(errors, outer.T, out=slope)
        np.subtract(outer, np.matmul(active.T, errors, out=outer_change), out=outer)
        np.subtract(outer_bias, np.matmul(ones, errors, out=outer_bias_change), out=outer_bias)
        np.multiply(slope, np.sign(active, out=active), out=slope)
        np.subtract(inner, np.matmul(images.T, slope, out=inner_change), out=inner)
        np.subtract(inner_bias, np.matmul(ones, slope, out=inner_bias_change), out=inner_bias)
        return loss

    return lambda: [step(*pair) for pair in pairs]


PEERS = {"torch": torch, "jax": jax, "numpy": by_hand}


def _step(model: Any, loss_of: Any, optimizer: Any, images: Any, labels: Any) -> Any:
    loss = loss_of(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


if __name__ == "__main__":
    run(cases)
