"""How much of values and gradients is rounding: they are computed again a few last places aside."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .subjects import Arguments, Subject, try_value
from .vectors import Array, flat, shape_like

_GRADIENTS = 256  # in all: many, since rounding errors of cancelling terms are mostly 0
_PLACES = 32.0  # how far all are moved, at the most
_APART = 4.0  # and each a few places more than the one before it: equal numbers are equal no more


def measure_rounding(subject: Subject, args: Arguments, upstreams: Sequence[Any]) -> tuple[Array, Array]:
    """How much f's value and its gradients (a row for each upstream gradient) vary by rounding alone.

    Where terms cancel, their rounding is all that is left, and nothing else tells how large they were. A mistake does
    not show here, for what is wrong is as wrong a few last places aside. Nor does a kink at the point: its two sides
    are looked at one by one, and on each the gradient does not jump.
    """
    random = np.random.default_rng(0)
    sides = [_vary(subject, args, upstreams, sign, random) for sign in (1.0, -1.0)]
    values, gradients = (np.maximum(*both) for both in zip(*sides, strict=True))
    return values, gradients


def _vary(
    subject: Subject, args: Arguments, upstreams: Sequence[Any], sign: float, random: np.random.Generator
) -> tuple[Array, Array]:
    """The range of the values, and of the gradients, on one side of the arguments."""
    values: list[Array] = []
    rows: list[list[Array]] = []
    for _ in range(max(16, _GRADIENTS // max(1, len(upstreams))) // 2):
        moved = _move(args, sign, random)
        value = try_value(subject, moved)
        if value is not None:
            values.append(flat([value]))
            rows.append([flat(gradient) for gradient in subject.pull_back(moved, _move(upstreams, sign, random))])
    return _range(values), _range(rows)


def _move(parts: Sequence[Any], sign: float, random: np.random.Generator) -> list[Any]:
    """The same numbers but for their last places, all towards one side."""
    last_places = np.concatenate([np.full(np.size(x), np.finfo(np.asarray(x).dtype).eps) for x in parts])
    shares = random.uniform(0.0, _PLACES) + _APART * (
        np.arange(last_places.size) + random.uniform(0.25, 0.75, last_places.size)
    )
    return shape_like(flat(parts) * (1.0 + sign * shares * last_places), parts)


def _range(samples: list[Any]) -> Array:
    return np.asarray(np.nan_to_num(np.ptp(samples, axis=0), nan=0.0, posinf=0.0)) if samples else np.zeros(())
