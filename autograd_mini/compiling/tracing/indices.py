"""What stands for whole numbers among the arguments of a traced function: an index stays one, all else is a look."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ...watching import watcher

_COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")


class StandIn(NDArrayOperatorsMixin):
    """Something that answers as its plain data do: whatever it is asked, Python code has looked at the data."""

    __slots__ = ()
    __hash__ = object.__hash__

    @property
    def plain(self) -> Any:
        """The data, looked at."""
        raise NotImplementedError

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.asarray(self.plain, dtype)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:
        return getattr(ufunc, method)(*(x.plain if isinstance(x, StandIn) else x for x in inputs), **named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.plain, name)

    def __bool__(self) -> bool:
        return bool(self.plain)

    def __int__(self) -> int:
        return int(self.plain)

    def __index__(self) -> int:
        return self.plain.__index__()  # type: ignore[no-any-return]

    def __float__(self) -> float:
        return float(self.plain)


class Indices(StandIn):
    """An argument of whole numbers: its shape and dtype are known, as (part of) an index it stays in the program.

    Every other use gives its plain array, which is a decision; of the least and the largest only what is asked of them.
    """

    __slots__ = ("array",)

    def __init__(self, array: Any) -> None:
        self.array = np.array(array)
        self.array.flags.writeable = False

    @property
    def plain(self) -> Any:
        """The array; a decision, where a function is traced."""
        return self.array if (tracer := watcher()) is None else tracer.look(self)

    shape = property(lambda self: self.array.shape, doc="The lengths of the axes.")
    dtype = property(lambda self: self.array.dtype, doc="The type of the elements.")
    ndim = property(lambda self: self.array.ndim, doc="The number of axes.")
    size = property(lambda self: self.array.size, doc="The number of elements.")

    def min(self, axis: Any = None, out: Any = None, **named: Any) -> Any:
        """The least; what it is compared with is a decision, itself only where more is asked. np.min comes here too."""
        return self._bound("min", axis, out, named)

    def max(self, axis: Any = None, out: Any = None, **named: Any) -> Any:
        """The largest, as `min` the least."""
        return self._bound("max", axis, out, named)

    def _bound(self, name: str, axis: Any, out: Any, named: dict[str, Any]) -> Any:
        if axis is None and out is None and not named:
            return Bound(self, name)
        return getattr(np, name)(self.plain, axis, out, **named)

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.plain)

    def __contains__(self, number: Any) -> bool:
        return number in self.plain

    def __getitem__(self, index: Any) -> Any:
        return self.plain[index]

    def __repr__(self) -> str:
        return f"Indices({self.array!r})"


class Bound(StandIn):
    """The least or the largest of an argument of whole numbers."""

    __slots__ = ("indices", "name")

    def __init__(self, indices: Indices, name: str) -> None:
        self.indices, self.name = indices, name

    @property
    def plain(self) -> Any:
        """The number; a decision about the whole array."""
        return getattr(np, self.name)(self.indices.plain)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:
        tracer, (first, *others) = watcher(), inputs
        is_asked = tracer is not None and ufunc.__name__ in _COMPARISONS and first is self and not named
        if not is_asked or not isinstance(others[0], int | float | np.number):
            return super().__array_ufunc__(ufunc, method, *inputs, **named)
        assert tracer is not None
        answer = bool(ufunc(getattr(np, self.name)(self.indices.array), others[0]))
        tracer.keep(self.indices, self.name, (ufunc.__name__, others[0], answer))
        return answer

    def __format__(self, spec: str) -> str:
        return format(getattr(np, self.name)(self.indices.array), spec)

    def __repr__(self) -> str:
        return format(self)


def holds_indices(parameter: Any) -> bool:
    """Whether a parameter is, or holds, an argument of whole numbers."""
    if isinstance(parameter, tuple | list):
        return any(map(holds_indices, parameter))
    if isinstance(parameter, dict):
        return any(map(holds_indices, parameter.values()))
    return isinstance(parameter, Indices)
