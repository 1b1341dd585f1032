"""Operations with kinks and jumps: absolute value, maximum and minimum, clipping, signs, rounding."""

import builtins
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..admission import plain
from ..primitive import Operation
from ..registry import adjustable, elementwise, step
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
_share_of_larger: Operation = step("share_of_larger", _share(_larger), _share(np.maximum), inputs=2)
_share_of_smaller: Operation = step("share_of_smaller", _share(_smaller), _share(np.minimum), inputs=2)


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
_inside: Operation = adjustable(
    "inside", lambda x, a_min=None, a_max=None: _inside_of(x, a_min, a_max),
    lambda x, a_min=None, a_max=None: _inside_of(x, a_min, a_max),
    None,
)
clip: Operation = adjustable(
    "clip", lambda x, a_min=None, a_max=None: _clip_of(x, a_min, a_max),
    lambda x, a_min=None, a_max=None: _clip_of(x, a_min, a_max),
    lambda g, z, x, a_min=None, a_max=None: where(_inside(x, a_min, a_max), g, 0.0),  # not 0 · inf
    about="x, but a_min where it is below and a_max where it is above; the bounds are constants, and inside",
    slopes=("1 inside, 0 outside",), example="clip(5.0, 0.0, 1.0) → 1.0",
)
