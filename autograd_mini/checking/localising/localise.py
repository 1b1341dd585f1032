"""Which operation is to blame for a wrong gradient: each node's rule is checked by itself, at the numbers it saw."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, zip_longest
from typing import Any

import numpy as np

from ...checkpoints import run_unfolded
from ...lines import Line, Notes, noting
from ...node import Node
from ...reverse import history
from ..behaviour import forms, state
from ..behaviour.upstreams import check_upstreams
from ..comparing.assumptions import Assumptions
from ..comparing.compare import agrees_along, compare, find_recorded_differences
from ..comparing.stage import Stage
from ..explaining.words import show_line, show_origin
from ..numbers.vectors import draw_like, largest, name_outputs, widen
from ..report import Report
from ..subjects.subject import Arguments, Recorded, evaluate
from ..subjects.trials import Trial, words_of
from ..telling.faults import Fault
from ..telling.mistakes import GIVEN, Mistake
from .constants import find_moving_constants

_MOST, _CLOSELY = 400, 40  # nodes that are looked at, of a graph of many, and those of which all is compared
_TIMES = 16  # that a rule is asked for the same
_FEW = 400  # derivatives of a node that are all compared
_ROUNDING = 1e-14  # of the largest derivative: less than any mistake that f's gradient shows


def localise(subject: Recorded, args: Arguments, order: int, random: np.random.Generator) -> list[Fault]:
    """What is to blame for mistakes of that order at these arguments; [] where every rule is right by itself.

    f is run again with its lines noted. Each node of the graph, for order 2 those of the recorded gradient too, is
    then a function of its own inputs, whose derivatives are compared with differences of its values. Where all rules
    are right, what f computes outside of the graph is looked for.
    """
    notes = Notes()
    with Trial() as trial:
        for _ in range(1, order):
            args = [*args, draw_like(evaluate(subject, args), random)]
            subject = subject.differentiate()
        with noting(notes):
            root, leaves = run_unfolded(subject.run, args)
    if trial.error is not None:  # told as a mistake already, or another run than those before
        return []
    if not isinstance(root, Node):
        return find_moving_constants(subject, args, random)
    names = dict(zip(leaves, subject.names, strict=True))
    nodes = [x for x in reversed(history(root)) if x.rule is not None and any(isinstance(y, Node) for y in x.inputs)]
    lines = {node: notes.line(node.birth) for node in nodes}
    chosen = _choose(nodes, lines, _MOST)
    for find in (_find_wrong_derivatives, _find_misbehaviour, _find_recorded_differences):
        if wrong := _find_in(chosen, find, order, random):
            return _tell(wrong, lines, names)
    if moving := find_moving_constants(subject, args, random):
        return moving
    return _tell(_find_in(_choose(nodes, lines, _CLOSELY), _compare_in_full, order, random), lines, names)


def _choose(nodes: Sequence[Node], lines: dict[Node, Line | None], most: int) -> list[Node]:
    """All, or of many as many of each operation and line as there is room for, in the order of birth."""
    if len(nodes) <= most:
        return [*nodes]
    groups: dict[Any, list[Node]] = {}
    for node in nodes:
        groups.setdefault((node.primitive, lines[node]), []).append(node)
    in_turns = chain.from_iterable(zip_longest(*groups.values()))
    chosen = [node for node in in_turns if node is not None][:most]
    return sorted(chosen, key=lambda node: node.birth)


def _alone(node: Node) -> tuple[Recorded, list[Any]]:
    """The node's operation as a function of those of its inputs that are nodes, and their data."""
    assert node.rule is not None
    rule, inputs = node.rule, node.inputs
    places = _operands(node)

    def apply(*given: Any) -> Any:
        together = [*inputs]
        for i, x in zip(places.values(), given, strict=True):
            together[i] = x
        return rule.primitive.apply(together, *rule.args, **rule.named)

    return Recorded(apply, [*places]), widen([inputs[i]._raw for i in places.values()])


Find = Callable[[Recorded, Arguments, np.random.Generator], Iterator[Mistake]]


def _find_in(nodes: Sequence[Node], find: Find, order: int, random: np.random.Generator) -> list[tuple[Node, Mistake]]:
    """What is found in each node; that a derivative fails is a mistake, too."""
    found = []
    for node in nodes:
        with Trial() as trial:
            mistakes = [*find(*_alone(node), random)]
        if trial.error is not None:
            mistakes = [Mistake(f"its derivative fails: {words_of(trial.error)}")]
        # Above a kink there is no derivative, which nan says.
        found += [(node, mistake) for mistake in mistakes if order == 1 or mistake.got == mistake.got]
    return found


def _find_wrong_derivatives(subject: Recorded, args: Arguments, random: np.random.Generator) -> Iterator[Mistake]:
    """Compared along one direction first, which every wrong derivative shows in, and looked at closer if one does."""
    stage = _make_stage(subject, widen(args))  # copies: a rule may write into them
    size = sum(map(np.size, args))
    along = random.choice([-1.0, 1.0], size) * random.uniform(0.5, 1.0, size)
    if np.all(np.isfinite(stage.rows)) and agrees_along(stage, along):
        return
    misbehaviour = [*_find_misbehaviour(subject, args, random)]
    closer = Report()
    compare(stage, closer)
    yield from misbehaviour or (mistake for mistake in closer.mistakes if _is_felt(mistake, stage))


def _find_misbehaviour(subject: Recorded, args: Arguments, random: np.random.Generator) -> Iterator[Mistake]:
    """What else is wrong with a rule: not linear in the upstream gradient, remembering, writing where it must not."""
    yield from forms.check_forms(subject, args, random)
    yield from forms.check_rules(subject, args, random)
    yield from state.check_repeats(subject, args, random, _TIMES)
    yield from state.check_state(subject, args, random)
    yield from check_upstreams(subject, args, random, Assumptions())


def _compare_in_full(subject: Recorded, args: Arguments, random: np.random.Generator) -> Iterator[Mistake]:
    """All derivatives of a small operation, where no direction shows what is wrong: at ties."""
    stage, report = _make_stage(subject, args), Report()
    if stage.rows.size <= _FEW:
        compare(stage, report)
    yield from (mistake for mistake in report.mistakes if _is_felt(mistake, stage))


def _is_felt(mistake: Mistake, stage: Stage) -> bool:
    """Whether it is more than rounding beside the largest derivative, and no factor that a 0 made infinite."""
    if mistake.expected == 0.0 and np.isinf(mistake.got) and any(np.any(x == 0.0) for x in stage.args):
        return False
    if not isinstance(mistake.expected, float) or not isinstance(mistake.got, float):
        return True
    return not np.isnan(mistake.expected) and not abs(mistake.got - mistake.expected) <= _ROUNDING * largest(stage.rows)


def _find_recorded_differences(subject: Recorded, args: Arguments, random: np.random.Generator) -> Iterator[Mistake]:
    """A recorded sweep gives the same gradients as a plain one."""
    yield from find_recorded_differences(subject.differentiate(), [*args, draw_like(evaluate(subject, args), random)])


def _make_stage(subject: Recorded, args: Arguments) -> Stage:
    return Stage(subject, args, name_outputs("it", "its", np.shape(evaluate(subject, args))), 1, GIVEN)


def _tell(wrong: list[tuple[Node, Mistake]], lines: dict[Node, Line | None], names: dict[Node, str]) -> list[Fault]:
    """For each operation, line and operand the worst mistake."""
    groups: dict[Any, list[tuple[Node, Mistake]]] = {}
    for node, mistake in wrong:
        groups.setdefault((node.primitive, lines[node], mistake.argument), []).append((node, mistake))
    faults = []
    for (primitive, line, argument), found in groups.items():
        node, mistake = max(found, key=lambda pair: pair[1].size)
        operand = _operands(node).get(argument)
        what = mistake.what + ("" if mistake.output is None else f" of {mistake.output}")
        what += "" if argument is None else f" by {argument}"
        what += "" if operand is None else f" ({names.get(node.inputs[operand]) or show_origin(node.inputs[operand])})"
        what += f" at {mistake.element}" if mistake.element else ""
        more = len({node for node, _ in found}) - 1
        faults.append(Fault(primitive.name, show_line(line), what, operand, mistake.expected, mistake.got, more))
    return faults


def _operands(node: Node) -> dict[Any, int]:
    """By their names the places of those inputs that are nodes."""
    return {f"operand {i}": i for i, x in enumerate(node.inputs) if isinstance(x, Node)}
