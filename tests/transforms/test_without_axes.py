"""Numbers without axes in all their kinds, side by side; and arrays of one element where a scalar is asked for."""

import itertools

import numpy as np
import pytest

from autograd_mini import (
    ShapeError,
    Tensor,
    Value,
    elementwise_grad,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    sin,
    value_and_grad,
    vjp,
)
from autograd_mini.node import data_of

KINDS = {
    "int": int,
    "float": float,
    "np.float64": np.float64,
    "np.float32": np.float32,
    "array": lambda x: np.array(float(x)),
    "array of float32": lambda x: np.array(x, np.float32),
    "Value": lambda x: Value(x),
    "Tensor": lambda x: Tensor(np.array(float(x))),
    "Tensor of float32": lambda x: Tensor(np.array(x, np.float32)),
}
SINGLE = {name for name in KINDS if "of float32" in name}
PAIRS = [*itertools.product(KINDS, KINDS)]


def f(x):
    return sin(x) * x**2


def two(p):
    return sin(p[0]) + p[0] * p[1] ** 2


SLOPE = 4 * np.cos(2) + 4 * np.sin(2)
BEND = -4 * np.sin(2) + 8 * np.cos(2) + 2 * np.sin(2)


def like(argument, result):
    """Whether the derivative by the argument has its kind: a node by nodes, a dtype of arrays, a float of numbers."""
    if isinstance(argument, Value | Tensor):
        return type(result) is type(argument) and like(argument.data, result.data)
    if isinstance(argument, np.ndarray):
        return isinstance(result, np.ndarray) and result.dtype == argument.dtype and result.shape == ()
    return type(result) is float


def number(result):
    return float(np.asarray(data_of(result)))


@pytest.mark.parametrize("kind", KINDS)
def test_derivatives_have_the_kind_and_dtype_of_their_argument(kind):
    x = KINDS[kind](2)
    for derivative, expected in ((grad(f), SLOPE), (hessian(f), BEND), (jacobian(f), SLOPE), (grad(grad(f)), BEND)):
        found = derivative(x)
        assert like(x, found)
        assert number(found) == pytest.approx(expected, rel=1e-5)


ONE_BESIDE_ANOTHER = {
    "pulled": (lambda x, t: vjp(f, x)[1](t)[0], 3 * SLOPE),
    "pushed": (lambda x, t: jvp(f, (x,), (t,))[1], 3 * SLOPE),
    "hvp": (lambda x, t: hvp(f, x, t), 3 * BEND),
    "grad of a jvp by its argument": (lambda x, t: grad(lambda v: jvp(f, (v,), (t,))[1])(x), 3 * BEND),
    "grad of a vjp by its argument": (lambda x, t: grad(lambda v: vjp(f, v)[1](t)[0])(x), 3 * BEND),
}
ONE_BY_ANOTHER = {
    "grad of a jvp by its direction": lambda x, t: grad(lambda v: jvp(f, (x,), (v,))[1])(t),
    "grad of a vjp by its seed": lambda x, t: grad(lambda v: vjp(f, x)[1](v)[0])(t),
}


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_arguments_directions_and_seeds_of_all_kinds(first, second):
    x, t = KINDS[first](2), KINDS[second](3)
    for derivative, expected in ONE_BESIDE_ANOTHER.values():
        found = data_of(derivative(x, t))
        assert np.shape(found) == ()
        assert np.asarray(found).dtype == (np.float32 if first in SINGLE else np.float64)
        assert number(found) == pytest.approx(expected, rel=1e-5)
    for derivative in ONE_BY_ANOTHER.values():
        found = derivative(x, t)
        assert like(data_of(t), data_of(found))
        assert number(found) == pytest.approx(SLOPE, rel=1e-5)


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_a_list_of_two_kinds_and_directions_of_two_kinds(first, second):
    point = [KINDS[first](2), KINDS[second](3)]
    by_x, by_y = grad(two)(point)
    assert (number(by_x), number(by_y)) == pytest.approx((np.cos(2) + 9, 12), rel=1e-5)
    blocks = hessian(two)(point)
    assert [number(block) for row in blocks for block in row] == pytest.approx([-np.sin(2), 6, 6, 4], rel=1e-5)
    for direction in ([KINDS[second](1), KINDS[first](1)], [1.0, np.array(1.0)], [Value(1.0), Tensor(1.0)]):
        along = hvp(two, point, direction)
        assert [number(part) for part in along] == pytest.approx([6 - np.sin(2), 10], rel=1e-5)
        value, slope = jvp(two, (point,), (direction,))
        assert (number(value), number(slope)) == pytest.approx((np.sin(2) + 18, np.cos(2) + 21), rel=1e-5)


def test_the_examples():
    point, direction = [0.7, np.array(2.0)], [1.0, np.array(1.0)]
    assert hvp(lambda p: sin(p[0]) + p[1], point, direction) == [-np.sin(0.7), 0.0]
    (found,) = vjp(sin, 0.7)[1](Value(1.0))
    assert found.data == np.cos(0.7)
    assert grad(lambda v: jvp(lambda y: y**2, (np.array(3.0),), (v,))[1])(1.0) == 6.0
    assert np.transpose(Tensor([1.0, 2.0]), 0).data.tolist() == [1.0, 2.0]


# One element of any shape counts as a scalar.

ONE = {
    "kept axes": lambda x: (x * x).sum(keepdims=True),
    "two axes": lambda x: (x * x).sum().reshape(1, 1),
    "picked": lambda x: (x * x).sum(keepdims=True)[:1],
    "scalar": lambda x: (x * x).sum(),
}


@pytest.mark.parametrize("loss", ONE.values(), ids=ONE)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_result_of_one_element_is_a_scalar(loss, dtype):
    x = np.arange(3, dtype=dtype)
    value, gradient = value_and_grad(loss)(x)
    assert (value.dtype, value.shape) == (dtype, loss(x).shape)
    assert (gradient.dtype, gradient.tolist()) == (dtype, [0.0, 2.0, 4.0])
    np.testing.assert_array_equal(hessian(loss)(x), 2 * np.eye(3))
    np.testing.assert_array_equal(hvp(loss, x, x), 2 * x)
    t = Tensor(x)
    loss(t).backward()
    assert (t.grad.dtype, t.grad.tolist()) == (dtype, [0.0, 2.0, 4.0])
    recorded = gradients(loss(t), differentiable=True)[t]
    np.testing.assert_array_equal(recorded.data, 2 * x)
    assert vjp(loss, x)[1]()[0].tolist() == [0.0, 2.0, 4.0]


@pytest.mark.parametrize("shape", [(), (1,), (1, 1), (1, 1, 1)])
def test_backward_of_a_leaf_of_one_element(shape):
    t = Tensor(np.full(shape, 3.0))
    t.backward()
    (t * t).backward()
    np.testing.assert_array_equal(t.grad, np.full(shape, 7.0))


def test_to_higher_orders():
    for x in (np.array([2.0]), np.array([[2.0]])):
        assert grad(grad(lambda x: x**3))(x).tolist() == np.full(x.shape, 12.0).tolist()
        assert elementwise_grad(lambda x: x**3)(x).tolist() == np.full(x.shape, 12.0).tolist()


@pytest.mark.parametrize("f", [lambda x: x[:0], lambda x: x[:2], lambda x: x[:0].reshape(0, 1)])
def test_none_and_two_are_no_scalar(f):
    with pytest.raises(ShapeError, match=r"needs a scalar.*shape \((0|2)"):
        grad(f)(np.ones(3))
    with pytest.raises(ShapeError, match=r"needs a scalar.*shape \((0|2)"):
        f(Tensor(np.ones(3))).backward()
