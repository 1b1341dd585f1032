"""Conventions at the edges of what arrays do: lengths of zero, products with zeros, singular matrices, masks."""

from fractions import Fraction
from itertools import permutations
from math import prod as product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd_mini import (
    Tensor,
    Value,
    add_at,
    cumprod,
    diagonal,
    gradients,
    hessian,
    jvp,
    linalg,
    log,
    max,
    max_pool2d,
    mean,
    min,
    multiply,
    norm,
    prod,
    relu,
    set_at,
    std,
    sum,
    var,
    where,
)
from autograd_mini.calculus.reductions import euclidean_norm

from ..support.oracles import mp

DTYPES = [np.float32, np.float64]
every_dtype = pytest.mark.parametrize("dtype", DTYPES)
small = st.integers(-4, 4).map(float)


def slopes(function, x):
    """The gradient of the sum of what the function gives, as lists."""
    leaf = Tensor(x)
    g = gradients(sum(function(leaf)))[leaf]
    assert g.dtype == leaf.dtype
    return g.tolist()


def curvature_along(function, x, v):
    """The second derivative of the sum of what the function gives, along v."""
    leaf = Tensor(x)
    along = sum(multiply(gradients(sum(function(leaf)), differentiable=True)[leaf], v))
    return gradients(along).get(leaf, np.zeros(leaf.shape))  # from a sign no path leads on


def near(found, expected, dtype=np.float64):
    """The same but for rounding."""
    np.testing.assert_allclose(found, expected, rtol=4 * np.finfo(dtype).eps)


# Lengths and spreads


@every_dtype
@pytest.mark.parametrize("length", [euclidean_norm, norm, lambda x: norm(x, 2), lambda x: norm(x, 1), std, var])
def test_no_length_has_no_slope(length, dtype):
    x = np.zeros(3, dtype)
    assert slopes(length, x) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("length", [norm, std, lambda x: norm(x) ** 2, lambda x: std(x) ** 2, lambda x: norm(x) ** 4])
def test_at_the_tip_of_the_cone_there_is_no_second_derivative(length):
    assert np.isnan(curvature_along(length, np.zeros(3), [1.0, 2.0, 3.0])).all()


def test_at_a_kink_of_a_sum_of_magnitudes_the_slope_is_flat():
    assert curvature_along(lambda x: norm(x, 1), np.zeros(3), [1.0, 2.0, 3.0]).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("x", [[2.0], [[1.0], [5.0]]])
def test_the_spread_of_one_number_alone_is_0_to_every_order(x):
    x, spread = np.array(x), lambda x: std(x, -1)
    assert np.all(hessian(lambda x: spread(x).sum())(x) == 0.0)
    moved = lambda x: jvp(spread, (x,), (np.ones_like(x),))[1]
    assert np.all(jvp(moved, (x,), (np.ones_like(x),))[1] == 0.0)
    assert np.all(jvp(lambda x: jvp(moved, (x,), (x,))[1], (x,), (x,))[1] == 0.0)


@every_dtype
def test_one_zero_vector_does_not_touch_its_neighbours(dtype):
    x = np.array([[0.0, 0.0], [3.0, 4.0]], dtype)
    near(slopes(lambda t: norm(t, axis=1), x), [[0.0, 0.0], [0.6, 0.8]], dtype)
    x = np.array([[7.0, 7.0], [1.0, 3.0]], dtype)
    near(slopes(lambda t: std(t, axis=1), x), [[0.0, 0.0], [-0.5, 0.5]], dtype)


@every_dtype
@pytest.mark.parametrize("share", [0.0, 0.01, 0.2, 0.24, 0.26, 0.45, 0.5, 0.55, 0.74, 0.76, 0.99, 1.0])
def test_lengths_of_all_magnitudes(share, dtype):
    limits = np.finfo(dtype)
    size = 2.0 ** round(limits.minexp + 3 + share * (limits.maxexp - limits.minexp - 8))
    x = np.array([3.0, -4.0, 0.1], dtype) * dtype(size)
    exact = [mp.mpf(float(a)) for a in x]
    length = mp.sqrt(mp.fsum(a * a for a in exact))
    near(norm(x), float(length), dtype)
    near(slopes(norm, x), [float(a / length) for a in exact], dtype)
    middle = mp.fsum(exact) / 3
    spread = mp.sqrt(mp.fsum((a - middle) ** 2 for a in exact) / 3)
    near(std(x), float(spread), dtype)
    near(slopes(std, x), [float((a - middle) / 3 / spread) for a in exact], dtype)
    if 0.1 < share < 0.9:  # elsewhere 1 / length or the second derivative times v leaves the range
        u = np.array([float(a / length) for a in exact])
        bent = curvature_along(norm, x, [1.0, 2.0, 3.0])
        assert np.abs(bent * float(length) - (np.eye(3) - np.outer(u, u)) @ [1, 2, 3]).max() < 32 * limits.eps


@every_dtype
def test_lengths_of_all_magnitudes_side_by_side(dtype):
    large, small = np.finfo(dtype).max / 16, np.finfo(dtype).tiny
    x = np.array([[3 * large, 4 * large], [3.0, 4.0], [0.0, 0.0], [3 * small, 4 * small]], dtype)
    near(norm(x, axis=1), [5 * large, 5.0, 0.0, 5 * small], dtype)
    near(slopes(lambda t: norm(t, axis=1), x), [[0.6, 0.8], [0.6, 0.8], [0.0, 0.0], [0.6, 0.8]], dtype)


@pytest.mark.parametrize("x", [[np.inf, 1.0], [np.nan, 1.0], [np.inf, np.nan], [1e-300, -np.inf]])
def test_a_length_without_end_is_numpys(x):
    np.testing.assert_equal(norm(Tensor(x)).data, np.linalg.norm(x))


def test_a_length_too_large_says_so():
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert norm(np.full(4, 1e308)) == np.inf


@given(hnp.arrays(float, (3, 4), elements=st.floats(1e-100, 1e100)))
def test_a_length_of_daily_life_is_numpys_to_the_last_bit(x):
    for axis in (0, 1, None):
        assert np.array_equal(norm(x, axis=axis), np.sqrt(np.sum(x * x, axis=axis)))


def test_norm_of_the_largest_shares_among_ties():
    assert slopes(lambda t: norm(t, np.inf), [3.0, -3.0, 1.0]) == [0.5, -0.5, 0.0]


def test_of_a_window_too_the_largest_share():
    assert slopes(lambda t: max_pool2d(t, 2), [[[[1.0, 3.0], [3.0, 2.0]]]]) == [[[[0.0, 0.5], [0.5, 0.0]]]]
    beside_padding = lambda t: max_pool2d(t, 2, padding=1)
    assert slopes(beside_padding, [[[[-np.inf]]]]) == [[[[0.25]]]]
    assert slopes(beside_padding, [[[[-1.0]]]]) == [[[[1.0]]]]


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("of_all", [sum, prod, mean, std, var, max, min, norm])
def test_what_is_made_of_one_value_is_a_value(of_all, keepdims):
    x = Value(-2.0)
    z = of_all(x, keepdims=keepdims)
    assert (type(z), z.data) == (Value, of_all(Tensor(-2.0)).item())
    assert type(gradients(z)[x]) is float
    assert gradients(z)[x] == slopes(of_all, -2.0)


def test_the_spread_of_one_number_is_zero():
    x = Value(3.0)
    for spread in (std, var):
        z = spread(x)
        assert (z.item(), gradients(z)[x]) == (0.0, 0.0)


# Products


@pytest.mark.parametrize(
    ("x", "derivative"),
    [([0.0, 2.0, 3.0], [6.0, 0.0, 0.0]), ([0.0, 0.0, 3.0], [0.0, 0.0, 0.0]), ([0.0], [1.0]), ([], [])],
)
def test_a_product_with_zeros(x, derivative):
    assert slopes(prod, x) == derivative


@given(hnp.arrays(float, st.integers(0, 6), elements=small))
def test_a_product_of_whole_numbers_is_exact_to_the_second_order(x):
    others = [product(x[j] for j in range(len(x)) if j != i) for i in range(len(x))]
    assert prod(Tensor(x)).item() == product(x)
    assert slopes(prod, x) == others
    for i in range(len(x)):
        v = np.eye(len(x))[i]
        left = [product(x[k] for k in range(len(x)) if k not in (i, j)) if i != j else 0.0 for j in range(len(x))]
        if len(x) > 1:
            assert curvature_along(prod, x, v).tolist() == left


def test_running_products_with_zeros():
    assert slopes(cumprod, [2.0, 0.0, 3.0]) == [1.0, 2.0 + 2.0 * 3.0, 0.0]


# Empty axes


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (sum, [0.0, 0.0]),
        (prod, [1.0, 1.0]),
        (norm, [0.0, 0.0]),
        (lambda x, axis: max(x, axis, initial=2.0), [2.0, 2.0]),
    ],
)
def test_an_empty_axis(function, expected, dtype):
    x = Tensor(np.empty((0, 2), dtype))
    z = function(x, axis=0)
    assert (z.data.tolist(), z.dtype) == (expected, dtype)
    assert gradients(sum(z))[x].shape == (0, 2)


# Determinants


def cofactors(x):
    """The exact derivative of the determinant of a matrix of whole numbers, by permutations."""
    n, x = len(x), np.asarray(x).tolist()
    found = [[Fraction(0)] * n for _ in range(n)]
    for order in permutations(range(n)):
        sign = (-1) ** np.sum([order[i] > order[j] for i in range(n) for j in range(i, n)])
        for i in range(n):
            found[i][order[i]] += sign * product(Fraction(x[k][order[k]]) for k in range(n) if k != i)
    return np.array(found, dtype=float).reshape(n, n)


SINGULAR = {
    "zero": np.zeros((3, 3)),
    "a number": np.zeros((1, 1)),
    "rank 1": np.outer([1.0, 2.0, 3.0], [1.0, -1.0, 2.0]),
    "rank 2": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]],
    "a zero row": [[1.0, 2.0], [0.0, 0.0]],
    "of order 4": np.arange(16.0).reshape(4, 4) ** 2 % 7 * [[1.0], [1.0], [1.0], [0.0]],
}


@every_dtype
@pytest.mark.parametrize("x", SINGULAR.values(), ids=SINGULAR)
def test_the_determinant_of_a_singular_matrix_has_a_derivative(x, dtype):
    x = np.array(x, dtype)
    truth = cofactors(x)
    found = slopes(linalg.det, x)
    np.testing.assert_allclose(found, truth, rtol=0, atol=32 * np.finfo(dtype).eps * np.max(np.abs(truth), initial=1.0))


@given(hnp.arrays(float, (3, 3), elements=small), hnp.arrays(float, (3, 3), elements=small))
def test_the_determinant_of_any_matrix_of_whole_numbers(x, v):
    eps, truth = np.finfo(float).eps, cofactors(x)
    conditioned = np.linalg.cond(x, 1) if np.linalg.cond(x, 1) < eps**-0.5 else 1.0  # else the minors are taken
    tolerance = 16 * eps * conditioned * 32.0
    np.testing.assert_allclose(slopes(linalg.det, x), truth, rtol=0, atol=tolerance)
    along = (cofactors(x + v) - cofactors(x - v)) / 2  # exact: the second derivative is linear in x, the third constant
    np.testing.assert_allclose(curvature_along(linalg.det, x, v), along, rtol=0, atol=tolerance * 64.0)


def test_a_singular_matrix_among_others():
    x = np.stack([np.ones((2, 2)), 2 * np.eye(2)])
    near(slopes(linalg.det, x), [cofactors(one) for one in x])


# The Cholesky factor


def test_the_cholesky_factor_is_a_function_of_the_symmetric_part():
    x = np.array([[4.0, 1.0], [2.0, 5.0]])
    symmetric = (x + x.T) / 2
    np.testing.assert_array_equal(linalg.cholesky(Tensor(x)).data, np.linalg.cholesky(symmetric))
    g = np.array(slopes(linalg.cholesky, x))
    np.testing.assert_array_equal(g, g.T)
    # As a function of any x the logarithm of its determinant has the derivative of that of the symmetric part.
    near(slopes(lambda t: 2.0 * sum(log(diagonal(linalg.cholesky(t)))), x), np.linalg.inv(symmetric))


@every_dtype
@pytest.mark.parametrize("number", [0, 0.0, True])
def test_a_number_chosen_beside_an_array_leaves_its_dtype_alone(dtype, number):
    x = Tensor(np.ones(2, dtype))
    for chosen in (where([True, False], x, number), np.where([False, True], number, x)):
        assert (chosen.dtype, chosen.data.tolist()) == (dtype, [1.0, float(number)])


# Items put and added


@every_dtype
def test_a_number_put_into_an_array_leaves_its_dtype_alone(dtype):
    x = Tensor(np.zeros(2, dtype))
    for put in (add_at, set_at):
        for number in (1.5, Value(1.5)):
            assert (put(x, 0, number).dtype, put(x, 0, number).data.tolist()) == (dtype, [1.5, 0.0])
        assert put(np.zeros(2, int), 0, 1.5).tolist() == [1.5, 0.0]
    assert np.isnan(set_at(Tensor([np.nan, np.nan]), 0, 1.0).data).tolist() == [False, True]


# Masks


@every_dtype
@pytest.mark.parametrize(
    ("function", "derivative"),
    [
        (lambda t, m: t.sum(where=m), [1.0, 0.0, 1.0]),
        (lambda t, m: t.mean(where=m), [0.5, 0.0, 0.5]),
        (lambda t, m: t.prod(where=m), [4.0, 0.0, 2.0]),
        (lambda t, m: t.max(where=m, initial=0.0), [0.0, 0.0, 1.0]),
        (lambda t, m: t.min(where=m, initial=2.0), [0.5, 0.0, 0.0]),  # a tie with the initial number
        (lambda t, m: t.var(where=m), [-1.0, 0.0, 1.0]),
        (lambda t, m: t.std(where=m), [-0.5, 0.0, 0.5]),
    ],
)
@pytest.mark.parametrize("left_out", [9.0, np.inf, np.nan])
def test_what_a_mask_leaves_out_has_no_say(function, derivative, left_out, dtype):
    mask, x = np.array([True, False, True]), np.array([2.0, left_out, 4.0], dtype)
    t = Tensor(x)
    z = function(t, mask)
    expected = function(x, mask)
    assert z.dtype == expected.dtype
    near(z.data, expected, dtype)
    near(slopes(lambda t: function(t, mask), x), derivative, dtype)


@pytest.mark.parametrize("extreme", [max, min])
def test_an_extreme_of_nothing_is_the_initial_number(extreme):
    mask = np.array([[True, True], [False, False]])
    assert slopes(lambda t: extreme(t, 1, initial=7.0, where=mask), np.full((2, 2), 7.0)) == [
        [1 / 3, 1 / 3],
        [0.0, 0.0],
    ]


def test_the_mean_of_nothing_is_not_a_number():
    with np.errstate(all="ignore"):
        z = mean(Tensor([1.0, 2.0]), where=np.array([False, False]))
    assert np.isnan(z.item())


@pytest.mark.parametrize("also", [[], [np.nan]])
@pytest.mark.parametrize("times", [1, 1000])
def test_relu_is_flat_at_0_and_below_however_many_elements_there_are(also, times):
    x = Tensor(np.tile([-np.inf, -1.0, -0.0, 0.0, 5e-324, 2.0, np.inf, *also], times))
    relu(x).sum().backward()
    np.testing.assert_array_equal(x.grad, np.tile([0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, *also], times))


# Choices and ranges


def test_a_function_of_pieces_is_asked_of_its_own_elements_alone():
    found = slopes(lambda t: np.piecewise(t, [t >= 0.0], [np.sqrt]), [-4.0, 4.0, np.nan])
    assert found == [0.0, 0.25, 0.0]


def test_where_several_pieces_claim_an_element_the_last_has_it():
    every = np.array([True, True])
    assert slopes(lambda t: np.piecewise(t, [every, [True, False]], [np.exp, np.negative]), [0.0, 0.0]) == [-1.0, 1.0]


def test_select_computes_what_it_does_not_take():
    with np.errstate(invalid="ignore"):
        found = slopes(lambda t: np.select([t > 0.0], [np.sqrt(t)], -t), [-4.0, 4.0])
    np.testing.assert_array_equal(found, [np.nan, 0.25])


def test_what_is_chosen_takes_the_gradient():
    assert slopes(lambda t: np.choose([0, 0, 1], [t, 3.0 * t]), [1.0, np.nan, 2.0]) == [1.0, 1.0, 3.0]
    assert slopes(lambda t: np.extract([True, False], t), [np.nan, np.inf]) == [1.0, 0.0]
    assert slopes(lambda t: np.compress([False, True], t), [np.nan, np.inf]) == [0.0, 1.0]


@pytest.mark.parametrize(("start", "stop"), [(0.1, 0.7), (-3.0, 1e17), (5e-324, 1.0)])
def test_a_range_ends_at_its_stop(start, stop):
    a, b = Value(start), Value(stop)
    z = np.linspace(a, b, 7)
    assert z.data.tolist() == np.linspace(start, stop, 7).tolist()
    found = gradients(z[-1])
    assert (found.get(a, 0.0), found[b]) == (0.0, 1.0)


def test_powers_of_zero():
    assert slopes(lambda t: np.vander(t, 3)[:, 2], [0.0, 0.0]) == [0.0, 0.0]
    assert slopes(lambda t: np.vander(t, 3)[:, 1], [0.0, 0.0]) == [1.0, 1.0]
    assert slopes(lambda t: np.vander(t, 3)[:, 0], [0.0, 0.0]) == [0.0, 0.0]
