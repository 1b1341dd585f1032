"""Arithmetic, powers, exponentials and logarithms."""

import operator

import numpy as np

from ..support.oracles import each, mp
from .row import ANY, NONZERO, POSITIVE, WIDE, Row, at, binary, inf, on, reals, unary

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
    unary("log", mp.log, POSITIVE, c_library=True, kinks=[at(0.0, gives=inf)]),
    unary("sqrt", mp.sqrt, POSITIVE, kinks=[at(0.0, gives=inf)]),
    unary("cbrt", lambda x: mp.sign(x) * mp.cbrt(abs(x)), NONZERO,
          kinks=[at(0.0, gives=inf), at(-0.0, gives=inf)]),
    unary("exp2", lambda x: mp.power(2, x), WIDE, c_library=True),
    unary("expm1", mp.expm1, WIDE, c_library=True),
    unary("log2", lambda x: mp.log(x, 2), POSITIVE, c_library=True, kinks=[at(0.0, gives=inf)]),
    unary("log10", mp.log10, POSITIVE, c_library=True, kinks=[at(0.0, gives=inf)]),
    unary("log1p", mp.log1p, reals(-0.9375, 30), c_library=True, kinks=[at(-1.0, gives=inf)]),
    binary("logaddexp", lambda x, y: mp.log(mp.exp(x) + mp.exp(y)), WIDE, WIDE, c_library=True,
           kinks=[at(inf, inf, gives=(0.5, 0.5)), at(-inf, -inf, gives=(0.5, 0.5)), at(-inf, 1.0, gives=(0.0, 1.0)),
                  at(1.0, inf, gives=(0.0, 1.0))]),
    binary("logaddexp2", lambda x, y: mp.log(mp.power(2, x) + mp.power(2, y), 2), WIDE, WIDE, c_library=True,
           kinks=[at(inf, inf, gives=(0.5, 0.5)), at(-inf, -inf, gives=(0.5, 0.5)), at(-inf, 1.0, gives=(0.0, 1.0)),
                  at(1.0, inf, gives=(0.0, 1.0))]),
    Row("ldexp", each(lambda x, n: x * mp.mpf(2) ** int(n)), [on([()], 3), on([(3,)], -2), on([(2, 0)], 1),
        on([(2, 1)], np.array([-1, 0, 3])), on([(3,)], [2, -2, 5])]),
    binary("xlogy", lambda x, y: x * mp.log(y) if x else mp.mpf(0), POSITIVE, POSITIVE, c_library=True,
           also=[on([(3,), ()], domains=[ANY, POSITIVE]), on([(), (2,)], domains=[ANY, POSITIVE])],
           kinks=[at(0.0, 0.0, gives=(-inf, 0.0)), at(0.0, inf, gives=(inf, 0.0))]),
    unary("square", lambda x: x * x),
    unary("reciprocal", lambda x: 1 / x, NONZERO, kinks=[at(0.0, gives=-inf), at(-0.0, gives=-inf)]),
]  # fmt: skip
