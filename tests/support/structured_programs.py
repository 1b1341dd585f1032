"""Random scalar programs of nested loops: strides, offsets, windows, shared weights, sums and products in any order."""

import itertools
import math
import operator
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd_mini import relu, sigmoid, sin, tanh

FUNCTIONS = {
    "nothing": lambda z: z,
    "tanh": tanh,
    "relu": relu,
    "sin": sin,
    "sigmoid": sigmoid,
    "square": lambda z: z * z,
}
FUNCTIONS |= {"line": lambda z: 0.5 * z - 0.25, "share": lambda z: z / (z * z + 1.0)}
REDUCTIONS = {
    "sum": sum,
    "+=": lambda terms: _added_up(0.0, terms),
    "+= from the first": lambda terms: _added_up(terms[0], terms[1:]),
    "+= from the end": lambda terms: _added_up(terms[-1], terms[-2::-1]),
    "term + total": lambda terms: _added_up_on_the_right(terms),
    "product": math.prod,
}


def _added_up(total: Any, terms: Sequence[Any]) -> Any:
    for term in terms:
        total += term
    return total


def _added_up_on_the_right(terms: Sequence[Any]) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = term + total
    return total


class Walk(NamedTuple):
    """A row of numbers at offset + stride · loop variable, summed over the loops."""

    row: int
    offset: int
    strides: tuple[int, ...]

    def __call__(self, rows: Sequence[Any], indices: Sequence[int]) -> Any:
        return rows[self.row][self.offset + sum(s * i for s, i in zip(self.strides, indices, strict=True))]


class Level(NamedTuple):
    """A loop: how often it runs (by the loops around it), in which order, what becomes of its terms, what of that."""

    lengths: Any  # a function of the indices of the loops around it
    order: str
    reduction: str
    function: str
    bias: Walk | None


def _is_laid_out(strides: Sequence[int], lengths: Sequence[int]) -> bool:
    """Whether each step goes beyond all that the shorter steps reach, as the axes of an array do."""
    reach = 0
    for stride, length in sorted((abs(stride), length) for stride, length in zip(strides, lengths, strict=True)):
        if stride <= reach:
            return False
        reach += stride * (length - 1)
    return True


class Nest(NamedTuple):
    """A program: a scalar function of rows of numbers.

    is_regular: whether every loop always runs as often, in steps that are even, each row is read in one way, and no
    sum of numbers that are given is of two rows.
    """

    sizes: tuple[int, ...]
    levels: tuple[Level, ...]
    leaf: str
    walks: tuple[Walk, ...]
    is_regular: bool
    seed: int

    @property
    def unmixed(self) -> tuple[int, ...]:
        """The rows of a regular nest of which each number is read as often: in a window the middle is read more."""
        indices = [*itertools.product(*(range(level.lengths(())) for level in self.levels))]
        walks = (*self.walks, *self.biases)
        reads = [Counter(sum(map(operator.mul, walk.strides, index)) for index in indices) for walk in walks]
        return tuple(walk.row for walk, read in zip(walks, reads, strict=True) if len({*read.values()}) == 1)

    @property
    def reads_each_once(self) -> bool:
        """Whether no loop of a regular nest reads a number again, but for the biases, or steps over another's."""
        lengths = [level.lengths(()) for level in self.levels]
        return len(self.unmixed) == len(self.sizes) and all(_is_laid_out(walk.strides, lengths) for walk in self.walks)

    @property
    def biases(self) -> tuple[Walk, ...]:
        """What is added to the totals."""
        return tuple(level.bias for level in self.levels if level.bias is not None)

    def __call__(self, *rows: Any) -> Any:
        return self._run(rows, ())

    def _run(self, rows: Sequence[Any], indices: tuple[int, ...]) -> Any:
        k = len(indices)
        if k == len(self.levels):
            return self._leaf(rows, indices)
        level = self.levels[k]
        order = [*range(level.lengths(indices))]
        if level.order == "reversed":
            order.reverse()
        if level.order == "shuffled":
            np.random.default_rng(self.seed + k).shuffle(order)
        total = REDUCTIONS[level.reduction]([self._run(rows, (*indices, i)) for i in order])
        if level.bias is not None:
            total = total + level.bias(rows, (*indices, *[0] * (len(self.levels) - k)))
        return FUNCTIONS[level.function](total)

    def _leaf(self, rows: Sequence[Any], indices: Sequence[int]) -> Any:
        x, *others = (walk(rows, indices) for walk in self.walks)
        for y in others:
            x = x * y if self.leaf != "difference" else x - y
        return tanh(x) if self.leaf == "function" else x


def random_nest(seed: int, depth: int) -> Nest:
    """A nest of so many loops; in every third the length of a loop depends on those around it."""
    rng = np.random.default_rng(seed)
    most = [int(rng.integers(2, {1: 40, 2: 12, 3: 6, 4: 5}[depth])) for _ in range(depth)]
    kinds = ["regular"] * depth
    if depth > 1 and rng.random() < 1 / 3:
        kinds[rng.integers(1, depth)] = str(rng.choice(["triangular", "triangular from the end", "ragged"]))
    orders = ["forward", "forward", "reversed"] + ["shuffled"] * int(rng.integers(0, 2))
    levels = [_level(rng, k, most, kinds[k], orders) for k in range(depth)]
    walks = [_walk(rng, most, "dense")]
    walks += [_walk(rng, most, str(rng.choice(["dense", "window", "shared"]))) for _ in range(rng.integers(0, 3))]
    are_apart = rng.random() < 0.6
    rows = iter(range(100)) if are_apart else iter(rng.integers(2, size=100).tolist())
    walks = [walk._replace(row=next(rows)) for walk in walks]
    levels = [x if x.bias is None else x._replace(bias=x.bias._replace(row=next(rows))) for x in levels]
    leaf = str(rng.choice(["product", "product", "function", "difference"]))
    of_two = levels[-1].bias is not None and len(walks) == 1 and leaf != "function"
    is_regular = are_apart and not of_two and all(kind == "regular" for kind in kinds) and "shuffled" not in orders
    nest = Nest((), tuple(levels), leaf, tuple(walks), is_regular, seed)
    sizes = [1] * (1 + max(walk.row for walk in (*walks, *nest.biases)))
    for walk in (*walks, *nest.biases):
        last = walk.offset + sum(max(0, s) * (n - 1) for s, n in zip(walk.strides, most, strict=True))
        sizes[walk.row] = max(sizes[walk.row], last + 1)
    return nest._replace(sizes=tuple(sizes))


def _level(rng: np.random.Generator, k: int, most: Sequence[int], kind: str, orders: Sequence[str]) -> Level:
    n = most[k]
    ragged = {}

    def lengths(indices: Sequence[int]) -> int:
        if kind == "triangular":
            return min(n, 1 + indices[-1])
        if kind == "triangular from the end":
            return max(1, n - indices[-1])
        if kind == "ragged":
            return ragged.setdefault(tuple(indices), int(rng.integers(1, n + 1)))
        return n

    bias = None
    if rng.random() < 1 / 3:
        bias = _walk(rng, [*most[:k], *[1] * (len(most) - k)], "dense")
    return Level(
        lengths,
        str(rng.choice(orders)),
        str(rng.choice([*REDUCTIONS, "sum"] if n < 5 else [*REDUCTIONS][:-1])),
        str(rng.choice([*FUNCTIONS])),
        bias,
    )


def _walk(rng: np.random.Generator, lengths: Sequence[int], kind: str) -> Walk:
    """Laid out as rows of rows, as a window, or shared: without the strides of some of the loops; some backwards."""
    strides, step = [], 1
    for n in reversed(lengths):
        is_left_out = n == 1 or (kind == "shared" and rng.random() < 0.5)
        strides.append(0 if is_left_out else step)
        step *= 1 if is_left_out else n
    strides.reverse()
    if kind == "window":
        strides = [int(rng.integers(1, 4)) for _ in lengths]
    strides = [-stride if rng.random() < 0.15 else stride for stride in strides]
    offset = sum(-s * (n - 1) for s, n in zip(strides, lengths, strict=True) if s < 0) + int(rng.integers(0, 3))
    return Walk(0, offset, tuple(strides))


def numbers(nest: Nest, seed: int) -> list[list[float]]:
    """Rows of numbers that no sum of a few is 0 of, nor large."""
    rng = np.random.default_rng(seed)
    return [rng.uniform(-1.5, 1.5, size).tolist() for size in nest.sizes]
