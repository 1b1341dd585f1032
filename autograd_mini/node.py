"""A node: a piece of data, the inputs it was computed from, and the operation that computed it."""

import itertools
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any, Protocol

import numpy as np

from .errors import AutogradError, KindError, ShapeError, describe
from .grad_mode import is_recording
from .watching import watcher

Derivative = Callable[..., Any]
"""derivative(g, output, *inputs, *parameters) -> the contribution to one input; linear in g."""


class Rule(Protocol):
    """What computed a node: a primitive that all its nodes share, with the parameters of this one's call."""

    @property
    def name(self) -> str:
        """The operation's name."""

    @property
    def primitive(self) -> Any:
        """The primitive itself."""

    @property
    def args(self) -> tuple[Any, ...]:
        """The parameters given by place."""

    @property
    def named(self) -> dict[str, Any]:
        """The parameters given by name."""

    @property
    def add(self) -> Any:
        """Of a rule that picks elements, add(gradient, g, *parameters), which adds to these alone in place; or None."""

    def pull(self, node: "Node", g: Any) -> Any:
        """What the node hands to each of its inputs of its own gradient."""


next_birth = itertools.count().__next__
_blank = object.__new__
_kinds: dict[type, type["Node"]] = {}  # which kind of node holds which kind of data
NO_HISTORY = "computed under no_grad"  # in the place of the inputs that were not recorded


class Node:
    """Data with a memory of where it came from; `Value` holds a float, `Tensor` an array.

    The inputs have two slots, not a tuple: a tuple for each node would be one more object for Python's garbage
    collector to visit, which costs more than the arithmetic (docs/architecture.md). Where there are more than
    two inputs, `second` is a tuple of all but the first; where there is one, `second` is None.
    """

    __slots__ = ("__weakref__", "_grad", "_label", "_raw", "birth", "first", "rule", "second")

    _raw: Any
    birth: int
    first: Any
    second: Any
    rule: Rule | None
    _grad: Any
    _label: str | None

    def __init_subclass__(cls, *, holds: type | None = None) -> None:
        if holds is not None:
            _kinds[holds] = cls

    def __init__(self, data: Any, *, label: str | None = None, **others: Any) -> None:
        if others:
            self._refuse(others)
        self._raw = self.hold(data)
        self.birth = next_birth()
        self.first = self.second = self.rule = self._grad = None
        self.label = label

    def _refuse(self, options: dict[str, Any]) -> None:
        kind = type(self).__name__
        way_out = f"every {kind} varies; what shall not vary stays a plain number or array"
        if "requires_grad" not in options:
            way_out = "convert the data before, np.asarray(data, dtype)"
        raise KindError(f"{kind} takes data and a label, no {', '.join(options)}: {way_out}")

    @staticmethod
    def hold(data: Any) -> Any:
        """The data as this kind of node holds it; a KindError where it cannot."""
        raise KindError(f"make a Value of a float or a Tensor of an array, not a bare Node; got {describe(data)}")

    def fit(self, contribution: Any) -> Any:
        """A contribution in this node's own shape and dtype: what broadcasting spread is summed again."""
        raise KindError("a bare Node has no shape")

    def admit(self, raw: Any, operation: str) -> Any:
        """A raw number or array as an operation with this node keeps it; a KindError for anything else."""
        raise KindError("a bare Node meets no constants")

    def as_parameter(self, operation: str) -> None:
        """Nothing where an operation may be told this node among its parameters; else a KindError."""
        raise KindError(
            f"{operation} takes a {type(self).__name__} among its parameters, which are constants and have no "
            "derivative: pass node.data"
        )

    def _get_data(self) -> Any:
        return self._raw if (tracer := watcher()) is None else tracer.look(self)

    def _set_data(self, data: Any) -> None:
        if self.rule is not None:
            raise AutogradError(
                f"only a leaf's data may be replaced; this node is the output of {self.name}: "
                "replace the data of its leaves and run the forward pass again"
            )
        if (tracer := watcher()) is not None:
            tracer.change(self, "data")
        if data is not self._raw:
            self._raw = self._replacement(data)
        self.birth = next_birth()

    def _replacement(self, data: Any) -> Any:
        """New data for a leaf, which keeps its shape and dtype; data without a dtype takes the leaf's."""
        if type(data) is type(self._raw) is float:
            return data
        new = self.hold(data)
        if isinstance(new, np.ndarray) and not hasattr(data, "dtype"):
            new = new.astype(self._raw.dtype, copy=False)
        if (self.shape, dtype_of(self)) != (np.shape(new), dtype_of(new)):
            raise ShapeError(
                f"data of shape {np.shape(new)} and {dtype_of(new)} in place of shape {self.shape} and "
                f"{dtype_of(self)}: a leaf keeps both; convert the data, or make a new {type(self).__name__}"
            )
        return new

    data = property(_get_data, _set_data, doc="The float or array; replacing a leaf's is noticed.")

    def _get_grad(self) -> Any:
        if (tracer := watcher()) is not None:
            tracer.recall(self)
        return self._grad

    def _set_grad(self, grad: Any) -> None:
        if (tracer := watcher()) is not None:
            tracer.change(self, "grad")
        self._grad = grad

    grad = property(_get_grad, _set_grad, doc="The gradient that `backward` stored; None where none was.")

    def _set_label(self, label: str | None) -> None:
        if label is not None and not isinstance(label, str):
            raise KindError(f"a label is text; got {describe(label)}")
        self._label = label

    label = property(attrgetter("_label"), _set_label, doc="A name for people, shown in pictures; None for none.")

    @property
    def inputs(self) -> tuple[Any, ...]:
        """What the node was computed from: nodes, and constants as raw floats or arrays; () for a leaf."""
        if self.rule is None:
            return ()
        if self.second is None:
            return (self.first,)
        return (self.first, *self.second) if type(self.second) is tuple else (self.first, self.second)

    @property
    def primitive(self) -> Any:
        """The operation that computed the node, which all its nodes share; None for a leaf."""
        return None if self.rule is None else self.rule.primitive

    @property
    def parameters(self) -> dict[str, Any]:
        """What the operation was told beside its inputs, by name: an axis, an index, a shape; {} for a leaf.

        >>> from autograd_mini import Tensor
        >>> Tensor([[1.0, 2.0]]).sum(axis=1).parameters
        {'axis': 1}
        """
        if self.rule is None:
            return {}
        if not self.rule.args:
            return dict(self.rule.named)  # a copy: the rule is the graph's, and without parameters all nodes'
        from inspect import signature

        given = signature(self.rule.primitive.compute).bind(*self.inputs, *self.rule.args, **self.rule.named).arguments
        return dict([*given.items()][len(self.inputs) :])

    @property
    def local_derivatives(self) -> tuple[Callable[[Any], Any], ...]:
        """For each input the closure g -> contribution to its gradient, made when asked; all at once: `hand_back`.

        >>> from autograd_mini import Value
        >>> product = Value(2.0) * Value(5.0)
        >>> [derivative(1.0) for derivative in product.local_derivatives]
        [5.0, 2.0]
        """
        return tuple(partial(lambda i, g: self.hand_back(g)[i], i) for i in range(len(self.inputs)))

    def hand_back(self, g: Any) -> list[Any]:
        """What the node hands to each input of its gradient g, in the input's shape; None where no path leads.

        g: the gradient, of the node's shape, or one number for all elements; a node, to have the derivatives recorded.
        Raises ShapeError where it has another shape.

        >>> from autograd_mini import Value
        >>> (Value(2.0) * 5.0).hand_back(1.0)
        [5.0, None]
        """
        if self.rule is None:
            return []
        if shape_of(g) not in ((), self.shape):
            raise ShapeError(f"a gradient of shape {shape_of(g)} for the output of {self.name} of shape {self.shape}")
        if isinstance(self._raw, np.ndarray) and not isinstance(g, Node):
            g = np.broadcast_to(np.asarray(g, self._raw.dtype), self.shape)
        if watcher() is not None and not isinstance(g, Node):
            g = type(self)(g)  # traced: what is handed back is computed from data, so it is recorded
        with np.errstate(all="ignore"):  # silent, as in a sweep
            parts = zip(self.inputs, self.rule.pull(self, g), strict=False)
            return [None if part is None or not isinstance(x, Node) else x.fit(part) for x, part in parts]

    @property
    def name(self) -> str:
        """The operation that computed the node, in NumPy's words; "leaf" for a leaf."""
        return "leaf" if self.rule is None else self.rule.name

    @property
    def shape(self) -> tuple[int, ...]:
        """The data's shape; () for a scalar."""
        return np.shape(self._raw)

    @property
    def ndim(self) -> int:
        """The number of axes; 0 for a scalar."""
        return len(self.shape)

    def _describe(self, data: str, grad: str) -> str:
        operation = "" if self.rule is None else f", name={self.name!r}"
        label = "" if self.label is None else f", label={self.label!r}"
        return f"{type(self).__name__}({data}, grad={grad}{operation}{label})"

    def __reduce__(self) -> Any:
        """Copies of a leaf, deep, shallow or sent to another process, are leaves born anew."""
        if self.rule is not None:
            raise AutogradError(
                f"the output of {self.name} is its place in a graph and is not copied; "
                f"for its number alone use {type(self).__name__}(node.data)"
            )
        return partial(type(self), label=self.label), (self.data,)


def record(data: Any, rule: Rule, first: Any, second: Any = None) -> Any:
    """The node of an operation's result; under `no_grad` a leaf that remembers nothing."""
    try:
        node = _blank(_kinds[type(data)])
    except KeyError:
        data, kind = _house(data, rule, first, second)
        node = _blank(kind)
    node._raw = data
    node.birth = next_birth()
    node._grad = node._label = None
    if is_recording():
        node.rule = rule
        node.first = first
        node.second = second
    else:
        node.rule = node.second = None
        node.first = NO_HISTORY
        if isinstance(data, np.ndarray) and data.base is not None:
            node._raw = data.copy()  # a leaf owns its data; this is a view of another's
    return node


def _house(data: Any, rule: Rule, first: Any, second: Any) -> tuple[Any, type[Node]]:
    """NumPy answers a 0-d operation with a scalar: an array again if arrays went in, else a float."""
    if not isinstance(data, np.floating):
        raise KindError(f"{rule.name} gave a {type(data).__name__}, which no node holds")
    inputs = (first, *second) if type(second) is tuple else (first, second)
    if any(isinstance(data_of(x), np.ndarray) for x in inputs):
        return np.asarray(data), _kinds[np.ndarray]
    return float(data), _kinds[float]


def data_of(x: Any) -> Any:
    """A node's data; a raw number or array as it is."""
    return x._raw if isinstance(x, Node) else x


def holds_array(x: Any) -> bool:
    """Whether x is an array or the node of one, not a number: what is computed from it is one, too."""
    return isinstance(x._raw if isinstance(x, Node) else x, np.ndarray)


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of a node, a number or an array."""
    if type(x) is float:
        return ()
    if isinstance(x, Node | np.ndarray):
        return x.shape
    try:
        return np.asarray(x).shape
    except MemoryError:
        raise
    except Exception as error:
        raise KindError(f"a number, an array or a node has a shape; got {describe(x)}: {error}") from error


def ndim_of(x: Any) -> int:
    """The number of axes of a node, a number or an array."""
    return len(shape_of(x))


def dtype_of(x: Any) -> np.dtype[Any]:
    """The type of the elements of a node, a number or an array."""
    raw = x._raw if isinstance(x, Node) else x
    return raw.dtype if isinstance(raw, np.ndarray | np.generic) else np.asarray(raw).dtype
