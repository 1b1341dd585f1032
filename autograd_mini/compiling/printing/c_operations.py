"""Operations on numbers in C: by a sign, by a function of math.h, or by a short function that a source brings."""

import re
from collections.abc import Iterator, Sequence

from ...errors import KindError
from ..lifting.simplifying import Operation

SIGNS = {
    "positive": "{}",
    "negative": "-{}",
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "less": "({} < {})",
    "less_equal": "({} <= {})",
    "greater": "({} > {})",
    "greater_equal": "({} >= {})",
    "equal": "({} == {})",
    "not_equal": "({} != {})",
    "logical_and": "({} && {})",
    "logical_or": "({} || {})",
    "logical_xor": "(!{} != !{})",
    "logical_not": "(!{})",
    "where": "({} ? {} : {})",
}
_SAME = """sqrt cbrt exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh erf erfc floor ceil trunc rint hypot
isnan isinf isfinite signbit"""
FUNCTIONS = {
    "power": "pow",
    "abs": "fabs",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "arctan2": "atan2",
    **{name: name for name in _SAME.split()},
}
HELPERS = {
    "equals": "(x, y) { return x == y || (x != x && y != y); }",
    "maximum": "(x, y) { return x > y || x != x ? x : y; }",
    "minimum": "(x, y) { return x < y || x != x ? x : y; }",
    "relu": "(x) { return x > 0 || x != x ? x : 0; }",
    "sign": "(x) { return x != x ? x : (x > 0) - (x < 0); }",
    "sigmoid": "(x) { double e = exp(-fabs(x)); return (x >= 0 ? 1 : e) / (1 + e); }",
    "sigmoid_slope": "(x) { double e = exp(-fabs(x)); return e / (1 + e) / (1 + e); }",
    "softplus": "(x) { return (x > 0 || x != x ? x : 0) + log1p(exp(-fabs(x))); }",
    "logaddexp": "(x, y) { return x == y ? x + log(2) : (x > y || x != x ? x : y) + log1p(exp(-fabs(x - y))); }",
    "weight": "(x, y) { return x == y ? 0.5 : 1 / (1 + exp(y - x)); }",
    "xlogy": "(x, y) { return x == 0 && y == y ? 0 : x * log(y); }",
    "sech_squared": "(x) { return 1 / cosh(x) / cosh(x); }",
    "gaussian": "(x) { return exp(-x * x); }",
    "normal_density": "(x) { return exp(-0.5 * x * x); }",
    "normal_cdf": "(x) { return 0.5 * erfc(-x * sqrt(0.5)); }",
    "is_above": "(x) { return x > 0; }",
    "leaky_relu": "(x, slope) { return x > 0 ? x : slope * x; }",
    "leaky_slope": "(x, slope) { return x > 0 ? 1 : slope; }",
    "elu": "(x, alpha) { return x > 0 ? x : alpha * expm1(x); }",
    "share_of_larger": "(x, y) { double z = maximum(x, y); return equals(x, z) / (equals(x, z) + equals(y, z)); }",
    "share_of_smaller": "(x, y) { double z = minimum(x, y); return equals(x, z) / (equals(x, z) + equals(y, z)); }",
    "lowered": "(x, y) { return y == 0 && fabs(x) < 1e-308 ? 0 : y - 1; }",
    "stays_zero": "(x, y) { return x == 0 && y >= 0; }",
    "are_zero": "(x, y) { return x == 0 && y == 0; }",
    "times": "(x, y) { return y == 0 ? 0 : x * y; }",
    "over_length": "(x, length) { return length == 0 ? 0 : x / length; }",
    "sinc": "(x) { double t = 3.141592653589793 * x; return t == 0 ? 1 : sin(t) / t; }",
    "direction": "(x, y) { double length = hypot(x, y); return length == 0 ? 0 : x / length; }",
    "inversion": "(x, y) { double length = hypot(x, y); return length == 0 ? 0 : x / length / length; }",
    "pole": "(x, y) { return x == 0 && y == 0 ? NAN : 1; }",
}
DEFAULTS = {"leaky_relu": 0.01, "elu": 1.0}
_WORDS = """auto break case char const continue default do double else enum extern float for goto if inline int long
register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while main printf
scanf gamma lgamma tgamma j0 j1 jn y0 y1 yn fmax fmin fma exp10 pow10 drem fmod remainder round scalb significand nan
ldexp frexp modf fdim nextafter logb ilogb signgam total"""
RESERVED = {*_WORDS.split(), *FUNCTIONS.values(), *HELPERS}
"""Words that no array may be called by."""


def write_in_c(operation: Operation, inputs: Sequence[str]) -> str:
    """The operation on numbers that are written already; a KindError where there are no words for it.

    >>> from autograd_mini import Value
    >>> write_in_c(Operation((Value(1.0) * 2.0).rule, (), {}), ["x[i]", "2.0"])
    'x[i] * 2.0'
    """
    name = operation.name
    parameters = [*operation.args, *operation.named.values()]
    if not all(isinstance(x, int | float) for x in parameters):
        raise refused(name)
    if name in SIGNS and not parameters:
        return SIGNS[name].format(*inputs)
    if name in FUNCTIONS and not parameters:
        return f"{FUNCTIONS[name]}({', '.join(inputs)})"
    if name not in HELPERS:
        raise refused(name)
    if name in DEFAULTS and not parameters:
        parameters = [DEFAULTS[name]]
    return f"{name}({', '.join([*inputs, *map(number, parameters)])})"


def refused(name: str) -> KindError:
    """The error for an operation that a source in C does not hold."""
    return KindError(
        f"a source in C holds sums, products and what works on each element, not {name}: print program.source() instead"
    )


def number(x: float) -> str:
    """A constant."""
    x = float(x)
    return repr(x) if x - x == 0 else ("NAN" if x != x else "INFINITY" if x > 0 else "-INFINITY")


def helpers_of(text: str) -> Iterator[str]:
    """The functions that a text calls, those that they call among them."""
    called = {name for name in HELPERS if re.search(rf"\b{name}\(", text)}
    while more := {x for x in HELPERS for name in called if re.search(rf"\b{x}\(", HELPERS[name])} - called:
        called |= more
    for name, code in HELPERS.items():
        if name in called:
            arguments, body = code.split(")", 1)
            yield f"static double {name}({arguments[1:].replace('x', 'double x', 1).replace(', ', ', double ')}){body}"
