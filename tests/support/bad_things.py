"""What nobody should pass to an operation, made anew each time: of wrong kinds, shapes, sizes and protocols."""

import math
import types
from collections import namedtuple
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from autograd_mini import Tensor, Value

Pair = namedtuple("Pair", ["x", "y"])


class Refusing:
    """As a tensor of another library that wants to be detached first."""

    dtype, shape, requires_grad = "float32", (2,), True

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")


class Unsized:
    """Has items, and a length that is none."""

    def __len__(self) -> int:
        return -1

    def __getitem__(self, i: Any) -> Any:
        raise KeyError(i)


class Greedy:
    """Claims every NumPy function for itself, and answers none."""

    __array_ufunc__ = None
    __array_priority__ = 1e9

    def __float__(self) -> float:
        raise RuntimeError("not a number")

    def __index__(self) -> int:
        raise RuntimeError("no index")


class Undecided:
    """Compares to nothing, and is neither true nor false."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("compares to nothing")

    def __bool__(self) -> bool:
        raise RuntimeError("neither true nor false")


class Arrayish:
    """Turns into an array of objects."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array(["x", None], object)


class Number(float):
    """A float of a kind of its own."""


class Text(str):
    """A text of a kind of its own."""


class Array(np.ndarray):
    """An array of a kind of its own."""


def _held_by_itself(kind: type) -> Any:
    holder: Any = kind()
    if kind is list:
        holder.append(holder)
    else:
        holder["self"] = holder
    return holder


def _nested(depth: int) -> Any:
    nest: Any = 1.0
    for _ in range(depth):
        nest = [nest]
    return nest


BAD: list[Callable[[], Any]] = [
    lambda: None,
    lambda: "abc",
    lambda: "",
    lambda: "1.0",
    lambda: "float32",
    lambda: "ij,jk->ik",
    lambda: Text("x"),
    lambda: b"abc",
    lambda: bytearray(b"abc"),
    lambda: memoryview(b"abc"),
    lambda: 1j,
    lambda: complex(math.nan, 1.0),
    lambda: np.array([1j, 2.0]),
    lambda: np.complex64(1j),
    lambda: np.array([1.0, None], object),
    lambda: np.array(None),
    lambda: np.array([1.0, 2.0], object),
    lambda: [[1.0], [1.0, 2.0]],
    lambda: [1.0, "a"],
    lambda: [1.0, None],
    lambda: [np.ones(2), np.ones(3)],
    lambda: [Value(1.0), Tensor([1.0])],
    lambda: {},
    lambda: {"a": 1.0},
    lambda: {1: "x"},
    lambda: set(),
    lambda: {1.0},
    lambda: frozenset([1, 2]),
    lambda: lambda *args, **named: None,
    lambda: lambda *args, **named: "text",
    lambda: lambda *args, **named: 1j,
    lambda: lambda *args, **named: [args],
    lambda: lambda *args, **named: np.array([None]),
    lambda: ValueError,
    lambda: ValueError("an error"),
    lambda: object(),
    lambda: type("Anything", (), {"__init__": lambda self, *args, **named: None, "shape": property(len)}),
    lambda: math,
    lambda: types.SimpleNamespace(shape=(2,), data=3.0),
    lambda: math.nan,
    lambda: math.inf,
    lambda: -math.inf,
    lambda: -99,
    lambda: 99,
    lambda: 1.5,
    lambda: -0.0,
    lambda: True,
    lambda: 2**62,
    lambda: -(2**62),
    lambda: 2**64,
    lambda: 10**400,
    lambda: np.int8(-3),
    lambda: np.uint64(2**64 - 1),
    lambda: np.float16(1.0),
    lambda: np.longdouble(1.0),
    lambda: np.ones(2, np.float16),
    lambda: np.ones(2, np.longdouble),
    lambda: np.ones(2, ">f8"),
    lambda: (),
    lambda: [],
    lambda: [[]],
    lambda: (0, 0),
    lambda: (-1, -1),
    lambda: (1, -7),
    lambda: (1.5, 0.5),
    lambda: ((1, 2), (3,)),
    lambda: (2**40, 2**40),
    lambda: np.empty((0, 3)),
    lambda: np.empty((0,), int),
    lambda: np.ones((2, 3, 4, 5)),
    lambda: np.ones(7),
    lambda: np.ones((1,) * 40),
    lambda: np.full((2, 2), np.nan),
    lambda: np.array([0, 99]),
    lambda: np.array([0.5, 1.0]),
    lambda: np.array([True, False, True, False, True]),
    lambda: np.array(["a", "b"]),
    lambda: np.array("2020-01-01", "datetime64[D]"),
    lambda: np.array([1, 2], "timedelta64[s]"),
    lambda: np.zeros(2, [("x", float), ("y", int)]),
    lambda: np.zeros(2, "V8"),
    lambda: np.rec.array([(1.0, 2)], dtype=[("x", float), ("y", int)]),
    lambda: np.ma.masked_array([1.0, 2.0], [False, True]),
    lambda: np.ma.masked,
    lambda: np.matrix([[1.0, 2.0]]),
    lambda: np.ones(2).view(Array),
    lambda: np.broadcast_to(1.0, (3, 3)),
    lambda: np.dtype(np.int64),
    lambda: np.dtype("O"),
    lambda: np.random.default_rng(0),
    lambda: iter([1.0, 2.0]),
    lambda: (x for x in (1.0, 2.0)),
    lambda: range(3),
    lambda: slice(None, None, 0),
    lambda: slice("a"),
    lambda: ...,
    lambda: NotImplemented,
    lambda: Decimal("1.5"),
    lambda: Fraction(1, 3),
    lambda: Pair(1.0, "y"),
    lambda: Number(2.0),
    lambda: Value(2.0),
    lambda: Value(math.nan),
    lambda: Tensor([1.0, 2.0]),
    lambda: Tensor(np.ones((2, 0))),
    lambda: Tensor(np.ones(5, np.float32)),
    lambda: Refusing(),
    lambda: Unsized(),
    lambda: Greedy(),
    lambda: Undecided(),
    lambda: Arrayish(),
    lambda: _held_by_itself(list),
    lambda: _held_by_itself(dict),
    lambda: [_held_by_itself(dict)],
    lambda: _nested(3000),
    lambda: _nested(70),
]

OPTIONS = [
    "out", "dtype", "where", "axis", "keepdims", "initial", "casting", "order", "subok", "like", "ddof", "mode", "x",
    "xs", "index", "label", "seed", "self", "name", "f", "g", "shape", "kind", "",
]  # fmt: skip
