"""`scipy.special`: the references are mpmath's own functions."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_mini.scipy import special as _  # noqa: F401  (it fills the registry)

from ...support.oracles import each, mp
from ..row import ANY, POSITIVE, WIDE, Call, Domain, Row, after_its_parameters, at, inf, nan, on, reals

_FEW = [on([()]), on([(2, 3)]), on([(0,)])]
_PAIRS = [on([(), ()]), on([(2, 3), (3,)]), on([(2, 1), (2,)]), on([(0,), ()])]
_WITHIN = reals(-0.9375, 0.9375)
_PROBABLE = reals(2**-6, 0.984375)


def _unary(name: str, reference: Callable[..., Any], domain: Domain = ANY, **more: Any) -> Row:
    return Row(name, each(reference), _FEW, [domain], by_element=True, **more)


def _binary(name: str, reference: Callable[..., Any], *domains: Domain, **more: Any) -> Row:
    return Row(name, each(reference), _PAIRS, domains, by_element=True, **more)


def _measured(name: str, reference: Callable[..., Any], domain: Domain = ANY, **more: Any) -> Row:
    """Right to a few units in the last place of its terms, in its domain: calculus/test_accuracy_of_scipy.py."""
    return Row(name, each(reference), _FEW, [domain], **more)


def _measured_of_two(name: str, reference: Callable[..., Any], *domains: Domain, **more: Any) -> Row:
    return Row(name, each(reference), _PAIRS, domains, **more)


def _ordered(name: str, reference: Callable[..., Any], calls: list[Call], domain: Domain, **more: Any) -> Row:
    """Constants come before the input."""
    of_elements = lambda *inputs: np.frompyfunc(lambda x: reference(*inputs[:-1], x), 1, 1)(inputs[-1])
    return Row(name, of_elements, calls, [domain], passing=after_its_parameters, **more)


def loggamma(x: Any) -> Any:
    """log|Γ(x)|."""
    if x <= 0 and x == int(x):
        return mp.inf
    return mp.loggamma(x) if x > 0 else mp.log(mp.pi / abs(mp.sinpi(x))) - mp.loggamma(1 - x)


def _xlogy(x: Any, y: Any) -> Any:
    return mp.mpf(0) if x == 0 else x * mp.log(y)


def _relative_entropy(x: Any, y: Any) -> Any:
    if x < 0 or y <= 0:
        raise ValueError("outside of its domain")
    return _xlogy(x, x / y)


def _betaln(x: Any, y: Any) -> Any:
    return loggamma(x) + loggamma(y) - loggamma(x + y)


def ndtr(x: Any) -> Any:
    return (
        mp.erfc(-max(min(x, mp.mpf(1000)), mp.mpf(-1000)) / mp.sqrt(2)) / 2
    )  # mpmath's exponents overflow farther out


def _log_ndtr(x: Any) -> Any:
    """Far below 0 by the tail's asymptotic series (Abramowitz and Stegun 1964, 26.2.12)."""
    if x > -1000:
        return mp.log1p(-ndtr(-x)) if x > 0 else mp.log(ndtr(x))
    series = sum((-1) ** k * mp.fac2(2 * k - 1) / x ** (2 * k) for k in range(40))
    return -x * x / 2 - mp.log(-x * mp.sqrt(2 * mp.pi)) + mp.log(series)


def _ndtri(x: Any) -> Any:
    return mp.sqrt(2) * mp.erfinv(2 * x - 1)


def _softmax(x: Any, axis: Any = None) -> Any:
    e = np.frompyfunc(mp.exp, 1, 1)(x)
    return e / np.sum(e, axis=axis, keepdims=True)


def _logsumexp(x: Any, axis: Any = None, b: Any = 1, keepdims: bool = False) -> Any:
    return np.frompyfunc(mp.log, 1, 1)(np.sum(b * np.frompyfunc(mp.exp, 1, 1)(x), axis=axis, keepdims=keepdims))


def _multigammaln(x: Any, d: int) -> Any:
    return d * (d - 1) * mp.log(mp.pi) / 4 + sum(loggamma(x - mp.mpf(j) / 2) for j in range(d))


_NORMAL = [
    _unary(
        "logit",
        lambda x: mp.log(x / (1 - x)) if x != 1 else mp.inf,
        _PROBABLE,
        kinks=[at(0.0, gives=inf), at(1.0, gives=inf)],
    ),
    _unary(
        "log_expit",
        lambda x: -mp.log1p(mp.exp(-x)),
        WIDE,
        c_library=True,
        kinks=[at(inf, gives=0.0), at(-inf, gives=1.0)],
    ),
    _measured("ndtr", ndtr, reals(-8, 8), kinks=[at(inf, gives=0.0), at(-inf, gives=0.0)], c_library=True),
    _unary("log_ndtr", _log_ndtr, WIDE, kinks=[at(inf, gives=0.0), at(-inf, gives=inf)]),
    _measured("ndtri", _ndtri, _PROBABLE, kinks=[at(0.0, gives=inf), at(1.0, gives=inf), at(-1.0, gives=nan)]),
    _unary("erfinv", mp.erfinv, _WITHIN, kinks=[at(1.0, gives=inf), at(-1.0, gives=inf), at(2.0, gives=nan)]),
    _measured(
        "erfcinv", lambda x: mp.erfinv(1 - x), reals(2**-6, 1.984375), kinks=[at(0.0, gives=-inf), at(2.0, gives=-inf)]
    ),
]
_GAMMAS = [
    _measured("gammaln", loggamma, POSITIVE, cancelling=(0, 1)),
    _measured("gamma", mp.gamma, reals(2**-6, 12), cancelling=(1,)),
    _measured("digamma", lambda x: mp.psi(0, x), POSITIVE, cancelling=(0,)),
    _measured_of_two("beta", mp.beta, reals(2**-3, 8), reals(2**-3, 8), cancelling=(1, 2)),
    _measured_of_two("betaln", _betaln, POSITIVE, POSITIVE, cancelling=(0, 1, 2)),
    _ordered(
        "polygamma", lambda n, x: mp.psi(n, x), [on([()], 1), on([(3,)], 2), on([(2,)], 0)], POSITIVE, cancelling=(0,)
    ),
    # SciPy's own incomplete gamma functions are up to 18 ulp off.
    _ordered(
        "gammainc",
        lambda a, x: mp.gammainc(a, 0, x, regularized=True),
        [on([()], 2.5), on([(3,)], 0.5)],
        reals(2**-4, 8),
        cancelling=(2,),
        ulps=32,
    ),
    _ordered(
        "gammaincc",
        lambda a, x: mp.gammainc(a, x, regularized=True),
        [on([()], 2.5), on([(3,)], 1.0)],
        reals(2**-4, 8),
        cancelling=(2,),
        ulps=32,
    ),
    _ordered(
        "betainc",
        lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True),
        [on([()], 2.5, 1.5), on([(3,)], 2.0, 3.0)],
        _PROBABLE,
        cancelling=(2,),
    ),
    Row("multigammaln", each(_multigammaln), [on([()], d=3), on([(2, 2)], d=1)], [reals(1.25, 30)], cancelling=(0, 1)),
]
_BESSEL = [
    _measured("j0", lambda x: mp.besselj(0, x), cancelling=(0, 1, 2)),
    _measured("j1", lambda x: mp.besselj(1, x), cancelling=(0, 1, 2)),
    _measured("y0", lambda x: mp.bessely(0, x), reals(2**-4, 8), cancelling=(0, 1, 2)),
    _measured("y1", lambda x: mp.bessely(1, x), reals(2**-4, 8), cancelling=(0, 1, 2)),
    _measured("special_i0", lambda x: mp.besseli(0, x)),
    _measured("i1", lambda x: mp.besseli(1, x)),
    _measured(
        "i0e",
        lambda x: mp.exp(-abs(x)) * mp.besseli(0, x),
        reals(-30, 30, gap=2**-6),
        cancelling=(1, 2),
        kinks=[at(0.0, gives=0.0)],
    ),
    _measured(
        "i1e",
        lambda x: mp.exp(-abs(x)) * mp.besseli(1, x),
        reals(-30, 30, gap=2**-6),
        cancelling=(1, 2),
        kinks=[at(0.0, gives=0.5)],
    ),
    _ordered("jv", mp.besselj, [on([()], 2), on([(3,)], 1.5)], reals(2**-4, 8), cancelling=(0, 1, 2)),
    _ordered("yv", mp.bessely, [on([()], 2), on([(3,)], 1.5)], reals(2**-2, 8), cancelling=(0, 1, 2)),
    _ordered("iv", mp.besseli, [on([()], 2), on([(3,)], 1.5)], reals(2**-4, 8), cancelling=(1,)),
]
_ENTROPIES = [
    _binary(
        "xlog1py",
        lambda x, y: _xlogy(x, 1 + y),
        reals(-0.9375, 8),
        reals(-0.9375, 8),
        c_library=True,
        kinks=[at(0.0, -1.0, gives=(-inf, 0.0))],
    ),
    _unary("entr", lambda x: -_xlogy(x, x), POSITIVE, cancelling=(1,), kinks=[at(0.0, gives=inf), at(-1.0, gives=nan)]),
    _binary(
        "rel_entr",
        _relative_entropy,
        POSITIVE,
        POSITIVE,
        cancelling=(1,),
        kinks=[at(0.0, 1.0, gives=(-inf, 0.0)), at(-1.0, 1.0, gives=(nan, nan)), at(0.0, 0.0, gives=(nan, nan))],
    ),
    _binary(
        "kl_div",
        lambda x, y: _relative_entropy(x, y) - x + y,
        POSITIVE,
        POSITIVE,
        cancelling=(0,),
        kinks=[at(0.0, 1.0, gives=(-inf, 1.0)), at(-1.0, 1.0, gives=(nan, nan)), at(0.0, 0.0, gives=(nan, nan))],
    ),
]
_WEIGHTS = np.array([0.0, 0.5, 2.0], np.float32)  # which leave the dtype of float32 alone
_POSITIVE_WEIGHTS = np.array([1.0, 0.5, 2.0], np.float32)
_SUMS = [
    Row("special_softmax", _softmax, [on([(3,)]), on([(2, 3)]), on([(2, 3)], axis=0), on([()])], cancelling=(1, 2)),
    Row("special_log_softmax", lambda x, axis=None: np.frompyfunc(mp.log, 1, 1)(_softmax(x, axis)),
        [on([(3,)]), on([(2, 3)]), on([(2, 3)], axis=0)], cancelling=(0, 1, 2)),
    Row("special_logsumexp", _logsumexp,
        [on([(3,)]), on([(2, 3)], axis=0), on([(2, 3)], axis=-1, keepdims=True),
         on([(2, 3)], b=_POSITIVE_WEIGHTS), on([(2, 3)], axis=1, b=_WEIGHTS),
         on([(2,)], axis=0, b=2.0, keepdims=True)],
        cancelling=(0, 1, 2)),
]  # fmt: skip
ROWS = [*_NORMAL, *_GAMMAS, *_BESSEL, *_ENTROPIES, *_SUMS]
