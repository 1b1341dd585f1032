"""A graph as it stands, copied so that nothing changes it any more, with what each of its nodes hands back."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .constants import attach, label_of
from .errors import AutogradError, KindError, describe
from .node import Node
from .primitive import Call
from .replay import replay
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
            raise KindError(f"a graph ends at a Value or a Tensor, such as model(x) or a loss; got {describe(root)}")
        copier = _Copier()
        for node in reversed(history(root)):
            copier.copy_node(node)
        self._copies = copier.nodes
        self.nodes = tuple(copier.nodes.values())
        self.root = copier.nodes[root]
        self._contributions: dict[Node, list[Any]] = {}
        self._local_derivatives: dict[Node, list[Any]] = {}

    def compute_with(self, data: Mapping[Node, Any]) -> "Snapshot":
        """Another snapshot of the graph, in which some of these leaves hold other data of the same shape.

        What follows from them is computed again by the recorded operations, and no gradient is known.

        >>> from autograd_mini import Value
        >>> from autograd_mini.snapshot import Snapshot
        >>> taken = Snapshot(Value(3.0) * 2.0)
        >>> taken.compute_with({taken.nodes[0]: 5.0}).root.data, taken.root.data
        (10.0, 6.0)
        """
        other = Snapshot(self.root)
        for leaf, numbers in data.items():
            other._copies[leaf]._raw = leaf.hold(numbers)
        for node in other.nodes:
            node._grad = None
            if node.rule is not None:
                node._raw = replay(node, {}, since=node.birth)
        return other

    def copy_of(self, node: Node) -> Node | None:
        """The copy of a node; None where the root was not computed from it.

        >>> from autograd_mini import Value
        >>> x, y = Value(3.0, label="x"), Value(4.0)
        >>> taken = Snapshot(-x)
        >>> taken.copy_of(x), taken.copy_of(y)
        (Value(3.0, grad=None, label='x'), None)
        """
        return self._copies.get(node)

    def with_gradients(self, gradient: Mapping[Node, Any]) -> "Snapshot":
        """The same graph with other gradients, {copy: gradient}, and none elsewhere, in copies of its own.

        >>> from autograd_mini import Value
        >>> taken = Snapshot(Value(2.0) * 5.0)
        >>> swept = taken.with_gradients({taken.root: 3.0})
        >>> taken.root.grad, swept.root.grad, swept.contributions(swept.root)
        (None, 3.0, [15.0, None])
        """
        again = Snapshot(self.root)
        for node, copy in zip(self.nodes, again.nodes, strict=True):
            copy._grad = gradient.get(node)
        return again

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
            self._contributions[node] = [] if node._grad is None else node.hand_back(node._grad)
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

    def sweep_part(self, output: Node, nodes: Sequence[Node]) -> dict[Node, Any]:
        """What an output hands, of a gradient of ones, to each node that is reached through these copies alone.

        nodes: oldest first, the output among them. Nothing where a rule has no derivative at these numbers.

        >>> from autograd_mini import Value
        >>> x = Value(3.0)
        >>> taken = Snapshot((x * x + x) * 2.0)
        >>> inside = taken.nodes[1:3]
        >>> taken.sweep_part(inside[-1], inside)[taken.copy_of(x)]
        7.0
        """
        gradient: dict[Node, Any] = {output: 1.0}
        for node in reversed(nodes):
            if node not in gradient:
                continue
            try:
                parts = node.hand_back(gradient[node])
            except AutogradError:  # as of a pseudo-inverse where it jumps
                return {}
            for x, part in zip(node.inputs, parts, strict=True):
                if part is not None:
                    gradient[x] = gradient[x] + part if x in gradient else part
        return gradient


class _Copier:
    """Copies each node and each array once, however often it is used."""

    def __init__(self) -> None:
        self.nodes: dict[Node, Node] = {}
        self._arrays: dict[int, Any] = {}

    def copy_node(self, node: Node) -> None:
        """Copy a node whose inputs have been copied."""
        copy: Node = _blank(type(node))
        rule, first, second = node.rule, node.first, node.second
        if type(rule) is Call:
            args, named = self._copy_parameter(rule.args), rule.named.items()
            rule = Call(rule.primitive, args, {name: self._copy_parameter(x) for name, x in named})
        copy._raw, copy._grad = self._copy(node._raw), self._copy(node._grad)
        copy.rule, copy.birth, copy._label = rule, node.birth, node._label
        copy.first = self._copy(first)
        copy.second = tuple(map(self._copy, second)) if type(second) is tuple else self._copy(second)
        self.nodes[node] = copy

    def _copy(self, x: Any) -> Any:
        """The copy of an input or of data; numbers, and what marks that there is none, as they are."""
        if type(x) is float:
            return x
        if isinstance(x, Node):
            return self.nodes[x]
        if isinstance(x, np.ndarray):
            if id(x) not in self._arrays:
                self._arrays[id(x)] = copy = _copy_array(x)
                if (label := label_of(x)) is not None:
                    attach(copy, label)
            return self._arrays[id(x)]
        return x

    def _copy_parameter(self, x: Any) -> Any:
        """The same with arrays of its own; nodes in it are no inputs, but a checkpoint's own business."""
        if type(x) in (tuple, list):
            return type(x)(map(self._copy_parameter, x))
        return x if isinstance(x, Node) else self._copy(x)


def _copy_array(array: Any) -> Any:
    """The same numbers in memory of their own, in which what broadcasting repeats is kept once."""
    if array.size and 0 in array.strides:
        once = array[tuple(slice(1) if stride == 0 else slice(None) for stride in array.strides)]
        return np.broadcast_to(once.copy("K"), array.shape)
    return array.copy("K")
