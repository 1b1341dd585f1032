"""Functions of each element alone: a forward for floats, one for arrays, and the derivative in one line."""

import math
import operator
from typing import Any

import numpy as np

from ..node import data_of, ieee
from ..primitive import Operation, elementwise, unrecorded
from .linear import where

# fmt: off  (a row reads: name, forwards; derivatives; words)
# Where Python's function and NumPy's are 2 ulp apart, floats use NumPy's: Value and Tensor agree within 1 ulp.
# Each derivative takes the upstream gradient g, the output z and the inputs x, y.


def _sigmoid_of_float(x: float) -> float:
    e = float(np.exp(-math.fabs(x)))  # never overflows; NumPy's, as for arrays: the quotient would double an ulp
    return (1.0 if x >= 0.0 else e) / (1.0 + e)


def _sigmoid_of_array(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e).astype(e.dtype, copy=False) / (1 + e)


def _sech_squared_of(w: Any) -> Any:
    """1 / cosh(x)², of w = exp(-2|x|), which never overflows."""
    return 4.0 * w / ((1.0 + w) * (1.0 + w))


def _equals(x: Any, z: Any) -> Any:
    """1 where x is z (nan is nan), else 0: who was chosen by maximum."""
    same = (x == z) | ((x != x) & (z != z))
    return float(same) if isinstance(same, bool) else same.astype(np.result_type(x, z))


def _lowered(x: Any, y: Any) -> Any:
    """The exponent y - 1, but 0 where x and y are 0: there the derivative of x**0 is 0, not 0 · inf."""
    a, b = data_of(x), data_of(y)
    if type(b) is float and b != 0.0:
        return y - 1.0
    return where((a == 0) & (b == 0), 0.0, y - 1.0)


def _log_base(x: Any, y: Any) -> Any:
    """What d(x**y)/dy takes the logarithm of: x, but 1 where 0**y stays 0."""
    return where((data_of(x) == 0) & (data_of(y) >= 0), 1.0, x)


def _sign_of_float(x: float) -> float:
    return float((x > 0.0) - (x < 0.0)) if x == x else x


def _slope_of_relu(z: Any) -> Any:
    """1 where relu's output is above 0, else 0; nan where it is nan."""
    z = data_of(z)
    if type(z) is float:
        return _sign_of_float(z)
    return z > 0 if z.max(initial=0) >= 0 else np.sign(z)  # a comparison takes a third of the time of np.sign


def _softplus_of_float(x: float) -> float:
    return (x if x > 0.0 or x != x else 0.0) + math.log1p(math.exp(-math.fabs(x)))


def _share(x: Any, y: Any, z: Any) -> Any:
    """The part of the gradient of z = maximum(x, y) that is x's: 1, 0, or one half where they tie."""
    chosen = equals(x, z)
    return chosen / (chosen + equals(y, z))


sign: Operation = unrecorded(
    "sign",
    _sign_of_float,
    np.sign,
    "-1, 0 or 1; constant between its jumps, so its derivative is 0.",
    "sign(-3.0) → -1.0",
)
equals: Operation = unrecorded(
    "equals",
    _equals,
    _equals,
    "1 where the inputs are the same, nan included, else 0; its derivative is 0.",
    "equals(2.0, 2.0) → 1.0",
)

positive: Operation = elementwise(
    "positive",
    operator.pos,
    np.positive,
    lambda g, z, x: g,
    about="+x; d/dx = 1.",
    example="positive(2.0) → 2.0",
)
negative: Operation = elementwise(
    "negative",
    operator.neg,
    np.negative,
    lambda g, z, x: -g,
    about="-x; d/dx = -1.",
    example="negative(2.0) → -2.0",
)
add: Operation = elementwise(
    "add",
    operator.add,
    np.add,
    lambda g, z, x, y: g,
    lambda g, z, x, y: g,
    about="x + y; d/dx = 1, d/dy = 1.",
    example="add(2.0, 3.0) → 5.0",
)
subtract: Operation = elementwise(
    "subtract",
    operator.sub,
    np.subtract,
    lambda g, z, x, y: g,
    lambda g, z, x, y: -g,
    about="x - y; d/dx = 1, d/dy = -1.",
    example="subtract(2.0, 3.0) → -1.0",
)
multiply: Operation = elementwise(
    "multiply",
    operator.mul,
    np.multiply,
    lambda g, z, x, y: g * y,
    lambda g, z, x, y: g * x,
    about="x · y; d/dx = y, d/dy = x.",
    example="multiply(2.0, 3.0) → 6.0",
)
divide: Operation = elementwise(
    "divide",
    operator.truediv,
    np.divide,
    lambda g, z, x, y: g / y,
    lambda g, z, x, y: -(g * (z / y)),
    about="x / y; d/dx = 1 / y, d/dy = -x / y².",
    example="divide(3.0, 2.0) → 1.5",
)
power: Operation = elementwise(
    "power",
    math.pow,
    np.power,
    lambda g, z, x, y: g * (y * power(x, _lowered(x, y))),
    lambda g, z, x, y: g * (z * log(_log_base(x, y))),
    about="x to the power y; d/dx = y · x^(y-1), d/dy = x^y · log(x).",
    example="power(2.0, 3.0) → 8.0",
)
exp: Operation = elementwise(
    "exp",
    math.exp,
    np.exp,
    lambda g, z, x: g * z,
    about="e to the power x; d/dx = exp(x).",
    example="exp(0.0) → 1.0",
)
log: Operation = elementwise(
    "log",
    math.log,
    np.log,
    lambda g, z, x: g / x,
    about="The natural logarithm; d/dx = 1 / x.",
    example="log(1.0) → 0.0",
)
sqrt: Operation = elementwise(
    "sqrt",
    math.sqrt,
    np.sqrt,
    lambda g, z, x: g / (2.0 * z),
    about="The square root; d/dx = 1 / (2 · sqrt(x)).",
    example="sqrt(9.0) → 3.0",
)
sin: Operation = elementwise(
    "sin",
    math.sin,
    np.sin,
    lambda g, z, x: g * cos(x),
    about="The sine of an angle in radians; d/dx = cos(x).",
    example="sin(0.0) → 0.0",
)
cos: Operation = elementwise(
    "cos",
    math.cos,
    np.cos,
    lambda g, z, x: -(g * sin(x)),
    about="The cosine of an angle in radians; d/dx = -sin(x).",
    example="cos(0.0) → 1.0",
)
sinh: Operation = elementwise(
    "sinh",
    lambda x: ieee(np.sinh, x),
    np.sinh,
    lambda g, z, x: g * cosh(x),
    about="The hyperbolic sine; d/dx = cosh(x).",
    example="sinh(0.0) → 0.0",
)
cosh: Operation = elementwise(
    "cosh",
    math.cosh,
    np.cosh,
    lambda g, z, x: g * sinh(x),
    about="The hyperbolic cosine; d/dx = sinh(x).",
    example="cosh(0.0) → 1.0",
)
_sech_squared: Operation = elementwise(
    "sech_squared",
    lambda x: _sech_squared_of(float(np.exp(-2.0 * math.fabs(x)))),
    lambda x: _sech_squared_of(np.exp(-2.0 * np.abs(x))),
    lambda g, z, x: -2.0 * (g * (z * tanh(x))),
    about=None,
)
tanh: Operation = elementwise(
    "tanh",
    lambda x: float(np.tanh(x)),
    np.tanh,
    lambda g, z, x: g * _sech_squared(x),  # 1 - tanh² cancels, 1 / cosh² overflows
    about="The hyperbolic tangent; d/dx = 1 - tanh(x)² = 1 / cosh(x)².",
    example="tanh(0.0) → 0.0",
)
sigmoid: Operation = elementwise(
    "sigmoid",
    _sigmoid_of_float,
    _sigmoid_of_array,
    lambda g, z, x: g * (z * sigmoid(-x)),  # σ(-x) is 1 - σ(x) without cancellation
    about="1 / (1 + exp(-x)); d/dx = σ(x) · (1 - σ(x)).",
    example="sigmoid(0.0) → 0.5",
)
softplus: Operation = elementwise(
    "softplus",
    _softplus_of_float,
    lambda x: np.logaddexp(x, np.zeros((), x.dtype)),
    lambda g, z, x: g * sigmoid(x),
    about="log(1 + exp(x)); d/dx = sigmoid(x).",
    example="softplus(1000.0) → 1000.0",
)
relu: Operation = elementwise(
    "relu",
    lambda x: x if x > 0.0 or x != x else 0.0,
    lambda x: np.maximum(x, np.zeros(np.shape(x)[-1:], x.dtype)),  # a row of zeros: twice as fast as a single 0
    lambda g, z, x: g * _slope_of_relu(z),
    about="max(x, 0); d/dx = 1 above 0, 0 at 0 and below.",
    example="relu(-2.0) → 0.0",
)
abs: Operation = elementwise(
    "abs",
    math.fabs,
    np.abs,
    lambda g, z, x: g * sign(x),
    about="The absolute value; d/dx = sign(x), 0 at 0.",
    example="abs(-2.0) → 2.0",
)
maximum: Operation = elementwise(
    "maximum",
    lambda x, y: x if x > y or x != x else y,
    np.maximum,
    lambda g, z, x, y: g * _share(x, y, z),
    lambda g, z, x, y: g * _share(y, x, z),
    about="The larger of x and y; the gradient goes to it, one half each where they tie.",
    example="maximum(2.0, 3.0) → 3.0",
)
minimum: Operation = elementwise(
    "minimum",
    lambda x, y: x if x < y or x != x else y,
    np.minimum,
    lambda g, z, x, y: g * _share(x, y, z),
    lambda g, z, x, y: g * _share(y, x, z),
    about="The smaller of x and y; the gradient goes to it, one half each where they tie.",
    example="minimum(2.0, 3.0) → 2.0",
)
