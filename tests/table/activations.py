"""Activations."""

from ..oracles import mp
from .row import NONZERO, WIDE, at, inf, nan, unary

ROWS = [
    unary("tanh", mp.tanh, WIDE, c_library=True),
    unary("sigmoid", lambda x: 1 / (1 + mp.exp(-x)), WIDE, c_library=True),
    unary("softplus", lambda x: mp.log(1 + mp.exp(x)), WIDE, c_library=True),
    unary("relu", lambda x: max(x, mp.mpf(0)), NONZERO,
          kinks=[at(0.0, gives=0.0), at(-0.0, gives=0.0), at(-inf, gives=0.0), at(nan, gives=nan)]),
]  # fmt: skip
