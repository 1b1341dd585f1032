"""A node: a piece of data, the inputs it was computed from, and the rule that computed it."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from .errors import AutogradError, KindError

Derivative = Callable[..., Any]
"""derivative(g, output, *inputs) -> the contribution to one input; linear in g."""


class Rule(NamedTuple):
    """What a node knows of the operation that computed it.

    An elementwise operation has one rule that all its nodes share; one with parameters (an axis, an index)
    binds them in a rule of the node's own. forward is the operation itself, of the node's inputs alone.
    """

    name: str
    family: str
    forward: Callable[..., Any]
    derivatives: tuple[Derivative, ...]


_recording: ContextVar[bool] = ContextVar("recording", default=True)
is_recording = _recording.get
next_birth = itertools.count().__next__
_blank = object.__new__
_kinds: dict[type, type["Node"]] = {}  # which kind of node holds which kind of data


class Node:
    """Data with a memory of where it came from; `Value` holds a float, `Tensor` an array.

    The inputs have two slots, not a tuple: a tuple for each node would be one more object for Python's garbage
    collector to visit, which costs more than the arithmetic (docs/architecture.md). Where there are more than
    two inputs, `second` is a tuple of all but the first; where there is one, `second` is None.
    """

    __slots__ = ("__weakref__", "_data", "birth", "first", "grad", "label", "rule", "second")

    _data: Any
    birth: int
    first: Any
    second: Any
    rule: Rule | None
    grad: Any
    label: str | None

    def __init_subclass__(cls, *, holds: type | None = None) -> None:
        if holds is not None:
            _kinds[holds] = cls

    def __init__(self, data: Any, *, label: str | None = None) -> None:
        self._data = self.held(data)
        self.birth = next_birth()
        self.first = self.second = self.rule = self.grad = None
        self.label = label

    @staticmethod
    def held(data: Any) -> Any:
        """The data as this kind of node holds it; a KindError where it cannot."""
        raise KindError(f"make a Value of a float or a Tensor of an array, not a bare Node; got {data!r}")

    def fit(self, contribution: Any) -> Any:
        """A contribution in this node's own shape and dtype: what broadcasting spread is summed again."""
        raise KindError("a bare Node has no shape")

    def constant(self, raw: Any, operation: str) -> Any:
        """A raw number or array as an operation with this node keeps it; a KindError for anything else."""
        raise KindError("a bare Node meets no constants")

    def _set_data(self, data: Any) -> None:
        if self.rule is not None:
            raise AutogradError(
                f"only a leaf's data may be replaced; this node is the output of {self.rule.name}: "
                "replace the data of its leaves and run the forward pass again"
            )
        self._data = data if data is self._data else self.held(data)
        self.birth = next_birth()

    data = property(attrgetter("_data"), _set_data, doc="The float or array; replacing a leaf's is noticed.")

    @property
    def inputs(self) -> tuple[Any, ...]:
        """What the node was computed from: nodes, and constants as raw floats or arrays; () for a leaf."""
        if self.rule is None:
            return ()
        if self.second is None:
            return (self.first,)
        return (self.first, *self.second) if type(self.second) is tuple else (self.first, self.second)

    @property
    def local_derivatives(self) -> tuple[Callable[[Any], Any], ...]:
        """For each input the closure g -> contribution to that input's gradient.

        >>> from autograd_mini import Value
        >>> product = Value(2.0) * Value(5.0)
        >>> [derivative(1.0) for derivative in product.local_derivatives]
        [5.0, 2.0]
        """
        return tuple(self._bound(i) for i in range(len(self.inputs)))

    def _bound(self, i: int) -> Callable[[Any], Any]:
        def local_derivative(g: Any) -> Any:
            assert self.rule is not None
            parent = self.inputs[i]
            values = [data_of(x) for x in self.inputs]
            if isinstance(self._data, np.ndarray) and not isinstance(g, Node):
                g = np.broadcast_to(g, self.shape)
            with np.errstate(all="ignore"):  # silent, as in a sweep
                contribution = flow(self.rule.derivatives[i], g, self._data, *values)
            return parent.fit(contribution) if isinstance(parent, Node) else contribution

        return local_derivative

    @property
    def name(self) -> str:
        """The operation that computed the node, in NumPy's words; "leaf" for a leaf."""
        return "leaf" if self.rule is None else self.rule.name

    @property
    def shape(self) -> tuple[int, ...]:
        """The data's shape; () for a scalar."""
        return np.shape(self._data)

    @property
    def ndim(self) -> int:
        """The number of axes; 0 for a scalar."""
        return len(self.shape)

    def _described(self, data: str, grad: str) -> str:
        operation = "" if self.rule is None else f", name={self.rule.name!r}"
        label = "" if self.label is None else f", label={self.label!r}"
        return f"{type(self).__name__}({data}, grad={grad}{operation}{label})"

    def __reduce__(self) -> Any:
        """Copies of a leaf, deep, shallow or sent to another process, are leaves born anew."""
        if self.rule is not None:
            raise AutogradError(
                f"the output of {self.rule.name} is its place in a graph and is not copied; "
                f"for its number alone use {type(self).__name__}(node.data)"
            )
        return partial(type(self), label=self.label), (self._data,)


def record(data: Any, rule: Rule, first: Any, second: Any = None) -> Any:
    """The node of an operation's result; under `no_grad` a leaf that remembers nothing."""
    try:
        node = _blank(_kinds[type(data)])
    except KeyError:
        data, kind = _housed(data, rule, first, second)
        node = _blank(kind)
    node._data = data
    node.birth = next_birth()
    node.grad = node.label = None
    if is_recording():
        node.rule = rule
        node.first = first
        node.second = second
    else:
        node.rule = node.first = node.second = None
        if isinstance(data, np.ndarray) and data.base is not None:
            node._data = data.copy()  # a leaf owns its data; this is a view of another's
    return node


def _housed(data: Any, rule: Rule, first: Any, second: Any) -> tuple[Any, type[Node]]:
    """NumPy answers a 0-d operation with a scalar: an array again if arrays went in, else a float."""
    if not isinstance(data, np.floating):
        raise KindError(f"{rule.name} gave a {type(data).__name__}, which no node holds")
    inputs = (first, *second) if type(second) is tuple else (first, second)
    if any(isinstance(data_of(x), np.ndarray) for x in inputs):
        return np.asarray(data), _kinds[np.ndarray]
    return float(data), _kinds[float]


def as_float(number: Any) -> float:
    """A number as a Python float."""
    try:
        return float(number)
    except OverflowError as error:
        raise KindError(f"this whole number is too large for a float, which reaches 1.8e308: {error}") from error


def numeric(x: Any, operation: str) -> Any:
    """A raw input as an array of numbers that nodes can meet; a KindError that names the operation otherwise."""
    array = x if isinstance(x, np.ndarray) else np.asarray(x)
    if array.dtype.kind not in "iub" and array.dtype not in (np.float32, np.float64):
        shown = f"an array of {array.dtype}" if isinstance(x, np.ndarray) else f"{type(x).__name__} {x!r}"
        raise KindError(f"{operation} takes numbers and arrays of float32 or float64, Values and Tensors; got {shown}")
    return array


def data_of(x: Any) -> Any:
    """A node's data; a raw number or array as it is."""
    return x._data if isinstance(x, Node) else x


def ieee(function: Callable[..., Any], *numbers: Any) -> Any:
    """The function's answer in NumPy's silent arithmetic: inf and nan where Python's floats raise."""
    with np.errstate(all="ignore"):
        answer = function(*(np.float64(x) if type(x) is float else x for x in numbers))
    return float(answer) if isinstance(answer, np.floating) else answer


def flow(derivative: Derivative, g: Any, output: Any, *values: Any) -> Any:
    """What one derivative hands to one input."""
    try:
        return derivative(g, output, *values)
    except ArithmeticError:
        return ieee(derivative, g, output, *values)


@contextmanager
def recording(wanted: bool = True) -> Iterator[None]:
    """Inside this context (of this thread alone) operations record, whatever is outside; with False they do not."""
    token = _recording.set(wanted)
    try:
        yield
    finally:
        _recording.reset(token)


@contextmanager
def no_grad() -> Iterator[None]:
    """Inside this context (of this thread alone) operations compute without recording.

    Their results are leaves: backward() of one sets its own grad and no other's.

    Also a decorator, @no_grad(), of functions that return (a generator's body runs after the context is left).

    >>> from autograd_mini import Value, no_grad
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.inputs
    (9.0, ())
    """
    with recording(False):
        yield
