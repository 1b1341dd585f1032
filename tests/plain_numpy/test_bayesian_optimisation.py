"""A function's lowest place, looked for with a Gaussian process that is trained on the places seen so far."""

import numpy as np

from autograd_mini import grad, value_and_grad

from .descent import adam

NOISE = 1e-6  # of each measurement: its variance


def kernel(log_scales, x, y):
    """The covariance of the function at places x and y: exp(-distance² / 2) in units of a length, times a variance."""
    variance, length = np.exp(log_scales[0]), np.exp(log_scales[1])
    return variance * np.exp(-0.5 * ((x[:, None] - y[None, :]) / length) ** 2)


def loss(log_scales, x, y):
    """Minus the log likelihood of the values y at x (Rasmussen and Williams 2006, (5.8))."""
    factor = np.linalg.cholesky(kernel(log_scales, x, x) + NOISE * np.eye(len(x)))
    whitened = np.linalg.solve(factor, y)
    return np.sum(whitened**2) / 2 + np.sum(np.log(np.diag(factor))) + len(x) / 2 * np.log(2 * np.pi)


def expected(log_scales, x, y, places):
    """Mean and variance of the function at other places, given what was seen ((2.23) and (2.24) there)."""
    factor = np.linalg.cholesky(kernel(log_scales, x, x) + NOISE * np.eye(len(x)))
    across = np.linalg.solve(factor, kernel(log_scales, x, places))
    mean = np.dot(np.linalg.solve(factor, y), across)
    return mean, np.exp(log_scales[0]) - np.sum(across**2, axis=0)


def promise(place, log_scales, x, y):
    """How low the function may be at a place: the mean less twice the deviation."""
    mean, variance = expected(log_scales, x, y, np.reshape(place, (1,)))
    return np.sum(mean - 2.0 * np.sqrt(np.maximum(variance, 1e-12)))


def measured(x):
    return np.sin(3.0 * x) + x**2 - 0.7 * x


def most_promising(log_scales, x, y):
    """The place of the lowest promise, by descent from the best of a few."""
    starts = np.linspace(-1.0, 2.0, 31)
    place = starts[np.argmin([promise(p, log_scales, x, y) for p in starts])]
    for rate in np.geomspace(0.1, 0.001, 20):
        value, slope = value_and_grad(promise)(place, log_scales, x, y)
        moved = np.clip(place - rate * np.sign(slope), -1.0, 2.0)
        place = moved if promise(moved, log_scales, x, y) < value else place
    return place


def test_it_finds_the_lowest_place_in_few_measurements():
    x = np.array([-0.9, 1.1])
    for _ in range(8):
        y = measured(x)
        (log_scales,) = adam(grad(lambda p, x=x, y=y: loss(p[0], x, y)), [np.zeros(2)], steps=30, rate=0.05)
        x = np.concatenate([x, [most_promising(log_scales, x, y)]])
    lowest = np.min(measured(np.linspace(-1.0, 2.0, 100_001)))
    # Ten measurements at even distances come no nearer than 0.003.
    assert np.min(measured(x)) - lowest < 1e-3 < np.min(measured(np.linspace(-1.0, 2.0, 10))) - lowest


def test_the_gradient_of_the_likelihood_is_the_textbook_s():
    """½ tr((K⁻¹ - K⁻¹y yᵀK⁻¹) dK/dθ) (Rasmussen and Williams 2006, (5.9))."""
    x, log_scales = np.array([-0.9, -0.2, 0.4, 1.1]), np.array([0.3, -0.4])
    y, smooth = measured(x), kernel(log_scales, x, x)
    inverse = np.linalg.inv(smooth + NOISE * np.eye(4))
    middle = inverse - np.outer(inverse @ y, inverse @ y)
    by_variance = np.trace(middle @ smooth) / 2
    by_length = np.trace(middle @ (smooth * ((x[:, None] - x) / np.exp(log_scales[1])) ** 2)) / 2
    np.testing.assert_allclose(grad(loss)(log_scales, x, y), [by_variance, by_length], rtol=1e-9)


def test_between_and_at_the_places_seen():
    x, log_scales = np.array([-0.9, -0.2, 0.4, 1.1]), np.array([0.3, -0.4])
    mean, variance = expected(log_scales, x, measured(x), x)
    np.testing.assert_allclose(mean, measured(x), atol=1e-4)
    assert np.all(variance < 2 * NOISE)
    slope = grad(lambda place: np.sum(expected(log_scales, x, measured(x), place)[0]))(np.array([0.1]))
    ahead, behind = (expected(log_scales, x, measured(x), np.array([0.1 + h]))[0] for h in (1e-6, -1e-6))
    np.testing.assert_allclose(slope, (ahead - behind) / 2e-6, rtol=1e-6)
