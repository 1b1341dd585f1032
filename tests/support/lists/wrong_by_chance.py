"""Gradients that are wrong by chance, or from call to call."""

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

from ..right_gradients import Random, fixed, normal, number
from .case import Case, made


def factor_by_chance(probability: float, factor: float) -> Callable[[Random], Any]:
    """The sine's gradient, times a factor in some of the calls."""

    def make(random: Random) -> Any:
        return np.sin, lambda g, x: g * np.cos(x) * (factor if random.random() < probability else 1.0)

    return make


def noise(size: float) -> Callable[[Random], Any]:
    return lambda random: (np.sin, lambda g, x: g * np.cos(x) * (1.0 + size * random.normal(size=np.shape(x))))


def mask_drawn_again(random: Random) -> Any:
    mask = 2.0 * (np.arange(4) % 2)
    return lambda x: x * mask, lambda g, x: g * 2.0 * (random.random(4) < 0.5)


def mask_drawn_by_f(random: Random) -> Any:
    kept: dict[str, Any] = {}

    def f(x: Any) -> Any:
        kept["mask"] = 2.0 * (random.random(x.shape) < 0.5)
        return x * kept["mask"]

    return f, lambda g, x: g * kept["mask"]


def rounded_by_chance(random: Random) -> Any:
    def gradient(g: Any, x: Any) -> Any:
        slope = g * np.cos(x)
        return np.floor(slope * 2.0**20 + random.random(x.shape)) / 2.0**20

    return np.sin, gradient


def one_element_skipped(random: Random) -> Any:
    def gradient(g: Any, x: Any) -> Any:
        slope = 2.0 * g * x
        slope[random.integers(len(x))] *= random.random() > 0.5
        return slope

    return lambda x: np.sum(x**2), gradient


def shuffled_anew(random: Random) -> Any:
    return lambda x: np.sum(x**3), lambda g, x: 3.0 * g * random.permutation(x) ** 2


def ties_by_lot(random: Random) -> Any:
    def gradient(g: Any, x: Any) -> Any:
        slope = np.zeros_like(x)
        slope[random.choice(np.flatnonzero(x == x.max()))] = g
        return slope

    return np.max, gradient


def sampled_columns(random: Random) -> Any:
    """An unbiased estimate of a product from one column, as in sketching."""

    def gradient(g: Any, x: Any, y: Any) -> Any:
        k = random.integers(y.shape[1])
        return y.shape[1] * np.outer(g[:, k], y[:, k]), x.T @ g

    return np.matmul, gradient


def seldom_far_away(random: Random) -> Any:
    def gradient(g: Any, x: Any) -> Any:
        return 2.0 * g * x * (1.0 + 0.5 * (np.abs(x).max() > 10.0) * (random.random() < 0.5))

    return np.square, gradient


def counting(slope_of_count: Callable[[int], float]) -> Callable[[Random], Any]:
    def make(random: Random) -> Any:
        calls = count(1)
        return np.sin, lambda g, x: g * np.cos(x) * slope_of_count(next(calls))

    return make


def value_drifts(random: Random) -> Any:
    calls = count()
    return lambda x: np.sin(x) + 1e-5 * next(calls), lambda g, x: g * np.cos(x)


BY_CHANCE: list[Case] = [
    made("chance: twice as much in half of the calls", factor_by_chance(0.5, 2.0), normal(3)),
    made("chance: twice as much in half of the calls, a number", factor_by_chance(0.5, 2.0), number(-2, 2)),
    made("chance: wrong in one call of eight", factor_by_chance(1 / 8, 2.0), normal(3)),
    made("chance: wrong in one call of sixteen", factor_by_chance(1 / 16, -1.0), normal(4)),
    made("chance: a thousandth too much in one call of three", factor_by_chance(1 / 3, 1.001), normal(3)),
    made("chance: nothing in one call of five", factor_by_chance(1 / 5, 0.0), normal(2, 2)),
    made("chance: noise of a billionth", noise(1e-9), normal(3)),
    made("chance: noise of 1e-13", noise(1e-13), normal(3)),
    made("chance: noise of a tenth", noise(0.1), number(-2, 2)),
    made("chance: a dropout mask drawn again", mask_drawn_again, normal(4)),
    made("chance: a dropout mask drawn by f", mask_drawn_by_f, normal(4)),
    made("chance: stochastic rounding", rounded_by_chance, normal(3)),
    made("chance: one element now and then skipped", one_element_skipped, normal(4)),
    made("chance: shuffled anew", shuffled_anew, normal(4)),
    made("chance: ties by lot", ties_by_lot, fixed(np.array([2.0, 1.0, 2.0, 2.0]))),
    made("chance: a product estimated from one column", sampled_columns, normal(2, 3), normal(3, 2)),
    made("chance: only far away", seldom_far_away, normal(3)),
    made(
        "chance: a value with noise of 1e-13",
        lambda r: (lambda x: np.sin(x) + 1e-13 * r.normal(), lambda g, x: g * np.cos(x)),
        normal(2),
    ),
    made("calls: every third gives nothing", counting(lambda n: float(n % 3 != 0)), normal(3)),
    made("calls: right for the first three", counting(lambda n: 1.0 if n <= 3 else 1.5), normal(3)),
    made("calls: decays", counting(lambda n: 0.999**n), normal(3)),
    made("calls: wrong from the tenth on, by a millionth", counting(lambda n: 1.0 + 1e-6 * (n >= 10)), normal(3)),
    made("calls: wrong at first, warmed up later", counting(lambda n: min(n, 3) / 3), normal(3)),
    made("calls: the value drifts", value_drifts, normal(2)),
]
