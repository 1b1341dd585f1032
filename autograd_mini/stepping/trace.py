"""A sweep written down, arrow by arrow, with every number that the chain rule meets on its way."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import AutogradError
from ..node import Node
from ..primitive import Elementwise
from ..reverse import gradients
from ..snapshot import Snapshot


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """What one arrow hands back: upstream × local = contribution, added to what its start has already.

    local is None where an array has no derivative element by element. awaited: how many arrows still owed the
    end a contribution when it handed its gradient on (0 in a right order); pending: how many still owe the start.
    """

    head: Node
    position: int  # among the inputs of the head
    tail: Node
    upstream: Any
    local: Any
    contribution: Any
    before: Any  # None for the first contribution
    after: Any
    awaited: int
    pending: int


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One walk through a graph as it stood.

    graph: the snapshot, of whose copies everything here tells. deliveries: in the order of the sweep. gradient: where
    each node's sum ended. right: the engine's own gradients, to compare with; none for a node that only steps lead to.
    """

    graph: Snapshot
    deliveries: tuple[Delivery, ...]
    gradient: dict[Node, Any]
    right: dict[Node, Any]


def trace(root: Node, seed: Any = None, *, order: Iterable[Node] | None = None) -> Trace:
    """The backward pass written down, each number computed by the rules that the sweep itself applies.

    seed: as in `gradients`. order: another order in which the nodes hand on what they have, each once, to see
    what it does to the gradients; by default the engine's, latest born first.

    Raises what `gradients` raises, and AutogradError where the order comes to a node that has no gradient yet, or to
    one of another graph.

    >>> from autograd_mini import Value
    >>> from autograd_mini.stepping.trace import trace
    >>> x = Value(3.0)
    >>> [(step.upstream, step.local, step.contribution, step.after) for step in trace(x * x).deliveries]
    [(1.0, 3.0, 3.0, 3.0), (1.0, 3.0, 3.0, 6.0)]
    """
    return trace_graph(Snapshot(root), seed, order)


def trace_graph(graph: Snapshot, seed: Any = None, order: Iterable[Node] | None = None) -> Trace:
    """The same of a snapshot.

    >>> from autograd_mini import Value
    >>> len(trace_graph(Snapshot(Value(3.0) * Value(2.0))).deliveries)
    2
    """
    right = gradients(graph.root, seed)
    reached = [node for node in reversed(graph.nodes) if node in right]
    leads = {node: [part is not None for part in graph.local_derivatives(node)] for node in reached}
    owed = Counter(x for node in reached for x, leads_on in zip(node.inputs, leads[node], strict=True) if leads_on)
    gradient = {graph.root: right[graph.root]}
    deliveries = []
    with np.errstate(all="ignore"):  # as in a sweep
        for head in reached if order is None else _find_copies(graph, order):
            if head not in right:
                continue
            if head not in gradient:
                raise AutogradError(
                    f"the order comes to {head!r} before any arrow has delivered to it: visit its users first"
                )
            upstream, awaited = gradient[head], owed[head]
            for position, (tail, contribution) in enumerate(zip(head.inputs, head.hand_back(upstream), strict=True)):
                if not leads[head][position]:
                    continue
                local = graph.local_derivatives(head)[position] if _is_elementwise(head, tail) else None
                before = gradient.get(tail)
                gradient[tail] = after = contribution if before is None else before + contribution
                owed[tail] -= 1
                deliveries.append(
                    Delivery(head, position, tail, upstream, local, contribution, before, after, awaited, owed[tail])
                )
    return Trace(graph, tuple(deliveries), gradient, right)


def _find_copies(graph: Snapshot, order: Iterable[Node]) -> Iterator[Node]:
    for node in order:
        copy = graph.copy_of(node)
        if copy is None:
            raise AutogradError(f"the order comes to {node!r}, from which this {graph.root.name} was not computed")
        yield copy


def _is_elementwise(head: Node, tail: Node) -> bool:
    """Whether a contribution is the product, element by element, of the upstream gradient and a derivative."""
    return head.shape == () or (isinstance(head.primitive, Elementwise) and head.shape == tail.shape)
