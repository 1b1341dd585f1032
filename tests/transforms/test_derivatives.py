"""Derivatives of functions: over containers, of any order, inside one another, by grad or by gradients itself."""

import math
from collections import OrderedDict
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograd_mini import (
    AutogradError,
    KindError,
    ShapeError,
    Tensor,
    Value,
    concatenate,
    cos,
    exp,
    grad,
    gradients,
    log,
    no_grad,
    relu,
    sin,
    tanh,
    value_and_grad,
)  # fmt: skip
from autograd_mini import (
    sum as total,
)

A = np.array([1.0, 2.0, 3.0])


# Containers.


class Pair(NamedTuple):
    left: Any
    right: Any


small = st.integers(-8, 8).map(float)  # whole numbers: sums and products of them are exact
shapes = array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
leaf = small | arrays(st.sampled_from([np.float32, np.float64]), shapes, elements=small)
tree = st.recursive(
    leaf,
    lambda branch: (
        st.lists(branch, max_size=3)
        | st.lists(branch, max_size=3).map(tuple)
        | st.dictionaries(st.text("abc", max_size=2), branch, max_size=3)
        | st.dictionaries(st.integers(0, 5), branch, max_size=2).map(OrderedDict)
        | st.builds(Pair, branch, branch)
    ),
    max_leaves=8,
)


def leaves(part):
    """The numbers and arrays of a tree."""
    if isinstance(part, dict):
        part = list(part.values())
    return [x for branch in part for x in leaves(branch)] if isinstance(part, list | tuple) else [part]


def outline(part):
    """The nesting of a tree, its leaves replaced by their types, shapes and dtypes."""
    if isinstance(part, dict):
        return type(part), [(key, outline(branch)) for key, branch in part.items()]
    if isinstance(part, list | tuple):
        return type(part), [outline(branch) for branch in part]
    return type(part), np.shape(part), np.asarray(part).dtype


def weighed(part):
    """Half the sum of the squares of all leaves, the i-th weighed by i: its gradient is i times the leaf."""
    return sum(i * 0.5 * total(x * x) for i, x in enumerate(leaves(part)))


@given(tree)
def test_a_gradient_has_the_nesting_of_its_argument(argument):
    gradient = grad(weighed)(argument)
    assert outline(gradient) == outline(argument)
    for i, (g, x) in enumerate(zip(leaves(gradient), leaves(argument), strict=True)):
        assert np.array_equal(g, i * x)


@given(tree, tree, st.sampled_from([0, 1, -1, -2, (0,), (1, 0), [0, 1], (-1, 0), ()]))
def test_argnums(first, second, argnums):
    def f(x, y):
        return 3.0 * weighed(x) - 5.0 * weighed(y)

    value, gradient = value_and_grad(f, argnums)(first, second)
    assert value == f(first, second)
    expected = [(3.0, first), (-5.0, second)]
    if isinstance(argnums, int):
        pairs = [(gradient, expected[argnums])]
    else:
        assert type(gradient) is tuple
        pairs = list(zip(gradient, [expected[i] for i in argnums], strict=True))
    for g, (factor, argument) in pairs:
        assert outline(g) == outline(argument)
        for i, (part, x) in enumerate(zip(leaves(g), leaves(argument), strict=True)):
            assert np.array_equal(part, factor * i * x)


@given(tree)
def test_what_a_function_ignores_has_the_gradient_zero(argument):
    for f in (lambda x: 7.0, lambda x: Value(7.0) * 2.0, lambda x: np.float64(7.0), lambda x: Tensor(A).sum()):
        gradient = grad(f)(argument)
        assert outline(gradient) == outline(argument)
        assert not any(np.any(g) for g in leaves(gradient))


def test_one_of_two_arguments_is_ignored():
    x, y = np.ones((2, 3), np.float32), 2.0
    gradient = grad(lambda x, y: y * y, (0, 1))(x, y)
    assert outline(gradient) == outline((x, y))
    assert not gradient[0].any()
    assert gradient[1] == 4.0


def test_what_is_not_differentiated_may_be_anything():
    def f(x, how, *rest, power=2, **options):
        assert options == {"deep": None}
        return how(x) ** power * len(rest)

    gradient = grad(f)(3.0, lambda x: 2.0 * x, object(), "text", power=3, deep=None)
    assert gradient == 2 * 8 * 3 * 3.0**2


def test_integers_are_differentiated_as_floats():
    assert (grad(lambda x: x * x)(3), type(grad(lambda x: x * x)(3))) == (6.0, float)
    gradient = grad(lambda x: (x * x).sum())(np.array([1, 2]))
    assert (gradient.tolist(), gradient.dtype) == ([2.0, 4.0], np.float64)


def test_the_value_comes_in_its_own_kind():
    value, gradient = value_and_grad(lambda x: x * x)(3.0)
    assert (value, gradient, type(value), type(gradient)) == (9.0, 6.0, float, float)
    value, gradient = value_and_grad(lambda x: (x * x).sum())(A.astype(np.float32))
    assert (value.shape, value.dtype, gradient.dtype) == ((), np.float32, np.float32)


def test_arguments_are_left_alone():
    x = A.copy()
    argument = {"x": [x]}
    gradient = grad(lambda tree: (tree["x"][0] * 2.0).sum())(argument)
    gradient["x"][0][:] = 7.0
    assert argument["x"][0] is x
    assert x.tolist() == A.tolist()
    node = Value(3.0)
    grad(lambda y: y * y)(node)
    assert node.grad is None


def test_the_function_keeps_its_name():
    def energy(x):
        """Of a spring."""
        return 0.5 * x * x

    for derived in (grad(energy), value_and_grad(energy)):
        assert (derived.__name__, derived.__doc__) == ("energy", "Of a spring.")
    assert grad(partial(energy))(2.0) == 2.0


def test_control_flow_and_recursion():
    def power(x, n):
        return 1.0 if n == 0 else x * power(x, n - 1) if n % 2 else power(x * x, n // 2)

    assert grad(power)(2.0, 13) == 13 * 2.0**12
    assert [grad(lambda x: x if x > 0 else 2.0 * x)(x) for x in (3.0, -3.0)] == [1.0, 2.0]


# Higher orders.


@pytest.mark.parametrize("x", [0.3, -1.2])
def test_derivatives_to_the_fifth(x):
    f, signs = sin, [math.cos, lambda x: -math.sin(x), lambda x: -math.cos(x), math.sin, math.cos]
    for expected in signs:
        f = grad(f)
        assert f(x) == pytest.approx(expected(x), rel=1e-14)


@pytest.mark.parametrize(
    ("f", "third"),
    [
        (lambda x: x**5, lambda x: 60 * x**2),
        (lambda x: exp(2.0 * x), lambda x: 8 * math.exp(2 * x)),
        (log, lambda x: 2 / x**3),
        (lambda x: 1.0 / x, lambda x: -6 / x**4),
        (lambda x: x * exp(x), lambda x: (x + 3) * math.exp(x)),
        (tanh, lambda x: (4 * math.sinh(x) ** 2 - 2) / math.cosh(x) ** 4),
        (lambda x: relu(x) ** 3, lambda x: 6.0),
    ],
)
def test_third_derivatives(f, third):
    for x in (0.7, 1.9):
        assert grad(grad(grad(f)))(x) == pytest.approx(third(x), rel=1e-12)
    values = np.array([0.7, 1.9])
    once = grad(lambda t: f(t).sum())
    thrice = grad(lambda t: grad(lambda u: once(u).sum())(t).sum())
    assert thrice(values) == pytest.approx([third(x) for x in values], rel=1e-12)


@given(st.floats(-2.0, 2.0), st.floats(-2.0, 2.0))
def test_mixed_partials_are_symmetric(x, y):
    def f(x, y):
        return sin(x * y) + x * x * exp(y) / (1.0 + y * y)

    one = grad(grad(f, 0), 1)(x, y)
    other = grad(grad(f, 1), 0)(x, y)
    assert one == pytest.approx(other, rel=1e-12, abs=1e-12)
    by_hand = math.cos(x * y) - x * y * math.sin(x * y)
    by_hand += 2 * x * math.exp(y) * (1 / (1 + y * y) - 2 * y / (1 + y * y) ** 2)
    assert one == pytest.approx(by_hand, rel=1e-9, abs=1e-9)


def test_the_hessian_of_a_quadratic_form_row_by_row():
    rng = np.random.default_rng(0)
    q = rng.standard_normal((4, 4))

    def form(x):
        return x @ q @ x

    def row(i):
        return grad(lambda x: grad(form)(x)[i])(rng.standard_normal(4))

    assert np.array([row(i) for i in range(4)]) == pytest.approx(q + q.T)


def test_derivatives_through_matrix_products_softmax_and_joining():
    rng = np.random.default_rng(1)
    x, w, v = rng.standard_normal((5, 3)), rng.standard_normal((3, 2)), rng.standard_normal((3, 2))

    def loss(w):
        hidden = tanh(x @ w)
        joined = concatenate([hidden, hidden[:, :1] ** 2], axis=1)
        return (joined.max(axis=1) * exp(joined).mean(axis=1)).sum()

    def along(w):
        return (grad(loss)(w) * v).sum()

    def difference(f, h=1e-5):
        return (f(w + h * v) - f(w - h * v)) / (2 * h)

    assert along(w) == pytest.approx(difference(loss), rel=1e-8)
    assert grad(along)(w) == pytest.approx(difference(grad(loss)), rel=1e-6, abs=1e-9)


# One inside another.


def test_perturbations_are_not_confused():
    assert grad(lambda x: x * grad(lambda y: x + y)(x))(3.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert grad(lambda x: grad(lambda y: x * y * y)(x))(3.0) == 12.0
    assert grad(lambda x: x * grad(lambda y: y * grad(lambda z: x * y * z)(y))(x))(2.0) == 24.0


def test_a_function_may_use_nodes_from_outside():
    w = Value(3.0)
    slope = grad(lambda x: w * x * x)(2.0)
    assert (type(slope), slope.data) == (Value, 12.0)
    slope.backward()
    assert w.grad == 4.0
    value, slope = value_and_grad(lambda x: w * x)(2.0)
    assert (value.data, slope.data) == (6.0, 3.0)
    assert gradients(value + slope)[w] == 3.0


def test_an_argument_may_be_a_node():
    w = Value(3.0, label="w")
    inner = w * w
    slope = grad(lambda x: x**3)(inner)
    assert (type(slope), slope.data) == (Value, 3 * 81.0)
    assert gradients(slope)[w] == pytest.approx(6 * 9 * 6.0)  # d/dw of 3 (w²)²
    t = Tensor(A)
    slope = grad(lambda x: (x * x * x).sum())(t)
    slope.sum().backward()
    assert t.grad.tolist() == (6 * A).tolist()


def test_inner_and_outer_of_different_kinds():
    def of_arrays(x):
        return (grad(lambda t: (t * t * x).sum())(Tensor(A)) * A).sum()

    assert grad(of_arrays)(5.0) == 2.0 * (A * A).sum()

    def of_numbers(t):
        return grad(lambda x: (t * x * x).sum())(4.0)

    assert grad(of_numbers)(A).tolist() == [8.0, 8.0, 8.0]


def test_no_grad_inside_a_function_makes_constants():
    def f(x):
        with no_grad():
            factor = x * x
        return factor * x

    assert grad(f)(3.0) == 9.0


def test_grad_differentiates_where_nothing_is_recorded():
    w = Value(3.0)
    with no_grad():
        assert grad(lambda x: x * x)(3.0) == 6.0
        assert grad(grad(lambda x: x**3))(2.0) == 12.0
        assert value_and_grad(lambda x: x * x)(w) == (9.0, 6.0)
        assert (w * w).inputs == ()
    assert w.grad is None


# gradients itself.


def test_gradients_of_gradients():
    x, y = Value(2.0), Value(3.0)
    z = x**2 * y**3
    first = gradients(z, differentiable=True)
    assert (first[x].data, first[y].data) == pytest.approx((2 * 2 * 27.0, 4 * 27.0))
    second = gradients(first[x], differentiable=True)
    assert (second[x].data, second[y].data) == pytest.approx((2 * 27.0, 4 * 27.0))
    assert gradients(second[x])[y] == pytest.approx(2 * 27.0)


def test_a_recorded_gradient_is_a_node_where_its_rule_gives_a_number_too():
    x = Value(3.0)
    found = gradients(np.heaviside(2.0, x), differentiable=True)[x]
    assert (type(found), found.data, gradients(found)) == (Value, 0.0, {found: 1.0})


def test_a_recorded_sweep_takes_a_seed_that_is_a_node():
    t, v = Tensor(A), Tensor([1.0, 0.5, 0.0])
    product = gradients(exp(t), v, differentiable=True)[t]
    assert product.data == pytest.approx(np.exp(A) * v.data)
    assert gradients(product.sum())[v] == pytest.approx(np.exp(A))


def test_the_penalty_of_a_gradient_trains():
    w = Tensor(A)
    loss = (w * w * w).sum()
    slope = gradients(loss, differentiable=True)[w]
    (slope * slope).sum().backward()
    assert w.grad == pytest.approx(36 * A**3)


def test_gradients_of_every_node():
    x = Value(2.0)
    y = x * x
    z = cos(y)
    found = gradients(z, 10.0)
    assert list(found) == [z, y, x]
    assert found[y] == pytest.approx(-10 * math.sin(4.0))
    assert found[x] == pytest.approx(-40 * math.sin(4.0))
    assert gradients(x) == {x: 1.0}


# Errors.


@pytest.mark.parametrize("argnums", [1, -2, (0, 1), 1.0, "x", None])
def test_argnums_that_name_no_argument(argnums):
    with pytest.raises(AutogradError, match="argnums"):
        grad(lambda x, y=1.0: x * y, argnums)(2.0)


@pytest.mark.parametrize("argument", ["text", None, 1j, [1.0, "text"], {"a": None}, np.array(["a"]), {1.0}])
def test_arguments_that_hold_no_numbers(argument):
    with pytest.raises(KindError):
        grad(lambda x: 1.0)(argument)


@pytest.mark.parametrize("f", [lambda x: x, lambda x: x.reshape(3, 1), lambda x: A, lambda x: x[:0]])
def test_a_function_whose_value_is_no_scalar(f):
    with pytest.raises(ShapeError, match=r"scalar.*\(.*sum, mean"):
        grad(f)(A)


@pytest.mark.parametrize("f", [lambda x: None, lambda x: [x.sum()], lambda x: "loss", lambda x: {"loss": x}])
def test_a_function_whose_value_is_no_number(f):
    with pytest.raises(KindError, match=r"gave|return"):
        grad(f)(A)


@pytest.mark.parametrize("value", [np.float32(2.0), np.float64(2.0), 2, True, np.array(2.0), np.int64(2)])
def test_a_function_whose_value_is_a_constant_number(value):
    assert grad(lambda x: value)(3.0) == 0.0


def test_errors_of_the_function_pass_through():
    with pytest.raises(ZeroDivisionError):
        grad(lambda x: 1 / 0)(1.0)
