"""Which derivative a node belongs to: 0 the function, 1 its gradient, 2 the gradient of that, and so on."""

from bisect import bisect
from collections.abc import Sequence
from itertools import groupby

from ..node import Node
from ..scopes import Span, sweeps

STARTS = ("seed", "tangent")  # how sweeps label what they start from


def find_orders(nodes: Sequence[Node]) -> dict[Node, int]:
    """The order of each node's derivative. nodes: those of a graph, oldest first.

    A node born in a recorded sweep is of an order one higher than the sweep's root; any other of the highest
    order among its inputs.

    >>> from autograd_mini import Value, gradients
    >>> from autograd_mini.reverse import history
    >>> x = Value(3.0)
    >>> slope = gradients(x * x * x, differentiable=True)[x]
    >>> sorted(set(find_orders(history(slope)[::-1]).values()))
    [0, 1]
    """
    recorded = _Sweeps(nodes[0].birth, nodes[-1].birth)
    if not recorded.spans:
        return dict.fromkeys(nodes, 0)
    order: dict[Node, int] = {}
    at_birth: dict[object, int] = {}
    of_sweep: dict[Span, int] = {}
    for sweep, born in groupby(nodes, lambda node: recorded.find(node.birth)):
        group = list(born)
        if sweep is not None and sweep not in of_sweep:
            met, root_order = recorded.follow(sweep, at_birth, of_sweep)
            if root_order is None:  # nothing is known of the first root: one more than what its gradient is made from
                inputs = (x for node in group for x in node.inputs if isinstance(x, Node))
                root_order = max((order.get(x, 0) for x in inputs), default=0) if len(met) == 1 else 0
            for i, span in enumerate(reversed(met)):
                of_sweep[span] = root_order + 1 + i
        for node in group:
            inner = max((order[x] for x in node.inputs if isinstance(x, Node)), default=0)
            order[node] = at_birth[node.birth] = inner if sweep is None else of_sweep[sweep]
    return order


def find_seeds(nodes: Sequence[Node]) -> set[Node]:
    """The leaves that recorded sweeps started from, which nobody made. nodes: those of a graph, oldest first.

    >>> from autograd_mini import Value, gradients
    >>> from autograd_mini.reverse import history
    >>> x = Value(3.0)
    >>> slope = gradients(x * x, differentiable=True)[x]
    >>> [seed.label for seed in find_seeds(history(slope)[::-1])]
    ['seed']
    """
    recorded = _Sweeps(nodes[0].birth, nodes[-1].birth)
    return {
        node for node in nodes if node.rule is None and node.label in STARTS and recorded.find(node.birth) is not None
    }


class _Sweeps:
    """The recorded sweeps between two births; one within another is a part of it."""

    def __init__(self, first: int, last: int) -> None:
        self.spans: list[Span] = []
        for span in sorted(Span(*span) for span in list(sweeps) if span[1] > first and span[0] < last):
            if not self.spans or span.start > self.spans[-1].stop:
                self.spans.append(span)
        self._starts = [span.start for span in self.spans]

    def find(self, birth: int) -> Span | None:
        """The sweep in which a node of that birth was born."""
        i = bisect(self._starts, birth) - 1
        return self.spans[i] if i >= 0 and birth < self.spans[i].stop else None

    def follow(
        self, sweep: Span, at_birth: dict[object, int], of_sweep: dict[Span, int]
    ) -> tuple[list[Span], int | None]:
        """From a sweep back to the sweep its root was born in, and so on, until the order of a root is known."""
        met = [sweep]
        while (root := met[-1].about) not in at_birth:
            assert isinstance(root, int)
            before = self.find(root)
            if before is None:
                return met, None
            if before in of_sweep:
                return met, of_sweep[before]
            met.append(before)
        return met, at_birth[root]
