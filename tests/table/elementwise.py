"""Arithmetic, powers, exponentials and logarithms."""

import operator

import numpy as np

from ..oracles import mp
from .row import NONZERO, POSITIVE, WIDE, binary, on, reals, unary

ROWS = [
    unary("positive", lambda x: x, operators=[operator.pos]),
    unary("negative", lambda x: -x, operators=[operator.neg]),
    binary("add", operator.add, operators=[operator.add]),
    binary("subtract", operator.sub, operators=[operator.sub]),
    binary("multiply", operator.mul, operators=[operator.mul]),
    binary("divide", operator.truediv, NONZERO, NONZERO, operators=[operator.truediv]),
    binary("power", mp.power, reals(0.125, 4), reals(-3, 3), operators=[operator.pow], c_library=True, also=[
        *(on([shape], n) for n in (2, 2.0, 1, 0, 0.0, 3) for shape in ((3,), ())),
        *(on([(3,)], p, domains=[POSITIVE]) for p in (0.5, -1.5)),
        *(on([(3,)], n, domains=[NONZERO]) for n in (-1, -2.0)),
        on([(3,)], np.array([2.0, 3.0, 0.0])),
    ]),
    unary("exp", mp.exp, WIDE, c_library=True),
    unary("log", mp.log, POSITIVE, c_library=True),
    unary("sqrt", mp.sqrt, POSITIVE),
]  # fmt: skip
