"""Functions with a mistake in their gradient, one for every way to go wrong that we know of."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import autograd_mini as ag
from autograd_mini import custom_primitive
from autograd_mini.node import data_of


class Wrong(NamedTuple):
    """A function with a mistake in its gradient; said: words of the message."""

    name: str
    f: Callable[..., Any]
    args: tuple[Any, ...]
    gradient: Callable[..., Any] | None = None
    said: str = "wrong derivative"


def rule(forward: Callable[..., Any], *derivatives: Callable[..., Any]) -> Callable[..., Any]:
    return custom_primitive(*derivatives)(forward)


def _once_more(i: int) -> Any:
    """1 with a mistake in element i."""
    factor = np.ones(4)
    factor[i] += 1e-6
    return factor


def _scattered(g: Any, x: Any) -> Any:
    """The gradient of x[[0, 0, 2]] that forgets that 0 is repeated."""
    gradient = np.zeros_like(x)
    gradient[[0, 0, 2]] = g
    return gradient


def _writing(result: Any, array: Any, number: float) -> Any:
    array[...] = number
    return result


_drawn = np.random.default_rng(1)
X, Y, M = _drawn.normal(size=4), _drawn.normal(size=4), _drawn.normal(size=(2, 3))
P = np.abs(X) + 0.5
_memory: list[Any] = []


def _accumulated(g: Any, x: Any) -> Any:
    _memory.append(g * np.cos(x))
    return sum(_memory[-2:])


WRONG = [
    Wrong("a factor of 1 + 1e-6", rule(np.sin, lambda g, z, x: g * ag.cos(x) * (1 + 1e-6)), (X,)),
    Wrong("a factor of 1 - 1e-6", rule(np.exp, lambda g, z, x: g * z * (1 - 1e-6)), (X,)),
    Wrong("1e-6 too much in one element", rule(np.sin, lambda g, z, x: g * ag.cos(x) * _once_more(2)), (X,)),
    Wrong(
        "a factor of 1 + 1e-6 in the second argument only",
        rule(np.multiply, lambda g, z, x, y: g * y, lambda g, z, x, y: g * x * (1 + 1e-6)),
        (X, Y),
        None,
        "argument 1",
    ),
    Wrong("the sign", rule(np.cos, lambda g, z, x: g * ag.sin(x)), (X,)),
    Wrong("the upstream gradient ignored", rule(np.sin, lambda g, z, x: ag.cos(x) + 0.0 * g), (X,), None, "linear"),
    Wrong("the upstream gradient squared", rule(np.sin, lambda g, z, x: g * g * ag.cos(x)), (X,), None, "linear"),
    Wrong("the upstream gradient's size", rule(np.sin, lambda g, z, x: ag.abs(g) * ag.cos(x)), (X,), None, "linear"),
    Wrong(
        "the upstream gradient clipped",
        rule(np.sin, lambda g, z, x: ag.clip(g, -5.0, 5.0) * ag.cos(x)),
        (X,),
        None,
        "linear",
    ),
    Wrong("something added", rule(np.sin, lambda g, z, x: g * ag.cos(x) + 1e-6), (X,), None, "zero one"),
    Wrong("the upstream gradient summed", rule(np.sin, lambda g, z, x: ag.sum(g) * ag.cos(x)), (X,)),
    Wrong("the upstream gradient averaged away", rule(np.sin, lambda g, z, x: ag.mean(g) + 0.0 * x), (X,)),
    Wrong(
        "wrong below -1",
        rule(np.sin, lambda g, z, x: g * ag.where(data_of(x) < -1.0, 1.0, ag.cos(x))),
        (P,),
        None,
        "at a",
    ),
    Wrong(
        "wrong above 50",
        rule(np.square, lambda g, z, x: g * ag.where(data_of(x) > 50.0, x, 2.0 * x)),
        (X,),
        None,
        "at a",
    ),
    Wrong(
        "wrong near 0",
        rule(np.square, lambda g, z, x: g * ag.where(abs(data_of(x)) < 0.05, x, 2.0 * x)),
        (P,),
        None,
        "at a",
    ),
    Wrong(
        "wrong at 0 alone",
        rule(np.square, lambda g, z, x: g * (2.0 * x) + (data_of(x) == 0.0) * g),
        (np.array([0.0, 1.0]),),
    ),
    Wrong("nan at 0", rule(np.square, lambda g, z, x: g * (2.0 * x * x / x)), (np.array([0.0, 1.0]),), None, "got nan"),
    Wrong(
        "outside the two sides of a kink",
        rule(np.abs, lambda g, z, x: g * ag.sign(x) + 2.0 * (data_of(x) == 0.0) * g),
        (np.array([0.0, 1.0]),),
    ),
    Wrong("inf where it is finite", rule(np.square, lambda g, z, x: g * ag.reciprocal(0.0 * x)), (P,)),
    Wrong("second order: a frozen input", rule(np.sin, lambda g, z, x: g * np.cos(data_of(x))), (X,), None, "order 2"),
    Wrong(
        "second order: a frozen upstream gradient", rule(np.sin, lambda g, z, x: data_of(g) * ag.cos(x)), (X,), None, ""
    ),
    Wrong("second order: a frozen output", rule(np.exp, lambda g, z, x: g * data_of(z)), (X,), None, "order 2"),
    Wrong(
        "second order: off by 1e-6",
        rule(np.sin, lambda g, z, x: g * rule(np.cos, lambda g, z, x: -g * ag.sin(x) * (1 + 1e-6))(x)),
        (X,),
        None,
        "order 2",
    ),
    Wrong(
        "recorded another than plain",
        rule(np.sin, lambda g, z, x: g * ag.cos(x) * (1.001 if isinstance(x, ag.Tensor) else 1.0)),
        (X,),
        None,
        "recorded",
    ),
    Wrong(
        "a derivative changes its input",
        rule(np.sin, lambda g, z, x: _writing(g * ag.cos(x), data_of(x), 0.0)),
        (X,),
        None,
        "changes",
    ),
    Wrong(
        "a derivative changes the upstream gradient",
        rule(np.sin, lambda g, z, x: _writing(g * ag.cos(x), data_of(g), 0.0)),
        (X,),
        None,
        "changes the upstream",
    ),
    Wrong(
        "f changes its input",
        rule(lambda x: _writing(np.sin(x), x, 0.0), lambda g, z, x: g * ag.cos(x)),
        (X,),
        None,
        "changes",
    ),
    Wrong("two arguments exchanged", rule(np.multiply, lambda g, z, x, y: g * x, lambda g, z, x, y: g * y), (X, Y)),
    Wrong("one path of two forgotten", lambda x: ag.sin(x) * data_of(x), (X,)),
    Wrong("a float", rule(lambda x: x**3, lambda g, z, x: g * 2.0 * x**2), (1.5,)),
    Wrong("by hand: a factor of 1 + 1e-6", np.sin, (X,), lambda g, x: g * np.cos(x) * (1 + 1e-6)),
    Wrong("by hand: the upstream gradient ignored", np.sin, (X,), lambda g, x: np.cos(x), "linear"),
    Wrong(
        "by hand: the upstream gradient of a loss ignored", lambda x: np.sum(x**2), (X,), lambda g, x: 2.0 * x, "linear"
    ),
    Wrong("by hand: broadcasting not undone", np.add, (M, M[0].copy()), lambda g, x, y: (g.copy(), g.copy()), "shape"),
    Wrong("by hand: kept axis", np.add, (M, M[0].copy()), lambda g, x, y: (g.copy(), g.sum(0, keepdims=True)), "shape"),
    Wrong("by hand: transposed", np.transpose, (M,), lambda g, x: g.copy(), "shape"),
    Wrong("by hand: float32 for float64", np.sin, (X,), lambda g, x: (g * np.cos(x)).astype(np.float32), "dtype"),
    Wrong(
        "by hand: float64 for float32",
        np.sin,
        (X.astype(np.float32),),
        lambda g, x: g * np.cos(x, dtype=np.float64),
        "dtype",
    ),
    Wrong(
        "by hand: computed in float32", np.sin, (X,), lambda g, x: (g * np.cos(x.astype(np.float32))).astype(np.float64)
    ),
    Wrong(
        "by hand: wrong in float32 only",
        np.sin,
        (X.astype(np.float32),),
        lambda g, x: g * np.cos(x) * x.dtype.type(1 if x.dtype == np.float64 else 2),
        "float32",
    ),
    Wrong(
        "by hand: changes its input",
        np.sin,
        (X,),
        lambda g, x: np.multiply(g, np.cos(x, out=x), out=x).copy(),
        "changes",
    ),
    Wrong(
        "by hand: changes the upstream gradient",
        np.sin,
        (X,),
        lambda g, x: np.multiply(g, np.cos(x), out=g).copy(),
        "changes",
    ),
    Wrong(
        "by hand: f changes its input", lambda x: np.sin(x, out=x).copy(), (X,), lambda g, x: g * np.cos(x), "f changes"
    ),
    Wrong("by hand: gives the upstream gradient away", np.positive, (X,), lambda g, x: g, "shares memory"),
    Wrong("by hand: one array for two gradients", np.add, (X, Y), lambda g, x, y: (h := g.copy(), h), "shares memory"),
    Wrong("by hand: a view of the other", np.add, (X, Y), lambda g, x, y: (h := g.copy(), h[:]), "shares memory"),
    Wrong(
        "by hand: gives its input away",
        lambda x: np.sum(0.5 * x**2),
        (X,),
        lambda g, x: x if g == 1.0 else g * x,
        "shares memory",
    ),
    Wrong("by hand: a repeated index", lambda x: x[[0, 0, 2]], (X,), lambda g, x: _scattered(g, x)),
    Wrong(
        "by hand: x given twice",
        lambda x, y: x * y,
        (X, Y),
        lambda g, x, y: (g * y, g * x) if x is not y else (2.0 * g * y, 2.0 * g * x),
        "also given as",
    ),
    Wrong(
        "by hand: wants contiguous arrays",
        lambda x: np.sum(x, axis=0),
        (M,),
        lambda g, x: np.broadcast_to(g, x.shape) * (1.0 if x.flags.c_contiguous else 2.0),
        "differs where",
    ),
    Wrong(
        "by hand: lays memory out itself",
        lambda x: x * 2.0,
        (M,),
        lambda g, x: 2.0 * g.ravel(order="K").reshape(g.shape),
        "differs where",
    ),
    Wrong(
        "by hand: works in place and restores",
        np.sin,
        (X,),
        lambda g, x: [np.negative(x, out=x), g * np.cos(x), np.negative(x, out=x)][1],
        "read-only",
    ),
    Wrong("by hand: adds to what was before", np.sin, (X,), _accumulated, ""),
    Wrong(
        "by hand: fails at other points",
        np.square,
        (X,),
        lambda g, x: 2.0 * g * x if np.abs(x).max() < 9.0 else np.linalg.inv(np.zeros((1, 1))),
        "fails",
    ),
    Wrong("by hand: None", np.sin, (X,), lambda g, x: None, "NoneType"),
    Wrong("by hand: a list", lambda x: x * 2.0, (X,), lambda g, x: ((2.0 * g).tolist(),), "list"),
    Wrong("by hand: the loss's mean forgotten", lambda x: np.mean(x**2), (X,), lambda g, x: 2.0 * g * x),
    Wrong(
        "by hand: softmax's own row alone",
        lambda x: np.exp(x) / np.exp(x).sum(),
        (X,),
        lambda g, x: g * (s := np.exp(x) / np.exp(x).sum()) * (1.0 - s),
    ),
    Wrong(
        "by hand: noise in f",
        lambda x: np.sin(x) + np.random.default_rng().normal(),
        (X,),
        lambda g, x: g * np.cos(x),
        "another value",
    ),
]
