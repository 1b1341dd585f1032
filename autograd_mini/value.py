"""The node of a Python float."""

from numbers import Real
from typing import Any

import numpy as np

from .admission import as_float, numeric
from .arithmetic import Arithmetic
from .array_names import ArrayNames
from .calculus.linear import as_number
from .composed.shapes import copy
from .errors import KindError, describe
from .node import Node
from .numpy_protocol import NumpyProtocol, method
from .refusals import attempt


class Value(NumpyProtocol, ArrayNames, Arithmetic, holds=float):
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

    shape: tuple[int, ...] = ()  # a class attribute is found faster than a property
    size = 1
    dtype = np.dtype(np.float64)

    @property
    def T(self) -> "Value":
        """Itself: it has no axes."""
        return self

    sum, prod, mean, max, min = map(method, (np.sum, np.prod, np.mean, np.max, np.min))
    copy = copy

    @staticmethod
    def hold(data: Any) -> float:
        """The number as a Python float."""
        if isinstance(data, np.ndarray) and data.shape == ():
            data = data[()]
        if isinstance(data, Real | np.bool_):
            return as_float(data)
        raise KindError(f"Value holds a float; got {describe(data)}: for an array use Tensor")

    def fit(self, contribution: Any) -> Any:
        """The sum of a contribution that broadcasting spread."""
        if type(contribution) is float:
            return contribution
        if isinstance(contribution, Node):
            return contribution if isinstance(contribution, Value) else as_number(contribution)
        if isinstance(contribution, float):
            return float(contribution)
        raw = attempt("a derivative", np.asarray, contribution)
        if raw.dtype.kind not in "fiub":
            raise KindError(f"a derivative gave {describe(contribution)} for a Value; it gives numbers")
        return float(raw.item() if raw.size == 1 else np.sum(raw))  # a sum makes 0 of -0

    def admit(self, raw: Any, operation: str) -> Any:
        """A number as a float; an array as one of floats or a mask: the result is then a Tensor."""
        if isinstance(raw, Real | np.bool_):
            return as_float(raw)
        array = numeric(raw, operation)
        return array.astype(np.float64) if array.dtype.kind in "iu" else array

    def _repr_html_(self) -> str:
        from .heat_maps import write_value

        return write_value(self)

    def __repr__(self) -> str:
        return self._describe(repr(self._raw), repr(self._grad))
