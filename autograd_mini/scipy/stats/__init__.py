"""`scipy.stats`: densities and distribution functions, by SciPy's names and parameters."""

from . import beta, dirichlet, gamma, multivariate_normal, norm, poisson, t

__all__ = ["beta", "dirichlet", "gamma", "multivariate_normal", "norm", "poisson", "t"]
