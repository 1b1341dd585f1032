"""Black-box variational inference: a density known up to its draws is approached by a simpler one."""

import numpy as np

from autograd_mini import grad, value_and_grad

from .descent import adam

MEAN = np.array([1.0, -2.0, 0.5])
PRECISION = np.array([[2.0, 0.8, 0.0], [0.8, 1.5, -0.4], [0.0, -0.4, 3.0]])


def log_density(x):
    """Of a Gaussian whose parts depend on each other; x: (draws, 3)."""
    apart = x - MEAN
    quadratic = np.einsum("ni,ij,nj->n", apart, PRECISION, apart)
    return -quadratic / 2 + np.linalg.slogdet(PRECISION)[1] / 2 - len(MEAN) / 2 * np.log(2 * np.pi)


def loss(parameters, log_density, noise):
    """The divergence from one Gaussian of independent parts to the density: minus the evidence's lower bound.

    The draws are the noise, moved and stretched, so that the mean over them has a derivative by both (Kingma and
    Welling 2014).
    """
    mean, log_deviation = parameters
    entropy = np.sum(log_deviation) + len(mean) / 2 * (1.0 + np.log(2 * np.pi))
    return -entropy - np.mean(log_density(mean + np.exp(log_deviation) * noise))


def standard_noise(count, size, seed=0):
    """Draws with a mean of 0 and a covariance of the identity, to rounding."""
    noise = np.random.default_rng(seed).normal(size=(count, size))
    noise = noise - np.mean(noise, axis=0)
    return np.linalg.solve(np.linalg.cholesky(noise.T @ noise / count), noise.T).T


def test_of_a_gaussian_the_answer_is_known():
    """The means are right, each variance is 1 / precision of its part (Bishop 2006, (10.14) and (10.15))."""
    noise = standard_noise(20, 3)
    slopes = grad(lambda p: loss(p, log_density, noise))
    found = [np.zeros(3), np.zeros(3)]
    for rate in (0.1, 0.01, 0.001):
        found = adam(slopes, found, steps=150, rate=rate)
    np.testing.assert_allclose(found[0], MEAN, atol=1e-3)
    np.testing.assert_allclose(np.exp(-2 * found[1]), np.diag(PRECISION), rtol=2e-3)
    least = np.sum(np.log(np.diag(PRECISION))) / 2 - np.linalg.slogdet(PRECISION)[1] / 2
    assert 0.0 < least <= loss(found, log_density, noise) < least + 1e-5


def test_the_gradient_is_that_of_the_divergence():
    """By the mean P (mean - MEAN), by the log deviation P_ii deviation² - 1: the mean over such noise is exact."""
    mean, log_deviation, noise = np.array([0.3, 0.1, -0.7]), np.array([0.2, -0.3, 0.1]), standard_noise(20, 3)
    value, (by_mean, by_log_deviation) = value_and_grad(lambda p: loss(p, log_density, noise))([mean, log_deviation])
    variances = np.exp(2 * log_deviation)
    apart = mean - MEAN
    np.testing.assert_allclose(by_mean, PRECISION @ apart, rtol=1e-11)
    np.testing.assert_allclose(by_log_deviation, np.diag(PRECISION) * variances - 1.0, rtol=1e-11)
    divergence = np.sum(np.diag(PRECISION) * variances) + apart @ PRECISION @ apart - 3 - np.sum(2 * log_deviation)
    assert abs(value - (divergence - np.linalg.slogdet(PRECISION)[1]) / 2) < 1e-12


def test_of_a_funnel_it_is_a_bound():
    """Neal's: x is of the deviation exp(y / 2), y normal. No simpler density is nearer than 0."""

    def funnel(draws):
        x, y = draws[:, 0], draws[:, 1]
        return -(x**2) * np.exp(-y) / 2 - y / 2 - y**2 / 2 - np.log(2 * np.pi)

    noise = standard_noise(2000, 2)
    start = [np.array([1.0, 0.5]), np.zeros(2)]
    found = adam(grad(lambda p: loss(p, funnel, noise)), start, steps=150, rate=0.05)
    assert 0.0 < loss(found, funnel, noise) < 0.25 * loss(start, funnel, noise)
    assert abs(found[0][0]) < 0.05  # it is symmetric in x
