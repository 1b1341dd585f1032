"""How much of values and gradients is rounding: they are looked at again a few last places aside."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .subjects import Arguments, Subject, attempt
from .vectors import Array, flat, shaped

_GRADIENTS = 256  # in all: many, since rounding errors of cancelling terms are mostly 0
_PLACES = 32.0


def unrest(subject: Subject, args: Arguments, upstreams: Sequence[Any]) -> tuple[Array, Array]:
    """How much f's value and, a row for each upstream gradient, its gradients vary by rounding alone.

    Where terms cancel, their rounding is all that is left, and nothing else tells how large they were. What is wrong
    stays wrong a few last places aside, so that no mistake shows here.
    """
    random = np.random.default_rng(0)
    values, rows = [], []
    for _ in range(max(16, _GRADIENTS // max(1, len(upstreams)))):
        moved = _moved(args, random)
        value = attempt(subject, moved)
        if value is not None:
            values.append(flat([value]))
            rows.append([flat(gradient) for gradient in subject.reverse(moved, _moved(upstreams, random))])
    return _range(values), _range(rows)


def _moved(parts: Sequence[Any], random: np.random.Generator) -> list[Any]:
    """The same numbers but for their last places, each moved by another share: equal ones are equal no more."""
    last_places = np.concatenate([np.full(np.size(x), np.finfo(np.asarray(x).dtype).eps) for x in parts])
    shares = np.arange(last_places.size) + random.uniform(0.1, 0.9, last_places.size)
    return shaped(flat(parts) * (1.0 + random.choice([-1.0, 1.0]) * _PLACES * shares * last_places), parts)


def _range(samples: list[Any]) -> Array:
    return np.asarray(np.nan_to_num(np.ptp(samples, axis=0), nan=0.0, posinf=0.0)) if samples else np.zeros(())
