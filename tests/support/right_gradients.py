"""Functions whose gradients are right, and how to draw arguments for them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import autograd_mini as ag
from autograd_mini.node import data_of

Random = np.random.Generator


def normal(*shape: int) -> Callable[[Random], Any]:
    return lambda random: random.normal(size=shape)


def between(low: float, high: float, *shape: int) -> Callable[[Random], Any]:
    return lambda random: random.uniform(low, high, size=shape)


def integers(*shape: int) -> Callable[[Random], Any]:
    """Whole numbers: kinks and ties are met."""
    return lambda random: random.integers(-2, 3, size=shape).astype(np.float64)


def number(low: float, high: float) -> Callable[[Random], Any]:
    return lambda random: float(random.uniform(low, high))


def fixed(x: Any) -> Any:
    """An argument that is the same for every seed; whole numbers are constants."""
    return lambda random: x


def logarithmic(*shape: int) -> Callable[[Random], Any]:
    return lambda random: 10.0 ** random.uniform(-4, 3, size=shape)


class Right(NamedTuple):
    """A function with a right gradient, and how to draw its arguments."""

    name: str
    f: Callable[..., Any]
    draw: tuple[Callable[[Random], Any], ...]
    gradient: Callable[..., Any] | None = None


ANY = between(-3, 3, 3)
_UNARY: dict[str, Callable[[Random], Any]] = {
    **dict.fromkeys(
        ("sin", "cos", "tanh", "sigmoid", "softplus", "relu", "abs", "exp", "erf", "erfc", "gelu", "gelu_tanh", "silu"),
        ANY,
    ),
    **dict.fromkeys(("elu", "leaky_relu", "sinh", "cosh", "arctan", "arcsinh", "square", "expm1", "exp2", "cbrt"), ANY),
    **dict.fromkeys(("sinc", "negative", "positive", "floor", "sign", "tan"), ANY),
    **dict.fromkeys(("log", "sqrt", "log2", "log10", "log1p"), logarithmic(3)),
    **dict.fromkeys(("arcsin", "arccos", "arctanh"), between(-0.95, 0.95, 3)),
    "arccosh": between(1.1, 9, 3),
    "reciprocal": between(0.2, 5, 3),
}
_OUTER: dict[str, Callable[[Any, Any], Any]] = {
    "itself": lambda u, x: u,
    "times x": lambda u, x: u * x,
    "sum of squares": lambda u, x: (u * u).sum(),
    "softmax": lambda u, x: ag.softmax(u),
    "outer with x": lambda u, x: ag.outer(u, x),
    "sine of mean": lambda u, x: ag.sin(ag.mean(u)),
}


def _composed(name: str, outer: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    inner = getattr(ag, name)
    return lambda x: outer(inner(x), x)


def _spd(x: Any) -> Any:
    return ag.matmul(x, x.T) + 2.0 * np.eye(3)


def _normalised(x: Any) -> Any:
    """The sum of columns of mean 0."""
    centred = x - ag.mean(x, axis=0)
    return (centred / ag.sqrt(ag.mean(centred * centred, axis=0) + 1e-5)).sum()


RIGHT = [
    *(
        Right(f"{name}, {o}", _composed(name, outer), (draw,))
        for name, draw in _UNARY.items()
        for o, outer in _OUTER.items()
    ),
    Right("integers, relu", lambda x: ag.relu(x), (integers(4),)),
    Right("integers, abs", lambda x: ag.abs(x), (integers(4),)),
    Right("integers, max", lambda x: ag.max(x), (integers(4),)),
    Right("integers, min over an axis", lambda x: ag.min(x, axis=0), (integers(3, 2),)),
    Right("integers, maximum", lambda x, y: ag.maximum(x, y), (integers(3), integers(3))),
    Right("integers, clip", lambda x: ag.clip(x, -1.0, 1.0), (integers(4),)),
    Right("integers, norm", lambda x: ag.norm(x), (integers(3),)),
    Right("integers, prod", lambda x: ag.prod(x), (integers(4),)),
    Right("zeros, norm", lambda x: ag.norm(x), (lambda random: np.zeros(3),)),
    Right("zeros, sqrt", lambda x: ag.sqrt(x), (lambda random: np.zeros(2),)),
    Right("ones, arcsin", lambda x: ag.arcsin(x), (lambda random: np.ones(2),)),
    Right("zero, sinc", lambda x: ag.sinc(x), (lambda random: np.zeros(2),)),
    Right("zero, cube of relu", lambda x: ag.relu(x) ** 3, (lambda random: np.zeros(2),)),
    Right("add, broadcast", lambda x, y: x + y, (normal(2, 3), normal(3))),
    Right("multiply, broadcast", lambda x, y: x * y, (normal(2, 1), normal(3))),
    Right("divide", lambda x, y: x / y, (normal(2), logarithmic(2))),
    Right("power", lambda x, y: x**y, (logarithmic(2), normal(2))),
    Right("square of negative", lambda x: x**2, (integers(4),)),
    Right("arctan2", lambda x, y: ag.arctan2(x, y), (normal(3), normal(3))),
    Right("hypot", lambda x, y: ag.hypot(x, y), (normal(3), normal(3))),
    Right("logaddexp", lambda x, y: ag.logaddexp(x, y), (normal(3), normal(3))),
    Right("xlogy", lambda x, y: ag.xlogy(x, y), (normal(3), logarithmic(3))),
    Right("numbers", lambda x, y: x * ag.sin(y) / (1.0 + x * x), (number(-3, 3), number(-3, 3))),
    Right("numbers and arrays", lambda x, y: x * y, (number(-3, 3), normal(3))),
    Right("0-d", lambda x: ag.exp(x), (normal(),)),
    Right("empty", lambda x: ag.sin(x), (normal(0, 2),)),
    Right("empty sum", lambda x: x.sum(), (normal(0, 2),)),
    Right("not dependent", lambda x, y: x + 0.0, (normal(2), normal(2))),
    Right("constant", lambda x: np.ones(2), (normal(2),)),
    Right("matmul", lambda x, y: x @ y, (normal(2, 3), normal(3, 2))),
    Right("matmul with a vector", lambda x, y: x @ y, (normal(2, 3), normal(3))),
    Right("einsum", lambda x, y: ag.einsum("ij,kj->ik", x, y), (normal(2, 3), normal(2, 3))),
    Right("tensordot", lambda x, y: ag.tensordot(x, y, 1), (normal(2, 3), normal(3, 2))),
    Right("kron", lambda x, y: ag.kron(x, y), (normal(2, 1), normal(1, 2))),
    Right("conv1d", lambda x, w: ag.conv1d(x, w), (normal(1, 1, 4), normal(1, 1, 2))),
    Right("inv", lambda x: ag.linalg.inv(x + 3.0 * np.eye(3)), (between(-1, 1, 3, 3),)),
    Right("det", lambda x: ag.linalg.det(x), (normal(3, 3),)),
    Right("cholesky", lambda x: ag.linalg.cholesky(_spd(x)), (between(-1, 1, 3, 3),)),
    Right("solve", lambda x, y: ag.linalg.solve(x + 3.0 * np.eye(2), y), (between(-1, 1, 2, 2), normal(2))),
    Right("var", lambda x: ag.var(x, axis=0), (normal(3, 2),)),
    Right("std far away", lambda x: ag.std(x + 100.0), (normal(4),)),
    Right("logsumexp", lambda x: ag.logsumexp(x, axis=1), (between(-20, 20, 2, 3),)),
    Right("log_softmax", lambda x: ag.log_softmax(x), (between(-20, 20, 2, 3),)),
    Right("cumsum", lambda x: ag.cumsum(x), (normal(4),)),
    Right("cumprod", lambda x: ag.cumprod(x), (normal(4),)),
    Right("repeated index", lambda x: x[np.array([0, 0, 2])] ** 2, (normal(3),)),
    Right("sort", lambda x: ag.sort(x), (normal(4),)),
    Right("where", lambda x: ag.where(data_of(x) > 0.0, ag.sin(x), x * x), (normal(4),)),
    Right("stack of shared", lambda x: ag.stack([x, x * x, ag.sin(x)]), (normal(2),)),
    Right("deep", lambda x: ag.tanh(ag.tanh(ag.sin(ag.tanh(x * x))) * x), (normal(2),)),
    Right("steep", lambda x: ag.sin(40.0 * x), (normal(3),)),
    Right("narrow", lambda x: ag.exp(-((x * 30.0) ** 2)), (between(-0.05, 0.05, 3),)),
    Right("large", lambda x: x * x, (between(1e6, 1e7, 3),)),
    Right("tiny", lambda x: ag.log(x) * x, (between(1e-7, 1e-5, 3),)),
    Right("cancelling", lambda x: (x + 1e5) - 1e5, (normal(3),)),
    Right("nothing but rounding: sum of x less its mean", lambda x: ag.sum(x - ag.mean(x)), (normal(5),)),
    Right("nothing but rounding: normalised columns", _normalised, (normal(3, 2),)),
    Right("nothing but rounding: log of exp", lambda x: ag.log(ag.exp(x)) - x, (normal(4),)),
    Right("nothing but rounding: Pythagoras", lambda x: ag.sin(x) ** 2 + ag.cos(x) ** 2 - 1.0, (normal(4),)),
    Right("nothing but rounding: an inverse", lambda x: ag.linalg.inv(x) @ x - np.eye(3), (normal(3, 3),)),
    Right("nothing but rounding: binomial", lambda x: (x + 1.0) ** 2 - x**2 - 2.0 * x - 1.0, (normal(4),)),
    Right("nothing but rounding: square of sqrt", lambda x: ag.sqrt(x) ** 2 - x, (between(0.1, 4, 4),)),
    Right("a kink near by: a spread", ag.std, (fixed(1e6 + np.arange(3.0)),)),
    Right("a kink near by: a smaller spread", ag.std, (fixed(1e8 + np.arange(3.0)),)),
    Right("a kink near by: a length", lambda x: ag.norm(x - 1e8), (fixed(1e8 + np.array([1.0, 2.0, 3.0])),)),
    Right("a kink near by: softmax", ag.softmax, (fixed(1e6 + np.arange(3.0)),)),
    Right("huge and tiny: divide", lambda x, y: x / y, (fixed(1e150), fixed(1e-150))),
    Right("huge and tiny: sum", ag.sum, (fixed(np.array([1e200, 1e-200])),)),
    Right("huge and tiny: 2 x", lambda x: 2.0 * x, (fixed(np.array([1e-300, 1e300])),)),
    Right("huge and tiny: sum of squares", lambda x: ag.sum(x * x), (fixed(np.array([1e150, 1e-150])),)),
    Right("Rosenbrock", lambda x: ((1.0 - x[:-1]) ** 2 + 100.0 * (x[1:] - x[:-1] ** 2) ** 2).sum(), (normal(3),)),
    Right("a kink close by", lambda x: ag.relu(x - 1e-5), (lambda random: np.zeros(2),)),
    Right("float32", lambda x: ag.tanh(x) * x, (lambda random: random.normal(size=3).astype(np.float32),)),
    Right("float32 softmax", lambda x: ag.softmax(x), (lambda random: random.normal(size=(2, 3)).astype(np.float32),)),
    Right("grad of a function", lambda x: ag.grad(lambda z: (z**3).sum())(x), (normal(2),)),
    Right("checkpoint", ag.checkpoint(lambda x: ag.tanh(ag.tanh(x))), (normal(2),)),
    Right("by hand: sine", np.sin, (normal(3),), lambda g, x: g * np.cos(x)),
    Right("by hand: product", lambda x, y: x * y, (normal(2), normal(2)), lambda g, x, y: (g * y, g * x)),
    Right("by hand: matmul", np.matmul, (normal(2, 3), normal(3, 2)), lambda g, x, y: (g @ y.T, x.T @ g)),
    Right("by hand: number", lambda x: x**3, (number(1, 2),), lambda g, x: 3.0 * g * x * x),
    Right("by hand: relu", lambda x: np.maximum(x, 0), (integers(4),), lambda g, x: g * (x > 0)),
    Right("by hand: mean", np.mean, (normal(2, 3),), lambda g, x: np.full_like(x, g / x.size)),
    Right("by hand: transposed", lambda x: x.T, (normal(2, 3),), lambda g, x: g.T.copy()),
]
