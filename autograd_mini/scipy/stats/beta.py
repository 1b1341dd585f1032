"""`scipy.stats.beta`: the beta distribution of shapes a and b."""

from typing import Any

from ...calculus.elementwise import exp, log, xlogy
from ...registry import registered
from ..special import betaln, xlog1py
from .parameters import positive, refuse_shapes, standard, within


@registered("composed")
def beta_logpdf(x: Any, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density, z^(a-1) (1-z)^(b-1) / (beta(a, b) scale), z = (x - loc) / scale from 0 to 1.

    >>> beta_logpdf(0.25, 1.0, 1.0)
    0.0
    """
    refuse_shapes("beta.logpdf", x, a, b, loc, scale)
    a, b = positive(a), positive(b)
    of_number = lambda z: xlogy(a - 1.0, z) + xlog1py(b - 1.0, -z)
    return within(of_number, standard(x, loc, scale), 0.0, 1.0, 0.5) - betaln(a, b) - log(scale)


@registered("composed")
def beta_pdf(x: Any, a: Any, b: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density.

    >>> beta_pdf(0.25, 1.0, 1.0)
    1.0
    """
    return exp(beta_logpdf(x, a, b, loc, scale))


pdf, logpdf = beta_pdf, beta_logpdf
