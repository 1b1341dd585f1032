"""Operations with kinks and jumps: absolute value, maximum and minimum, clipping, signs, rounding."""

import builtins
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import KindError
from ..node import Node, data_of
from ..primitive import Operation, attempt, elementwise, plain, registered, unrecorded
from .linear import where

# Each derivative takes the upstream gradient g, the output z and the inputs x, y.
# fmt: off


def _equals(x: Any, z: Any) -> Any:
    """1 where x is z (nan is nan), else 0: who was chosen by maximum."""
    same = (x == z) | ((x != x) & (z != z))
    return float(same) if isinstance(same, bool) else same.astype(np.result_type(x, z))


def _sign_of_float(x: float) -> float:
    return float((x > 0.0) - (x < 0.0)) if x == x else x


def _on_float(rounding: Callable[[float], Any]) -> Callable[[float], float]:
    """Python's rounding as IEEE's: inf and nan stay, the sign of zero too."""
    return lambda x: math.copysign(float(rounding(x)), x) if math.isfinite(x) else x


def _share(x: Any, y: Any, z: Any) -> Any:
    """The part of the gradient of z = maximum(x, y) that is x's: 1, 0, or one half where they tie."""
    chosen = equals(x, z)
    return chosen / (chosen + equals(y, z))


sign: Operation = unrecorded(
    "sign", _sign_of_float, np.sign, "-1, 0 or 1; constant between its jumps: derivative 0.", "sign(-3.0) → -1.0",
)
equals: Operation = unrecorded(
    "equals", _equals, _equals, "1 where the inputs are the same, nan included, else 0; derivative 0.",
    "equals(2.0, 2.0) → 1.0",
)
floor: Operation = unrecorded(
    "floor", _on_float(math.floor), np.floor, "The whole number at or below; derivative 0.", "floor(-1.5) → -2.0",
)
ceil: Operation = unrecorded(
    "ceil", _on_float(math.ceil), np.ceil, "The whole number at or above; derivative 0.", "ceil(1.5) → 2.0",
)
trunc: Operation = unrecorded(
    "trunc", _on_float(math.trunc), np.trunc, "The whole number towards 0; derivative 0.", "trunc(-1.5) → -1.0",
)
rint: Operation = unrecorded(
    "rint", _on_float(builtins.round), np.rint, "The nearest whole number, halves to even; derivative 0.",
    "rint(2.5) → 2.0",
)


@registered("unrecorded")
def round(x: Any, decimals: int = 0) -> Any:
    """x with so many digits after the point, halves to even; derivative 0.

    >>> round(2.345, 1)
    2.3
    """
    raw = plain(data_of(x))
    rounded = attempt("round", lambda a: np.round(a, decimals), raw)
    return float(rounded) if type(raw) is float else rounded


abs: Operation = elementwise(
    "abs", math.fabs, np.abs,
    lambda g, z, x: g * sign(x),
    about="The absolute value; d/dx = sign(x), 0 at 0.", example="abs(-2.0) → 2.0",
)
maximum: Operation = elementwise(
    "maximum", lambda x, y: x if x > y or x != x else y, np.maximum,
    lambda g, z, x, y: g * _share(x, y, z),
    lambda g, z, x, y: g * _share(y, x, z),
    about="The larger of x and y; the gradient goes to it, one half each where they tie.",
    example="maximum(2.0, 3.0) → 3.0",
)
minimum: Operation = elementwise(
    "minimum", lambda x, y: x if x < y or x != x else y, np.minimum,
    lambda g, z, x, y: g * _share(x, y, z),
    lambda g, z, x, y: g * _share(y, x, z),
    about="The smaller of x and y; the gradient goes to it, one half each where they tie.",
    example="minimum(2.0, 3.0) → 2.0",
)


@registered("composed")
def clip(x: Any, a_min: Any = None, a_max: Any = None) -> Any:
    """x, but a_min where it is below and a_max where it is above; the bounds are constants and belong to the inside.

    >>> clip(5.0, 0.0, 1.0)
    1.0
    """
    if isinstance(a_min, Node) or isinstance(a_max, Node):
        raise KindError("the bounds of clip are constants: pass their data, or compose it of maximum and minimum")
    raw = data_of(x)
    clipped = np.clip(raw, a_min, a_max)
    return where(equals(raw, clipped) == 1.0, x, clipped if isinstance(clipped, np.ndarray) else float(clipped))
