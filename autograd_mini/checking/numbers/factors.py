"""How many times as large as expected something is, in words."""

import math
from fractions import Fraction

_NEAR = 5e-4  # of 1: what is as near is told by its difference


def tell_factor(factor: float) -> str:
    """The factor, where it is one a simple fraction or the reciprocal of a whole number.

    >>> tell_factor(2 / 3), tell_factor(1.01), tell_factor(1 - 1e-6)
    ('2/3 × expected', '1.01 × expected', '(1 - 1e-06) × expected')
    """
    near = f"(1 {show_signed(factor - 1.0)})" if abs(factor - 1.0) < _NEAR else f"{factor:.6g}"
    return f"{name_fraction(factor) or near} × expected"


def tell_ratio(expected: float, got: float) -> str:
    """The same of two numbers, after a colon; "" where there is no such factor."""
    factor = got / expected if expected else math.inf
    return f": {tell_factor(factor)}" if math.isfinite(factor) else ""


def name_fraction(factor: float) -> str:
    """The simple fraction, or the reciprocal of a whole number, that the factor is; "" where it is neither."""
    if not 1e-6 < abs(factor) < 1e6:
        return ""
    candidates = Fraction(factor).limit_denominator(12), Fraction(1, round(1.0 / factor) or 1)
    close = [simple for simple in candidates if abs(float(simple) - factor) <= 1e-8 * abs(factor)]
    return str(close[0]) if close else ""


def show_signed(x: float) -> str:
    """A number to be added: "+ 0.5", "- 1e-06"."""
    return f"{'-' if x < 0.0 else '+'} {abs(x):.6g}"
