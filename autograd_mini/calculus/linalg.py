"""Linear algebra, of a matrix or a stack of them: inverse, solution, determinant, Cholesky factor.

The rules are those of Giles 2008, Collected matrix derivative results for forward and reverse mode.
"""

from typing import Any

import numpy as np

from ..errors import ShapeError
from ..node import Derivative, Node, Rule, data_of, record
from ..primitive import Operation, attempt, register, registered
from .bilinear import matmul
from .linear import expand_dims, getitem, swapaxes
from .moving import tril

# Each derivative takes the upstream gradient g, the output z and the inputs x, y.


def matrix(name: str, forward: Operation, *derivatives: Derivative, about: str, example: str) -> Any:
    """An operation on the matrices in the last two axes; derivatives as for elementwise ones."""

    def apply(*inputs: Any) -> Any:
        node = next((x for x in inputs if isinstance(x, Node)), None)
        if node is None:
            return _forward(name, forward, *inputs)
        inputs = tuple(x if isinstance(x, Node) else node.constant(x, name) for x in inputs)
        return record(_forward(name, forward, *map(data_of, inputs)), rule, *inputs)

    rule = Rule(name, "matrix", apply, derivatives)
    return register(name, "matrix", apply, about, example)


def _forward(name: str, forward: Operation, *inputs: Any) -> Any:
    try:
        return attempt(name, forward, *inputs)
    except np.linalg.LinAlgError as error:
        raise ShapeError(f"{name} of shape {np.shape(inputs[0])}: {error}") from error


def _t(x: Any) -> Any:
    return swapaxes(x, -1, -2)


def _each(g: Any) -> Any:
    """A number for each matrix, to be multiplied with its elements."""
    return getitem(g, (..., None, None))


def _solve_right(g: Any, z: Any, x: Any, y: Any) -> Any:
    return solve(_t(x), g)


def _solve_left(g: Any, z: Any, x: Any, y: Any) -> Any:
    """-x⁻ᵀ g zᵀ."""
    back = solve(_t(x), g)
    if np.ndim(data_of(y)) == 1:
        return -(expand_dims(back, -1) * expand_dims(z, -2))
    return -matmul(back, _t(z))


def _cholesky_derivative(g: Any, z: Any, x: Any) -> Any:
    """z⁻ᵀ Φ(zᵀ g) z⁻¹ made symmetric, Φ the lower triangle with half the diagonal (Murray 2016)."""
    n = np.shape(data_of(z))[-1]
    halved = tril(matmul(_t(z), g)) * (1.0 - 0.5 * np.eye(n, dtype=data_of(z).dtype))
    inner = solve(_t(z), _t(solve(_t(z), _t(halved))))
    return 0.5 * (inner + _t(inner))


inv: Operation = matrix(
    "inv",
    np.linalg.inv,
    lambda g, z, x: -matmul(matmul(_t(z), g), _t(z)),
    about="The inverse matrix; dL/dx = -zᵀ g zᵀ.",
    example="inv(Tensor([[2.0, 0.0], [0.0, 4.0]])).data.tolist() → [[0.5, 0.0], [0.0, 0.25]]",
)
solve: Operation = matrix(
    "solve",
    np.linalg.solve,
    _solve_left,
    _solve_right,
    about="The z with x @ z = y, as `numpy.linalg.solve`; dL/dy = x⁻ᵀ g, dL/dx = -x⁻ᵀ g zᵀ.",
    example="solve(Tensor([[2.0, 0.0], [0.0, 4.0]]), Tensor([2.0, 2.0])).data → array([1. , 0.5])",
)
logabsdet: Operation = matrix(
    "logabsdet",
    lambda x: np.linalg.slogdet(x)[1],
    lambda g, z, x: _each(g) * _t(inv(x)),
    about="The logarithm of the determinant's absolute value; dL/dx = g x⁻ᵀ.",
    example="logabsdet(Tensor([[1.0, 0.0], [0.0, -1.0]])).item() → 0.0",
)
cholesky: Operation = matrix(
    "cholesky",
    np.linalg.cholesky,
    _cholesky_derivative,
    about="The lower triangular z with z @ zᵀ = x, of a symmetric positive definite x; the gradient is symmetric.",
    example="cholesky(Tensor([[4.0, 0.0], [0.0, 9.0]])).data.tolist() → [[2.0, 0.0], [0.0, 3.0]]",
)
det: Operation = matrix(
    "det",
    np.linalg.det,
    lambda g, z, x: _each(g * z) * _t(inv(x)),
    about="The determinant; dL/dx = g det(x) x⁻ᵀ, for a matrix that has an inverse.",
    example="det(Tensor([[2.0, 0.0], [0.0, 4.0]])).item().__round__(9) → 8.0",
)


@registered("composed")
def slogdet(x: Any) -> tuple[Any, Any]:
    """The determinant's sign, a plain array, and the logarithm of its absolute value.

    >>> from autograd_mini import Tensor
    >>> sign, logarithm = slogdet(Tensor([[1.0, 0.0], [0.0, -1.0]]))
    >>> sign, logarithm.item()
    (np.float64(-1.0), 0.0)
    """
    return np.linalg.slogdet(data_of(x))[0], logabsdet(x)
