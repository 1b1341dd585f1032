"""What a function computes outside of its graph: constants that move with its arguments, or by themselves."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ...checkpoints import run_unfolded
from ...lines import Notes, noting
from ...node import Node, data_of
from ...replay import replay
from ...reverse import history
from ..explaining.words import show_line
from ..numbers.vectors import flat, largest, shape_like
from ..subjects.subject import Arguments, Recorded
from ..subjects.trials import Trial
from ..telling.faults import Fault

_STEP = 1e-6  # of each argument
_FELT = 1e-4  # of the move of f's value: what moves it less, such as the largest number that softmax takes off, is none
_CUT = "a constant in the graph that moves with the arguments (by .data, float(), plain NumPy or no_grad)"
_DRAWN = "not the same in two calls with the same arguments (random numbers, or something remembered)"


def find_moving_constants(subject: Recorded, args: Arguments, random: np.random.Generator) -> list[Fault]:
    """The constants of f's graph, operands and parameters, that another run has differently and that f's value feels.

    First against a run with the same arguments, then against one with arguments a little aside.
    """
    x = flat(args)
    aside = x + _STEP * np.where(x == 0.0, 1.0, x) * random.uniform(0.5, 1.0, x.shape)
    notes = Notes()
    with noting(notes):
        here, given = run_unfolded(subject.run, args)
    for what, there in ((_DRAWN, args), (_CUT, shape_like(aside, args))):
        with Trial() as trial:
            other = run_unfolded(subject.run, there)[0]
        if trial.error is None and (faults := [*_compare(here, other, what, set(given), notes)]):
            return faults
    return []


def _compare(here: Any, other: Any, what: str, given: set[Node], notes: Notes) -> Iterator[Fault]:
    values = flat([data_of(here)]), flat([data_of(other)])
    move = largest(values[1] - values[0]) if values[0].shape == values[1].shape else 0.0
    if not move:
        return
    if not isinstance(here, Node) or (here.rule is None and here not in given):
        yield Fault("f", show_line(notes.line(here.birth)) if isinstance(here, Node) else "", f"its value is {what}")
        return
    nodes, others = ([*reversed(history(root))] for root in (here, other))
    if [node.name for node in nodes] != [node.name for node in others]:
        return  # another way through f: there is nothing to compare
    for node, its_other in zip(nodes, others, strict=True):
        for name, operand, moved in _substitutions(node, its_other, given):
            if largest(flat([replay(here, {node: moved})]) - flat([here._raw])) > _FELT * move:
                yield Fault(node.name, show_line(notes.line(node.birth)), f"{name} is {what}", operand)


def _substitutions(node: Node, other: Node, given: set[Node]) -> Iterator[tuple[str, int | None, Any]]:
    """For each constant that differs its name, its place, and the node's data with the other one in its place."""
    rule, its = node.rule, other.rule
    if rule is None or its is None:
        return
    raw = [data_of(x) for x in node.inputs]
    for i, (x, y) in enumerate(zip(node.inputs, other.inputs, strict=True)):
        is_constant = not isinstance(x, Node) or (x.rule is None and x not in given)
        if is_constant and _differ(x, y):
            yield f"operand {i}", i, _computed(node, [*raw[:i], data_of(y), *raw[i + 1 :]], rule.args, rule.named)
    if _differ([*rule.args, *rule.named.values()], [*its.args, *its.named.values()]):
        yield "a parameter", None, _computed(node, raw, its.args, its.named)


def _computed(node: Node, inputs: Sequence[Any], args: Any, named: Any) -> Any:
    assert node.rule is not None
    data = node.rule.primitive.compute(*inputs, *args, **named)
    return np.asarray(data) if isinstance(node._raw, np.ndarray) else float(data)


def _differ(x: Any, y: Any) -> bool:
    """Whether two operands or parameters, or what they list, are different numbers or arrays of the same shape.

    Masks that differ are none: they are steps, and nothing is missing from a derivative beside a step.
    """
    x, y = data_of(x), data_of(y)
    if isinstance(x, list | tuple) and isinstance(y, list | tuple):
        return len(x) != len(y) or any(map(_differ, x, y))
    if np.asarray(x).dtype.kind == "f":
        return not np.array_equal(x, y, equal_nan=True)
    return False
