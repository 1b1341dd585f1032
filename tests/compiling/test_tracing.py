"""A function is run once on nodes: its arguments, derivatives and lines."""

import contextlib
import gc
import math
import weakref

import numpy as np

from autograd_mini import (
    AutogradError,
    Tensor,
    Value,
    checkpoint,
    custom_primitive,
    exp,
    grad,
    gradients,
    jvp,
    no_grad,
    value_and_grad,
    where,
)
from autograd_mini.compiling.tracing.trace import trace

from .support import again


def test_arguments_by_their_names():
    def f(params, x, *rest, scale=1.0, mode="a"):
        assert mode == "b"
        assert rest[0][1] is None
        return params["w"][1] * x * scale + rest[0][0]

    recorded = trace(f, ({"w": [1.0, 2.0], "n": 3}, np.ones(2), (4.0, None)), {"scale": 5.0, "mode": "b"})
    assert [argument.path for argument in recorded.arguments] == [
        "params['w'][0]", "params['w'][1]", "x", "rest[0][0]", "scale",
    ]  # fmt: skip
    assert [type(argument.node) for argument in recorded.arguments] == [Value, Value, Tensor, Value, Value]
    np.testing.assert_array_equal(recorded.outcome.data, [14.0, 14.0])
    np.testing.assert_array_equal(again(recorded, 0.0, 1.0, np.ones(2), 0.0, 1.0)[1], [1.0, 1.0])


def test_what_no_argument_is_needed_for_is_a_constant():
    recorded = trace(lambda x: (1.0, np.ones(2), None, True, [x]), (2.0,))
    assert recorded.outcome[:1] == (1.0,)
    assert recorded.outcome[2:4] == (None, True)
    assert recorded.outcome[4] == [recorded.arguments[0].node]


def test_arguments_are_left_alone():
    x = np.array([1.0, 2.0])
    recorded = trace(lambda x: x * 2, (x,))
    x[0] = 5.0
    assert recorded.outcome.data.tolist() == [2.0, 4.0]


# Derivatives


def test_gradients_are_recorded_and_returned():
    def f(w, x):
        loss = ((w * x) ** 2).sum()
        loss.backward()
        return loss, w.grad, gradients(loss)[x]

    here, there = (np.array([1.0, 2.0]), np.array([3.0, 4.0])), (np.array([5.0, 6.0]), np.array([7.0, -8.0]))
    holds, (loss, dw, dx) = again(trace(f, here), *there)
    w, x = there
    assert holds
    np.testing.assert_allclose(loss, ((w * x) ** 2).sum())
    np.testing.assert_allclose(dw, 2 * w * x * x)
    np.testing.assert_allclose(dx, 2 * w * w * x)


def test_gradients_that_are_asked_for_under_no_grad():
    def f(x):
        loss = x**3
        with no_grad():
            slope = gradients(loss)[x]
        return slope

    assert again(trace(f, (1.0,)), 2.0) == (True, 12.0)


def test_gradients_of_constants_stay_numbers():
    recorded = trace(lambda x: [grad(lambda t: t**3)(2.0), jvp(lambda t: t * t, (3.0,), (1.0,))[1], x], (1.0,))
    assert recorded.outcome[:2] == [12.0, 6.0]


def test_what_nodes_hand_back_is_recorded():
    def f(x):
        z = x * x
        return z.hand_back(1.0)[0] + z.local_derivatives[1](2.0)

    assert again(trace(f, (3.0,)), 5.0)[1] == 15.0


def test_checkpoints_are_looked_through():
    f = checkpoint(lambda x: exp(x) if x > 0 else -x)
    recorded = trace(value_and_grad(f), (1.0,))
    assert [decision.kind for decision in recorded.decisions] == ["truth"]
    assert again(recorded, 2.0) == (True, (math.exp(2.0), math.exp(2.0)))
    assert again(recorded, -2.0)[0] is False


def test_operations_of_ones_own():
    cube = custom_primitive(lambda g, z, x: g * 3.0 * x**2)(lambda x: x**3)
    assert again(trace(value_and_grad(cube), (1.0,)), 2.0)[1] == (8.0, 12.0)


def test_no_gradient_is_left_on_a_leaf():
    def f(x):
        (x * x).backward()
        return x.grad

    recorded = trace(f, (3.0,))
    assert recorded.outcome.data == 6.0
    assert recorded.arguments[0].node.grad is None


def test_a_leaf_of_ones_own_may_change():
    def f(x):
        w = Value(1.0)
        w.data = 2.0
        w.grad = None
        return w * x

    assert again(trace(f, (3.0,)), 5.0) == (True, 10.0)


# Lines


def test_lines():
    def f(x):
        y = x * x
        y = np.exp(y)
        with no_grad():
            float(x)
        return y, grad(lambda t: t * t * t)(x), y.sum()

    first = f.__code__.co_firstlineno
    recorded = trace(f, (np.ones(()),))
    lines = {node.name: recorded.line(node) for node in recorded.nodes if node.rule is not None and node.name != "add"}
    y, slope, total = recorded.outcome
    assert recorded.line(recorded.arguments[0].node) is None
    assert lines["exp"] == (__file__, first + 2, False)
    assert recorded.line(y.first) == (__file__, first + 1, False)
    assert recorded.line(slope) == (__file__, first + 5, True)
    assert recorded.line(total) == (__file__, first + 5, False)
    assert recorded.decisions[0].line == (__file__, first + 4, False)


def test_lines_after_an_error_and_a_sweep():
    def f(x):
        with contextlib.suppress(AutogradError):
            x.relu().sum(axis=7)
        y = grad(lambda t: (t**2).sum())(x)
        return y + x

    recorded = trace(f, (np.ones(2),))
    assert recorded.line(recorded.outcome) == (__file__, f.__code__.co_firstlineno + 4, False)
    assert recorded.line(recorded.outcome.first) == (__file__, f.__code__.co_firstlineno + 3, True)


def test_the_line_of_what_numpy_calls():
    recorded = trace(lambda x, i: x * (i.min() < 1), (1.0, np.array([0, 1])))
    assert recorded.decisions[0].line.file == __file__


def test_lines_of_a_sweep_within_a_sweep():
    cube = custom_primitive(lambda g, z, x: g * grad(lambda t: t**3)(x))(lambda x: x**3)

    def f(x):
        before = x * 2.0
        slope = grad(lambda t: cube(t) + cube(t + 1.0))(before)
        return slope, x + slope

    recorded = trace(f, (2.0,))
    assert recorded.outcome[0].data == 48.0 + 75.0
    lines = {recorded.line(node) for node in recorded.nodes if node.rule is not None}
    first = f.__code__.co_firstlineno
    assert {(line.number, line.is_gradient) for line in lines} == {
        (first + 1, False),
        (first + 2, True),
        (first + 2, False),
        (first + 3, False),
    }


# Memory


def test_a_trace_is_freed_without_the_collector():
    def f(x):
        y = where(x > 0, x, -x) * float(x)
        y.backward()
        return y, x.grad

    gc.collect()
    gc.disable()
    try:
        recorded = trace(f, (2.0,))
        nodes = [weakref.ref(node) for node in recorded.nodes]
        assert len(nodes) > 5
        del recorded
        assert [ref() for ref in nodes] == [None] * len(nodes)
    finally:
        gc.enable()
