"""The toy sets: what each is made of, and that a small network learns it."""

import inspect

import numpy as np
import pytest

import nn
from autograd_mini import KindError
from nn import toys

CLASSES = {toys.xor: 2, toys.moons: 2, toys.circles: 2, toys.spirals: 2, toys.blobs: 3}
ALL = [*CLASSES, toys.line, toys.sine]
named = pytest.mark.parametrize("toy", ALL, ids=lambda toy: toy.__name__)


@pytest.mark.parametrize("toy", CLASSES, ids=lambda toy: toy.__name__)
def test_points_and_their_classes(toy):
    x, y = toy(31, rng=0)
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((31, 2), np.float32, (31,), np.int64)
    np.testing.assert_array_equal(y, np.arange(31) % CLASSES[toy])


@named
def test_the_same_seed_gives_the_same_set_and_noise_is_what_it_says(toy):
    draws = [toy(4000, rng=rng, noise=0.25) for rng in (0, np.random.default_rng(0), 1)]
    np.testing.assert_array_equal(draws[0][0], draws[1][0])
    np.testing.assert_array_equal(draws[0][1], draws[1][1])
    assert not np.array_equal(draws[0][0], draws[2][0])
    noisy, exact = (toy(4000, rng=0, noise=noise) for noise in (0.25, 0.0))
    added = np.concatenate([(a - b).ravel() for a, b in zip(noisy, exact, strict=True) if a.dtype == np.float32])
    added = added[added != 0]  # of numbers along a line, x has none
    assert len(added) >= 4000
    assert abs(added.std() / 0.25 - 1) < 6 / np.sqrt(2 * len(added))  # six standard deviations
    assert abs(added.mean()) < 6 * 0.25 / np.sqrt(len(added))


def test_without_noise_each_lies_where_its_formula_says():
    options = {"noise": 0.0, "rng": 0}
    x, y = toys.xor(9, **options)
    np.testing.assert_array_equal(y, x[:, 0] != x[:, 1])
    assert len(np.unique(x, axis=0)) == 4

    x, y = toys.moons(200, **options)
    x[y == 1] = [1.0, 0.5] - x[y == 1]
    np.testing.assert_allclose(np.hypot(*x.T), 1.0, rtol=1e-6)
    assert np.all(x[:, 1] >= 0)
    assert x[y == 1, 0].min() < -0.9 < 0.9 < x[y == 1, 0].max()

    x, y = toys.circles(200, inner=0.3, **options)
    np.testing.assert_allclose(np.hypot(*x.T), np.where(y == 1, 0.3, 1.0), rtol=1e-6)
    assert np.all(np.abs(x[y == 0]).max(axis=0) > 0.9)

    x, y = toys.spirals(200, arms=3, turns=1.5, **options)
    radii, angles = np.hypot(*x.T), np.arctan2(x[:, 1], x[:, 0])
    off = angles - 2 * np.pi * (1.5 * radii + y / 3)
    np.testing.assert_allclose(np.exp(1j * off), 1.0, atol=1e-4)
    assert radii.min() < 0.1 < 0.9 < radii.max() <= 1

    x, y = toys.blobs(10, classes=5, **options)
    np.testing.assert_allclose(np.hypot(*x.T), 4.0, rtol=1e-6)
    assert len(np.unique(x, axis=0)) == 5

    x, y = toys.line(50, slope=-3.0, intercept=0.5, **options)
    np.testing.assert_allclose(y, -3 * x + 0.5, rtol=1e-5, atol=1e-6)
    assert x.min() < -0.8 < 0.8 < x.max() <= 1

    x, y = toys.sine(50, **options)
    np.testing.assert_allclose(y, np.sin(x), rtol=1e-5, atol=1e-6)
    assert x.min() < -2.5 < 2.5 < x.max() <= np.pi
    assert (x.shape, y.shape, x.dtype, y.dtype) == ((50, 1), (50, 1), np.float32, np.float32)


@named
def test_a_small_network_learns_it(toy):
    x, y = toy(200, rng=0)
    model = nn.MLP(x.shape[1], [16, 16], CLASSES.get(toy, 1), activation=nn.Tanh, rng=0)
    optimizer = nn.Adam(model.parameters(), 0.02)
    loss = nn.cross_entropy if toy in CLASSES else nn.mse
    step = nn.compile_step(model, loss, optimizer)
    for _ in range(300):
        step(x, y)
    outputs = model(x).data
    assert (nn.accuracy(outputs, y) if toy in CLASSES else nn.r2(outputs, y)) > 0.9


@named
def test_what_is_no_set_is_refused(toy):
    for n in (0, -1, 2.0, True, "a"):
        with pytest.raises(
            ValueError if type(n) is int else KindError,
            match=f"{toy.__name__} takes as n a whole number, 1 or more; got n={n!r}",
        ):
            toy(n)
    for noise in (-0.1, np.inf, np.nan):
        with pytest.raises(ValueError, match=f"{toy.__name__} takes as noise"):
            toy(3, noise=noise)
    for name in {"inner", "turns", "slope", "intercept"} & inspect.signature(toy).parameters.keys():
        with pytest.raises(ValueError, match=f"takes as {name} a finite number; got {name}=nan"):
            toy(3, **{name: np.nan})
    for name in {"arms", "classes"} & inspect.signature(toy).parameters.keys():
        with pytest.raises(KindError, match=rf"as {name} a whole number, 1 or more; got {name}=1\.5"):
            toy(3, **{name: 1.5})
