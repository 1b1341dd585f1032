"""A graph as it stands, copied so that nothing changes it any more, with what each of its nodes hands back."""

from typing import Any

import numpy as np

from .errors import KindError
from .node import Node
from .primitive import Call
from .reverse import history

_blank = object.__new__


class Snapshot:
    """Copies of a node and of all that it was computed from, as they stood when this was made.

    root: the copy of the node. nodes: every copy, oldest first. A copy is a node like any other: of the kind, rule,
    birth, label and gradient of the one it was made from, but with arrays of its own. What a node hands back is
    computed when it is first asked for, for all its inputs at once.

    Raises KindError where the root is no node, and StaleError where a leaf's data was replaced after its use.

    >>> from autograd_mini import Value
    >>> from autograd_mini.snapshot import Snapshot
    >>> x = Value(3.0)
    >>> taken = Snapshot(x * x)
    >>> x.data = 5.0
    >>> taken.root.data, taken.local_derivatives(taken.root)
    (9.0, [3.0, 3.0])
    """

    def __init__(self, root: Node) -> None:
        if not isinstance(root, Node):
            raise KindError(
                f"a graph ends at a Value or a Tensor, such as model(x) or a loss; got {type(root).__name__} {root!r}"
            )
        copier = _Copier()
        for node in reversed(history(root)):
            copier.copy_node(node)
        self._copies = copier.nodes
        self.nodes = tuple(copier.nodes.values())
        self.root = copier.nodes[root]
        self._contributions: dict[Node, list[Any]] = {}
        self._local_derivatives: dict[Node, list[Any]] = {}

    def copy_of(self, node: Node) -> Node | None:
        """The copy of a node; None where the root was not computed from it.

        >>> from autograd_mini import Value
        >>> x, y = Value(3.0, label="x"), Value(4.0)
        >>> taken = Snapshot(-x)
        >>> taken.copy_of(x), taken.copy_of(y)
        (Value(3.0, grad=None, label='x'), None)
        """
        return self._copies.get(node)

    def contributions(self, node: Node) -> list[Any]:
        """What a copy hands to each of its inputs of its gradient; None where no path leads, [] before a sweep.

        >>> from autograd_mini import Value
        >>> y = Value(2.0) * 5.0
        >>> y.backward()
        >>> taken = Snapshot(y)
        >>> taken.contributions(taken.root)
        [5.0, None]
        """
        if node not in self._contributions:
            self._contributions[node] = [] if node.grad is None else node.hand_back(node.grad)
        return self._contributions[node]

    def local_derivatives(self, node: Node) -> list[Any]:
        """What a copy hands to each of its inputs of a gradient of ones; None where no path leads.

        >>> from autograd_mini import Value, sign
        >>> taken = Snapshot(sign(Value(2.0)))
        >>> taken.local_derivatives(taken.root)
        [None]
        """
        if node not in self._local_derivatives:
            self._local_derivatives[node] = node.hand_back(1.0)
        return self._local_derivatives[node]


class _Copier:
    """Copies each node and each array once, however often it is used."""

    def __init__(self) -> None:
        self.nodes: dict[Node, Node] = {}
        self._arrays: dict[int, Any] = {}

    def copy_node(self, node: Node) -> None:
        """Copy a node whose inputs have been copied."""
        copy: Node = _blank(type(node))
        copy._raw = self._copy(node._raw)
        copy.birth, copy.grad, copy._label = node.birth, self._copy(node.grad), node._label
        rule = node.rule
        if type(rule) is Call:
            rule = Call(rule.primitive, self._copy(rule.args), {key: self._copy(x) for key, x in rule.named.items()})
        copy.rule, copy.first = rule, self._copy(node.first)
        copy.second = self._copy(node.second)
        self.nodes[node] = copy

    def _copy(self, x: Any) -> Any:
        """The copy of a node or an array, and of those in a tuple or a list; anything else as it is."""
        if type(x) is float:
            return x
        if isinstance(x, Node):
            return self.nodes.get(x, x)
        if isinstance(x, np.ndarray):
            if id(x) not in self._arrays:
                self._arrays[id(x)] = _copy_array(x)
            return self._arrays[id(x)]
        return type(x)(map(self._copy, x)) if type(x) in (tuple, list) else x


def _copy_array(array: Any) -> Any:
    """The same numbers in memory of their own, in which what broadcasting repeats is kept once."""
    if array.size and 0 in array.strides:
        once = array[tuple(slice(1) if stride == 0 else slice(None) for stride in array.strides)]
        return np.broadcast_to(once.copy("K"), array.shape)
    return array.copy("K")
