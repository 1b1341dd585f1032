"""Checkpoints that use more than their arguments, in threads, under every transform, and what they leave behind."""

import gc
import threading
import weakref

import numpy as np
import pytest

from autograd_mini import (
    AutogradError,
    Tensor,
    Value,
    checkpoint,
    custom_primitive,
    grad,
    gradients,
    hessian,
    hvp,
    is_rerunning,
    jacobian,
    jvp,
    sin,
    stack,
    tanh,
    vjp,
)
from autograd_mini.node import Node, data_of
from autograd_mini.replay import replay

A = np.linspace(0.5, 1.5, 4)


# Functions whose closure uses what they were given: each beside the same function without a checkpoint.

OF_ITS_OWN_ARGUMENT = {
    "once": (lambda x: checkpoint(lambda y: y * x)(x), lambda x: x * x),
    "and more": (lambda x: checkpoint(lambda y: sin(y * x) + x)(x * x), lambda x: sin(x * x * x) + x),
    "nested": (
        lambda x: checkpoint(lambda y: checkpoint(lambda z: z * y * x)(y) * x)(x),
        lambda x: x**4,
    ),
    "in a row": (
        lambda x: checkpoint(lambda y: tanh(y * x))(checkpoint(lambda y: sin(y) * x)(x)),
        lambda x: tanh(sin(x) * x * x),
    ),
    "nothing but it": (lambda x: checkpoint(lambda y: x * x)(2.0 * x), lambda x: x * x),
    "by name": (lambda x: checkpoint(lambda y, *, k, p: y * k**p)(x, k=x, p=2), lambda x: x * x**2),
    "all by name": (lambda x: checkpoint(lambda y, k: sin(y) * k)(y=x, k=x), lambda x: sin(x) * x),
    "in a container": (lambda x: checkpoint(lambda d: d["a"] * sin(d["b"]))({"a": x, "b": x}), lambda x: x * sin(x)),
}


def pulled(f, x):
    """The derivative of the derivative, by two sweeps."""
    leaf = Value(x)
    first = gradients(f(leaf), differentiable=True)[leaf]
    return gradients(first)[leaf]


SECOND = {
    "grad of grad": lambda f, x: grad(grad(f))(x),
    "hessian": lambda f, x: hessian(f)(x),
    "hvp": lambda f, x: hvp(f, x, 1.0),
    "jvp of grad": lambda f, x: jvp(grad(f), (x,), (1.0,))[1],
    "grad of jvp": lambda f, x: grad(lambda x: jvp(f, (x,), (1.0,))[1])(x),
    "jvp of jvp": lambda f, x: jvp(lambda x: jvp(f, (x,), (1.0,))[1], (x,), (1.0,))[1],
    "vjp of grad": lambda f, x: vjp(grad(f), x)[1](1.0)[0],
    "recorded sweep": pulled,
    "first": lambda f, x: grad(f)(x),
    "forward": lambda f, x: jvp(f, (x,), (1.0,))[1],
    "third": lambda f, x: grad(grad(grad(f)))(x),
}


@pytest.mark.parametrize("order", SECOND.values(), ids=SECOND)
@pytest.mark.parametrize(("f", "plain"), OF_ITS_OWN_ARGUMENT.values(), ids=OF_ITS_OWN_ARGUMENT)
def test_a_closure_may_use_the_argument_itself(f, plain, order):
    assert order(f, 0.7) == pytest.approx(order(plain, 0.7), rel=1e-13)


def test_the_same_of_arrays():
    f = lambda x: checkpoint(lambda y: (y * y * x).sum())(x)
    np.testing.assert_allclose(grad(f)(A), 3 * A**2, rtol=1e-14)
    np.testing.assert_allclose(hessian(f)(A), np.diag(6 * A), rtol=1e-14)
    np.testing.assert_allclose(hvp(f, A, A), 6 * A**2, rtol=1e-14)
    rows = lambda x: checkpoint(lambda y: stack([y * x, y]))(x)
    np.testing.assert_allclose(jacobian(rows)(2.0), [4.0, 1.0])


def test_nodes_from_outside_are_inputs_and_a_replay_moves_them():
    x, w = Value(2.0), Value(3.0)
    inner = w * 2.0
    y = checkpoint(lambda v: v * inner + w * inner * x)(x)
    assert set(y.inputs) == {x, w, inner}
    plain = lambda x, w: x * (w * 2.0) + w * (w * 2.0) * x
    for a, b in [(2.0, 3.0), (4.0, 3.0), (2.0, 5.0), (-1.0, 0.5)]:
        assert replay(y, {x: a, w: b}) == plain(a, b)
    recorded = gradients(y, differentiable=True)
    for a, b in [(4.0, 5.0), (-1.0, 0.5)]:
        for leaf, argnum in ((x, 0), (w, 1)):
            assert replay(recorded[leaf], {x: a, w: b}) == pytest.approx(grad(plain, argnum)(a, b), rel=1e-14)


def test_a_gradient_by_a_node_from_outside():
    x, w = Tensor(A), Tensor(A * 2.0)
    y = checkpoint(lambda v: tanh(v * w) * w)(x).sum()
    plain = (tanh(x * w) * w).sum()
    for leaf in (x, w):
        np.testing.assert_array_equal(gradients(y)[leaf], gradients(plain)[leaf])
    assert checkpoint(lambda v: w)(x).inputs[1] is w
    np.testing.assert_array_equal(grad(lambda w: checkpoint(lambda v: w)(1.0).sum())(A), np.ones(4))


def test_threads_sweep_one_checkpointed_graph():
    x = Tensor(np.linspace(0.1, 1.0, 200))
    h = x
    for _ in range(6):
        h = checkpoint(lambda v: tanh(sin(v) * x))(h)
    loss = h.sum()
    expected = gradients(loss)[x]
    twice = gradients(gradients(loss, differentiable=True)[x].sum())[x]
    wrong = []

    def sweep():
        try:
            for _ in range(6):
                if not np.array_equal(gradients(loss)[x], expected):
                    wrong.append("first")
            if not np.array_equal(gradients(gradients(loss, differentiable=True)[x].sum())[x], twice):
                wrong.append("second")
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=sweep) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# What is left: nothing for the collector, of operations that are made where they are used.


def a_checkpoint():
    x = Tensor(np.ones(1000))
    y = checkpoint(lambda v: v * x)(x).sum()
    y.backward()
    return x, y


def a_recorded_checkpoint():
    x = Tensor(np.ones(1000))
    y = checkpoint(lambda v: v * x)(x).sum()
    gradient = gradients(y, differentiable=True)[x]
    return x, y, gradient, gradients(gradient.sum())[x]


def a_hessian_vector_product():
    x = Tensor(np.ones(1000))
    return x, hvp(lambda v: checkpoint(lambda u: (u * v) ** 2)(v).sum(), x, np.ones(1000))


def a_custom_primitive():
    x = Tensor(np.ones(1000))

    @custom_primitive(lambda g, z, v: g * 2.0)
    def double(v):
        return v * 2.0

    y = (double(x) * double(x)).sum()
    y.backward()
    return x, y, hvp(lambda v: (double(v) ** 2).sum(), np.ones(1000), np.ones(1000))


def a_custom_primitive_that_uses_a_node():
    x = Tensor(np.ones(1000))

    @custom_primitive(lambda g, z, v: g * x)
    def scale(v):
        return v * data_of(x)

    y = scale(x).sum()
    y.backward()
    return x, y


@pytest.mark.parametrize(
    "use",
    [
        a_checkpoint,
        a_recorded_checkpoint,
        a_hessian_vector_product,
        a_custom_primitive,
        a_custom_primitive_that_uses_a_node,
    ],
)
def test_what_is_made_inside_a_function_needs_no_collector(use):
    use()  # whatever Python and NumPy load and keep the first time
    gc.collect()
    gc.disable()
    try:
        refs = [weakref.ref(x) for _ in range(100) for x in use() if isinstance(x, Node | np.ndarray)]
        alive = sum(ref() is not None for ref in refs)
        garbage = gc.collect()
    finally:
        gc.enable()
    assert len(refs) >= 200
    assert alive == 0
    assert garbage == 0


def test_a_rule_that_uses_a_node_gives_plain_gradients_in_a_plain_sweep():
    x, w = Value(2.0), Value(3.0)

    @custom_primitive(lambda g, z, v: g * w)
    def scale(v):
        return v * w.data

    scale(x).backward()
    assert type(x.grad) is float
    assert x.grad == 3.0
    recorded = gradients(scale(x), differentiable=True)[x]
    assert gradients(recorded)[w] == 1.0


@pytest.mark.parametrize("sweep", [lambda y: gradients(y.sum()), lambda y: gradients(y.sum(), differentiable=True)])
@pytest.mark.parametrize(
    "draw",
    [
        lambda rng, x: x * rng.random(x.shape),
        lambda rng, x: x[: rng.integers(1, 5)],
        lambda rng, x: x if rng.random() < 0.6 else 0.0 * A,
    ],
    ids=["numbers", "shape", "no node"],
)
def test_a_function_that_gives_something_else_when_run_again_is_refused(draw, sweep):
    rng, x = np.random.default_rng(1), Tensor(A)
    y = checkpoint(lambda x: draw(rng, x) * 2.0)(x)
    with pytest.raises(AutogradError, match=r"gave something else when it was run again .* draws random"):
        sweep(y)


def test_forward_mode_refuses_it_too():
    rng = np.random.default_rng(1)
    with pytest.raises(AutogradError, match="draws random"):
        jvp(checkpoint(lambda x: x * rng.random(4)), (A,), (A,))


def test_what_is_left_of_larger_numbers_may_be_their_rounding():
    """0.1 + 0.2 + 0.3 - 0.6 is 1e-16 or 0, as it is summed."""
    for f in (
        lambda x: x[0] + x[1] + x[2] - x[3] if not is_rerunning() else x[0] + (x[1] + x[2]) - x[3],
        lambda x: x[0] + x[1] + x[2] - x[3] if is_rerunning() else x[0] + (x[1] + x[2]) - x[3],
    ):
        x = Tensor([0.1, 0.2, 0.3, 0.6])
        y = checkpoint(f)(x)
        assert abs(float(y)) < 1e-15
        np.testing.assert_array_equal(gradients(y)[x], [1.0, 1.0, 1.0, -1.0])


def test_small_numbers_made_of_large_ones_are_still_seen_to_differ():
    rng, x = np.random.default_rng(1), Tensor(1000.0 * A)
    y = checkpoint(lambda x: x * 1e-12 * rng.random(4))(x)
    with pytest.raises(AutogradError, match="draws random"):
        gradients(y.sum())


def test_code_can_ask_whether_it_runs_again():
    seen = []

    def f(x):
        seen.append(is_rerunning())
        return sin(x) * x

    nested = checkpoint(lambda x: f(x) + checkpoint(f)(x))
    x = Value(2.0)
    y = nested(x)
    assert seen == [False, False]
    gradients(y)
    assert seen[2:] == [True, True, True]  # the outer one's two, and the inner one's
    assert not is_rerunning()
    seen.clear()
    jvp(nested, (2.0,), (1.0,))
    assert seen == [False, False, True, True, True]
    with pytest.raises(ZeroDivisionError):
        gradients(checkpoint(lambda x: 1 / 0 if is_rerunning() else sin(x))(x))
    assert not is_rerunning()
