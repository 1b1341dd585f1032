"""Conventions where samples meet: at the places of an interpolation and beyond them, at ties so far, at jumps."""

import numpy as np
import pytest

from autograd_mini import Tensor, Value, gradients, sum

from ..support.oracles import mp

XP, FP = [0.0, 1.0, 3.0], [5.0, 2.0, 4.0]


def slopes(function, *numbers):
    """The gradient of the sum of what the function gives, for each of its inputs, as lists."""
    leaves = [Tensor(x) for x in numbers]
    z = function(*leaves)
    found = gradients(z, np.ones(z.shape))
    return [found.get(leaf, np.zeros(leaf.shape)).tolist() for leaf in leaves]


@pytest.mark.parametrize(
    ("x", "slope", "weights"),
    [
        (0.0, -3.0, [1.0, 0.0, 0.0]),
        (1.0, 1.0, [0.0, 1.0, 0.0]),
        (3.0, 1.0, [0.0, 0.0, 1.0]),
        (-0.5, 0.0, [1.0, 0.0, 0.0]),
        (9.0, 0.0, [0.0, 0.0, 1.0]),
        (-np.inf, 0.0, [1.0, 0.0, 0.0]),
        (np.inf, 0.0, [0.0, 0.0, 1.0]),
    ],
)
def test_at_a_place_the_line_to_its_right_counts_and_beyond_the_ends_none(x, slope, weights):
    assert np.interp(x, XP, Tensor(FP)).item() == np.interp(x, XP, FP)
    by_x, by_fp, by_xp = slopes(lambda x, fp, xp: np.interp(x, xp, fp), [x], FP, XP)
    assert (by_x, by_fp) == ([slope], weights)
    assert np.isfinite(by_xp).all()
    if 0.0 <= x <= 3.0:
        assert by_xp == [-slope * w for w in weights]


def test_what_is_given_for_beyond_the_ends_is_handed_its_gradient():
    left, right = Value(7.0), Value(8.0)
    z = np.interp(Tensor([-1.0, 0.0, 3.0, 4.0, 5.0]), XP, FP, left, right)
    assert z.data.tolist() == [7.0, 5.0, 4.0, 8.0, 8.0]
    found = gradients(sum(z))
    assert (found[left], found[right]) == (1.0, 2.0)


def test_a_place_that_stands_twice_is_a_jump_to_the_later_line():
    xp, fp = [0.0, 1.0, 1.0, 2.0], [0.0, 1.0, 5.0, 7.0]
    assert np.interp(Tensor([1.0, 0.5]), xp, fp).data.tolist() == np.interp([1.0, 0.5], xp, fp).tolist()
    assert slopes(lambda x: np.interp(x, xp, fp), [1.0, 0.5]) == [[2.0, 1.0]]
    with np.errstate(divide="ignore", invalid="ignore"):
        assert np.isnan(np.interp(Tensor([1.0]), xp[:3], fp[:3]).data).all()  # there is no later one


def test_one_point_alone_is_everywhere():
    assert np.interp(Tensor([0.0, 1.0, 2.0]), [1.0], [4.0]).data.tolist() == [4.0, 4.0, 4.0]
    assert slopes(lambda x, fp: np.interp(x, [1.0], fp, 0.0), [0.0, 1.0, 2.0], [4.0]) == [[0.0, 0.0, 0.0], [2.0]]


@pytest.mark.parametrize("far", [0.0, 1e6, -1e6])
def test_within_a_period_there_are_no_ends(far):
    xp, fp, x = np.array([10.0, 370.0, 200.0]), np.array([1.0, 3.0, 2.0]), np.array([5.0, 359.0, 100.0]) + 360.0 * far
    found = np.interp(Tensor(x), xp, Tensor(fp), period=-360.0).data
    np.testing.assert_allclose(found, np.interp(x, xp, fp, period=-360.0), rtol=1e-12)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_what_is_the_largest_so_far_more_than_once_shares(sign):
    running = np.maximum.accumulate if sign > 0 else np.minimum.accumulate
    x = sign * np.array([2.0, 1.0, 2.0, 3.0, 3.0, 0.0])
    assert slopes(running, x) == [[1.0 + 1.0 + 0.5, 0.0, 0.5, 1.0 + 0.5 + 0.5, 0.5 + 0.5, 0.0]]
    assert slopes(running, [1.0, np.nan, 2.0]) == [[1.0, 2.0, 0.0]]
    assert slopes(running, [np.inf, -np.inf]) == [[1.0, 1.0] if sign < 0 else [2.0, 0.0]]


def test_angles_that_jump_move_as_before():
    angles = [0.0, 6.0, 12.0, 18.0]
    assert np.unwrap(Tensor(angles)).data.tolist() == np.unwrap(angles).tolist()
    assert slopes(np.unwrap, angles) == [[1.0, 1.0, 1.0, 1.0]]


def test_a_power_0_of_0_is_flat():
    assert slopes(np.vander, [0.0, 1.0, 2.0]) == [[1.0, 3.0, 5.0]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_vectors_of_two_numbers_lie_in_the_plane(dtype):
    x, y = Tensor(np.array([2.0, 3.0], dtype)), Tensor(np.array([[5.0, 7.0], [1.0, 0.5]], dtype))
    z = np.cross(x, y)
    assert (z.data.tolist(), z.dtype) == ([-1.0, -2.0], dtype)
    found = gradients(sum(z))
    assert (found[x].tolist(), found[y].tolist()) == ([7.5, -6.0], [[-3.0, 2.0], [-3.0, 2.0]])
    with_a_third = np.cross(x, np.array([5.0, 7.0, 1.0], dtype))
    assert with_a_third.data.tolist() == [3.0, -2.0, -1.0]


def test_leading_zeros_of_a_product_of_polynomials_stay():
    assert np.polymul(Tensor([0.0, 2.0]), [1.0, 3.0]).data.tolist() == [0.0, 2.0, 6.0]


@pytest.mark.parametrize("n", [3, 200])
def test_long_polynomials_are_as_right_as_short_ones(n):
    p, x = np.random.default_rng(n).normal(size=n), 0.75
    exact = mp.polyval([mp.mpf(c) for c in p], mp.mpf(x))
    terms = np.sum(np.abs(p) * x ** np.arange(n)[::-1])
    assert abs(np.polyval(Tensor(p), x).item() - float(exact)) <= 2 * n * np.finfo(float).eps * terms
