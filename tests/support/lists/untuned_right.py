"""Right gradients written last, of other trades, and never used to mend the checker one by one."""

from typing import Any

import numpy as np

import autograd_mini as ag

from ..right_gradients import Random, between, fixed, integers, logarithmic, normal, number
from . import trades
from .case import Case, case, made


def top_two(g: Any, x: Any) -> Any:
    slope = np.zeros_like(x)
    slope[np.argsort(x, kind="stable")[-2:]] = g
    return slope


def sinkhorn(x: Any) -> Any:
    """Rows and columns normalised in turn, of the engine."""
    for _ in range(4):
        x = x - ag.logsumexp(x, axis=0, keepdims=True)
        x = x - ag.logsumexp(x, axis=1, keepdims=True)
    return ag.exp(x)


def kalman(x: Any, q: Any, r: Any) -> Any:
    """A filter's last mean, of the engine."""
    mean, variance = 0.0, 1.0
    for value in x:
        variance = variance + q * q
        gain = variance / (variance + r * r + 0.1)
        mean = mean + gain * (value - mean)
        variance = (1.0 - gain) * variance
    return mean


def quadrature(a: Any) -> Any:
    """The integral of exp(-a t²) over 0 to 1 by Gauss and Legendre."""
    points, weights = np.polynomial.legendre.leggauss(8)
    t = 0.5 * (points + 1.0)
    return 0.5 * ag.exp(-(t * t) * a) @ weights


def distances(x: Any) -> Any:
    return ((x[:, None, :] - x[None, :, :]) ** 2).sum(-1)


def distances_backward(g: Any, x: Any) -> Any:
    both = g + g.T
    return 2.0 * (both.sum(1)[:, None] * x - both @ x)


def autocorrelated(x: Any) -> Any:
    centred = x - x.mean()
    return centred[1:] @ centred[:-1]


def autocorrelated_backward(g: Any, x: Any) -> Any:
    centred = x - x.mean()
    slope = np.concatenate([centred[1:], [0.0]]) + np.concatenate([[0.0], centred[:-1]])
    return g * (slope - slope.mean())


def pinball(x: Any) -> Any:
    return np.maximum(0.9 * x, -0.1 * x).sum()


def half_precision_storage(x: Any) -> Any:
    """Weights kept in float16, the arithmetic in float64."""
    return x @ np.array([0.1, 0.2, 0.3], np.float16).astype(np.float64)


def single_precision_device(x: Any, w: Any) -> Any:
    """As on a device that has float32 alone."""
    return np.float64(np.sum(np.tanh(x.astype(np.float32) * w.astype(np.float32))))


def device_backward(g: Any, x: Any, w: Any) -> Any:
    x, w = x.astype(np.float32), w.astype(np.float32)
    inner = np.float32(g) * (1 - np.tanh(x * w) ** 2)
    return (inner * w).astype(np.float64), (inner * x).astype(np.float64)


def mixed_precision(x: Any) -> Any:
    return np.exp(np.float32(0.5) * x.astype(np.float32)).astype(np.float64) + x


def memoized(random: Random) -> Any:
    """The last argument's cosine, kept with a copy to compare with."""
    last: dict[str, Any] = {"x": None}

    def gradient(g: Any, x: Any) -> Any:
        if last["x"] is None or not np.array_equal(last["x"], x) or last["x"].dtype != x.dtype:
            last.update(x=x.copy(), slope=np.cos(x))
        return g * last["slope"]

    return np.sin, gradient


def noise_before(random: Random) -> Any:
    noise = random.gumbel(size=3)
    return lambda x: trades.softmax(x + noise), lambda g, x: trades.softmax_backward(g, x + noise)


def dense(p: Any) -> Any:
    (w, b), (v, c) = p
    return np.tanh(b + w) * v + c


def dense_backward(g: Any, p: Any) -> Any:
    (w, b), (v, _) = p
    h = np.tanh(b + w)
    inner = g * v * (1.0 - h * h)
    return (inner, inner.copy()), (g * h, g.copy())


def pairs(random: Random) -> Any:
    return (random.normal(size=2), random.normal(size=2)), (random.normal(size=2), random.normal(size=2))


def padded_words(x: Any, lengths: Any) -> Any:
    return np.array([row[:n].sum() for row, n in zip(x, lengths, strict=True)])


def padded_words_backward(g: Any, x: Any, lengths: Any) -> Any:
    return g[:, None] * (np.arange(x.shape[1]) < lengths[:, None])


def dead_network(x: Any, w: Any, b: Any) -> Any:
    return ag.sum(ag.relu(ag.relu(x @ w + b) @ w + b))


def absolute_network(x: Any, w: Any) -> Any:
    return ag.sum(ag.abs(ag.relu(x @ w) @ w))


UNTUNED_RIGHT: list[Case] = [
    case("a hidden chain", trades.hidden_markov, trades.hidden_markov_backward, normal(3, 2)),
    case("a quaternion", trades.rotated, trades.rotated_backward, normal(4), normal(3)),
    case("Kepler", trades.kepler, trades.kepler_backward, between(0.3, 2, 2)),
    case("Bézier", trades.bezier, trades.bezier_backward, between(0.2, 0.8, 2)),
    case("root mean square", trades.rms_norm, trades.rms_norm_backward, normal(3)),
    case("clipped objective", trades.ppo, trades.ppo_backward, between(0.5, 1.5, 3), normal(3)),
    case(
        "boxes",
        trades.box_overlap,
        trades.box_overlap_backward,
        fixed(np.array([0.0, 0.0, 2.0, 2.0])),
        fixed(np.array([1.0, 1.0, 3.0, 4.0])),
    ),
    case(
        "boxes that touch",
        trades.box_overlap,
        trades.box_overlap_backward,
        fixed(np.array([0.0, 0.0, 1.0, 1.0])),
        fixed(np.array([1.0, 0.0, 3.0, 4.0])),
    ),
    case("dice", trades.dice, trades.dice_backward, between(0.1, 0.9, 3)),
    case("rotary", trades.rotary, trades.rotary_backward, normal(4)),
    case("sparsemax", trades.sparsemax, trades.sparsemax_backward, normal(3)),
    case("sparsemax of whole numbers", trades.sparsemax, trades.sparsemax_backward, integers(3)),
    case("total variation", trades.total_variation, trades.total_variation_backward, integers(4)),
    case("circular convolution", trades.circular_convolution, trades.circular_backward, normal(4), normal(4)),
    case("the two largest", lambda x: np.sort(x)[-2:].sum(), top_two, integers(4)),
    case("pinball", pinball, lambda g, x: g * np.where(x > 0.0, 0.9, -0.1), integers(4)),
    case("squared distances", distances, distances_backward, normal(3, 2)),
    case("autocorrelation", autocorrelated, autocorrelated_backward, normal(4)),
    case(
        "a running logsumexp",
        np.logaddexp.accumulate,
        lambda g, x: np.tril(np.exp(np.minimum(x[None, :] - np.logaddexp.accumulate(x)[:, None], 0.0))).T @ g,
        normal(3),
    ),
    case("words of several lengths", padded_words, padded_words_backward, normal(2, 3), fixed(np.array([2, 3]))),
    case(
        "degrees",
        lambda x: np.sin(np.deg2rad(x)),
        lambda g, x: g * np.deg2rad(np.cos(np.deg2rad(x))),
        between(0, 90, 3),
    ),
    case("Poisson", lambda x: np.sum(np.exp(x) - 3.0 * x), lambda g, x: g * (np.exp(x) - 3.0), normal(3)),
    case("Sinkhorn", sinkhorn, None, normal(2, 3)),
    case("a Kalman filter", kalman, None, normal(3), number(0.5, 1), number(0.5, 1)),
    case("a quadrature", quadrature, None, number(0.5, 2)),
    case("an argument and its logarithm", lambda x: x * ag.log(x) - x, None, logarithmic(3)),
    case("a network of dead units", dead_network, None, normal(2, 2), fixed(-np.ones((2, 2))), fixed(np.zeros(2))),
    case(
        "a network with a row of zeros",
        dead_network,
        None,
        fixed(np.array([[0.0, 0.0], [1.0, 2.0]])),
        normal(2, 2),
        fixed(np.zeros(2)),
    ),
    case("sizes of a network of zeros", absolute_network, None, fixed(np.zeros((2, 2))), normal(2, 2)),
    case("sizes of a network of whole numbers", absolute_network, None, integers(2, 2), integers(2, 2)),
    case("1 - tanh far out", lambda x: 1.0 - ag.tanh(x), None, between(5, 8, 3)),
    case("a difference of angles", lambda x: ag.arctan2(ag.sin(x), ag.cos(x)) - x, None, between(-1, 1, 3)),
    case("log1p by log", lambda x: ag.log(1.0 + x), None, between(1e-10, 1e-8, 3)),
    case("logaddexp of equals", lambda x: ag.logaddexp(x, x + 1e-9) - x, None, normal(2)),
    case("a sum of roots, less one", lambda x: ag.sqrt(x + 1.0) - ag.sqrt(x), None, between(1e6, 1e7, 2)),
    case("sin over x near 0", lambda x: ag.sin(x) / x, None, between(1e-6, 1e-5, 2)),
    case(
        "second differences",
        lambda u: (u[2:] - 2.0 * u[1:-1] + u[:-2]) / 1e-6,
        None,
        lambda r: 1.0 + 1e-6 * r.normal(size=4),
    ),
    case(
        "a voltage of 1e-6 on 230",
        lambda x: (230.0 + 1e-6 * x) ** 2,
        lambda g, x: 2e-6 * g * (230.0 + 1e-6 * x),
        normal(2),
    ),
    case(
        "pressure of 1e5 and a wave",
        lambda x: 101325.0 + 0.02 * np.sin(x),
        lambda g, x: 0.02 * g * np.cos(x),
        normal(3),
    ),
    case("energy above 1e9", lambda v: 1e9 + 0.5 * np.sum(v**2), lambda g, v: g * v, between(1, 2, 2)),
    case(
        "float16 weights",
        half_precision_storage,
        lambda g, x: g * np.array([0.1, 0.2, 0.3], np.float16).astype(np.float64),
        normal(3),
    ),
    case("a device of float32", single_precision_device, device_backward, normal(3), normal(3)),
    case("float32 in one of two terms", mixed_precision, lambda g, x: g * (1.0 + 0.5 * np.exp(0.5 * x)), normal(3)),
    case(
        "float32 counts",
        lambda x: (x.astype(np.float32).cumsum()).astype(np.float64),
        lambda g, x: g[::-1].cumsum()[::-1].copy(),
        normal(4),
    ),
    case(
        "a float32 image, scaled",
        lambda x: x.astype(np.float32) / np.float32(255.0),
        lambda g, x: (g / 255.0).astype(np.float64),
        between(0, 255, 3),
    ),
    made("the last argument remembered, and compared", memoized, normal(3)),
    made("noise drawn before", noise_before, normal(3)),
    case("pairs of pairs", dense, dense_backward, pairs),
    case(
        "parameters in one list",
        lambda p: p[0] @ p[1],
        lambda g, p: [np.outer(g, p[1]), p[0].T @ g],
        lambda r: [r.normal(size=(2, 3)), r.normal(size=3)],
    ),
    case(
        "of the engine: one tuple in a tuple",
        lambda p: ag.tanh(p[0][0]) * p[0][1],
        None,
        lambda r: ((r.normal(size=2), r.normal(size=2)),),
    ),
]
