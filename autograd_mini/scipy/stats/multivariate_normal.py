"""`scipy.stats.multivariate_normal`: the normal distribution of vectors."""

import math
from typing import Any

import numpy as np

from ...calculus.elementwise import exp, log, multiply, subtract
from ...calculus.linalg import cholesky
from ...calculus.linear import reshape, swapaxes
from ...calculus.linear import sum as total
from ...calculus.moving import diagonal
from ...errors import ShapeError
from ...node import ndim_of, shape_of
from ...registry import registered
from ..linalg import solve_triangular


@registered("composed")
def multivariate_normal_logpdf(x: Any, mean: Any = 0.0, cov: Any = 1.0) -> Any:
    """The logarithm of the density of vectors in the last axis, of that mean and matrix of covariances.

    x: of shape (n,) or (..., n). mean: of shape (n,), or 0. cov: of shape (n, n), symmetric and positive definite; or
    one number, times the identity. -(n log 2π + log det cov + dᵀ cov⁻¹ d) / 2, d = x - mean, by Cholesky's factor.

    >>> round(float(multivariate_normal_logpdf(np.zeros(2))), 6)
    -1.837877
    """
    from_mean = subtract(x, mean)
    shape = shape_of(from_mean) or (1,)
    n = shape[-1]
    if ndim_of(cov) == 0:
        cov = multiply(cov, np.eye(n))
    if shape_of(cov) != (n, n):
        raise ShapeError(f"multivariate_normal of vectors of {n} takes a matrix ({n}, {n}); got shape {shape_of(cov)}")
    factor = cholesky(cov)
    away = swapaxes(reshape(from_mean, (-1, n)), 0, 1)
    z = solve_triangular(factor, away, lower=True)
    distance = reshape(total(z * z, 0), shape[:-1])
    return -0.5 * (n * math.log(2.0 * math.pi) + distance) - total(log(diagonal(factor)))


@registered("composed")
def multivariate_normal_pdf(x: Any, mean: Any = 0.0, cov: Any = 1.0) -> Any:
    """The density.

    >>> round(float(multivariate_normal_pdf(np.zeros(2))), 6)
    0.159155
    """
    return exp(multivariate_normal_logpdf(x, mean, cov))


pdf, logpdf = multivariate_normal_pdf, multivariate_normal_logpdf
