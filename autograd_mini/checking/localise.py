"""Which operation is to blame for a wrong gradient: each node's rule is checked by itself, at the numbers it saw."""

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from typing import Any

import numpy as np

from ..lines import Line, Notes, noting
from ..node import Node
from ..reverse import history
from . import behaviour
from .compare import ROUNDING, Stage, agrees_along, compare
from .constants import find_moving_constants
from .faults import Fault
from .report import Mistake, Report
from .subjects import NOT_ABOUT_NUMBERS, Arguments, Recorded, evaluate
from .vectors import largest, shape_like

_MOST = 400  # nodes that are looked at, of a graph of many
_BEHAVIOUR = behaviour.check_upstreams, behaviour.check_forms, behaviour.check_rules, behaviour.check_state
_AT = "the numbers that it saw"


def localise(subject: Recorded, args: Arguments, order: int, random: np.random.Generator) -> list[Fault]:
    """What is to blame for mistakes of that order at these arguments; [] where every rule is right by itself.

    f is run again with its lines noted. Each node of the graph, for order 2 those of the recorded gradient too, is
    then a function of its own inputs, whose derivatives are compared with differences of its values. Where all rules
    are right, what f computes outside of the graph is looked for.
    """
    for _ in range(1, order):
        value = evaluate(subject, args)
        args = [*args, *shape_like(random.normal(size=np.size(value)), [value])]
        subject = subject.differentiate()
    notes = Notes()
    with noting(notes):
        root, leaves = subject.run(args)
    if not isinstance(root, Node):
        return find_moving_constants(subject, args, random)
    names = dict(zip(leaves, subject.names, strict=True))
    nodes = [x for x in reversed(history(root)) if x.rule is not None and any(isinstance(y, Node) for y in x.inputs)]
    lines = {node: notes.line(node.birth) for node in nodes}
    chosen = _choose(nodes, lines)
    wrong = [(node, mistake) for node in chosen for mistake in _find_wrong_derivatives(node, random)]
    if not wrong:
        wrong = [(node, mistake) for node in chosen for mistake in _find_misbehaviour(node, random)]
    if wrong:
        return _tell(wrong, lines, names)
    return find_moving_constants(subject, args, random)


def _choose(nodes: Sequence[Node], lines: dict[Node, Line | None]) -> list[Node]:
    """All, or of many as many of each operation and line as there is room for, in the order of birth."""
    if len(nodes) <= _MOST:
        return [*nodes]
    groups: dict[Any, list[Node]] = {}
    for node in nodes:
        groups.setdefault((node.primitive, lines[node]), []).append(node)
    in_turns = chain.from_iterable(zip_longest(*groups.values()))
    chosen = [node for node in in_turns if node is not None][:_MOST]
    return sorted(chosen, key=lambda node: node.birth)


def _alone(node: Node) -> tuple[Recorded, list[Any]]:
    """The node's operation as a function of those of its inputs that are nodes, and their data."""
    assert node.rule is not None
    rule, inputs = node.rule, node.inputs
    places = [i for i, x in enumerate(inputs) if isinstance(x, Node)]

    def apply(*given: Any) -> Any:
        together = [*inputs]
        for i, x in zip(places, given, strict=True):
            together[i] = x
        return rule.primitive.apply(together, *rule.args, **rule.named)

    return Recorded(apply, [f"operand {i}" for i in places]), behaviour.widen([inputs[i]._raw for i in places])


def _find_wrong_derivatives(node: Node, random: np.random.Generator) -> Iterator[Mistake]:
    """Compared along one direction first, which every wrong derivative shows in, and in full where something is."""
    subject, args = _alone(node)
    try:
        value = evaluate(subject, args)
        size = sum(map(np.size, args))
        outputs = ["it"] if np.shape(value) == () else [f"its element {index}" for index in np.ndindex(np.shape(value))]
        stage = Stage(subject, args, outputs, 1, _AT, ROUNDING, largest(np.asarray(value)))
        if not agrees_along(stage, random.choice([-1.0, 1.0], size) * random.uniform(0.5, 1.0, size)):
            closer = Report()
            compare(stage, closer)
            yield from closer.mistakes
    except NOT_ABOUT_NUMBERS:
        raise
    except Exception as error:
        yield Mistake(f"its derivative fails: {type(error).__name__}: {error}")


def _find_misbehaviour(node: Node, random: np.random.Generator) -> Iterator[Mistake]:
    """What else is wrong with a rule: not linear in the upstream gradient, remembering, writing where it must not."""
    subject, args = _alone(node)
    for part in _BEHAVIOUR:
        try:
            yield from part(subject, args, random)
        except NOT_ABOUT_NUMBERS:
            raise
        except Exception as error:
            yield Mistake(f"its derivative fails: {type(error).__name__}: {error}")


def _tell(wrong: list[tuple[Node, Mistake]], lines: dict[Node, Line | None], names: dict[Node, str]) -> list[Fault]:
    """For each operation, line and operand the worst mistake."""
    groups: dict[Any, list[tuple[Node, Mistake]]] = {}
    for node, mistake in wrong:
        groups.setdefault((node.primitive, lines[node], mistake.what, mistake.argument), []).append((node, mistake))
    faults = []
    for (primitive, line, what, argument), found in groups.items():
        node, mistake = max(found, key=lambda pair: pair[1].size)
        operand = int(argument.split()[1]) if argument and argument.startswith("operand") else None
        told = what + ("" if mistake.output is None else f" of {mistake.output}") + _name_operand(node, operand, names)
        told += f" at {mistake.element}" if mistake.element else ""
        more = len({node for node, _ in found}) - 1
        faults.append(Fault(primitive.name, line, told, operand, mistake.expected, mistake.got, more))
    return faults


def _name_operand(node: Node, operand: int | None, names: dict[Node, str]) -> str:
    if operand is None:
        return ""
    x = node.inputs[operand]
    what = names.get(x) or (f"the output of {x.name}" if x.rule is not None else x.label or "a leaf")
    return f" by operand {operand}, {what},"
