"""A run as a program of numbers: the operations of forward and sweep, for the page to run from other leaves."""

import re
from functools import cache
from importlib.resources import files
from inspect import signature
from itertools import product
from typing import Any

from ...compiling.lifting.simplifying import Tape
from ...drawing.formatting import format_number
from ...drawing.formula import spell
from ...drawing.labels import clean
from ...grad_mode import recording
from ...languages import say
from ...node import Node
from ...reverse import gradients, history
from ...value import Value
from ..trace import Trace

MOST = 2_000  # nodes that a page computes again at each move of a slider


def record_run(run: Trace) -> dict[str, Any]:
    """What the page needs to compute a run of numbers again; {"still": why} where it stands still.

    Each number has a place: the cards' data come first, then what the sweep computes; ~place is that of a constant.
    functions: [name, parameter, …]. forward: for each card [function, input, …], for a leaf its number. sweep: the
    same for each operation of the sweep, in the order of birth. gradients: for each card the place of its gradient,
    right: of what it should be, None where there is none. deliveries: for each step backward the places of upstream,
    local derivative, contribution, sum before and sum after. wordings: for each card which of the templates words
    it, None for a leaf; a template has one text for each choice of signs.

    >>> from autograd_mini import Value
    >>> from autograd_mini.stepping.trace import trace
    >>> told = record_run(trace(3.0 * Value(2.0, label="x") + 1.0))
    >>> told["functions"], told["forward"], told["sweep"], told["constants"]
    ([['multiply'], ['add']], [2.0, [0, -3, 0], [1, 1, -4]], [], [1.0, 3.0, 3.0, 1.0])
    >>> told["deliveries"], told["gradients"]
    ([[-1, -1, -1, None, -1], [-1, -2, -2, None, -2]], [-2, -1, -1])
    """
    why = _why_still(run)
    return {"still": why} if why else _Recorder(run).told


def _why_still(run: Trace) -> str:
    """Why a page cannot compute this run again; "" where it can."""
    nodes = run.graph.nodes
    if len(nodes) > MOST:
        return say("it has {0} nodes, and a page computes {1} at most", f"{len(nodes):,}", f"{MOST:,}")
    if any(not isinstance(node, Value) for node in nodes):
        return say("it holds arrays, and a page computes with numbers alone")
    if unknown := sorted({node.name for node in nodes if node.rule is not None} - find_known()):
        return say("a page does not know how to compute {0}", clean(", ".join(unknown[:3])))
    if any(node.name == "where" and isinstance(node.inputs[0], Value) for node in nodes):
        return say("which branch its where takes is computed too, and other numbers would make other arrows")
    return ""


@cache
def find_known() -> frozenset[str]:
    """The operations that the page's table has a line for.

    >>> sorted(find_known() & {"exp", "matmul"})
    ['exp']
    """
    table = (files(__package__) / "operations.js").read_text("utf-8").partition("const OPERATIONS = {")[2]
    return frozenset(re.findall(r"^  (\w+)[:,]", table, re.MULTILINE))


class _Recorder:
    """Records the sweep of a run once more, as nodes, and reads all of it off one tape."""

    def __init__(self, run: Trace) -> None:
        self._run = run
        nodes = run.graph.nodes
        self._index = {node: i for i, node in enumerate(nodes)}
        with recording():
            gradient, deliveries = self._sweep()
            swept = gradients(run.graph.root, Value(run.right[run.graph.root]), differentiable=True)
            right = {node: _as_node(part) for node, part in swept.items()}
        wanted = [*gradient.values(), *right.values(), *(x for step in deliveries for x in step if x is not None)]
        tape = Tape(history(*wanted)[::-1], wanted, nodes, 0)
        self._constants = [*tape.constants]
        self._functions: dict[Any, int] = {}
        forward = [_tell_number(x.data) if x.rule is None else self._tell_computation(x) for x in nodes]
        templates: dict[tuple[str, ...], int] = {}
        wordings = [None if x.rule is None else templates.setdefault(_word(x), len(templates)) for x in nodes]

        def place(node: Node | None) -> int | None:
            return None if node is None else tape.place_of(node)

        self.told = {
            "forward": forward,
            "sweep": [[self._tell_function(entry.operation), *entry.inputs] for entry in tape.entries[len(nodes) :]],
            "constants": [_tell_number(x) for x in self._constants],
            "functions": [[name, *map(_tell_number, parameters)] for name, *parameters in self._functions],
            "gradients": [place(gradient.get(node)) for node in nodes],
            "right": [place(right.get(node)) for node in nodes],
            "deliveries": [[*map(place, step)] for step in deliveries],
            "templates": [*templates],
            "wordings": wordings,
        }

    def _sweep(self) -> tuple[dict[Node, Any], list[tuple[Any, ...]]]:
        """Each node's gradient; and each delivery's upstream, local derivative, contribution, sum before and after."""
        root, one = self._run.graph.root, Value(1.0)
        gradient: dict[Node, Any] = {root: Value(self._run.right[root])}
        handed: dict[Node, tuple[Any, list[Any], list[Any]]] = {}
        found = []
        for step in self._run.deliveries:
            if step.head not in handed:
                upstream = gradient[step.head]
                handed[step.head] = upstream, step.head.hand_back(upstream), step.head.hand_back(one)
            upstream, parts, slopes = handed[step.head]
            part, slope = (_as_node(x[step.position]) for x in (parts, slopes))
            before = gradient.get(step.tail)
            gradient[step.tail] = after = part if before is None else before + part
            found.append((upstream, slope, part, before, after))
        return gradient, found

    def _tell_computation(self, node: Node) -> list[int]:
        """How a card is computed: each for itself, though others compute the same, for it may be nudged alone."""
        inputs = []
        for x in node.inputs:
            if not isinstance(x, Node):
                self._constants.append(x)
            inputs.append(self._index[x] if isinstance(x, Node) else -len(self._constants))
        return [self._tell_function(node.rule), *inputs]

    def _tell_function(self, rule: Any) -> int:
        parameters: tuple[Any, ...] = ()
        if rule.args or rule.named:
            inputs = len(rule.primitive.derivatives)
            given = signature(rule.primitive.compute).bind(*[0.0] * inputs, *rule.args, **rule.named)
            given.apply_defaults()
            parameters = (*given.args[inputs:], *given.kwargs.values())
        return self._functions.setdefault((rule.name, *parameters), len(self._functions))


def _word(node: Node) -> tuple[str, ...]:
    """A node's formula with its inputs left open as #0, #1, …, for each choice of their signs: brackets go by them.

    A constant that is whole is said as it is: it may be an exponent, of which there are other ways to write it.
    """
    is_open = [isinstance(x, Node) or not _is_short(x) for x in node.inputs]
    texts = []
    for signs in product(("", "-"), repeat=sum(is_open)):
        sign = iter(signs)
        given = [
            f"{next(sign)}#{i}" if opened else format_number(x)
            for i, (x, opened) in enumerate(zip(node.inputs, is_open, strict=True))
        ]
        text = clean(spell(node, given))
        for slot in given:
            if slot.startswith("-#"):
                text = text.replace(slot, slot[1:])  # the number brings its own sign
        texts.append(text)
    return tuple(texts)


def _is_short(x: float) -> bool:
    return x.is_integer() and abs(x) < 1e6


def _as_node(part: Any) -> Any:
    """A part that depends on no node is a number."""
    return part if isinstance(part, Node) else Value(0.0 if part is None else part)


def _tell_number(x: Any) -> Any:
    """A number as JSON holds it; those that it does not hold by their name."""
    if x is None or isinstance(x, str):
        return x
    x = float(x)
    return x if x - x == 0.0 else str(x)
