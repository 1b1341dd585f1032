"""Right gradients of cancelling, huge, singular and kinked functions, written last; each compared with complex steps or
with numbers of 80 digits."""

import math
from typing import Any

import numpy as np
import scipy.linalg as sl
import scipy.special as sp

from ..right_gradients import fixed, normal
from .case import Case, case

sigmoid = lambda x: sp.expit(x)


def softmax(x: Any, axis: Any = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


single = lambda x: np.asarray(x, dtype=np.float32)


def float32_backward(g: Any, x: Any) -> Any:
    y = single(x)
    return (single(g) * np.exp(np.sin(y)) * np.cos(y)).astype(np.float64)


def net_of_float32(x: Any, m: Any) -> Any:
    return np.tanh(single(x) @ single(m)).sum(dtype=np.float32).astype(np.float64)


def net_of_float32_backward(g: Any, x: Any, m: Any) -> Any:
    t = 1 - np.tanh(x @ m) ** 2
    return (g * t @ m.T, g * x.T @ t)


HILBERT = np.array([[1 / (i + j + 1) for j in range(4)] for i in range(4)])


def solve_backward(g: Any, a: Any, b: Any) -> Any:
    lam = np.linalg.solve(a.T, g)
    return (-np.outer(lam, np.linalg.solve(a, b)), lam)


def cofactors(a: Any) -> Any:
    return np.array(
        [
            [
                a[1, 1] * a[2, 2] - a[1, 2] * a[2, 1],
                a[1, 2] * a[2, 0] - a[1, 0] * a[2, 2],
                a[1, 0] * a[2, 1] - a[1, 1] * a[2, 0],
            ],
            [
                a[0, 2] * a[2, 1] - a[0, 1] * a[2, 2],
                a[0, 0] * a[2, 2] - a[0, 2] * a[2, 0],
                a[0, 1] * a[2, 0] - a[0, 0] * a[2, 1],
            ],
            [
                a[0, 1] * a[1, 2] - a[0, 2] * a[1, 1],
                a[0, 2] * a[1, 0] - a[0, 0] * a[1, 2],
                a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0],
            ],
        ]
    )


def inverse_backward(g: Any, a: Any) -> Any:
    z = np.linalg.inv(a).T
    return -z @ g @ z


def largest_eigenvalue(a: Any) -> Any:
    return np.linalg.eigvalsh((a + a.T) / 2)[-1]


def largest_eigenvalue_backward(g: Any, a: Any) -> Any:
    v = np.linalg.eigh((a + a.T) / 2)[1][:, -1]
    return g * np.outer(v, v)


def fifth_power(a: Any) -> Any:
    return np.linalg.matrix_power(a, 5)


def fifth_power_backward(g: Any, a: Any) -> Any:
    return sum(np.linalg.matrix_power(a.T, k) @ g @ np.linalg.matrix_power(a.T, 4 - k) for k in range(5))


def least_squares(a: Any, b: Any) -> Any:
    return np.linalg.solve(a.T @ a, a.T @ b)


def least_squares_backward(g: Any, a: Any, b: Any) -> Any:
    n = a.T @ a
    w = np.linalg.solve(n, a.T @ b)
    to_b = np.linalg.solve(n, g)
    res = b - a @ w
    return (np.outer(res, to_b) - np.outer(a @ to_b, w), a @ to_b)


def safe_norm(x: Any) -> Any:
    return np.sqrt((x * x).sum())


def safe_norm_backward(g: Any, x: Any) -> Any:
    n = safe_norm(x)
    return g * x / n if n > 0 else np.zeros_like(x)


def cosine_similarity(x: Any, y: Any) -> Any:
    return x @ y / max(np.sqrt(x @ x * (y @ y)), 1e-08)


def cosine_similarity_backward(g: Any, x: Any, y: Any) -> Any:
    n = np.sqrt(x @ x * (y @ y))
    s = x @ y
    if n <= 1e-08:
        return (g * y / 1e-08, g * x / 1e-08)
    return (g * (y / n - s * x / n / (x @ x)), g * (x / n - s * y / n / (y @ y)))


def oscillating(x: Any) -> Any:
    return np.where(x == 0, 0.0, x * x * np.sin(1 / np.where(x == 0, 1, x)))


def bump(x: Any) -> Any:
    y = np.where(x > 0, x, 1.0)
    return np.where(x > 0, np.exp(-1 / y), 0.0)


def bump_backward(g: Any, x: Any) -> Any:
    y = np.where(x > 0, x, 1.0)
    return g * np.where(x > 0, np.exp(-1 / y) / y / y, 0.0)


def arctan2_backward(g: Any, y: Any, x: Any) -> Any:
    n = x * x + y * y
    n = np.where(n == 0, 1.0, n)
    return (g * x / n, -g * y / n)


UNTUNED_2_RIGHT_NUMBERS: list[Case] = [
    case(
        "versine naive",
        lambda x: (1 - np.cos(x)) / (x * x),
        lambda g, x: (
            g
            * np.where(
                abs(x) > 0.1,
                (x * np.sin(x) - 2 * (1 - np.cos(x))) / np.where(x == 0, 1, x) ** 3,
                sum((-1) ** k * 2 * k * x ** (2 * k - 1) / math.factorial(2 * k + 2) for k in range(1, 7)),
            )
        ),
        fixed(np.array([0.003, 0.5])),
    ),
    case("expm1 naive", lambda x: np.exp(x) - 1, lambda g, x: g * np.exp(x), fixed(np.array([1e-08, -2e-06]))),
    case("log1p naive", lambda x: np.log(1 + x), lambda g, x: g / (1 + x), fixed(np.array([1e-09, 2e-07]))),
    case(
        "difference of roots",
        lambda x: np.sqrt(x + 1) - np.sqrt(x),
        lambda g, x: -0.5 * g / (np.sqrt(x) * np.sqrt(x + 1) * (np.sqrt(x + 1) + np.sqrt(x))),
        fixed(np.array([10000000000.0, 3000000.0])),
    ),
    case(
        "sinh minus x",
        lambda x: np.sinh(x) - x,
        lambda g, x: g * 2 * np.sinh(x / 2) ** 2,
        fixed(np.array([0.001, 0.7])),
    ),
    case(
        "variance one pass",
        lambda x: (x * x).mean() - x.mean() ** 2,
        lambda g, x: g * 2 * (x - x.mean()) / x.size,
        fixed(np.array([10000.0, 10000.0 + 1, 10000.0 - 2])),
    ),
    case(
        "wilkinson expanded",
        lambda x: np.polyval(np.poly(np.arange(1, 9)), x),
        lambda g, x: g * np.polyval(np.polyder(np.poly(np.arange(1, 9))), x),
        fixed(np.array([8.3, 4.5])),
    ),
    case(
        "rump like",
        lambda x, y: (x + y) * (x - y) - x * x + y * y + x * y,
        lambda g, x, y: (g * y, g * x),
        fixed(np.array([100000.0])),
        fixed(np.array([3.0])),
    ),
    case(
        "logsumexp shifted back",
        lambda x: np.logaddexp.reduce(x + 300) - 300,
        lambda g, x: g * softmax(x),
        fixed(np.array([0.1, 1.0, -2.0])),
    ),
    case("offset 1e10", lambda x: 10000000000.0 + np.sin(x), lambda g, x: g * np.cos(x), fixed(np.array([0.4, 1.0]))),
    case(
        "two scales",
        lambda x: np.array([1000000000000.0 * x[0], 1e-12 * np.sin(x[1])]),
        lambda g, x: np.array([1000000000000.0 * g[0], 1e-12 * g[1] * np.cos(x[1])]),
        fixed(np.array([0.4, 1.0])),
    ),
    case("sine far", np.sin, lambda g, x: g * np.cos(x), fixed(np.array([100000000.0, -3000000.0]))),
    case("square huge", lambda x: x * x, lambda g, x: 2 * g * x, fixed(np.array([1e150, 1e-150]))),
    case("reciprocal tiny", lambda x: 1 / x, lambda g, x: -g / x / x, fixed(np.array([1e-120, 1e100]))),
    case("times 1e-200", lambda x: x * 1e-200, lambda g, x: g * 1e-200, fixed(np.array([0.3, 4.0]))),
    case(
        "gaussian underflow",
        lambda x: np.exp(-x * x),
        lambda g, x: -2 * g * x * np.exp(-x * x),
        fixed(np.array([30.0, 0.5])),
    ),
    case(
        "xent huge logits",
        lambda x, y: (
            -(x - x.max(-1, keepdims=True) - np.log(np.exp(x - x.max(-1, keepdims=True)).sum(-1, keepdims=True)))[
                np.arange(len(y)), y
            ].mean()
        ),
        lambda g, x, y: g * (softmax(x) - np.eye(3)[y]) / len(y),
        fixed(np.array([[10000.0, 10000.0 + 1, -10000.0], [0.0, 3000.0, 3000.0]])),
        fixed(np.array([0, 2])),
    ),
    case(
        "bce huge",
        lambda x, t: np.logaddexp(0, x) - t * x,
        lambda g, x, t: g * (sigmoid(x) - t),
        fixed(np.array([700.0, -700.0, 2.0])),
        fixed(np.array([1, 0, 1])),
    ),
    case(
        "mixed magnitudes",
        lambda x, y: np.sin(x * y) * x,
        lambda g, x, y: (g * (np.cos(x * y) * x * y + np.sin(x * y)), g * np.cos(x * y) * x * x),
        fixed(np.array([1000000000.0])),
        fixed(np.array([1e-09])),
    ),
    case(
        "rosenbrock far",
        lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2,
        lambda g, x: g * np.array([-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)]),
        fixed(np.array([1000.0, -200.0])),
    ),
    case("arccos edge", np.arccos, lambda g, x: -g / np.sqrt((1 - x) * (1 + x)), fixed(np.array([1 - 1e-09, 0.2]))),
    case(
        "float32 inside",
        lambda x: np.exp(np.sin(single(x))).astype(np.float64),
        lambda g, x: g * np.exp(np.sin(x)) * np.cos(x),
        fixed(np.array([0.4, 1.3])),
    ),
    case(
        "float32 inside both",
        lambda x: np.exp(np.sin(single(x))).astype(np.float64),
        float32_backward,
        fixed(np.array([0.4, 1.3])),
    ),
    case("float32 net", net_of_float32, net_of_float32_backward, normal(2, 3), normal(3, 2)),
    case(
        "float32 arguments",
        lambda x: np.log1p(np.exp(x)),
        lambda g, x: (g * sigmoid(x)).astype(x.dtype),
        fixed(np.array([0.4, -1.3], dtype=np.float32)),
    ),
    case(
        "float32 mean accumulated",
        lambda x: float(np.float32(single(x * x).mean())),
        lambda g, x: 2 * g * x / x.size,
        fixed(np.array([0.4, -1.3, 2.0])),
    ),
    case("hilbert solve", np.linalg.solve, solve_backward, fixed(HILBERT), fixed(np.array([1.0, 2.0, 0.5, 1.0]))),
    case(
        "det singular",
        np.linalg.det,
        lambda g, a: g * cofactors(a),
        fixed(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])),
    ),
    case(
        "slogdet negative",
        lambda a: np.linalg.slogdet(a)[1],
        lambda g, a: g * np.linalg.inv(a).T,
        fixed(np.array([[1.0, 2.0], [4.0, 5.0]])),
    ),
    case("inverse small", np.linalg.inv, inverse_backward, fixed(np.array([[1.0, 2.0], [4.0, 5.0]]) * 1e-08)),
    case(
        "trace inverse",
        lambda a: np.trace(np.linalg.inv(a)),
        lambda g, a: -g * (np.linalg.inv(a) @ np.linalg.inv(a)).T,
        fixed(np.array([[2.0, 1.0], [1.0, 0.6]])),
    ),
    case(
        "largest eigenvalue close",
        largest_eigenvalue,
        largest_eigenvalue_backward,
        fixed(np.array([[1.0, 0.001], [0.001, 1.0]])),
    ),
    case("matrix power", fifth_power, fifth_power_backward, normal(2, 2)),
    case("matrix exponential", sl.expm, lambda g, a: sl.expm_frechet(a.T, g, compute_expm=False), normal(2, 2)),
    case("normal equations", least_squares, least_squares_backward, normal(4, 2), normal(4)),
    case(
        "logdet by cholesky",
        lambda a: 2 * np.log(np.diag(np.linalg.cholesky(a @ a.T + np.eye(2)))).sum(),
        lambda g, a: g * 2 * np.linalg.inv(a @ a.T + np.eye(2)) @ a,
        normal(2, 2),
    ),
    case(
        "nuclear like",
        lambda a: np.sqrt((a * a).sum() + 1e-12),
        lambda g, a: g * a / np.sqrt((a * a).sum() + 1e-12),
        fixed(np.array([[1.0, 2.0], [4.0, 5.0]])),
    ),
    case("norm zero guarded", safe_norm, safe_norm_backward, fixed(np.array([0.5, -2.0]))),
    case(
        "cosine guarded",
        cosine_similarity,
        cosine_similarity_backward,
        fixed(np.array([0.5, -2.0])),
        fixed(np.array([1.0, 0.3])),
    ),
    case(
        "huber",
        lambda x: np.where(abs(x) < 1, 0.5 * x * x, abs(x) - 0.5),
        lambda g, x: g * np.clip(x, -1, 1),
        fixed(np.array([0.5, -2.0])),
    ),
    case(
        "hardswish",
        lambda x: x * np.clip(x + 3, 0, 6) / 6,
        lambda g, x: g * np.where(x <= -3, 0, np.where(x >= 3, 1, (2 * x + 3) / 6)),
        fixed(np.array([0.5, -2.0, 4.0])),
    ),
    case(
        "abs one and a half",
        lambda x: abs(x) ** 1.5,
        lambda g, x: g * 1.5 * np.sign(x) * np.sqrt(abs(x)),
        fixed(np.array([0.5, 0.0])),
    ),
    case("x abs x", lambda x: x * abs(x), lambda g, x: 2 * g * abs(x), fixed(np.array([0.0, -2.0]))),
    case(
        "oscillates at zero",
        oscillating,
        lambda g, x: (
            g * np.where(x == 0, 0.0, 2 * x * np.sin(1 / np.where(x == 0, 1, x)) - np.cos(1 / np.where(x == 0, 1, x)))
        ),
        fixed(np.array([0.0, 0.5])),
    ),
    case("flat bump", bump, bump_backward, fixed(np.array([0.0, 0.5, -1.0]))),
    case(
        "entropy zero allowed",
        lambda p: np.where(p > 0, -p * np.log(np.where(p > 0, p, 1)), np.where(p < 0, np.nan, 0.0)).sum(),
        lambda g, p: g * (-np.log(p) - 1),
        fixed(np.array([0.3, 0.7])),
    ),
    case("sqrt inf slope", np.sqrt, lambda g, x: g * 0.5 / np.sqrt(x), fixed(np.array([0.5, 0.01]))),
    case(
        "arctan2 quadrants",
        np.arctan2,
        arctan2_backward,
        fixed(np.array([0.5, -2.0, 1.0])),
        fixed(np.array([1.0, -0.3, -0.1])),
    ),
    case("mod two pi", lambda x: np.mod(x, 2 * np.pi), lambda g, x: g.copy(), fixed(np.array([0.5, -20.0]))),
    case("sawtooth", lambda x: x - np.floor(x), lambda g, x: g.copy(), fixed(np.array([0.3, 1.7]))),
    case(
        "staircase",
        lambda x: np.array([0.0, 2.0, 1.0])[np.clip(np.floor(x), 0, 2).astype(int)],
        lambda g, x: np.zeros_like(g),
        fixed(np.array([0.3, 1.7])),
    ),
]
