"""Data sets: whatever has a length and gives its examples by number."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from autograd_mini import KindError, ShapeError

from ..arrays import Array, check_plain
from ..randomness import Seed, generator

Arrays = tuple[Array, ...]


class Dataset(Protocol):
    """Anything with a length whose examples have numbers from 0 on: each a tuple (input, target).

    Where it has a method `batch(rows)` too, a batch is asked for at once: rows is a slice or an array of whole numbers,
    and what it gives a tuple of arrays of its own, a row for each of them.
    """

    def __len__(self) -> int: ...

    def __getitem__(self, i: int, /) -> Any: ...


class ArrayDataset:
    """Arrays of one length, such as images and labels: example i is the i-th row of each.

    arrays: with n rows each, kept as they are, not copied. dataset[i] is a tuple of copies, a scalar of a vector's row.
    Raises ShapeError where the lengths differ, KindError for what is no array of numbers.

    >>> points = ArrayDataset(np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([5, 7]))
    >>> len(points), points[1]
    (2, (array([2., 3.]), np.int64(7)))
    >>> points
    ArrayDataset(2 examples: float64 (2,), int64 ())
    """

    def __init__(self, *arrays: Any) -> None:
        self.arrays = tuple(_array(array) for array in arrays)
        lengths = {array.shape[:1] for array in self.arrays}
        if len(lengths) != 1 or lengths == {()}:
            raise ShapeError(
                f"a data set takes arrays of one length; got {[array.shape for array in self.arrays]}"
                + ": batch_size and all else is named, DataLoader(x, y, batch_size=32)"
                * (len(lengths) > 1 and () in lengths)
            )

    def __len__(self) -> int:
        return int(self.arrays[0].shape[0])

    def __getitem__(self, i: int) -> tuple[Any, ...]:
        return tuple(array[i].copy() for array in self.arrays)

    def __repr__(self) -> str:
        kept = ", ".join(f"{array.dtype} {array.shape[1:]}" for array in self.arrays)
        return f"{type(self).__name__}({len(self)} examples: {kept})"

    def batch(self, rows: Any) -> Arrays:
        """The examples of these numbers, a slice or an array of whole numbers, as arrays that are copies."""
        return tuple(array[rows].copy() if isinstance(rows, slice) else array[rows] for array in self.arrays)


class Subset:
    """Some of a data set's examples, in the order given; nothing is copied.

    indices: their numbers in the whole, from 0 to len(dataset) - 1; one may come more than once.

    >>> few = Subset(ArrayDataset(np.array([10.0, 11.0, 12.0])), [2, 0])
    >>> [float(x) for x, in few]
    [12.0, 10.0]
    >>> few
    Subset(2 of ArrayDataset(3 examples: float64 ()))
    """

    def __init__(self, dataset: Dataset, indices: Any) -> None:
        _check_length("Subset", dataset)
        self.dataset, self.indices = dataset, _indices(indices)
        if self.indices.ndim != 1 or self.indices.dtype.kind not in "iu":
            raise KindError(
                f"a Subset takes the numbers of its examples, whole numbers in a list; got {_described(indices)}: of a "
                "mask np.flatnonzero(mask) gives them"
            )
        if len(self) and not 0 <= self.indices.min() <= self.indices.max() < len(dataset):
            raise ShapeError(
                f"a Subset of {len(dataset)} examples takes numbers from 0 to {len(dataset) - 1}; "
                f"got some from {self.indices.min()} to {self.indices.max()}"
            )

    def __len__(self) -> int:
        return len(self.indices)

    def __repr__(self) -> str:
        return f"Subset({len(self)} of {self.dataset!r})"

    def __getitem__(self, i: int) -> Any:
        return self.dataset[int(self.indices[i])]

    def batch(self, rows: Any) -> Arrays:
        """The examples of these numbers, as the whole gives them."""
        return gather(self.dataset, self.indices[rows])


def _indices(given: Any) -> Array:
    """An array of what is to be whole numbers; a generator gives its items once, so they are kept."""
    try:
        found = np.array(list(given) if isinstance(given, Iterator) else given)
    except ValueError:  # lists of several lengths
        found = np.array(None)
    return found if found.size else np.zeros(0, int)


def _described(given: Any) -> str:
    return f"an array of {given.dtype}, {given.shape}" if isinstance(given, np.ndarray) else f"{given!r:.80}"


def _check_length(whose: str, dataset: Any) -> None:
    if not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
        raise KindError(f"{whose} takes a data set first, which has __len__ and __getitem__; got {dataset!r:.80}")


def gather(dataset: Dataset, rows: Any) -> Arrays:
    """A batch: the examples of these numbers, a slice or an array, stacked; copies all.

    Taken at once of a data set that has a method `batch`, as arrays have; of any other one by one, where an error says
    which example it was; ShapeError where their shapes differ, or where a batch has not a row for each number.

    >>> gather([(0.5, 1), (1.5, 0)], slice(2))
    (array([0.5, 1.5]), array([1, 0]))
    """
    numbers = range(len(dataset))[rows] if isinstance(rows, slice) else rows
    if hasattr(dataset, "batch"):
        given = dataset.batch(rows)
        arrays = tuple(map(_array, given if isinstance(given, tuple) else (given,)))
        if any(array.shape[:1] != (len(numbers),) for array in arrays):
            raise ShapeError(
                f"{type(dataset).__name__}.batch gives arrays with a row for each of the {len(numbers)} examples it is "
                f"asked for; got {[array.shape for array in arrays]}"
            )
        return arrays
    numbers = [int(i) for i in numbers]
    examples = [_example(dataset, i) for i in numbers]
    for i, example in zip(numbers, examples, strict=True):
        if (found := [part.shape for part in example]) != (first := [part.shape for part in examples[0]]):
            raise ShapeError(
                f"examples of a batch have the same shapes; example {i} has {found}, example {numbers[0]} {first}: "
                "np.pad makes sequences of one length, batch_size=1 takes them one by one"
            )
    return tuple(np.stack(parts) for parts in zip(*examples, strict=True))


def _example(dataset: Dataset, i: int) -> Arrays:
    try:
        example = dataset[i]
        return tuple(map(_array, example if isinstance(example, tuple) else (example,)))
    except Exception as error:
        error.add_note(f"this was example {i} of the {type(dataset).__name__}")
        raise


def _array(x: Any) -> Array:
    # Of any other object NumPy asks item after item, for ever if need be, and makes an array of objects.
    if not (isinstance(x, list | tuple | int | float | str) or hasattr(x, "__array__")):
        raise KindError(f"data are arrays of numbers; got {type(x).__name__}")
    check_plain("a data set", x)
    try:
        array = np.asarray(x)
    except ValueError as error:  # NumPy's word for rows of several lengths
        raise ShapeError(
            f"these lists are no array, for their rows differ: {error}. Several arrays are given one by one, "
            "DataLoader(x, y); examples of a data set as tuples (input, target)"
        ) from error
    if array.dtype == object:
        raise KindError(f"data are arrays of numbers; got {type(x).__name__}, an array of objects")
    return array


def split(
    dataset: Dataset, lengths: Sequence[float] | Sequence[int], *, rng: Seed, stratify: Any = None
) -> tuple[Subset, ...]:
    """Split the examples at random into Subsets: training and validation, say.

    lengths: how much each part is to hold, fractions that add up to 1 or whole numbers that add up to len(dataset).
    rng: a Generator or a seed, so that the same one gives the same parts; None draws anew each time. stratify: the
    class of each example, an array of n labels: then each part has of each class its share, as nearly as whole
    examples go (where there are many classes, a few off).

    >>> labels = np.repeat([0, 1], [90, 10])
    >>> train, test = split(ArrayDataset(np.arange(100.0), labels), [0.8, 0.2], rng=0, stratify=labels)
    >>> len(train), int(labels[train.indices].sum()), len(test), int(labels[test.indices].sum())
    (80, 8, 20, 2)
    """
    _check_length("split", dataset)
    sizes = _sizes(len(dataset), lengths)
    order = generator("split", rng).permutation(len(dataset))
    if stratify is not None:
        order = _mixed(order, _array(stratify))
    return tuple(Subset(dataset, rows) for rows in np.split(order, np.cumsum(sizes)[:-1]))


def _sizes(n: int, lengths: Sequence[float] | Sequence[int]) -> Array:
    given = _array(lengths)
    if given.ndim != 1 or not len(given) or given.dtype.kind not in "iuf" or not np.all(given >= 0):
        raise ShapeError(f"split takes a list of fractions or of sizes, such as [0.8, 0.2]; got {lengths!r}")
    if given.dtype.kind in "iu":
        if given.sum() != n:
            raise ShapeError(f"the sizes of the parts add up to {given.sum()}; there are {n} examples")
        return given
    if abs(given.sum() - 1.0) > 1e-9:
        raise ShapeError(f"the fractions of the parts add up to {given.sum():.6g}; they must to 1")
    ends = np.rint(np.cumsum(given) * n).astype(int)
    return np.diff(ends, prepend=0)


def _mixed(order: Array, labels: Array) -> Array:
    """The same examples, the classes spread evenly from the first to the last, so that any stretch has each's share."""
    if labels.shape != order.shape:
        raise ShapeError(f"stratify takes a label for each of the {len(order)} examples; got {labels.shape}")
    classes, of_each, counts = np.unique(labels[order], return_inverse=True, return_counts=True)
    if len(counts) and counts.min() < 2:
        alone = classes[counts.argmin()]
        raise ShapeError(f"stratify takes classes of 2 examples or more; there is one of class {alone}: no labels?")
    by_class = np.argsort(of_each, kind="stable")
    place = np.empty(len(order))
    place[by_class] = np.concatenate([(np.arange(count) + 0.5) / count for count in counts])
    return order[np.argsort(place, kind="stable")]
