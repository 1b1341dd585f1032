"""What tells the numbers of one data set from those of another."""

from typing import Any
from zlib import crc32

import numpy as np

from ..arrays import Array
from .datasets import ArrayDataset, Dataset, Subset

MOST = 1 << 26  # bytes that are read, in a tenth of a second or less


def fingerprint(dataset: Dataset) -> str | None:
    """The CRC-32 of a data set's numbers, their dtypes and shapes; of more than 64 MiB that of evenly spread examples.

    None where it is not of arrays in memory (an ArrayDataset, a list of examples, a Subset of these): to be asked for
    an example, another data set may draw random numbers, or read a file.

    >>> fingerprint(ArrayDataset([1.0, 2.0])) == fingerprint(Subset(ArrayDataset([2.0, 1.0]), [1, 0]))
    True
    >>> fingerprint(ArrayDataset([1.0, 2.0])) == fingerprint(ArrayDataset([1.0, 2.5]))
    False
    """
    first = _arrays(dataset, slice(0, 1))
    if first is None:
        return None
    size = len(dataset) * sum(array.nbytes for array in first)
    found = 0
    for array in _arrays(dataset, slice(None, None, max(1, -(-size // MOST)))) or ():
        found = crc32(np.ascontiguousarray(array).tobytes(), crc32(f"{array.dtype} {array.shape}".encode(), found))
    return f"CRC-32 {found:08x}"


def _arrays(dataset: Any, rows: Any) -> list[Array] | None:
    """The numbers of some examples, a slice or an array of theirs, as they lie in memory; None where they do not."""
    if isinstance(dataset, Subset):
        return _arrays(dataset.dataset, dataset.indices[rows])
    if isinstance(dataset, ArrayDataset):
        return [array[rows] for array in dataset.arrays]
    if type(dataset) is list:
        return [np.asarray(part) for i in np.arange(len(dataset))[rows] for part in dataset[i]]
    return None
