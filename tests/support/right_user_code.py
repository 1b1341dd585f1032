"""Right functions as users write them: networks, losses, statistics, linear algebra, physics, gradients by hand."""

from typing import Any

import numpy as np

import autograd_mini as ag
from autograd_mini.node import data_of

from .right_gradients import Right, between, fixed, integers, logarithmic, normal, number


def single(*shape: int) -> Any:
    return lambda random: random.normal(size=shape).astype(np.float32)


LABELS = np.array([0, 2])
ONE_HOT = np.eye(3)[LABELS]
GRAPH = np.array([[0, 1], [1, 2], [2, 0]])
TIMES = np.linspace(0.0, 1.0, 5)


def mlp(x: Any, w: Any, b: Any, v: Any) -> Any:
    return ag.tanh(x @ w + b) @ v


def deep(x: Any, p: Any) -> Any:
    for w, b in p["layers"]:
        x = ag.relu(x @ w + b)
    return (x @ p["head"]).sum()


def rnn(xs: Any, w: Any, u: Any) -> Any:
    h = np.zeros(2)
    for x in xs:
        h = ag.tanh(x @ w + h @ u)
    return h


def gru_cell(x: Any, h: Any, w: Any) -> Any:
    z, r = ag.sigmoid(x * w[0] + h * w[1]), ag.sigmoid(x * w[2] + h * w[3])
    return (1.0 - z) * h + z * ag.tanh(x * w[4] + r * h * w[5])


def attention(q: Any, k: Any, v: Any) -> Any:
    return ag.softmax(q @ k.T / np.sqrt(2.0)) @ v


def layer_norm(x: Any, gain: Any, bias: Any) -> Any:
    centred = x - ag.mean(x, axis=-1, keepdims=True)
    return centred / ag.sqrt(ag.mean(centred**2, axis=-1, keepdims=True) + 1e-5) * gain + bias


def cross_entropy(x: Any, labels: Any) -> Any:
    return -ag.log_softmax(x)[np.arange(len(labels)), labels].mean()


def huber(x: Any, y: Any) -> Any:
    off = x - y
    return ag.where(abs(data_of(off)) <= 1.0, 0.5 * off * off, ag.abs(off) - 0.5).mean()


def focal(x: Any) -> Any:
    p = ag.sigmoid(x)
    return -((1.0 - p) ** 2 * ag.log(p)).sum()


def gaussian(x: Any, mean: Any, log_std: Any) -> Any:
    return (-0.5 * ((x - mean) / ag.exp(log_std)) ** 2 - log_std - 0.5 * np.log(2.0 * np.pi)).sum()


def mixture(x: Any, logits: Any, means: Any) -> Any:
    return ag.logsumexp(ag.log_softmax(logits) - 0.5 * (x - means) ** 2)


def multivariate_normal(x: Any, a: Any) -> Any:
    factor = ag.linalg.cholesky(a @ a.T + 2.0 * np.eye(2))
    z = ag.linalg.solve(factor, x)
    return -0.5 * (z * z).sum() - ag.log(ag.diagonal(factor)).sum()


def kl(mean: Any, log_var: Any) -> Any:
    return 0.5 * (ag.exp(log_var) + mean**2 - 1.0 - log_var).sum()


def verlet(x: Any, v: Any) -> Any:
    for _ in range(4):
        v = v - 0.1 * ag.sin(x)
        x = x + 0.1 * v
    return ag.stack([x, v])


def runge_kutta(y: Any, k: Any) -> Any:
    field = lambda y: k * y * (1.0 - y)
    h = 0.2
    for _ in range(3):
        a = field(y)
        b = field(y + 0.5 * h * a)
        c = field(y + 0.5 * h * b)
        d = field(y + h * c)
        y = y + h / 6.0 * (a + 2.0 * b + 2.0 * c + d)
    return y


def lennard_jones(x: Any) -> Any:
    r = ag.norm(x[GRAPH[:, 0]] - x[GRAPH[:, 1]], axis=1)
    return (r**-12 - 2.0 * r**-6).sum()


def springs(x: Any) -> Any:
    return ((ag.norm(x[1:] - x[:-1], axis=1) - 1.0) ** 2).sum()


def heat(u: Any, k: Any) -> Any:
    for _ in range(3):
        u = u + k * (ag.roll(u, 1) - 2.0 * u + ag.roll(u, -1))
    return u


def rotation(angle: Any, x: Any) -> Any:
    c, s = ag.cos(angle), ag.sin(angle)
    return ag.stack([c * x[0] - s * x[1], s * x[0] + c * x[1]])


def black_scholes(s: Any, k: Any, sigma: Any) -> Any:
    d = (ag.log(s / k) + 0.5 * sigma**2) / sigma
    normal_cdf = lambda x: 0.5 * ag.erfc(-x / np.sqrt(2.0))
    return s * normal_cdf(d) - k * normal_cdf(d - sigma)


def newton_root(x: Any) -> Any:
    y = 1.0
    for _ in range(8):
        y = 0.5 * (y + x / y)
    return y


def horner(x: Any, coefficients: Any) -> Any:
    y = 0.0
    for c in coefficients:
        y = y * x + c
    return y


def shrunk(x: Any) -> Any:
    return ag.sign(x) * ag.maximum(ag.abs(x) - 0.5, 0.0)


def safe_sqrt(x: Any) -> Any:
    positive = data_of(x) > 0.0
    return ag.where(positive, ag.sqrt(ag.where(positive, x, 1.0)), 0.0)


def inner_descent(x: Any) -> Any:
    """A gradient inside the function: one step of descent on an inner loss."""
    return ag.tanh(x - 0.1 * ag.grad(lambda z: (z**4).sum() + (z[0] * z[1]))(x))


def softmax_loss(x: Any, labels: Any) -> Any:
    shifted = x - x.max(1, keepdims=True)
    return (np.log(np.exp(shifted).sum(1)) - shifted[np.arange(len(labels)), labels]).mean()


def softmax_loss_backward(g: Any, x: Any, labels: Any) -> Any:
    p = np.exp(x - x.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1.0
    return g * p / len(labels)


def mlp_by_hand(x: Any, w: Any, v: Any) -> Any:
    return np.tanh(x @ w) @ v


def mlp_by_hand_backward(g: Any, x: Any, w: Any, v: Any) -> Any:
    h = np.tanh(x @ w)
    inner = g @ v.T * (1.0 - h * h)
    return inner @ w.T, x.T @ inner, h.T @ g


def scattered(g: Any, x: Any) -> Any:
    gradient = np.zeros_like(x)
    np.add.at(gradient, [0, 0, 2], g)
    return gradient


def shared_maximum(g: Any, x: Any) -> Any:
    ties = x == x.max()
    return g * ties / ties.sum()


def product_backward(g: Any, x: Any) -> Any:
    return g * np.array([np.prod(np.delete(x, i)) for i in range(x.size)])


MODELS = [
    Right("an MLP", mlp, (normal(2, 3), normal(3, 2), normal(2), normal(2, 1))),
    Right("an MLP of float32", mlp, (single(2, 3), single(3, 2), single(2), single(2, 1))),
    Right(
        "parameters in dicts, lists and tuples",
        deep,
        (normal(1, 2), lambda r: {"layers": [(r.normal(size=(2, 2)), r.normal(size=2))] * 2, "head": r.normal(size=2)}),
    ),
    Right("a recurrent network", rnn, (normal(3, 2), normal(2, 2), normal(2, 2))),
    Right("a gated cell", gru_cell, (normal(2), normal(2), normal(6, 2))),
    Right("attention", attention, (normal(2, 2), normal(3, 2), normal(3, 2))),
    Right("layer norm", layer_norm, (normal(2, 3), normal(3), normal(3))),
    Right("residual", lambda x, w: x + ag.gelu(x @ w), (normal(2, 2), normal(2, 2))),
    Right(
        "conv, relu, pool",
        lambda x, w: ag.max_pool2d(ag.relu(ag.conv2d(x, w)), 2),
        (normal(1, 1, 5, 5), normal(1, 1, 2, 2)),
    ),
    Right("average pool", lambda x: ag.avg_pool2d(x, 2) ** 2, (normal(1, 1, 4, 4),)),
    Right("dropout with a fixed mask", lambda x: x * np.array([0.0, 2.0, 2.0]), (normal(3),)),
    Right("an embedding", lambda table, i: ag.tanh(table[i]).sum(axis=0), (normal(3, 2), fixed(np.array([0, 2, 0])))),
    Right("a graph's messages", lambda x: ag.add_at(x, GRAPH[:, 0], ag.sin(x[GRAPH[:, 1]])), (normal(3, 2),)),
    Right("cross-entropy", cross_entropy, (normal(2, 3), fixed(LABELS))),
    Right("cross-entropy, sure of itself", cross_entropy, (between(-50, 50, 2, 3), fixed(LABELS))),
    Right("cross-entropy, one-hot", lambda x: -(ONE_HOT * ag.log_softmax(x)).sum(), (normal(2, 3),)),
    Right("binary cross-entropy", lambda x, y: (ag.softplus(x) - x * y).mean(), (normal(4), between(0, 1, 4))),
    Right("hinge", lambda x: ag.relu(1.0 - x * np.array([1.0, -1.0, 1.0])).mean(), (integers(3),)),
    Right("Huber", huber, (normal(3), normal(3))),
    Right("Huber at its kinks", huber, (integers(3), integers(3))),
    Right("focal", focal, (normal(3),)),
    Right(
        "mean squared and weight decay",
        lambda x, w: ((x @ w) ** 2).mean() + 0.01 * (w**2).sum(),
        (normal(3, 2), normal(2)),
    ),
    Right("lasso", lambda w: ((w - 0.3) ** 2).sum() + ag.abs(w).sum(), (integers(3),)),
    Right("entropy", lambda x: -ag.xlogy(p := ag.softmax(x), p).sum(), (normal(3),)),
    Right("cosine similarity", lambda x, y: ag.dot(x, y) / (ag.norm(x) * ag.norm(y)), (normal(3), normal(3))),
    Right(
        "a triplet", lambda a, p, n: ag.relu(ag.norm(a - p) - ag.norm(a - n) + 0.2), (normal(2), normal(2), normal(2))
    ),
    Right("log likelihood", gaussian, (normal(3), number(-1, 1), number(-1, 1))),
    Right("a mixture", mixture, (number(-3, 3), normal(3), normal(3))),
    Right("multivariate normal", multivariate_normal, (normal(2), between(-1, 1, 2, 2))),
    Right("KL", kl, (normal(3), normal(3))),
    Right("Student", lambda x, n: -(n + 1.0) / 2.0 * ag.log1p(x * x / n).sum(), (normal(3), number(1, 5))),
    Right("a variance's logarithm", lambda x: ag.log(ag.var(x, ddof=1)), (normal(4),)),
    Right("standardised", lambda x: (x - ag.mean(x)) / ag.std(x), (normal(4),)),
    Right("covariance", lambda x: (c := x - ag.mean(x, axis=0)).T @ c / 3.0, (normal(4, 2),)),
    Right("least squares", lambda a, b: ag.linalg.solve(a.T @ a + np.eye(2), a.T @ b), (normal(3, 2), normal(3))),
    Right("log determinant", lambda a: ag.linalg.slogdet(a @ a.T + np.eye(3))[1], (between(-1, 1, 3, 3),)),
    Right("a matrix's power", lambda a: a @ a @ a, (normal(2, 2),)),
    Right("power iteration", lambda a, x: (y := a @ (a @ x)) / ag.norm(y), (normal(3, 3), normal(3))),
    Right("a trace", lambda a, b: ag.trace(a @ b), (normal(2, 3), normal(3, 2))),
    Right("Mahalanobis", lambda x, a: x @ ag.linalg.inv(a @ a.T + np.eye(2)) @ x, (normal(2), between(-1, 1, 2, 2))),
    Right("a triangle", lambda a: ag.tril(a) @ ag.triu(a), (normal(3, 3),)),
    Right("a stack of matrices", lambda a, b: a @ b, (normal(2, 2, 2), normal(2, 2))),
    Right("stacked inverse", lambda a: ag.linalg.inv(a + 4.0 * np.eye(2)), (between(-1, 1, 2, 2, 2),)),
    Right(
        "a bilinear form", lambda x, a, y: ag.einsum("bi,ij,bj->b", x, a, y), (normal(2, 2), normal(2, 2), normal(2, 2))
    ),
    Right("a pendulum", verlet, (number(-2, 2), number(-2, 2))),
    Right("logistic growth", runge_kutta, (between(0.1, 0.9, 2), between(0.5, 3, 2))),
    Right(
        "Lennard-Jones",
        lennard_jones,
        (lambda r: np.array([[0, 0], [1, 0], [0, 1]]) * 1.1 + r.uniform(-0.1, 0.1, (3, 2)),),
    ),
    Right("springs", springs, (normal(4, 2),)),
    Right("springs, two points in one place", springs, (fixed(np.array([[0.0, 1.0], [0.0, 1.0], [2.0, 0.0]])),)),
    Right("heat", heat, (normal(4), number(0.1, 0.4))),
    Right("a rotation", rotation, (number(-3, 3), normal(2))),
    Right("polar", lambda x, y: ag.stack([ag.hypot(x, y), ag.arctan2(y, x)]), (normal(2), normal(2))),
    Right(
        "damped waves",
        lambda a, k, w: a * ag.exp(-k * TIMES) * ag.sin(w * TIMES),
        (number(1, 2), number(0.1, 2), number(1, 9)),
    ),
    Right("Black-Scholes", black_scholes, (number(0.5, 2), number(0.5, 2), number(0.1, 0.5))),
    Right("Newton's root", newton_root, (number(0.5, 4),)),
    Right("Horner", horner, (number(-2, 2), normal(4))),
    Right("a sum of powers", lambda x, p: (x**p).sum(), (logarithmic(3), number(-1, 2))),
    Right("geometric mean", lambda x: ag.exp(ag.mean(ag.log(x))), (logarithmic(3),)),
    Right("p-norm", lambda x: (ag.abs(x) ** 3).sum() ** (1.0 / 3.0), (normal(3),)),
    Right("soft threshold", shrunk, (normal(4),)),
    Right("soft threshold at its kinks", shrunk, (fixed(np.array([0.5, -0.5, 0.0, 1.0])),)),
    Right("a safe square root", safe_sqrt, (integers(4),)),
    Right("clipped at its bounds", lambda x: ag.clip(x, 0.0, 1.0) * x, (integers(4),)),
    Right("all of them equal: max", ag.max, (fixed(np.ones(4)),)),
    Right("all of them equal: sort", ag.sort, (fixed(np.ones(3)),)),
    Right("all of them equal: std", ag.std, (fixed(np.ones(3)),)),
    Right("all of them equal: softmax", ag.softmax, (fixed(np.zeros(4)),)),
    Right("median of three", lambda x: ag.sort(x)[1], (normal(3),)),
    Right("max of sums", lambda x, y: ag.max(x + y, axis=1), (integers(2, 3), integers(3))),
    Right("maximum less relu", lambda x, y: ag.maximum(x, y + 3.0) - ag.relu(y), (integers(3), integers(3))),
    Right("clip less relu", lambda x, y: ag.clip(x, 0.0, 9.0).sum() - ag.relu(y).sum(), (integers(2), integers(2))),
    Right("reciprocal, softmax, saturated", lambda x: ag.softmax(1.0 / x), (between(0.001, 0.01, 3),)),
    Right("softmax of a hundred times x", lambda x: ag.softmax(100.0 * x), (normal(3),)),
    Right("log-softmax of a thousand times x", lambda x: ag.log_softmax(1000.0 * x), (normal(2, 2),)),
    Right("sigmoid of a hundred times x", lambda x: ag.sigmoid(100.0 * x), (normal(3),)),
    Right("a step made smooth", lambda x: ag.tanh(x / 1e-3), (between(-0.01, 0.01, 3),)),
    Right("a small difference of large numbers", lambda x: (x + 1e3) ** 2 - 1e6, (normal(3),)),
    Right("1 - cos", lambda x: (1.0 - ag.cos(x)) / x, (between(0.1, 1, 3),)),
    Right("expm1, log1p", lambda x: ag.expm1(x) * ag.log1p(x), (between(1e-8, 1e-6, 3),)),
    Right("a gradient inside", inner_descent, (normal(2),)),
    Right("a Hessian inside", lambda x: ag.hessian(lambda z: (ag.sin(z) * z[0]).sum())(x), (normal(2),)),
    Right(
        "an index, a mask, a slice",
        lambda x: x[[0, 2]].sum() * x[np.array([True, False, True, True])][::-1],
        (normal(4),),
    ),
    Right("set and padded", lambda x, y: ag.pad(ag.set_at(x, 1, y), 1), (normal(3), number(-1, 1))),
    Right("taken along an axis", lambda x: ag.take_along_axis(x, np.array([[1], [0]]), 1), (normal(2, 3),)),
    Right("joined and split", lambda x, y: ag.split(ag.concatenate([x, y]), 2)[0] * 2.0, (normal(2), normal(4))),
    Right("repeated and tiled", lambda x: ag.repeat(x, 2) * ag.tile(x, 2), (normal(3),)),
    Right(
        "by axes",
        lambda x: ag.moveaxis(ag.swapaxes(x, 0, 1), 2, 0) * np.arange(8.0).reshape(2, 2, 2),
        (normal(2, 2, 2),),
    ),
    Right("differences", lambda x: ag.diff(x, n=2) ** 2, (normal(5),)),
    Right(
        "whole numbers and strings",
        lambda x, n, kind: x**n if kind == "power" else x,
        (normal(3), fixed(3), fixed("power")),
    ),
    Right("float32 and float64", lambda x, y: x * y, (single(3), normal(3))),
    Right("float32: cross-entropy", cross_entropy, (single(2, 3), fixed(LABELS))),
    Right("float32: norm, and a number", lambda x, a: a * ag.norm(x), (single(3), number(1, 2))),
    Right("no element", lambda x: ag.logsumexp(ag.concatenate([x, np.ones(1)])), (normal(0),)),
    Right("no rows", lambda x, w: (x @ w).sum(axis=0), (normal(0, 2), normal(2, 2))),
    Right("nothing comes out", lambda x: x[:0] * 2.0, (normal(2),)),
    Right("np functions", lambda x: np.sum(np.exp(-np.square(x)) * np.where(data_of(x) > 0, 1.0, 2.0)), (normal(3),)),
    Right("many outputs of one number", lambda x: ag.stack([ag.sin(x), ag.cos(x), x, x * x]), (number(-3, 3),)),
    Right("one of 0 axes", lambda x: ag.reshape(x, ()) * 2.0, (normal(1, 1),)),
    Right("by hand: cross-entropy", softmax_loss, (normal(2, 3), fixed(LABELS)), softmax_loss_backward),
    Right("by hand: an MLP", mlp_by_hand, (normal(2, 2), normal(2, 2), normal(2, 1)), mlp_by_hand_backward),
    Right("by hand: a repeated index", lambda x: x[[0, 0, 2]], (normal(3),), scattered),
    Right("by hand: max", np.max, (integers(4),), shared_maximum),
    Right("by hand: product with zeros", np.prod, (integers(4),), product_backward),
    Right(
        "by hand: a list in a dict",
        lambda p: p["a"][0] * p["a"][1],
        (lambda r: {"a": [r.normal(size=2), 2.0]},),
        lambda g, p: {"a": [g * p["a"][1], (g * p["a"][0]).sum()]},
    ),
    Right("by hand: float32", np.sin, (single(3),), lambda g, x: g * np.cos(x)),
    Right("by hand: clip", lambda x: np.clip(x, -1.0, 1.0), (integers(4),), lambda g, x: g * (abs(x) <= 1.0)),
    Right("by hand: variance", np.var, (normal(4),), lambda g, x: 2.0 * g * (x - x.mean()) / x.size),
    Right("by hand: a norm", np.linalg.norm, (normal(3),), lambda g, x: g * x / (np.linalg.norm(x) or 1.0)),
    Right(
        "by hand: inverse",
        np.linalg.inv,
        (lambda r: r.normal(size=(2, 2)) + 3.0 * np.eye(2),),
        lambda g, x: -(y := np.linalg.inv(x).T) @ g @ y,
    ),
    Right("by hand: a bias spread over rows", np.add, (normal(3, 2), normal(2)), lambda g, x, b: (g.copy(), g.sum(0))),
]
