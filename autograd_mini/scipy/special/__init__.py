"""`scipy.special`: functions of statistics and physics."""

from ...calculus.activations import erf, erfc
from ...calculus.activations import sigmoid as expit
from ...calculus.elementwise import cbrt, exp2, expm1, log1p, xlogy
from .bessel import i0, i0e, i1, i1e, iv, j0, j1, jv, y0, y1, yv
from .entropies import entr, kl_div, rel_entr, xlog1py
from .gammas import beta, betainc, betaln, digamma, gamma, gammainc, gammaincc, gammaln, multigammaln, polygamma
from .gammas import digamma as psi
from .normal import erfcinv, erfinv, log_expit, log_ndtr, logit, ndtr, ndtri
from .sums import log_softmax, logsumexp, softmax

__all__ = [
    "beta", "betainc", "betaln", "cbrt", "digamma", "entr", "erf", "erfc", "erfcinv", "erfinv", "exp2",
    "expit", "expm1", "gamma", "gammainc", "gammaincc", "gammaln", "i0", "i0e", "i1", "i1e", "iv", "j0", "j1", "jv",
    "kl_div", "log1p", "log_expit", "log_ndtr", "log_softmax", "logit", "logsumexp", "multigammaln", "ndtr", "ndtri",
    "polygamma", "psi", "rel_entr", "softmax", "xlog1py", "xlogy", "y0", "y1", "yv",
]  # fmt: skip
