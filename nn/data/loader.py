"""The data in batches."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_mini import ShapeError

from ..initializers import Seed


class DataLoader:
    """Goes through arrays of one length in batches, the last one perhaps smaller; each pass is an epoch.

    arrays: such as images and labels, all with n rows. batch_size: rows in a batch. rng: a Generator
    or a seed, shuffles the rows anew for every epoch; without one their order stays. Every batch is a copy: it may be
    changed in place, and the arrays stay as they are.

    >>> loader = DataLoader(np.arange(5), batch_size=2)
    >>> [batch.tolist() for (batch,) in loader]
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, *arrays: Any, batch_size: int = 32, rng: Seed = None) -> None:
        self.arrays = tuple(np.asarray(array) for array in arrays)
        lengths = {array.shape[:1] for array in self.arrays}
        if len(lengths) != 1 or lengths == {()}:
            raise ShapeError(f"a DataLoader takes arrays of one length; got {[array.shape for array in self.arrays]}")
        if not isinstance(batch_size, int | np.integer) or batch_size < 1:
            raise ValueError(f"batch_size is {batch_size!r}; it takes a whole number, 1 or more")
        self.examples: int = self.arrays[0].shape[0]
        self.batch_size = batch_size
        self.rng = None if rng is None else np.random.default_rng(rng)

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        return -(-self.examples // self.batch_size)

    def __iter__(self) -> Iterator[tuple[np.ndarray[Any, Any], ...]]:
        order = None if self.rng is None else self.rng.permutation(self.examples)
        for start in range(0, self.examples, self.batch_size):
            rows = slice(start, start + self.batch_size)
            yield tuple(array[rows].copy() if order is None else array[order[rows]] for array in self.arrays)
