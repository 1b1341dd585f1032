"""How much of values and gradients is rounding, which is seen where they are computed again a little aside."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..numbers.differences import Line
from ..numbers.vectors import Array, flat, largest, shape_like, sizes_of
from ..subjects.subject import Arguments, Subject, try_value
from ..subjects.trials import Trial

_GRADIENTS = 256  # in all: many, since rounding errors of cancelling terms are mostly 0
_PLACES = 32.0  # how far all are moved, at the most
_APART = 4.0  # and each a few places more than the one before it: equal numbers are equal no more
_SPANS = 2.0**-14, 2.0**-20  # over which noise is measured, of the arguments' size
_SAMPLES, _DEGREE = 13, 5  # on each side of each, and of the polynomial that a smooth function is over so little
TERMS = 64.0 * float(np.finfo(np.float64).eps)  # what rounding may leave of terms of size 1


def trace(subject: Subject, args: Arguments, size: int, direction: Array) -> Line:
    """f's values along the direction; nan where f has none, or not `size` of them."""
    start, unknown = flat(args), np.full(size, np.nan)

    def values(t: float) -> Array:
        with Trial():
            answer = subject.value(shape_like(start + t * direction, args))
            return flat([answer]) if np.size(answer) == size else unknown
        return unknown

    return values


def _draw_places() -> Array:
    """From 0 to 1, not evenly: rounding may follow even places, and be the same at each."""
    between = np.arange(1, _SAMPLES) + np.random.default_rng(0).uniform(-0.5, 0.5, _SAMPLES - 1)
    return np.concatenate([[0.0], between / _SAMPLES])


PLACES = _draw_places()
_POLYNOMIALS = np.linalg.qr(np.vander(PLACES, _DEGREE + 1))[0]


def measure_rest(samples: list[Array]) -> Array:
    """Of samples at PLACES the standard deviation of what no polynomial explains; nan where they are not finite."""
    differences = np.array(samples) - samples[0]
    rest = differences - _POLYNOMIALS @ (_POLYNOMIALS.T @ differences)
    return np.asarray(np.sqrt(np.sum(rest * rest, axis=0) / (_SAMPLES - _DEGREE - 1)))


def measure_noise(walk: Callable[[Array], Line], args: Arguments) -> Array:
    """For each of the values along a line the standard deviation of their noise, whatever it comes from.

    walk: gives the line for a direction. All arguments are moved at once, so that every number on the way to a value
    is rounded anew. A smooth function is a polynomial over so short a way, and what is left of it is noise. A kink on
    the way would be, too: so the better side of 0 counts, and of several spans the noisiest.
    """
    random = np.random.default_rng(0)
    sizes = sizes_of(args)
    found = []
    for span in _SPANS:
        line = walk(span * sizes * random.choice([-1.0, 1.0], sizes.size) * _shares(random, sizes))
        with np.errstate(all="ignore"):
            sides = [measure_rest([line(sign * t) for t in PLACES]) for sign in (1.0, -1.0)]
        found.append(np.fmin(*sides))
    return np.nan_to_num(np.fmax(*found), nan=0.0, posinf=0.0)


def measure_rounding(subject: Subject, args: Arguments, upstreams: Sequence[Any], eps: float) -> tuple[Array, Array]:
    """How much f's value and its gradients (a row for each upstream gradient) vary by rounding alone.

    eps: that of the precision in which f computes, 0 for double. It is what last places change, and the noise of f's
    value by the arguments' size, which shows the rounding of terms that last places do not move.
    """
    values, gradients = vary_last_places(subject, args, upstreams, eps)
    size = np.size(subject.value(args))
    noise = measure_noise(partial(trace, subject, args, size), args)
    shares = np.array([np.abs(flat([upstream])) @ noise for upstream in upstreams])
    elements = flat(args)
    return np.maximum(values, noise), np.maximum(gradients, shares[:, None] / (largest(elements) or 1.0))


def vary_last_places(subject: Subject, args: Arguments, upstreams: Sequence[Any], eps: float) -> tuple[Array, Array]:
    """How much f's value and its gradients (a row for each upstream gradient) vary when last places do.

    Where terms cancel, their rounding is all that is left, and nothing else tells how large they were. A mistake does
    not show here, for what is wrong is as wrong a few last places aside. Nor does a kink at the point: its two sides
    are looked at one by one, and on each the gradient does not jump. Last places are those that f computes with.
    """
    random = np.random.default_rng(0)
    sides = [_vary(subject, args, upstreams, sign, eps, random) for sign in (1.0, -1.0)]
    values, gradients = (np.maximum(*both) for both in zip(*sides, strict=True))
    return values, gradients


def is_left_of_ones(off: Array, expected: Array) -> Array:
    """Whether numbers are off by what rounding may leave of terms of size 1 that cancel, and by little of themselves.

    Derivatives of terms as large as the arguments are of size 1, of which 1 - tanh(x)**2 - 1 + x**2 keeps 1e-10.
    """
    return np.asarray((off <= TERMS) & (off <= 1e-2 * np.abs(expected)))


def _shares(random: np.random.Generator, like: Array) -> Array:
    return np.asarray(random.uniform(0.5, 1.0, like.shape))


def _vary(
    subject: Subject, args: Arguments, upstreams: Sequence[Any], sign: float, eps: float, random: np.random.Generator
) -> tuple[Array, Array]:
    """The range of the values, and of the gradients, on one side of the arguments."""
    values: list[Array] = []
    rows: list[list[Array]] = []
    for _ in range(max(16, _GRADIENTS // max(1, len(upstreams))) // 2):
        moved = _move(args, sign, eps, random)
        value = try_value(subject, moved)
        if value is not None:
            values.append(flat([value]))
            around = _move(upstreams, sign, eps, random)
            rows.append([flat(gradient) for gradient in subject.pull_back(moved, around)])
    return _range(values), _range(rows)


def _move(parts: Sequence[Any], sign: float, eps: float, random: np.random.Generator) -> list[Any]:
    """The same numbers but for their last places, all towards one side; eps: at the least the last place."""
    last_places = np.concatenate([np.full(np.size(x), np.finfo(np.asarray(x).dtype).eps) for x in parts])
    shares = random.uniform(0.0, _PLACES) + _APART * (
        np.arange(last_places.size) + random.uniform(0.25, 0.75, last_places.size)
    )
    return shape_like(flat(parts) * (1.0 + sign * shares * np.maximum(last_places, eps)), parts)


def _range(samples: list[Any]) -> Array:
    return np.asarray(np.nan_to_num(np.ptp(samples, axis=0), nan=0.0, posinf=0.0)) if samples else np.zeros(())
