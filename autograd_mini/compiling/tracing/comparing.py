"""Whether a function computes the same when it is run again: two traces of it, compared node by node."""

from itertools import zip_longest
from typing import Any

import numpy as np

from ...containers import mapped
from ...errors import AutogradError, ShapeError, brief
from ...node import Node
from ...primitive import Call
from .deciding import same
from .indices import Indices
from .trace import Trace


def check_repeats(first: Trace, second: Trace) -> None:
    """Raise AutogradError where the second trace, of a function called as for the first, is another than the first.

    Primitives, constants (bit for bit), parameters, what each node was computed from, decisions and the outcome are
    compared, in the order of birth. A function that draws random numbers, or remembers, differs in one of them.

    >>> from autograd_mini.compiling.tracing.trace import trace
    >>> double = lambda x: x + x
    >>> check_repeats(trace(double, (1.0,)), trace(double, (1.0,)))
    """
    _Comparison(first, second).run()


class _Comparison:
    """Two traces, and for each of their nodes its place among the others."""

    def __init__(self, first: Trace, second: Trace) -> None:
        self.traces = first, second
        self.places = _places(first), _places(second)

    def run(self) -> None:
        first, second = self.traces
        for x, y in zip_longest(first.nodes, second.nodes):
            if x is None or y is None or x.primitive is not y.primitive:
                self._refuse(x or y, f"{_name(x)} the first time, {_name(y)} then")
            if not (_is_plain(x) and _is_plain(y)):
                self._compare_nodes(x, y)
        if _numbers(first) != _numbers(second):
            for x, y in zip(first.nodes, second.nodes, strict=True):
                self._compare_nodes(x, y)
        for mine, other in zip_longest(first.decisions, second.decisions):
            if mine is None or other is None or not self._are_decided_alike(mine, other):
                self._refuse(None, "another decision", (mine or other).line)
        try:
            mapped(lambda x, y: self._compare(None, "the outcome", x, y), first.outcome, second.outcome)
        except ShapeError as error:
            self._refuse(None, str(error))

    def _compare_nodes(self, x: Node, y: Node) -> None:
        if x.rule is None or y.rule is None or x not in self.places[0]:
            self._compare(x, "a leaf", x, y)
            return
        for a, b in zip_longest(x.inputs, y.inputs):
            self._compare(x, f"an input of {x.name}", a, b)
        self._compare(x, f"a parameter of {x.name}", (x.rule.args, x.rule.named), (y.rule.args, y.rule.named))

    def _compare(self, node: Node | None, what: str, x: Any, y: Any) -> None:
        if not self._are_alike(x, y):
            self._refuse(node, f"{what} is {brief(x)} the first time, {brief(y)} then")

    def _are_decided_alike(self, mine: Any, other: Any) -> bool:
        alike = mine.kind == other.kind and self._are_alike(mine.outcome, other.outcome)
        return alike and self._are_alike(mine.node, other.node)

    def _are_alike(self, x: Any, y: Any) -> bool:
        """Whether two inputs, parameters or results are the same thing in both traces."""
        if isinstance(x, Node | Indices):
            mine, other = self.places
            if x not in mine or y not in other:
                return x is y  # from outside
            is_leaf = isinstance(x, Node) and x.rule is None and type(mine[x]) is int
            return mine[x] == other[y] and (not is_leaf or same(x._raw, y._raw))
        if isinstance(x, tuple | list):
            return type(x) is type(y) and len(x) == len(y) and all(map(self._are_alike, x, y))
        if isinstance(x, dict):
            return isinstance(y, dict) and x.keys() == y.keys() and all(self._are_alike(x[key], y[key]) for key in x)
        if x is y and isinstance(x, np.ndarray):  # one array, which may have been changed meanwhile
            return self.traces[0].digests.get(id(x)) == self.traces[1].digests.get(id(x))
        if isinstance(x, float | np.ndarray | np.generic):
            return type(x) is type(y) and same(x, y)
        return x is y or (type(x) is type(y) and bool(x == y))

    def _refuse(self, node: Node | None, what: str, line: Any = None) -> None:
        first, second = self.traces
        if node is not None:
            line = (first if node in self.places[0] else second).line(node)
        raise AutogradError(
            f"{f'{line}: ' if line else ''}{first.name} computes something else when it is run again with the same "
            f"arguments: {what}. A program repeats what was recorded: give what changes, such as random numbers, as an "
            "argument"
        )


def _is_plain(x: Node) -> bool:
    """Whether a node is a number, computed of two at most by an operation without parameters: there are many such."""
    return type(x._raw) is float and x.rule is not None and type(x.second) is not tuple and type(x.rule) is not Call


def _numbers(trace: Trace) -> bytes:
    """The bits of all plain numbers and of the constants they were computed from; of nan any bits are the same."""
    numbers = [x for node in trace.nodes if _is_plain(node) for x in (node._raw, node.first, node.second)]
    bits = np.array([x for x in numbers if type(x) is float])
    bits[np.isnan(bits)] = np.nan
    return bits.tobytes()


def _places(trace: Trace) -> dict[Any, Any]:
    """Where each node of the trace's own stands; of an argument its path."""
    own = {node: i for i, node in enumerate(trace.nodes) if node.birth > trace.start}
    return own | {argument.node: argument.path for argument in trace.arguments}


def _name(node: Node | None) -> str:
    return "nothing more" if node is None else node.name
