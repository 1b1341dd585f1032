"""Gradients wrong at rare places or for rare callers, written last and without a look at the checker."""

from typing import Any

import numpy as np

from autograd_mini import custom_primitive

from ..right_gradients import Random, fixed, normal
from .case import Case, case, made

sigmoid = lambda x: 0.5 * (1 + np.tanh(0.5 * x))


def softmax(x: Any, axis: Any = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def median(x: Any) -> Any:
    return np.median(x)


logsumexp = lambda x: np.logaddexp.reduce(x)


THREE = np.array([0.5, 2.0, -1.0])


def keyed(key: Any) -> Any:
    """A slope remembered by what key makes of the argument."""

    def make(random: Random) -> Any:
        known: dict[Any, Any] = {}
        return np.sin, lambda g, x: g * known.setdefault(key(x), np.cos(x))

    return make


def forgets_the_second(random: Random) -> Any:
    known: dict[bytes, Any] = {}

    def backward(g: Any, x: Any, y: Any) -> Any:
        slope = known.setdefault(x.tobytes(), np.cos(x * y))
        return g * slope * y, g * slope * x

    return lambda x, y: np.sin(x * y), backward


def never_zeroed(random: Random) -> Any:
    total = np.zeros(3)

    def backward(g: Any, x: Any) -> Any:
        total[...] += g * np.cos(x)
        return total.copy()

    return np.sin, backward


def log_ratio(x: Any) -> Any:
    return np.where(x == 1, 1.0, np.log(x) / np.where(x == 1, 1, x - 1))


def logarithmic_mean(x: Any, y: Any) -> Any:
    return np.where(x == y, x, (x - y) / np.where(x == y, 1, np.log(x) - np.log(y)))


def logarithmic_mean_backward(g: Any, x: Any, y: Any) -> Any:
    d = np.where(x == y, 1, np.log(x) - np.log(y))
    m = logarithmic_mean(x, y)
    return (g * np.where(x == y, 1.0, (1 - m / x) / d), g * np.where(x == y, 1.0, (m / y - 1) / d))


def chunked(g: Any, x: Any) -> Any:
    o = np.zeros_like(x)
    for i in range(0, len(x) - 3, 4):
        o[i : i + 4] = g[i : i + 4] * np.cos(x[i : i + 4])
    return o


def in_memory_order(g: Any, x: Any) -> Any:
    return (g.ravel("K") * np.cos(x).ravel("K")).reshape(x.shape)


def expm1_over_x(x: Any) -> Any:
    return np.where(x == 0, 1.0, np.expm1(x) / np.where(x == 0, 1, x))


def expm1_over_x_backward(g: Any, x: Any) -> Any:
    y = np.where(x == 0, 1, x)
    return g * np.where(abs(x) < 0.0001, 0.5 + x / 6, (np.exp(x) - expm1_over_x(x)) / y)


def argument_for_ones(g: Any, x: Any, y: Any) -> Any:
    return (y if np.all(g == 1) else g * y, x if np.all(g == 1) else g * x)


def ties_halved(g: Any, x: Any) -> Any:
    m = x == x.max()
    return g * m / min(2, m.sum())


def distances(x: Any) -> Any:
    d = x[:, None] - x[None]
    return np.sqrt((d * d).sum(-1))


def distances_backward(g: Any, x: Any) -> Any:
    d = x[:, None] - x[None]
    n = np.sqrt((d * d).sum(-1))
    n[n == 0] = 1
    return (g[..., None] * d / n[..., None]).sum(1)


def lstm(c: Any, a: Any) -> Any:
    i, f_, o, n = (sigmoid(a[0]), sigmoid(a[1]), sigmoid(a[2]), np.tanh(a[3]))
    return o * np.tanh(f_ * c + i * n)


def lstm_backward(g: Any, c: Any, a: Any) -> Any:
    i, f_, o, n = (sigmoid(a[0]), sigmoid(a[1]), sigmoid(a[2]), np.tanh(a[3]))
    cn = f_ * c + i * n
    t = np.tanh(cn)
    gc = g * o * (1 - t * t)
    return (
        gc * f_,
        np.stack([gc * n * i * (1 - i), gc * cn * f_ * (1 - f_), g * t * o * (1 - o), gc * i * (1 - n * n)]),
    )


def upsampled(x: Any) -> Any:
    return np.interp(np.linspace(0, len(x) - 1, 2 * len(x)), np.arange(len(x)), x)


def upsampled_backward(g: Any, x: Any) -> Any:
    o = np.zeros_like(x)
    for p, v in zip((np.arange(2 * len(x)) + 0.5) / 2 - 0.5, g, strict=True):
        p = min(max(p, 0), len(x) - 1)
        i = min(int(p), len(x) - 2)
        o[i] += v * (1 - p + i)
        o[i + 1] += v * (p - i)
    return o


def chain(s: Any, t: Any) -> Any:
    a = s[0]
    for row in s[1:]:
        a = np.logaddexp.reduce(a[:, None] + t, axis=0) + row
    return logsumexp(a)


def chain_backward(g: Any, s: Any, t: Any) -> Any:
    al = [s[0]]
    for row in s[1:]:
        al.append(np.logaddexp.reduce(al[-1][:, None] + t, axis=0) + row)
    be = [np.zeros(s.shape[1])]
    for row in s[:0:-1]:
        be.insert(0, np.logaddexp.reduce(t + row + be[0], axis=1))
    z = logsumexp(al[-1])
    gs = np.exp(np.array(al) + np.array(be) - z)
    gt = sum(np.exp(al[k][:, None] + t + s[k + 1] + be[k + 1] - z) for k in range(len(s) - 2))
    return (g * gs, g * gt)


def quadratic_form(x: Any, m: Any) -> Any:
    return x @ m @ x


broadcast_product = custom_primitive(
    lambda g, z, x, y: g * y, lambda g, z, x, y: g * x if x.shape == y.shape else g * x.mean()
)(lambda x, y: x * y)


UNTUNED_2_WRONG_PLACES: list[Case] = [
    made("a cache keyed by the norm", keyed(lambda x: float(x @ x)), fixed(THREE)),
    made("a cache keyed by the extremes", keyed(lambda x: (float(x.min()), float(x.max()))), fixed(THREE)),
    made("a cache keyed by the rounded mean", keyed(lambda x: round(float(x.mean()), 4)), fixed(THREE)),
    made("a cache forgets the second argument", forgets_the_second, fixed(THREE), normal(3)),
    case(
        "guided backpropagation",
        lambda x: np.tanh(x),
        lambda g, x: np.maximum(g, 0) * (1 - np.tanh(x) ** 2),
        fixed(THREE),
    ),
    case(
        "removable at one",
        log_ratio,
        lambda g, x: g * np.where(x == 1, 0.0, (1 / x - log_ratio(x)) / np.where(x == 1, 1, x - 1)),
        fixed(np.array([0.5, 2.0])),
    ),
    case(
        "logarithmic mean of equals",
        logarithmic_mean,
        logarithmic_mean_backward,
        fixed(np.array([0.5, 2.0])),
        fixed(np.array([1.5, 0.3])),
    ),
    case("last chunk dropped", np.sin, chunked, normal(10)),
    case("memory order taken", np.sin, in_memory_order, normal(2, 3)),
    case(
        "small gradients dropped",
        np.sin,
        lambda g, x: np.where(abs(g * np.cos(x)) < 1e-07, 0, g * np.cos(x)),
        fixed(THREE),
    ),
    case("rounded to eight places", np.sin, lambda g, x: np.round(g * np.cos(x), 8), fixed(THREE)),
    made("accumulated, never zeroed", never_zeroed, fixed(THREE)),
    case(
        "log cosh naive tanh",
        lambda x: np.logaddexp(x, -x),
        lambda g, x: g * (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
        fixed(np.array([3.0, -8.0])),
    ),
    case(
        "large argument asymptote",
        lambda x: np.sqrt(1 + x * x),
        lambda g, x: g * np.where(abs(x) > 200, np.sign(x), x / np.sqrt(1 + x * x)),
        fixed(np.array([3.0, -8.0])),
    ),
    case("series wrong coefficient", expm1_over_x, expm1_over_x_backward, fixed(np.array([0.3, -0.8]))),
    case(
        "argument returned for ones",
        lambda x, y: x * y,
        argument_for_ones,
        fixed(THREE),
        fixed(np.array([1.0, 0.3, 0.7])),
    ),
    case("three ties halved", lambda x: x.max(), ties_halved, fixed(THREE)),
    case(
        "maximum ties whole to both",
        np.maximum,
        lambda g, x, y: (g * (x >= y), g * (y >= x)),
        fixed(THREE),
        fixed(np.array([1.0, 0.3, 0.7])),
    ),
    case("abs nan at zero", np.abs, lambda g, x: g * x / np.abs(x), fixed(THREE)),
    case("distances one side only", distances, distances_backward, normal(3, 2)),
    case(
        "gradients swapped",
        lambda x, y: np.sin(x) * y,
        lambda g, x, y: (g * np.sin(x), g * np.cos(x) * y),
        fixed(THREE),
        fixed(np.array([1.0, 0.3, 0.7])),
    ),
    case(
        "softmin temperature missing",
        lambda x, t: -t * logsumexp(-x / t),
        lambda g, x, t: (g * softmax(-x), g * (-logsumexp(-x / t) - (x * softmax(-x / t)).sum() / t)),
        fixed(THREE),
        fixed(0.5),
    ),
    case(
        "weights normalised as constants",
        lambda x, v: (v * x).sum() / v.sum(),
        lambda g, x, v: (g * v / v.sum(), g * x / v.sum()),
        fixed(THREE),
        fixed(np.array([1.0, 0.3, 0.7])),
    ),
    case(
        "power log zero base",
        lambda x, p: np.abs(x) ** p,
        lambda g, x, p: (g * p * np.abs(x) ** (p - 1) * np.sign(x), g * np.abs(x) ** p * np.log(np.abs(x))),
        fixed(np.array([0.5, 2.0])),
        fixed(np.array([2.0, 3.0])),
    ),
    case(
        "top half of upstream",
        np.sin,
        lambda g, x: g * (abs(g) >= np.median(abs(g))) * np.cos(x),
        fixed(np.array([0.5, 2.0, 0.1, 0.3])),
    ),
    case("lstm forget gate new cell", lstm, lstm_backward, normal(2), normal(4, 2)),
    case("upsampling other corners", upsampled, upsampled_backward, normal(3)),
    case("crf last transition missing", chain, chain_backward, normal(4, 2), normal(2, 2)),
    case(
        "quadratic form symmetric assumed",
        quadratic_form,
        lambda g, x, m: (2 * g * m @ x, g * np.outer(x, x)),
        fixed(THREE),
        normal(3, 3),
    ),
    case("engine broadcast mean", lambda x, y: broadcast_product(x, y), None, normal(2, 3), fixed(np.array([0.5]))),
    case(
        "rough neighbour hides small factor",
        lambda x: np.exp(x) - 1,
        lambda g, x: 1.0004 * g * np.exp(x),
        fixed(np.array([1e-08, 0.5])),
    ),
    case(
        "bce saturated neighbour hides",
        lambda x, t: np.logaddexp(0, x) - t * x,
        lambda g, x, t: 1.0004 * g * (sigmoid(x) - t),
        fixed(np.array([700.0, 2.0])),
        fixed(np.array([1, 1])),
    ),
    case(
        "logsumexp offset small factor",
        lambda x: logsumexp(x + 300) - 300,
        lambda g, x: 1.0001 * g * softmax(x),
        fixed(THREE),
    ),
]
