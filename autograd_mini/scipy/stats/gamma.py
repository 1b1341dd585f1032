"""`scipy.stats.gamma`: the gamma distribution of shape a."""

from typing import Any

from ...calculus.elementwise import exp, log, xlogy
from ...registry import registered
from ..special import gammaln
from .parameters import positive, refuse_shapes, standard, within


@registered("composed")
def gamma_logpdf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density, z^(a-1) exp(-z) / (Γ(a) scale) with z = (x - loc) / scale; -inf below loc.

    >>> gamma_logpdf(2.0, 1.0)
    -2.0
    """
    refuse_shapes("gamma.logpdf", x, a, loc, scale)
    a = positive(a)
    of_number = lambda z: xlogy(a - 1.0, z) - z
    return within(of_number, standard(x, loc, scale), 0.0, float("inf"), 1.0) - gammaln(a) - log(scale)


@registered("composed")
def gamma_pdf(x: Any, a: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density.

    >>> gamma_pdf(0.0, 1.0)
    1.0
    """
    return exp(gamma_logpdf(x, a, loc, scale))


pdf, logpdf = gamma_pdf, gamma_logpdf
