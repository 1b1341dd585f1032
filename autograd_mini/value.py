"""The node of a Python float."""

from numbers import Real
from typing import Any

import numpy as np

from .arithmetic import Arithmetic
from .calculus.linear import sum
from .errors import KindError
from .node import Node, as_float, numeric
from .numpy_protocol import NumpyProtocol


class Value(NumpyProtocol, Arithmetic, holds=float):
    """A float that remembers how it was computed.

    data: a number, kept as a Python float (double precision). label: a name for people, shown in pictures.
    Raises KindError for what is no number.

    >>> from autograd_mini import Value
    >>> a, b = Value(2.0, label="a"), Value(-3.0)
    >>> loss = (a * b + 10).tanh()
    >>> loss.backward()
    >>> round(a.grad, 4), round(b.grad, 4)
    (-0.004, 0.0027)
    """

    __slots__ = ()

    @staticmethod
    def held(data: Any) -> float:
        """The number as a Python float."""
        if isinstance(data, np.ndarray) and data.shape == ():
            data = data[()]
        if isinstance(data, Real | np.bool_):
            return as_float(data)
        raise KindError(f"Value holds a float; got {type(data).__name__} {data!r}: for an array use Tensor")

    def fit(self, contribution: Any) -> Any:
        """The sum of a contribution that broadcasting spread."""
        if isinstance(contribution, Node):
            return contribution if isinstance(contribution, Value) else sum(contribution)
        array = np.asarray(contribution)
        return float(array.item() if array.size == 1 else np.sum(array))  # a sum makes 0 of -0

    def constant(self, raw: Any, operation: str) -> Any:
        """A number as a float; an array as it is: the result is then a Tensor."""
        if isinstance(raw, Real | np.bool_):
            return self.held(raw)
        return numeric(raw, operation)

    def __repr__(self) -> str:
        return self._described(repr(self._data), repr(self.grad))
