"""Randomness: where random numbers come from, and how a generator goes on from where it was."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .numbers import refused
from .state import StateError

Seed = np.random.Generator | int | None
"""What `numpy.random.default_rng` takes: a Generator, a number to seed one, or None for a fresh one."""


def generator(whose: str, rng: Any) -> np.random.Generator:
    """The generator itself, or one made of a seed. Raises KindError for what is no seed, ValueError for one below 0.

    whose: what takes it, for the error's words.

    >>> generator("Dropout", "7")
    Traceback (most recent call last):
    autograd_mini.errors.KindError: Dropout takes as rng a seed, ... or a np.random.Generator; got rng='7'
    """
    is_seed = not isinstance(rng, bool | np.bool_ | np.random.RandomState)
    try:
        if is_seed:
            return np.random.default_rng(rng)
    except (TypeError, ValueError):
        pass
    is_below = isinstance(rng, int | np.integer) and is_seed
    raise refused(whose, "rng", rng, "a seed, a whole number, 0 or more, or a np.random.Generator", is_below)


def go_on(rng: np.random.Generator, state: Any, whose: str = "") -> None:
    """Bring a generator to a state that `rng.bit_generator.state` gave; StateError, and nothing moved, for another's.

    whose: what the error calls it, beside "the random generator".

    >>> rng = np.random.default_rng(0)
    >>> before = rng.bit_generator.state
    >>> first = rng.random()
    >>> go_on(rng, before)
    >>> rng.random() == first
    True
    """
    words, generator = f"the random generator {whose}".strip(), rng.bit_generator
    kind = state.get("bit_generator") if isinstance(state, Mapping) else type(state).__name__
    if kind != (own := type(generator).__name__):
        raise StateError(f"{words} is a {own}; the state is that of {kind or 'none'}")
    try:
        type(generator)().state = state  # on trial: NumPy sets what it has read before it finds the rest wrong
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise StateError(f"{words} has no such state ({error!r}): it was damaged or changed by hand") from error
    generator.state = state
