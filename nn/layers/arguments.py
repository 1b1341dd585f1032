"""What layers ask of their arguments."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd_mini import KindError

from ..numbers import boolean, whole


def check_sizes(layer: str, **sizes: Any) -> None:
    """Raise KindError unless each is a whole number, ValueError unless it is 1 or more.

    >>> check_sizes("Linear", in_features=0)
    Traceback (most recent call last):
    ValueError: Linear takes as in_features a whole number, 1 or more; got in_features=0
    """
    for name, size in sizes.items():
        whole(layer, name, size, least=1)


def check_switches(layer: str, **switches: Any) -> None:
    """Raise KindError unless each is True or False.

    >>> check_switches("Linear", bias=True)
    """
    for name, given in switches.items():
        boolean(layer, name, given)


def check_dtype(layer: str, dtype: Any) -> None:
    """Raise KindError unless it is float32 or float64."""
    try:
        is_right = np.dtype(dtype) in (np.float32, np.float64)
    except TypeError:  # no dtype at all
        is_right = False
    if not is_right:
        raise KindError(f"{layer} holds float32 or float64; got dtype={dtype!r}")


def widths(network: str, hidden: Any) -> list[int]:
    """The widths of hidden layers as a list; KindError where it is none."""
    if not isinstance(hidden, Iterable) or isinstance(hidden, str | dict):
        raise KindError(f"{network} takes a list of hidden widths, [{hidden}]; got {hidden!r}")
    found = list(hidden)
    for width in found:
        check_sizes(network, hidden=width)
    return found
