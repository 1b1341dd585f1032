"""Right gradients of functions that compute in float32 inside, whatever they are given."""

from typing import Any

import numpy as np

import autograd_mini as ag

from ..right_gradients import between, fixed, integers, normal, number
from .case import Case, case
from .trades import softmax, softmax_backward

_drawn = np.random.default_rng(7)
W = _drawn.normal(size=(3, 2)).astype(np.float32)
V = _drawn.normal(size=(2, 3)).astype(np.float32)


def single(x: Any) -> Any:
    return np.asarray(x, np.float32)


def double(x: Any) -> Any:
    return np.asarray(x, np.float64)


def inside(f: Any) -> Any:
    """f computed in float32, its value given in float64."""
    return lambda *args: double(f(*(single(x) for x in args)))


def backward(gradient: Any) -> Any:
    """The gradient computed in float32, given in float64."""

    def of_all(g: Any, *args: Any) -> Any:
        found = gradient(single(g), *(single(x) for x in args))
        return tuple(double(x) for x in found) if isinstance(found, tuple) else double(found)

    return of_all


def both(name: str, f: Any, gradient: Any, *draw: Any) -> list[Case]:
    return [
        case(f"float32 inside: {name}", inside(f), backward(gradient), *draw),
        case(f"float32 inside: {name}, a gradient of float64", inside(f), gradient, *draw),
    ]


def net(x: Any) -> Any:
    return np.tanh(x @ W) @ V


def net_backward(g: Any, x: Any) -> Any:
    h = np.tanh(x @ W)
    return (g @ V.T * (1.0 - h * h)) @ W.T


def layer(x: Any, w: Any, b: Any) -> Any:
    return np.tanh(x @ w + b)


def layer_backward(g: Any, x: Any, w: Any, b: Any) -> Any:
    inner = g * (1.0 - np.tanh(x @ w + b) ** 2)
    return inner @ w.T, x.T @ inner, inner.sum(0)


def layer_norm(x: Any) -> Any:
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + x.dtype.type(1e-2))


def layer_norm_backward(g: Any, x: Any) -> Any:
    y = layer_norm(x)
    root = np.sqrt(x.var(-1, keepdims=True) + x.dtype.type(1e-2))
    return (g - g.mean(-1, keepdims=True) - y * (g * y).mean(-1, keepdims=True)) / root


def cross_entropy(x: Any) -> Any:
    return -np.log(softmax(x)[:, 0]).mean()


def cross_entropy_backward(g: Any, x: Any) -> Any:
    p = softmax(x)
    p[:, 0] -= 1.0
    return g * p / x.dtype.type(len(x))


def as_single(x: Any) -> Any:
    return ag.astype(x, np.float32)


FLOAT32: list[Case] = [
    *both("sine", np.sin, lambda g, x: g * np.cos(x), normal(3)),
    *both("a number's exp", np.exp, lambda g, x: g * np.exp(x), number(-1, 1)),
    *both("a square", np.square, lambda g, x: 2 * g * x, normal(3)),
    *both("a sum of squares", lambda x: np.sum(x * x), lambda g, x: 2 * g * x, normal(4)),
    *both("a product", np.multiply, lambda g, x, y: (g * y, g * x), normal(2), normal(2)),
    *both("a quotient", np.divide, lambda g, x, y: (g / y, -g * x / y**2), normal(2), between(0.5, 2, 2)),
    *both("softmax", softmax, softmax_backward, normal(2, 3)),
    *both("a net", net, net_backward, normal(2, 3)),
    *both("a layer", layer, layer_backward, normal(2, 2), normal(2, 2), normal(2)),
    *both("layer norm", layer_norm, layer_norm_backward, normal(2, 3)),
    *both("cross-entropy", cross_entropy, cross_entropy_backward, normal(2, 3)),
    *both("a log", np.log, lambda g, x: g / x, between(0.1, 10, 3)),
    *both("a root", np.sqrt, lambda g, x: g / (2 * np.sqrt(x)), between(0.1, 10, 3)),
    *both("a length", np.linalg.norm, lambda g, x: g * x / np.linalg.norm(x) if x.any() else 0 * g * x, normal(3)),
    *both("relu", lambda x: np.maximum(x, 0), lambda g, x: g * (x > 0), integers(4)),
    *both("the largest", np.max, lambda g, x: g * (x == x.max()) / np.sum(x == x.max(), dtype=x.dtype), normal(3)),
    *both("a cube", lambda x: x**3, lambda g, x: 3 * g * x**2, normal(3)),
    *both("arctan", np.arctan, lambda g, x: g / (1 + x**2), normal(3)),
    *both("a mean", np.mean, lambda g, x: g * np.ones_like(x) / x.dtype.type(x.size), normal(5)),
    *both("a constant", lambda x: np.ones_like(x), lambda g, x: 0 * g * x, normal(2)),
    case(
        "float32 inside: the value given in float32", lambda x: np.sin(single(x)), lambda g, x: g * np.cos(x), normal(3)
    ),
    case(
        "float32 inside: the value in float32, the upstream too",
        lambda x: single(x) @ W,
        lambda g, x: double(single(g) @ W.T),
        normal(2, 3),
    ),
    case("float32 inside: weights alone", lambda x: x @ W, lambda g, x: g @ W.T, normal(2, 3)),
    case(
        "float32 inside: rounded between two layers",
        lambda x: np.tanh(double(single(x @ W))) @ V,
        lambda g, x: (g @ V.T * (1.0 - np.tanh(x @ W) ** 2)) @ W.T,
        normal(2, 3),
    ),
    case(
        "float32 inside: one of two outputs",
        lambda x: np.stack([np.sin(x), double(np.cos(single(x)))]),
        lambda g, x: g[0] * np.cos(x) - g[1] * np.sin(x),
        normal(2),
    ),
    case(
        "float32 inside: one of two arguments",
        lambda x, y: np.sin(x) + double(np.sin(single(y))),
        lambda g, x, y: (g * np.cos(x), g * np.cos(y)),
        normal(2),
        normal(2),
    ),
    case(
        "float32 inside: a sum's accumulator",
        lambda x: double(np.sum(x, dtype=np.float32)),
        lambda g, x: g * np.ones_like(x),
        normal(4),
    ),
    case("float32 inside: of the engine, sine", lambda x: ag.sin(as_single(x)), None, normal(3)),
    case("float32 inside: of the engine, a net", lambda x: ag.tanh(as_single(x) @ W) @ V, None, normal(2, 3)),
    case("float32 inside: of the engine, a loss", lambda x: ag.sum(as_single(x) ** 2), None, normal(3)),
    case("float32 inside: of the engine, softmax", lambda x: ag.softmax(as_single(x)), None, normal(3)),
    case(
        "float32 given: a table of float32",
        lambda x: x * W[:, 0],
        lambda g, x: g * W[:, 0],
        lambda r: r.normal(size=3).astype(np.float32),
    ),
    case("float32 given: a net", net, net_backward, lambda r: r.normal(size=(2, 3)).astype(np.float32)),
    case(
        "float32 given: 1000 added",
        lambda x: np.sin(x) + x.dtype.type(1000.0),
        lambda g, x: g * np.cos(x),
        lambda r: r.normal(size=3).astype(np.float32),
    ),
    case(
        "float32 given: far away",
        lambda x: x * x,
        lambda g, x: 2 * g * x,
        lambda r: (1e4 * r.normal(size=3)).astype(np.float32),
    ),
    case(
        "float32 given: beside float64",
        lambda x, y: x * y,
        lambda g, x, y: ((g * y).astype(x.dtype), g * x),
        lambda r: r.normal(size=3).astype(np.float32),
        normal(3),
    ),
    case("float32 given: a number's exp", np.exp, lambda g, x: g * np.exp(x), lambda r: np.float32(r.normal())),
    case("float16 tables inside", lambda x: x * np.float16(0.1), lambda g, x: g * np.float16(0.1), normal(3)),
    case(
        "float32 inside: not of the argument",
        lambda x: x * float(np.float32(0.1)),
        lambda g, x: g * float(np.float32(0.1)),
        fixed(np.array([0.3, 2.0])),
    ),
]
