"""`scipy.stats.norm`: the normal distribution of mean loc and standard deviation scale."""

import math
from typing import Any

from ...calculus.activations import normal_cdf, normal_density
from ...calculus.elementwise import add, log, multiply
from ...registry import registered
from ..special import log_ndtr, ndtri
from .parameters import positive, standard

_ROOT = math.sqrt(2.0 * math.pi)


@registered("composed")
def norm_pdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density, exp(-z² / 2) / (sqrt(2π) scale) with z = (x - loc) / scale.

    >>> round(norm_pdf(0.0), 6)
    0.398942
    """
    return normal_density(standard(x, loc, scale)) / multiply(_ROOT, scale)


@registered("composed")
def norm_logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density.

    >>> round(norm_logpdf(0.0), 6)
    -0.918939
    """
    z = standard(x, loc, scale)
    return -0.5 * (z * z) - math.log(_ROOT) - log(scale)


@registered("composed")
def norm_cdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of x and below.

    >>> norm_cdf(0.0)
    0.5
    """
    return normal_cdf(standard(x, loc, scale))


@registered("composed")
def norm_logcdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the probability of x and below.

    >>> round(norm_logcdf(-40.0), 3)
    -804.608
    """
    return log_ndtr(standard(x, loc, scale))


@registered("composed")
def norm_sf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The probability of more than x.

    >>> norm_sf(0.0)
    0.5
    """
    return normal_cdf(-standard(x, loc, scale))


@registered("composed")
def norm_logsf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the probability of more than x.

    >>> round(norm_logsf(40.0), 3)
    -804.608
    """
    return log_ndtr(-standard(x, loc, scale))


@registered("composed")
def norm_ppf(q: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The x below which the probability is q, the inverse of the cdf.

    >>> norm_ppf(0.5, 3.0, 2.0)
    3.0
    """
    return add(loc, multiply(positive(scale), ndtri(q)))


pdf, logpdf, cdf, logcdf, sf, logsf, ppf = norm_pdf, norm_logpdf, norm_cdf, norm_logcdf, norm_sf, norm_logsf, norm_ppf
