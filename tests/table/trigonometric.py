"""Trigonometric and hyperbolic functions."""

from ..support.oracles import mp
from .row import ANY, NONZERO, WIDE, at, binary, inf, reals, unary

_INSIDE = reals(-0.9375, 0.9375)
ROWS = [
    unary("sin", mp.sin, WIDE, c_library=True),
    unary("cos", mp.cos, WIDE, c_library=True),
    unary("sinh", mp.sinh, WIDE, c_library=True),
    unary("cosh", mp.cosh, WIDE, c_library=True),
    unary("tan", mp.tan, WIDE, c_library=True),
    unary("arcsin", mp.asin, _INSIDE, c_library=True, kinks=[at(1.0, gives=inf), at(-1.0, gives=inf)]),
    unary("arccos", mp.acos, _INSIDE, c_library=True, kinks=[at(1.0, gives=-inf), at(-1.0, gives=-inf)]),
    unary("arctan", mp.atan, WIDE, c_library=True, kinks=[at(inf, gives=0.0), at(-inf, gives=0.0)]),
    unary("arcsinh", mp.asinh, WIDE, c_library=True, kinks=[at(inf, gives=0.0), at(-inf, gives=0.0)]),
    unary("arccosh", mp.acosh, reals(1.0625, 30), c_library=True, kinks=[at(1.0, gives=inf), at(inf, gives=0.0)]),
    unary("arctanh", mp.atanh, _INSIDE, c_library=True, kinks=[at(1.0, gives=inf), at(-1.0, gives=inf)]),
    binary("hypot", mp.hypot, NONZERO, ANY, c_library=True, kinks=[at(0.0, 0.0, gives=(0.0, 0.0))]),
    binary("arctan2", mp.atan2, NONZERO, ANY, c_library=True, kinks=[at(0.0, 0.0, gives=(0.0, 0.0))]),
    # Its slope, (cos(πx) - sinc(x)) / x, crosses 0 beyond 1; calculus/test_accuracy.py asks more of it on this side.
    unary("sinc", mp.sincpi, WIDE, c_library=True, cancelling=(1, 2), kinks=[at(0.0, gives=0.0), at(-0.0, gives=0.0)]),
]  # fmt: skip
