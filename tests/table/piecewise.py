"""Operations with kinks and jumps."""

import operator

import numpy as np

from ..support.oracles import each, mp
from .row import ANY, BETWEEN, NONZERO, ROUND, SHAPES, Row, at, binary, inf, nan, on, reals, unary

_nearest = each(mp.nint)
ROWS = [
    unary("abs", abs, NONZERO, operators=[abs], kinks=[at(0.0, gives=0.0), at(-0.0, gives=0.0), at(nan, gives=nan)]),
    binary("maximum", max, ANY, BETWEEN, either_zero=True, kinks=[
        at(2.0, 2.0, gives=(0.5, 0.5)), at(0.0, -0.0, gives=(0.5, 0.5)), at(nan, 1.0, gives=(1.0, 0.0)),
        at(1.0, nan, gives=(0.0, 1.0)), at(inf, inf, gives=(0.5, 0.5)), at(nan, nan, gives=(0.5, 0.5)),
    ]),
    binary("minimum", min, ANY, BETWEEN, either_zero=True, kinks=[
        at(2.0, 2.0, gives=(0.5, 0.5)), at(0.0, -0.0, gives=(0.5, 0.5)), at(nan, 1.0, gives=(1.0, 0.0)),
        at(1.0, nan, gives=(0.0, 1.0)), at(-inf, -inf, gives=(0.5, 0.5)), at(nan, nan, gives=(0.5, 0.5)),
    ]),
    binary("fmax", max, ANY, BETWEEN, either_zero=True, kinks=[
        at(2.0, 2.0, gives=(0.5, 0.5)), at(0.0, -0.0, gives=(0.5, 0.5)), at(nan, 1.0, gives=(0.0, 1.0)),
        at(1.0, nan, gives=(1.0, 0.0)), at(inf, inf, gives=(0.5, 0.5)), at(nan, nan, gives=(0.5, 0.5)),
    ]),
    binary("fmin", min, ANY, BETWEEN, either_zero=True, kinks=[
        at(2.0, 2.0, gives=(0.5, 0.5)), at(0.0, -0.0, gives=(0.5, 0.5)), at(nan, 1.0, gives=(0.0, 1.0)),
        at(1.0, nan, gives=(1.0, 0.0)), at(-inf, -inf, gives=(0.5, 0.5)), at(nan, nan, gives=(0.5, 0.5)),
    ]),
    binary("floor_divide", lambda x, y: mp.floor(x / y), BETWEEN, NONZERO, operators=[operator.floordiv]),
    # At a multiple of y the value jumps: the derivative is that from above.
    binary("remainder", lambda x, y: x - y * mp.floor(x / y), BETWEEN, NONZERO, operators=[operator.mod], kinks=[
        at(6.0, 2.0, gives=(1.0, -3.0)), at(0.0, -2.0, gives=(1.0, 0.0)), at(-5.0, 2.0, gives=(1.0, 3.0)),
        at(5.0, 0.0, gives=(nan, nan)), at(inf, 2.0, gives=(nan, nan)), at(-5.0, inf, gives=(1.0, 1.0)),
    ]),
    binary("fmod", lambda x, y: x - y * int(x / y), BETWEEN, NONZERO, kinks=[
        at(6.0, 2.0, gives=(1.0, -3.0)), at(0.0, -2.0, gives=(1.0, 0.0)), at(-5.0, 2.0, gives=(1.0, 2.0)),
        at(5.0, 0.0, gives=(nan, nan)), at(inf, 2.0, gives=(nan, nan)), at(-5.0, inf, gives=(1.0, 0.0)),
    ]),
    binary("copysign", lambda x, y: abs(x) if y > 0 else -abs(x), NONZERO, NONZERO, kinks=[
        at(0.0, 2.0, gives=(0.0, 0.0)), at(-0.0, -2.0, gives=(0.0, 0.0)), at(-3.0, -0.0, gives=(1.0, 0.0)),
        at(3.0, -inf, gives=(-1.0, 0.0)), at(nan, 2.0, gives=(nan, 0.0)),
    ]),
    binary("heaviside", lambda x, y: (x > 0) + (y if x == 0 else 0), NONZERO, ANY, kinks=[
        at(0.0, 0.5, gives=(0.0, 1.0)), at(-0.0, 3.0, gives=(0.0, 1.0)), at(nan, 0.5, gives=(0.0, 0.0)),
    ]),
    unary("sign", lambda x: (x > 0) - (x < 0)),
    binary("equals", lambda x, y: int(x == y)),
    unary("floor", mp.floor),
    unary("ceil", mp.ceil),
    unary("trunc", int),
    unary("rint", mp.nint),
    Row("round", lambda x, decimals=0: _nearest(x * mp.mpf(10) ** decimals) / mp.mpf(10) ** decimals,
        [*ROUND, on([(3,)], 2), on([(2, 3)], decimals=1), on([()], -1)], [BETWEEN], by_element=True),
    Row("clip", np.clip, [*(on([shape], -1.0, 2.5) for shape in SHAPES), on([(3,)], 0.0, None), on([()], None, 0.0),
                          on([(3,)], a_min=None, a_max=0.0), on([(2, 3)], np.array([0.0, -1.0, 2.0]), 2.0),
                          on([(2,)], 1.0, 1.0),
                          *(on(shapes, domains=[BETWEEN, reals(-8, -2), reals(2, 8)])
                            for shapes in ([(3,), (), ()], [(), (), ()], [(1,), (2, 1), (3,)]))],
        [BETWEEN], by_element=True, kinks=[at(-1.0, gives=1.0), at(2.5, gives=1.0), at(nan, gives=1.0),
                                           at(inf, gives=0.0), at(-inf, gives=0.0)]),
]  # fmt: skip
