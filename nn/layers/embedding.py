"""Embeddings: a vector for each of so many things."""

from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, Tensor, set_at

from ..initializers import Initializer, Seed, drawn, normal
from ..module import Module
from .arguments import check_dtype, check_sizes


class Embedding(Module):
    """weight[i] for each whole number i: the row of a table (count, features), which is learned.

    padding: the number that stands for nothing, if any; its row is 0 and stays so. The rows are drawn by initializer,
    normal(1) unless told; rng, dtype: as for Linear.

    >>> table = Embedding(10, 3, rng=np.random.default_rng(0))
    >>> table([[1, 2], [4, 1]]).shape
    (2, 2, 3)
    """

    def __init__(
        self,
        count: int,
        features: int,
        *,
        padding: int | None = None,
        initializer: Initializer | None = None,
        rng: Seed = None,
        dtype: Any = np.float32,
    ) -> None:
        check_dtype("Embedding", dtype)
        check_sizes("Embedding", count=count, features=features)
        is_whole = isinstance(padding, int | np.integer) and not isinstance(padding, bool)
        if padding is not None and not (is_whole and 0 <= padding < count):
            raise KindError(f"Embedding takes a number from 0 to {count - 1}, or None, as padding; got {padding!r}")
        self.padding = padding
        weight = drawn("Embedding", initializer or normal(1.0), (count, features), rng, dtype)
        if padding is not None:
            weight[padding] = 0.0
        self.weight = Tensor(weight, label="weight")

    def forward(self, indices: Any) -> Any:
        """indices: whole numbers of any kind and shape; gives (*shape, features).

        KindError for floats, ShapeError for numbers out of the table, negative ones among them.
        """
        if isinstance(indices, list | tuple | int | np.generic):
            indices = np.array(indices, None if np.size(indices) else int)
        kind = getattr(getattr(indices, "dtype", None), "kind", None)
        if kind is None or kind not in "iu" or isinstance(indices, Tensor):
            raise KindError(
                f"Embedding takes whole numbers, arrays of any integer type; got {_described(indices)}: convert them "
                "by astype(int)"
            )
        count = self.weight.shape[0]
        if indices.size and (indices.min() < 0 or indices.max() >= count):
            raise ShapeError(
                f"Embedding has rows from 0 to {count - 1}; got numbers from {indices.min()} to {indices.max()}: "
                "make it larger, Embedding(count, features), or look whether the data is meant for another"
            )
        weight = self.weight if self.padding is None else set_at(self.weight, self.padding, 0.0)
        return weight[indices]

    def extra_repr(self) -> str:
        """The sizes."""
        padding = "" if self.padding is None else f", padding={self.padding}"
        return " → ".join(map(str, self.weight.shape)) + padding


def _described(x: Any) -> str:
    dtype = getattr(x, "dtype", None)
    return type(x).__name__ if dtype is None else f"{type(x).__name__} of {dtype}"
