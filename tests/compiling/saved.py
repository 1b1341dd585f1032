"""Functions whose programs are saved in tests, and what tells whether a result is the same."""

import numpy as np
import pytest

import autograd_mini
from autograd_mini import (
    compile,
    concatenate,
    cumsum,
    exp,
    hessian,
    linalg,
    log_softmax,
    sin,
    tanh,
    value_and_grad,
    where,
)

from ..support import scalar_models


def loss(w, x, labels):
    return -autograd_mini.mean(log_softmax(tanh(x @ w["a"] + w["b"]))[np.arange(len(x)), labels])


def nested(w, x, labels, scale=2):
    z = x @ w["a"] * np.array([1, 2, 3]) ** scale
    z = where(z > 0.5, z, cumsum(w["b"])[::-1])
    return {"z": z, "parts": (w["b"][..., None], [concatenate([w["b"], z[0]]), None, "text", 3, 2.5])}, z[labels]


def shuffled(weights):
    total = 0.0
    for i in [3, 1, 4, 0, 9, 2, 6, 5, 8, 7] * 3:
        total = total + exp(weights[i]) * weights[(i * i) % 10]
    return total


def chain(x):
    for _ in range(400):
        x = sin(x) * 1.1 + x * 0.5
    return x


def branches(x, y):
    if x > 1.0:
        return x * y
    return [y, float(y > 0.0) + x]


def inverse(x):
    return linalg.det(x) + autograd_mini.sum(linalg.inv(x)[[0, 0, 1], [1, 1, 0]])


def parts(dtype=np.float64):
    source = np.random.default_rng(0)
    draw = lambda *shape: source.normal(size=shape).astype(dtype)
    return {"a": draw(4, 3), "b": draw(3)}, draw(5, 4), np.array([0, 1, 2, 0, 1])


PROGRAMS = {
    "arrays": (value_and_grad(loss), parts()),
    "arrays of float32": (value_and_grad(loss), parts(np.float32)),
    "containers": (nested, parts()),
    "numbers": (
        value_and_grad(lambda p: scalar_models.mlp(p, [0.5, -0.25])),
        (scalar_models.numbers(337, 1),),
    ),
    "gathers": (hessian(shuffled), (scalar_models.numbers(10, 2),)),
    "loop": (value_and_grad(chain), (0.3,)),
    "decisions": (branches, (2.0, 3.0)),
    "matrices": (value_and_grad(inverse), (np.eye(3) + 0.1 * np.arange(9.0).reshape(3, 3),)),
}
every_program = pytest.mark.parametrize("name", PROGRAMS)


def check_same(found, expected):
    """The same to the last bit, in the same containers, of the same kinds."""
    assert type(found) is type(expected)
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        for key in expected:
            check_same(found[key], expected[key])
    elif isinstance(expected, list | tuple):
        assert len(found) == len(expected)
        for x, y in zip(found, expected, strict=True):
            check_same(x, y)
    elif isinstance(expected, np.ndarray):
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)
    else:
        assert found == expected


def saved(tmp_path, f, *arguments):
    """A program that was called with the arguments, and its file."""
    program = compile(f)
    program(*arguments)
    program.save(tmp_path / "program.npz")
    return program, tmp_path / "program.npz"
