"""Masks: what comparisons give while a function is traced, nodes of 1 and 0 that behave as NumPy's booleans do."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...calculus.bilinear import matmul
from ...calculus.elementwise import add, divide, multiply, power, subtract
from ...calculus.linear import astype, swapaxes, transpose
from ...calculus.piecewise import questions
from ...calculus.reductions import all_of, any_of
from ...errors import KindError, describe
from ...node import dtype_of, holds_array
from ...tensor import Tensor
from ...value import Value
from ...watching import watcher

_ARITHMETIC = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "truediv",
    "power": "pow",
    "matmul": "matmul",
}
_SEQUENCES = (list, tuple, str, bytes)
_LOGIC = {"logical_and", "logical_or", "logical_xor", "bitwise_and", "bitwise_or", "bitwise_xor"}


def as_mask(node: Any) -> Any:
    """The node of ones and zeros, from here on as a mask."""
    node.__class__ = MaskOfArray if isinstance(node, Tensor) else MaskOfNumber
    return node


def is_mask(x: Any) -> bool:
    """Whether x is a node of answers."""
    return isinstance(x, _Mask)


def is_truth(x: Any) -> bool:
    """Whether x is true or false, or an array or mask of that, and no number."""
    return isinstance(x, _Mask | bool | np.bool_) or (isinstance(x, np.ndarray) and x.dtype == bool)


def _beside(mask: Any, other: Any) -> Any:
    """The mask as numbers beside the other: NumPy's booleans take the type of what they meet, else float64."""
    is_single = holds_array(mask) and holds_array(other) and dtype_of(other) == np.float32
    return astype(mask, np.float32) if is_single else mask


def _met(operation: Callable[[Any, Any], Any], logic: str | None) -> tuple[Any, Any]:
    """Arithmetic with a mask on the left and on the right; logic: what NumPy makes of it between booleans."""

    def meet(x: Any, y: Any) -> Any:
        if is_truth(x) and is_truth(y) and (holds_array(x) or holds_array(y)):
            if logic is None:
                raise KindError(f"{operation.__name__} of two masks: make one of them numbers, mask.astype(float)")
            return as_mask(questions[logic](x, y))
        if any(isinstance(part, MaskOfNumber) for part in (x, y)) and any(isinstance(p, _SEQUENCES) for p in (x, y)):
            return NotImplemented  # Python takes the mask for the whole number that it counts by
        x = _beside(x, y) if isinstance(x, _Mask) else x
        return operation(x, _beside(y, x) if isinstance(y, _Mask) else y)

    return meet, lambda x, y: meet(y, x)


def _joined(logic: str, sign: str) -> tuple[Any, Any]:
    def join(x: Any, y: Any) -> Any:
        for part in (x, y):
            if not is_truth(part):
                raise KindError(
                    f"{sign} joins masks, arrays of True and False; got {describe(part)}: compare it before"
                )
        return as_mask(questions[logic](x, y))

    return join, lambda x, y: join(y, x)


class _Mask:
    """What masks of numbers and of arrays share."""

    __slots__ = ()
    _raw: Any

    __add__, __radd__ = _met(add, "logical_or")
    __sub__, __rsub__ = _met(subtract, None)
    __mul__, __rmul__ = _met(multiply, "logical_and")
    __truediv__, __rtruediv__ = _met(divide, None)
    __pow__, __rpow__ = _met(power, None)
    __matmul__, __rmatmul__ = _met(matmul, None)
    __and__, __rand__ = _joined("logical_and", "&")
    __or__, __ror__ = _joined("logical_or", "|")
    __xor__, __rxor__ = _joined("logical_xor", "^")

    @property
    def data(self) -> Any:
        """True or False, or the array of them: Python code looks at it."""
        return (self._raw if (tracer := watcher()) is None else tracer.look(self)) != 0.0

    def as_parameter(self, operation: str) -> None:
        """An operation may be told a mask: it looks at it."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.asarray(self.data, dtype)

    def __str__(self) -> str:
        return str(self._raw != 0.0)

    def __format__(self, spec: str) -> str:
        return format(self._raw != 0.0, spec)

    def __index__(self) -> int:
        return int(bool(self))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.data, name)  # what is not recorded is asked of the plain booleans

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:
        if method == "__call__" and not named and len(inputs) == 2:
            x, y = inputs
            name = ufunc.__name__.replace("bitwise", "logical")
            if name in questions and ufunc.__name__ in _LOGIC and is_truth(x) and is_truth(y):
                return as_mask(questions[name](x, y))
            if name in _ARITHMETIC:
                own, other = (x, y) if isinstance(x, _Mask) else (y, x)
                reflected = "" if own is x else "r"
                return getattr(own, f"__{reflected}{_ARITHMETIC[name]}__")(other)
        return super().__array_ufunc__(ufunc, method, *inputs, **named)  # type: ignore[misc]

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function in (np.any, np.all) and args[0] is self:
            return (self.any if function is np.any else self.all)(*args[1:], **kwargs)
        return super().__array_function__(function, types, args, kwargs)  # type: ignore[misc]

    def any(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        """Whether one of them is true."""
        return as_mask(any_of(self, axis, keepdims=keepdims)) if isinstance(self, Tensor) else self

    def all(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        """Whether all of them are true."""
        return as_mask(all_of(self, axis, keepdims=keepdims)) if isinstance(self, Tensor) else self


class MaskOfNumber(_Mask, Value):
    """The answer to a question about a Value: a node of 1.0 or 0.0, which Python takes for True or False."""

    __slots__ = ()

    def __invert__(self) -> Any:
        raise KindError("~ of True and False is -2 and -1 in Python: write not x, or 1 - x where it stays in a formula")


def _kept(name: str) -> Callable[..., Any]:
    """The method of that name, whose result is a mask again."""
    return lambda self, *args, **named: as_mask(getattr(Tensor, name)(self, *args, **named))


class MaskOfArray(_Mask, Tensor):
    """The answers to a question about the elements of a Tensor: a node of ones and zeros."""

    __slots__ = ()

    __getitem__, reshape, transpose = _kept("__getitem__"), _kept("reshape"), _kept("transpose")
    ravel, flatten, squeeze = _kept("ravel"), _kept("flatten"), _kept("squeeze")
    swapaxes, take, repeat, diagonal = _kept("swapaxes"), _kept("take"), _kept("repeat"), _kept("diagonal")
    T = property(lambda self: as_mask(transpose(self)))
    mT = property(lambda self: as_mask(swapaxes(self, -1, -2)))

    def __invert__(self) -> Any:
        return as_mask(questions["logical_not"](self))

    def astype(self, dtype: Any, copy: bool = True) -> Any:
        """Ones and zeros as numbers; whole ones are float64 here, too."""
        kind = np.dtype(dtype).kind
        return self if kind == "b" else astype(self, dtype if kind == "f" else np.float64)
