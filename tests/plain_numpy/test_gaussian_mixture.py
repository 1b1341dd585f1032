"""A mixture of Gaussians, fitted by the gradient of its likelihood."""

import numpy as np

from autograd_mini import grad, hessian

from .descent import adam

WEIGHTS = np.array([0.5, 0.3, 0.2])
MEANS = np.array([[0.0, 0.0], [4.0, 1.0], [-1.0, 4.0]])
FACTORS = np.array([[[1.0, 0.0], [0.5, 0.8]], [[0.6, 0.0], [0.0, 1.2]], [[0.9, 0.0], [-0.6, 0.5]]])


def log_joint(parameters, points):
    """The log density of each point with each of the Gaussians, (points, Gaussians).

    parameters: the log weights (but for a constant), means, and factors L of the covariances, L Lᵀ.
    """
    log_weights, means, factors = parameters
    log_weights = log_weights - np.logaddexp.reduce(log_weights)
    apart = np.transpose(points[:, None] - means, (1, 2, 0))
    whitened = np.linalg.solve(np.tril(factors), apart)
    log_volumes = np.sum(np.log(np.abs(np.diagonal(factors, axis1=-2, axis2=-1))), axis=-1)
    return np.transpose(log_weights[:, None] - log_volumes[:, None] - np.sum(whitened**2, axis=1) / 2) - np.log(
        2 * np.pi
    )


def loss(parameters, points):
    """The mean of minus the log likelihood of the points."""
    return -np.mean(np.logaddexp.reduce(log_joint(parameters, points), axis=1))


def drawn(count, seed=0):
    rng = np.random.default_rng(seed)
    kinds = rng.choice(3, size=count, p=WEIGHTS)
    return MEANS[kinds] + np.einsum("nij,nj->ni", FACTORS[kinds], rng.normal(size=(count, 2)))


def test_the_fit_is_likelier_than_the_truth():
    points = drawn(300)
    start = [np.zeros(3), MEANS + 1.0, np.array([np.eye(2)] * 3)]
    fitted = adam(grad(lambda p: loss(p, points)), start, steps=200, rate=0.05)
    # Where the likelihood is largest it is no less than at the parameters that the points were drawn from.
    assert loss(fitted, points) < loss([np.log(WEIGHTS), MEANS, FACTORS], points) < loss(start, points)
    np.testing.assert_allclose(fitted[1], MEANS, atol=0.35)


def test_the_gradient_is_that_of_expectation_maximisation():
    """By a mean: minus the responsibilities times covariance⁻¹ (point - mean) (Bishop 2006, (9.16))."""
    points, parameters = drawn(20), [np.log(WEIGHTS), MEANS + 0.3, FACTORS]
    joint = log_joint(parameters, points)
    shares = np.exp(joint - np.logaddexp.reduce(joint, axis=1, keepdims=True))
    by_weights, by_means, _ = grad(lambda p: loss(p, points))(parameters)
    for k in range(3):
        pull = np.linalg.solve(FACTORS[k] @ FACTORS[k].T, (points - parameters[1][k]).T) @ shares[:, k]
        np.testing.assert_allclose(by_means[k], -pull / len(points), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(by_weights, WEIGHTS - np.mean(shares, axis=0), rtol=1e-12, atol=1e-14)


def test_one_gaussian_has_the_curvature_of_its_precision():
    points = drawn(20)
    mean_alone = lambda mean: loss([np.zeros(1), mean[None], FACTORS[:1]], points)
    curvature = hessian(mean_alone)(MEANS[0])
    np.testing.assert_allclose(curvature, np.linalg.inv(FACTORS[0] @ FACTORS[0].T), rtol=1e-12)
