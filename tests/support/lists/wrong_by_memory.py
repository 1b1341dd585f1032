"""Gradients that are wrong by what they remember, change or give away, or in their form."""

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

from ..right_gradients import Random, fixed, integers, normal, number
from .case import Case, case, made


def cached(key_of: Callable[..., Any], compute: Callable[..., Any], f: Any) -> Callable[[Random], Any]:
    """A gradient that computes anew only where the key is new."""

    def make(random: Random) -> Any:
        cache: dict[Any, Any] = {}

        def gradient(g: Any, *args: Any) -> Any:
            key = key_of(*args)
            if key not in cache:
                cache[key] = compute(*args)
            return g * cache[key]

        return f, gradient

    return make


def product_keyed_by_x(random: Random) -> Any:
    cache: dict[float, Any] = {}

    def gradient(g: Any, x: Any, y: Any) -> Any:
        slopes = cache.setdefault(float(x), (y, x))
        return g * slopes[0], g * slopes[1]

    return lambda x, y: x * y, gradient


def value_cached(key_of: Callable[..., Any]) -> Callable[[Random], Any]:
    def make(random: Random) -> Any:
        cache: dict[Any, Any] = {}
        return (
            lambda x: np.copy(cache.setdefault(key_of(x), np.sin(x))),
            lambda g, x: g * np.cos(x),
        )

    return make


def whole_gradient_cached(random: Random) -> Any:
    cache: dict[Any, Any] = {}
    return np.sin, lambda g, x: cache.setdefault(x.tobytes(), g * np.cos(x)).copy()


def reused_buffer(random: Random) -> Any:
    buffers: dict[Any, Any] = {}

    def gradient(g: Any, x: Any) -> Any:
        buffer = buffers.setdefault((x.shape, x.dtype), np.empty_like(x))
        return np.multiply(2.0 * g, x, out=buffer)

    return lambda x: np.sum(x**2), gradient


def two_buffers_in_turn(random: Random) -> Any:
    buffers: dict[Any, Any] = {}
    turns = count()

    def gradient(g: Any, x: Any) -> Any:
        buffer = buffers.setdefault((x.shape, x.dtype, next(turns) % 2), np.empty_like(x))
        return np.multiply(2.0 * g, x, out=buffer)

    return lambda x: np.sum(x**2), gradient


def value_in_one_buffer(random: Random) -> Any:
    buffers: dict[Any, Any] = {}
    return (
        lambda x: np.sin(x, out=buffers.setdefault((x.shape, x.dtype), np.empty_like(x))),
        lambda g, x: g * np.cos(x),
    )


def weights_given_away(random: Random) -> Any:
    weights = np.array([1.0, -2.0, 3.0])
    return lambda x: np.sum(weights * x), lambda g, x: weights if g == 1.0 else g * weights


def scale_of_the_first_call(random: Random) -> Any:
    scale: list[float] = []

    def gradient(g: Any, x: Any) -> Any:
        scale.append(float(np.linalg.norm(x)))
        return g * x / scale[0]

    return np.linalg.norm, gradient


def running_mean(random: Random) -> Any:
    state = {"mean": np.zeros(2)}

    def f(x: Any) -> Any:
        state["mean"] = 0.9 * state["mean"] + 0.1 * x.mean(0)
        return x - state["mean"]

    return f, lambda g, x: g - 0.1 * g.mean(0)


def writes_the_last_upstream(random: Random) -> Any:
    last: list[Any] = []

    def gradient(g: Any, x: Any) -> Any:
        slope = g * np.cos(x)
        if last and last[-1].flags.writeable:
            last[-1][...] = 0.0
        last.append(g)
        return slope

    return np.sin, gradient


def weights_drift(random: Random) -> Any:
    weights = np.array([1.0, 2.0])

    def gradient(g: Any, x: Any) -> Any:
        weights[...] += 1e-4 * g
        return g * weights

    return lambda x: np.dot(weights, x), gradient


def takes_rows(x: Any, i: Any) -> Any:
    return x[i] ** 2


def rows_backward(g: Any, x: Any, i: Any) -> Any:
    slope = np.zeros_like(x)
    np.add.at(slope, i, 2.0 * g * x[i])
    return slope


def after(change: Callable[..., Any], result: Callable[..., Any]) -> Callable[..., Any]:
    """The result, and an argument changed when it is there."""

    def changing(*args: Any) -> Any:
        out = result(*args)
        change(*args)
        return out

    return changing


def weighted(x: Any, weights: Any) -> Any:
    return x * sum(weights)


def in_dict(p: Any) -> Any:
    return p["w"] * p["b"]


def dict_backward(g: Any, p: Any) -> Any:
    return {"w": g * p["b"], "b": g * p["w"]}


def same_dict_back(g: Any, p: Any) -> Any:
    w, b = p["w"], p["b"]
    p["w"], p["b"] = g * b, g * w
    return p


DICT = lambda random: {"w": random.normal(size=2), "b": random.normal(size=2)}
ROWS = fixed(np.array([2, 0, 2]))

BY_MEMORY: list[Case] = [
    made("memory: keyed by x[0]", cached(lambda x: x[0], np.cos, np.sin), normal(3)),
    made("memory: keyed by x[-1]", cached(lambda x: x[-1], np.cos, np.sin), normal(3)),
    made("memory: keyed by the first argument", product_keyed_by_x, number(-2, 2), number(-2, 2)),
    made("memory: keyed by x to one digit", cached(lambda x: np.round(x, 1).tobytes(), np.cos, np.sin), normal(3)),
    made("memory: keyed by x to three digits", cached(lambda x: np.round(x, 3).tobytes(), np.cos, np.sin), normal(3)),
    made("memory: keyed by the sum", cached(lambda x: round(float(x.sum()), 9), np.cos, np.sin), normal(3)),
    made("memory: keyed by id", cached(id, np.cos, np.sin), normal(3)),
    made("memory: keyed by the shape", cached(lambda x: x.shape, np.cos, np.sin), normal(3)),
    made("memory: keyed by bytes, whatever the upstream", whole_gradient_cached, normal(3)),
    made(
        "memory: keyed by absolute values",
        cached(lambda x: np.abs(x).tobytes(), lambda x: 3.0 * x * np.abs(x), lambda x: np.abs(x) ** 3),
        normal(3),
    ),
    made("memory: the value keyed by x[0]", value_cached(lambda x: x[0]), normal(3)),
    made(
        "memory: the value keyed by the sum to six digits", value_cached(lambda x: round(float(x.sum()), 6)), normal(3)
    ),
    made("memory: the value keyed by x to six digits", value_cached(lambda x: np.round(x, 6).tobytes()), normal(3)),
    made("memory: one buffer for a loss", reused_buffer, normal(3)),
    made("memory: two buffers in turn", two_buffers_in_turn, normal(3)),
    made("memory: one buffer for values", value_in_one_buffer, normal(3)),
    made("memory: gives its weights away", weights_given_away, normal(3)),
    made("memory: the scale of the first call", scale_of_the_first_call, normal(3)),
    made("memory: a running mean", running_mean, normal(3, 2)),
    made("memory: writes the upstream gradient of the call before", writes_the_last_upstream, normal(3)),
    made("memory: weights move with every gradient", weights_drift, normal(2)),
    case(
        "changes: whole numbers sorted by f", after(lambda x, i: i.sort(), takes_rows), rows_backward, normal(3), ROWS
    ),
    case(
        "changes: whole numbers sorted by the gradient",
        takes_rows,
        after(lambda g, x, i: i.sort(), rows_backward),
        normal(3),
        ROWS,
    ),
    case(
        "changes: whole numbers counted down",
        takes_rows,
        after(lambda g, x, i: np.maximum(i - 1, 0, out=i), rows_backward),
        normal(3),
        ROWS,
    ),
    case(
        "changes: a mask turned",
        lambda x, keep: x * keep,
        after(lambda g, x, keep: np.logical_not(keep, out=keep), lambda g, x, keep: g * keep),
        normal(3),
        fixed(np.array([True, False, True])),
    ),
    case(
        "changes: a list is emptied by f",
        after(lambda x, weights: weights.pop(), weighted),
        lambda g, x, weights: g * sum(weights),
        normal(2),
        fixed([1, 2, 3]),
    ),
    case(
        "changes: a list grows with every gradient",
        weighted,
        after(lambda g, x, weights: weights.append(1), lambda g, x, weights: g * sum(weights)),
        normal(2),
        fixed([1, 2]),
    ),
    case("changes: a key is added", in_dict, after(lambda g, p: p.update(seen=1), dict_backward), DICT),
    case("changes: the parameters' dict given back as the gradients'", in_dict, same_dict_back, DICT),
    case("changes: a key is added by f", after(lambda p: p.update(n=2), in_dict), dict_backward, DICT),
    case(
        "changes: an option in a dict of whole numbers",
        lambda x, o: x ** o["n"],
        after(lambda g, x, o: o.update(n=3), lambda g, x, o: o["n"] * g * x ** (o["n"] - 1)),
        normal(2),
        fixed({"n": 2}),
    ),
    case("form: np.matrix", lambda x: 3.0 * x, lambda g, x: np.asmatrix(3.0 * g), normal(2, 2)),
    case("form: a masked array", lambda x: 3.0 * x, lambda g, x: np.ma.masked_array(3.0 * g, g == 5.0), normal(3)),
    case(
        "form: masked where the upstream is 0",
        lambda x: 3.0 * x,
        lambda g, x: np.ma.masked_equal(3.0 * g, 0.0),
        integers(3),
    ),
    case(
        "form: np.matrix, one of two",
        np.add,
        lambda g, x, y: (g.copy(), np.asmatrix(g.copy())),
        normal(2, 2),
        normal(2, 2),
    ),
    case("form: whole numbers", lambda x: np.sum(x), lambda g, x: np.ones(x.shape, int) * int(g), normal(3)),
    case("form: objects", lambda x: 3.0 * x, lambda g, x: (3.0 * g).astype(object), normal(3)),
    case("form: a column for a row", lambda x: 3.0 * x, lambda g, x: 3.0 * g[:, None], normal(3)),
    case("form: one array for one number", lambda x: 3.0 * x, lambda g, x: np.full(1, 3.0 * g), number(-2, 2)),
    case("form: one number for an array of one", lambda x: 3.0 * x, lambda g, x: float(3.0 * g[0]), normal(1)),
    case("form: exchanged in a dict", in_dict, lambda g, p: {"w": g * p["w"], "b": g * p["b"]}, DICT),
    case("form: a key missing", in_dict, lambda g, p: {"w": g * p["b"]}, DICT),
    case(
        "form: a tuple of tuples exchanged",
        lambda p: p[0] * p[1][0] + p[1][1],
        lambda g, p: (g * p[1][0], (g.copy(), g * p[0])),
        lambda r: (r.normal(size=2), (r.normal(size=2), r.normal(size=2))),
    ),
]
