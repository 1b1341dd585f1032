"""vjp, jvp, jacobian, hessian, hvp and elementwise_grad: their arguments, one inside another, their errors."""

from collections.abc import Callable
from itertools import product
from typing import Any

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
    cos,
    custom_primitive,
    elementwise_grad,
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
    reshape,
    sin,
    softmax,
    stack,
    tanh,
    value_and_grad,
    vjp,
)  # fmt: skip
from autograd_mini import sum as total
from autograd_mini.node import data_of

A = np.array([0.5, -1.0, 2.0])
B = np.array([[0.3, -0.7, 1.1], [0.2, 0.4, -0.9]])
exactly = st.integers(-8, 8).map(float)  # whole numbers: products and sums of them are exact
close = lambda truth: pytest.approx(truth, rel=1e-12, abs=1e-12)


def slope(f: Callable[[Any], Any], x: float) -> Any:
    return jvp(f, (x,), (1.0,))[1]


def sweep(f: Callable[[Any], Any], x: float) -> Any:
    return grad(f)(x)


MODES = {"forward": slope, "reverse": sweep}


def orders(depth: int) -> pytest.MarkDecorator:
    """Parametrize by the modes of so many transforms, the outermost first."""
    names = [*product(MODES, repeat=depth)]
    return pytest.mark.parametrize(
        "order", [[MODES[name] for name in each] for each in names], ids=map("-".join, names)
    )


# Arguments.


@given(st.data())
def test_jacobians_of_a_linear_map_are_its_matrix(data):
    inside, outside = (data.draw(array_shapes(min_dims=0, max_dims=2, min_side=1, max_side=3)) for _ in range(2))
    n, m = int(np.prod(inside)), int(np.prod(outside))
    matrix = data.draw(arrays(np.float64, (m, n), elements=exactly))
    x, v = (data.draw(arrays(np.float64, inside, elements=exactly)) for _ in range(2))
    u = data.draw(arrays(np.float64, outside, elements=exactly))

    def f(x):
        return reshape(matmul(matrix, reshape(x, (n,))), outside)

    np.testing.assert_array_equal(jacobian(f)(x), matrix.reshape(outside + inside), strict=True)
    value, moved = jvp(f, (x,), (v,))
    np.testing.assert_array_equal(value, (matrix @ x.ravel()).reshape(outside), strict=True)
    np.testing.assert_array_equal(moved, (matrix @ v.ravel()).reshape(outside), strict=True)
    value, pull = vjp(f, x)
    np.testing.assert_array_equal(value, (matrix @ x.ravel()).reshape(outside), strict=True)
    np.testing.assert_array_equal(pull(u)[0], (u.ravel() @ matrix).reshape(inside), strict=True)


@given(st.data())
def test_hessians_of_a_quadratic_form_are_its_matrix(data):
    shape = data.draw(array_shapes(min_dims=0, max_dims=2, max_side=3))
    n = int(np.prod(shape))
    matrix = data.draw(arrays(np.float64, (n, n), elements=exactly))
    x, v = (data.draw(arrays(np.float64, shape, elements=exactly)) for _ in range(2))
    symmetric = matrix + matrix.T

    def form(x):
        flat = reshape(x, (n,))
        return flat @ matmul(matrix, flat)

    np.testing.assert_array_equal(hessian(form)(x), symmetric.reshape(shape * 2), strict=True)
    np.testing.assert_array_equal(hvp(form, x, v), (symmetric @ v.ravel()).reshape(shape), strict=True)


def test_kinds_and_dtypes_are_the_arguments_own():
    def square(x):
        return x * x

    assert jvp(square, (3.0,), (1.0,)) == (9.0, 6.0)
    numbers = [*jvp(square, (3.0,), (1,)), vjp(square, 3.0)[1](1.0)[0], hvp(square, 3.0, 1.0)]
    numbers += [jacobian(square)(3.0), hessian(square)(3.0), elementwise_grad(square)(3.0)]
    assert [type(x) for x in numbers] == [float] * 7
    x = A.astype(np.float32)
    derivatives = [*jvp(square, (x,), (A,)), vjp(square, x)[1](A)[0], jacobian(square)(x), elementwise_grad(square)(x)]
    derivatives += [jacobian(lambda x: x[0])(x), hessian(lambda x: total(x**3))(x), hvp(lambda x: total(x**3), x, A)]
    derivatives += [jacobian(lambda x: 2.0 * x + logsumexp(x))(x)]
    assert [d.dtype for d in derivatives] == [np.float32] * 9


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("other", [np.float32, np.float64])
@pytest.mark.parametrize("outputs", [1, 2, 3])  # by rows as long as they are fewer than the columns
def test_a_jacobian_has_the_arguments_dtype_whatever_the_outputs(dtype, other, outputs):
    x, factors, outside = A.astype(dtype), np.ones(outputs, other), Tensor(np.ones(outputs, other))
    assert jacobian(lambda x: x[:outputs] * factors)(x).dtype == dtype
    assert jacobian(lambda x: factors)(x).dtype == dtype
    recorded = jacobian(lambda x: x[:outputs] * outside)(x)
    assert isinstance(recorded, Tensor)
    assert recorded.dtype == dtype


@pytest.mark.parametrize("kind", [Value, Tensor, lambda x: Value(x) * 1.0])
def test_of_nodes_all_is_recorded(kind):
    x = kind(3.0)
    cube = lambda x: x**3
    first = [*jvp(cube, (x,), (1.0,)), *vjp(cube, x)[1](1.0), jacobian(cube)(x), elementwise_grad(cube)(x)]
    assert [float(d.data) for d in first] == [27.0] * 5
    assert [float(gradients(d)[x]) for d in first] == [27.0] + [18.0] * 4
    second = [hessian(cube)(x), hvp(cube, x, 1.0)]
    assert [float(d.data) for d in second] == [18.0] * 2
    assert [float(gradients(d)[x]) for d in second] == [6.0] * 2


@pytest.mark.parametrize(("argnums", "power"), [(0, 1), (1, 2), (-1, 2), (-2, 1)])
def test_one_argument_of_several(argnums, power):
    f = lambda x, y, scale=1.0: scale * x * y**2
    arguments = (np.array(2.0), np.array(3.0))
    first, second = {1: (18.0, 0.0), 2: (24.0, 8.0)}[power]
    assert jacobian(f, argnums)(*arguments, scale=2.0) == first
    assert elementwise_grad(f, argnums)(*arguments, scale=2.0) == first
    assert hessian(f, argnums)(*arguments, scale=2.0) == second


def test_all_arguments_of_elementwise_grad():
    x, y = elementwise_grad(lambda x, y: x * y**2, (0, 1))(A, 2.0 * A)
    assert (x.tolist(), y.tolist()) == ((4.0 * A**2).tolist(), (4.0 * A**2).tolist())


@pytest.mark.parametrize(
    "constant", [7.0, 7, np.inf, np.float32(2.0), A, np.array([1, 2]), Value(7.0), Tensor([np.nan])]
)
def test_what_a_function_ignores_is_zero(constant):
    f = lambda x: constant
    shape = np.shape(data_of(constant))
    with no_grad():  # else a derivative of a node from outside is one
        assert np.array_equal(jvp(f, (A,), (A,))[1], np.zeros(shape))
        assert np.array_equal(jacobian(f)(A), np.zeros((*shape, 3)))
        assert np.array_equal(jacobian(f)(B), np.zeros((*shape, 2, 3)))
        [pulled] = vjp(f, A)[1](np.ones(shape))
        assert np.array_equal(pulled, np.zeros(3))


def test_empty_arrays():
    empty = np.zeros((0, 2))
    assert jacobian(lambda x: x * x)(empty).shape == (0, 2, 0, 2)
    assert jacobian(lambda x: total(x))(empty).shape == (0, 2)
    assert jacobian(lambda x: x[:0])(A).shape == (0, 3)
    assert hessian(lambda x: total(x * x))(empty).shape == (0, 2, 0, 2)


@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 5), (5, 1), (3, 4), (4, 3), (4, 4)])
def test_a_jacobian_costs_the_fewer_of_rows_and_columns(n, m):
    asked = []

    @custom_primitive(lambda g, z, x: asked.append(z) or matmul(g, matrix) * cos(x))
    def f(x):
        return matrix @ np.sin(x)

    matrix = np.random.default_rng(0).standard_normal((m, n))
    x = np.linspace(-1.0, 1.0, n)
    found = jacobian(f)(x)
    assert len(asked) == min(n, m)
    assert found == close(matrix * np.cos(x))


@given(st.integers(0, 2**32 - 1), st.sampled_from([(3,), (2, 2), ()]), st.sampled_from([(2,), (3, 2), ()]))
def test_rows_and_columns_are_one_jacobian(seed, inside, outside):
    rng = np.random.default_rng(seed)
    mix, x = rng.standard_normal((*outside, *inside)), np.asarray(rng.standard_normal(inside))

    def f(x):
        spread = tanh(mix * x) + softmax(mix * sin(x) + logsumexp(x), axis=None)
        return total(spread, tuple(range(len(outside), spread.ndim)))

    value, pull = vjp(f, x)
    assert np.shape(value) == outside
    rows = [pull(unit.reshape(outside))[0] for unit in np.eye(value.size)]
    columns = [jvp(f, (x,), (unit.reshape(inside),))[1] for unit in np.eye(x.size)]
    found = jacobian(f)(x)
    assert found.shape == (*outside, *inside)
    assert found == close(np.reshape(rows, found.shape))
    assert found == close(np.stack(columns, -1).reshape(found.shape))


# One inside another.


@orders(2)
def test_perturbations_are_not_confused(order):
    outer, inner = order
    assert outer(lambda x: x * inner(lambda y: x + y, 1.0), 3.0) == 1.0
    assert outer(lambda x: x * inner(lambda y: x * y, 2.0), 3.0) == 6.0
    assert outer(lambda x: inner(lambda y: x * y * y, x), 3.0) == 12.0
    assert outer(lambda x: inner(lambda y: y**3, x * x), 2.0) == 96.0  # of 3 x⁴


@orders(3)
def test_three_deep(order):
    f = lambda x: exp(x * x)
    for mode in order:
        f = lambda x, f=f, mode=mode: mode(f, x)
    assert f(0.5) == close((8 * 0.5**3 + 12 * 0.5) * np.exp(0.25))


@orders(2)
def test_two_modes_on_arrays(order):
    outer, inner = order

    def along(mode, f, x, v):
        return jvp(f, (x,), (v,))[1] if mode is slope else total(grad(f)(x) * v)

    f = lambda x: logsumexp(B @ x) * total(tanh(x)) + x[0] ** 3
    u, v = np.array([1.0, -2.0, 0.5]), np.array([0.25, 1.0, -1.0])
    expected = u @ hessian(f)(A) @ v
    assert float(along(outer, lambda x: along(inner, f, x, u), A, v)) == close(expected)


def test_hessians_by_all_roads_agree():
    f = lambda x: logsumexp(B @ x) * total(tanh(x)) + x[0] * x[1] * x[2]
    units = np.eye(3)
    roads = [
        hessian(f)(A),
        jacobian(jacobian(f))(A),
        jacobian(grad(f))(A),
        np.stack([hvp(f, A, unit) for unit in units]),
        np.stack([jvp(grad(f), (A,), (unit,))[1] for unit in units], -1),
        np.stack([vjp(grad(f), A)[1](unit)[0] for unit in units]),
        np.array([[jvp(lambda x, u=u: jvp(f, (x,), (u,))[1], (A,), (v,))[1] for v in units] for u in units]),
    ]
    for road in roads:
        assert road == close(roads[0])
    assert np.any(roads[0])
    thirds = [jacobian(hessian(f))(A), hessian(lambda x: grad(f)(x)[1])(A)]
    assert thirds[0][1] == close(thirds[1])
    assert np.any(thirds[1])


def test_what_comes_from_outside_varies():
    w = Tensor(A)
    f = lambda x: total(w * x**3)
    results = [jvp(f, (B,), (B,))[1], total(vjp(f, B)[1](1.0)[0]), total(jacobian(f)(B)), total(hessian(f)(B))]
    results += [total(hvp(f, B, B)), total(elementwise_grad(lambda x: w * x**3)(B))]
    by_hand = [3 * B**3, 3 * B**2, 3 * B**2, 6 * B, 6 * B**2, 3 * B**2]  # summed over the first axis, times w
    for result, expected in zip(results, by_hand, strict=True):
        assert isinstance(result, Tensor)
        assert float(result.data) == close(np.sum(expected * A))
        assert gradients(result)[w] == close(expected.sum(axis=0))


def test_the_past_of_what_comes_from_outside_is_not_walked():
    asked = []
    watched = custom_primitive(lambda g, z, x: asked.append(z) or 2.0 * g * x)(np.square)
    outside = watched(Value(3.0)) * 1.0
    found = grad(lambda x: x * x * outside)(2.0)
    assert (found.data, asked) == (36.0, [])
    found.backward()
    assert len(asked) == 1


def test_directions_and_upstreams_may_be_nodes():
    v = Tensor(A)
    moved = jvp(lambda x: softmax(x) * exp(x), (B,), (stack([v, v]),))[1]
    assert isinstance(moved, Tensor)
    u = np.ones_like(B)
    assert gradients(moved, u)[v] == close(vjp(lambda x: softmax(x) * exp(x), B)[1](u)[0].sum(axis=0))
    [pulled] = vjp(exp, A)[1](v)
    assert gradients(total(pulled))[v] == close(np.exp(A))


def test_transforms_work_where_nothing_is_recorded():
    f = lambda x: total(softmax(x) * x) + total(tanh(x))
    transforms = [
        lambda: jvp(f, (A,), (A,))[1],
        lambda: vjp(f, A)[1](1.0)[0],
        lambda: jacobian(softmax)(A),
        lambda: hessian(f)(A),
        lambda: hvp(f, A, A),
        lambda: elementwise_grad(lambda x: exp(x) * x)(A),
    ]
    for transform in transforms:
        expected = transform()
        with no_grad():
            np.testing.assert_array_equal(transform(), expected)


# Errors.


@pytest.mark.parametrize(
    ("directions", "words"),
    [
        ((A,), r"tuple of 1.*tuple of 2"),
        ((A, {"w": A}, 1.0), r"tuple of 3.*tuple of 2"),
        ((A, {"v": A}), r"keys \['v'\].*keys \['w'\]"),
        ((A, [A]), r"list of 1.*keys \['w'\]"),
        ((B, {"w": A}), r"direction of shape \(2, 3\).*shape \(3,\)"),
        ((1.0, {"w": A}), r"direction of shape \(\).*shape \(3,\)"),
        (("north", {"w": A}), "north"),
        ((A, {"w": None}), "None"),
    ],
)
def test_directions_that_do_not_fit(directions, words):
    with pytest.raises(AutogradError, match=words):
        jvp(lambda x, tree: x * tree["w"], (A, {"w": A}), directions)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: jvp(exp, 2.0, 1.0), KindError, r"jvp\(f, \(x,\), \(direction,\)\)"),
        (lambda: jvp(exp, A, A), KindError, r"jvp\(f, \(x,\), \(direction,\)\)"),
        (lambda: vjp(exp, A)[1](1.0), ShapeError, r"seed has shape \(\).*exp \(3,\)"),
        (lambda: vjp(exp, A)[1](), ShapeError, r"scalar.*\(3,\)"),
        (lambda: vjp(lambda x: (x, None), A), KindError, "gave NoneType"),
        (lambda: jacobian(lambda x, name: x, (0, 1))(A, "north"), KindError, "north"),
        (lambda: jacobian(lambda x: x, 1)(A), ShapeError, "argnums=1"),
        (lambda: jacobian(lambda x: {"y": None})(A), KindError, "gave NoneType"),
        (lambda: grad(lambda x: {"y": x})(2.0), KindError, "gave dict"),
        (lambda: hessian(lambda x: x)(A), ShapeError, r"scalar.*\(3,\)"),
        (lambda: hvp(lambda x: x, A, A), ShapeError, r"scalar.*\(3,\)"),
        (lambda: hvp(total, A, B), ShapeError, r"direction of shape \(2, 3\)"),
        (lambda: elementwise_grad(lambda x: None)(A), KindError, "None"),
        (lambda: value_and_grad(lambda x: x)(A), ShapeError, r"scalar.*\(3,\)"),
    ],
)
def test_errors_are_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()
