"""Right gradients in all their forms: nested, cached rightly, in other layouts, of other kinds of arguments."""

from typing import Any, NamedTuple

import numpy as np

import autograd_mini as ag

from ..right_gradients import Random, fixed, integers, normal, number
from .case import Case, case, made


class Line(NamedTuple):
    """A named tuple of parameters."""

    w: Any
    b: Any


def pair(random: Random) -> Any:
    return random.normal(size=2), random.normal(size=2)


def multiplied(p: Any) -> Any:
    return p[0] * p[1]


def pair_backward(g: Any, p: Any) -> Any:
    return g * p[1], g * p[0]


def nested(random: Random) -> Any:
    return random.normal(size=2), (random.normal(size=2), {"a": [random.normal(size=2)]})


def nested_sum(p: Any) -> Any:
    return p[0] * p[1][0] + np.sin(p[1][1]["a"][0])


def nested_backward(g: Any, p: Any) -> Any:
    return g * p[1][0], (g * p[0], {"a": [g * np.cos(p[1][1]["a"][0])]})


def layers(random: Random) -> Any:
    return [(random.normal(size=(2, 2)), random.normal(size=2)) for _ in range(2)]


def mlp(x: Any, p: Any) -> Any:
    for w, b in p:
        x = np.tanh(x @ w + b)
    return x


def mlp_backward(g: Any, x: Any, p: Any) -> Any:
    inputs = [x]
    for w, b in p:
        inputs.append(np.tanh(inputs[-1] @ w + b))
    slopes: list[Any] = []
    for (w, _b), before, after in reversed(list(zip(p, inputs, inputs[1:], strict=False))):
        inner = g * (1.0 - after**2)
        slopes.insert(0, (before.T @ inner, inner.sum(0)))
        g = inner @ w.T
    return g, slopes


def cached_by_all(random: Random) -> Any:
    cache: dict[Any, Any] = {}

    def gradient(g: Any, x: Any) -> Any:
        key = x.tobytes(), x.shape, x.dtype.str
        if key not in cache:
            cache[key] = np.cos(x)
        return g * cache[key]

    return np.sin, gradient


def value_cached_by_all(random: Random) -> Any:
    cache: dict[Any, Any] = {}
    return (
        lambda x: cache.setdefault((x.tobytes(), x.shape, x.dtype.str), np.sin(x)).copy(),
        lambda g, x: g * np.cos(x),
    )


def in_a_buffer_but_copied(random: Random) -> Any:
    buffers: dict[Any, Any] = {}

    def gradient(g: Any, x: Any) -> Any:
        buffer = buffers.setdefault((x.shape, x.dtype), np.empty_like(x))
        return np.multiply(2.0 * g, x, out=buffer).copy()

    return lambda x: np.sum(x**2), gradient


def with_a_seed_of_its_own(random: Random) -> Any:
    mask = lambda x: 2.0 * (np.random.default_rng(5).random(np.shape(x)) < 0.5)
    return lambda x: x * mask(x), lambda g, x: g * mask(x)


def counting_its_calls(random: Random) -> Any:
    calls: list[int] = []

    def gradient(g: Any, x: Any) -> Any:
        calls.append(len(calls))
        return g * np.cos(x)

    return np.sin, gradient


class Layer:
    """A layer that remembers its forward pass."""

    def forward(self, x: Any) -> Any:
        self.y = np.tanh(x)
        return self.y.copy()

    def backward(self, g: Any) -> Any:
        return g * (1.0 - self.y**2)


def layer_called_anew(random: Random) -> Any:
    layer = Layer()
    return layer.forward, lambda g, x: (layer.forward(x), layer.backward(g))[1]


def power(x: Any, n: Any, how: Any) -> Any:
    return x**n if how == "power" else x


def rows(x: Any, i: Any) -> Any:
    return x[i] ** 2


def rows_backward(g: Any, x: Any, i: Any) -> Any:
    slope = np.zeros_like(x)
    np.add.at(slope, i, 2.0 * g * x[i])
    return slope


def sorted_in_a_copy(x: Any, i: Any) -> Any:
    i = i.copy()
    i.sort()
    return x[i]


def sorted_in_a_copy_backward(g: Any, x: Any, i: Any) -> Any:
    slope = np.zeros_like(x)
    np.add.at(slope, np.sort(i), g)
    return slope


def write_and_copy(g: Any, x: Any) -> Any:
    g, x = g.copy(), x.copy()
    np.cos(x, out=x)
    g *= x
    return g


def checked(x: Any) -> Any:
    assert x.ndim == 1
    assert x.dtype in (np.float32, np.float64)
    return np.sin(x)


def first_then_restored(x: Any, options: Any) -> Any:
    options = dict(options)
    return x * options.pop("n")


FORMS: list[Case] = [
    case("nested: one tuple", multiplied, pair_backward, pair),
    case("nested: one list", lambda p: p[0] * p[1], lambda g, p: [g * p[1], g * p[0]], lambda r: list(pair(r))),
    case(
        "nested: one tuple of one",
        lambda p: np.sin(p[0]),
        lambda g, p: (g * np.cos(p[0]),),
        lambda r: (r.normal(size=2),),
    ),
    case(
        "nested: one tuple of three numbers",
        lambda p: p[0] * p[1] * p[2],
        lambda g, p: (g * p[1] * p[2], g * p[0] * p[2], g * p[0] * p[1]),
        lambda r: tuple(map(float, r.normal(size=3))),
    ),
    case("nested: tuples in tuples", nested_sum, nested_backward, nested),
    case("nested: a tuple in a tuple of one", nested_sum, lambda g, p: (nested_backward(g, p),), nested),
    case(
        "nested: a named tuple",
        lambda p: p.w * p.b,
        lambda g, p: Line(g * p.b, g * p.w),
        lambda r: Line(r.normal(size=2), r.normal(size=2)),
    ),
    case(
        "nested: one dict",
        lambda p: p["w"] * p["b"],
        lambda g, p: {"w": g * p["b"], "b": g * p["w"]},
        lambda r: {"w": r.normal(size=2), "b": r.normal(size=2)},
    ),
    case(
        "nested: a dict in another order",
        lambda p: p["w"] * p["b"],
        lambda g, p: {"b": g * p["w"], "w": g * p["b"]},
        lambda r: {"w": r.normal(size=2), "b": r.normal(size=2)},
    ),
    case("nested: layers", mlp, mlp_backward, normal(2, 2), layers),
    case(
        "nested: a tuple beside an array",
        lambda x, p: x * p[0] + p[1],
        lambda g, x, p: (g * p[0], (g * x, g.copy())),
        normal(2),
        pair,
    ),
    case(
        "nested: two tuples",
        lambda p, q: p[0] * q[1] + p[1] * q[0],
        lambda g, p, q: ((g * q[1], g * q[0]), (g * p[1], g * p[0])),
        pair,
        pair,
    ),
    case("nested: a tuple of the engine", lambda p: ag.sin(p[0]) * p[1], None, pair),
    case("nested: a list of tuples of the engine", lambda p: ag.tanh(p[0][0] @ p[1][0]) + p[1][1], None, layers),
    case("one argument: a tuple of one gradient", np.sin, lambda g, x: (g * np.cos(x),), normal(3)),
    made("memory: keyed by bytes, shape and dtype", cached_by_all, normal(3)),
    made("memory: the value keyed by all", value_cached_by_all, normal(3)),
    made("memory: a buffer, copied", in_a_buffer_but_copied, normal(3)),
    made("memory: a mask of the same seed", with_a_seed_of_its_own, normal(4)),
    made("memory: counts its calls", counting_its_calls, normal(3)),
    made("memory: a layer called anew", layer_called_anew, normal(3)),
    case("layout: a gradient by columns", lambda x: 3.0 * x, lambda g, x: np.asfortranarray(3.0 * g), normal(2, 3)),
    case("layout: a gradient turned", lambda x: 3.0 * x.T, lambda g, x: (3.0 * g).T, normal(2, 3)),
    case("layout: a gradient backwards", lambda x: 3.0 * x[::-1], lambda g, x: (3.0 * g)[::-1], normal(3)),
    case("layout: a view of a larger array", lambda x: np.pad(x, 1), lambda g, x: (1.0 * g)[1:-1], normal(3)),
    case("layout: spread, then copied", np.sum, lambda g, x: np.broadcast_to(g, x.shape).copy(), normal(2, 2)),
    case(
        "layout: two halves of one array",
        lambda x, y: np.concatenate([x, y]),
        lambda g, x, y: tuple(np.split(g * 1.0, [2])),
        normal(2),
        normal(3),
    ),
    case("layout: written to, after a copy", np.sin, write_and_copy, normal(2, 2)),
    case("layout: asks for one axis and a float", checked, lambda g, x: g * np.cos(x), normal(3)),
    case(
        "kinds: whole numbers and words",
        power,
        lambda g, x, n, how: n * g * x ** (n - 1),
        normal(3),
        fixed(3),
        fixed("power"),
    ),
    case("kinds: whole numbers as an index", rows, rows_backward, normal(3), fixed(np.array([2, 0, 2]))),
    case(
        "kinds: whole numbers sorted in a copy",
        sorted_in_a_copy,
        sorted_in_a_copy_backward,
        normal(3),
        fixed(np.array([2, 0, 2])),
    ),
    case(
        "kinds: a mask",
        lambda x, keep: x * keep,
        lambda g, x, keep: g * keep,
        normal(3),
        fixed(np.array([True, False, True])),
    ),
    case(
        "kinds: a slice and None",
        lambda x, part, axis: x[part].sum(axis),
        lambda g, x, part, axis: np.where(np.isin(np.arange(len(x)), np.arange(len(x))[part]), g, 0.0),
        normal(4),
        fixed(slice(1, 3)),
        fixed(None),
    ),
    case(
        "kinds: a list of whole numbers", lambda x, w: x * sum(w), lambda g, x, w: g * sum(w), normal(2), fixed([1, 2])
    ),
    case("kinds: a dict of options", first_then_restored, lambda g, x, o: g * o["n"], normal(2), fixed({"n": 3})),
    case("kinds: a function", lambda x, h: h(x), lambda g, x, h: g * np.cos(x), normal(2), fixed(np.sin)),
    case(
        "kinds: a number and an array",
        lambda x, y: x * np.sin(y),
        lambda g, x, y: (float(np.sum(g * np.sin(y))), g * x * np.cos(y)),
        number(-2, 2),
        normal(3),
    ),
    case("kinds: a number's gradient of NumPy", lambda x: x**2, lambda g, x: np.float64(2.0 * g * x), number(-2, 2)),
    case("kinds: a number's gradient of no axes", lambda x: x**2, lambda g, x: np.asarray(2.0 * g * x), number(-2, 2)),
    case("kinds: an array of no axes", np.sin, lambda g, x: np.asarray(g * np.cos(x)), normal()),
    case(
        "kinds: a value of NumPy's float", lambda x: np.float64(np.sum(x)), lambda g, x: np.full_like(x, g), normal(3)
    ),
    case("kinds: a value of Python's float", lambda x: float(np.sum(x)), lambda g, x: np.full_like(x, g), normal(3)),
    case("kinds: an empty array", np.sin, lambda g, x: g * np.cos(x), normal(0)),
    case("kinds: a sum of an empty array", np.sum, lambda g, x: np.full_like(x, g), normal(0, 2)),
    case("kinds: an empty value", lambda x: x[:0] * 1.0, lambda g, x: np.zeros_like(x), normal(2)),
    case(
        "kinds: one argument does not matter",
        lambda x, y: np.sin(x),
        lambda g, x, y: (g * np.cos(x), np.zeros_like(y)),
        normal(2),
        normal(2),
    ),
    case("kinds: nothing matters", lambda x: np.ones(2), lambda g, x: np.zeros_like(x), normal(3)),
    case(
        "kinds: one shape for a value, another for an argument",
        lambda x: np.outer(x, x).sum(0),
        lambda g, x: np.full_like(x, g @ x) + g * x.sum(),
        normal(2),
    ),
    case("kinds: whole numbers in floats", lambda x: x**2, lambda g, x: 2.0 * g * x, integers(3)),
    case("kinds: a negative zero", lambda x: x**2, lambda g, x: 2.0 * g * x, fixed(np.array([-0.0, 1.0]))),
    case("kinds: one element in three axes", lambda x: x * 2.0, lambda g, x: 2.0 * g, normal(1, 1, 1)),
    case(
        "kinds: four axes",
        lambda x: x.sum((0, 2)),
        lambda g, x: np.broadcast_to(g[None, :, None], x.shape) * 1.0,
        normal(1, 2, 2, 1),
    ),
]
