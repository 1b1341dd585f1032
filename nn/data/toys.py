"""Toy sets: points in the plane whose class can be learned in seconds, and numbers along a line."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..arrays import Array
from ..numbers import FINITE, FROM_ZERO, number, whole
from ..randomness import Seed, generator

Points = tuple[Array, Array]


def xor(n: int = 4, *, noise: float = 0.0, rng: Seed = None) -> Points:
    """The corners of a square, class 1 where their coordinates differ: the four of them, or n around them.

    Every toy set gives (x, y), its classes in turns, so that n rows have each of k classes n / k times: x float32 of
    shape (n, 2), y int64 of shape (n,), from 0 to k - 1 (for labels -1 and 1: 2 * y - 1). noise: the standard deviation
    of what is added to each coordinate. rng: a Generator or a seed; without one it is drawn anew each time.

    >>> x, y = xor()
    >>> x.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]], [0, 1, 0, 1])
    """
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    return _classes("xor", n, 2, noise, rng, lambda labels, rng: corners[np.arange(n) % 4])


def moons(n: int, *, noise: float = 0.1, rng: Seed = None) -> Points:
    """Two half circles that reach into one another; arguments, shapes and dtypes as for `xor`.

    Class 0 is the upper one, (cos t, sin t), class 1 the lower one, (1 - cos t, 1/2 - sin t), t drawn from 0 to π.

    >>> x, y = moons(5, rng=0)
    >>> x.shape, x.dtype, y.tolist()
    ((5, 2), dtype('float32'), [0, 1, 0, 1, 0])
    """

    def draw(labels: Any, rng: np.random.Generator) -> Any:
        upper = _circle(rng.uniform(0.0, np.pi, n))
        return np.where(labels[:, None] == 0, upper, np.array([1.0, 0.5]) - upper)

    return _classes("moons", n, 2, noise, rng, draw)


def circles(n: int, *, inner: float = 0.5, noise: float = 0.05, rng: Seed = None) -> Points:
    """A circle of radius 1, class 0, around one of radius `inner`, class 1; the rest as for `xor`.

    >>> x, y = circles(100, noise=0.0, rng=0)
    >>> np.unique(np.hypot(*x.T).round(3)).tolist()
    [0.5, 1.0]
    """

    inner = number("circles", "inner", inner, FINITE)

    def draw(labels: Any, rng: np.random.Generator) -> Any:
        return np.where(labels, inner, 1.0)[:, None] * _circle(rng.uniform(0.0, 2 * np.pi, n))

    return _classes("circles", n, 2, noise, rng, draw)


def spirals(n: int, *, arms: int = 2, turns: float = 1.0, noise: float = 0.02, rng: Seed = None) -> Points:
    """Arms that wind around the origin, a class each: radius r from 0 to 1 at angle 2π (turns · r + class / arms).

    The rest as for `xor`; r is drawn.

    >>> x, y = spirals(90, arms=3, rng=0)
    >>> np.bincount(y)
    array([30, 30, 30])
    """

    whole("spirals", "arms", arms, least=1)
    turns = number("spirals", "turns", turns, FINITE)

    def draw(labels: Any, rng: np.random.Generator) -> Any:
        radii = rng.uniform(0.0, 1.0, n)
        return radii[:, None] * _circle(2 * np.pi * (turns * radii + labels / arms))

    return _classes("spirals", n, arms, noise, rng, draw)


def blobs(n: int, *, classes: int = 3, noise: float = 1.0, rng: Seed = None) -> Points:
    """Normal clouds of standard deviation `noise`, a class each, around centres evenly on a circle of radius 4.

    The rest as for `xor`.

    >>> x, y = blobs(300, rng=0)
    >>> np.hypot(*x[y == 0].mean(axis=0)).round(0)
    np.float32(4.0)
    """
    whole("blobs", "classes", classes, least=1)
    return _classes("blobs", n, classes, noise, rng, lambda labels, rng: 4.0 * _circle(2 * np.pi * labels / classes))


def line(n: int, *, slope: float = 2.0, intercept: float = 1.0, noise: float = 0.1, rng: Seed = None) -> Points:
    """Numbers along slope · x + intercept, with noise: x drawn from -1 to 1, x and y float32 of shape (n, 1).

    >>> x, y = line(3, noise=0.0, rng=0)
    >>> np.allclose(y, 2 * x + 1)
    True
    """
    slope, intercept = number("line", "slope", slope, FINITE), number("line", "intercept", intercept, FINITE)
    return _numbers("line", n, 1.0, noise, rng, lambda x: slope * x + intercept)


def sine(n: int, *, noise: float = 0.1, rng: Seed = None) -> Points:
    """Numbers along sin(x), with noise: x drawn from -π to π, x and y float32 of shape (n, 1).

    >>> x, y = sine(3, noise=0.0, rng=0)
    >>> np.allclose(y, np.sin(x))
    True
    """
    return _numbers("sine", n, np.pi, noise, rng, np.sin)


def _classes(name: str, n: int, classes: int, noise: float, rng: Seed, draw: Callable[..., Any]) -> Points:
    """Points as `draw(labels, rng)` places them, with noise, the labels in turns."""
    _check(name, n, noise)
    rng, labels = generator(name, rng), np.arange(n) % classes
    points = draw(labels, rng)
    return (points + rng.normal(0.0, noise, points.shape)).astype(np.float32), labels


def _numbers(name: str, n: int, reach: float, noise: float, rng: Seed, function: Callable[[Any], Any]) -> Points:
    _check(name, n, noise)
    rng = generator(name, rng)
    x = rng.uniform(-reach, reach, (n, 1))
    return x.astype(np.float32), (function(x) + rng.normal(0.0, noise, x.shape)).astype(np.float32)


def _check(name: str, n: int, noise: float) -> None:
    whole(name, "n", n, least=1)
    number(name, "noise", noise, FROM_ZERO)


def _circle(angles: Any) -> Any:
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)
