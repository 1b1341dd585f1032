"""Python's operators, and the methods that NumPy's arrays have, as primitives."""

import operator
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from .calculus.activations import relu, sigmoid, tanh
from .calculus.bilinear import matmul
from .calculus.elementwise import add, divide, exp, log, multiply, negative, positive, power, sqrt, subtract
from .calculus.piecewise import abs, floor_divide, remainder, round, trunc
from .composed.elements import divmod
from .errors import ShapeError
from .node import Node, data_of
from .refusals import attempt
from .reverse import backward
from .watching import watcher


def _reflected(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda x, y: operation(y, x)


def _compared(sign: str, relation: Callable[[Any, Any], Any], name: str) -> Callable[[Any, Any], Any]:
    def compare(x: Any, y: Any) -> Any:
        if (tracer := watcher()) is not None and (answer := tracer.ask(name, x, y)) is not NotImplemented:
            return answer
        return attempt(sign, relation, data_of(x), data_of(y))

    return compare


class _Detachments(threading.local):
    count = 0


detachments = _Detachments()
"""How often this thread turned a node into a plain number, behind which no path leads on."""


class Arithmetic(Node):
    """What Value and Tensor share: a formula written with operators records itself.

    No operator changes a node: after `z = y`, `z += 1` makes a new node for z, and y is what it was.

    Comparisons, == among them, compare the data element by element and give plain booleans; as keys of dictionaries
    and in sets nodes are told apart by identity.
    """

    __slots__ = ()

    __pos__ = positive
    __neg__ = negative
    __abs__ = abs
    __add__, __radd__ = add, _reflected(add)
    __sub__, __rsub__ = subtract, _reflected(subtract)
    __mul__, __rmul__ = multiply, _reflected(multiply)
    __truediv__, __rtruediv__ = divide, _reflected(divide)
    __pow__, __rpow__ = power, _reflected(power)
    __matmul__, __rmatmul__ = matmul, _reflected(matmul)
    __mod__, __rmod__ = remainder, _reflected(remainder)
    __floordiv__, __rfloordiv__ = floor_divide, _reflected(floor_divide)
    __divmod__, __rdivmod__ = divmod, _reflected(divmod)

    __lt__, __le__ = _compared("<", operator.lt, "less"), _compared("<=", operator.le, "less_equal")
    __gt__, __ge__ = _compared(">", operator.gt, "greater"), _compared(">=", operator.ge, "greater_equal")
    __eq__, __ne__ = _compared("==", operator.eq, "equal"), _compared("!=", operator.ne, "not_equal")
    __hash__ = object.__hash__

    exp, log, sqrt, tanh = exp, log, sqrt, tanh
    sigmoid, relu = sigmoid, relu
    backward = backward

    def __bool__(self) -> bool:
        number = self._number()
        return bool(number) if (tracer := watcher()) is None else tracer.decide(self)

    def __float__(self) -> float:
        return self.item()

    def __int__(self) -> int:
        return attempt("int", int, (self if watcher() is None else trunc(self)).item())  # type: ignore[no-any-return]

    def __round__(self, digits: int | None = None) -> Any:
        return round(self, digits or 0) if digits is not None else int(round(self, 0).item())

    def __format__(self, spec: str) -> str:
        return format(self._number(), spec) if spec else str(self)

    def item(self) -> float:
        """The number itself, of a Value or of a Tensor with one element: plain, so no derivative leads through it."""
        detachments.count += 1
        number = self._number()
        if (tracer := watcher()) is not None:
            tracer.look(self)
        return number

    def _number(self) -> float:
        if np.size(self._raw) != 1:
            raise ShapeError(
                f"one number is asked of a {type(self).__name__} of shape {self.shape}: use .data, or reduce it"
            )
        return float(np.asarray(self._raw).item())
