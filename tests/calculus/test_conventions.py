"""Values and derivatives at edges of reductions, choices and whole numbers: rows of the table of conventions."""

import builtins
import math
import operator
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd_mini import (
    ShapeError,
    Tensor,
    Value,
    concatenate,
    cumprod,
    einsum,
    exp,
    grad,
    gradients,
    hessian,
    jacobian,
    linalg,
    log_softmax,
    logsumexp,
    max,
    mean,
    min,
    multiply,
    prod,
    sigmoid,
    sign,
    softmax,
    softplus,
    sqrt,
    stack,
    sum,
    tanh,
    where,
)
from autograd_mini.node import Node
from autograd_mini.reverse import history

from ..support.kinds import KINDS, derivatives, inf, nan, of_every_kind, same, weights_of, without_warnings
from ..support.oracles import mp

# Reductions

few_numbers = hnp.arrays(
    np.float64, hnp.array_shapes(max_dims=2, max_side=4), elements=st.sampled_from([0.0, 1.0, 2.0])
)


@pytest.mark.parametrize(("ours", "numpys"), [(max, np.max), (min, np.min)], ids=["max", "min"])
@given(x=few_numbers, data=st.data())
def test_ties_share_equally(ours, numpys, x, data):
    axis = data.draw(st.sampled_from([None, *range(x.ndim)]))
    leaf = Tensor(x)
    z = ours(leaf, axis=axis)
    weights = gradients(z, np.ones(z.shape))[leaf]
    chosen = x == numpys(x, axis=axis, keepdims=True)
    same(weights > 0, chosen)
    np.testing.assert_array_max_ulp(weights.sum(axis=axis), np.ones(z.shape), 2)
    same(weights, chosen / chosen.sum(axis=axis, keepdims=True))


@pytest.mark.parametrize("extreme", [max, min])
def test_nan_is_the_extreme_element(extreme):
    same(extreme(Tensor([nan, 1.0])).data, nan)
    same(weights_of(extreme, [nan, 1.0]), [1.0, 0.0])
    same(weights_of(extreme, [nan, 1.0, nan]), [0.5, 0.0, 0.5])


@pytest.mark.parametrize("extreme", [max, min])
@pytest.mark.parametrize(("shape", "axis"), [((0,), None), ((0, 2), 0), ((2, 0), 1), ((2, 0), (0, 1))])
def test_the_extreme_element_of_nothing_is_an_error_that_names_the_shape(extreme, shape, axis):
    with pytest.raises(
        ShapeError, match=rf"^{extreme.__name__} .*\({shape[0]}, ?{'' if len(shape) < 2 else shape[1]}\)"
    ):
        extreme(Tensor(np.zeros(shape)), axis=axis)


def test_the_sum_of_nothing():
    leaf = Tensor(np.zeros((2, 0)))
    z = sum(leaf, axis=1)
    same(z.data, [0.0, 0.0])
    g = gradients(z, np.ones(2))[leaf]
    assert (g.shape, g.dtype) == ((2, 0), np.float64)
    same(sum(Tensor([])).data, 0.0)


@pytest.mark.filterwarnings("ignore:Mean of empty slice:RuntimeWarning")
@pytest.mark.parametrize("axis", [None, 0])
def test_the_mean_of_nothing_is_nan_as_numpys(axis):
    leaf = Tensor(np.zeros((0, 2)))
    with np.errstate(invalid="ignore"):
        z = mean(leaf, axis=axis)
        same(z.data, np.mean(leaf.data, axis=axis))
    assert gradients(z, np.ones(z.shape))[leaf].shape == (0, 2)


@without_warnings
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("x", [[1000.0, 1000.0], [-1000.0, 1000.0], [-1000.0, -1000.0, -1001.0]])
def test_large_numbers_do_not_overflow(x, dtype):
    exact = [mp.mpf(number) for number in x]
    total = mp.log(mp.fsum(map(mp.exp, exact)))
    weights = np.array([mp.exp(number - total) for number in exact], dtype=np.float64)
    eps = 2000 * float(np.finfo(dtype).eps)  # the last place of a thousand is a relative error of its exponential
    leaf = Tensor(np.array(x, dtype))
    np.testing.assert_allclose(logsumexp(leaf).item(), float(total), rtol=float(np.finfo(dtype).eps))
    for found in (weights_of(logsumexp, leaf.data), softmax(leaf).data):
        assert found.dtype == dtype
        np.testing.assert_allclose(found, weights, rtol=eps, atol=0)
        np.testing.assert_allclose(found.sum(), 1.0, rtol=eps)
    expected = [float(number - total) for number in exact]
    np.testing.assert_allclose(log_softmax(leaf).data, expected, rtol=eps, atol=eps)
    first = weights_of(lambda t: log_softmax(t)[0], leaf.data)
    np.testing.assert_allclose(first, [1.0, *[0.0] * (len(x) - 1)] - weights, rtol=eps, atol=eps)


@without_warnings
@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_sum_of_vanished_exponentials(count):
    x = [-inf] * count
    same(logsumexp(Tensor(x)).data, -inf)
    same(weights_of(logsumexp, x), [1 / count] * count)
    same(weights_of(lambda t: sum(logsumexp(t, axis=0)), [[-inf, -inf], [-inf, 0.0]]), [[0.5, 0.0], [0.5, 1.0]])


# Choices


@of_every_kind
@pytest.mark.parametrize("x", [-2.0, 0.0, 3.0])
def test_sign_and_comparisons_are_plain_numbers(kind, x):
    node, one = kind(x), kind(1.0)
    same(sign(node).data, np.sign(np.broadcast_to(x, node.shape)))
    answers = [
        node == one,
        node != one,
        node < one,
        node <= one,
        node > one,
        node >= one,
        node < 1.0,
        operator.lt(1.0, node),
    ]
    assert not any(isinstance(answer, Node) for answer in answers)
    same([bool(np.all(answer)) for answer in answers], [x == 1, x != 1, x < 1, x <= 1, x > 1, x >= 1, x < 1, x > 1])
    same(derivatives(lambda t: t * sign(t), kind, x)[1], np.sign(x))


def test_of_two_values_the_other_branch_is_not_recorded():
    taken, other = Value(2.0), Value(3.0)
    for root in (where(True, taken, exp(other)), where(np.False_, exp(other), taken), where(taken > 1, taken, other)):
        assert root is taken
        assert history(root) == [taken]


@pytest.mark.parametrize("condition", [[True, False, True], [False, False, False], [True, True, True]])
def test_of_two_tensors_each_element_of_the_branch_taken_gets_the_gradient(condition):
    x, y = Tensor([1.0, 2.0, 3.0]), Tensor([4.0, 5.0, 6.0])
    found = gradients(where(np.array(condition), x, y), np.array([10.0, 20.0, 30.0]))
    same(found[x], np.where(condition, [10.0, 20.0, 30.0], 0.0))
    same(found[y], np.where(condition, 0.0, [10.0, 20.0, 30.0]))


def test_where_of_raw_numbers_has_one_dtype_whichever_is_taken():
    for condition, x, y in product([True, False], [np.float32(2.0), 2.0], [np.float32(3.0), np.float64(3.0), 3.0]):
        chosen, expected = where(condition, x, y), np.where(condition, x, y)
        assert (chosen, np.asarray(chosen).dtype) == (expected, expected.dtype)


@pytest.mark.parametrize("x", [0.0, -1.0])
def test_where_does_not_guard_the_argument_of_the_branch_not_taken(x):
    def guarded(t):
        return where(t > 0, sqrt(t), 0.0)

    with np.errstate(invalid="ignore"):
        same(derivatives(guarded, Value, x), [0.0, 0.0])
        same(derivatives(guarded, KINDS["array"], x), [0.0, nan])
        cured = derivatives(lambda t: where(t > 0, sqrt(where(t > 0, t, 1.0)), 0.0), KINDS["array"], x)
    same(cured, [0.0, 0.0])


@pytest.mark.parametrize("index", [[0, 2, 0], np.array([[0, 0], [2, 0]]), ([2, 2, 2],)])
def test_what_is_picked_twice_gets_both_contributions(index):
    x = Tensor([1.0, 2.0, 3.0])
    picked = x[index]
    upstream = np.arange(1.0, picked.data.size + 1).reshape(picked.shape)
    places = np.arange(3)[index]
    same(gradients(picked, upstream)[x], [upstream[places == i].sum() for i in range(3)])


def test_one_value_stacked_twice_gets_both_contributions():
    x = Value(2.0)
    same(gradients(stack([x, x, Value(1.0)]), np.array([1.0, 10.0, 100.0]))[x], 11.0)


# Integers and booleans


@pytest.mark.parametrize("number", [3, True, np.int8(3), np.True_, np.array(3)], ids=lambda x: type(x).__name__)
def test_a_whole_number_becomes_a_float(number):
    for node in (Value(number), Tensor(number)):
        assert (type(node.data), np.asarray(node.data).dtype) == (type(node.data), np.float64)
        same(node.data, float(number))
        same(gradients(multiply(node, node))[node], 2 * float(number))


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.bool_])
def test_a_leaf_of_whole_numbers_is_a_leaf_of_floats(dtype):
    leaf = Tensor(np.array([0, 1, 1], dtype))
    assert leaf.data.dtype == np.float64
    same(weights_of(lambda t: sum(t * t), np.array([0, 1, 1], dtype)), [0.0, 2.0, 2.0])


@pytest.mark.parametrize("function", [exp, tanh, sigmoid, softplus, sqrt, logsumexp, softmax, log_softmax, mean])
@pytest.mark.parametrize(
    "whole", [np.array([1, 3, 0]), np.array([1, 3, 0], np.int8), np.array([True, True, False]), [1, 3, 0]], ids=repr
)
def test_whole_numbers_give_what_floats_give(function, whole):
    expected = function(np.array(whole, np.float64))
    found = function(whole)
    assert (np.asarray(found).dtype, np.shape(found)) == (np.float64, np.shape(expected))
    same(found, expected)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("whole", [2, True, np.array([1, 0, 3]), np.array([True, False, True]), np.int64(3)], ids=repr)
def test_whole_numbers_meet_a_tensor_as_in_numpy(dtype, whole):
    leaf = Tensor(np.array([1.0, 2.0, 3.0], dtype))
    for scaled in (leaf * whole, whole * leaf):
        expected = leaf.data * whole
        assert scaled.dtype == expected.dtype
        same(scaled.data, expected)
        g = gradients(sum(scaled))[leaf]
        assert g.dtype == dtype
        same(g, np.broadcast_to(whole, (3,)))


def test_log_softmax_keeps_the_digits_beside_a_large_peak() -> None:
    """log(1 - tiny) is -tiny, however large the numbers are."""
    assert log_softmax(np.array([1000.0, 960.0]))[0] == pytest.approx(-math.exp(-40.0), rel=1e-12)


@pytest.mark.parametrize(("condition", "taken", "slope"), [(1.0, 0, 3.0), (0.0, 1, 3.0)])
def test_where_hands_nothing_to_the_branch_of_a_number_not_taken(condition, taken, slope):
    x = Value(0.0)
    branches = [sqrt(x), sqrt(x)]  # whose slope is infinite: 0 · inf would be nan
    branches[taken] = 3.0 * x
    assert gradients(where(Value(condition), *branches))[x] == slope


def test_third_derivatives_of_prod_as_cumprod_makes_them_are_other_factors():
    x, a, b = np.array([2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0]), np.array([1.0, -1.0, 2.0])
    thirds = np.zeros((3, 3, 3))
    for order in permutations(range(3)):
        thirds[order] = 1.0
    same(jacobian(hessian(prod))(x), thirds)
    along = lambda f, direction: lambda x: sum(grad(f)(x) * direction)
    same(grad(along(along(prod, a), b))(x), np.einsum("ijk,i,j->k", thirds, a, b))


def leibniz(x):
    """The determinant by its definition: exact for whole numbers, and linear in each element."""
    terms = ((np.linalg.det(np.eye(len(x))[list(order)]), order) for order in permutations(range(len(x))))
    return builtins.sum(round(sign) * np.prod([x[i, j] for i, j in enumerate(order)]) for sign, order in terms)


def mixed(x, cells):
    """The derivative of the determinant by these elements, by differences: exact for what is linear in each."""
    units = [np.zeros_like(x) for _ in cells]
    for unit, cell in zip(units, cells, strict=True):
        unit[cell] = 1.0
    corners = np.ndindex((2,) * len(cells))
    signed = ((-1.0) ** (len(cells) - np.sum(c)) * leibniz(x + np.tensordot(c, units, 1)) for c in corners)
    return 0.0 if len({*cells}) < len(cells) else builtins.sum(signed)


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_the_determinant_of_a_singular_matrix_has_higher_derivatives_too(rank):
    x = np.array([[1.0, 2.0, 3.0], [2.0, -1.0, 1.0], [3.0, 1.0, 4.0]]) if rank == 2 else rank * np.ones((3, 3))
    cells = list(np.ndindex(3, 3))
    seconds = np.array([[mixed(x, (c, d)) for d in cells] for c in cells])
    thirds = np.array([[[mixed(x, (c, d, e)) for e in cells] for d in cells] for c in cells])
    a, b = np.arange(9.0).reshape(3, 3) - 4.0, np.array([[1.0, 0.0, 2.0], [0.0, -1.0, 1.0], [3.0, 1.0, 1.0]])
    along = lambda f, direction: lambda x: sum(grad(f)(x) * direction)
    near = lambda found, expected: np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    near(hessian(linalg.det)(x).reshape(9, 9), seconds)
    near(grad(along(linalg.det, a))(x).ravel(), seconds @ a.ravel())
    near(grad(along(along(linalg.det, a), b))(x).ravel(), np.einsum("ijk,i,j->k", thirds, a.ravel(), b.ravel()))


@pytest.mark.parametrize("one", [np.array([5.0]), np.array([[5.0]])])
def test_a_diagonal_of_einsum_beside_a_length_of_one(one):
    x = Tensor(np.arange(9.0).reshape(3, 3))
    z = einsum("ii,i->i" if one.ndim == 1 else "ii,ji->i", x, one)
    same(z.data, 5.0 * np.diagonal(x.data))
    same(gradients(z, np.ones(3))[x], 5.0 * np.eye(3))


@pytest.mark.parametrize("join", [concatenate, stack])
def test_concatenate_and_stack_of_one_node_add_up(join):
    x = Tensor([1.0, 2.0])
    z = join([x, x, x])
    same(gradients(z, np.arange(6.0).reshape(z.shape))[x], [0.0 + 2.0 + 4.0, 1.0 + 3.0 + 5.0])


@without_warnings
def test_cumprod_forgets_what_overflows_at_a_zero():
    leaf = Tensor(np.array([10.0] * 20 + [0.0] + [10.0] * 200, np.float32))
    g = gradients(sum(cumprod(leaf)))[leaf]
    assert np.isfinite(g[:20]).all()
    same(g[21:], np.zeros(200))
