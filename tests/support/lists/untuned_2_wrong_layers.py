"""Wrong gradients of layers and losses, written last and without a look at the checker."""

from typing import Any

import numpy as np

from ..right_gradients import Random, fixed, normal
from .case import Case, case, made

sigmoid = lambda x: 0.5 * (1 + np.tanh(0.5 * x))


def softmax(x: Any, axis: Any = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def layer_norm(x: Any, eps: Any = 1e-05) -> Any:
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps)


def layer_norm_backward(g: Any, x: Any, eps: Any = 1e-05) -> Any:
    s = np.sqrt(x.var(-1, keepdims=True) + eps)
    return (g - g.mean(-1, keepdims=True)) / s


def layer_norm_without_eps(g: Any, x: Any) -> Any:
    s = np.sqrt(x.var(-1, keepdims=True))
    h = (x - x.mean(-1, keepdims=True)) / s
    return (g - g.mean(-1, keepdims=True) - h * (g * h).mean(-1, keepdims=True)) / s


def batch_norm(x: Any, gamma: Any) -> Any:
    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-05)


def batch_norm_unbiased(g: Any, x: Any, gamma: Any) -> Any:
    s = np.sqrt(x.var(0, ddof=1) + 1e-05)
    h = (x - x.mean(0)) / s
    gh = g * gamma
    return ((gh - gh.mean(0) - h * (gh * h).mean(0)) / s, (g * (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-05)).sum(0))


def batch_norm_of_one_backward(g: Any, x: Any, gamma: Any) -> Any:
    s = np.sqrt(x.var(0) + 1e-05)
    h = (x - x.mean(0)) / s
    if len(x) == 1:
        return (g * gamma / s, (g * h).sum(0))
    gh = g * gamma
    return ((gh - gh.mean(0) - h * (gh * h).mean(0)) / s, (g * h).sum(0))


def attention(q: Any, k: Any, v: Any) -> Any:
    return softmax(q @ k.T / np.sqrt(q.shape[1])) @ v


def attention_backward(wrong: Any) -> Any:

    def b(g, q, k, v):
        d = np.sqrt(q.shape[1])
        p = softmax(q @ k.T / d)
        gp = g @ v.T
        axis = 0 if wrong == "axis" else 1
        gs = p * (gp - (gp * p).sum(axis, keepdims=True))
        gq = gs @ k / (1 if wrong == "scale" else d)
        return (gq, gs.T @ q / d, (p if wrong == "pt" else p.T) @ g)

    return b


def convolved(x: Any, k: Any) -> Any:
    return np.array([x[i : i + len(k)] @ k for i in range(len(x) - len(k) + 1)])


def convolved_backward(g: Any, x: Any, k: Any) -> Any:
    gx = np.convolve(g, k[::-1], mode="full")
    gk = np.array([x[i : i + len(g)] @ g for i in range(len(k))])
    return (gx, gk)


def padded(x: Any, k: Any) -> Any:
    return convolved(np.pad(x, 1), k)


def padded_backward(g: Any, x: Any, k: Any) -> Any:
    gx = np.convolve(g, k, mode="full")[: len(x)]
    xp = np.pad(x, 1)
    return (gx, np.array([xp[i : i + len(g)] @ g for i in range(len(k))]))


def max_pool(x: Any) -> Any:
    return np.array([x[i : i + 3].max() for i in range(len(x) - 2)])


def max_pool_assigned(g: Any, x: Any) -> Any:
    out = np.zeros_like(x)
    for i in range(len(g)):
        out[i + np.argmax(x[i : i + 3])] = g[i]
    return out


def mean_pool(x: Any) -> Any:
    p = np.pad(x, 1)
    n = np.convolve(np.pad(np.ones(len(x)), 1), np.ones(3), "valid")
    return np.convolve(p, np.ones(3), "valid") / n


def embedding(t: Any, i: Any) -> Any:
    return t[i]


def embedding_assigned(g: Any, t: Any, i: Any) -> Any:
    out = np.zeros_like(t)
    out[i] += g
    return out


def embedding_without_row_0(g: Any, t: Any, i: Any) -> Any:
    out = np.zeros_like(t)
    np.add.at(out, i, g)
    out[0] = 0
    return out


def huber(x: Any, d: Any = 2.0) -> Any:
    return np.where(np.abs(x) <= d, 0.5 * x * x, d * (np.abs(x) - 0.5 * d)).mean()


def log_softmax(x: Any) -> Any:
    return x - x.max(-1, keepdims=True) - np.log(np.exp(x - x.max(-1, keepdims=True)).sum(-1, keepdims=True))


def smoothed_labels(x: Any, y: Any, a: Any = 0.1) -> Any:
    t = np.full(x.shape, a / x.shape[1])
    t[np.arange(len(y)), y] += 1 - a
    return -(t * log_softmax(x)).sum(1).mean()


def smoothed_labels_backward(g: Any, x: Any, y: Any, a: Any = 0.1) -> Any:
    t = np.zeros(x.shape)
    t[np.arange(len(y)), y] += 1 - a
    return g * (softmax(x) - t) / len(x)


def some_ignored(x: Any, y: Any) -> Any:
    m = y >= 0
    return -log_softmax(x)[np.arange(len(y)), np.maximum(y, 0)][m].mean()


def some_ignored_backward(g: Any, x: Any, y: Any) -> Any:
    p = softmax(x)
    p[np.arange(len(y)), np.maximum(y, 0)] -= 1
    p[y < 0] = 0
    return g * p / len(y)


def focal(x: Any) -> Any:
    p = sigmoid(x)
    return ((1 - p) ** 2 * np.logaddexp(0, -x)).sum()


def hinge(x: Any, y: Any) -> Any:
    return np.maximum(0, 1 - x * y).mean()


def dropout(x: Any) -> Any:
    return x * (np.random.default_rng(3).random(x.shape) > 0.3) / 0.7


def gru(h: Any, x: Any) -> Any:
    r = sigmoid(x[0] + 0.5 * h)
    z = sigmoid(x[1] - 0.3 * h)
    n = np.tanh(x[2] + r * h)
    return (1 - z) * n + z * h


def gru_backward(g: Any, h: Any, x: Any) -> Any:
    r = sigmoid(x[0] + 0.5 * h)
    z = sigmoid(x[1] - 0.3 * h)
    n = np.tanh(x[2] + r * h)
    o = (1 - z) * n + z * h
    gn = g * (1 - z) * (1 - n * n)
    gz = g * (h - n) * z * (1 - z)
    gr = gn * o * r * (1 - r)
    return (g * z + gn * r - 0.3 * gz + 0.5 * gr, np.stack([gr, gz, gn]))


def rnn(a: Any, NODES: Any) -> Any:
    h = 0.0
    for x in NODES:
        h = np.tanh(a * h + x)
    return h


def rnn_backward(g: Any, a: Any, NODES: Any) -> Any:
    hs = [0.0]
    for x in NODES:
        hs.append(np.tanh(a * hs[-1] + x))
    gx = np.zeros_like(NODES)
    ga = 0.0
    for t in range(len(NODES) - 1, max(-1, len(NODES) - 4), -1):
        g = g * (1 - hs[t + 1] ** 2)
        ga += g * hs[t]
        gx[t] = g
        g = g * a
    return (ga, gx)


def gelu(x: Any) -> Any:
    return 0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x**3)))


def gelu_backward(g: Any, x: Any) -> Any:
    t = np.tanh(0.7978845608028654 * (x + 0.044715 * x**3))
    return g * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * 0.7978845608028654 * (1 + 0.044715 * x * x))


def solve_backward(g: Any, a: Any, b: Any) -> Any:
    lam = np.linalg.solve(a.T, g)
    return (-np.outer(np.linalg.solve(a, b), lam), lam)


def eigenvalues(a: Any) -> Any:
    return np.linalg.eigvalsh((a + a.T) / 2)


def eigenvalues_backward(g: Any, a: Any) -> Any:
    v = np.linalg.eigh((a + a.T) / 2)[1]
    return v.T @ np.diag(g) @ v


def one_call_in_twenty(random: Random) -> Any:
    return np.sin, lambda g, x: g * np.cos(x) * (1.5 if random.random() < 0.05 else 1.0)


def noise_in_last_digits(random: Random) -> Any:
    return np.sin, lambda g, x: g * np.cos(x) * (1.0 + 1e-13 * random.normal(size=x.shape))


UNTUNED_2_WRONG_LAYERS: list[Case] = [
    case(
        "softplus cutoff",
        lambda x: np.logaddexp(0, x),
        lambda g, x: g * np.where(x > 5, 1.0, sigmoid(x)),
        fixed(np.array([0.4, -0.3])),
    ),
    case("layernorm missing variance term", layer_norm, layer_norm_backward, normal(2, 3)),
    case("layernorm eps forgotten backward", layer_norm, layer_norm_without_eps, normal(2, 3)),
    case("batchnorm unbiased backward", batch_norm, batch_norm_unbiased, normal(4, 2), fixed(np.array([1.0, 0.7]))),
    case(
        "batchnorm batch of one",
        batch_norm,
        batch_norm_of_one_backward,
        fixed(np.array([[0.3, -1.0]])),
        fixed(np.array([1.0, 0.7])),
    ),
    case("attention scale only in k", attention, attention_backward("scale"), normal(3, 2), normal(3, 2), normal(3, 2)),
    case("attention softmax axis", attention, attention_backward("axis"), normal(3, 2), normal(3, 2), normal(3, 2)),
    case("attention value transposed", attention, attention_backward("pt"), normal(3, 2), normal(3, 2), normal(3, 2)),
    case("conv kernel flipped", convolved, convolved_backward, normal(5), normal(3)),
    case("conv padding off by one", padded, padded_backward, normal(4), normal(3)),
    case("maxpool overlap assigned", max_pool, max_pool_assigned, fixed(np.array([0.2, 1.5, -0.3, 0.9, 0.1]))),
    case(
        "avgpool count of padding",
        mean_pool,
        lambda g, x: np.convolve(np.pad(g, 1), np.ones(3), "valid") / 3,
        normal(4),
    ),
    case("embedding duplicates lost", embedding, embedding_assigned, normal(3, 2), fixed(np.array([0, 2, 0]))),
    case("embedding padding row zeroed", embedding, embedding_without_row_0, normal(3, 2), fixed(np.array([0, 2, 1]))),
    case(
        "huber delta missing far",
        huber,
        lambda g, x: g * np.where(np.abs(x) <= 2.0, x, np.sign(x)) / x.size,
        fixed(np.array([0.3, -0.4, 1.1])),
    ),
    case("log softmax sum of g missing", log_softmax, lambda g, x: g - softmax(x), normal(2, 3)),
    case(
        "label smoothing floor forgotten",
        smoothed_labels,
        smoothed_labels_backward,
        normal(2, 4),
        fixed(np.array([1, 3])),
    ),
    case("ignored labels counted", some_ignored, some_ignored_backward, normal(3, 3), fixed(np.array([1, -1, 2]))),
    case(
        "bce probabilities clipped",
        lambda x, t: (np.logaddexp(0, x) - t * x).mean(),
        lambda g, x, t: g * (np.clip(sigmoid(x), 0.001, 1 - 0.001) - t) / x.size,
        fixed(np.array([0.5, -1.2])),
        fixed(np.array([1, 0])),
    ),
    case(
        "focal weight held constant",
        focal,
        lambda g, x: g * (1 - sigmoid(x)) ** 2 * (sigmoid(x) - 1),
        fixed(np.array([0.3, -0.8])),
    ),
    case(
        "kl plus one missing",
        lambda p, q: (p * np.log(p / q)).sum(),
        lambda g, p, q: (g * np.log(p / q), -g * p / q),
        fixed(np.array([0.2, 0.8])),
        fixed(np.array([0.5, 0.5])),
    ),
    case(
        "hinge mean over active",
        hinge,
        lambda g, x, y: np.where(1 - x * y > 0, -g * y, 0.0) / max(1, (1 - x * y > 0).sum()),
        fixed(np.array([0.3, 2.0, -0.5])),
        fixed(np.array([1, 1, -1])),
    ),
    case(
        "dropout keep scale missing",
        dropout,
        lambda g, x: g * (np.random.default_rng(3).random(x.shape) > 0.3),
        normal(5),
    ),
    made("one call in twenty", one_call_in_twenty, normal(2)),
    made("noise in the last digits", noise_in_last_digits, normal(2)),
    case("gru reset gate new state", gru, gru_backward, normal(2), normal(3, 2)),
    case("rnn truncated at three steps", rnn, rnn_backward, fixed(0.6), lambda random: 0.5 * random.normal(size=5)),
    case("gelu factor three", gelu, gelu_backward, fixed(np.array([0.1, -0.2]))),
    case(
        "elu alpha forgotten",
        lambda x: np.where(x > 0, x, 1.5 * np.expm1(np.minimum(x, 0))),
        lambda g, x: g * np.where(x > 0, 1.0, np.exp(np.minimum(x, 0))),
        fixed(np.array([0.5, 1.0])),
    ),
    case(
        "prelu slope averaged",
        lambda x, a: np.where(x > 0, x, a * x),
        lambda g, x, a: (g * np.where(x > 0, 1.0, a), (g * np.where(x > 0, 0, x)).mean()),
        fixed(np.array([0.5, -1.0, -2.0])),
        fixed(0.25),
    ),
    case(
        "tanh flat beyond three",
        np.tanh,
        lambda g, x: g * np.where(np.abs(x) > 3, 0.0, 1 - np.tanh(x) ** 2),
        fixed(np.array([0.5, -1.0])),
    ),
    case(
        "hardtanh upper bound only", lambda x: np.clip(x, -1, 1), lambda g, x: g * (x < 1), fixed(np.array([0.5, 0.2]))
    ),
    case(
        "matmul weight not transposed", lambda x, m: x @ m, lambda g, x, m: (g @ m, x.T @ g), normal(2, 2), normal(2, 2)
    ),
    case(
        "inverse not transposed",
        np.linalg.inv,
        lambda g, a: -np.linalg.inv(a) @ g @ np.linalg.inv(a),
        fixed(np.array([[2.0, 0.5], [-0.3, 1.0]])),
    ),
    case(
        "det not transposed",
        np.linalg.det,
        lambda g, a: g * np.linalg.det(a) * np.linalg.inv(a),
        fixed(np.array([[2.0, 0.5], [-0.3, 1.0]])),
    ),
    case(
        "solve outer swapped",
        np.linalg.solve,
        solve_backward,
        fixed(np.array([[2.0, 0.5], [-0.3, 1.0]])),
        fixed(np.array([1.0, 2.0])),
    ),
    case(
        "eigenvectors by rows",
        eigenvalues,
        eigenvalues_backward,
        fixed(np.array([[2.0, 0.5, 0.1], [0.4, 1.0, -0.3], [0.0, 0.2, -1.0]])),
    ),
]
