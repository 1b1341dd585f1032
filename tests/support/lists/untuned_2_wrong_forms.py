"""Wrong sums, state, upstream gradients and branches, written last and without a look at the checker."""

from typing import Any

import numpy as np

import autograd_mini as ag
from autograd_mini import custom_primitive

from ..right_gradients import Random, fixed, normal
from .case import Case, case, made

THREE = np.array([0.5, 2.0, -1.0])


def added(x: Any, y: Any) -> Any:
    return x + y


def median(x: Any) -> Any:
    return np.median(x)


def median_backward(g: Any, x: Any) -> Any:
    out = np.zeros_like(x)
    out[np.argsort(x, kind="stable")[len(x) // 2]] = g
    return out


def cosine(x: Any, y: Any) -> Any:
    return x @ y / np.sqrt(x @ x * (y @ y))


def power_spectrum(x: Any) -> Any:
    return (np.abs(np.fft.rfft(x)) ** 2).sum()


def cache_of_sums(random: Random) -> Any:
    known: dict[float, Any] = {}

    def backward(g: Any, x: Any) -> Any:
        return g * known.setdefault(float(x.sum()), np.cos(x))

    return np.sin, backward


def mean_of_the_first_call(random: Random) -> Any:
    means: list[Any] = []

    def forward(x: Any) -> Any:
        means.append(x.mean())
        return (x - x.mean()) ** 2

    def backward(g: Any, x: Any) -> Any:
        forward(x)
        slope = 2.0 * g * (x - means[0])
        return slope - slope.mean()

    return forward, backward


def one_buffer(random: Random) -> Any:
    buffer = np.empty(3)
    return np.sin, lambda g, x: np.multiply(g, np.cos(x), out=buffer)


def evaluated(x: Any) -> Any:
    """A batch norm with running statistics."""
    return (x - np.array([0.1, 0.2])) / np.sqrt(np.array([1.0, 2.0]) + 1e-5)


def with_batch_statistics(g: Any, x: Any) -> Any:
    s = np.sqrt(x.var(0) + 1e-5)
    h = (x - x.mean(0)) / s
    return (g - g.mean(0) - h * (g * h).mean(0)) / s


def upstream_written(g: Any, x: Any) -> Any:
    g *= np.cos(x)
    return g


def argument_shifted(g: Any, x: Any) -> Any:
    x -= x.max()
    e = np.exp(x)
    return g * e / e.sum()


def dict_backward(g: Any, p: Any) -> Any:
    s = p["scale"]
    p["used"] = True
    return {"x": g * s * np.ones(2), "scale": (g * p["x"]).sum()}


TABLE = np.array([0.0, 1.0, 3.0, 2.0])


def interp(x: Any) -> Any:
    return np.interp(x, np.arange(4.0), TABLE)


def interp_backward(g: Any, x: Any) -> Any:
    i = np.clip(np.floor(x).astype(int), 0, 2)
    return g * np.diff(TABLE)[i]


def sinc_backward(g: Any, x: Any) -> Any:
    y = np.pi * x
    return g * np.where(x == 0, 1.0, (np.cos(y) - np.sinc(x)) / np.where(x == 0, 1.0, x))


def negative_odd(g: Any, x: Any) -> Any:
    d = np.cos(x)
    d[1::2] = np.where(x[1::2] < 0, -d[1::2], d[1::2])
    return g * d


def rotated(x: Any, t: Any) -> Any:
    c, s = (np.cos(t), np.sin(t))
    return np.array([c * x[0] - s * x[1], s * x[0] + c * x[1]])


def weight_norm(v: Any, s: Any) -> Any:
    return s * v / np.linalg.norm(v)


wrong_cosine = custom_primitive(lambda g, z, x: g * ag.sin(x))(lambda x: np.cos(x))


sine = custom_primitive(lambda g, z, x: g * wrong_cosine(x))(lambda x: np.sin(x))


product = custom_primitive(lambda g, z, x, y: g * y, lambda g, z, x, y: g * z / ag.where(abs(y) < 2.0, y, y * 1.02))(
    lambda x, y: x * y
)


inverse_root = custom_primitive(lambda g, z, x: -0.5 * g * z**3 * (1 + 1e-05))(lambda x: 1 / np.sqrt(x))


UNTUNED_2_WRONG_FORMS: list[Case] = [
    case(
        "cumprod by division",
        np.cumprod,
        lambda g, x: np.cumsum((g * np.cumprod(x))[::-1])[::-1] / x,
        fixed(THREE),
    ),
    case("cumsum exclusive", np.cumsum, lambda g, x: np.cumsum(g[::-1])[::-1] - g, fixed(THREE)),
    case(
        "logsumexp naive gradient",
        lambda x: np.logaddexp.reduce(x),
        lambda g, x: g * np.exp(x) / np.exp(x).sum(),
        fixed(np.array([2.0, 9.0])),
    ),
    case("sort not scattered", np.sort, lambda g, x: g[np.argsort(x)], fixed(np.array([2.0, 0.1, 1.0]))),
    case(
        "std wrong ddof",
        lambda x: x.std(ddof=1),
        lambda g, x: g * (x - x.mean()) / (x.size * x.std(ddof=1)),
        fixed(THREE),
    ),
    case(
        "max all tied given whole",
        lambda x: x.max(axis=1),
        lambda g, x: g[:, None] * (x == x.max(axis=1, keepdims=True)),
        fixed(np.array([[0.5, 2.0], [3.0, -1.0]])),
    ),
    case(
        "unbroadcast wrong axis", added, lambda g, x, y: (g.copy(), g.sum(0).reshape(3, 1)), normal(3, 3), normal(3, 1)
    ),
    case("median even one takes all", median, median_backward, fixed(np.array([0.5, 2.0, -1.0, 1.1]))),
    case(
        "cosine projection missing",
        cosine,
        lambda g, x, y: (g * y / np.sqrt(x @ x * (y @ y)), g * x / np.sqrt(x @ x * (y @ y))),
        fixed(np.array([0.5, 2.0])),
        fixed(np.array([1.0, -1.0])),
    ),
    case(
        "rfft halves not doubled",
        power_spectrum,
        lambda g, x: g * 2 * np.fft.irfft(np.fft.rfft(x), len(x)) * 1.0,
        normal(5),
    ),
    made("a cache keyed by the sum", cache_of_sums, fixed(THREE)),
    made("the first call's mean kept", mean_of_the_first_call, fixed(THREE)),
    made("one buffer for all calls", one_buffer, fixed(THREE)),
    case("upstream written", np.sin, upstream_written, fixed(THREE)),
    case(
        "argument shifted in place",
        lambda x: np.logaddexp.reduce(x),
        argument_shifted,
        fixed(THREE),
    ),
    case(
        "dict gets a key",
        lambda p: p["x"] * p["scale"],
        dict_backward,
        fixed({"x": np.array([1.0, 2.0]), "scale": 3.0}),
    ),
    case("float32 returned", np.sin, lambda g, x: (g * np.cos(x)).astype(np.float32), fixed(np.array([0.5, 2.0]))),
    case(
        "float64 for float32",
        np.sin,
        lambda g, x: g.astype(np.float64) * np.cos(x.astype(np.float64)),
        fixed(np.array([0.5, 2.0], dtype=np.float32)),
    ),
    case("divides by upstream", np.sin, lambda g, x: g * g * np.cos(x) / g, fixed(np.array([0.5, 2.0]))),
    case("upstream clipped at ten", np.sin, lambda g, x: np.clip(g, -10, 10) * np.cos(x), fixed(np.array([0.5, 2.0]))),
    case(
        "upstream norm clipped",
        np.sin,
        lambda g, x: g / max(1.0, np.linalg.norm(g) / 5) * np.cos(x),
        fixed(np.array([0.5, 2.0])),
    ),
    case("straight through", np.round, lambda g, x: g.copy(), fixed(np.array([0.3, 1.8]))),
    case(
        "offset hides per mille",
        lambda x: 1000000.0 + np.sin(x),
        lambda g, x: g * np.cos(x) * 1.001,
        fixed(np.array([0.5, 2.0])),
    ),
    case(
        "huge neighbour hides",
        lambda x: np.array([1000000000.0 * x[0], np.sin(x[1])]),
        lambda g, x: np.array([1000000000.0 * g[0], 1.01 * g[1] * np.cos(x[1])]),
        fixed(np.array([0.5, 2.0])),
    ),
    case("table not flat outside", interp, interp_backward, fixed(np.array([0.5, 1.7]))),
    case("sinc slope one at zero", np.sinc, sinc_backward, fixed(np.array([0.5, 1.7]))),
    case("negative odd places", np.sin, negative_odd, fixed(np.array([0.5, 1.7, 0.2, 0.3]))),
    case(
        "log1p small series",
        np.log1p,
        lambda g, x: g * np.where(np.abs(x) < 0.01, 1.0, 1 / (1 + x)),
        fixed(np.array([0.5, 1.7])),
    ),
    case(
        "mod divisor constant",
        np.mod,
        lambda g, x, y: (g.copy(), np.zeros_like(g)),
        fixed(np.array([2.5, 7.7])),
        fixed(np.array([2.0, 3.0])),
    ),
    case("rotation not inverted", rotated, lambda g, x, t: rotated(g, t), fixed(np.array([1.0, 0.3])), fixed(2)),
    case("evaluated with batch statistics", evaluated, with_batch_statistics, normal(3, 2)),
    case(
        "residual forgotten",
        lambda x: x + np.tanh(x),
        lambda g, x: g * (1 - np.tanh(x) ** 2),
        fixed(np.array([0.5, 1.7])),
    ),
    case(
        "weight norm projection missing",
        weight_norm,
        lambda g, v, s: (g * s / np.linalg.norm(v), (g * v).sum() / np.linalg.norm(v)),
        fixed(np.array([0.5, 1.7])),
        fixed(2.0),
    ),
    case("engine second order sign", lambda x: sine(x), None, fixed(np.array([0.5, 1.7]))),
    case(
        "engine slope taken as constant",
        lambda x: custom_primitive(lambda g, z, x: g * np.exp(getattr(x, "data", x)))(lambda x: np.exp(x))(x),
        None,
        fixed(np.array([0.5, 1.7])),
    ),
    case(
        "engine rare branch second operand",
        lambda x, y: product(x, y).sum(),
        None,
        fixed(np.array([0.5, 0.7])),
        fixed(np.array([1.0, -0.4])),
    ),
    case(
        "engine inner factor 1e-5", lambda x: (inverse_root(x * x + 1.0) * x).sum(), None, fixed(np.array([0.5, 0.7]))
    ),
]
