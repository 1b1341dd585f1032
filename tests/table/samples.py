"""Angles without jumps."""

from typing import Any

import numpy as np

from ..support.oracles import mp
from .row import BETWEEN, Row, on


def _unwrap(p: Any, discont: Any = None, axis: int = -1, period: Any = 2 * np.pi) -> Any:
    """Each moved by the whole periods that bring it nearest to the last one, where the jump is large enough."""
    z = np.array(np.moveaxis(p, axis, 0))
    for k in range(1, len(z)):
        jump = np.asarray(np.moveaxis(p, axis, 0)[k] - np.moveaxis(p, axis, 0)[k - 1])
        near = np.frompyfunc(lambda d: d - period * mp.nint(d / mp.mpf(period)), 1, 1)(jump)
        stays = abs(jump) < (period / 2 if discont is None else discont)
        z[k] = z[k - 1] + np.where(stays, jump, near)
    return np.moveaxis(z, 0, axis)


ROWS = [
    Row("unwrap", _unwrap, [on([(3,)]), on([(2, 3)], axis=0, period=3.0), on([(4,)], 7.0), on([(2, 3)], period=2.25),
                            on([(1,)]), on([(2, 0)])], [BETWEEN], cancelling=(0,)),
]  # fmt: skip
