"""First weights: random, of the spread that keeps signals the same size from layer to layer."""

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Initializer = Callable[[tuple[int, int], np.random.Generator], Array]
Seed = np.random.Generator | int | None
"""What `numpy.random.default_rng` takes: a Generator, a number to seed one, or None for a fresh one."""


def he_normal(shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Normal with variance 2 / fan_in, for ReLU (He et al. 2015, Delving Deep into Rectifiers).

    shape: (fan_in, fan_out). rng: the source of randomness; the same seed gives the same weights.

    >>> he_normal((100, 3), np.random.default_rng(0)).shape
    (100, 3)
    """
    return _normal(shape, rng, 2.0 / shape[0])


def he_uniform(shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Uniform with variance 2 / fan_in, for ReLU (He et al. 2015)."""
    return _uniform(shape, rng, 2.0 / shape[0])


def xavier_normal(shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Normal with variance 2 / (fan_in + fan_out), for tanh (Glorot and Bengio 2010); glorot_normal too."""
    return _normal(shape, rng, 2.0 / (shape[0] + shape[1]))


def xavier_uniform(shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Uniform with variance 2 / (fan_in + fan_out), for tanh (Glorot and Bengio 2010); glorot_uniform too."""
    return _uniform(shape, rng, 2.0 / (shape[0] + shape[1]))


def lecun_normal(shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Normal with variance 1 / fan_in, for linear layers (LeCun et al. 1998, Efficient BackProp)."""
    return _normal(shape, rng, 1.0 / shape[0])


def lecun_uniform(shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Uniform with variance 1 / fan_in, for linear layers (LeCun et al. 1998)."""
    return _uniform(shape, rng, 1.0 / shape[0])


glorot_normal, glorot_uniform = xavier_normal, xavier_uniform


def _normal(shape: tuple[int, int], rng: np.random.Generator, variance: float) -> Array:
    return rng.normal(0.0, np.sqrt(variance), shape)


def _uniform(shape: tuple[int, int], rng: np.random.Generator, variance: float) -> Array:
    bound = np.sqrt(3.0 * variance)
    return rng.uniform(-bound, bound, shape)
