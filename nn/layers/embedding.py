"""Embeddings: a vector for each of so many things."""

from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, Tensor, set_at

from ..initializers import Initializer, drawn, normal
from ..module import Module
from ..randomness import Seed
from .arguments import check_dtype, check_sizes


class Embedding(Module):
    """weight[i] for each whole number i: the row of a table (num_embeddings, embedding_dim), which is learned.

    padding_idx: the number that stands for nothing, if any; its row is 0 and stays so. The rows are drawn by
    initializer, normal(1) unless told; rng, dtype: as for Linear.

    >>> table = Embedding(10, 3, rng=np.random.default_rng(0))
    >>> table([[1, 2], [4, 1]]).shape
    (2, 2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        initializer: Initializer | None = None,
        rng: Seed = None,
        dtype: Any = np.float32,
    ) -> None:
        check_dtype("Embedding", dtype)
        check_sizes("Embedding", num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        is_whole = isinstance(padding_idx, int | np.integer) and not isinstance(padding_idx, bool)
        if padding_idx is not None and not (is_whole and 0 <= padding_idx < num_embeddings):
            raise KindError(
                f"Embedding takes a number from 0 to {num_embeddings - 1}, or None, as padding_idx; got {padding_idx!r}"
            )
        self.padding_idx = padding_idx
        weight = drawn("Embedding", initializer or normal(1.0), (num_embeddings, embedding_dim), rng, dtype)
        if padding_idx is not None:
            weight[padding_idx] = 0.0
        self.weight = Tensor(weight, label="weight")

    @property
    def num_embeddings(self) -> int:
        """How many rows the table has."""
        return int(self.weight.shape[0])

    @property
    def embedding_dim(self) -> int:
        """How many numbers each row has."""
        return int(self.weight.shape[1])

    def forward(self, indices: Any) -> Any:
        """indices: whole numbers of any kind and shape; gives (*shape, embedding_dim).

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
        if indices.size and (indices.min() < 0 or indices.max() >= self.num_embeddings):
            raise ShapeError(
                f"Embedding has rows from 0 to {self.num_embeddings - 1}; got numbers from {indices.min()} to "
                f"{indices.max()}: make it larger, Embedding(num_embeddings, embedding_dim), or look whether the data "
                "is meant for another"
            )
        weight = self.weight if self.padding_idx is None else set_at(self.weight, self.padding_idx, 0.0)
        return weight[indices]

    def extra_repr(self) -> str:
        """The sizes."""
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings} → {self.embedding_dim}" + padding


def _described(x: Any) -> str:
    dtype = getattr(x, "dtype", None)
    return type(x).__name__ if dtype is None else f"{type(x).__name__} of {dtype}"
