"""NumPy's names for each element."""

from typing import Any

import numpy as np

from ...support.oracles import mp
from ..row import ANY, BETWEEN, NONZERO, Row, at, binary, in_a_row, inf, nan, on, reals, unary


def _both(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    return in_a_row(function(*inputs, *args, **named))


def _parts(x: Any) -> Any:
    whole = np.frompyfunc(int, 1, 1)(x)
    return x - whole, whole


ROWS = [
    unary("deg2rad", lambda x: x * mp.pi / 180),
    unary("rad2deg", lambda x: x * 180 / mp.pi),
    unary("angle", lambda x, deg=False: 0 if x > 0 else 180 if deg else +mp.pi, NONZERO, also=[on([(3,)], deg=True)],
          kinks=[at(0.0, gives=0.0), at(-0.0, gives=0.0), at(-inf, gives=0.0)]),
    binary("float_power", mp.power, reals(0.125, 4), reals(-3, 3), c_library=True),
    Row("divmod", lambda x, y: (np.floor(x / y), x - y * np.floor(x / y)),
        [on([(), ()]), on([(3,), ()]), on([(2, 1), (3,)]), on([(0,), (1,)])], [BETWEEN, NONZERO], passing=_both,
        operators=[divmod]),
    Row("modf", _parts, [on([()]), on([(3,)]), on([(0, 2)])], [BETWEEN], passing=_both),
    unary("nan_to_num", lambda x, **named: x, ANY, also=[on([(3,)], nan=1.0, posinf=2.0, neginf=-3.0)],
          kinks=[at(nan, gives=0.0), at(inf, gives=0.0), at(-inf, gives=0.0)]),
]  # fmt: skip
