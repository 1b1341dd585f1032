"""What distributions ask of their parameters: nan where a parameter is outside of its domain, as SciPy has it."""

from typing import Any

import numpy as np

from ...calculus.choosing import where
from ...calculus.elementwise import divide, subtract
from ...calculus.piecewise import questions
from ...node import shape_of
from ...refusals import attempt


def positive(x: Any) -> Any:
    """x above 0, else nan."""
    return where(questions["less_equal"](x, 0.0), float("nan"), x)


def refuse_shapes(name: str, *parameters: Any) -> None:
    """A ShapeError where the parameters do not broadcast to one shape."""
    attempt(name, lambda *parts: np.broadcast_shapes(*map(shape_of, parts)), *parameters)


def standard(x: Any, loc: Any, scale: Any) -> Any:
    """(x - loc) / scale."""
    return divide(subtract(x, loc), positive(scale))


def within(log_density: Any, x: Any, low: float, high: float, inside: float) -> Any:
    """log_density(x), and -inf where x is not between low and high: it is asked at inside there, for 0 · nan is nan."""
    above, below = questions["greater"](x, high), questions["less"](x, low)
    outside = above + below
    return where(outside, -float("inf"), log_density(where(outside, inside, x)))
