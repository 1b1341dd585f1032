"""First weights: random, of the spread that keeps signals the same size from layer to layer.

The table in docs/layers.md has what each draws, and what other books call it.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError

from .arrays import Array
from .numbers import FROM_ZERO, number
from .randomness import Seed, generator

Shape = tuple[int, ...]
Initializer = Callable[[Shape, np.random.Generator], Array]


def fans(shape: Shape) -> tuple[int, int]:
    """fan_in and fan_out: from how many inputs an output is computed, and in how many outputs an input is used.

    shape: (fan_in, fan_out), as Linear's weight; or of a kernel (filters, depth, *size), whose fan_in is depth and
    whose fan_out filters times the places of size. ShapeError for fewer axes than two, or empty ones.

    >>> fans((784, 10)), fans((16, 8, 3, 3))
    ((784, 10), (72, 144))
    """
    if not isinstance(shape, tuple | list) or len(shape) < 2 or min(shape) < 1:
        raise ShapeError(
            f"an initializer draws weights of two axes, (inputs, outputs), or more, none of 0; got {shape}"
        )
    if len(shape) == 2:
        return shape[0], shape[1]
    filters, depth, *size = shape
    return depth * math.prod(size), filters * math.prod(size)


def he_normal(shape: Shape, rng: np.random.Generator) -> Array:
    """Normal with variance 2 / fan_in, for ReLU (He et al. 2015, Delving Deep into Rectifiers).

    shape: as for `fans`. rng: the source of randomness; the same seed gives the same weights.

    >>> he_normal((100, 3), np.random.default_rng(0)).shape
    (100, 3)
    """
    return _normal(shape, rng, 2.0 / fans(shape)[0])


def he_uniform(shape: Shape, rng: np.random.Generator) -> Array:
    """Uniform with variance 2 / fan_in, for ReLU (He et al. 2015)."""
    return _uniform(shape, rng, 2.0 / fans(shape)[0])


def xavier_normal(shape: Shape, rng: np.random.Generator) -> Array:
    """Normal with variance 2 / (fan_in + fan_out), for tanh (Glorot and Bengio 2010)."""
    return _normal(shape, rng, 2.0 / sum(fans(shape)))


def xavier_uniform(shape: Shape, rng: np.random.Generator) -> Array:
    """Uniform with variance 2 / (fan_in + fan_out), for tanh (Glorot and Bengio 2010)."""
    return _uniform(shape, rng, 2.0 / sum(fans(shape)))


def lecun_normal(shape: Shape, rng: np.random.Generator) -> Array:
    """Normal with variance 1 / fan_in, for linear layers (LeCun et al. 1998, Efficient BackProp)."""
    return _normal(shape, rng, 1.0 / fans(shape)[0])


def lecun_uniform(shape: Shape, rng: np.random.Generator) -> Array:
    """Uniform with variance 1 / fan_in, for linear layers (LeCun et al. 1998)."""
    return _uniform(shape, rng, 1.0 / fans(shape)[0])


def normal(std: float) -> Initializer:
    """An initializer: normal, of mean 0 and that standard deviation.

    >>> normal(0.02)((3, 2), np.random.default_rng(0)).shape
    (3, 2)
    """
    return partial(_normal, variance=number("normal", "std", std, FROM_ZERO) ** 2)


def zeros(shape: Shape, rng: np.random.Generator) -> Array:
    """All 0, for biases and for the last layer of a branch beside which x goes on; elsewhere neurons stay alike.

    >>> zeros((1, 2), np.random.default_rng(0))
    array([[0., 0.]])
    """
    return np.zeros(shape)


def orthogonal(shape: Shape, rng: np.random.Generator) -> Array:
    """Rows, or where they are fewer columns, of length 1 and at right angles (Saxe et al. 2014), all such as likely.

    A kernel (filters, depth, *size) is taken as the matrix (filters, the rest), so each filter has length 1.

    >>> weight = orthogonal((3, 5), np.random.default_rng(0))
    >>> np.allclose(weight @ weight.T, np.eye(3))
    True
    """
    fans(shape)  # an error for fewer axes than two
    rows, columns = shape[0], math.prod(shape[1:])
    q, r = np.linalg.qr(generator("an initializer", rng).normal(size=(max(rows, columns), min(rows, columns))))
    q *= np.where(np.diag(r) < 0, -1.0, 1.0)  # else the signs, which the factorization chooses, would not be random
    return (q if rows >= columns else q.T).reshape(shape)


def drawn(layer: str, initializer: Any, shape: Shape, rng: Seed, dtype: Any) -> Array:
    """The weights of a layer of that name: KindError where the initializer is none, ShapeError for other shapes.

    >>> drawn("Linear", zeros, (1, 2), None, np.float32)
    array([[0., 0.]], dtype=float32)
    """
    if not callable(initializer):
        raise KindError(f"{layer} takes an initializer such as nn.he_normal or nn.normal(0.02); got {initializer!r}")
    weight = np.asarray(initializer(shape, generator(layer, rng)))
    if weight.shape != shape:
        raise ShapeError(f"the initializer of {layer}{shape} gives an array of shape {shape}; got {weight.shape}")
    return weight.astype(dtype)


def _normal(shape: Shape, rng: np.random.Generator, variance: float) -> Array:
    return generator("an initializer", rng).normal(0.0, np.sqrt(variance), shape)


def _uniform(shape: Shape, rng: np.random.Generator, variance: float) -> Array:
    bound = np.sqrt(3.0 * variance)
    return generator("an initializer", rng).uniform(-bound, bound, shape)
