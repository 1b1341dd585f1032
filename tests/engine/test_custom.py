"""Operations of one's own, and checkpoints, which compute again what they do not keep."""

import gc
from typing import Any

import numpy as np
import pytest

from autograd_mini import (
    KindError,
    Tensor,
    Value,
    checkpoint,
    cos,
    custom_primitive,
    exp,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    logsumexp,
    matmul,
    no_grad,
    sin,
    softmax,
    tanh,
)  # fmt: skip
from autograd_mini import sum as total
from autograd_mini.node import Node, data_of
from autograd_mini.reverse import history

A = np.array([0.5, -1.0, 2.0])
B = np.array([[0.3, -0.7, 1.1], [0.2, 0.4, -0.9]])
close = lambda truth: pytest.approx(truth, rel=1e-12, abs=1e-12)


@custom_primitive(lambda g, z, x: g * cos(x))
def sine(x):
    """NumPy's sine once more."""
    return np.sin(x)


@custom_primitive(lambda g, z, x, y: g * y * z, lambda g, z, x, y: g * x * z)
def growth(x, y):
    return np.exp(x * y)


@custom_primitive(
    lambda g, z, x, a, b: g * a, lambda g, z, x, a, b: g * x, lambda g, z, x, a, b: g
)  # three inputs, the last two of which broadcast
def affine(x, a, b):
    return x * a + b


def same(one: Any, other: Any) -> None:
    np.testing.assert_array_equal(data_of(one), data_of(other), strict=True)


def present() -> int:
    """How many nodes there are; by their type, for some of other libraries' objects warn when asked for a class."""
    return sum(issubclass(type(x), Node) for x in gc.get_objects())


def alive() -> int:
    """How many nodes there are that the collector would not take."""
    gc.collect()
    return present()


# custom_primitive.


@pytest.mark.parametrize("kind", [Value, Tensor, lambda x: Tensor(x * A), lambda x: Tensor((x * A).astype(np.float32))])
def test_a_primitive_of_ones_own_is_like_the_house_s(kind):
    x = kind(0.7)
    mine, ours = sine(x), sin(x)
    assert (type(mine), mine.name, mine.shape) == (type(x), "sine", x.shape)
    seed = np.ones(x.shape)
    same(mine, ours)
    same(gradients(mine, seed)[x], gradients(ours, seed)[x])


def test_raw_numbers_give_raw_numbers():
    assert sine(0.5) == np.sin(0.5)
    assert not isinstance(sine(A), Node)
    assert (sine.__name__, sine.__doc__) == ("sine", "NumPy's sine once more.")


def test_to_the_third_order():
    mine, ours = sine, sin
    for _ in range(3):
        mine, ours = grad(mine), grad(ours)
        assert mine(0.7) == close(ours(0.7))
    for order in (jacobian, lambda f: jacobian(jacobian(f)), lambda f: jacobian(jacobian(jacobian(f)))):
        assert order(sine)(A) == close(order(sin)(A))
    forward = lambda f: lambda x: jvp(f, (x,), (1.0,))[1]
    assert forward(forward(forward(sine)))(0.7) == close(-np.cos(0.7))


def test_several_inputs():
    f = lambda x, y: total(growth(x, y))
    ours = lambda x, y: total(exp(x * y))
    for x, y in [(0.5, -1.5), (A, B), (A, 0.5), (B, A)]:
        for i in (0, 1):
            assert grad(f, i)(x, y) == close(grad(ours, i)(x, y))
            assert hessian(f, i)(x, y) == close(hessian(ours, i)(x, y))
    x = Value(0.5)
    assert gradients(growth(x, x))[x] == close(np.exp(0.25))


def test_what_broadcasting_spread_is_summed():
    x, a, b = Tensor(B), Tensor(A), Value(2.0)
    found = gradients(affine(x, a, b), B)
    assert found[x] == close(B * A)
    assert found[a] == close((B * B).sum(axis=0))
    assert found[b] == close(B.sum())
    moved = jvp(affine, (B, A, 2.0), (B, A, 1.0))[1]
    assert moved == close(B * A + B * A + 1.0)


def test_constants_among_the_inputs():
    a = Tensor(A)
    found = gradients(affine(2, a, A), A)
    assert found[a].tolist() == (2.0 * A).tolist()
    with pytest.raises(KindError, match=r"affine takes numbers and arrays.*'x'"):
        affine(a, "x", 1.0)


def test_the_wrong_count():
    for inputs in [(Value(1.0),), (1.0,), (Value(1.0), 2.0, 3.0)]:
        with pytest.raises(KindError, match=f"growth has 2 derivatives, but was given {len(inputs)} inputs"):
            growth(*inputs)
    with pytest.raises(KindError, match="derivatives first"):
        custom_primitive(np.square)(2.0)


@pytest.mark.parametrize("result", [1, "one", None, (1.0, 2.0), np.array([1])])
def test_a_forward_that_gives_no_float(result):
    odd = custom_primitive(lambda g, z, x: g)(lambda x: result)
    with pytest.raises(KindError, match=r"gave an? "):
        odd(Value(1.0))


def test_a_derivative_that_is_zero():
    flat = custom_primitive(lambda g, z, x: 0.0)(np.round)
    ignoring = custom_primitive(lambda g, z, x: 0.0 * x)(np.round)
    for f in (flat, ignoring):
        assert jacobian(f)(A).tolist() == np.zeros((3, 3)).tolist()
        assert jvp(f, (A,), (A,))[1].tolist() == [0.0] * 3
        assert grad(lambda x: jvp(f, (x,), (1.0,))[1] * x)(0.7) == 0.0  # noqa: B023


# checkpoint.


def layer(x):
    return tanh(matmul(x, B.T @ B) + sin(x)) * exp(-x * x)


@pytest.mark.parametrize("x", [A, A.astype(np.float32), B], ids=["vector", "float32", "matrix"])
def test_a_checkpoint_gives_the_same_bits(x):
    leaf = Tensor(x)
    kept, again = total(layer(leaf)), total(checkpoint(layer)(leaf))
    same(again, kept)
    same(gradients(again)[leaf], gradients(kept)[leaf])


def test_a_checkpoint_of_values():
    f = lambda x, y: exp(x * y) / (1.0 + y * y)
    assert grad(checkpoint(f), (0, 1))(0.7, -1.2) == grad(f, (0, 1))(0.7, -1.2)
    assert checkpoint(f)(0.7, 2.0) == f(0.7, 2.0)
    assert grad(lambda x: checkpoint(f)(x, x))(0.7) == close(grad(lambda x: f(x, x))(0.7))
    assert grad(lambda y: checkpoint(f)(0.7, y))(2.0) == grad(f, 1)(0.7, 2.0)


def test_a_checkpoint_uses_nodes_from_outside():
    w, x = Tensor(B), Tensor(A)
    inner = w * w  # not a leaf: its own gradient is whole too
    f = lambda x: total(tanh(inner @ x + w @ x))
    expected = gradients(f(x) + total(inner))
    found = gradients(checkpoint(f)(x) + total(inner))
    for node in (w, inner, x):
        assert found[node] == close(expected[node])
    assert checkpoint(f)(A).inputs != ()
    assert gradients(checkpoint(f)(A))[w] == close(gradients(f(A))[w])


def test_checkpoints_in_a_row_and_one_inside_another():
    block = lambda x: layer(checkpoint(layer)(x))
    nested = checkpoint(lambda x: checkpoint(block)(checkpoint(block)(x)))
    plain = lambda x: layer(layer(layer(layer(x))))
    x = Tensor(A)
    same(gradients(total(nested(x)))[x], gradients(total(plain(x)))[x])


def test_a_checkpoint_to_the_second_order_and_forward():
    f, g = (lambda x, inner=inner: logsumexp(layer(x)) * total(inner(x)) for inner in (layer, checkpoint(layer)))
    assert hessian(g)(A) == close(hessian(f)(A))
    assert jacobian(hessian(g))(A) == close(jacobian(hessian(f))(A))
    assert hvp(g, A, A) == close(hvp(f, A, A))
    assert jvp(g, (A,), (A,))[1] == close(jvp(f, (A,), (A,))[1])
    assert jacobian(checkpoint(layer))(A) == close(jacobian(layer)(A))
    w = Tensor(A)
    h = lambda x: softmax(w * x) @ w
    assert gradients(total(grad(checkpoint(h))(A)))[w] == close(gradients(total(grad(h)(A)))[w])


def test_a_second_order_runs_each_checkpoint_a_few_times_only():
    runs = []

    def step(x):
        runs.append(x)
        return sin(x) * 2.0

    def chain(x):
        for _ in range(12):
            x = checkpoint(step)(x)
        return x

    def plain(x):
        for _ in range(12):
            x = sin(x) * 2.0
        return x

    assert grad(grad(chain))(0.3) == close(grad(grad(plain))(0.3))
    assert len(runs) <= 3 * 12  # not 2 to the power 12


def test_a_checkpoint_keeps_none_of_its_nodes():
    def deep(x):
        for _ in range(50):
            x = sin(x) * 1.5
        return x

    x = Tensor(A)
    before = alive()
    y = checkpoint(deep)(checkpoint(deep)(x))
    assert alive() - before == 2
    assert len(history(y)) == 3
    gradients(total(y))
    assert alive() - before == 2
    total(y).backward()
    assert alive() - before == 2
    for seed in (A, Tensor(A)):
        gradients(y, seed, differentiable=True)
    jacobian(checkpoint(deep))(A)
    del seed
    assert alive() - before == 2


def test_what_is_left_of_a_checkpoint_needs_no_collector():
    x = Tensor(A)
    gc.collect()
    gc.disable()
    try:
        before = present()
        y = checkpoint(layer)(x)
        total(y).backward()
        gradients(y, A, differentiable=True)
        del y
        assert present() == before
    finally:
        gc.enable()


def test_a_checkpoint_inside_no_grad():
    x = Tensor(A)
    expected = gradients(total(layer(x)))[x]
    y = total(checkpoint(layer)(x))
    with no_grad():
        same(gradients(y)[x], expected)
        same(checkpoint(layer)(x), layer(x))
        same(checkpoint(lambda x: x * Value(2.0))(3.0), Value(6.0))
        assert checkpoint(layer)(x).inputs == ()


def test_a_checkpoint_of_constants():
    assert checkpoint(lambda x: 2.0)(Value(1.0)) == 2.0
    assert grad(checkpoint(lambda x: 2.0))(1.0) == 0.0
    assert checkpoint(lambda x: Value(2.0) * x)(3.0).data == 6.0


@pytest.mark.parametrize("f", [lambda x: (x, x), lambda x: None, lambda x: {"y": x}])
def test_a_checkpoint_of_what_gives_no_number(f):
    with pytest.raises(KindError, match=r"checkpoint.*number or array.*gave"):
        checkpoint(f)(Value(1.0))


def test_a_derivative_that_is_a_plain_number_gives_gradients_of_the_inputs_own_kind():
    flat = custom_primitive(lambda g, z, x: 0.0)(lambda x: 0.0 * x)
    x = Tensor(np.ones(3, np.float32))
    plain = gradients(total(flat(x)))[x]
    assert (plain.shape, plain.dtype, plain.tolist()) == ((3,), np.float32, [0.0] * 3)
    recorded = gradients(total(flat(x)), differentiable=True)[x]
    assert isinstance(recorded, Tensor)
    assert (recorded.shape, recorded.dtype) == ((3,), np.float32)


def test_an_input_without_a_derivative_is_one_that_no_path_leads_to():
    f = custom_primitive(None, lambda g, z, x, y: g * x)(lambda x, y: x * y)
    x, y = Value(2.0), Value(3.0)
    assert set(gradients(f(x, y))) & {x, y} == {y}
