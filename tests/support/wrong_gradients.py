"""Functions whose rules have a mistake, one for every way to go wrong that we know of."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import autograd_mini as ag
from autograd_mini import custom_primitive
from autograd_mini.node import data_of, record
from autograd_mini.primitive import Linear


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


def _writing(result: Any, array: Any, number: float) -> Any:
    array[...] = number
    return result


_drawn = np.random.default_rng(1)
X, Y, M = _drawn.normal(size=4), _drawn.normal(size=4), _drawn.normal(size=(2, 3))
P = np.abs(X) + 0.5

S = _drawn.normal(size=(3, 3))
A = _drawn.normal(size=(3, 3))
_ROWS = np.array([[1.0], [1.0 + 1e-6]])
_noise = np.random.default_rng(2)


def _gelu(x: Any) -> Any:
    return ag.gelu(x)


def _slope_of_gelu_tanh(x: Any) -> Any:
    """The derivative of the other formula of gelu."""
    inner = np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)
    slope = np.sqrt(2.0 / np.pi) * (1.0 + 3.0 * 0.044715 * x**2)
    t = ag.tanh(inner)
    return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * slope


def _flat_near_0(x: Any) -> Any:
    return ag.where(abs(data_of(x)) < 0.1, 1.0, ag.cos(x))


def _second_wrong_below_0(g: Any, z: Any, x: Any) -> Any:
    return -g * ag.sin(x) * np.where(data_of(x) < 0.0, 1.1, 1.0)


def _second_wrong_far_away(g: Any, z: Any, x: Any) -> Any:
    return g * np.where(abs(data_of(x)) > 20.0, 2.01, 2.0)


def _remembering() -> Any:
    last: dict[str, Any] = {}

    def forward(x: Any) -> Any:
        last["x"] = x
        return np.sin(x)

    return rule(forward, lambda g, z, x: g * np.cos(last["x"]))


RULES = [
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
    Wrong("something added", rule(np.sin, lambda g, z, x: g * ag.cos(x) + 1e-6), (X,), None, "linear"),
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
    Wrong("10's logarithm to six digits", rule(np.log10, lambda g, z, x: g / (x * 2.302585)), (P,)),
    Wrong("pi to six digits", rule(lambda x: np.sin(np.pi * x), lambda g, z, x: g * 3.14159 * ag.cos(np.pi * x)), (X,)),
    Wrong("another formula of the same curve", rule(_gelu, lambda g, z, x: g * _slope_of_gelu_tanh(x)), (X,)),
    Wrong(
        "computed in float32 inside",
        rule(np.exp, lambda g, z, x: g * np.exp(data_of(x).astype(np.float32)).astype(np.float64)),
        (X,),
    ),
    Wrong("rounded to six digits", rule(np.sin, lambda g, z, x: g * np.round(np.cos(data_of(x)), 6)), (X,)),
    Wrong("a term of Taylor's series too few", rule(np.exp, lambda g, z, x: g * (1.0 + x + x * x / 2.0)), (X,)),
    Wrong("wrong in the last row", rule(np.sin, lambda g, z, x: g * ag.cos(x) * _ROWS), (M,), None, "(1, "),
    Wrong("wrong between -0.1 and 0.1", rule(np.sin, lambda g, z, x: g * _flat_near_0(x)), (P,), None, "at a"),
    Wrong(
        "wrong where the arguments are equal",
        rule(
            lambda x, y: x * y,
            lambda g, z, x, y: g * ag.where(data_of(x) == data_of(y), 2.0 * y, y),
            lambda g, z, x, y: g * x,
        ),
        (X, Y),
        None,
        "equal arguments",
    ),
    Wrong(
        "a tie counted twice",
        rule(np.maximum, lambda g, z, x, y: g * (data_of(x) >= y), lambda g, z, x, y: g * (data_of(y) >= x)),
        (np.array([1.0, 2.0]), np.array([1.0, 3.0])),
        None,
        "kink",
    ),
    Wrong(
        "each of the largest gets all",
        rule(np.max, lambda g, z, x: g * (data_of(x) == data_of(z))),
        (np.array([2.0, 1.0, 2.0]),),
        None,
        "kink",
    ),
    Wrong("the second argument forgotten", lambda x, y: x * data_of(y), (X, Y), None, "argument 1"),
    Wrong("the second use forgotten", lambda x: x + ag.sin(data_of(x)), (X,)),
    Wrong("a quotient's sign", rule(np.divide, lambda g, z, x, y: g / y, lambda g, z, x, y: g * z / y), (X, P)),
    Wrong(
        "a mixed second derivative forgotten",
        rule(np.multiply, lambda g, z, x, y: g * data_of(y), lambda g, z, x, y: g * x),
        (X, Y),
        None,
        "order 2",
    ),
    Wrong(
        "the second derivative wrong below 0",
        rule(np.sin, lambda g, z, x: g * rule(np.cos, _second_wrong_below_0)(x)),
        (X,),
        None,
        "order 2",
    ),
    Wrong(
        "the second derivative wrong far away",
        rule(np.square, lambda g, z, x: g * rule(lambda x: 2.0 * x, _second_wrong_far_away)(x)),
        (X,),
        None,
        "order 2",
    ),
    Wrong(
        "forward mode right, reverse wrong: a linear map",
        lambda x: record(A @ data_of(x), Linear("A", lambda x: A @ x, [lambda g, z, x: A @ g]), x),
        (X[:3],),
        None,
        "reverse",
    ),
    Wrong(
        "forward mode right, reverse wrong: another rule",
        rule(np.sin, lambda g, z, x: g * ag.cos(x) * (1.0 if isinstance(g, ag.Tensor) else 1.001)),
        (X,),
        None,
        "reverse",
    ),
    Wrong(
        "reverse mode right, forward wrong: a linear map",
        lambda x: record(A @ data_of(x), Linear("A", lambda x: A.T @ x, [lambda g, z, x: A.T @ g]), x),
        (X[:3],),
        None,
        "forward",
    ),
    Wrong(
        "reverse mode right, forward wrong: another rule",
        rule(np.sin, lambda g, z, x: g * ag.cos(x) * (1.001 if isinstance(g, ag.Tensor) else 1.0)),
        (X,),
        None,
        "forward",
    ),
    Wrong("random", rule(np.sin, lambda g, z, x: g * ag.cos(x) * _noise.normal(1.0, 1e-6)), (X,), None, "is random"),
    Wrong("state of the last forward pass", _remembering(), (X,), None, "asked"),
    Wrong("a gradient of a square matrix transposed", rule(np.sin, lambda g, z, x: (g * ag.cos(x)).T), (S,)),
    Wrong("the upstream gradient transposed", rule(np.sin, lambda g, z, x: g.T * ag.cos(x)), (S,)),
    Wrong("the upstream gradient reversed", rule(np.sin, lambda g, z, x: g[::-1] * ag.cos(x)), (X,)),
    Wrong("the upstream gradient's first number", rule(np.sin, lambda g, z, x: g[0] * ag.cos(x)), (X,)),
    Wrong(
        "the upstream gradient rounded to float32",
        rule(np.sin, lambda g, z, x: data_of(g).astype(np.float32).astype(np.float64) * ag.cos(x)),
        (X,),
        None,
        "linear",
    ),
    Wrong("a parameter in a dict", lambda p: p["w"] * ag.sin(data_of(p["b"])), ({"w": X, "b": Y},), None, "['b']"),
    Wrong("one half of a tie for the sum of both", rule(lambda x: x + x, lambda g, z, x: g), (X,)),
    Wrong("a mean's number of elements", rule(np.mean, lambda g, z, x: g * np.full(4, 1 / 3)), (X,)),
    Wrong("the square root of a kink: -inf for inf", rule(np.sqrt, lambda g, z, x: -g / ag.sqrt(x)), (np.zeros(2),)),
    Wrong("inside its own where", lambda x: ag.where(data_of(x) > 0.0, ag.sqrt(x), 0.0), (-P,), None, "got nan"),
]
