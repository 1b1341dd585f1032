"""NumPy's names for numbers that lie evenly between two ends."""

import operator
from typing import Any

import numpy as np

from ..admission import admit
from ..calculus.elementwise import power
from ..calculus.linear import moveaxis
from ..calculus.moving import set_at
from ..errors import ShapeError
from ..node import dtype_of, ndim_of
from ..primitive import refuse_nodes
from ..refusals import asked, attempt
from ..registry import registered


@registered("composed")
def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, *, axis: int = 0
) -> Any:
    """So many numbers evenly from start to stop, in a new axis; without the endpoint the last is a step before stop.

    start, stop: numbers, or arrays of shapes that broadcast. retstep: the step as well, in a tuple.

    >>> from autograd_mini import Value
    >>> linspace(Value(0.0), 1.0, 3).data
    array([0. , 0.5, 1. ])
    """
    refuse_nodes("linspace", (num, endpoint, retstep, axis))
    start, stop = admit("linspace", (start, stop))
    if (num := attempt("linspace", operator.index, num)) < 0:
        raise ShapeError(f"linspace of {num} numbers: it takes 0 or more")
    endpoint, retstep = asked("linspace", endpoint), asked("linspace", retstep)
    steps = num - 1 if endpoint else num
    width = stop - start
    step = width / steps if steps > 0 else np.nan
    counts = np.arange(num, dtype=dtype_of(width)).reshape(-1, *(1,) * ndim_of(width))
    numbers = counts * (step if steps > 0 else width) + start
    if endpoint and num > 1:
        numbers = set_at(numbers, -1, stop)  # without the rounding of the steps
    numbers = moveaxis(numbers, 0, axis)
    return (numbers, step) if retstep else numbers


@registered("composed")
def logspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, *, axis: int = 0) -> Any:
    """The base to the powers that lie evenly from start to stop.

    >>> from autograd_mini import Value
    >>> logspace(Value(0.0), 2.0, 3).data
    array([  1.,  10., 100.])
    """
    return power(base, linspace(start, stop, num, endpoint, axis=axis))
