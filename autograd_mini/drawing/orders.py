"""Which derivative a node belongs to: 0 the function, 1 its gradient, 2 the gradient of that, and so on."""

from bisect import bisect
from itertools import groupby

from ..node import Node
from ..scopes import Span, sweeps


def orders(nodes: list[Node]) -> dict[Node, int]:
    """The order of each node's derivative. nodes: those of a graph, oldest first.

    A node born in a recorded sweep is of an order one higher than the sweep's root; any other of the highest
    order among its inputs.

    >>> from autograd_mini import Value, gradients
    >>> from autograd_mini.reverse import history
    >>> x = Value(3.0)
    >>> slope = gradients(x * x * x, differentiable=True)[x]
    >>> sorted(set(orders(history(slope)[::-1]).values()))
    [0, 1]
    """
    first, last = nodes[0].birth, nodes[-1].birth
    outermost: list[Span] = []
    for span in sorted(Span(*span) for span in list(sweeps) if span[1] > first and span[0] < last):
        if not outermost or span.start > outermost[-1].stop:  # a sweep within a sweep is part of it
            outermost.append(span)
    if not outermost:
        return dict.fromkeys(nodes, 0)
    starts = [span.start for span in outermost]

    def sweep_at(birth: int) -> Span | None:
        i = bisect(starts, birth) - 1
        return outermost[i] if i >= 0 and birth < outermost[i].stop else None

    def level(sweep: Span, group: list[Node]) -> int:
        """One more than the order of the sweep's root, or, where that is unknown, of what the group was made from."""
        root = sweep.about
        if root in at_birth:
            return 1 + at_birth[root]
        assert isinstance(root, int)
        before = sweep_at(root)
        if before is not None:
            return 1 + level(before, [])
        return 1 + max((order.get(x, 0) for node in group for x in node.inputs if isinstance(x, Node)), default=0)

    order: dict[Node, int] = {}
    at_birth: dict[object, int] = {}
    of_sweep: dict[Span, int] = {}
    for sweep, born in groupby(nodes, lambda node: sweep_at(node.birth) if node.rule else None):
        group = list(born)
        if sweep is not None and sweep not in of_sweep:
            of_sweep[sweep] = level(sweep, group)
        for node in group:
            inner = max((order[x] for x in node.inputs if isinstance(x, Node)), default=0)
            order[node] = at_birth[node.birth] = inner if sweep is None else of_sweep[sweep]
    return order
