"""The sweeps: the recorded nodes walked latest born first, the chain rule applied at each."""

import operator
from collections.abc import Callable
from functools import partial, reduce
from operator import attrgetter
from typing import Any

import numpy as np

from .errors import AutogradError, ShapeError, StaleError
from .node import Derivative, Node, Rule, data_of, flow, ieee, next_birth, recording
from .scopes import sweeps

_birth = attrgetter("birth")


def history(root: Node, since: int = 0) -> list[Node]:
    """Every node that the root was computed from, itself first, latest born first.

    A node is younger than its inputs, so this order visits each before them. Iterative: depth is no limit.
    since: a birth; where the nodes born before it came from is not asked.

    Raises StaleError where a leaf's data was replaced after a node was computed from it.
    """
    found = {root}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        birth, second = node.birth, node.second
        if birth < since:
            continue
        for parent in (node.first, second) if type(second) is not tuple else (node.first, *second):
            if isinstance(parent, Node):
                if parent.birth > birth:
                    raise _stale(node, parent)
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
    return sorted(found, key=_birth, reverse=True)


def gradients(root: Node, seed: Any = None, *, differentiable: bool = False, since: int = 0) -> dict[Node, Any]:
    """The gradient of the root with respect to every node it was computed from: {node: gradient}.

    By the chain rule, dL/dx is the sum over the nodes y computed from x of dL/dy · dy/dx. Nothing is stored on
    the nodes; `.backward()` does that. Each gradient has its node's shape and dtype, and memory of its own.

    root: the node to differentiate. seed: the gradient of some loss with respect to the root, of the root's
    shape; 1 where the root is a scalar. differentiable: record the sweep, so that the gradients are nodes (or
    constants) that can be differentiated again. since: a birth; the sweep stops at nodes born before it.

    >>> from autograd_mini import Value, gradients
    >>> x = Value(3.0)
    >>> gradients(x * x)[x]
    6.0
    """
    seed = _checked(root, seed if differentiable else data_of(seed))
    gradient: dict[Node, Any] = dict.fromkeys(history(root, since))
    gradient[root] = seed
    start = next_birth()
    owners: set[int] = set()
    with np.errstate(all="ignore"):
        for node, g in gradient.items():
            if type(g) is not float and not isinstance(g, Node):
                g = gradient[node] = _owned(g, owners)
            rule, first, second = node.rule, node.first, node.second
            if rule is None or node.birth < since:
                continue
            if differentiable or type(second) is tuple:
                inputs = node.inputs
                values = inputs if differentiable else map(data_of, inputs)
                arguments = (g, node if differentiable else node._data, *values)
                for parent, derivative in zip(inputs, rule.derivatives, strict=True):
                    if isinstance(parent, Node):
                        _deliver(gradient, parent, derivative, arguments)
                continue
            # One input or two, spelled out: this is where the time of a scalar sweep goes.
            a = first._data if isinstance(first, Node) else first
            if second is None:
                arguments = (g, node._data, a)
            else:
                arguments = (g, node._data, a, second._data if isinstance(second, Node) else second)
            if isinstance(first, Node):
                _deliver(gradient, first, rule.derivatives[0], arguments)
            if isinstance(second, Node):
                _deliver(gradient, second, rule.derivatives[1], arguments)
    if differentiable:
        sweeps.append((start, next_birth(), root.birth))
    return gradient


def _deliver(gradient: dict[Node, Any], parent: Node, derivative: Derivative, arguments: tuple[Any, ...]) -> None:
    """Add what one derivative hands to one parent, in the parent's own shape and dtype."""
    try:
        contribution = derivative(*arguments)
    except ArithmeticError:
        contribution = ieee(derivative, *arguments)
    if type(contribution) is not float:
        contribution = parent.fit(contribution)
    earlier = gradient[parent]
    gradient[parent] = contribution if earlier is None else earlier + contribution


def tangents(root: Node, tangent: dict[Node, Any], *, differentiable: bool = False) -> Any:
    """How the root moves when the given nodes move along their tangents: forward mode, one pass, oldest first.

    tangent: {node: tangent}, each of its node's shape. Gives dz = sum over the inputs of dz/dx · dx for the root, or
    None where it does not depend on them. The same rules serve, read by family: an elementwise derivative of a
    tangent is a product like that of a gradient, a linear operation moves as it maps, a bilinear one in each
    input in turn; any other rule is linear in g, and its transpose is what `gradients` finds.
    differentiable: record the pass.

    >>> from autograd_mini import Value
    >>> from autograd_mini.sweep import tangents
    >>> x = Value(3.0)
    >>> tangents(x * x, {x: 1.0})
    6.0
    """
    start = next_birth()
    moved = pushed(root, tangent, partial(push, differentiable=differentiable))
    if differentiable:
        sweeps.append((start, next_birth(), root.birth))
    return moved


def pushed(root: Node, tangent: dict[Node, Any], push: Callable[[Rule, Node, list[Any]], Any]) -> Any:
    """The walk of forward mode: push(rule, node, what its inputs move by) gives what the node moves by."""
    moved = dict(tangent)
    with np.errstate(all="ignore"):
        for node in reversed(history(root)):
            moves = [moved.get(x) if isinstance(x, Node) else None for x in node.inputs]
            if node not in moved and node.rule is not None and any(move is not None for move in moves):
                moved[node] = push(node.rule, node, moves)
    return moved.get(root)


def push(rule: Rule, node: Node, moves: list[Any], differentiable: bool = False) -> Any:
    """What a node moves by, the sum over its inputs; None in moves where an input does not move."""
    z, values = (node, node.inputs) if differentiable else (node._data, tuple(map(data_of, node.inputs)))
    parts = _pushes.get(rule.family, _push_by_transposing)(rule, moves, z, values, node)
    total = reduce(operator.add, (node.fit(part) for part in parts))
    return total if isinstance(total, Node) else node.fit(total)


def _push_elementwise(rule: Rule, moves: list[Any], z: Any, values: Any, node: Node) -> list[Any]:
    return [
        flow(derivative, move, z, *values)
        for move, derivative in zip(moves, rule.derivatives, strict=True)
        if move is not None
    ]


def _push_linear(rule: Rule, moves: list[Any], z: Any, values: Any, node: Node) -> list[Any]:
    still = (np.zeros_like(data_of(value)) for value in values)
    return [rule.forward(*(zero if move is None else move for move, zero in zip(moves, still, strict=True)))]


def _push_bilinear(rule: Rule, moves: list[Any], z: Any, values: Any, node: Node) -> list[Any]:
    return [rule.forward(*values[:i], move, *values[i + 1 :]) for i, move in enumerate(moves) if move is not None]


def _push_by_transposing(rule: Rule, moves: list[Any], z: Any, values: Any, node: Node) -> list[Any]:
    """The derivative u -> Jᵀu is recorded, and its own gradient along the tangent is J · tangent."""
    still = np.zeros_like(node._data)
    parts = []
    for move, derivative in zip(moves, rule.derivatives, strict=True):
        if move is not None:
            u = type(node)(still)
            with recording():
                pulled = derivative(u, z, *values)
            found = {}  # where it does not depend on u: linear in u, it is 0
            if isinstance(pulled, Node):
                found = gradients(pulled, pulled.fit(move), differentiable=isinstance(z, Node), since=u.birth)
            parts.append(found.get(u, still))
    return parts


_pushes = {"elementwise": _push_elementwise, "linear": _push_linear, "bilinear": _push_bilinear}


def backward(root: Node, seed: Any = None) -> None:
    """Store the gradient of the root with respect to every node it was computed from in the nodes' `.grad`.

    A leaf adds it to the gradient it has, until that is set to None; every other node is given it anew.
    seed: as in `gradients`.

    >>> from autograd_mini import Value
    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> x.grad
    6.0
    """
    for node, g in gradients(root, seed).items():
        node.grad = g if node.rule is not None or node.grad is None else node.grad + g


def _checked(root: Node, seed: Any) -> Any:
    if not isinstance(root, Node):
        raise AutogradError(f"a sweep starts at a Value or a Tensor; got {type(root).__name__}: nothing was recorded")
    if seed is None:
        if root.shape != ():
            raise ShapeError(
                f"a gradient needs a scalar to start from; the output of {root.name} has shape {root.shape}: "
                "reduce it (sum, mean) or pass seed=, an array of that shape"
            )
        return root.fit(1.0)
    if np.shape(data_of(seed)) != root.shape:
        raise ShapeError(f"the seed has shape {np.shape(data_of(seed))}, the output of {root.name} {root.shape}")
    return root.fit(seed if isinstance(seed, Node) else root.held(seed))


def _owned(g: Any, owners: set[int]) -> Any:
    """The gradient in memory that no other gradient of this sweep lies in."""
    if type(g) is not np.ndarray:
        g = np.array(g)
    base = g.base
    owner = id(g if base is None else base)
    if owner in owners or (base is not None and not g.flags.writeable):
        g = g.copy()
        owner = id(g)
    owners.add(owner)
    return g


def _stale(node: Node, parent: Node) -> StaleError:
    label = f" {parent.label!r}" if parent.label else ""
    return StaleError(
        f"the data of the {type(parent).__name__}{label} was replaced after {node.name} was computed from it: "
        "its derivative would be wrong; run the forward pass again"
    )
