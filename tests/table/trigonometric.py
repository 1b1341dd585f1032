"""Trigonometric and hyperbolic functions."""

from ..oracles import mp
from .row import WIDE, unary

ROWS = [
    unary("sin", mp.sin, WIDE, c_library=True),
    unary("cos", mp.cos, WIDE, c_library=True),
    unary("sinh", mp.sinh, WIDE, c_library=True),
    unary("cosh", mp.cosh, WIDE, c_library=True),
]  # fmt: skip
