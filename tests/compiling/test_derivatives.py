"""Derivatives of every kind, taken in a trace or traced themselves, give elsewhere what the engine gives there."""

import numpy as np
import pytest

import nn
from autograd_mini import (
    checkpoint,
    elementwise_grad,
    exp,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    linalg,
    sin,
    sort,
    stack,
    tanh,
    value_and_grad,
    vjp,
    where,
)
from autograd_mini.compiling.tracing.comparing import check_repeats
from autograd_mini.compiling.tracing.trace import trace
from autograd_mini.containers import mapped

from .support import again


def bent(x):
    return (tanh(x) ** 3 * where(x > 0.3, x, x**2)).sum() * x.max()


VECTORS = {
    "grad": grad(bent),
    "hessian": hessian(bent),
    "hvp": lambda x: hvp(bent, x, x * 2.0),
    "jacobian by columns": jacobian(lambda x: exp(x) * x.sum()),
    "jacobian by rows": jacobian(lambda x: stack([x.sum(), x.max()])),
    "jvp": lambda x: jvp(bent, (x,), (x * 2.0,)),
    "vjp": lambda x: vjp(lambda t: t**2 * 3, x)[1](np.ones(4)),
    "elementwise_grad": elementwise_grad(lambda x: sin(x) * x),
    "inverse": grad(lambda x: linalg.inv(x[:, None] * x + np.eye(4)).sum()),
    "sort": grad(lambda x: (sort(x) * np.arange(4.0)).sum()),
    "products": value_and_grad(lambda x: x.clip(-0.5, 0.5).sum() + x.prod() + x.cumprod().sum()),
    "checkpoint": value_and_grad(lambda x: checkpoint(lambda t: exp(t).sum())(x)),
    "third order": grad(lambda x: (grad(lambda y: (grad(lambda z: (z**5).sum())(y) ** 2).sum())(x)).sum()),
}


@pytest.mark.parametrize("f", VECTORS.values(), ids=VECTORS)
def test_derivatives(f):
    here, there = np.array([0.5, -1.5, 0.2, 1.0]), np.array([-0.4, 0.1, 2.0, 0.7])
    recorded = trace(f, (here,))
    check_repeats(recorded, trace(f, (here,)))
    assert recorded.decisions == ()
    given = again(recorded, there)[1]
    mapped(lambda x, y: np.testing.assert_allclose(x, y, rtol=1e-12), given, f(there))
    mapped(lambda x, y: np.testing.assert_equal(np.asarray(x).dtype, np.asarray(y).dtype), given, f(there))


def test_a_step_of_a_network_that_is_outside():
    model = nn.MLP(4, [5], 3, rng=0)
    rng = np.random.default_rng(0)
    inputs, others = (rng.normal(size=(2, 4)).astype(np.float32) for _ in range(2))

    def step(x, labels):
        loss = nn.cross_entropy(model(x), labels)
        found = gradients(loss)
        return [loss, *(found[parameter] for parameter in model.parameters())]

    recorded = trace(step, (inputs, np.array([0, 2])))
    outside = [node for node in recorded.nodes if node.birth < recorded.start]
    assert {id(node) for node in outside} == {id(parameter) for parameter in model.parameters()}
    holds, given = again(recorded, others, np.array([1, 1]))
    assert holds
    loss, *expected = step(others, np.array([1, 1]))
    for x, y in zip(given, [loss.data, *expected], strict=True):
        np.testing.assert_array_equal(x, y)
        assert x.dtype == y.dtype == np.float32
