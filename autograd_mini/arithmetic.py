"""Python's operators, and the methods that NumPy's arrays have, as primitives."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from .calculus.activations import relu, sigmoid, tanh
from .calculus.bilinear import matmul
from .calculus.elementwise import add, divide, exp, log, multiply, negative, positive, power, sqrt, subtract
from .calculus.piecewise import abs
from .errors import ShapeError
from .node import Node, data_of
from .sweep import backward


def _reflected(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda x, y: operation(y, x)


def _compared(relation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda x, y: relation(data_of(x), data_of(y))


class Arithmetic(Node):
    """What Value and Tensor share: a formula written with operators records itself.

    Comparisons give plain booleans; == and != compare identity, for nodes are keys of dictionaries.
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

    __lt__, __le__ = _compared(operator.lt), _compared(operator.le)
    __gt__, __ge__ = _compared(operator.gt), _compared(operator.ge)

    exp, log, sqrt, tanh = exp, log, sqrt, tanh
    sigmoid, relu = sigmoid, relu
    backward = backward

    def __bool__(self) -> bool:
        return bool(self.item())

    def __float__(self) -> float:
        return self.item()

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else str(self)

    def item(self) -> float:
        """The number itself, of a Value or of a Tensor with one element."""
        if np.size(self._data) != 1:
            raise ShapeError(
                f"one number is asked of a {type(self).__name__} of shape {self.shape}: use .data, or reduce it"
            )
        return float(np.asarray(self._data).item())
