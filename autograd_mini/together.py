"""Forward mode along many tangents at once, for the columns of a Jacobian."""

import operator
from functools import reduce
from typing import Any

import numpy as np

from .errors import AutogradError
from .node import Node, Rule, data_of, flow
from .sweep import push, pushed


def tangents_together(root: Node, tangent: dict[Node, Any]) -> Any:
    """`tangents` along n tangents in one pass; each, and the result, has a last axis of n beside its node's shape.

    An elementwise rule knows no shapes: n tangents are to it as one. A linear operation that only moves numbers
    about moves rows of n numbers as well. Any other goes one by one.
    """
    return pushed(root, tangent, _push)


def _push(rule: Rule, node: Node, moves: list[Any]) -> Any:
    if rule.family == "elementwise":
        return _elementwise(rule, node, moves)
    together = _moving(rule, node, moves) if rule.family == "linear" else None
    if together is not None:
        return together
    each = (push(rule, node, [None if move is None else move[..., i] for move in moves]) for i in range(_count(moves)))
    return np.stack([*each], axis=-1)


def _elementwise(rule: Rule, node: Node, moves: list[Any]) -> Any:
    beside = [x[..., None] if isinstance(x, np.ndarray) else x for x in map(data_of, (node, *node.inputs))]
    pairs = zip(moves, rule.derivatives, strict=True)
    total = reduce(operator.add, (flow(derivative, move, *beside) for move, derivative in pairs if move is not None))
    return np.asarray(np.broadcast_to(total, (*node.shape, _count(moves))), np.asarray(node.data).dtype)


def _moving(rule: Rule, node: Node, moves: list[Any]) -> Any:
    """The operation on arrays whose elements are rows of n numbers; None where it computes with its elements."""
    count, dtype = _count(moves), np.asarray(node.data).dtype
    row = np.dtype((np.void, count * dtype.itemsize))
    pairs = zip(moves, node.inputs, strict=True)
    moves = [np.zeros((*np.shape(data_of(x)), count)) if move is None else move for move, x in pairs]
    try:
        moved = rule.forward(*(np.ascontiguousarray(move, dtype).view(row)[..., 0] for move in moves))
    except AutogradError:
        return None
    return np.ascontiguousarray(moved[..., None]).view(dtype) if moved.dtype == row else None


def _count(moves: list[Any]) -> int:
    return next(int(move.shape[-1]) for move in moves if move is not None)
