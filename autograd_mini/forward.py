"""The forward sweep: the recorded nodes walked oldest first, each moved as its inputs move."""

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from .node import Node, next_birth
from .primitive import seen
from .reverse import history
from .scopes import sweeps

Push = Callable[[Node, Sequence[Any]], Any]


def tangents(root: Node, tangent: dict[Node, Any], *, differentiable: bool = False, since: int = 0) -> Any:
    """How the root moves when the given nodes move along their tangents: forward mode, one pass, oldest first.

    tangent: {node: tangent}, each of its node's shape. Gives dz = sum over the inputs of dz/dx · dx for the root, or
    None where no path leads there from them. The same rules serve as going back (`Primitive.push`).
    differentiable: record the pass. since: a birth; nodes born before it stay, unless they are given a tangent.

    >>> from autograd_mini import Value
    >>> from autograd_mini.forward import tangents
    >>> x = Value(3.0)
    >>> tangents(x * x, {x: 1.0})
    6.0
    """
    start = next_birth()
    if differentiable:
        tangent = {x: t if isinstance(t, Node) else type(x)(t, label="tangent") for x, t in tangent.items()}
    moved = _walk(root, tangent, _push, since).get(root)
    if differentiable:
        sweeps.append((start, next_birth(), root.birth))
    return moved


def tangents_on_the_way(root: Node, tangent: dict[Node, Any]) -> dict[Node, Any]:
    """`tangents`, of every node on the way to the root that moves; what only a step leads to is not among them.

    >>> from autograd_mini import Value
    >>> x = Value(3.0)
    >>> y = x * x
    >>> [*tangents_on_the_way(y + 1.0, {x: 1.0}).values()]
    [1.0, 6.0, 6.0]
    """
    return _walk(root, tangent, _push)


def tangents_together(root: Node, tangent: dict[Node, Any]) -> Any:
    """`tangents` along n tangents in one pass; each, and the result, has a last axis of n beside its node's shape."""
    return _walk(root, tangent, _push_together).get(root)


def _walk(root: Node, tangent: dict[Node, Any], push: Push, since: int = 0) -> dict[Node, Any]:
    moved = dict(tangent)
    with np.errstate(all="ignore"):
        for node in reversed(history(root, since=since)):
            moves = [moved.get(x) if isinstance(x, Node) else None for x in node.inputs]
            if node not in moved and node.birth >= since and any(move is not None for move in moves):
                move = push(node, moves)
                if move is not None:  # a step does not move
                    moved[node] = move
    return moved


def _push(node: Node, moves: Sequence[Any]) -> Any:
    """What a node moves by, the sum over its inputs; recorded where the moves are nodes."""
    assert node.rule is not None
    z, inputs = seen(node, any(isinstance(move, Node) for move in moves))
    parts = node.rule.primitive.push(node, moves, z, inputs)
    return node.fit(reduce(operator.add, map(node.fit, parts))) if parts else None


def _push_together(node: Node, moves: Sequence[Any]) -> Any:
    assert node.rule is not None
    together = node.rule.primitive.push_together(node, moves)
    if together is not None:
        return together
    count = next(move.shape[-1] for move in moves if move is not None)
    each = [_push(node, [None if move is None else move[..., i] for move in moves]) for i in range(count)]
    return None if each[0] is None else np.stack(each, axis=-1)
