"""A sweep written down, arrow by arrow, with every number that the chain rule meets on its way."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import AutogradError
from ..node import Node
from ..reverse import gradients


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Trace:
    """One walk through a graph.

    nodes: oldest first, as the forward pass computed them. deliveries: in the order of the sweep.
    gradient: where each node's sum ended. right: the engine's own gradients, to compare with.
    """

    root: Node
    nodes: tuple[Node, ...]
    deliveries: tuple[Delivery, ...]
    gradient: dict[Node, Any]
    right: dict[Node, Any]


def trace(root: Node, seed: Any = None, *, order: Iterable[Node] | None = None) -> Trace:
    """The backward pass written down, each number computed by the rules that the sweep itself applies.

    seed: as in `gradients`. order: another order in which the nodes hand on what they have, each once, to see
    what it does to the gradients; by default the engine's, latest born first.

    Raises what `gradients` raises, and AutogradError where the order comes to a node that has no gradient yet.

    >>> from autograd_mini import Value
    >>> from autograd_mini.stepping.trace import trace
    >>> x = Value(3.0)
    >>> [(step.upstream, step.local, step.contribution, step.after) for step in trace(x * x).deliveries]
    [(1.0, 3.0, 3.0, 3.0), (1.0, 3.0, 3.0, 6.0)]
    """
    right = gradients(root, seed)
    nodes = tuple(right)
    owed = Counter(x for node in nodes for x in node.inputs if isinstance(x, Node))
    gradient = {root: right[root]}
    deliveries = []
    with np.errstate(all="ignore"):  # as in a sweep
        for head in nodes if order is None else order:
            if head not in gradient:
                raise AutogradError(
                    f"the order comes to {head!r} before any arrow has delivered to it: visit its users first"
                )
            upstream, awaited = gradient[head], owed[head]
            for position, (tail, derivative) in enumerate(zip(head.inputs, head.local_derivatives, strict=True)):
                if not isinstance(tail, Node):
                    continue
                local = derivative(1.0) if _is_elementwise(head, tail) else None
                contribution = derivative(upstream)
                before = gradient.get(tail)
                gradient[tail] = after = contribution if before is None else before + contribution
                owed[tail] -= 1
                deliveries.append(
                    Delivery(head, position, tail, upstream, local, contribution, before, after, awaited, owed[tail])
                )
    return Trace(root, nodes[::-1], tuple(deliveries), gradient, right)


def _is_elementwise(head: Node, tail: Node) -> bool:
    """Whether a contribution is the product, element by element, of the upstream gradient and a derivative."""
    assert head.rule is not None
    return head.shape == () or (head.rule.family == "elementwise" and head.shape == tail.shape)
