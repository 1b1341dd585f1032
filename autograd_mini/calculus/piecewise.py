"""Operations with kinks and jumps: absolute value, maximum and minimum, clipping, signs, rounding, remainders."""

import builtins
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..admission import plain
from ..errors import KindError
from ..node import Node
from ..primitive import Operation
from ..registry import adjustable, elementwise, registered, step
from .choosing import where

# Each derivative takes the upstream gradient g, the output z and the inputs x, y.
# fmt: off


def equal(x: Any, z: Any) -> Any:
    """1 where x is z (nan is nan), else 0: who was chosen by maximum."""
    same = (x == z) | ((x != x) & (z != z))
    return float(same) if isinstance(same, bool) else same.astype(np.result_type(x, z))


def _sign_of_float(x: float) -> float:
    return float((x > 0.0) - (x < 0.0)) if x == x else x


def sign_of_array(x: Any, out: Any = None) -> Any:
    """np.sign; of many numbers without its branches, of which a processor guesses half wrong: ten times as fast."""
    if np.size(x) < 4096:
        return np.sign(x, out)
    is_above, is_below = np.greater(x, 0), np.less(x, 0)
    out = np.empty_like(x) if out is None else out
    np.subtract(is_above.view(np.int8), is_below.view(np.int8), out, casting="unsafe")
    if np.isnan(x, is_above).any():
        np.putmask(out, is_above, np.nan)
    return out


def _on_float(rounding: Callable[[float], Any]) -> Callable[[float], float]:
    """Python's rounding as IEEE's: inf and nan stay, the sign of zero too."""
    return lambda x: math.copysign(float(rounding(x)), x) if math.isfinite(x) else x


def _clip_of(x: Any, a_min: Any, a_max: Any) -> Any:
    a_min, a_max = (bound if bound is None else plain(bound, "clip") for bound in (a_min, a_max))
    clipped = np.positive(x) if a_min is None and a_max is None else np.clip(x, a_min, a_max)  # as from NumPy 2.1 on
    return clipped if isinstance(clipped, np.ndarray) or isinstance(x, np.ndarray) else float(clipped)


def _inside_of(x: Any, a_min: Any, a_max: Any) -> Any:
    return equal(x, _clip_of(x, a_min, a_max))


def _share(chosen: Callable[[Any, Any], Any]) -> Any:
    """The part of the gradient of chosen(x, y), the larger or the smaller, that is x's: 1, 0, or one half in a tie."""

    def share(x: Any, y: Any) -> Any:
        z = chosen(x, y)
        mine = equal(x, z)
        return mine / (mine + equal(y, z))

    return share


def _larger(x: float, y: float) -> float:
    return x if x > y or x != x else y


def _smaller(x: float, y: float) -> float:
    return x if x < y or x != x else y


def _larger_number(x: float, y: float) -> float:
    return x if x > y or y != y else y


def _smaller_number(x: float, y: float) -> float:
    return x if x < y or y != y else y


def _answer(question: Any) -> tuple[Callable[..., float], Callable[..., Any]]:
    """A question of NumPy's as 1 where the answer is yes, else 0: of floats and of arrays."""
    return lambda *x: float(question(*x)), lambda *x: question(*x).astype(np.float64)


questions: dict[str, Operation] = {
    question.__name__: step(question.__name__, *_answer(question), inputs=question.nin)
    for question in (
        np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal,
        np.logical_and, np.logical_or, np.logical_xor, np.logical_not,
        np.isfinite, np.isinf, np.isnan, np.signbit,
    )
}
"""What is answered by true and false, by NumPy's names: steps of 1 and 0, for the answers that a program keeps."""


sign: Operation = step(
    "sign", _sign_of_float, sign_of_array,
    about="-1, 0 or 1; constant between its jumps: derivative 0", example="sign(-3.0) → -1.0",
)
equals: Operation = step(
    "equals", equal, equal, inputs=2,
    about="1 where the inputs are the same, nan included, else 0; derivative 0", example="equals(2.0, 2.0) → 1.0",
)
is_number: Operation = step("is_number", lambda x: float(x == x), lambda x: (x == x).astype(x.dtype))  # and not nan
floor: Operation = step(
    "floor", _on_float(math.floor), np.floor,
    about="The whole number at or below; derivative 0", example="floor(-1.5) → -2.0",
)
ceil: Operation = step(
    "ceil", _on_float(math.ceil), np.ceil,
    about="The whole number at or above; derivative 0", example="ceil(1.5) → 2.0",
)
trunc: Operation = step(
    "trunc", _on_float(math.trunc), np.trunc,
    about="The whole number towards 0; derivative 0", example="trunc(-1.5) → -1.0",
)
rint: Operation = step(
    "rint", _on_float(builtins.round), np.rint,
    about="The nearest whole number, halves to even; derivative 0", example="rint(2.5) → 2.0",
)
round: Operation = adjustable(
    "round", lambda x, decimals=0: float(np.round(x, decimals)), lambda x, decimals=0: np.round(x, decimals),
    None,
    about="x with so many digits after the point, halves to even; derivative 0", example="round(2.345, 1) → 2.3",
)
floor_divide: Operation = step(
    "floor_divide", operator.floordiv, np.floor_divide, inputs=2,
    about="The whole number at or below x / y; derivative 0", example="floor_divide(-7.0, 2.0) → -4.0",
)
_share_of_larger: Operation = step("share_of_larger", _share(_larger), _share(np.maximum), inputs=2)
_share_of_smaller: Operation = step("share_of_smaller", _share(_smaller), _share(np.minimum), inputs=2)
_share_of_fmax: Operation = step("share_of_fmax", _share(_larger_number), _share(np.fmax), inputs=2)
_share_of_fmin: Operation = step("share_of_fmin", _share(_smaller_number), _share(np.fmin), inputs=2)


abs: Operation = elementwise(
    "abs", math.fabs, np.abs,
    lambda g, z, x: g * sign(x),
    about="The absolute value", slopes=("sign(x), 0 at 0",), example="abs(-2.0) → 2.0",
)
maximum: Operation = elementwise(
    "maximum", _larger, np.maximum,
    lambda g, z, x, y: g * _share_of_larger(x, y),
    lambda g, z, x, y: g * _share_of_larger(y, x),
    about="The larger of x and y; the gradient goes to it, one half each where they tie.",
    example="maximum(2.0, 3.0) → 3.0",
)
minimum: Operation = elementwise(
    "minimum", _smaller, np.minimum,
    lambda g, z, x, y: g * _share_of_smaller(x, y),
    lambda g, z, x, y: g * _share_of_smaller(y, x),
    about="The smaller of x and y; the gradient goes to it, one half each where they tie.",
    example="minimum(2.0, 3.0) → 2.0",
)
fmax: Operation = elementwise(
    "fmax", _larger_number, np.fmax,
    lambda g, z, x, y: g * _share_of_fmax(x, y),
    lambda g, z, x, y: g * _share_of_fmax(y, x),
    about="The larger of x and y, a number beside nan; the gradient goes to it, one half each where they tie.",
    example="fmax(2.0, float('nan')) → 2.0",
)
fmin: Operation = elementwise(
    "fmin", _smaller_number, np.fmin,
    lambda g, z, x, y: g * _share_of_fmin(x, y),
    lambda g, z, x, y: g * _share_of_fmin(y, x),
    about="The smaller of x and y, a number beside nan; the gradient goes to it, one half each where they tie.",
    example="fmin(2.0, float('nan')) → 2.0",
)
remainder: Operation = elementwise(
    "remainder", operator.mod, np.remainder,
    lambda g, z, x, y: where(is_number(z), g, np.nan),
    lambda g, z, x, y: where(is_number(z), -(g * floor_divide(x, y)), np.nan),
    about="What floor_divide leaves of x, of y's sign: Python's %, NumPy's mod",
    slopes=("1", "-floor(x / y)"), example="remainder(-7.0, 2.0) → 1.0",
)
fmod: Operation = elementwise(
    "fmod", math.fmod, np.fmod,
    lambda g, z, x, y: where(is_number(z), g, np.nan),
    lambda g, z, x, y: -(g * rint((x - z) / y)),
    about="What division by y, rounded towards 0, leaves of x, of x's sign: C's fmod",
    slopes=("1", "-trunc(x / y)"), example="fmod(-7.0, 2.0) → -1.0",
)
fraction: Operation = elementwise(
    "fraction", lambda x: math.modf(x)[0], lambda x: np.modf(x)[0],
    lambda g, z, x: where(is_number(z), g, np.nan),
    about=None,  # what trunc leaves of x
)
copysign: Operation = elementwise(
    "copysign", math.copysign, np.copysign,
    lambda g, z, x, y: g * (sign(x) * sign(z)),
    None,
    about="abs(x) with the sign of y, -0's too; d/dx = sign(x) · sign(y), 0 at x = 0; d/dy = 0",
    example="copysign(2.0, -0.0) → -2.0",
)
heaviside: Operation = elementwise(
    "heaviside", lambda x, y: float(np.heaviside(x, y)), np.heaviside,
    None,
    lambda g, z, x, y: where(equals(x, 0.0), g, 0.0),
    about="0 for x below 0, 1 above, y at 0; d/dx = 0; d/dy = 1 at x = 0, elsewhere 0",
    example="heaviside(0.0, 0.5) → 0.5",
)
_inside: Operation = adjustable(
    "inside", lambda x, a_min=None, a_max=None: _inside_of(x, a_min, a_max),
    lambda x, a_min=None, a_max=None: _inside_of(x, a_min, a_max),
    None,
)
_clip: Operation = adjustable(
    "clip", lambda x, a_min=None, a_max=None: _clip_of(x, a_min, a_max),
    lambda x, a_min=None, a_max=None: _clip_of(x, a_min, a_max),
    lambda g, z, x, a_min=None, a_max=None: where(_inside(x, a_min, a_max), g, 0.0),  # not 0 · inf
    slopes=("1 inside, 0 outside",),
)


def _bounded(chosen: Operation, x: Any, bound: Any) -> Any:
    """x, or the bound where that is chosen of the two; in a tie x."""
    return where(equals(x, chosen(x, bound)), x, bound)


@registered("elementwise")
def clip(x: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """x, but a_min where it is below and a_max where it is above (min and max are other names for them).

    d/dx = 1 inside and at the bounds, 0 outside, where a bound that is a node has the gradient. Of bounds that have
    changed places, a_max.

    >>> clip(5.0, 0.0, 1.0)
    1.0
    """
    if (a_min is not None and min is not None) or (a_max is not None and max is not None):
        raise KindError("clip: min and a_min are two names of one bound, and so are max and a_max: give it once")
    a_min, a_max = min if a_min is None else a_min, max if a_max is None else a_max
    if not isinstance(a_min, Node) and not isinstance(a_max, Node):
        return _clip(x, a_min, a_max)
    x = _clip(x, None, None) if a_min is None else _bounded(maximum, x, a_min)
    return x if a_max is None else _bounded(minimum, x, a_max)
