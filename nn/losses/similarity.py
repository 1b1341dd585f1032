"""Losses of directions: whether two vectors point the same way."""

from typing import Any

import numpy as np

from autograd_mini import ShapeError, maximum, named_call, norm, relu, sum, where

from ..arrays import floats
from ..numbers import ABOVE_ZERO, Range, number
from ..pytorch_names import without_dim
from .reducing import reduced
from .targets import alike, check_signs, choice


@without_dim
@named_call("cosine_similarity", "x · y / (|x| × |y|)")
def cosine_similarity(x: Any, y: Any, *, axis: int = -1, eps: float = 1e-8) -> Any:
    """The cosine of the angle between vectors along an axis, x · y / (|x| |y|); x and y of one shape.

    eps: no length counts as less, so that a vector of zeros has a cosine of 0. As PyTorch's, with the last axis.

    >>> cosine_similarity(np.array([[3.0, 4.0], [1.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 2.0]]))
    array([1., 0.])
    """
    x, y = alike("cosine_similarity", x, y)
    eps = number("cosine_similarity", "eps", eps, ABOVE_ZERO)
    lengths = maximum(norm(x, axis=axis), eps) * maximum(norm(y, axis=axis), eps)
    return sum(x * y, axis=axis) / lengths


@named_call("cosine_embedding")
def cosine_embedding(x: Any, y: Any, labels: Any, *, margin: float = 0.0, reduction: str = "mean") -> Any:
    """The mean of 1 - cos where the label is 1, and of max(0, cos - margin) where it is -1; cos of x and y.

    x, y: (..., features). labels: 1 for vectors that should point the same way, -1 for others, (...). margin: from -1
    to 1. As PyTorch's cosine_embedding_loss.

    >>> cosine_embedding(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 2.0], [3.0, 0.0]]), [1, -1])
    np.float64(1.0)
    """
    labels = floats("cosine_embedding", choice("cosine_embedding", labels, -1, 1, [np.nan, 1.0, -1.0]))
    cosines = cosine_similarity(x, y)
    if np.shape(labels) != np.shape(cosines):
        raise ShapeError(
            f"cosine_embedding takes vectors (..., features) and labels (...); got {np.shape(x)} and {np.shape(labels)}"
        )
    check_signs("cosine_embedding", labels)
    margin = number("cosine_embedding", "margin", margin, Range("a number from -1 to 1", lambda m: -1.0 <= m <= 1.0))
    return reduced("cosine_embedding", where(labels == 1.0, 1.0 - cosines, relu(cosines - margin)), reduction)
