"""Points at which a check looks, beside the given one."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .numbers.vectors import Array, flat, shape_like, sizes_of
from .subjects.subject import Arguments

Points = dict[str, list[Any]]
"""By name the arguments."""

ONE_ZERO = "a point with one zero in each array", "a point with one zero in each array, else positive"
FIRST = 4  # arguments that are changed by themselves


def draw_points(args: Arguments, random: np.random.Generator) -> Points:
    """Points near the given one, with other signs, larger, smaller, and anywhere."""
    given = flat(args)
    args = shape_like(np.where(np.isfinite(given), given, 1.0), args)
    x = flat(args)
    shape = x.shape
    near = x + 0.1 * sizes_of(args) * random.normal(size=shape)
    signs = random.choice([-1.0, 1.0], shape)
    points = {
        "a point nearby": near,
        "a point with other signs": np.abs(near) * signs,
        "a point with the signs opposite to those": np.abs(near) * -signs,
        "a point 10 times as large": 10.0 * near,
        "a point 100 times as large": 100.0 * np.abs(near) * signs,
        "a point 100 times as large, the signs opposite": 100.0 * np.abs(near) * -signs,
        "a point 100 times as small": 0.01 * near,
        "a point of mixed magnitudes": signs * 10.0 ** random.uniform(-2.0, 2.0, shape),
        "a point between -1 and 1": random.uniform(-1.0, 1.0, shape),
        "a random point": random.normal(size=shape),
        "a random point between 0 and 4": random.uniform(0.0, 4.0, shape),
    }
    found = {name: shape_like(point, args) for name, point in points.items()}
    return {
        **found,
        "a point of equal arguments": _repeat_the_first(found["a random point"]),
        "a point of equal positive arguments": _repeat_the_first(found["a random point between 0 and 4"]),
    }


def draw_extremes(args: Arguments, random: np.random.Generator) -> Points:
    """Points of magnitudes far from usual ones, with the given signs; between the usual ones, with any signs."""
    x = flat(args)
    exponents = {
        "a point of small numbers": (-4.8, -4.3),  # cos of which is not yet 1
        "a point of tiny numbers": (-8.0, -6.0),
        "a point of huge numbers": (5.0, 6.0),
    }
    points = {name: np.copysign(10.0 ** random.uniform(*span, x.shape), x) for name, span in exponents.items()}
    larger = random.choice([-30.0, 30.0], x.shape) * random.uniform(0.8, 1.2, x.shape) * x
    points |= {"a point 30 times as large": larger, "a point 30 times as large, the signs opposite": -larger}
    return {name: shape_like(point, args) for name, point in points.items()}


def draw_ties(args: Arguments, random: np.random.Generator) -> Points:
    """Points at which elements of one array are equal or zero, or an argument is 0."""

    def fill(draw: Callable[[tuple[int, ...]], Array]) -> list[Any]:
        return shape_like(np.concatenate([draw(np.shape(x)).ravel() for x in args]), args)

    points = {
        "a point of equal elements": fill(lambda shape: np.full(shape, _draw_short(random, ()))),
        "a point of equal positive elements": fill(lambda shape: np.full(shape, np.abs(_draw_short(random, ())))),
        "a point of elements that tie": fill(lambda shape: _draw_ties(random, shape)),
        "a point of elements that tie in other places": fill(lambda shape: _draw_ties(random, shape)),
        ONE_ZERO[0]: fill(lambda shape: _with_a_zero(_draw_short(random, shape), random)),
        ONE_ZERO[1]: fill(lambda shape: _with_a_zero(np.abs(_draw_short(random, shape)), random)),
        "a point with zeros": fill(lambda shape: _draw_short(random, shape) * random.integers(0, 2, shape)),
        "a point of small whole numbers": fill(lambda shape: random.integers(-2, 3, shape).astype(np.float64)),
        "a point of zeros": fill(np.zeros),
        "a point of ones": fill(np.ones),
    }
    if len(args) > 1:
        for i in range(min(len(args), FIRST)):
            parts = fill(lambda shape: np.abs(_draw_short(random, shape)))
            parts[i] = 0.0 * parts[i]
            points[f"a point where argument number {i + 1} is zero"] = parts
    return points


def _repeat_the_first(args: list[Any]) -> list[Any]:
    """All arguments of one shape are the first one of it."""
    alike = {np.shape(x): x for x in reversed(args)}
    return [np.copy(alike[np.shape(x)])[()] for x in args]


def _draw_short(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Numbers of few digits, sums and means of which are exact; none of them near 0."""
    return random.choice([-1.0, 1.0], shape) * np.round(random.uniform(0.25, 3.0, shape) * 64.0) / 64.0


def _draw_ties(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Two numbers, of three elements or more each of them somewhere and one of them twice."""
    size = int(np.prod(shape))
    which = np.array([0, 0, 1, *random.integers(0, 2, max(0, size - 3))])[:size]
    pair: Array = np.sort(_draw_short(random, (2,)))
    return np.asarray(pair[random.permutation(which)].reshape(shape))


def _with_a_zero(x: Array, random: np.random.Generator) -> Array:
    x = np.array(x)
    if x.size:
        x.flat[random.integers(x.size)] = 0.0
    return x
