"""Activations."""

from typing import Any

from ..support.oracles import mp
from .row import NONZERO, WIDE, at, inf, nan, on, reals, unary


def _logistic(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def _erfc(x: Any) -> Any:
    return mp.erfc(min(x, mp.mpf(1000)))  # farther out mpmath's own exponents overflow


def _leaky_relu(x: Any, slope: float = 0.01) -> Any:
    return x if x > 0 else slope * x


def _elu(x: Any, alpha: float = 1.0) -> Any:
    return x if x > 0 else alpha * mp.expm1(x)


def _gelu_tanh(x: Any) -> Any:
    return x / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + 0.044715 * x**3)))


_EXPONENT = 64  # the argument of an exponential is 25 at -6 and rounded five times: that many ulp of the result
ROWS = [
    unary("tanh", mp.tanh, WIDE, c_library=True),
    unary("sigmoid", _logistic, WIDE, c_library=True),
    unary("softplus", lambda x: mp.log(1 + mp.exp(x)), WIDE, c_library=True),
    unary("relu", lambda x: max(x, mp.mpf(0)), NONZERO,
          kinks=[at(0.0, gives=0.0), at(-0.0, gives=0.0), at(-inf, gives=0.0), at(nan, gives=nan)]),
    unary("erf", mp.erf, WIDE, c_library=True),
    unary("erfc", _erfc, WIDE, c_library=True),
    unary("leaky_relu", _leaky_relu, NONZERO, also=[on([(3,)], 0.25), on([()], slope=0.5), on([(2,)], -1.0)],
          kinks=[at(0.0, gives=0.01), at(-0.0, gives=0.01), at(inf, gives=1.0), at(-inf, gives=0.01)]),
    unary("elu", _elu, NONZERO, also=[on([(3,)], 0.5), on([()], alpha=2.0)], c_library=True,
          kinks=[at(0.0, gives=1.0), at(inf, gives=1.0), at(-inf, gives=0.0)]),
    # x times a step: its slope, step + x · step', cancels where it crosses 0, and its curvature likewise.
    unary("silu", lambda x: x * _logistic(x), WIDE, c_library=True, cancelling=(1, 2)),
    unary("gelu", lambda x: x * _erfc(-x / mp.sqrt(2)) / 2, WIDE, c_library=True, cancelling=(1, 2)),
    unary("gelu_tanh", _gelu_tanh, reals(-6, 30), c_library=True, ulps=_EXPONENT, cancelling=(1, 2)),
]  # fmt: skip
