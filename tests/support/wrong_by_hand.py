"""Gradients written by hand with a mistake, as one makes them; they know nothing of autograd_mini."""

from itertools import count
from typing import Any

import numpy as np

from .wrong_gradients import RULES, M, S, Wrong, X, Y


def _scattered(g: Any, x: Any) -> Any:
    """The gradient of x[[0, 0, 2]] that forgets that 0 is repeated."""
    gradient = np.zeros_like(x)
    gradient[[0, 0, 2]] = g
    return gradient


_memory: list[Any] = []


def _accumulated(g: Any, x: Any) -> Any:
    _memory.append(g * np.cos(x))
    return sum(_memory[-2:])


_noise = np.random.default_rng(3)
_calls = count()
_last: dict[str, Any] = {}


def _remembered(x: Any) -> Any:
    _last["x"] = x
    return np.sin(x)


def _softmax(x: Any) -> Any:
    e = np.exp(x)
    return e / e.sum(1, keepdims=True)


def _softmax_without_keepdims(g: Any, x: Any) -> Any:
    s = _softmax(x)
    return s * (g - (g * s).sum(1))


def _shares(x: Any) -> Any:
    chosen = x == x.max()
    return chosen / chosen.sum()


def _larger(x: Any, y: Any) -> Any:
    return (x > y) + 0.5 * (x == y)


def _one_sign_lost(g: Any, x: Any) -> Any:
    return np.concatenate([g[0] * _shares(x[:2]), np.abs(g[1]) * 2.0 * x[2:]])


# Where numbers tie, a gradient jumps: that must excuse nothing.
AT_TIES = [
    Wrong("the upstream's sign, at a tie", np.max, (np.ones(3),), lambda g, x: np.abs(g) * _shares(x), "linear"),
    Wrong(
        "the upstream's sign, where two tie",
        np.maximum,
        (np.ones(2), np.ones(2)),
        lambda g, x, y: (np.abs(g) * _larger(x, y), np.abs(g) * _larger(y, x)),
        "linear",
    ),
    Wrong(
        "the upstream's sign, beside a tie",
        lambda x: np.array([np.max(x[:2]), np.sum(x[2:] ** 2)]),
        (np.array([1.0, 1.0, 2.0, 3.0]),),
        _one_sign_lost,
        "linear",
    ),
    Wrong(
        "another layout, at a tie",
        np.max,
        (np.ones((2, 2)),),
        lambda g, x: g * _shares(x) * (1.0 if x.flags.c_contiguous else 3.0),
        "differs where arrays lie otherwise",
    ),
    Wrong(
        "one array given twice, where it ties",
        np.maximum,
        (np.array([1.0, 2.0]), np.array([3.0, 1.5])),
        lambda g, x, y: (2.0 * g, 3.0 * g) if x is y else (g * _larger(x, y), g * _larger(y, x)),
        "is also given as",
    ),
]

BY_HAND = [
    Wrong("a factor of 1 + 1e-6", np.sin, (X,), lambda g, x: g * np.cos(x) * (1 + 1e-6)),
    Wrong("the upstream gradient ignored", np.sin, (X,), lambda g, x: np.cos(x), "linear"),
    Wrong("the upstream gradient of a loss ignored", lambda x: np.sum(x**2), (X,), lambda g, x: 2.0 * x, "linear"),
    Wrong("broadcasting not undone", np.add, (M, M[0].copy()), lambda g, x, y: (g.copy(), g.copy()), "shape"),
    Wrong("kept axis", np.add, (M, M[0].copy()), lambda g, x, y: (g.copy(), g.sum(0, keepdims=True)), "shape"),
    Wrong("transposed", np.transpose, (M,), lambda g, x: g.copy(), "shape"),
    Wrong("float32 for float64", np.sin, (X,), lambda g, x: (g * np.cos(x)).astype(np.float32), "dtype"),
    Wrong(
        "float64 for float32",
        np.sin,
        (X.astype(np.float32),),
        lambda g, x: g * np.cos(x, dtype=np.float64),
        "dtype",
    ),
    Wrong("computed in float32", np.sin, (X,), lambda g, x: (g * np.cos(x.astype(np.float32))).astype(np.float64)),
    Wrong(
        "wrong in float32 only",
        np.sin,
        (X.astype(np.float32),),
        lambda g, x: g * np.cos(x) * x.dtype.type(1 if x.dtype == np.float64 else 2),
        "float32",
    ),
    Wrong(
        "changes its input",
        np.sin,
        (X,),
        lambda g, x: np.multiply(g, np.cos(x, out=x), out=x).copy(),
        "changes",
    ),
    Wrong(
        "changes the upstream gradient",
        np.sin,
        (X,),
        lambda g, x: np.multiply(g, np.cos(x), out=g).copy(),
        "changes",
    ),
    Wrong("f changes its input", lambda x: np.sin(x, out=x).copy(), (X,), lambda g, x: g * np.cos(x), "f changes"),
    Wrong("gives the upstream gradient away", np.positive, (X,), lambda g, x: g, "shares memory"),
    Wrong("one array for two gradients", np.add, (X, Y), lambda g, x, y: (h := g.copy(), h), "shares memory"),
    Wrong("a view of the other", np.add, (X, Y), lambda g, x, y: (h := g.copy(), h[:]), "shares memory"),
    Wrong(
        "gives its input away",
        lambda x: np.sum(0.5 * x**2),
        (X,),
        lambda g, x: x if g == 1.0 else g * x,
        "shares memory",
    ),
    Wrong("a repeated index", lambda x: x[[0, 0, 2]], (X,), lambda g, x: _scattered(g, x)),
    Wrong(
        "x given twice",
        lambda x, y: x * y,
        (X, Y),
        lambda g, x, y: (g * y, g * x) if x is not y else (2.0 * g * y, 2.0 * g * x),
        "also given as",
    ),
    Wrong(
        "wants contiguous arrays",
        lambda x: np.sum(x, axis=0),
        (M,),
        lambda g, x: np.broadcast_to(g, x.shape) * (1.0 if x.flags.c_contiguous else 2.0),
        "differs where",
    ),
    Wrong(
        "lays memory out itself",
        lambda x: x * 2.0,
        (M,),
        lambda g, x: 2.0 * g.ravel(order="K").reshape(g.shape),
        "differs where",
    ),
    Wrong(
        "works in place and restores",
        np.sin,
        (X,),
        lambda g, x: [np.negative(x, out=x), g * np.cos(x), np.negative(x, out=x)][1],
        "read-only",
    ),
    Wrong("adds to what was before", np.sin, (X,), _accumulated, ""),
    Wrong(
        "fails at other points",
        np.square,
        (X,),
        lambda g, x: 2.0 * g * x if np.abs(x).max() < 9.0 else np.linalg.inv(np.zeros((1, 1))),
        "fails",
    ),
    Wrong("None", np.sin, (X,), lambda g, x: None, "NoneType"),
    Wrong("a list", lambda x: x * 2.0, (X,), lambda g, x: ((2.0 * g).tolist(),), "list"),
    Wrong("the loss's mean forgotten", lambda x: np.mean(x**2), (X,), lambda g, x: 2.0 * g * x),
    Wrong(
        "softmax's own row alone",
        lambda x: np.exp(x) / np.exp(x).sum(),
        (X,),
        lambda g, x: g * (s := np.exp(x) / np.exp(x).sum()) * (1.0 - s),
    ),
    Wrong(
        "noise in f",
        lambda x: np.sin(x) + np.random.default_rng().normal(),
        (X,),
        lambda g, x: g * np.cos(x),
        "is random",
    ),
    Wrong("forward differences for a gradient", np.sin, (X,), lambda g, x: g * (np.sin(x + 1e-7) - np.sin(x)) / 1e-7),
    Wrong("summed over the other axis", np.add, (S, X[:3]), lambda g, x, y: (g.copy(), g.sum(1))),
    Wrong("spread along the other axis", lambda x: x.sum(1), (S,), lambda g, x: np.tile(g, (3, 1))),
    Wrong("a square matrix not transposed", np.matmul, (S, S[::-1].copy()), lambda g, x, y: (g @ y, x.T @ g)),
    Wrong("the factors exchanged", np.matmul, (S, S[::-1].copy()), lambda g, x, y: (y.T @ g, g @ x.T)),
    Wrong("keepdims forgotten", _softmax, (S,), _softmax_without_keepdims),
    Wrong("n for n - 1", lambda x: x.var(ddof=1), (X,), lambda g, x: 2.0 * g * (x - x.mean()) / x.size),
    Wrong(
        "the mean held fixed", lambda x: ((x - x.mean()) ** 3).sum(), (X,), lambda g, x: 3.0 * g * (x - x.mean()) ** 2
    ),
    Wrong(
        "a product divided by its factors, one of them 0",
        np.prod,
        (np.array([0.0, 2.0, 3.0]),),
        lambda g, x: g * np.prod(x) / x,
        "got nan",
    ),
    Wrong("the norm at 0", np.linalg.norm, (np.zeros(3),), lambda g, x: g * x / np.linalg.norm(x), "got nan"),
    Wrong(
        "each of the largest gets all", np.max, (np.array([1.0, 1.0, 0.0]),), lambda g, x: g * (x == x.max()), "kink"
    ),
    Wrong("the last of the largest of each row", lambda x: x.max(1), (M,), lambda g, x: g[:, None] * (x == x.max())),
    Wrong(
        "exp(x) / (1 + exp(x)) far away",
        lambda x: np.logaddexp(x, 0.0),
        (np.array([0.5, 1000.0]),),
        lambda g, x: g * np.exp(x) / (1.0 + np.exp(x)),
        "got nan",
    ),
    Wrong("float16 inside", np.tanh, (X,), lambda g, x: g * (1.0 - np.tanh(x.astype(np.float16)).astype(float) ** 2)),
    Wrong("complex", np.sin, (X,), lambda g, x: g * np.cos(x + 0j), "complex128"),
    Wrong("random", np.sin, (X,), lambda g, x: g * np.cos(x) * _noise.normal(1.0, 1e-6), ""),
    Wrong("counts its calls", np.sin, (X,), lambda g, x: g * np.cos(x) * (1.0 + 1e-6 * next(_calls)), ""),
    Wrong("remembers what f was called with", _remembered, (X,), lambda g, x: g * np.cos(_last["x"]), "asked"),
    Wrong(
        "a view of the input",
        lambda x: x[:3] * 1.0,
        (X,),
        lambda g, x: np.concatenate([g, [0.0]]) if g.sum() > 0 else x,
        "",
    ),
    Wrong(
        "the gradient of the argument before",
        lambda p: p["w"] * p["b"],
        ({"w": X, "b": Y},),
        lambda g, p: {"w": g * p["w"], "b": g * p["w"]},
        "['w']",
    ),
    Wrong(
        "wrong for a negative upstream gradient", np.sin, (X,), lambda g, x: np.maximum(g, 0.0) * np.cos(x), "linear"
    ),
    Wrong("one upstream gradient for all rows", lambda x: x.sum(1), (M,), lambda g, x: np.full_like(x, g.mean())),
    Wrong("empty for all", lambda x: x[:0], (X,), lambda g, x: np.ones_like(x), ""),
    Wrong(
        "a sum of repeated indices, all but the last lost",
        lambda x: x[[1, 1, 1]].sum(),
        (X,),
        lambda g, x: g * np.array([0.0, 1.0, 0.0, 0.0]),
    ),
]

WRONG = [*RULES, *(wrong._replace(name=f"by hand: {wrong.name}") for wrong in (*BY_HAND, *AT_TIES))]
