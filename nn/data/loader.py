"""The data in batches."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError

from ..arrays import numbers
from ..numbers import boolean, whole
from ..randomness import Seed, generator, go_on
from ..state import StateError
from .ahead import ahead
from .datasets import ArrayDataset, Arrays, Dataset, gather
from .fingerprint import fingerprint


class DataLoader:
    """Goes through a data set in batches, the last one perhaps smaller; each pass is an epoch.

    data: arrays of one length, `DataLoader(images, labels)`, or a data set, `DataLoader(dataset)`: whatever has
    `__len__` and gives by `dataset[i]` a tuple (input, target), a list of such tuples too. batch_size: examples in a
    batch. Every batch is a tuple of arrays that are copies: it may be changed in place, and the data stay as they are.

    rng: a Generator or a seed, which shuffles the examples anew for every epoch. shuffle: without it, whether there is
    an rng decides; True without an rng shuffles differently in each run, False keeps the order though one is given.
    drop_last: leave out what fills no batch at the end. weights: n numbers, 0 or more; then an epoch's n examples are
    drawn by the rng with replacement, each in proportion to its weight. read_ahead: how many batches a thread reads
    while you work on the one before; it pays where an example is read from a file, not for arrays in memory.

    dataset: what it goes through. examples: how many of them an epoch has; len(loader): how many batches.

    >>> loader = DataLoader(np.arange(5), batch_size=2)
    >>> [batch.tolist() for (batch,) in loader]
    [[0, 1], [2, 3], [4]]
    >>> [batch.tolist() for (batch,) in DataLoader(np.arange(5), batch_size=2, rng=0, drop_last=True)]
    [[2, 4], [3, 0]]
    >>> loader
    DataLoader(ArrayDataset(5 examples: int64 ()), batch_size=2, in order)
    """

    def __init__(
        self,
        *data: Any,
        batch_size: int = 32,
        shuffle: bool | None = None,
        drop_last: bool = False,
        rng: Seed = None,
        weights: Any = None,
        read_ahead: int = 0,
    ) -> None:
        self.dataset = _dataset(data)
        self.batch_size = whole("DataLoader", "batch_size", batch_size, least=1)
        self.read_ahead = whole("DataLoader", "read_ahead", read_ahead, least=0)
        self.examples = self._length = n = len(self.dataset)
        if shuffle is not None:
            boolean("DataLoader", "shuffle", shuffle)
        if boolean("DataLoader", "drop_last", drop_last):
            self.examples -= n % self.batch_size
            if n and not self.examples:
                raise ValueError(f"drop_last leaves nothing: {n} examples fill no batch of {self.batch_size}")
        self.chances = None if weights is None else _chances(weights, n)
        if self.chances is not None and shuffle is not None:
            raise ValueError("weights draw the examples, so there is no order to shuffle or keep: leave shuffle out")
        draws = (rng is not None if shuffle is None else shuffle) or self.chances is not None
        self.rng = generator("DataLoader", rng) if draws else None

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        return -(-self.examples // self.batch_size)

    def __repr__(self) -> str:
        order = "in order" if self.rng is None else "shuffled" if self.chances is None else "weighted"
        data = f"{len(self.dataset)} examples in a list" if isinstance(self.dataset, list) else repr(self.dataset)
        return f"DataLoader({data}, batch_size={self.batch_size}, {order})"

    def __iter__(self) -> Iterator[Arrays]:
        if len(self.dataset) != self._length:
            raise ShapeError(
                f"the data set had {self._length} examples when this DataLoader was made and has {len(self.dataset)} "
                "now: make another"
            )
        order = self._order()
        stretches = (
            slice(i, min(i + self.batch_size, self.examples)) for i in range(0, self.examples, self.batch_size)
        )
        batches = (gather(self.dataset, rows if order is None else order[rows]) for rows in stretches)
        yield from ahead(batches, self.read_ahead) if self.read_ahead else batches

    def _order(self) -> Any:
        n = len(self.dataset)
        if self.rng is None:
            return None
        return self.rng.permutation(n) if self.chances is None else self.rng.choice(n, n, p=self.chances)

    def settings(self) -> dict[str, Any]:
        """What makes another loader of it, whose epochs are others: the numbers of its data set too, as far as known.

        >>> DataLoader(np.arange(5.0)).settings()
        {'examples': 5, 'batch_size': 32, 'weights': None, 'contents': 'CRC-32 ...'}
        """
        drawn_by = None if self.chances is None else fingerprint(ArrayDataset(self.chances))
        return {
            "examples": self.examples,
            "batch_size": self.batch_size,
            "weights": drawn_by,
            "contents": fingerprint(self.dataset),
        }

    def state_dict(self) -> dict[str, Any]:
        """What the next epoch depends on: the state of the rng; to be taken between two epochs.

        >>> loader = DataLoader(np.arange(9), batch_size=9, rng=0)
        >>> before = loader.state_dict()
        >>> first = list(loader)
        >>> loader.load_state_dict(before)
        >>> np.array_equal(first, list(loader))
        True
        """
        return {"rng": None if self.rng is None else self.rng.bit_generator.state}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from where `state_dict` was taken; StateError, and nothing changed, for the state of another kind."""
        if not isinstance(state, Mapping) or state.keys() != {"rng"}:
            raise StateError(f'a DataLoader\'s state is {{"rng": …}}, as its state_dict() gives; got {state!r:.80}')
        kept = state["rng"]
        if (kept is None) != (self.rng is None):
            ways = ("keeps the order", "shuffles")
            raise StateError(
                f"the state is that of a loader that {ways[kept is not None]}; this one {ways[self.rng is not None]}: "
                "make it with the same rng="
            )
        if self.rng is not None:
            go_on(self.rng, kept, "of this DataLoader")


def _dataset(data: tuple[Any, ...]) -> Dataset:
    """The data set that was given, or the one of the arrays that were."""
    if len(data) == 1:
        (given,) = data
        if isinstance(given, tuple) and any(hasattr(part, "__array__") for part in given):
            raise KindError("a DataLoader takes arrays one by one, DataLoader(x, y); got a tuple of them: put * before")
        if isinstance(given, list) and given and isinstance(given[0], tuple):
            return given
        if isinstance(given, Mapping | type):
            raise KindError(f"a DataLoader takes arrays or a data set, not a {type(given).__name__}")
        plain = isinstance(given, list | tuple | str | bytes) or hasattr(given, "__array__")
        if not plain and hasattr(given, "__getitem__"):
            if not hasattr(given, "__len__"):
                raise KindError(f"a data set has __len__ and __getitem__; {type(given).__name__} has no __len__")
            return given  # type: ignore[no-any-return]
    return ArrayDataset(*data)


def _chances(weights: Any, n: int) -> Any:
    weights = numbers("DataLoader as weights", weights).astype(np.float64)
    if weights.shape != (n,):
        raise ShapeError(f"weights are one for each of the {n} examples; got an array of shape {weights.shape}")
    if not np.all(np.isfinite(weights)) or np.any(weights < 0) or not weights.any():
        raise ValueError("weights are finite numbers, 0 or more, and not all of them 0")
    weights = weights / weights.max()  # the sum of large ones would be infinite
    return weights / weights.sum()
