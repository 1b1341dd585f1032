"""What samples need to know of numbers: between which two places one lies, and where an angle has jumped."""

import math
from typing import Any

import numpy as np

from ..node import shape_of
from ..primitive import Operation
from ..registry import general

# Each derivative takes the upstream gradient g, the output z, the inputs and the parameters.

segment: Operation = general(  # the number of the last place at or before each x, of all but the last: a step
    "segment",
    lambda x, places: np.clip(np.searchsorted(places, x, "right") - 1, 0, len(places) - 2).astype(np.float64),
    None,
    None,
)


def _summed(x: Any, places: Any, length: int) -> Any:
    total = np.zeros(length, x.dtype)
    np.add.at(total, places.astype(np.intp), x)
    return total


picked: Operation = general(  # the elements of a vector at places that an operation found
    "picked",
    lambda x, places: x[places.astype(np.intp)],
    lambda g, z, x, places: _put(g, places, length=shape_of(x)[0]),
    None,
)
_put: Operation = general("put", _summed, lambda g, z, x, places, length: picked(g, places), None)

unwrap: Operation = general(
    "unwrap",
    lambda p, discont=None, axis=-1, *, period=2 * math.pi: np.unwrap(p, discont, axis, period=period),
    lambda g, z, p, discont=None, axis=-1, *, period=2 * math.pi: g,  # whole periods more or less
    about="Angles without jumps: along the axis each is moved by whole periods, to within half of one of the last.\n\n"
    "discont: jumps that are no larger stay; at least half a period.",
    example="unwrap(Tensor([0.0, 3.0, 7.0]), period=4.0).data → array([ 0., -1., -1.])",
)
