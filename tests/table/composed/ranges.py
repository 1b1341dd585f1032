"""Numbers that lie evenly between two ends."""

from typing import Any

import numpy as np

from ...support.oracles import mp
from ..row import ANY, Row, on, reals


def _linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, axis: int = 0) -> Any:
    steps = max(num - endpoint, 1)
    shares = np.array([mp.mpf(i) / steps for i in range(num)], dtype=object)
    width = np.asarray(stop - start)
    numbers = np.moveaxis(start + shares.reshape(-1, *(1,) * width.ndim) * width, 0, axis)
    return (numbers, width / steps) if retstep else numbers


def _logspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, axis: int = 0) -> Any:
    power = np.frompyfunc(lambda x: mp.power(base, x), 1, 1)
    return power(_linspace(start, stop, num, endpoint, axis=axis))


ROWS = [
    Row("linspace", _linspace, [on([(), ()], 4), on([(2,), ()], 3, axis=-1), on([(2,), (2, 1)], 3, endpoint=False),
                                on([(2,), ()], 1), on([(), (2,)], 0), on([(), ()], 5, False)], [ANY, ANY]),
    Row("logspace", _logspace, [on([(), ()], 4), on([(2,), ()], 3, axis=1), on([(), ()], 3, endpoint=False, base=2.0)],
        [reals(-2, 2), reals(-2, 2)], ulps=16),
]  # fmt: skip
