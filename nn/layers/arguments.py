"""What layers ask of their arguments."""

from typing import Any

import numpy as np

from autograd_mini import KindError


def check_sizes(layer: str, **sizes: Any) -> None:
    """Raise KindError unless each is a whole number, 1 or more.

    >>> check_sizes("Linear", in_features=0)
    Traceback (most recent call last):
    autograd_mini.errors.KindError: Linear takes a whole number, 1 or more, as in_features; got 0
    """
    for name, size in sizes.items():
        if not isinstance(size, int | np.integer) or isinstance(size, bool) or size < 1:
            raise KindError(f"{layer} takes a whole number, 1 or more, as {name}; got {size!r}")


def check_dtype(layer: str, dtype: Any) -> None:
    """Raise KindError unless it is float32 or float64."""
    if np.dtype(dtype) not in (np.float32, np.float64):
        raise KindError(f"{layer} holds float32 or float64; got dtype={dtype!r}")


def check_between(layer: str, least: float, most: float, **numbers: Any) -> None:
    """Raise KindError unless each is a number from the least to the most."""
    for name, x in numbers.items():
        if not isinstance(x, int | float | np.integer | np.floating) or not least <= x <= most:
            span = f"of {least} or more" if most == np.inf else f"from {least} to {most}"
            raise KindError(f"{layer} takes a number {span} as {name}; got {x!r}")
