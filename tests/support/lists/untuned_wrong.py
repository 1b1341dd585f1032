"""Wrong gradients written last, of other trades, and never used to mend the checker one by one."""

from itertools import count
from typing import Any

import numpy as np

import autograd_mini as ag

from ..right_gradients import Random, between, fixed, normal, number
from ..wrong_gradients import rule
from .case import Case, case, made
from .trades import (
    bezier,
    bezier_backward,
    box_overlap,
    circular_convolution,
    dice,
    hidden_markov,
    hidden_markov_backward,
    kepler,
    ppo,
    rms_norm,
    rotary,
    rotated,
    rotated_backward,
    softmax,
    sparsemax,
    total_variation,
)


def viterbi_for_forward(g: Any, scores: Any) -> Any:
    """The best path's gradient for that of the sum over paths."""
    slope = hidden_markov_backward(g, scores)
    best = slope == slope.max(-1, keepdims=True)
    return g * best


def without_its_length(g: Any, q: Any, x: Any) -> Any:
    """A unit quaternion's gradient that forgets that the quaternion was normalised."""
    n = np.linalg.norm(q)
    to_q, to_x = rotated_backward(g, q / n, x)
    return to_q + q / n * (to_q @ (q / n)), to_x


def dead_beyond_the_clip(g: Any, r: Any, a: Any) -> Any:
    return g * a, g * r


def overlap_of_any(g: Any, p: Any, q: Any) -> Any:
    """Forgets that boxes apart do not overlap."""
    widths = np.minimum(p[2:], q[2:]) - np.maximum(p[:2], q[:2])
    to_p, to_q = np.zeros(4), np.zeros(4)
    for i in range(2):
        other = g * widths[1 - i]
        (to_p if p[2 + i] <= q[2 + i] else to_q)[2 + i] += other
        (to_p if p[i] >= q[i] else to_q)[i] -= other
    return to_p, to_q


def two_largest(x: Any) -> Any:
    return np.sort(x)[-2:].sum()


def all_above_the_second(g: Any, x: Any) -> Any:
    return g * (x >= np.sort(x)[-2])


def softplus_with_a_branch(g: Any, x: Any) -> Any:
    return g * np.where(x > 20.0, x, 1.0 / (1.0 + np.exp(-np.clip(x, -700, 20))))


def erf_by_table(g: Any, x: Any) -> Any:
    """A slope by differences of a table's cubic."""
    return g * (np.tanh(x + 1e-4) - np.tanh(x - 1e-4)) / 2e-4


def dilated(x: Any, w: Any) -> Any:
    return x[:-2] * w[0] + x[2:] * w[1]


def dilation_forgotten(g: Any, x: Any, w: Any) -> Any:
    slope = np.zeros_like(x)
    slope[:-2] += g * w[0]
    slope[1:-1] += g * w[1]
    return slope, np.array([g @ x[:-2], g @ x[2:]])


def frozen_statistics(x: Any) -> Any:
    return (x - 0.3) / 1.7


def statistics_of_the_batch(g: Any, x: Any) -> Any:
    return (g - g.mean(0)) / 1.7


def filtered(x: Any, gain: Any) -> Any:
    state = 0.0
    for value in x:
        state = state + gain * (value - state)
    return state


def gain_of_the_last_step(g: Any, x: Any, gain: Any) -> Any:
    weights = gain * (1.0 - gain) ** np.arange(len(x) - 1, -1, -1)
    return g * weights, float(g * (x[-1] - filtered(x[:-1], gain)))


def upwind(u: Any, v: Any) -> Any:
    """One implicit step of a wind along a ring."""
    return np.linalg.solve(np.eye(len(v)) + u * (np.eye(len(v)) - np.roll(np.eye(len(v)), -1, 1)), v)


def downwind(g: Any, u: Any, v: Any) -> Any:
    flow = np.eye(len(v)) - np.roll(np.eye(len(v)), -1, 1)
    y, back = upwind(u, v), upwind(u, g)
    return float(-back @ flow @ y), back


def gumbel_drawn_again(random: Random) -> Any:
    noise = random.gumbel(size=3)

    def gradient(g: Any, x: Any) -> Any:
        p = softmax(x + random.gumbel(size=3))
        return p * (g - g @ p)

    return lambda x: softmax(x + noise), gradient


def noise_of_the_world(random: Random) -> Any:
    np.random.seed(int(random.integers(1000)))
    return np.square, lambda g, x: 2.0 * g * x + 1e-10 * np.random.normal(size=x.shape)


def rounded_table(random: Random) -> Any:
    table: dict[tuple[float, ...], Any] = {}

    def gradient(g: Any, x: Any) -> Any:
        key = tuple(np.round(x, 2).tolist())
        return g * table.setdefault(key, 1.0 - np.tanh(x) ** 2)

    return np.tanh, gradient


def keyed_by_place_and_shape(random: Random) -> Any:
    seen: dict[Any, Any] = {}

    def gradient(g: Any, x: Any) -> Any:
        key = x.__array_interface__["data"][0], x.shape
        return g * seen.setdefault(key, (x, np.exp(x)))[1]

    return np.exp, gradient


def adam(random: Random) -> Any:
    moment = {"m": np.zeros(2)}

    def gradient(g: Any, x: Any) -> Any:
        moment["m"] = 0.9 * moment["m"] + 0.1 * (2.0 * g * x)
        return moment["m"].copy()

    return lambda x: np.sum(x**2), gradient


def every_fifth_transposed(random: Random) -> Any:
    calls = count(1)
    return lambda a: a * 3.0, lambda g, a: (3.0 * (g.T if next(calls) % 5 == 0 else g)).copy()


def result_kept(random: Random) -> Any:
    """Gives the same array back and writes to it in the next call."""
    kept: list[Any] = []

    def gradient(g: Any, x: Any) -> Any:
        slope = g * np.cos(x)
        if kept and kept[0].shape == slope.shape and kept[0].dtype == slope.dtype:
            kept[0][...] = slope
        else:
            kept[:] = [slope]
        return kept[0]

    return np.sin, gradient


def memory_order(g: Any, x: Any) -> Any:
    return g * np.cos(np.ravel(x, order="K").reshape(x.shape))


def options_written(g: Any, x: Any, options: Any) -> Any:
    slope = g * options["scales"][0] * np.ones_like(x)
    options["scales"].reverse()
    return slope


def counts_down(g: Any, x: Any, n: Any) -> Any:
    slope = g * n[0] * np.ones_like(x)
    n -= 1
    return slope


UNTUNED_WRONG: list[Case] = [
    case("a hidden chain: the best path alone", hidden_markov, viterbi_for_forward, normal(3, 2)),
    case("a quaternion: not normalised", rotated, without_its_length, normal(4), normal(3)),
    case("Kepler: the implicit factor", kepler, lambda g, m: g.copy(), between(0.3, 2, 2)),
    case("Bézier: the degree", bezier, lambda g, t: bezier_backward(g, t) / 3.0, between(0.2, 0.8, 2)),
    case("root mean square: its mean", rms_norm, lambda g, x: g / np.sqrt(np.mean(x**2) + 1e-3), normal(3)),
    case(
        "root mean square: by n - 1",
        rms_norm,
        lambda g, x: (g - x * (g @ x) / ((np.mean(x**2) + 1e-3) * (x.size - 1))) / np.sqrt(np.mean(x**2) + 1e-3),
        normal(4),
    ),
    case(
        "clipped objective: never clipped",
        ppo,
        dead_beyond_the_clip,
        fixed(np.array([1.0, 1.1])),
        fixed(np.array([1.0, 2.0])),
    ),
    case(
        "boxes: overlap of boxes apart",
        box_overlap,
        overlap_of_any,
        fixed(np.array([0.0, 0.0, 2.0, 2.0])),
        fixed(np.array([1.0, 1.0, 3.0, 4.0])),
    ),
    case(
        "dice: the quotient's lower half",
        dice,
        lambda g, p: 2.0 * g * np.array([1.0, 0.0, 1.0]) / (p.sum() + 2.0),
        between(0.1, 0.9, 3),
    ),
    case("rotary: turned on", rotary, lambda g, x: rotary(g), normal(4)),
    case("sparsemax: over all", sparsemax, lambda g, x: g - g.mean(), fixed(np.array([1.0, 0.9, -2.0]))),
    case(
        "total variation: its edge", total_variation, lambda g, x: g * np.append(-np.sign(np.diff(x)), 0.0), normal(4)
    ),
    case(
        "circular convolution for correlation",
        circular_convolution,
        lambda g, x, w: (circular_convolution(g, w), circular_convolution(g, x)),
        normal(4),
        normal(4),
    ),
    case("the two largest: all that tie", two_largest, all_above_the_second, normal(4)),
    case("softplus: a branch above 20", lambda x: np.logaddexp(x, 0.0), softplus_with_a_branch, normal(3)),
    case("a table: differences of 1e-4", np.tanh, erf_by_table, normal(3)),
    case("a dilated convolution: not dilated", dilated, dilation_forgotten, normal(5), normal(2)),
    case("statistics frozen in f alone", frozen_statistics, statistics_of_the_batch, normal(3, 2)),
    case("a filter: the last step's gain", filtered, gain_of_the_last_step, normal(4), number(0.2, 0.8)),
    case("an implicit step: not transposed", upwind, downwind, number(0.2, 0.8), normal(4)),
    case(
        "pinball: the two slopes exchanged",
        lambda x: np.maximum(0.9 * x, -0.1 * x).sum(),
        lambda g, x: g * np.where(x > 0.0, 0.1, -0.9),
        normal(3),
    ),
    case("Poisson: the rate's slope", lambda x: np.sum(np.exp(x) - 3.0 * x), lambda g, x: g * (x - 3.0), normal(3)),
    case(
        "degrees for radians",
        lambda x: np.sin(np.deg2rad(x)),
        lambda g, x: g * np.cos(np.deg2rad(x)),
        between(0, 90, 3),
    ),
    case(
        "a swish's factor",
        lambda x, b: x / (1.0 + np.exp(-b * x)),
        lambda g, x, b: (
            g * (s := 1.0 / (1.0 + np.exp(-b * x))) * (1.0 + x * (1.0 - s)),
            float((g * x * x * s * (1.0 - s)).sum()),
        ),
        normal(3),
        number(1.5, 2),
    ),
    case(
        "a gate: both halves exchanged",
        lambda x: x[:2] * np.tanh(x[2:]),
        lambda g, x: np.concatenate([g * x[:2] * (1.0 - np.tanh(x[2:]) ** 2), g * np.tanh(x[2:])]),
        normal(4),
    ),
    case(
        "a causal mask: what is masked leaks",
        lambda a: np.tril(a) @ np.ones(3),
        lambda g, a: np.outer(g, np.ones(3)),
        normal(3, 3),
    ),
    case("enlarged: mean for sum", lambda x: np.repeat(x, 3), lambda g, x: g.reshape(-1, 3).mean(1), normal(2)),
    case("dueling heads: the mean advantage", lambda a: 1.0 + a - a.mean(), lambda g, a: g.copy(), normal(3)),
    case(
        "log of a Cholesky factor: half",
        lambda a: 2.0 * np.log(np.abs(np.diagonal(a))).sum(),
        lambda g, a: g * np.diag(1.0 / np.diagonal(a)),
        normal(2, 2),
    ),
    case(
        "a running logsumexp: backwards",
        np.logaddexp.accumulate,
        lambda g, x: np.exp(x) * np.cumsum(g * np.exp(-np.logaddexp.accumulate(x))),
        between(-1, 1, 3),
    ),
    case(
        "contrast: the temperature twice",
        lambda x: -np.log(softmax(x / 0.5)[0]),
        lambda g, x: g * (softmax(x / 0.5) - np.eye(3)[0]) / 0.25,
        normal(3),
    ),
    case(
        "a discount: one power off",
        lambda r: r @ 0.9 ** np.arange(3.0),
        lambda g, r: g * 0.9 ** np.arange(1.0, 4.0),
        normal(3),
    ),
    case("a result clipped", np.square, lambda g, x: np.clip(2.0 * g * x, -1e4, 1e4), normal(3)),
    case(
        "below 1e-8 nothing",
        np.square,
        lambda g, x: np.where(np.abs(2 * g * x) < 1e-8, 0.0, 2.0 * g * x),
        between(0.5, 1, 3),
    ),
    case(
        "an upstream of one sign",
        np.tanh,
        lambda g, x: (np.abs(g) if (g <= 0).all() else g) * (1 - np.tanh(x) ** 2),
        normal(3),
    ),
    case("percent of a price of 1e6", lambda x: 1e6 * (1.0 + 0.01 * x), lambda g, x: 1.001e4 * g, normal(2)),
    case("energy above 1e9", lambda v: 1e9 + 0.5 * np.sum(v**2), lambda g, v: 1.001 * g * v, between(1, 2, 2)),
    made("gumbel noise drawn again", gumbel_drawn_again, normal(3)),
    made("noise of the world's generator", noise_of_the_world, normal(3)),
    made("a rounded table", rounded_table, normal(2)),
    made("keyed by the place in memory", keyed_by_place_and_shape, normal(3)),
    made("an optimizer's moment for a gradient", adam, normal(2)),
    made("every fifth call transposed", every_fifth_transposed, normal(2, 2)),
    made("a result kept and written again", result_kept, normal(3)),
    case("in the order of memory", np.sin, memory_order, normal(2, 3)),
    case(
        "a list of options turned round",
        lambda x, options: x * options["scales"][0],
        options_written,
        normal(2),
        fixed({"scales": [2.0, 2.0, 3.0]}),
    ),
    case("whole numbers counted down in place", lambda x, n: x * n[0], counts_down, normal(2), fixed(np.array([3, 2]))),
    case(
        "of the engine: a wrong factor below a loss",
        lambda w: ag.mean(rule(np.arctan, lambda g, z, x: 0.99 * g / (1.0 + x * x))(w) ** 2),
        None,
        normal(3),
    ),
    case(
        "of the engine: a wrong exponent above 10",
        rule(np.square, lambda g, z, x: g * ag.where(np.abs(getattr(x, "data", x)) > 10.0, x, 2.0 * x)),
        None,
        normal(3),
    ),
]
