"""Right gradients of layers, nested arguments and special functions, written last."""

import math
from functools import partial
from typing import Any

import numpy as np
import scipy.special as sp

import autograd_mini as ag
from autograd_mini import custom_primitive

from ..right_gradients import Random, fixed, normal
from .case import Case, case, made


def softmax(x: Any, axis: Any = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def monte_carlo(m: Any, s: Any) -> Any:
    e = np.random.default_rng(0).normal(size=20)
    return np.exp(0.1 * (m + s * e)).mean()


def monte_carlo_backward(g: Any, m: Any, s: Any) -> Any:
    e = np.random.default_rng(0).normal(size=20)
    t = 0.1 * np.exp(0.1 * (m + s * e))
    return (g * t.mean(), g * (t * e).mean())


def seeded_dropout(x: Any, seed: Any, p: Any = 0.5) -> Any:
    return x * (np.random.default_rng(seed).random(x.shape) >= p) / (1 - p)


def cached_by_bytes(random: Random) -> Any:
    known: dict[bytes, Any] = {}
    return np.sin, lambda g, x: g * known.setdefault(x.tobytes(), np.cos(x))


def counted_calls(random: Random) -> Any:
    calls: list[Any] = []

    def backward(g: Any, x: Any) -> Any:
        calls.append(x.shape)
        return g * np.cos(x) + 0 * len(calls)

    return np.sin, backward


def layer_called_anew(random: Random) -> Any:
    kept: dict[str, Any] = {}

    def forward(x: Any) -> Any:
        kept["x"] = x.copy()
        return np.tanh(x)

    def backward(g: Any, x: Any) -> Any:
        forward(x)
        return g * (1.0 - np.tanh(kept["x"]) ** 2)

    return forward, backward


def scratch_inside(random: Random) -> Any:
    buffer = np.empty(2)
    return lambda x: float(np.multiply(x, x, out=buffer[: x.size]).sum()), lambda g, x: 2.0 * g * x


def parameters(random: Random) -> Any:
    layers = [(random.normal(size=(m, n)), random.normal(size=n)) for m, n in ((2, 3), (3, 1))]
    return {"layers": layers, "scale": 0.7}


def mlp(p: Any, x: Any) -> Any:
    h = x
    for m, b in p["layers"]:
        h = np.tanh(h @ m + b)
    return p["scale"] * h.sum()


def mlp_backward(g: Any, p: Any, x: Any) -> Any:
    hs = [x]
    for m, b in p["layers"]:
        hs.append(np.tanh(hs[-1] @ m + b))
    d, out = (np.full(hs[-1].shape, g * p["scale"]), [])
    for (m, _b), h, o in zip(p["layers"][::-1], hs[-2::-1], hs[:0:-1], strict=True):
        d = d * (1 - o * o)
        out.append((h.T @ d, d.sum(0)))
        d = d @ m.T
    return ({"layers": out[::-1], "scale": g * hs[-1].sum()}, d)


def reduced(x: Any, reduction: Any, power: Any) -> Any:
    v = x**power
    return v.sum() if reduction == "sum" else v.mean()


def layer_norm(x: Any, eps: Any = 1e-05) -> Any:
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps)


def layer_norm_backward(g: Any, x: Any) -> Any:
    s = np.sqrt(x.var(-1, keepdims=True) + 1e-05)
    h = layer_norm(x)
    return (g - g.mean(-1, keepdims=True) - h * (g * h).mean(-1, keepdims=True)) / s


def batch_norm(x: Any) -> Any:
    return (x - x.mean(0)) / np.sqrt(((x - x.mean(0)) ** 2).mean(0) + 1e-05)


def batch_norm_backward(g: Any, x: Any) -> Any:
    s = np.sqrt(x.var(0) + 1e-05)
    h = (x - x.mean(0)) / s
    return (g - g.mean(0) - h * (g * h).mean(0)) / s


def attention(q: Any, k: Any, v: Any) -> Any:
    s = q @ k.T / np.sqrt(2) + np.where(np.tri(3) > 0, 0, -np.inf)
    return softmax(s) @ v


def attention_backward(g: Any, q: Any, k: Any, v: Any) -> Any:
    p = softmax(q @ k.T / np.sqrt(2) + np.where(np.tri(3) > 0, 0, -np.inf))
    gp = g @ v.T
    gs = p * (gp - (gp * p).sum(1, keepdims=True))
    return (gs @ k / np.sqrt(2), gs.T @ q / np.sqrt(2), p.T @ g)


def relu_net(x: Any, m: Any) -> Any:
    return np.maximum(np.maximum(x @ m, 0) @ m, 0).sum()


def relu_net_backward(g: Any, x: Any, m: Any) -> Any:
    a = x @ m
    h = np.maximum(a, 0)
    b = h @ m
    d = g * (b > 0)
    e = d @ m.T * (a > 0)
    return (e @ m.T, x.T @ e + h.T @ d)


def rnn(a: Any, NODES: Any) -> Any:
    h = 0.0
    for x in NODES:
        h = np.tanh(a * h + x)
    return h


def rnn_backward(g: Any, a: Any, NODES: Any) -> Any:
    hs = [0.0]
    for x in NODES:
        hs.append(np.tanh(a * hs[-1] + x))
    gx, ga = (np.zeros_like(NODES), 0.0)
    for t in range(len(NODES) - 1, -1, -1):
        g = g * (1 - hs[t + 1] ** 2)
        ga += g * hs[t]
        gx[t] = g
        g = g * a
    return (ga, gx)


def power_spectrum(x: Any) -> Any:
    X = np.fft.rfft(x)
    return np.abs(X) ** 2 / x.size


def power_spectrum_backward(g: Any, x: Any) -> Any:
    X = np.fft.rfft(x)
    n = x.size
    k = np.arange(len(X))
    t = np.arange(n)
    return 2 / n * (np.exp(2j * np.pi * np.outer(t, k) / n) @ (g * X)).real


def convolved_by_fft(x: Any, k: Any) -> Any:
    n = len(x) + len(k) - 1
    return np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(k, n), n)


sinhc = custom_primitive(lambda g, z, x: g * (ag.cosh(x) - z) / x)(lambda x: np.sinh(x) / x)


UNTUNED_2_RIGHT_LAYERS: list[Case] = [
    case("monte carlo seeded", monte_carlo, monte_carlo_backward, fixed(0.3), fixed(1.1)),
    case("dropout seed argument", seeded_dropout, lambda g, x, seed: seeded_dropout(g, seed), normal(4), fixed(12)),
    made("a cache by all bytes", cached_by_bytes, normal(2)),
    made("calls counted", counted_calls, normal(2)),
    made("a layer called anew", layer_called_anew, normal(2)),
    made("a buffer inside", scratch_inside, normal(2)),
    case("nested parameters", mlp, mlp_backward, parameters, normal(2, 2)),
    case(
        "tuple alone",
        lambda t: t[0] * t[1].sum(),
        lambda g, t: (g * t[1].sum(), np.full(2, (g * t[0]).sum())),
        fixed((np.array([0.3, 1.7]), np.array([2.0, 3.0]))),
    ),
    case(
        "string and int options",
        reduced,
        lambda g, x, red_, p: g * p * x ** (p - 1) / (x.size if red_ == "mean" else 1),
        fixed(np.array([0.3, -1.7])),
        fixed("mean"),
        fixed(3),
    ),
    case(
        "partial keywords",
        partial(reduced, reduction="sum", power=2),
        lambda g, x: 2 * g * x,
        fixed(np.array([0.3, -1.7])),
    ),
    case(
        "python floats",
        lambda a, b: math.exp(a) * math.sin(b),
        lambda g, a, b: (g * math.exp(a) * math.sin(b), g * math.exp(a) * math.cos(b)),
        fixed(0.3),
        fixed(1.7),
    ),
    case("zero dimensional", lambda a: a**3, lambda g, a: g * 3 * a**2, fixed(np.array(1.7))),
    case(
        "empty argument",
        lambda x, y: x.sum() + y * 2,
        lambda g, x, y: (np.zeros(0), 2 * g),
        fixed(np.empty((0,))),
        fixed(3.0),
    ),
    case(
        "none bias",
        lambda x, b: np.sin(x) if b is None else np.sin(x) + b,
        lambda g, x, b: g * np.cos(x),
        fixed(np.array([0.3, -1.7])),
        fixed(None),
    ),
    case(
        "layernorm constant row", layer_norm, layer_norm_backward, fixed(np.array([[1.0, 1.0, 1.0], [0.2, -0.3, 0.5]]))
    ),
    case("batchnorm of one", batch_norm, batch_norm_backward, fixed(np.array([[0.3, -1.0]]))),
    case("attention causal inf", attention, attention_backward, normal(3, 2), normal(3, 2), normal(3, 2)),
    case(
        "relu net zeros",
        relu_net,
        relu_net_backward,
        fixed(np.zeros((1, 2))),
        fixed(np.array([[0.5, -1.0], [0.2, 0.3]])),
    ),
    case("rnn twelve steps", rnn, rnn_backward, fixed(0.9), lambda random: 0.5 * random.normal(size=12)),
    case("power spectrum", power_spectrum, power_spectrum_backward, normal(5)),
    case(
        "fft convolution",
        convolved_by_fft,
        lambda g, x, k: (np.correlate(g, k, "valid"), np.correlate(g, x, "valid")),
        normal(4),
        normal(3),
    ),
    case("gammaln", sp.gammaln, lambda g, x: g * sp.digamma(x), fixed(np.array([0.3, 12.0]))),
    case("bessel", sp.j0, lambda g, x: -g * sp.j1(x), fixed(np.array([0.3, 12.0]))),
    case("erfcx", sp.erfcx, lambda g, x: g * (2 * x * sp.erfcx(x) - 2 / np.sqrt(np.pi)), fixed(np.array([0.3, 4.0]))),
    case(
        "log normal cdf tail",
        sp.log_ndtr,
        lambda g, x: g * np.exp(-0.5 * x * x - 0.5 * np.log(2 * np.pi) - sp.log_ndtr(x)),
        fixed(np.array([-12.0, 0.3])),
    ),
    case(
        "ellipk",
        sp.ellipk,
        lambda g, m: (
            g
            * np.where(
                abs(m) < 0.001,
                np.pi
                / 2
                * (1 / 4 + 9 * m / 32 + 225 * m**2 / 768 + 4 * (35 / 128) ** 2 * m**3 + 5 * (63 / 256) ** 2 * m**4),
                (sp.ellipe(m) - (1 - m) * sp.ellipk(m)) / np.where(m == 0, 1, 2 * m * (1 - m)),
            )
        ),
        fixed(np.array([0.3, 0.8])),
    ),
    case(
        "lambert w",
        lambda x: np.where(x > -1 / np.e, sp.lambertw(x).real, np.nan),
        lambda g, x: g / (np.exp(sp.lambertw(x).real) * (1 + sp.lambertw(x).real)),
        fixed(np.array([0.3, 8.0])),
    ),
    case("engine sinhc", lambda x: sinhc(x), None, fixed(np.array([0.5, 2.0]))),
    case("engine naive softplus", lambda x: ag.log(1.0 + ag.exp(x)).sum(), None, fixed(np.array([0.5, -2.0]))),
    case(
        "engine double where",
        lambda x: ag.where(x > 0.0, ag.sqrt(ag.where(x > 0.0, x, 1.0)), 0.0),
        None,
        fixed(np.array([0.5, -2.0])),
    ),
]
