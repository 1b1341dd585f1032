"""`scipy.stats.t`: Student's distribution of df degrees of freedom."""

import math
from typing import Any

from ...calculus.elementwise import exp, log, log1p
from ...registry import registered
from ..special import gammaln
from .parameters import positive, refuse_shapes, standard


@registered("composed")
def t_logpdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The logarithm of the density, Γ((df + 1) / 2) / (sqrt(π df) Γ(df / 2) scale) · (1 + z² / df)^(-(df + 1) / 2).

    >>> round(t_logpdf(0.0, 1.0), 6)  # 1 / π
    -1.14473
    """
    refuse_shapes("t.logpdf", x, df, loc, scale)
    z, df = standard(x, loc, scale), positive(df)
    half = 0.5 * (df + 1.0)
    return gammaln(half) - gammaln(0.5 * df) - 0.5 * log(math.pi * df) - log(scale) - half * log1p(z * z / df)


@registered("composed")
def t_pdf(x: Any, df: Any, loc: Any = 0.0, scale: Any = 1.0) -> Any:
    """The density.

    >>> round(t_pdf(0.0, 1.0), 6)
    0.31831
    """
    return exp(t_logpdf(x, df, loc, scale))


pdf, logpdf = t_pdf, t_logpdf
