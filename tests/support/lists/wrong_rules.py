"""Wrong rules of layers, losses, statistics and linear algebra, by hand."""

from typing import Any

import numpy as np

from ..right_gradients import between, fixed, normal, number
from .case import Case, case

LABELS = np.array([0, 2])
COLUMN = np.array([[1.0], [2.0]])


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def cross_entropy(x: Any, labels: Any) -> Any:
    return -np.log(softmax(x)[np.arange(len(labels)), labels]).mean()


def without_labels(g: Any, x: Any, labels: Any) -> Any:
    return g * softmax(x) / len(labels)


def wrong_labels(g: Any, x: Any, labels: Any) -> Any:
    p = softmax(x)
    p[:, labels] -= 1.0
    return g * p / len(labels)


def smoothed(x: Any) -> Any:
    return -(np.log(softmax(x)) * (0.9 * np.eye(3)[LABELS] + 0.1 / 3)).sum()


def layer_norm(x: Any) -> Any:
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)


def mean_term_forgotten(g: Any, x: Any) -> Any:
    y = layer_norm(x)
    return (g - y * (g * y).mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)


def epsilon_forgotten(g: Any, x: Any) -> Any:
    y = layer_norm(x)
    inner = g - g.mean(-1, keepdims=True) - y * (g * y).mean(-1, keepdims=True)
    return inner / x.std(-1, keepdims=True)


def along_the_batch(g: Any, x: Any) -> Any:
    y = layer_norm(x)
    inner = g - g.mean(0, keepdims=True) - y * (g * y).mean(0, keepdims=True)
    return inner / np.sqrt(x.var(-1, keepdims=True) + 1e-5)


def attention(q: Any, k: Any, v: Any) -> Any:
    return softmax(q @ k.T / np.sqrt(2.0)) @ v


def scale_forgotten(g: Any, q: Any, k: Any, v: Any) -> Any:
    p = softmax(q @ k.T / np.sqrt(2.0))
    inner = g @ v.T
    scores = p * (inner - (inner * p).sum(-1, keepdims=True))
    return scores @ k / np.sqrt(2.0), scores.T @ q, p.T @ g


def convolved(x: Any, w: Any) -> Any:
    return np.convolve(x, w, "valid")


def kernel_not_turned(g: Any, x: Any, w: Any) -> Any:
    return np.convolve(g, w), np.correlate(x, g, "valid")


def pooled(x: Any) -> Any:
    return x.reshape(-1, 2).max(1)


def pooled_to_all(g: Any, x: Any) -> Any:
    return np.repeat(g, 2)


def windows(x: Any) -> Any:
    return np.array([x[i : i + 2].max() for i in range(len(x) - 1)])


def windows_overwritten(g: Any, x: Any) -> Any:
    slope = np.zeros_like(x)
    for i in range(len(x) - 1):
        slope[i + np.argmax(x[i : i + 2])] = g[i]
    return slope


def embedded(table: Any, i: Any) -> Any:
    return np.tanh(table[i])


def embedded_overwritten(g: Any, table: Any, i: Any) -> Any:
    slope = np.zeros_like(table)
    slope[i] += g * (1.0 - np.tanh(table[i]) ** 2)
    return slope


def recurrent(xs: Any, w: Any) -> Any:
    h = 0.0
    for x in xs:
        h = np.tanh(x + w * h)
    return h


def last_step_alone(g: Any, xs: Any, w: Any) -> Any:
    h, before = 0.0, 0.0
    for x in xs:
        before, h = h, np.tanh(x + w * h)
    slope = np.zeros_like(xs)
    slope[-1] = g * (1.0 - h * h)
    return slope, float(g * (1.0 - h * h) * before)


def tied(x: Any, w: Any) -> Any:
    return np.tanh(x @ w) @ w.T


def tied_once(g: Any, x: Any, w: Any) -> Any:
    h = np.tanh(x @ w)
    inner = g @ w * (1.0 - h * h)
    return inner @ w.T, x.T @ inner


def solve_backward(g: Any, a: Any, b: Any) -> Any:
    y = np.linalg.solve(a, g)  # a.T
    return -np.outer(y, np.linalg.solve(a, b)), y


def cholesky_backward(g: Any, a: Any) -> Any:
    factor = np.linalg.cholesky(a)
    inner = np.tril(factor.T @ np.tril(g))  # half of the diagonal
    inverse = np.linalg.inv(factor)
    whole = inverse.T @ inner @ inverse
    return 0.5 * (whole + whole.T)


def symmetric_cholesky(a: Any) -> Any:
    return np.linalg.cholesky(0.5 * (a + a.T))


def eigenvalues(a: Any) -> Any:
    return np.linalg.eigvalsh(a + a.T)


def eigenvalues_by_row(g: Any, a: Any) -> Any:
    vectors = np.linalg.eigh(a + a.T)[1]
    return 2.0 * vectors.T @ np.diag(g) @ vectors


def positive_definite(random: Any) -> Any:
    a = random.normal(size=(3, 3))
    return a @ a.T + 3.0 * np.eye(3)


def well_conditioned(random: Any) -> Any:
    return random.uniform(-1, 1, size=(3, 3)) + 3.0 * np.eye(3)


def spectrum(x: Any) -> Any:
    return np.abs(np.fft.fft(x)) ** 2


def spectrum_backward(g: Any, x: Any) -> Any:
    return 2.0 * np.fft.ifft(g * np.fft.fft(x)).real  # times the length


def interpolated(y: Any) -> Any:
    return np.interp([0.25, 1.5], [0.0, 1.0, 2.0], y)


def euler(k: Any) -> Any:
    y = 1.0
    for _ in range(10):
        y = y - 0.1 * k * y
    return y


def weighted_variance(x: Any, w: Any) -> Any:
    return np.sum(w * (x - np.sum(w * x) / w.sum()) ** 2) / w.sum()


def weights_as_constants(g: Any, x: Any, w: Any) -> Any:
    off = x - np.sum(w * x) / w.sum()
    return 2.0 * g * w * off / w.sum(), g * off**2 / w.sum()


def skipped(x: Any, w: Any) -> Any:
    return x + np.tanh(x @ w)


def skip_forgotten(g: Any, x: Any, w: Any) -> Any:
    inner = g * (1.0 - np.tanh(x @ w) ** 2)
    return inner @ w.T, x.T @ inner


def straight_through(g: Any, x: Any) -> Any:
    return g.copy()


def odd_gelu(x: Any) -> Any:
    return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)))


def quick_gelu_backward(g: Any, x: Any) -> Any:
    s = 1.0 / (1.0 + np.exp(-np.clip(1.702 * x, -700, 700)))
    return g * (s + 1.702 * x * s * (1.0 - s))


BY_HAND: list[Case] = [
    case("layer: labels forgotten", cross_entropy, without_labels, normal(2, 3), fixed(LABELS)),
    case("layer: all labels in every row", cross_entropy, wrong_labels, normal(2, 3), fixed(LABELS)),
    case("layer: smoothing forgotten", smoothed, lambda g, x: g * (softmax(x) - np.eye(3)[LABELS]), normal(2, 3)),
    case("layer: layer norm, the mean's term", layer_norm, mean_term_forgotten, normal(2, 3)),
    case("layer: layer norm, its epsilon", layer_norm, epsilon_forgotten, normal(2, 3)),
    case("layer: layer norm along the batch", layer_norm, along_the_batch, normal(3, 3)),
    case("layer: attention's scale for the keys", attention, scale_forgotten, normal(2, 2), normal(3, 2), normal(3, 2)),
    case("layer: a convolution's kernel not turned", convolved, kernel_not_turned, normal(4), normal(2)),
    case("layer: pooling gives to all", pooled, pooled_to_all, normal(4)),
    case("layer: windows that overlap overwrite", windows, windows_overwritten, fixed(np.array([1.0, 3.0, 2.0, 0.5]))),
    case("layer: an embedding's row used twice", embedded, embedded_overwritten, normal(3, 2), fixed(np.array([1, 1]))),
    case("layer: the last step alone", recurrent, last_step_alone, normal(3), number(0.5, 1)),
    case("layer: tied weights once", tied, tied_once, normal(2, 3), normal(3, 2)),
    case("layer: the skip forgotten", skipped, skip_forgotten, normal(2, 2), normal(2, 2)),
    case("layer: the slope of another gelu", odd_gelu, quick_gelu_backward, normal(3)),
    case("layer: straight through a rounding", np.rint, straight_through, normal(3)),
    case("layer: straight through a sign", np.sign, straight_through, normal(3)),
    case(
        "layer: softplus without its factor",
        lambda x: np.logaddexp(0.0, 2.0 * x) / 2.0,
        lambda g, x: g * 0.5 * (1.0 + np.tanh(0.5 * x)),
        normal(3),
    ),
    case(
        "layer: weight decay forgotten",
        lambda w, x: np.sum((x @ w) ** 2) + 1e-4 * np.sum(w**2),
        lambda g, w, x: (2.0 * g * x.T @ (x @ w), 2.0 * g * np.outer(x @ w, w)),
        normal(2),
        normal(3, 2),
    ),
    case(
        "layer: a bias's mean over the batch",
        lambda x, b: x + b,
        lambda g, x, b: (g.copy(), g.mean(0)),
        normal(3, 2),
        normal(2),
    ),
    case(
        "layer: one bias of four",
        lambda b: np.ones((2, 4)) + b,
        lambda g, b: g.sum(0) * np.array([1, 1, 1, 2.0]),
        normal(4),
    ),
    case(
        "layer: leaky slope",
        lambda x: np.where(x > 0, x, 0.01 * x),
        lambda g, x: g * np.where(x > 0, 1.0, 0.02),
        fixed(np.array([1.0, -1.0])),
    ),
    case("algebra: solve with a for its transpose", np.linalg.solve, solve_backward, well_conditioned, normal(3)),
    case("algebra: Cholesky's diagonal", symmetric_cholesky, cholesky_backward, positive_definite),
    case("algebra: eigenvectors by row", eigenvalues, eigenvalues_by_row, normal(3, 3)),
    case(
        "algebra: trace of a product, one transposed",
        lambda a, b: np.trace(a @ b),
        lambda g, a, b: (g * b, g * a.T),
        normal(3, 3),
        normal(3, 3),
    ),
    case("algebra: outer product exchanged", np.outer, lambda g, x, y: (g.T @ y, g @ x), normal(3), normal(3)),
    case(
        "algebra: log determinant without transposing",
        lambda a: np.linalg.slogdet(a)[1],
        lambda g, a: g * np.linalg.inv(a),
        well_conditioned,
    ),
    case("algebra: a triangle's other half", np.tril, lambda g, a: np.triu(g), normal(3, 3)),
    case(
        "algebra: the diagonal's neighbour",
        lambda a: np.diagonal(a).copy(),
        lambda g, a: np.diag(g[::-1]),
        normal(3, 3),
    ),
    case(
        "algebra: a cross product's sign",
        np.cross,
        lambda g, x, y: (np.cross(y, g), np.cross(x, g)),
        normal(3),
        normal(3),
    ),
    case("series: a spectrum's length", spectrum, spectrum_backward, normal(4)),
    case("series: a running sum forwards", np.cumsum, lambda g, x: np.cumsum(g), normal(4)),
    case(
        "series: rolled the same way",
        lambda x: np.roll(x, 1) ** 2,
        lambda g, x: np.roll(2.0 * g * np.roll(x, 1), 1),
        normal(3),
    ),
    case("series: differences' edge", np.diff, lambda g, x: np.append(-g, 0.0), normal(4)),
    case(
        "series: interpolation's weights exchanged",
        interpolated,
        lambda g, y: np.array([0.25 * g[0], 0.75 * g[0] + 0.5 * g[1], 0.5 * g[1]]),
        normal(3),
    ),
    case("series: the equation's derivative for the scheme's", euler, lambda g, k: -g * np.exp(-k), number(0.5, 1)),
    case("statistics: weights held fixed", weighted_variance, weights_as_constants, normal(3), between(0.5, 2, 3)),
    case(
        "statistics: a mean over one axis less",
        lambda x: x.mean((0, 2)),
        lambda g, x: np.broadcast_to(g[:, None] / x.shape[0], x.shape).copy(),
        normal(2, 3, 2),
    ),
    case(
        "statistics: a quantile's weights",
        lambda x: np.sort(x)[:2] @ np.array([0.25, 0.75]),
        lambda g, x: g * np.array([0.75, 0.25, 0.0]),
        fixed(np.array([1.0, 2.0, 3.0])),
    ),
    case(
        "statistics: covariance by n",
        lambda x: np.cov(x.T),
        lambda g, x: (x - x.mean(0)) @ (g + g.T) / len(x),
        normal(4, 2),
    ),
    case(
        "broadcast: along both axes",
        np.multiply,
        lambda g, x, y: ((g * y).sum(1, keepdims=True), (g * x).sum(1)),
        fixed(COLUMN),
        normal(2),
    ),
    case(
        "broadcast: a number's sum forgotten",
        np.multiply,
        lambda g, x, y: (g * y, float((g * x).mean())),
        normal(3),
        number(1, 2),
    ),
    case("index: a slice's step", lambda x: x[::2] * 1.0, lambda g, x: np.pad(g, (0, len(x) - len(g))), normal(4)),
    case("index: reversed", lambda x: x[::-1] * 2.0, lambda g, x: 2.0 * g, normal(3)),
    case(
        "index: one element of a column-ordered reshape",
        lambda x: x.ravel(order="F") * 1.0,
        lambda g, x: g.reshape(x.shape),
        normal(2, 3),
    ),
    case(
        "index: axes turned twice the same way",
        lambda x: np.transpose(x, (1, 2, 0)) * 1.0,
        lambda g, x: np.transpose(g, (1, 2, 0)).copy(),
        normal(2, 2, 2),
    ),
    case(
        "index: stacked arguments exchanged",
        lambda x, y: np.stack([x, y]),
        lambda g, x, y: (g[1].copy(), g[0].copy()),
        normal(3),
        normal(3),
    ),
    case("index: padding cut off at one end", lambda x: np.pad(x, 1), lambda g, x: g[:-2].copy(), normal(3)),
]
