"""What the benchmarks of programs share: each answer is seen to be right before it is timed."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from .harness import seconds

FAST = "numba"  # what the extra `fast` installs
KINDS = {"": ("numpy", False), ", fast": (FAST, True)}
"""For what ends the name of a case: the package it needs, and whether the program runs as native code."""


def program(f: Callable[..., Any], *args: Any, native: bool) -> Callable[[], Any]:
    """The program of f, recorded for the arguments, as a function without any."""
    from autograd_mini import compile

    made = compile(f).record(*args)
    made = made.native() if native else made
    return lambda: made(*args)


def timed(
    make: Callable[[], Callable[[], Any]], expected: Callable[[], Any], tolerance: float = 1e-9
) -> Callable[[], float]:
    """What times a function that is made, and its first answer checked, when it is first asked for."""

    @cache
    def made() -> Callable[[], Any]:
        function = make()
        assert_same(function(), expected(), tolerance)
        return function

    return lambda: seconds(made(), lasting=0.5)


def assert_same(got: Any, expected: Any, tolerance: float) -> None:
    """Every number of the answer is the one expected, in whatever nesting."""
    got, expected = flat(got), flat(expected)
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance * np.abs(expected).max())


def flat(answer: Any) -> Any:
    """All numbers of nested containers and arrays, in one array."""
    if isinstance(answer, list | tuple):
        return np.concatenate([flat(part) for part in answer])
    return np.ravel(np.asarray(answer, float))
