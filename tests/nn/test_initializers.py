"""Initializers: the spread that their names promise, for matrices and kernels."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError

VARIANCES = {
    nn.he_normal: lambda fan_in, fan_out: 2 / fan_in,
    nn.he_uniform: lambda fan_in, fan_out: 2 / fan_in,
    nn.xavier_normal: lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    nn.xavier_uniform: lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    nn.lecun_normal: lambda fan_in, fan_out: 1 / fan_in,
    nn.lecun_uniform: lambda fan_in, fan_out: 1 / fan_in,
    nn.normal(0.3): lambda fan_in, fan_out: 0.09,
}
NAMES = [getattr(f, "__name__", "normal") for f in VARIANCES]


@pytest.mark.parametrize("initializer", VARIANCES, ids=NAMES)
def test_a_kernel_has_the_variance_of_its_fans(initializer):
    shape = (60, 40, 5, 3)
    drawn = initializer(shape, np.random.default_rng(0))
    variance = VARIANCES[initializer](40 * 15, 60 * 15)
    assert drawn.shape == shape
    # Ten standard errors of 36,000 draws; a normal's variance has the larger one.
    assert abs(drawn.mean()) < 10 * np.sqrt(variance / drawn.size)
    assert abs(drawn.var() / variance - 1) < 10 * np.sqrt(2 / drawn.size)


def test_fans_of_a_matrix_and_of_kernels():
    assert nn.fans((7, 5)) == (7, 5)
    assert nn.fans((16, 8, 3)) == (24, 48)
    assert nn.fans((16, 8, 3, 2)) == (48, 96)


@pytest.mark.parametrize("initializer", [*list(VARIANCES)[:6], nn.orthogonal], ids=[*NAMES[:6], "orthogonal"])
@pytest.mark.parametrize("shape", [(), (3,), (0, 2), 3])
def test_fewer_axes_have_no_fans(initializer, shape):
    with pytest.raises(ShapeError, match=r"two axes, \(inputs, outputs\), or more, none of 0; got "):
        initializer(shape, np.random.default_rng(0))


@pytest.mark.parametrize("shape", [(4, 4), (3, 7), (7, 3), (4, 2, 3, 3), (30, 2, 3)])
def test_orthogonal_has_rows_or_columns_of_length_1_at_right_angles(shape):
    matrix = nn.orthogonal(shape, np.random.default_rng(0)).reshape(shape[0], -1)
    rows, columns = matrix.shape
    gram = matrix @ matrix.T if rows <= columns else matrix.T @ matrix
    np.testing.assert_allclose(gram, np.eye(min(rows, columns)), atol=1e-14)


def test_orthogonal_is_as_often_a_rotation_as_a_mirror_and_each_sign_is_as_likely():
    rng = np.random.default_rng(0)
    drawn = np.array([nn.orthogonal((2, 2), rng) for _ in range(400)])
    # Five standard errors of 400 draws.
    assert abs(np.mean(np.linalg.det(drawn) > 0) - 0.5) < 5 * 0.5 / 20
    assert np.all(np.abs(np.mean(drawn > 0, axis=0) - 0.5) < 5 * 0.5 / 20)


@pytest.mark.parametrize("initializer", [*VARIANCES, nn.orthogonal, nn.zeros], ids=[*NAMES, "orthogonal", "zeros"])
def test_a_seed_repeats_and_layers_take_it(initializer):
    drawn, again = (initializer((3, 4), np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(drawn, again)
    for other in (copy.deepcopy(initializer), pickle.loads(pickle.dumps(initializer))):
        np.testing.assert_array_equal(other((3, 4), np.random.default_rng(5)), drawn)
    layer = nn.Linear(3, 4, initializer=initializer, rng=5, dtype=np.float64)
    np.testing.assert_array_equal(layer.weight.data, drawn)


def test_zeros_and_a_spread_of_0():
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(nn.zeros((2, 3), rng), np.zeros((2, 3)))
    np.testing.assert_array_equal(nn.zeros((3,), rng), np.zeros(3))
    np.testing.assert_array_equal(nn.normal(0)((2, 3), rng), np.zeros((2, 3)))


@pytest.mark.parametrize("std", [-1.0, float("nan"), float("inf"), "a", None, (3, 4)])
def test_what_is_no_spread(std):
    with pytest.raises(
        ValueError if type(std) is float else KindError, match="normal takes as std a finite number, 0 or"
    ):
        nn.normal(std)
