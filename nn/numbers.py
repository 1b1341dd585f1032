"""Numbers that settings may have, and booleans: what is impossible is refused where it is given."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd_mini import KindError


class Range(NamedTuple):
    """Numbers that are possible, in words too."""

    words: str
    has: Callable[[float], bool]


ANY = Range("a number", lambda x: x == x)
FINITE = Range("a finite number", math.isfinite)
FROM_ZERO = Range("a finite number, 0 or more", lambda x: 0.0 <= x < math.inf)
ABOVE_ZERO = Range("a finite number above 0", lambda x: 0.0 < x < math.inf)
BELOW_ONE = Range("a number from 0 to below 1", lambda x: 0.0 <= x < 1.0)
UP_TO_ONE = Range("a number from 0 to 1", lambda x: 0.0 <= x <= 1.0)


def number(whose: str, name: str, value: Any, within: Range) -> float:
    """The value as a float. Raises KindError where it is no number, ValueError where it is not within the range.

    >>> number("SGD", "lr", -0.1, FROM_ZERO)
    Traceback (most recent call last):
    ValueError: SGD takes as lr a finite number, 0 or more; got lr=-0.1
    """
    if not isinstance(value, int | float | np.integer | np.floating) or isinstance(value, bool):
        raise refused(whose, name, value, within.words, False)
    try:
        found = float(value)
    except OverflowError:  # 10**400
        found = math.inf
    if not within.has(found):
        raise refused(whose, name, value, within.words, True)
    return found


def whole(whose: str, name: str, value: Any, least: int) -> int:
    """The value as an int. Raises KindError where it is no whole number, ValueError where it is below the least.

    >>> whole("cosine", "steps", -5, least=1)
    Traceback (most recent call last):
    ValueError: cosine takes as steps a whole number, 1 or more; got steps=-5
    """
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not is_whole or value < least:
        raise refused(whose, name, value, f"a whole number, {least} or more", is_whole)
    return int(value)


def boolean(whose: str, name: str, value: Any) -> bool:
    """The value as a bool. Raises KindError for words and numbers: each but 0 and "" would be a yes.

    >>> boolean("Linear", "bias", "no")
    Traceback (most recent call last):
    autograd_mini.errors.KindError: Linear takes as bias True or False; got bias='no'
    """
    if not isinstance(value, bool | np.bool_):
        raise refused(whose, name, value, "True or False", False)
    return bool(value)


def refused(whose: str, name: str, value: Any, words: str, is_kind: bool) -> ValueError | KindError:
    """The error for a setting that is impossible; is_kind: whether it is at least of the right kind."""
    return (ValueError if is_kind else KindError)(f"{whose} takes as {name} {words}; got {name}={value!r}")
