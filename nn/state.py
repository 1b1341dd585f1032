"""States: arrays by name, and the check that a state fits what it is loaded into."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd_mini import AutogradError, KindError

from .arrays import Array

SHOWN = 20  # lines of an error: a state of another model differs everywhere


class StateError(AutogradError, ValueError):
    """A state is not of what it is loaded into; its message lists all that differs."""


def checked(state: Any, kept: Mapping[str, Any], whose: str) -> dict[str, Array]:
    """Copies of a state's arrays, in the order of what is kept, if each has its shape and dtype there.

    state: {name: array}, as `state_dict()` gives it. kept: what it is loaded into, arrays or floats. whose: what an
    error calls that. Raises `StateError` with a line for each name that is missing, unexpected or different.

    >>> checked({"w": np.zeros(2)}, {"w": np.zeros(3), "b": 0.0}, "Model")
    Traceback (most recent call last):
    nn.state.StateError: this state is not of this Model:
      w: float64 (2,) in place of float64 (3,)
      b: missing
    """
    if not isinstance(state, Mapping):
        raise KindError(f"a state of {whose} is a dict, as its state_dict() gives it; got {type(state).__name__}")
    refuse(whose, list(_differences(state, kept)))
    return {name: np.array(state[name]) for name in kept}


def refuse(whose: str, wrong: list[str]) -> None:
    """Raise StateError with a line for each thing that is wrong; nothing where nothing is.

    >>> refuse("Model", [])
    """
    if wrong:
        shown = [*wrong[:SHOWN], f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else wrong
        raise StateError("\n  ".join([f"this state is not of this {whose}:", *shown]))


def _differences(state: Mapping[Any, Any], kept: Mapping[str, Any]) -> Iterator[str]:
    for name, mine in kept.items():
        if name not in state:
            yield f"{name}: missing"
        elif (found := _described(state[name])) != (expected := _described(mine)):
            yield f"{name}: {found} in place of {expected}"
    yield from (f"{name}: unexpected" for name in state if name not in kept)


def _described(x: Any) -> str:
    """The dtype and shape of an array or a number; else the kind of thing it is."""
    if type(x) in (np.ndarray, np.memmap, float) or isinstance(x, np.generic):
        array = np.asarray(x)
        return f"{array.dtype} {array.shape}"
    return f"a {type(x).__name__}, no array,"
