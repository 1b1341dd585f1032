"""Hypothesis strategies and an assertion for the tests of those who use this package (needs hypothesis)."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Literal, NamedTuple

import numpy as np

from .checking.check import check_gradients
from .checking.report import Report
from .registry import registry
from .tensor import Tensor
from .value import Value

try:
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as numpy_strategies
except ImportError as error:
    words = "autograd_mini.testing is made of hypothesis' strategies: pip install 'autograd_mini[check]'"
    raise ImportError(words) from error

Strategy = st.SearchStrategy
_ENGINE = SimpleNamespace(**{name: row.function for name, row in registry.items()})

__all__ = [
    "Expression",
    "assert_gradients",
    "broadcastable",
    "expression_graphs",
    "tensors",
    "values",
    "well_conditioned_matrices",
]


def values(magnitude: float = 10.0) -> Strategy[Value]:
    """Values of numbers from -magnitude to magnitude, 0 and whole numbers among them.

    >>> from hypothesis import given
    >>> from autograd_mini.testing import values
    >>> @given(values())
    ... def test_square(x):
    ...     (x * x).backward()
    ...     assert x.grad == 2.0 * x.data
    >>> test_square()
    """
    return _numbers(np.dtype(np.float64), magnitude).map(Value)


def tensors(shape: tuple[int, ...] | None = None, dtype: Any = np.float64, magnitude: float = 10.0) -> Strategy[Tensor]:
    """Tensors of numbers from -magnitude to magnitude.

    shape: None for any of up to 3 axes of up to 4 elements, 0 elements and 0 axes among them.

    >>> from hypothesis import given
    >>> from autograd_mini.testing import tensors
    >>> @given(tensors(shape=(2, 3)))
    ... def test_sum(x):
    ...     x.sum().backward()
    ...     assert (x.grad == 1.0).all()
    >>> test_sum()
    """
    shapes = numpy_strategies.array_shapes(min_dims=0, min_side=0, max_dims=3, max_side=4)
    return _arrays(shapes if shape is None else shape, np.dtype(dtype), magnitude).map(Tensor)


def broadcastable(n: int = 2, dtype: Any = np.float64, magnitude: float = 10.0) -> Strategy[tuple[Tensor, ...]]:
    """n Tensors of shapes that broadcast together, as tuples.

    >>> from hypothesis import given
    >>> from autograd_mini.testing import broadcastable
    >>> @given(broadcastable(2))
    ... def test_add(pair):
    ...     x, y = pair
    ...     (x + y).sum().backward()
    ...     assert x.grad.shape == x.shape and y.grad.shape == y.shape
    >>> test_add()
    """
    groups = numpy_strategies.mutually_broadcastable_shapes(num_shapes=n, max_dims=3, max_side=3)
    return groups.flatmap(lambda group: st.tuples(*(tensors(shape, dtype, magnitude) for shape in group.input_shapes)))


def well_conditioned_matrices(n: int = 3) -> Strategy[Tensor]:
    """Tensors of shape (n, n) whose singular values lie between 1/2 and 2: inverse, solution and determinant are tame.

    Made as Q S R of two orthogonal matrices, each the Q of a QR factorisation, and singular values S.

    >>> from hypothesis import given
    >>> from autograd_mini import linalg
    >>> from autograd_mini.testing import well_conditioned_matrices
    >>> @given(well_conditioned_matrices(3))
    ... def test_inverse(x):
    ...     assert abs((linalg.inv(x) @ x).data - np.eye(3)).max() < 1e-12
    >>> test_inverse()
    """
    square = _arrays((n, n), np.dtype(np.float64), 1.0)
    singular = numpy_strategies.arrays(np.float64, (n,), elements=st.floats(0.5, 2.0))
    return st.builds(lambda a, s, b: Tensor(np.linalg.qr(a)[0] * s @ np.linalg.qr(b)[0]), square, singular, square)


class Expression(NamedTuple):
    """A formula of numbers, as data: whatever has operators and functions can compute it.

    inputs: numbers to compute it at. steps: (operation, i, k), each of two earlier results, the inputs first; an
    operation of one number uses the first alone. The last result is the formula's.
    """

    inputs: tuple[float, ...]
    steps: tuple[tuple[str, int, int], ...]

    def __call__(self, *inputs: Any, functions: Any = _ENGINE) -> Any:
        """The formula at inputs of any kind; functions: what has its sin, cos and tanh (NumPy, math, mpmath)."""
        results = list(inputs)
        for operation, i, k in self.steps:
            results.append(_OPERATIONS[operation](functions, results[i], results[k]))
        return results[-1]

    def __str__(self) -> str:
        names = [f"x{i}" for i in range(len(self.inputs))]
        lines: list[str] = []
        for operation, i, k in self.steps:
            arguments = names[i] if operation in _UNARY else f"{names[i]}, {names[k]}"
            lines.append(f"r{len(lines)} = {operation}({arguments})")
            names.append(f"r{len(lines) - 1}")
        return "\n".join(lines)


_UNARY: dict[str, Callable[..., Any]] = {
    "negative": lambda functions, x, y: -x,
    "sin": lambda functions, x, y: functions.sin(x),
    "cos": lambda functions, x, y: functions.cos(x),
    "tanh": lambda functions, x, y: functions.tanh(x),
}
_OPERATIONS: dict[str, Callable[..., Any]] = {
    **_UNARY,
    "add": lambda functions, x, y: x + y,
    "subtract": lambda functions, x, y: x - y,
    "multiply": lambda functions, x, y: x * functions.tanh(y),  # so that numbers grow at most twofold a step
    "divide": lambda functions, x, y: x / (functions.sin(y) + 2.0),
}


@st.composite
def expression_graphs(draw: st.DrawFn, max_inputs: int = 3, max_steps: int = 8) -> Expression:
    """Smooth formulas of a few numbers, in which results are used more than once: what order of sweep gets wrong.

    Each step uses the result before it, so that nothing is idle, and any earlier one; the last two steps use one
    result twice more. multiply(x, y) stands for x · tanh(y), divide(x, y) for x / (2 + sin(y)).

    >>> import math
    >>> from hypothesis import given
    >>> from autograd_mini import Value
    >>> from autograd_mini.testing import expression_graphs
    >>> @given(expression_graphs())
    ... def test_value(expression):
    ...     ours = expression(*map(Value, expression.inputs))
    ...     assert abs(ours.data - expression(*expression.inputs, functions=math)) < 1e-9
    >>> test_value()
    """
    inputs = tuple(draw(st.lists(_numbers(np.dtype(np.float64), 2.0), min_size=1, max_size=max_inputs)))
    steps = []
    for i in range(draw(st.integers(1, max_steps - 2))):
        latest = len(inputs) + i - 1
        earlier = draw(st.integers(0, latest))
        steps.append((draw(st.sampled_from(sorted(_OPERATIONS))), latest, earlier))
    latest = len(inputs) + len(steps) - 1
    shared = draw(st.integers(0, latest))
    steps += [("add", latest, shared), ("multiply", latest + 1, shared)]
    return Expression(inputs, tuple(steps))


def assert_gradients(f: Callable[..., Any], *args: Any, order: int = 2, seed: int = 0) -> Report:
    """`check_gradients` for a test with many examples: f's derivatives at args alone, which may be Values or Tensors.

    Raises GradientError, an AssertionError, where one is wrong; returns the report.

    >>> from autograd_mini import Tensor, tanh
    >>> from autograd_mini.testing import assert_gradients
    >>> assert_gradients(lambda x: tanh(x).sum(), Tensor([0.5, -1.0])).undecided
    0
    """
    return check_gradients(f, *args, order=order, seed=seed, elsewhere=False)


def _numbers(dtype: np.dtype[Any], magnitude: float) -> Strategy[float]:
    """Numbers that the dtype holds, none so small that its square is 0."""
    width: Literal[32, 64] = 32 if dtype == np.float32 else 64
    bound = float(dtype.type(magnitude))
    whole = st.integers(-int(bound), int(bound)).map(float)
    least = float(dtype.type(1e-6))
    return whole | st.floats(least, bound, width=width) | st.floats(-bound, -least, width=width)


def _arrays(shape: Any, dtype: np.dtype[Any], magnitude: float) -> Strategy[Any]:
    return numpy_strategies.arrays(dtype, shape, elements=_numbers(dtype, magnitude))
