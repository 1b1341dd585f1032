"""Derivatives of functions: `grad` and its kin, over numbers, arrays and containers of them."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from .calculus.elementwise import positive
from .errors import KindError, ShapeError
from .node import Node, data_of, is_recording, next_birth, recording
from .sweep import gradients, history
from .tensor import Tensor
from .value import Value


def value_and_grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., tuple[Any, Any]]:
    """The function that returns f's value and its gradient with respect to the positional argument(s) argnums.

    f: a function of floats, arrays, Values, Tensors, or nested lists, tuples and dicts of them, that gives a
    scalar. The gradient has the argument's own nesting, each part the shape and dtype of its own leaf; for a
    sequence of argnums it is a tuple. Where an argument is itself a node, or f uses nodes from outside, value
    and gradient are nodes: derivatives of derivatives, to any order.

    Raises KindError where an argument holds anything but numbers, ShapeError where f's value is no scalar.

    >>> from autograd_mini import value_and_grad
    >>> value_and_grad(lambda p: p["w"] * p["w"] + p["b"])({"w": 3.0, "b": 1.0})
    (10.0, {'w': 6.0, 'b': 1.0})
    """

    @wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        wanted = _positions(argnums, len(args))
        start = next_birth()
        leaves = {i: _mapped(_leaf, args[i]) for i in wanted}
        with recording():
            root = f(*(leaves.get(i, arg) for i, arg in enumerate(args)), **kwargs)
        if not isinstance(root, Node | np.ndarray | np.number | float | int):
            raise KindError(f"grad needs a function that gives a number; it gave {type(root).__name__} {root!r}")
        if (shape := np.shape(data_of(root))) != ():
            raise ShapeError(f"grad needs a scalar; the function gave shape {shape}: reduce it (sum, mean)")
        gradient, varies = _gradient(root, start)
        parts = tuple(_mapped(lambda leaf: gradient.get(leaf, _zero(leaf)), leaves[i]) for i in wanted)
        return root if varies else data_of(root), parts[0] if isinstance(argnums, int) else parts

    return differentiated


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """The function that returns the gradient of f; arguments and errors as in `value_and_grad`.

    >>> from autograd_mini import grad
    >>> cube = lambda x: x**3
    >>> grad(cube)(2.0), grad(grad(cube))(2.0), grad(grad(grad(cube)))(2.0)
    (12.0, 12.0, 6.0)
    """
    with_value = value_and_grad(f, argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return with_value(*args, **kwargs)[1]

    return gradient


def _positions(argnums: int | Sequence[int], count: int) -> tuple[int, ...]:
    wanted = (argnums,) if isinstance(argnums, int | str) or not isinstance(argnums, Sequence) else tuple(argnums)
    if not all(isinstance(i, int) and -count <= i < count for i in wanted):
        raise ShapeError(f"argnums={argnums!r} names no positional argument of {count}")
    return tuple(i % count for i in wanted)


def _gradient(root: Any, start: int) -> tuple[dict[Node, Any], bool]:
    """The gradients, and whether a leaf from before the start varies too: then they are recorded."""
    if not isinstance(root, Node):
        return {}, False
    varies = is_recording() and any(node.rule is None and node.birth < start for node in history(root))
    return gradients(root, differentiable=varies), varies


def _zero(leaf: Node) -> Any:
    """The gradient of a leaf that the value does not depend on."""
    return np.zeros_like(leaf.data) if isinstance(leaf, Tensor) else 0.0


def _leaf(x: Any) -> Node:
    """The node that f is given for a number or array; a node's own copy, recorded, so that its history goes on."""
    if isinstance(x, Node):
        return positive(x)  # type: ignore[no-any-return]
    if isinstance(x, np.ndarray):
        return Tensor(x)
    return Value(x)


def _mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """The function of each leaf, in the tree's own nesting of lists, tuples and dicts."""
    if isinstance(tree, dict):
        mapped = tree.copy()  # of the tree's own kind
        mapped.update((key, _mapped(function, branch)) for key, branch in tree.items())
        return mapped
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(_mapped(function, branch) for branch in tree))
    if isinstance(tree, list | tuple):
        return type(tree)(_mapped(function, branch) for branch in tree)
    return function(tree)
