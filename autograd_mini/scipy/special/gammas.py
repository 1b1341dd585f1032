"""The gamma function, its kin, and what stands on them: beta and incomplete integrals."""

import math
from typing import Any

import numpy as np

from ...admission import numeric
from ...calculus.elementwise import subtract
from ...errors import KindError, describe
from ...primitive import Operation
from ...registry import registered
from ..installed import special
from .makers import constant, of_order, of_scipy

# Each derivative takes the upstream gradient g, the output z and the inputs x, y.
# fmt: off

gammaln: Operation = of_scipy(
    "gammaln", special.gammaln,
    lambda g, z, x: g * digamma(x),
    about="log|Γ(x)|", slopes=("digamma(x)",), example="gammaln(1.0) → 0.0",
)
gamma: Operation = of_scipy(
    "gamma", special.gamma,
    lambda g, z, x: g * (z * digamma(x)),
    about="Γ(x), which is (x - 1)! of whole numbers", slopes=("gamma(x) · digamma(x)",), example="gamma(5.0) → 24.0",
)
digamma: Operation = of_scipy(
    "digamma", special.digamma,
    lambda g, z, x: g * _polygamma(x, 1),
    about="The derivative of log Γ(x), also called ψ", slopes=("polygamma(1, x)",),
    example="round(digamma(1.0), 9) → -0.577215665",
)
_polygamma: Operation = of_order(
    "polygamma", lambda n, x: np.asarray(special.polygamma(n, x)).astype(np.result_type(x)),
    lambda g, z, x, n: g * _polygamma(x, n + 1),
)
beta: Operation = of_scipy(
    "beta", special.beta,
    lambda g, z, x, y: g * (z * (digamma(x) - digamma(x + y))),
    lambda g, z, x, y: g * (z * (digamma(y) - digamma(x + y))),
    about="Γ(x) Γ(y) / Γ(x + y)",
    slopes=("beta(x, y) · (digamma(x) - digamma(x + y))", "beta(x, y) · (digamma(y) - digamma(x + y))"),
    example="beta(1.0, 2.0) → 0.5",
)
betaln: Operation = of_scipy(
    "betaln", special.betaln,
    lambda g, z, x, y: g * (digamma(x) - digamma(x + y)),
    lambda g, z, x, y: g * (digamma(y) - digamma(x + y)),
    about="log|beta(x, y)|", slopes=("digamma(x) - digamma(x + y)", "digamma(y) - digamma(x + y)"),
    example="betaln(1.0, 1.0) → 0.0",
)


def _density_of_gamma(x: Any, a: Any) -> Any:
    """x^(a - 1) exp(-x) / Γ(a)."""
    return np.exp(special.xlogy(a - 1.0, x) - x - special.gammaln(a))


def _density_of_beta(x: Any, a: Any, b: Any) -> Any:
    """x^(a - 1) (1 - x)^(b - 1) / B(a, b)."""
    return np.exp(special.xlogy(a - 1.0, x) + special.xlog1py(b - 1.0, -x) - special.betaln(a, b))


_gamma_density: Operation = of_order(
    "gamma_density", lambda a, x: _density_of_gamma(x, a),
    lambda g, z, x, a: g * (z * ((a - 1.0) / x - 1.0)),
)
_gammainc: Operation = of_order("gammainc", special.gammainc, lambda g, z, x, a: g * _gamma_density(x, a))
_gammaincc: Operation = of_order("gammaincc", special.gammaincc, lambda g, z, x, a: -(g * _gamma_density(x, a)))
_beta_density: Operation = of_order(
    "beta_density", lambda a, b, x: _density_of_beta(x, a, b),
    lambda g, z, x, a, b: g * (z * ((a - 1.0) / x - (b - 1.0) / (1.0 - x))),
)
_betainc: Operation = of_order("betainc", special.betainc, lambda g, z, x, a, b: g * _beta_density(x, a, b))
# fmt: on


@registered("composed")
def polygamma(n: Any, x: Any) -> Any:
    """The derivative of digamma of order n, a constant whole number from 0 on; of it polygamma(n + 1, x) is the next.

    >>> from math import pi
    >>> round(polygamma(1, 1.0) - pi**2 / 6, 9)
    0.0
    """
    orders = numeric(constant("polygamma", "the order n", n), "polygamma")
    if orders.dtype.kind not in "iuf" or np.any(orders != np.floor(orders)) or np.any(orders < 0):
        raise KindError(f"polygamma is of a whole order from 0 on; got {describe(n)}")
    return _polygamma(x, n)


@registered("composed")
def gammainc(a: Any, x: Any) -> Any:
    """The integral of t^(a-1) exp(-t) / Γ(a) from 0 to x; a is a constant: only by x it has a derivative here.

    >>> gammainc(1.0, 0.0)
    0.0
    """
    return _gammainc(x, constant("gammainc", "a", a))


@registered("composed")
def gammaincc(a: Any, x: Any) -> Any:
    """1 - gammainc(a, x), exact where that is near 0.

    >>> gammaincc(1.0, 0.0)
    1.0
    """
    return _gammaincc(x, constant("gammaincc", "a", a))


@registered("composed")
def betainc(a: Any, b: Any, x: Any) -> Any:
    """The integral of t^(a-1) (1-t)^(b-1) / beta(a, b) from 0 to x; a, b constant: only by x it has a derivative here.

    >>> betainc(1.0, 1.0, 0.25)
    0.25
    """
    return _betainc(x, constant("betainc", "a", a), constant("betainc", "b", b))


@registered("composed")
def multigammaln(a: Any, d: int) -> Any:
    """The logarithm of the gamma function of dimension d: d (d - 1) / 4 · log π + Σ gammaln(a + (1 - j) / 2), j to d.

    >>> multigammaln(1.0, 1)
    0.0
    """
    if not isinstance(d, int | np.integer) or isinstance(d, bool) or not 1 <= d <= 1000:
        raise KindError(f"multigammaln is of a whole dimension d from 1 to 1000; got {describe(d)}")
    return sum((gammaln(subtract(a, 0.5 * j)) for j in range(1, d)), d * (d - 1) / 4 * math.log(math.pi) + gammaln(a))
