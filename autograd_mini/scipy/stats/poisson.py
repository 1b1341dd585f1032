"""`scipy.stats.poisson`: the Poisson distribution of mean mu."""

from typing import Any

import numpy as np

from ...calculus.choosing import where
from ...calculus.elementwise import exp, subtract, xlogy
from ...calculus.piecewise import questions
from ...errors import KindError
from ...node import Node
from ...registry import registered
from ..special import gammaln


@registered("composed")
def poisson_logpmf(k: Any, mu: Any, loc: Any = 0.0) -> Any:
    """The logarithm of the probability of k - loc, mu^k exp(-mu) / k!; -inf where that is no whole number from 0 on.

    k, loc: constants. mu: from 0 on.

    >>> poisson_logpmf(0, 2.0)
    -2.0
    """
    if isinstance(k, Node) or isinstance(loc, Node):
        raise KindError("poisson.logpmf has a derivative by mu alone: k and loc are whole numbers, so pass node.data")
    count: Any = np.asarray(subtract(k, loc), np.float64)
    whole: Any = (count >= 0) & (count == np.floor(count))
    count = np.where(whole, count, 0.0)
    if count.ndim == 0:  # a number goes by the dtype of mu
        count, whole = float(count), bool(whole)
    is_none = questions["less"](mu, 0.0)
    mu = where(is_none, float("nan"), mu)
    impossible = where(is_none, mu, -float("inf"))
    return where(whole, xlogy(count, mu) - gammaln(count + 1.0) - mu, impossible)


@registered("composed")
def poisson_pmf(k: Any, mu: Any, loc: Any = 0.0) -> Any:
    """The probability of k.

    >>> poisson_pmf(1, 0.0)
    0.0
    """
    return exp(poisson_logpmf(k, mu, loc))


pmf, logpmf = poisson_pmf, poisson_logpmf
