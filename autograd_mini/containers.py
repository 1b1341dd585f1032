"""Nested lists, tuples and dicts of numbers and arrays, and the leaf nodes that stand for them."""

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

import numpy as np

from .calculus.elementwise import positive
from .errors import KindError, ShapeError, describe
from .node import Node, data_of
from .tensor import Tensor
from .value import Value


def mapped(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """The function of each leaf (and of the leaves in its place in the other trees), in the tree's own nesting.

    Raises ShapeError where another tree has another nesting, KindError where one holds itself.
    """
    return _mapped(function, tree, others, 0)


def paths(tree: Any, name: str) -> Iterator[str]:
    """The name of each leaf in the order of `mapped`, as it is written in Python.

    >>> [*paths({"w": [1.0, 2.0], "b": 0.0}, "params")]
    ["params['w'][0]", "params['w'][1]", "params['b']"]
    """
    if isinstance(tree, dict):
        inside: Any = ((f"{name}[{key!r}]", part) for key, part in tree.items())
    elif isinstance(tree, list | tuple):
        fields = getattr(tree, "_fields", None)
        names = (
            (f"{name}[{i}]" for i in range(len(tree))) if fields is None else (f"{name}.{field}" for field in fields)
        )
        inside = zip(names, tree, strict=True)
    else:
        inside = ()
        yield name
    for path, part in inside:
        yield from paths(part, path)


_DEEPEST = 100


def _mapped(function: Callable[..., Any], tree: Any, others: tuple[Any, ...], depth: int) -> Any:
    if isinstance(tree, dict | list | tuple):
        if depth > _DEEPEST:
            raise KindError(f"containers nest {_DEEPEST} deep at most; does {describe(tree)} hold itself?")
        for other in others:
            _check_alike(tree, other)
    if isinstance(tree, dict):
        branch = copy(tree)  # of the tree's own kind
        parts = ((key, tree[key], tuple(other[key] for other in others)) for key in tree)
        branch.update((key, _mapped(function, part, beside, depth + 1)) for key, part, beside in parts)
        return branch
    if isinstance(tree, list | tuple):
        together = zip(tree, *others, strict=True)
        branches = [_mapped(function, part, tuple(beside), depth + 1) for part, *beside in together]
        return type(tree)(*branches) if hasattr(tree, "_fields") else type(tree)(branches)
    return function(tree, *others)


def _check_alike(tree: Any, other: Any) -> None:
    if isinstance(tree, dict):
        alike = isinstance(other, dict) and tree.keys() == other.keys()
    else:
        alike = isinstance(other, list | tuple) and len(tree) == len(other)
    if not alike:
        raise ShapeError(f"{_outlined(other)} does not go with {_outlined(tree)}: both need the same nesting")


def _outlined(tree: Any) -> str:
    kind = type(tree).__name__
    if isinstance(tree, dict):
        return f"a {kind} with the keys {list(tree)}"
    return f"a {kind} of {len(tree)}" if isinstance(tree, list | tuple) else f"a {kind}"


def leaf(x: Any) -> Node:
    """The node a function is given for a number or array; for a node one recorded from it: its history goes on."""
    if isinstance(x, Node):
        return positive(x)  # type: ignore[no-any-return]
    return Tensor(x) if isinstance(x, np.ndarray) else Value(x)


def zero(x: Any) -> Any:
    """The derivative of, or by, what nothing depends on: 0 in the shape of a node or a raw number or array."""
    data = data_of(x)
    return np.zeros(data.shape, np.result_type(data, np.float32)) if isinstance(data, np.ndarray) else 0.0
