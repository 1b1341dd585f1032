"""The operations on each element, as expressions of floats that native code is made of."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..lifting.listing import Instruction


class Formula(NamedTuple):
    """An operation as an expression of its inputs x, y, z and of its parameters, which have these defaults.

    calls: it calls a function of the C library, so that no loop over it runs on vectors.
    """

    text: str
    calls: bool = False
    parameters: dict[str, float] = {}  # noqa: RUF012 (nobody changes it)


def formula(instruction: Instruction) -> Formula | None:
    """The formula of an instruction, None where it is no such operation, or not with these parameters."""
    operation = instruction.operation
    if operation is None:
        return FORMULAS["positive"] if instruction.name == "copy" else None
    found = FORMULAS.get(operation.name)
    if found is None or len(operation.args) > len(found.parameters) or not {*operation.named} <= {*found.parameters}:
        return None
    given = found.parameters | dict(zip(found.parameters, operation.args, strict=False)) | operation.named
    if not all(type(x) in (int, float, bool) for x in given.values()):
        return None
    return found._replace(parameters={name: float(x) for name, x in given.items()})


_TIE = "(x == y) | ((x != x) & (y != y))"
_RAISED = "choose(x < a_min, a_min, x)"
_CLIPPED = f"choose({_RAISED} > a_max, a_max, {_RAISED})"
FORMULAS: dict[str, Formula] = {
    "positive": Formula("x"),
    "negative": Formula("-x"),
    "add": Formula("x + y"),
    "subtract": Formula("x - y"),
    "multiply": Formula("x * y"),
    "divide": Formula("x / y"),
    "power": Formula("math.pow(x, y)", True),
    **{name: Formula(f"np.{name}(x)") for name in ("sqrt", "abs", "floor", "ceil", "trunc", "rint")},
    **{name: Formula(f"math.{name}(x)", True) for name in ("exp", "expm1", "log", "log2", "log10", "log1p")},
    **{name: Formula(f"math.{name}(x)", True) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{f"arc{name}": Formula(f"math.a{name}(x)", True) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "exp2": Formula("np.exp2(x)", True),
    "hypot": Formula("math.hypot(x, y)", True),
    "arctan2": Formula("math.atan2(x, y)", True),
    "logaddexp": Formula("np.logaddexp(x, y)", True),
    "erf": Formula("math.erf(x)", True),
    "erfc": Formula("math.erfc(x)", True),
    "maximum": Formula("choose((x > y) | (x != x), x, y)"),
    "minimum": Formula("choose((x < y) | (x != x), x, y)"),
    "sign": Formula("choose(x > 0.0, 1.0, choose(x < 0.0, -1.0, choose(x == 0.0, 0.0, x)))"),
    "equals": Formula(f"choose({_TIE}, 1.0, 0.0)"),
    "share_of_larger": Formula(f"choose({_TIE}, 0.5, choose((x > y) | (x != x), 1.0, 0.0))"),
    "share_of_smaller": Formula(f"choose({_TIE}, 0.5, choose((x < y) | (x != x), 1.0, 0.0))"),
    "clip": Formula(_CLIPPED, parameters={"a_min": math.nan, "a_max": math.nan}),
    "inside": Formula(
        f"choose((x != x) | (x == {_CLIPPED}), 1.0, 0.0)", parameters={"a_min": math.nan, "a_max": math.nan}
    ),
    "where": Formula("choose(x != 0.0, y, z)"),
    "keep": Formula("choose(condition != 0.0, x, 0.0)", parameters={"condition": math.nan}),
    "lowered": Formula("choose((y == 0.0) & (abs(x) <= tiny), 0.0, y - 1.0)"),
    "stays_zero": Formula("choose((x == 0.0) & (y >= 0.0), 1.0, 0.0)"),
    "are_zero": Formula("choose((x == 0.0) & (y == 0.0), 1.0, 0.0)"),
    "pole": Formula("choose((x == 0.0) & (y == 0.0), nan, 1.0)"),
    "weight": Formula("weight(x, y)", True),
    "xlogy": Formula("0.0 if x == 0.0 and y == y else x * math.log(y)", True),
    "sigmoid": Formula("sigmoid(x)", True),
    "sigmoid_slope": Formula("sigmoid_slope(x)", True),
    "softplus": Formula("softplus(x)", True),
    "sech_squared": Formula("sech_squared(x)", True),
    "relu": Formula("choose(x <= 0.0, 0.0, x)"),
    "cbrt": Formula("np.cbrt(x)", True),
    "gaussian": Formula("bell(x, 1.0)", True),
    "normal_density": Formula("bell(x, 0.5)", True),
    "normal_cdf": Formula("normal_cdf(x)", True),
    **{
        name: Formula(f"choose({question}, 1.0, 0.0)")
        for name, question in {
            "less": "x < y",
            "less_equal": "x <= y",
            "greater": "x > y",
            "greater_equal": "x >= y",
            "equal": "x == y",
            "not_equal": "x != y",
            "logical_and": "(x != 0.0) & (y != 0.0)",
            "logical_or": "(x != 0.0) | (y != 0.0)",
            "logical_xor": "(x != 0.0) != (y != 0.0)",
            "logical_not": "x == 0.0",
            "isfinite": "abs(x) < inf",
            "isinf": "abs(x) == inf",
            "isnan": "x != x",
        }.items()
    },
    "is_above": Formula("choose(x > 0.0, 1.0, 0.0)"),
    "leaky_slope": Formula("choose(x > 0.0, 1.0, slope)", parameters={"slope": 0.01}),
    "leaky_relu": Formula("choose(x > 0.0, x, slope * x)", parameters={"slope": 0.01}),
    "elu": Formula("x if x > 0.0 else alpha * math.expm1(x)", True, {"alpha": 1.0}),
}
"""Every operation that has a formula, by the name of its primitive.

choose(condition, x, y) is x where the condition holds, else y: both are computed, so that a loop can run on vectors.
`tiny` is a quarter of the least normal number.
"""


def _sigmoid(x: float) -> float:
    e = math.exp(-abs(x))
    return (1.0 if x >= 0.0 else e) / (1.0 + e)


def _sigmoid_slope(x: float) -> float:
    e = math.exp(-abs(x))
    return e / ((1.0 + e) * (1.0 + e))


def _softplus(x: float) -> float:
    return (x if x > 0.0 or x != x else 0.0) + math.log1p(math.exp(-abs(x)))


def _sech_squared(x: float) -> float:
    slope = 1.0 / math.cosh(x)
    return slope * slope


def _weight(x: float, y: float) -> float:
    """exp(x) / (exp(x) + exp(y)) with what x - y loses in rounding put back, as the operation's table has it."""
    difference = 0.0 if x == y else x - y
    moved = difference - x
    is_near = abs(difference) < 800.0 and abs(x) < math.inf
    lost = (x - (difference - moved)) - (y + moved) if is_near else 0.0
    e = math.exp(-abs(difference)) * (1.0 - (lost if difference > 0.0 else -lost))
    return (1.0 if difference >= 0.0 else e) / (1.0 + e)


def _bell(x: float, sharpness: float) -> float:
    """exp(-sharpness · x²), the square in two parts."""
    x = abs(x) if not abs(x) > 40.0 else 40.0
    high = np.rint(x * 1048576.0) / 1048576.0  # 26 bits: its products have no rounding error
    low = x - high
    return math.exp(-sharpness * (high * high)) * math.exp(-sharpness * (low * (high + x)))


def _normal_cdf(x: float) -> float:
    """erfc(-x · sqrt(1/2)) / 2, and its derivative times the rounding error of that product."""
    x = x if not abs(x) > 40.0 else math.copysign(40.0, x)
    t = x * _ROOT
    high = np.rint(x * 1048576.0) / 1048576.0  # 26 bits: its products have no rounding error
    low = x - high
    lost = ((high * _SHORT - t) + low * _SHORT) + x * _REST
    return 0.5 * math.erfc(-t) + math.exp(-t * t) / _ROOT_OF_PI * lost  # type: ignore[no-any-return]


_ROOT, _ROOT_OF_PI = math.sqrt(0.5), math.sqrt(math.pi)
_SHORT = round(_ROOT * 2**26) / 2**26
_REST = (0.5 - _SHORT * _SHORT) / (_ROOT + _SHORT)

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sigmoid": _sigmoid,
    "sigmoid_slope": _sigmoid_slope,
    "softplus": _softplus,
    "sech_squared": _sech_squared,
    "weight": _weight,
    "bell": _bell,
    "normal_cdf": _normal_cdf,
}
"""What formulas call besides NumPy's and Python's own functions."""
