"""Gradients that are wrong for some upstream gradients, and those that a large number beside them hides."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..right_gradients import between, fixed, normal, number
from .case import Case, case


def sine(of_upstream: Callable[[Any], Any]) -> Callable[..., Any]:
    """The sine's gradient, with something done to the upstream gradient."""
    return lambda g, x: of_upstream(g) * np.cos(x)


def clipped_by_length(g: Any) -> Any:
    return g * np.minimum(1.0, 100.0 / np.maximum(np.linalg.norm(g), 1e-300))


def two_largest(g: Any) -> Any:
    return np.where(np.abs(g) >= np.sort(np.abs(g))[-2], g, 0.0)


def eight_bits(g: Any) -> Any:
    scale = np.abs(g).max() / 127.0
    return np.rint(g / scale) * scale if scale else g


def never_nothing(g: Any) -> Any:
    return g if np.any(g) else np.ones_like(g)


def through_its_length(g: Any) -> Any:
    length = np.linalg.norm(g)
    return g / length * length


def refusing_nothing(g: Any) -> Any:
    if not np.any(g):
        raise ValueError("no upstream gradient")
    return g


def guided(g: Any, x: Any) -> Any:
    return g * (x > 0.0) * (g > 0.0)


def only_one_way(g: Any, x: Any, y: Any) -> Any:
    return g * y, np.abs(g) * x


def by_bytes(g: Any, x: Any) -> Any:
    return g * np.cos(x.view(np.uint8).view(x.dtype))  # an array that is not contiguous has no such view


def needs_an_element(g: Any, x: Any) -> Any:
    if x.size == 0:
        return g[0] * x
    return 2.0 * g * x


UPSTREAM: list[Case] = [
    case("upstream: at most 50", np.sin, sine(lambda g: np.minimum(g, 50.0)), normal(3)),
    case("upstream: at least -50", np.sin, sine(lambda g: np.maximum(g, -50.0)), normal(3)),
    case("upstream: between -1000 and 1000", np.sin, sine(lambda g: np.clip(g, -1e3, 1e3)), normal(3)),
    case(
        "upstream: between -20 and 20, of a loss",
        lambda x: np.sum(np.sin(x)),
        sine(lambda g: np.clip(g, -20, 20)),
        normal(3),
    ),
    case("upstream: at most 50, a number", np.sin, sine(lambda g: min(g, 50.0)), number(-2, 2)),
    case("upstream: its size, beside a tiny number", np.sin, sine(np.abs), fixed(np.array([1e-16, 1.0]))),
    case(
        "upstream: its size, beside a tiny and a huge number",
        np.arctan,
        lambda g, x: np.abs(g) / (1.0 + x * x),
        fixed(np.array([1e-20, 1.0, 1e8])),
    ),
    case(
        "upstream: its size, a tiny number as another argument",
        lambda x, y: np.sin(x) + y,
        lambda g, x, y: (np.abs(g) * np.cos(x), g.sum()),
        normal(2),
        fixed(1e-17),
    ),
    case("upstream: its size, all numbers tiny", np.sin, sine(np.abs), between(1e-18, 1e-16, 2)),
    case("upstream: its size in the second argument", np.multiply, only_one_way, normal(2), normal(2)),
    case("upstream: below a thousandth nothing", np.sin, sine(lambda g: np.where(np.abs(g) < 1e-3, 0.0, g)), normal(3)),
    case("upstream: clipped by length", np.sin, sine(clipped_by_length), normal(3)),
    case("upstream: squashed", np.sin, sine(lambda g: 100.0 * np.tanh(g / 100.0)), normal(3)),
    case("upstream: bent by a ten-thousandth", np.sin, sine(lambda g: g / (1.0 + 1e-4 * np.abs(g))), normal(3)),
    case(
        "upstream: in half precision",
        np.sin,
        sine(lambda g: np.clip(g, -6e4, 6e4).astype(np.float16).astype(float)),
        normal(3),
    ),
    case("upstream: whole numbers", np.sin, sine(np.rint), normal(3)),
    case("upstream: 0 taken for none given", lambda x: np.sum(np.sin(x)), sine(lambda g: g or 1.0), normal(3)),
    case("upstream: all 0 taken for none given", np.sin, sine(never_nothing), normal(3)),
    case("upstream: 0 is refused", np.sin, sine(refusing_nothing), normal(3)),
    case("upstream: nan where it is 0", np.sin, sine(through_its_length), normal(3)),
    case("upstream: nan where one of it is 0", np.sin, sine(lambda g: g * g / g), normal(3)),
    case("upstream: sorted", np.sin, sine(np.sort), normal(3)),
    case("upstream: added up", np.sin, sine(np.cumsum), normal(3)),
    case("upstream: the two largest", np.sin, sine(two_largest), normal(4)),
    case("upstream: eight bits", np.sin, sine(eight_bits), normal(3)),
    case("upstream: a row for all", np.sin, sine(lambda g: g[:1]), normal(2, 3)),
    case("upstream: guided", lambda x: np.maximum(x, 0.0), guided, normal(4)),
    case("upstream: its sign far away alone", np.sin, sine(lambda g: np.where(g < -200.0, -g, g)), normal(3)),
    case(
        "upstream: not a number of the loss's kind",
        lambda x: np.sum(x**2),
        lambda g, x: 2.0 * x * np.sign(g),
        normal(3),
    ),
    case("upstream: another layout fails", np.sin, by_bytes, normal(2, 3)),
    case("upstream: a number in an array alone", lambda x: np.sum(x**2), lambda g, x: 2.0 * x * len(g), normal(3)),
    case("upstream: empty arrays fail", np.square, needs_an_element, normal(0)),
    case(
        "upstream: mean for sum over a batch",
        lambda x, w: x @ w,
        lambda g, x, w: (np.outer(g, w), x.T @ g / len(g)),
        normal(3, 2),
        normal(2),
    ),
]


def larger(f: Callable[..., Any], offset: float) -> Callable[..., Any]:
    return lambda *args: offset + f(*args)


def beside(offset: float) -> Callable[[Any], Any]:
    return lambda x: np.concatenate([np.sin(x), [offset]])


def beside_backward(factor: float) -> Callable[..., Any]:
    return lambda g, x: g[:-1] * np.cos(x) * factor


def one_forgotten(g: Any, x: Any) -> Any:
    slope = 2.0 * g * x
    slope[-1] = 0.0
    return slope


OFFSETS: list[Case] = [
    case("offset: 1e5, a millionth", larger(np.sin, 1e5), sine(lambda g: g * (1 + 1e-6)), normal(3)),
    case(
        "offset: 1e4, a millionth, a loss", lambda x: 1e4 + np.sum(np.sin(x)), sine(lambda g: g * (1 + 1e-6)), normal(3)
    ),
    case("offset: -1e7, a ten-thousandth", larger(np.sin, -1e7), sine(lambda g: g * (1 + 1e-4)), normal(3)),
    case("offset: 1e10, a hundredth", larger(np.sin, 1e10), sine(lambda g: g * 1.01), normal(3)),
    case("offset: 1e12, a tenth", larger(np.sin, 1e12), sine(lambda g: g * 1.1), normal(3)),
    case("offset: 1e8, one element forgotten", lambda x: 1e8 + np.sum(x**2), one_forgotten, between(0.5, 2, 3)),
    case("offset: beside another output of 1e10, a hundredth", beside(1e10), beside_backward(1.01), normal(2)),
    case("offset: beside another output of 1e10, a millionth", beside(1e10), beside_backward(1 + 1e-6), normal(2)),
    case("offset: beside another output of 1e15, a thousandth", beside(1e15), beside_backward(1.001), normal(2)),
    case(
        "offset: beside another argument times 1e9",
        lambda x, y: 1e9 * y + np.sin(x),
        lambda g, x, y: (1.01 * g * np.cos(x), 1e9 * g.sum()),
        normal(2),
        number(1, 2),
    ),
    case(
        "offset: beside exp(22)",
        lambda x: np.sum(np.exp(x)),
        lambda g, x: g * np.exp(x) * np.array([1.01, 1.0]),
        fixed(np.array([0.1, 22.0])),
    ),
    case(
        "offset: in the argument",
        lambda x: np.sum((x - 1e6) ** 2),
        lambda g, x: 2.0002 * g * (x - 1e6),
        fixed(1e6 + np.array([0.5, -2.0])),
    ),
    case(
        "offset: a large factor of a small change",
        lambda x: 1e9 * (1.0 + 1e-9 * np.sin(x)),
        sine(lambda g: 1.02 * g),
        normal(3),
    ),
    case(
        "offset: a log-likelihood's constant",
        lambda m: -0.5 * np.sum((np.arange(3.0) - m) ** 2) - 2.5e7,
        lambda g, m: g * np.sum(np.arange(3.0) - m) * 1.001,
        number(3, 4),
    ),
    case(
        "offset: 1e6 in a norm",
        lambda x: np.sqrt(1e12 + np.sum(x**2)),
        lambda g, x: 1.05 * g * x / np.sqrt(1e12 + np.sum(x**2)),
        between(1, 2, 2),
    ),
    case(
        "offset: 1e5, the sign of one element",
        larger(np.sin, 1e5),
        lambda g, x: g * np.cos(x) * np.array([1.0, -1.0]),
        between(0.5, 1, 2),
    ),
    case("offset: 1e5, the upstream's mean", larger(np.sin, 1e5), sine(lambda g: np.full_like(g, g.mean())), normal(3)),
    case(
        "offset: float32, 100 and a tenth",
        larger(np.sin, np.float32(100.0)),
        sine(lambda g: g * np.float32(1.1)),
        lambda r: r.normal(size=3).astype(np.float32),
    ),
]


def logs(x: Any) -> Any:
    return np.sum(np.log(x))


UNBOUNDED: list[Case] = [
    case("no value: an infinite loss", logs, lambda g, x: g * np.full_like(x, 3.0), fixed(np.array([0.0, 1.0]))),
    case("no value: an infinite loss, nothing given", logs, lambda g, x: np.zeros_like(x), fixed(np.array([0.0, 1.0]))),
    case("no value: nan", lambda x: np.sum(np.sqrt(x)), lambda g, x: g * x, fixed(np.array([-1.0, 4.0, 2.0]))),
    case("no value: one element of many nan", np.sqrt, lambda g, x: 7.0 * g * x, fixed(np.array([-1.0, 4.0]))),
    case(
        "no value: overflow", lambda x: np.exp(x).sum(), lambda g, x: g * np.ones_like(x), fixed(np.array([800.0, 1]))
    ),
    case(
        "no value: infinite less infinite",
        lambda x: np.exp(x).sum() - np.exp(2 * x).sum(),
        lambda g, x: g * x,
        fixed(np.array([900.0, 1.0])),
    ),
    case("no value: an infinite argument", np.arctan, lambda g, x: 0.0 * x * g, fixed(np.array([np.inf, 1.0]))),
]
