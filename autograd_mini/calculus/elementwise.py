"""Arithmetic, powers, exponentials and logarithms of each element: forwards, then the calculus."""

import math
import operator
from typing import Any

import numpy as np

from ..primitive import Operation
from ..refusals import ieee, quiet
from ..registry import adjustable, elementwise, registered, step
from .choosing import where

# Each derivative takes the upstream gradient g, the output z and the inputs x, y.
# A row reads: name, forwards; derivatives; words. The formatter would give each word a line of its own.
# fmt: off


def _lowered(x: Any, y: Any) -> Any:
    """The exponent y - 1, but 0 where y is 0 and 1 / x overflows; of a constant that is not 0 it is a constant."""
    return y - 1.0 if type(y) is float and y != 0.0 else _lowered_exponent(x, y)


def _lowered_of_arrays(x: Any, y: Any) -> Any:
    tiny = np.finfo(np.result_type(x, np.float32)).tiny
    return np.where((np.abs(x) <= tiny / 4) & (y == 0), 0.0, y - 1.0)


def _weight_in(exp: Any, rate: float) -> Any:
    """The share of exp(x) in exp(x) + exp(y), where exp may have another base, of which the rate is the logarithm.

    exp would amplify what x - y loses in rounding, so that is put back. Equal infinities share.
    The lost part is Knuth's (The Art of Computer Programming 2, 4.2.2, theorem B).
    """

    def weight(x: Any, y: Any) -> Any:
        difference = np.where(x == y, 0, x - y)
        moved = difference - x
        lost = np.where((np.abs(difference) < 1200) & np.isfinite(x), (x - (difference - moved)) - (y + moved), 0)
        e = exp(-np.abs(difference)) * (1 - np.sign(difference) * lost * rate)
        return np.where(difference >= 0, np.ones((), e.dtype), e) / (1 + e)

    return weight


def _logaddexp_of_floats(x: float, y: float) -> float:
    return x + math.log(2.0) if x == y else (x if x > y else y) + math.log1p(math.exp(-math.fabs(x - y)))


def _logaddexp2_of_floats(x: float, y: float) -> float:
    return x + 1.0 if x == y else (x if x > y else y) + math.log1p(math.exp2(-math.fabs(x - y))) / math.log(2.0)


def _xlogy_of_arrays(x: Any, y: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((x == 0) & (y == y), 0.0, x * np.log(y)).astype(np.result_type(x, y), copy=False)


def _mask(condition: Operation) -> Operation:
    """A condition on two arrays as 1 and 0 in their own dtype."""
    return lambda x, y: condition(x, y).astype(np.result_type(x, y))


positive: Operation = elementwise(
    "positive", operator.pos, np.positive,
    lambda g, z, x: g,
    about="+x", slopes=("1",), example="positive(2.0) → 2.0",
)
negative: Operation = elementwise(
    "negative", operator.neg, np.negative,
    lambda g, z, x: -g,
    about="-x", slopes=("-1",), example="negative(2.0) → -2.0",
)
add: Operation = elementwise(
    "add", operator.add, np.add,
    lambda g, z, x, y: g,
    lambda g, z, x, y: g,
    about="x + y", slopes=("1", "1"), example="add(2.0, 3.0) → 5.0",
)
subtract: Operation = elementwise(
    "subtract", operator.sub, np.subtract,
    lambda g, z, x, y: g,
    lambda g, z, x, y: -g,
    about="x - y", slopes=("1", "-1"), example="subtract(2.0, 3.0) → -1.0",
)
multiply: Operation = elementwise(
    "multiply", operator.mul, np.multiply,
    lambda g, z, x, y: g * y,
    lambda g, z, x, y: g * x,
    about="x · y", slopes=("y", "x"), example="multiply(2.0, 3.0) → 6.0",
)
divide: Operation = elementwise(
    "divide", operator.truediv, np.divide,
    lambda g, z, x, y: g / y,
    lambda g, z, x, y: -(g * (z / y)),
    about="x / y", slopes=("1 / y", "-x / y²"), example="divide(3.0, 2.0) → 1.5",
)
_lowered_exponent: Operation = elementwise(
    "lowered", lambda x, y: float(_lowered_of_arrays(x, y)), _lowered_of_arrays,
    None,
    lambda g, z, x, y: g,
    about=None,  # of x**0 the derivative is 0, not 0 · inf
)
_stays_zero: Operation = step(
    "stays_zero", lambda x, y: float(x == 0.0 <= y), _mask(lambda x, y: (x == 0) & (y >= 0)), inputs=2,
)  # 0**y, when y moves
_are_zero: Operation = step(
    "are_zero", lambda x, y: float(x == y == 0.0), _mask(lambda x, y: (x == 0) & (y == 0)), inputs=2,
)
power: Operation = elementwise(
    "power", math.pow, np.power,
    lambda g, z, x, y: g * (y * power(x, _lowered(x, y))),
    lambda g, z, x, y: g * (z * log(where(_stays_zero(x, y), 1.0, x))),
    about="x to the power y", slopes=("y · x^(y-1)", "x^y · log(x)"), example="power(2.0, 3.0) → 8.0",
)
sqrt: Operation = elementwise(
    "sqrt", math.sqrt, np.sqrt,
    lambda g, z, x: g / (2.0 * z),
    about="The square root", slopes=("1 / (2 · sqrt(x))",), example="sqrt(9.0) → 3.0",
)
cbrt: Operation = elementwise(
    "cbrt", lambda x: float(np.cbrt(x)), np.cbrt,  # math.cbrt is 3 ulp off, NumPy's half an ulp
    lambda g, z, x: g / (3.0 * (z * z)),
    about="The cube root", slopes=("1 / (3 · cbrt(x)²)",), example="cbrt(8.0) → 2.0",
)
exp: Operation = elementwise(
    "exp", math.exp, np.exp,
    lambda g, z, x: g * z,
    about="e to the power x", slopes=("exp(x)",), example="exp(0.0) → 1.0",
)
exp2: Operation = elementwise(
    "exp2", math.exp2, np.exp2,
    lambda g, z, x: g * (z * math.log(2.0)),
    about="2 to the power x", slopes=("2^x · log(2)",), example="exp2(3.0) → 8.0",
)
expm1: Operation = elementwise(
    "expm1", math.expm1, np.expm1,
    lambda g, z, x: g * exp(x),  # z + 1 loses its digits where x is far below 0
    about="exp(x) - 1, exact near 0", slopes=("exp(x)",), example="expm1(0.0) → 0.0",
)
log: Operation = elementwise(
    "log", math.log, np.log,
    lambda g, z, x: g / x,
    about="The natural logarithm", slopes=("1 / x",), example="log(1.0) → 0.0",
)
log2: Operation = elementwise(
    "log2", math.log2, np.log2,
    lambda g, z, x: g * (1.0 / math.log(2.0) / x),
    about="The logarithm to the base 2", slopes=("1 / (x · log(2))",), example="log2(8.0) → 3.0",
)
log10: Operation = elementwise(
    "log10", math.log10, np.log10,
    lambda g, z, x: g * (1.0 / math.log(10.0) / x),
    about="The logarithm to the base 10", slopes=("1 / (x · log(10))",), example="log10(100.0) → 2.0",
)
log1p: Operation = elementwise(
    "log1p", math.log1p, np.log1p,
    lambda g, z, x: g / (1.0 + x),
    about="log(1 + x), exact near 0", slopes=("1 / (1 + x)",), example="log1p(0.0) → 0.0",
)
_weight_of, _weight_of_2 = _weight_in(np.exp, 1.0), _weight_in(np.exp2, math.log(2.0))
_weight: Operation = elementwise(
    "weight", lambda x, y: float(ieee(_weight_of, x, y)), quiet(_weight_of),
    lambda g, z, x, y: g * (z * _weight(y, x)),
    lambda g, z, x, y: -(g * (z * _weight(y, x))),
    about=None,
)
logaddexp: Operation = elementwise(
    "logaddexp", _logaddexp_of_floats, quiet(np.logaddexp),
    lambda g, z, x, y: g * _weight(x, y),
    lambda g, z, x, y: g * _weight(y, x),
    about="log(exp(x) + exp(y)) without overflow", slopes=("1 / (1 + exp(y - x))", "1 / (1 + exp(x - y))"),
    example="logaddexp(1000.0, -1000.0) → 1000.0",
)
_weight2: Operation = elementwise(
    "weight2", lambda x, y: float(ieee(_weight_of_2, x, y)), quiet(_weight_of_2),
    lambda g, z, x, y: g * (z * _weight2(y, x) * math.log(2.0)),
    lambda g, z, x, y: -(g * (z * _weight2(y, x) * math.log(2.0))),
    about=None,
)
logaddexp2: Operation = elementwise(
    "logaddexp2", _logaddexp2_of_floats, quiet(np.logaddexp2),
    lambda g, z, x, y: g * _weight2(x, y),
    lambda g, z, x, y: g * _weight2(y, x),
    about="log2(2^x + 2^y) without overflow", slopes=("1 / (1 + 2^(y - x))", "1 / (1 + 2^(x - y))"),
    example="logaddexp2(3.0, 3.0) → 4.0",
)
ldexp: Operation = adjustable(
    "ldexp", lambda x, n: float(np.ldexp(x, n)), lambda x, n: np.ldexp(x, n),
    lambda g, z, x, n: ldexp(g, n),
    about="x · 2^n for whole numbers n, which are constants", slopes=("2^n",), example="ldexp(3.0, 2) → 12.0",
)
xlogy: Operation = elementwise(
    "xlogy", lambda x, y: 0.0 if x == 0.0 and y == y else x * math.log(y), _xlogy_of_arrays,
    lambda g, z, x, y: g * log(y),
    lambda g, z, x, y: g * (x / where(_are_zero(x, y), 1.0, y)),
    about="x · log(y), and 0 where x is 0", slopes=("log(y)", "x / y"), example="xlogy(0.0, 0.0) → 0.0",
)


@registered("composed")
def square(x: Any) -> Any:
    """x · x.

    >>> square(3.0)
    9.0
    """
    return multiply(x, x)


@registered("composed")
def reciprocal(x: Any) -> Any:
    """1 / x.

    >>> reciprocal(4.0)
    0.25
    """
    return divide(1.0, x)
