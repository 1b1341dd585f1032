"""Why the gradient of a leaf is None, zero, tiny or huge: the node where it ended, died or grew, with numbers."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ...forward import tangents_on_the_way
from ...lines import Notes
from ...node import NO_HISTORY, Node, data_of
from ...primitive import Elementwise, Multilinear, Step, seen
from ...reverse import history
from ..numbers.vectors import largest, shape_like
from .words import line_of, show_call, show_index, show_number, show_origin, show_range

_SHOWN = 3  # nodes
_FAR = 1e3  # times as large as the upstream gradient, or as small
_SATURATING = {"tanh", "sigmoid", "erf", "erfc", "exp", "expm1", "exp2", "softplus", "elu", "normal_cdf", "gaussian"}
_CHOOSING = {"where", "maximum", "minimum", "fmax", "fmin"}


def explain_gradient(root: Node, found: dict[Node, Any], leaf: Node, notes: Notes | None) -> str:
    """In words: where the gradient of the root by the leaf ended, died or grew most.

    found: the gradients of all nodes, as `gradients` gives them. notes: where the nodes' lines were noted.
    """
    whose = f"The gradient of {leaf.label or 'the leaf'}"
    if leaf not in set(history(root)):
        return f"{whose} is None: the value was not computed from it.{_tell_how_it_left(root, leaf, notes)}"
    if leaf not in found:
        ends = "".join(f"\n{node.name}{line_of(node, notes)}" for node in _ends(root, found, leaf)[:_SHOWN])
        return f"{whose} is None: all that leads from it to the value are steps, which have no derivative:{ends}"
    gradient = np.asarray(found[leaf])
    zeros = gradient == 0.0
    if np.all(zeros):
        return f"{whose} is 0. {_tell_death(root, found, leaf, zeros, notes)}"
    told = f"{whose} {_tell_size(root, found, leaf, notes)}"
    if np.any(zeros):
        first = tuple(map(int, np.argwhere(zeros)[0]))
        alone = np.zeros(gradient.shape, bool)
        alone[first] = True
        told += f"\nIt is 0 in {np.sum(zeros)} of {gradient.size} elements, first{show_index(first)}. "
        told += _tell_death(root, found, leaf, alone, notes)
    return told


def _tell_how_it_left(root: Node, leaf: Node, notes: Notes | None) -> str:
    """Where the graph has the leaf's numbers as a constant, or what was computed under no_grad."""
    if root.first is NO_HISTORY:
        return f" The value was computed under no_grad.{line_of(root, notes)}"
    told = []
    for node in reversed(history(root)):
        for i, x in enumerate(node.inputs):
            if isinstance(x, Node) and x.first is NO_HISTORY:
                told.append(f" Operand {i} of {node.name} was computed under no_grad.{line_of(node, notes)}")
            elif (not isinstance(x, Node) or x.rule is None) and _holds_the_same(data_of(x), leaf._raw):
                taken = (
                    f" Operand {i} of {node.name} holds its numbers, taken out of the graph by .data, float() or NumPy"
                )
                told.append(f"{taken}.{line_of(node, notes)}")
    return "".join(told[:_SHOWN])


def _holds_the_same(x: Any, data: Any) -> bool:
    if isinstance(x, np.ndarray) and isinstance(data, np.ndarray) and np.shares_memory(x, data):
        return True
    return np.shape(x) == np.shape(data) and np.array_equal(x, data)


def find_dependents(nodes: Iterable[Node], leaf: Node) -> dict[Node, None]:
    """Those of the nodes that were computed from the leaf, itself among them, oldest first, as the nodes are given."""
    depending = {leaf: None}
    for node in nodes:
        if any(isinstance(x, Node) and x in depending for x in node.inputs):
            depending[node] = None
    return depending


def _ends(root: Node, found: dict[Node, Any], leaf: Node) -> list[Node]:
    """The nodes that have a gradient and hand none to what was computed from the leaf."""
    depending = find_dependents(reversed(history(root)), leaf)
    lost = depending.keys() - found.keys()
    return [node for node in depending if node in found and any(isinstance(x, Node) and x in lost for x in node.inputs)]


def _tell_death(root: Node, found: dict[Node, Any], leaf: Node, where: Any, notes: Notes | None) -> str:
    """Where a move of those elements of the leaf stops on its way to the root."""
    shares = np.random.default_rng(0).uniform(0.5, 1.0, where.shape) * where
    (move,) = shape_like(shares.ravel(), [leaf._raw])
    moved = tangents_on_the_way(root, {leaf: move})
    if np.any(moved.get(root, 0.0)):
        if not np.any(np.asarray(found[root])[np.asarray(moved[root]) != 0.0]):
            return "The upstream gradient is 0 where the value depends on it."
        parts = [part for child, i, part in _uses(found, leaf)]
        at = tuple(map(int, np.argwhere(where)[0]))
        numbers = ", ".join(show_number(np.broadcast_to(part, where.shape), at) for part in parts)
        return (
            f"What comes back from its {len(parts)} uses is{show_index(at)} {numbers}: their sum, or a product, is 0."
        )
    dead = []
    for node in reversed(history(root)):
        moving = [i for i, x in enumerate(node.inputs) if isinstance(x, Node) and np.any(moved.get(x, 0.0))]
        if moving and node is not leaf and not np.any(moved.get(node, 0.0)):
            dead.append((node, moving))
    dead = [(node, moving) for node, moving in dead if not isinstance(node.primitive, Step)] or dead
    told = [f"{node.name}: {_tell_why(node, moving, moved)}.{line_of(node, notes)}" for node, moving in dead]
    more = f"\nand in {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    return "It dies in " + "\nand in ".join(told[:_SHOWN]) + more


def _tell_why(node: Node, moving: list[int], moved: dict[Node, Any]) -> str:
    """Why nothing passes through the node from its operands that move."""
    assert node.rule is not None
    place = moving[0]
    x = np.asarray(data_of(node.inputs[place]))
    given = show_range(x[np.asarray(moved[node.inputs[place]]) != 0.0])
    zero = [i for i, other in enumerate(node.inputs) if i != place and not np.any(data_of(other))]
    if isinstance(node.primitive, Step):
        return "a step, which has no derivative"
    moves = [moved.get(other) if isinstance(other, Node) else None for other in node.inputs]
    if any(map(np.any, node.rule.primitive.push(node, moves, *seen(node, False)))):
        return "what its operands hand on cancels"
    if node.primitive.derivatives and node.primitive.derivatives[place] is None:
        return f"it has no derivative by operand {place}"
    if node.name == "multiply" or isinstance(node.primitive, Multilinear):
        if zero:
            return f"operand {zero[0]}, {show_origin(node.inputs[zero[0]])}, is 0"
        return "the other operand is 0 where this one moves"
    if node.name in _CHOOSING:
        return f"masked: it passes on another operand where operand {place} is {given}"
    if node.name in ("relu", "clip"):
        return f"dead: what it is given is {given}, where it is flat"
    if isinstance(node.primitive, Elementwise):
        return "saturated: " * (node.name in _SATURATING) + f"its derivative is 0 where it is given {given}"
    return "it takes other elements"


def _uses(found: dict[Node, Any], node: Node) -> list[tuple[Node, int, Any]]:
    """The nodes computed from the node, at which place, and what each hands back to it."""
    uses = []
    for child, g in found.items():
        for i, x in enumerate(child.inputs):
            if x is node and (part := child.hand_back(g)[i]) is not None:
                uses.append((child, i, part))
    return uses


def _tell_size(root: Node, found: dict[Node, Any], leaf: Node, notes: Notes | None) -> str:
    """How large the gradient is, and in which operation it grew or shrank most on its heaviest way."""
    size, top = (largest(np.asarray(found[x])) for x in (leaf, root))
    told = f"up to {size:.6g}, the upstream gradient up to {top:.6g}."
    is_huge = size > _FAR * top
    if not is_huge and size * _FAR >= top:
        return f"is {told}"
    factors: dict[tuple[str, str], list[tuple[float, Node, int, Any]]] = {}
    node = leaf
    while node is not root:
        child, i, part = max(_uses(found, node), key=lambda use: largest(np.asarray(use[2])))
        factor = largest(np.asarray(part)) / (largest(np.asarray(found[child])) or 1.0)
        factors.setdefault((child.name, line_of(child, notes)), []).append((factor, child, i, part))
        node = child
    sign = 1.0 if is_huge else -1.0
    (_, line), steps = max(factors.items(), key=lambda group: sign * _logarithm(step[0] for step in group[1]))
    total = math.exp(_logarithm(step[0] for step in steps))
    how = _tell_step(*steps[0][1:]) if len(steps) == 1 else f"{len(steps)} nodes of {steps[0][1].name}"
    what, grew = ("huge", "grew") if is_huge else ("tiny", "shrank")
    return f"is {what}: {told} It {grew} most in {how}, by a factor of {total:.6g}.{line}"


def _logarithm(factors: Iterable[float]) -> float:
    return sum(math.log(max(factor, 1e-300)) for factor in factors)


def _tell_step(node: Node, place: int, part: Any) -> str:
    """The operation with the numbers it was given where it hands back most."""
    if isinstance(node.primitive, Elementwise) and np.shape(part) == node.shape:
        index = tuple(map(int, np.unravel_index(np.argmax(np.abs(part)), node.shape)))
        return show_call(node, index) + show_index(index)
    others = [i for i in range(len(node.inputs)) if i != place]
    if isinstance(node.primitive, Multilinear | Elementwise) and others:
        size = largest(np.asarray(data_of(node.inputs[others[0]])))
        return f"{node.name}, whose operand {others[0]}, {show_origin(node.inputs[others[0]])}, is up to {size:.6g}"
    return node.name
