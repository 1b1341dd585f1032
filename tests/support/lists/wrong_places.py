"""Gradients that are right at the given point and wrong where numbers are equal, zero, large or negative."""

from typing import Any

import numpy as np

from ..right_gradients import between, fixed, normal, number
from .case import Case, case


def largest_of_rows(g: Any, x: Any) -> Any:
    return g[:, None] * (x == x.max(1, keepdims=True))


def sorted_backward(g: Any, x: Any) -> Any:
    return g[np.searchsorted(np.sort(x), x)]


def cumprod_backward(g: Any, x: Any) -> Any:
    return np.cumsum((g * np.cumprod(x))[::-1])[::-1] / x


def distances(x: Any) -> Any:
    i, j = np.triu_indices(len(x), 1)
    return np.linalg.norm(x[i] - x[j], axis=1)


def distances_backward(g: Any, x: Any) -> Any:
    i, j = np.triu_indices(len(x), 1)
    along = g[:, None] * (x[i] - x[j]) / np.linalg.norm(x[i] - x[j], axis=1)[:, None]
    slope = np.zeros_like(x)
    np.add.at(slope, i, along)
    np.add.at(slope, j, -along)
    return slope


def once_for_equals(g: Any, x: Any) -> Any:
    """Looks equal numbers up once."""
    distinct, first = np.unique(x, return_index=True)
    slope = np.zeros_like(x)
    slope[first] = g * np.cos(distinct)
    return slope


def by_value(g: Any, x: Any) -> Any:
    weight_of = dict(zip(x.tolist(), np.arange(1.0, 1.0 + x.size), strict=True))
    return g * np.array([weight_of[number] for number in x.tolist()])


def batch_norm(x: Any) -> Any:
    return (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-12)


def batch_norm_backward(g: Any, x: Any) -> Any:
    y = (x - x.mean(0)) / x.std(0)
    return (g - g.mean(0) - y * (g * y).mean(0)) / x.std(0)


def cosine(x: Any, y: Any) -> Any:
    return x @ y / np.maximum(np.linalg.norm(x) * np.linalg.norm(y), 1e-8)


def cosine_backward(g: Any, x: Any, y: Any) -> Any:
    m, n = np.linalg.norm(x), np.linalg.norm(y)
    return g * (y / (m * n) - x * (x @ y) / (m**3 * n)), g * (x / (m * n) - y * (x @ y) / (m * n**3))


def cosine_safe(x: Any) -> Any:
    """Of x with itself shifted by one."""
    return cosine(x, np.roll(x, 1))


def cosine_safe_backward(g: Any, x: Any) -> Any:
    a, b = cosine_backward(g, x, np.roll(x, 1))
    return a + np.roll(b, -1)


def sinc(x: Any) -> Any:
    return np.sinc(x / np.pi)


def median_backward(g: Any, x: Any) -> Any:
    return g * (x == np.median(x))


def range_backward(g: Any, x: Any) -> Any:
    return g * ((x == x.max()) * 1.0 - (x == x.min()) * 1.0)


def padded(x: Any) -> Any:
    return np.sum(x**3 + x)


def huber(x: Any) -> Any:
    return np.where(np.abs(x) <= 1.0, 0.5 * x * x, np.abs(x) - 0.5)


def logistic_backward(g: Any, x: Any) -> Any:
    return g * np.exp(-x) / (1.0 + np.exp(-x)) ** 2


def logistic(x: Any) -> Any:
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def symmetric(random: Any) -> Any:
    a = random.normal(size=(3, 3))
    return a + a.T + 4.0 * np.eye(3)


def rotation(random: Any) -> Any:
    c, s = np.cos(angle := random.uniform(0.2, 1.0)), np.sin(angle)
    return np.array([[c, -s], [s, c]])


def unit(random: Any) -> Any:
    x = random.normal(size=3)
    return x / np.linalg.norm(x)


def probabilities(random: Any) -> Any:
    return random.dirichlet(np.ones(3))


POSITIVE = between(0.5, 2, 3)

PLACES: list[Case] = [
    case("equal: each of the largest gets all", np.max, lambda g, x: g * (x == x.max()), normal(3)),
    case("equal: each of the smallest gets all", np.min, lambda g, x: g * (x == x.min()), normal(4)),
    case("equal: each of a row's largest gets all", lambda x: x.max(1), largest_of_rows, normal(2, 3)),
    case("equal: the largest less the smallest", np.ptp, range_backward, normal(3)),
    case("equal: the medians", np.median, median_backward, normal(3)),
    case("equal: maximum to both", np.maximum, lambda g, x, y: (g * (x >= y), g * (y >= x)), normal(2), normal(2)),
    case("equal: maximum to none", np.maximum, lambda g, x, y: (g * (x > y), g * (y > x)), normal(2), normal(2)),
    case(
        "equal: maximum of neighbours",
        lambda x: np.maximum(x[1:], x[:-1]).sum(),
        lambda g, x: g * (np.append(x[:-1] >= x[1:], False) * 1.0 + np.append(False, x[1:] >= x[:-1])),
        normal(4),
    ),
    case("equal: deviation of a constant", np.std, lambda g, x: g * (x - x.mean()) / (x.size * x.std()), normal(3)),
    case(
        "equal: a column's deviation",
        lambda x: x.std(0),
        lambda g, x: g * (x - x.mean(0)) / (len(x) * x.std(0)),
        normal(3, 2),
    ),
    case("equal: searched among the sorted", np.sort, sorted_backward, normal(4)),
    case("equal: points in one place", distances, distances_backward, normal(3, 2)),
    case("equal: looked up once", lambda x: np.sum(np.sin(x)), once_for_equals, normal(4)),
    case("equal: looked up by value", lambda x: np.sum(x * np.arange(1.0, 1.0 + x.size)), by_value, normal(4)),
    case("equal: a column of one value, normalised", batch_norm, batch_norm_backward, normal(3, 2)),
    case(
        "equal: divided by a difference",
        lambda x: (x[0] ** 2 - x[1] ** 2) if x[0] != x[1] else 0.0,
        lambda g, x: g * np.array([2.0, -2.0]) * x * (x[0] - x[1]) / (x[0] - x[1]),
        normal(2),
    ),
    case("zero: a product divided", np.prod, lambda g, x: g * np.prod(x) / x, normal(3)),
    case(
        "zero: products of rows divided", lambda x: x.prod(1), lambda g, x: (g * x.prod(1))[:, None] / x, normal(2, 2)
    ),
    case("zero: running products divided", np.cumprod, cumprod_backward, normal(3)),
    case("zero: a length", np.linalg.norm, lambda g, x: g * x / np.linalg.norm(x), normal(3)),
    case(
        "zero: lengths of rows",
        lambda x: np.linalg.norm(x, axis=1),
        lambda g, x: g[:, None] * x / np.linalg.norm(x, axis=1)[:, None],
        normal(2, 2),
    ),
    case(
        "zero: hypot", np.hypot, lambda g, x, y: (g * x / np.hypot(x, y), g * y / np.hypot(x, y)), normal(2), normal(2)
    ),
    case("zero: absolute value", np.abs, lambda g, x: g * x / np.abs(x), normal(3)),
    case("zero: absolute value, a number", np.abs, lambda g, x: g * x / np.abs(x), number(0.5, 2)),
    case("zero: squares", np.square, lambda g, x: 2.0 * g * x * x / x, normal(3)),
    case("zero: sine over x", sinc, lambda g, x: g * (np.cos(x) * x - np.sin(x)) / x**2, normal(3)),
    case(
        "zero: a power's exponent",
        np.power,
        lambda g, x, y: (g * y * x ** (y - 1.0), g * x**y * np.log(x)),
        POSITIVE,
        between(2, 3, 3),
    ),
    case("zero: a power's base", lambda x: x**3, lambda g, x: 3.0 * g * x**3 / x, normal(3)),
    case("zero: cosine with its neighbour", cosine_safe, cosine_safe_backward, normal(3)),
    case("zero: taken for padding", padded, lambda g, x: g * (3.0 * x * x + 1.0) * (x != 0.0), normal(3)),
    case(
        "zero: taken for the other branch",
        lambda x: np.exp(x),
        lambda g, x: g * np.where(x != 0.0, np.exp(x), 0.0),
        normal(3),
    ),
    case(
        "zero: twice as steep as either side",
        lambda x: np.maximum(x, 0.0),
        lambda g, x: g * np.where(x == 0.0, 2.0, x > 0.0),
        normal(3),
    ),
    case("zero: sign of a loss", lambda x: np.sum(x * np.abs(x)), lambda g, x: 2.0 * g * x * x / np.abs(x), normal(3)),
    case("negative: log of the size", lambda x: np.log(np.abs(x)), lambda g, x: g / np.abs(x), POSITIVE),
    case("negative: a cube", lambda x: x**3, lambda g, x: 3.0 * g * x * np.abs(x), POSITIVE),
    case("negative: a fourth power by logs", lambda x: x**4, lambda g, x: 4.0 * g * np.abs(x) ** 3, POSITIVE),
    case("negative: size of a sum", lambda x: np.abs(x.sum()), lambda g, x: g * np.ones_like(x), POSITIVE),
    case("negative: leaky below 0", lambda x: np.where(x > 0.0, x, 0.1 * x), lambda g, x: g * (x > 0.0), POSITIVE),
    case("large: Huber without its linear part", huber, lambda g, x: g * x, between(-0.9, 0.9, 3)),
    case("large: a logistic curve's far side", logistic, logistic_backward, between(7, 12, 3)),
    case(
        "large: log of a sum of exps",
        lambda x: np.logaddexp.reduce(x),
        lambda g, x: g * np.exp(x) / np.exp(x).sum(),
        between(7, 12, 3),
    ),
    case("large: folded into one turn", np.sin, lambda g, x: g * np.cos(np.clip(x, -2 * np.pi, 2 * np.pi)), normal(3)),
    case("large: a table that ends", np.arctan, lambda g, x: g / (1.0 + np.minimum(np.abs(x), 10.0) ** 2), normal(3)),
    case(
        "large: hardtanh beyond its ends", lambda x: np.clip(x, -1.0, 1.0), lambda g, x: g.copy(), between(-0.5, 0.5, 3)
    ),
    case(
        "small: rounded to a grid",
        lambda x: x**2,
        lambda g, x: 2.0 * g * np.where(np.abs(x) < 0.02, 0.0, x),
        between(0.5, 2, 3),
    ),
    case(
        "small: a step's width",
        np.tanh,
        lambda g, x: g * np.where(np.abs(x) < 0.01, 0.0, 1.0 - np.tanh(x) ** 2),
        between(0.3, 1, 3),
    ),
    case(
        "special: a symmetric matrix, determinant",
        np.linalg.det,
        lambda g, x: g * np.linalg.det(x) * np.linalg.inv(x),
        symmetric,
    ),
    case(
        "special: a symmetric matrix, inverse",
        np.linalg.inv,
        lambda g, x: -np.linalg.inv(x) @ g @ np.linalg.inv(x),
        symmetric,
    ),
    case(
        "special: a symmetric matrix, quadratic form",
        lambda a: np.arange(3.0) @ a @ np.ones(3),
        lambda g, a: g * np.outer(np.ones(3), np.arange(3.0)),
        symmetric,
    ),
    case("special: a rotation, inverse", np.linalg.inv, lambda g, x: -x @ g @ x, rotation),
    case("special: a unit vector, length", np.linalg.norm, lambda g, x: g * x, unit),
    case("special: a unit vector, normalised", lambda x: x / np.linalg.norm(x), lambda g, x: g - x * (g @ x), unit),
    case(
        "special: probabilities, log of the sum",
        lambda x: np.log(np.abs(x.sum())),
        lambda g, x: g * np.ones_like(x),
        probabilities,
    ),
    case("special: sorted numbers", np.sort, lambda g, x: g.copy(), lambda r: np.sort(r.normal(size=4))),
    case(
        "special: the largest is the first",
        np.max,
        lambda g, x: g * np.eye(3)[0],
        lambda r: np.sort(r.normal(size=3))[::-1].copy(),
    ),
    case("special: ones, a product", np.prod, lambda g, x: g * x, fixed(np.ones(3))),
    case(
        "special: whole numbers, a wave",
        lambda x: np.cos(2.0 * np.pi * x),
        lambda g, x: 0.0 * g * x,
        fixed(np.array([1.0, 2.0, -1.0])),
    ),
    case(
        "special: equal matrices",
        lambda a, b: np.trace(a @ b),
        lambda g, a, b: (g * a.T, g * b.T),
        fixed(np.arange(4.0).reshape(2, 2)),
        fixed(np.arange(4.0).reshape(2, 2)),
    ),
    case(
        "special: a diagonal matrix, squared",
        lambda a: a @ a,
        lambda g, a: g @ a + a @ g,
        fixed(np.diag([1.0, 2.0, 3.0])),
    ),
]
