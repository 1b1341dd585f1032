"""`scipy.stats`: the textbook's densities in mpmath's arithmetic.

Of Values their logarithms are Python's, which need not agree with NumPy's to the last bit:
engine/test_scipy.py compares them.
"""

from typing import Any

import numpy as np

from autograd_mini.scipy import stats as _  # noqa: F401  (it fills the registry)

from ...support.oracles import each, mp
from ..row import Row, after_its_parameters, on, reals
from .special import loggamma, ndtr

_POSITIVE = reals(0.5, 4)
_PROBABLE = reals(2**-4, 0.9375)
_NEAR = reals(-4, 4)
_SHARES = reals(2**-4, 0.4375)
_LOCATED = [on([(), (), ()]), on([(3,), (), ()]), on([(2, 1), (2,), ()], domains=[_POSITIVE, _NEAR, _POSITIVE])]


def _normal(name: str, of_z: Any) -> Row:
    """A function of z = (x - loc) / scale and the scale."""
    reference = each(lambda x, loc=0, scale=1: of_z((x - loc) / scale, scale))
    return Row(
        f"norm_{name}", reference, _LOCATED, [_POSITIVE, _NEAR, _POSITIVE], cancelling=(0, 1, 2), of_values=False
    )


def _logpdf_of_t(x: Any, df: Any) -> Any:
    half = (df + 1) / 2
    return loggamma(half) - loggamma(df / 2) - mp.log(mp.pi * df) / 2 - half * mp.log(1 + x * x / df)


def _logpdf_of_gamma(x: Any, a: Any) -> Any:
    return (a - 1) * mp.log(x) - x - loggamma(a)


def _logpdf_of_beta(x: Any, a: Any, b: Any) -> Any:
    power = 0 if x == 1 else (b - 1) * mp.log(1 - x)
    return (a - 1) * mp.log(x) + power - loggamma(a) - loggamma(b) + loggamma(a + b)


def _of_vectors(x: Any, mean: Any, cov: Any) -> Any:
    """Of two numbers each, by the inverse of a matrix of two rows."""
    (a, b), (c, d) = (cov + cov.T) / 2
    determinant = a * d - b * c
    u, v = np.moveaxis(x - mean, -1, 0)
    distance = (d * u * u - (b + c) * u * v + a * v * v) / determinant
    return -(2 * mp.log(2 * mp.pi) + mp.log(determinant) + distance) / 2


def _of_shares(x: Any, alpha: Any) -> Any:
    if len(x) < len(alpha):
        x = np.concatenate([x, 1 - np.sum(x, axis=0, keepdims=True)])
    logarithms = np.frompyfunc(mp.log, 1, 1)(np.abs(x) + (x == 0))
    ratio = loggamma(np.sum(alpha)) - sum(map(loggamma, alpha))
    return np.tensordot(alpha - 1, logarithms, 1) + ratio


def _with_dominant(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    x, mean, cov = inputs
    return function(x, mean, cov + 4 * np.eye(2, dtype=cov.dtype), *args, **named)


def _exp(function: Any) -> Any:
    return lambda *x: np.frompyfunc(mp.exp, 1, 1)(function(*x))


_EXPONENT = (
    32  # the logarithm is a sum of several terms, a dozen large and rounded each; the exponential amplifies that
)


def _both(name: str, reference: Any, calls: Any, domains: Any, **more: Any) -> list[Row]:
    """The logarithm of a density, and the density."""
    more = {"cancelling": (0, 1, 2), "of_values": False} | more
    mass = "pmf" if name == "poisson" else "pdf"
    return [
        Row(f"{name}_log{mass}", reference, calls, domains, **more),
        Row(f"{name}_{mass}", _exp(reference), calls, domains, ulps=_EXPONENT, **more),
    ]


_TWO, _THREE = [on([(), ()]), on([(3,), ()])], [on([(), (), ()]), on([(3,), (), ()])]
_DENSITY = lambda z, scale: mp.npdf(z) / scale
ROWS = [
    _normal("pdf", _DENSITY),
    _normal("logpdf", lambda z, scale: mp.log(_DENSITY(z, scale))),
    _normal("cdf", lambda z, scale: ndtr(z)),
    _normal("logcdf", lambda z, scale: mp.log(ndtr(z))),
    _normal("sf", lambda z, scale: ndtr(-z)),
    _normal("logsf", lambda z, scale: mp.log(ndtr(-z))),
    Row("norm_ppf", each(lambda q, loc, scale: loc + scale * mp.sqrt(2) * mp.erfinv(2 * q - 1) if q != 1 else mp.inf),
        [on([(), (), ()]), on([(3,), (), ()])], [_PROBABLE, _NEAR, _POSITIVE], cancelling=(0, 1, 2),
        of_values=False),
    *_both("t", each(_logpdf_of_t), _TWO, [_POSITIVE, _POSITIVE]),
    *_both("gamma", each(_logpdf_of_gamma), _TWO, [_POSITIVE, _POSITIVE]),
    *_both("beta", each(_logpdf_of_beta), _THREE, [_PROBABLE, _POSITIVE, _POSITIVE]),
    *_both("poisson", lambda k, mu: k * np.frompyfunc(mp.log, 1, 1)(mu) - mu - loggamma(mp.mpf(k) + 1),
        [on([()], 3), on([(3,)], 1)], [_POSITIVE], passing=after_its_parameters),
    *_both("multivariate_normal", _of_vectors, [on([(2,), (2,), (2, 2)]), on([(3, 2), (2,), (2, 2)])],
        [reals(-1, 1)], passing=_with_dominant),
    *_both("dirichlet", _of_shares, [on([(3,), (3,)]), on([(2, 2), (3,)])], [_SHARES, _POSITIVE]),
]  # fmt: skip
