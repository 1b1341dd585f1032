"""How much of values and gradients is rounding: they are looked at again a few last places aside."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .subjects import Arguments, Subject, attempt
from .vectors import Array, flat, shaped

_GRADIENTS = 256  # in all: many, since rounding errors of cancelling terms are mostly 0
_PLACES = 32.0  # how far all are moved, at the most
_APART = 4.0  # and each a few places more than the one before it: equal numbers are equal no more


def rounding_of(subject: Subject, args: Arguments, upstreams: Sequence[Any]) -> tuple[Array, Array]:
    """How much f's value and, a row for each upstream gradient, its gradients vary by rounding alone.

    Where terms cancel, their rounding is all that is left, and nothing else tells how large they were. What is wrong
    stays wrong a few last places aside, so that no mistake shows here. Nor does a kink at the point: each side of it is
    looked at alone, and there the gradient does not jump.
    """
    random = np.random.default_rng(0)
    sides = [_varied(subject, args, upstreams, sign, random) for sign in (1.0, -1.0)]
    values, gradients = (np.maximum(*both) for both in zip(*sides, strict=True))
    return values, gradients


def _varied(
    subject: Subject, args: Arguments, upstreams: Sequence[Any], sign: float, random: np.random.Generator
) -> tuple[Array, Array]:
    """The range of the values, and of the gradients, on one side of the arguments."""
    values: list[Array] = []
    rows: list[list[Array]] = []
    for _ in range(max(16, _GRADIENTS // max(1, len(upstreams))) // 2):
        moved = _moved(args, sign, random)
        value = attempt(subject, moved)
        if value is not None:
            values.append(flat([value]))
            rows.append([flat(gradient) for gradient in subject.reverse(moved, _moved(upstreams, sign, random))])
    return _range(values), _range(rows)


def _moved(parts: Sequence[Any], sign: float, random: np.random.Generator) -> list[Any]:
    """The same numbers but for their last places, all towards one side."""
    last_places = np.concatenate([np.full(np.size(x), np.finfo(np.asarray(x).dtype).eps) for x in parts])
    shares = random.uniform(0.0, _PLACES) + _APART * (
        np.arange(last_places.size) + random.uniform(0.25, 0.75, last_places.size)
    )
    return shaped(flat(parts) * (1.0 + sign * shares * last_places), parts)


def _range(samples: list[Any]) -> Array:
    return np.asarray(np.nan_to_num(np.ptp(samples, axis=0), nan=0.0, posinf=0.0)) if samples else np.zeros(())
