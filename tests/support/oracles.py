"""The truth about a function: its value and its derivatives by central differences in arithmetic of many digits.

Nothing of the engine is used here. A function under test is written a second time, for arrays of mpmath's numbers;
what its derivatives are is then asked of its values alone. With so many digits a step can be so small that the
differences are right far beyond the last bit of a double, and that it reaches no kink from a point which is not one
itself. So the tests need no tolerance for the oracle, only for the rounding of the engine.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import combinations_with_replacement
from typing import Any

import mpmath
import numpy as np

Array = np.ndarray[Any, Any]
Function = Callable[..., Any]

mp = mpmath.mp.clone()  # a context of our own: nobody else's precision changes
mp.dps = 120
_STEP = mp.mpf(10) ** -25  # of a second derivative truncation leaves 50 digits
_RESOLUTION = 1e-45  # its square is what truncation leaves of a first derivative, so that smaller ones drown


def each(function: Function) -> Function:
    """A function of mpmath's numbers as one of arrays of them; it remembers, for a step moves one element of many."""
    remembering = lru_cache(maxsize=4096)(function)

    def of_arrays(*inputs: Any, **parameters: Any) -> Any:
        return np.frompyfunc(partial(remembering, **parameters), len(inputs), 1)(*inputs)

    return of_arrays


def exact(array: Any) -> Array:
    """The numbers of an array as mpmath's."""
    return np.asarray(np.frompyfunc(lambda x: mp.mpf(float(x)), 1, 1)(array), dtype=object)


def value(function: Function, inputs: Sequence[Any]) -> Array:
    """f(*inputs), rounded to doubles."""
    return np.asarray(function(*map(exact, inputs)), dtype=object).astype(np.float64)


def jacobian(function: Function, inputs: Sequence[Any]) -> Array:
    """df_j/dx_i as a matrix, all outputs below one another and all inputs beside one another."""
    f, x, steps = _flat(function, inputs)
    columns = [(f(x + step) - f(x - step)) / (2 * _STEP) for step in steps]
    return np.array(columns, dtype=object).reshape(x.size, f(x).size).T.astype(np.float64)


def curvature(function: Function, inputs: Sequence[Any]) -> Array:
    """d²f_j / dx_i dx_k, in the order j, i, k; flat as in `jacobian`."""
    f, x, steps = _flat(function, inputs)
    here = f(x)
    beside = [f(x + step) + f(x - step) - here for step in steps]
    result = np.zeros((here.size, x.size, x.size))
    for i, k in combinations_with_replacement(range(x.size), 2):
        corners = f(x + (steps[i] + steps[k])) + f(x - (steps[i] + steps[k]))
        second = (corners - beside[i] - beside[k]) / (2 * _STEP**2)
        result[:, i, k] = result[:, k, i] = second.astype(np.float64)
    return result


def _flat(function: Function, inputs: Sequence[Any]) -> tuple[Function, Array, Array]:
    """The function of one vector, the vector, and a step along each of its elements."""
    shapes = [np.shape(x) for x in inputs]
    cuts = np.cumsum([math.prod(shape) for shape in shapes])[:-1]

    def flat(vector: Array) -> Array:
        parts = (part.reshape(shape) for part, shape in zip(np.split(vector, cuts), shapes, strict=True))
        return np.asarray(function(*parts), dtype=object).ravel()

    vector = np.concatenate([exact(x).ravel() for x in inputs])
    return flat, vector, np.eye(vector.size, dtype=object) * _STEP


def assert_close(actual: Any, expected: Array, scale: Any, ulps: float, precision: Any) -> None:
    """Each number within so many units in the last place of its scale: the size of the terms it is made of.

    scale: where terms cancel, the sum of their magnitudes; of the shape of expected, or one number for all.
    precision: the dtype whose unit is meant; what is lost when it runs out of exponents is no error.
    """
    actual = np.asarray(actual)
    assert actual.shape == expected.shape, f"shape {actual.shape}, not {expected.shape}"
    info = np.finfo(precision)
    allowed = np.broadcast_to(ulps * float(info.eps) * scale + max(float(info.tiny), _RESOLUTION), expected.shape)
    off = np.abs(actual.astype(np.float64) - expected)
    if not np.all(off <= allowed):
        worst = np.unravel_index(np.argmax(np.where(np.isnan(off), np.inf, off / allowed)), expected.shape)
        raise AssertionError(
            f"{actual[worst]!r}, not {expected[worst]!r}, at {tuple(map(int, worst))}: "
            f"off by {off[worst] / allowed[worst] * ulps:.3g} ulp of the scale, {ulps} allowed"
        )


def ulps_apart(a: Any, b: Any) -> Array:
    """How many doubles lie between a and b, the last counted; 0 for two nans, and -0 differs from 0."""
    a, b = (np.asarray(x, dtype=np.float64) for x in (a, b))
    order = [np.where(bits < 0, np.iinfo(np.int64).min - bits, bits) for bits in (a.view(np.int64), b.view(np.int64))]
    distance = np.abs(order[0].astype(object) - order[1].astype(object))
    sign = (np.signbit(a) != np.signbit(b)) & (a == 0) & (b == 0)
    return np.where(np.isnan(a) & np.isnan(b), 0, distance + sign)
