"""Right gradients at kinks and ties, at zeros and at the ends of a domain: any one of the subgradients is right."""

from typing import Any

import numpy as np

import autograd_mini as ag

from ..right_gradients import between, fixed, integers, normal
from .case import Case, case


def net(x: Any, w: Any, v: Any) -> Any:
    return ag.relu(x @ w) @ v


def net_by_hand(x: Any, w: Any, v: Any) -> Any:
    return np.maximum(x @ w, 0.0) @ v


def net_backward(g: Any, x: Any, w: Any, v: Any) -> Any:
    h = x @ w
    inner = g @ v.T * (h > 0.0)
    return inner @ w.T, x.T @ inner, np.maximum(h, 0.0).T @ g


def net_backward_from_the_right(g: Any, x: Any, w: Any, v: Any) -> Any:
    h = x @ w
    inner = g @ v.T * (h >= 0.0)
    return inner @ w.T, x.T @ inner, np.maximum(h, 0.0).T @ g


def deep_net(x: Any, w: Any, b: Any) -> Any:
    for _ in range(3):
        x = ag.relu(x @ w + b)
    return ag.sum(x)


def zeros(*shape: int) -> Any:
    return lambda random: np.zeros(shape)


def some_zeros(*shape: int) -> Any:
    """Half of the elements are exactly 0."""
    return lambda random: random.normal(size=shape) * (random.random(shape) < 0.5)


def shared(g: Any, x: Any, axis: Any = None) -> Any:
    largest = x == x.max(axis, keepdims=True)
    return g * largest / largest.sum(axis, keepdims=True)


def to_the_first(g: Any, x: Any) -> Any:
    slope = np.zeros_like(x)
    slope.flat[np.argmax(x)] = g
    return slope


def to_the_last(g: Any, x: Any) -> Any:
    slope = np.zeros_like(x)
    slope[len(x) - 1 - np.argmax(x[::-1])] = g
    return slope


def by_rows(g: Any, x: Any) -> Any:
    slope = np.zeros_like(x)
    slope[np.arange(len(x)), x.argmax(1)] = g
    return slope


def sort_backward(g: Any, x: Any) -> Any:
    slope = np.zeros_like(x)
    slope[np.argsort(x, kind="stable")] = g
    return slope


def median_backward(g: Any, x: Any) -> Any:
    slope = np.zeros_like(x)
    slope[np.argsort(x, kind="stable")[len(x) // 2]] = g
    return slope


def pooled(x: Any) -> Any:
    return x.reshape(-1, 2).max(1)


def pooled_backward(g: Any, x: Any) -> Any:
    pairs = x.reshape(-1, 2)
    return (g[:, None] * np.eye(2)[pairs.argmax(1)]).reshape(x.shape)


def safe_length(x: Any) -> Any:
    return np.linalg.norm(x) or 1.0


def huber_backward(g: Any, x: Any) -> Any:
    return g * np.clip(x, -1.0, 1.0)


def huber(x: Any) -> Any:
    return np.where(np.abs(x) <= 1.0, 0.5 * x * x, np.abs(x) - 0.5)


def hinge_backward(g: Any, w: Any) -> Any:
    rows = np.array([[1.0, 2.0], [-1.0, 1.0], [0.0, 1.0]])
    return -g * (rows @ w < 1.0) @ rows


def hinge(w: Any) -> Any:
    return np.maximum(0.0, 1.0 - np.array([[1.0, 2.0], [-1.0, 1.0], [0.0, 1.0]]) @ w).sum()


def nuclear(x: Any) -> Any:
    return np.linalg.svd(x, compute_uv=False).sum()


def nuclear_backward(g: Any, x: Any) -> Any:
    u, _, v = np.linalg.svd(x, full_matrices=False)
    return g * u @ v


def eigenvalues_backward(g: Any, a: Any) -> Any:
    vectors = np.linalg.eigh(a + a.T)[1]
    return 2.0 * (vectors * g) @ vectors.T


KINKS: list[Case] = [
    case("relu net: inputs of 0", net, None, zeros(2, 2), normal(2, 3), normal(3, 1)),
    case("relu net: weights of 0", net, None, normal(2, 2), zeros(2, 3), normal(3, 1)),
    case("relu net: both of 0", net, None, zeros(2, 2), zeros(2, 3), normal(3, 1)),
    case("relu net: some of 0", net, None, some_zeros(2, 3), some_zeros(3, 2), some_zeros(2, 2)),
    case("relu net: whole numbers", net, None, integers(2, 2), integers(2, 3), integers(3, 1)),
    case("relu net: by hand, inputs of 0", net_by_hand, net_backward, zeros(2, 2), normal(2, 3), normal(3, 1)),
    case("relu net: by hand, weights of 0", net_by_hand, net_backward, normal(2, 2), zeros(2, 3), normal(3, 1)),
    case("relu net: by hand, some of 0", net_by_hand, net_backward, some_zeros(2, 3), some_zeros(3, 2), normal(2, 1)),
    case(
        "relu net: by hand, from the right",
        net_by_hand,
        net_backward_from_the_right,
        zeros(2, 2),
        normal(2, 3),
        normal(3, 1),
    ),
    case("relu net: by hand, whole numbers", net_by_hand, net_backward, integers(2, 2), integers(2, 2), integers(2, 1)),
    case("relu net: deep, biases of 0", deep_net, None, normal(2, 2), normal(2, 2), zeros(2)),
    case("relu net: deep, inputs of 0", deep_net, None, zeros(2, 2), normal(2, 2), zeros(2)),
    case("relu net: one dead row", net, None, fixed(np.array([[0.0, 0.0], [1.0, -2.0]])), normal(2, 3), normal(3, 1)),
    case("relu net: leaky", lambda x, w: ag.leaky_relu(x @ w).sum(), None, some_zeros(2, 2), normal(2, 2)),
    case("relu net: sizes", lambda x, w: ag.abs(x @ w).sum(), None, some_zeros(2, 2), normal(2, 2)),
    case("relu net: a square above", lambda x, w: (ag.relu(x @ w) ** 2).sum(), None, zeros(2, 2), normal(2, 2)),
    case("relu net: pooled zeros", lambda x: ag.max_pool2d(ag.relu(x), 2), None, some_zeros(1, 1, 4, 4)),
    case("relu net: gated by itself", lambda x: ag.relu(x) * x, None, integers(4)),
    case("tie: shared", np.max, shared, integers(4)),
    case("tie: to the first", np.max, to_the_first, integers(4)),
    case("tie: to the last", np.max, to_the_last, integers(4)),
    case("tie: to the first of rows", lambda x: x.max(1), by_rows, integers(2, 3)),
    case("tie: to the first, all equal", np.max, to_the_first, fixed(np.ones(3))),
    case("tie: sorted", np.sort, sort_backward, integers(4)),
    case("tie: the median of three", lambda x: np.sort(x)[1], median_backward, normal(3)),
    case("tie: pooled", pooled, pooled_backward, integers(4)),
    case(
        "tie: maximum to the first", np.maximum, lambda g, x, y: (g * (x >= y), g * (y > x)), integers(3), integers(3)
    ),
    case(
        "tie: maximum in halves",
        np.maximum,
        lambda g, x, y: (g * ((x > y) + 0.5 * (x == y)), g * ((y > x) + 0.5 * (x == y))),
        integers(3),
        integers(3),
    ),
    case(
        "tie: maximum, one array given twice",
        np.maximum,
        lambda g, x, y: (g * (x >= y), g * (y > x)),
        fixed(np.ones(2)),
        fixed(np.ones(2)),
    ),
    case("tie: largest less smallest", np.ptp, lambda g, x: to_the_first(g, x) - to_the_first(g, -x), integers(4)),
    case("tie: of the engine, largest of rows", lambda x: ag.max(x, axis=1), None, integers(2, 3)),
    case("tie: of the engine, sorted and weighed", lambda x: ag.sort(x) * np.arange(4.0), None, integers(4)),
    case("kink: absolute value by sign", np.abs, lambda g, x: g * np.sign(x), integers(4)),
    case("kink: absolute value, a number", np.abs, lambda g, x: g * np.sign(x), fixed(0.0)),
    case("kink: relu to the right", lambda x: np.maximum(x, 0.0), lambda g, x: g * (x >= 0.0), integers(4)),
    case(
        "kink: relu in the middle", lambda x: np.maximum(x, 0.0), lambda g, x: g * 0.5 * (np.sign(x) + 1.0), integers(4)
    ),
    case("kink: Huber", huber, huber_backward, integers(4)),
    case("kink: hinge at its margin", hinge, hinge_backward, fixed(np.array([1.0, 0.0]))),
    case("kink: hinge at its margin, drawn", hinge, hinge_backward, integers(2)),
    case("kink: clipped at its ends", lambda x: np.clip(x, -1.0, 1.0), lambda g, x: g * (np.abs(x) < 1.0), integers(4)),
    case(
        "kink: a sum of sizes",
        lambda x: np.abs(x).sum() + np.abs(x.sum()),
        lambda g, x: g * (np.sign(x) + np.sign(x.sum())),
        integers(3),
    ),
    case("kink: a length at 0", np.linalg.norm, lambda g, x: g * x / safe_length(x), zeros(3)),
    case(
        "kink: lengths of rows, some 0",
        lambda x: np.linalg.norm(x, axis=1),
        lambda g, x: g[:, None] * x / np.array([[safe_length(row)] for row in x]),
        fixed(np.array([[0, 0], [3.0, 4.0]])),
    ),
    case(
        "kink: a deviation of equals",
        np.std,
        lambda g, x: g * (x - x.mean()) / (x.size * (x.std() if np.ptp(x) else 1.0)),
        fixed(np.full(3, 2.0)),
    ),
    case("kink: a nuclear norm", nuclear, nuclear_backward, normal(2, 3)),
    case("kink: eigenvalues", lambda a: np.linalg.eigvalsh(a + a.T), eigenvalues_backward, normal(3, 3)),
    case(
        "kink: triangular wave",
        lambda x: np.abs((x + 0.5) % 1.0 - 0.5),
        lambda g, x: g * np.sign((x + 0.5) % 1.0 - 0.5),
        between(0.05, 0.45, 3),
    ),
    case("kink: x |x|", lambda x: x * np.abs(x), lambda g, x: 2.0 * g * np.abs(x), integers(4)),
    case(
        "kink: interpolation at a knot",
        lambda x: np.interp(x, [0.0, 1.0, 2.0], [0.0, 1.0, 0.0]),
        lambda g, x: g * np.where((x > 0) & (x < 1), 1.0, np.where((x >= 1) & (x < 2), -1.0, 0.0)),
        fixed(np.array([1.0, 0.5])),
    ),
    case("kink: a kink a thousandth away", lambda x: np.abs(x - 1e-3), lambda g, x: g * np.sign(x - 1e-3), zeros(2)),
    case("kink: a kink 1e-9 away", lambda x: np.abs(x - 1e-9), lambda g, x: g * np.sign(x - 1e-9), zeros(2)),
    case(
        "kink: running maximum",
        lambda x: np.maximum.accumulate(x) * 1.0,
        lambda g, x: np.array([sum(g[j] for j in range(len(x)) if np.argmax(x[: j + 1]) == i) for i in range(len(x))]),
        integers(4),
    ),
    case("jump: floor", np.floor, lambda g, x: 0.0 * g, normal(3)),
    case("jump: sign of a square", lambda x: np.sign(x) * x**2, lambda g, x: 2.0 * g * np.abs(x), integers(3)),
    case(
        "jump: the nearest of a table",
        lambda x: np.array([0.0, 1.0, 5.0])[np.abs(x[:, None] - [0.0, 1.0, 5.0]).argmin(1)],
        lambda g, x: 0.0 * g,
        normal(3),
    ),
    case("jump: remainder", lambda x: x % 1.0, lambda g, x: g * 1.0, between(0.1, 0.9, 3)),
    case("edge: sqrt at 0", np.sqrt, lambda g, x: g * 0.5 / np.sqrt(x), fixed(np.array([4.0, 1.0]))),
    case("edge: an even root's square", lambda x: np.sqrt(x) ** 3, lambda g, x: 1.5 * g * np.sqrt(x), zeros(2)),
    case("edge: xlogx at 1", lambda x: x * np.log(x), lambda g, x: g * (np.log(x) + 1.0), fixed(np.ones(2))),
    case("edge: arcsin", np.arcsin, lambda g, x: g / np.sqrt(1.0 - x * x), between(-0.99, 0.99, 3)),
    case(
        "edge: refused below 0",
        lambda x: np.log(x) if (x > 0.0).all() else 1.0 / 0,
        lambda g, x: g / x,
        between(0.5, 2, 3),
    ),
    case(
        "edge: probabilities alone",
        lambda p: -np.sum(p * np.log(p)),
        lambda g, p: -g * (np.log(p) + 1.0),
        lambda r: r.dirichlet(np.ones(3)),
    ),
    case(
        "edge: a positive definite matrix alone",
        lambda a: np.log(np.linalg.cholesky(a).diagonal()).sum(),
        lambda g, a: 0.5 * g * lower_inverse(a),
        lambda r: (m := r.normal(size=(2, 2))) @ m.T + np.eye(2),
    ),
]


def lower_inverse(a: Any) -> Any:
    """Of log det a, of which cholesky reads the lower half: elements beside the diagonal count twice."""
    inverse = np.linalg.inv(np.tril(a) + np.tril(a, -1).T)
    return np.tril(2.0 * inverse) - np.diag(np.diagonal(inverse))
