"""Rows of the tables whose forwards are SciPy's own functions."""

from typing import Any

import numpy as np

from ...errors import KindError, describe
from ...node import Derivative, Node
from ...registry import adjustable, elementwise


def of_scipy(name: str, function: Any, *derivatives: Derivative, about: str | None, **words: Any) -> Any:
    """An operation on each element that SciPy computes, of floats as of arrays; derivatives as for `elementwise`."""
    return elementwise(
        name,
        lambda *x: float(function(*x)),
        lambda *x: function(*x),  # not the ufunc itself: it is none of NumPy's, by whose names programs are printed
        *derivatives,
        about=about,
        **words,
    )


def of_order(name: str, function: Any, derivative: Derivative, about: str | None = None, **words: Any) -> Any:
    """The same of one input x and constants, function(*constants, x), which the derivative takes after x."""
    return adjustable(
        name,
        lambda x, *constants: float(function(*constants, x)),
        lambda x, *constants: function(*constants, x),
        derivative,
        about=about,
        **words,
    )


def flag(name: str, what: str, x: Any) -> bool:
    """A parameter that is True or False, or 1 or 0; a KindError where it is anything else."""
    if not isinstance(x, bool | int | np.bool_ | np.integer) or x not in (0, 1):
        raise KindError(f"{name} takes True or False as {what}; got {describe(x)}")
    return bool(x)


def constant(name: str, what: str, x: Any) -> Any:
    """A parameter by which there is no derivative; a KindError where it varies."""
    if isinstance(x, Node):
        raise KindError(f"{name} has a derivative by its last argument alone: {what} is a constant, so pass node.data")
    return x
