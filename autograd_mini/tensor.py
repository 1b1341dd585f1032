"""The node of a NumPy array."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy import ndarray

from .admission import FLOATS, as_float, numeric, without_subclass
from .arithmetic import Arithmetic
from .array_names import ArrayNames
from .calculus.bilinear import dot
from .calculus.linear import astype, fitted, getitem, reshape, squeeze, swapaxes, transpose
from .calculus.moving import diagonal, ravel, repeat
from .composed.choosing import compress
from .composed.shapes import copy
from .errors import KindError, brief, describe
from .memory import keep_freed
from .node import Node
from .numpy_protocol import NumpyProtocol, method
from .refusals import attempt

keep_freed()


class Tensor(NumpyProtocol, ArrayNames, Arithmetic, holds=np.ndarray):
    """An array of float32 or float64 that remembers how it was computed.

    data: an array or nested lists of numbers, copied; integers and booleans become float64.
    label: a name for people, shown in pictures. Raises KindError for data of another kind.

    >>> from autograd_mini import Tensor
    >>> w = Tensor([1.0, 2.0, 3.0])
    >>> (w * w).sum().backward()
    >>> w.grad
    array([2., 4., 6.])
    """

    __slots__ = ()

    @staticmethod
    def hold(data: Any) -> np.ndarray[Any, Any]:
        """A copy of the data as an array of float32 or float64."""
        if isinstance(data, Node):
            raise KindError(f"Tensor holds an array; got a {type(data).__name__}: join nodes with stack or concatenate")
        try:
            array = np.asarray(data) if type(data) is not np.ndarray else data
        except (MemoryError, KindError):
            raise
        except Exception as error:
            raise KindError(f"Tensor holds an array; got {describe(data)}: {error}") from error
        if isinstance(data, np.ndarray) and type(data) is not np.ndarray:
            array = without_subclass(data, "Tensor")
        dtype = np.dtype(np.float64) if array.dtype.kind in "iub" else array.dtype
        if dtype not in FLOATS:
            raise KindError(f"Tensor holds float32 or float64; got an array of {array.dtype}: {brief(data)}")
        return np.array(array, dtype) if array.size < _MANY else _align(array, dtype)

    def fit(self, contribution: Any) -> Any:
        """The contribution in this tensor's shape and dtype, what broadcasting spread summed again."""
        data = self._raw
        if type(contribution) is ndarray and contribution.shape == data.shape and contribution.dtype is data.dtype:
            return contribution
        shape, dtype = data.shape, data.dtype
        if not isinstance(contribution, Node):
            raw = attempt("a derivative", np.asarray, contribution)
            if raw.dtype.kind not in "fiub":
                raise KindError(
                    f"a derivative gave {describe(contribution)} for an input of shape {shape}; it gives numbers"
                )
            return np.asarray(fitted(raw, shape), dtype)
        if not isinstance(contribution, Tensor):  # a Value has no dtype
            return fitted(astype(contribution, dtype), shape)
        contribution = fitted(contribution, shape)
        return contribution if contribution._raw.dtype == dtype else astype(contribution, dtype)

    def admit(self, raw: Any, operation: str) -> Any:
        """A Python number as a float, which leaves the tensor's dtype alone; else an array of floats, or a mask."""
        if isinstance(raw, float | int) and not isinstance(raw, np.floating):
            return as_float(raw)
        array = numeric(raw, operation)
        return array.astype(np.result_type(self._raw, array)) if array.dtype.kind in "iu" else array

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes; () for a scalar."""
        return self._raw.shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the elements, float32 or float64."""
        return self._raw.dtype  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._raw.size  # type: ignore[no-any-return]

    @property
    def flat(self) -> "Tensor":
        """All elements in a row, to go through: for x in t.flat."""
        return ravel(self)  # type: ignore[no-any-return]

    @property
    def T(self) -> "Tensor":
        """The axes reversed."""
        return transpose(self)  # type: ignore[no-any-return]

    @property
    def mT(self) -> "Tensor":
        """The last two axes exchanged."""
        return swapaxes(self, -1, -2)  # type: ignore[no-any-return]

    sum, prod, mean, var, std, max, min = map(method, (np.sum, np.prod, np.mean, np.var, np.std, np.max, np.min))
    cumsum, cumprod, take, trace, clip, round = map(
        method, (np.cumsum, np.cumprod, np.take, np.trace, np.clip, np.round)
    )
    swapaxes, squeeze, ravel, flatten = swapaxes, squeeze, ravel, ravel
    copy = copy
    repeat, diagonal, dot, astype = repeat, diagonal, dot, astype
    __getitem__ = getitem

    def reshape(self, *shape: Any, order: str = "C") -> "Tensor":
        """The same elements in another shape: t.reshape(2, 3) or t.reshape((2, 3))."""
        return reshape(self, shape[0] if len(shape) == 1 else shape, order)  # type: ignore[no-any-return]

    def transpose(self, *axes: Any) -> "Tensor":
        """The axes in another order: t.transpose(1, 0), t.transpose((1, 0)) or, reversed, t.transpose()."""
        return transpose(self, axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None)  # type: ignore[no-any-return]

    def item(self, *place: Any) -> float:
        """The number of the only element, or of the one at a place: t.item(3), t.item(0, 1); plain, without a path."""
        if not place:
            return super().item()
        index = place[0] if len(place) == 1 else place
        return (self if isinstance(index, tuple) else ravel(self))[index].item()  # type: ignore[no-any-return]

    def compress(self, condition: Any, axis: int | None = None) -> "Tensor":
        """The slices along an axis, or the elements, for which the condition holds."""
        return compress(condition, self, axis)  # type: ignore[no-any-return]

    def __setitem__(self, index: Any, value: Any) -> None:
        raise KindError("item assignment is not recorded: use set_at, where or concatenate, or replace a leaf's data")

    def __contains__(self, number: Any) -> bool:
        return bool(np.any(self == number))

    def __len__(self) -> int:
        return len(self._raw)

    def __iter__(self) -> Iterator["Tensor"]:
        if self.shape == ():
            raise KindError("a Tensor of shape () has no items to go through")
        return (self[i] for i in range(len(self)))

    def _repr_html_(self) -> str:
        from .heat_maps import write_tensor

        return write_tensor(self)

    def __repr__(self) -> str:
        data = _write(self._raw, "Tensor(")
        before = f"Tensor({data}, grad=".rpartition("\n")[2]
        return self._describe(data, "None" if self._grad is None else _write(self._grad, before))


_MANY = 1000  # numbers; where there are fewer, the time that alignment takes would be felt and its gain not
_LINE = 64  # bytes of a cache line


def _align(array: np.ndarray[Any, Any], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """A copy that begins at a cache line, for the updates in place to come: NumPy's begin anywhere."""
    room = np.empty(array.size * dtype.itemsize + _LINE, np.uint8)
    copy: np.ndarray[Any, Any] = np.ndarray(array.shape, dtype, room, -room.ctypes.data % _LINE)
    copy[...] = array
    return copy


def _write(array: np.ndarray[Any, Any], prefix: str) -> str:
    """The numbers as repr(array) writes them, without its "array(", aligned below the prefix."""
    dtype = "" if array.dtype == np.float64 else f", dtype={array.dtype}"
    shape = "" if array.size else f", shape={array.shape}"
    return np.array2string(array, separator=", ", prefix=prefix) + shape + dtype
