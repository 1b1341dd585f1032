"""Other points and other layouts for the arguments of a check."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..calculus.linear import getitem, transpose
from ..tensor import Tensor
from .vectors import Array, flat, shaped


def elsewhere(args: list[Any], random: np.random.Generator) -> Iterator[tuple[str, list[Any]]]:
    """Points near the given one, with other signs, larger, smaller, and anywhere."""
    x = flat(args)
    shape = x.shape
    near = x + 0.1 * np.where(x == 0.0, 1.0, np.abs(x)) * random.normal(size=shape)
    signs = random.choice([-1.0, 1.0], shape)
    points = {
        "a point nearby": near,
        "a point with other signs": np.abs(near) * signs,
        "a point with the signs opposite to those": np.abs(near) * -signs,
        "a point 10 times as large": 10.0 * near,
        "a point 100 times as large": 100.0 * np.abs(near) * signs,
        "a point 100 times as large, the signs opposite": 100.0 * np.abs(near) * -signs,
        "a point 100 times as small": 0.01 * near,
        "a point of mixed magnitudes": signs * 10.0 ** random.uniform(-2.0, 2.0, shape),
        "a point between -1 and 1": random.uniform(-1.0, 1.0, shape),
        "a random point": random.normal(size=shape),
        "a random point between 0 and 4": random.uniform(0.0, 4.0, shape),
    }
    for name, point in points.items():
        yield name, shaped(point, args)


def _strided(a: Array) -> Array:
    return np.repeat(a, 2, axis=-1)[..., ::2]


def _read_only(a: Array) -> Array:
    copy = a.copy()
    copy.flags.writeable = False
    return copy


def _part(a: Array) -> Array:
    """In the middle of a larger array."""
    return np.pad(a, 1)[(slice(1, -1),) * a.ndim]


LAYOUTS: dict[str, Callable[[Array], Array]] = {
    "in Fortran order": lambda a: np.array(a, order="F"),
    "transposed in memory": lambda a: a.T.copy().T,
    "with negative strides": lambda a: a[(slice(None, None, -1),) * a.ndim].copy()[(slice(None, None, -1),) * a.ndim],
    "not contiguous": _strided,
    "a part of a larger array": _part,
    "read-only": _read_only,
}
"""The same array laid differently in memory; each gives an array of its own."""

RECORDED_LAYOUTS: dict[str, Callable[[Array], Any]] = {
    "in Fortran order": lambda a: Tensor(np.array(a, order="F")),
    "transposed in memory": lambda a: transpose(Tensor(a.T.copy())),
    "with negative strides": lambda a: getitem(
        Tensor(a[(slice(None, None, -1),) * a.ndim]), (slice(None, None, -1),) * a.ndim
    ),
    "not contiguous": lambda a: getitem(Tensor(_strided(a).base), (..., slice(None, None, 2))),
}
"""The same as nodes."""
