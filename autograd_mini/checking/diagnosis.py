"""Where the first nan or infinity of a computation arises, in words, and how to avoid it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import KindError, describe
from ..node import Node, data_of
from ..primitive import Elementwise
from ..reverse import gradients

_Bad = Callable[[Any], Any]
_KINDS: dict[str, _Bad] = {"nan": np.isnan, "infinite": np.isinf}  # what is worse first

_XLOGY = " Use xlogy: xlogy(x, y) is x * log(y), with the limit 0 where x is 0."
_WHERE = (
    " Where f is left out of where(c, f(x), 0.0) it is swept all the same, with upstream 0, and 0 * inf is nan. "
    "Guard its argument with a where of its own: where(c, f(where(c, x, 1.0)), 0.0)."
)
_NORM = " Use norm, hypot, std or abs, which know the limit at 0, or guard the argument with where."


def diagnose(root: Node, seed: Any = None) -> str:
    """In words: where the first nan, or else the first infinity, of a value and its gradients arises; and the cure.

    root: a Value or Tensor, of any shape. seed: the upstream gradient, of the root's shape; None for 1 everywhere.

    >>> from autograd_mini import Tensor, Value, diagnose, log, sqrt, where
    >>> x = Value(0.0)
    >>> diagnose(x * log(x))[:73]
    'The value is first nan in multiply(0, -inf); -inf is log(0). Use xlogy: x'
    >>> x = Tensor([4.0, 0.0])
    >>> diagnose(sqrt(x + 1.0))
    'All values and gradients are finite.'
    >>> diagnose(where(x > 0.0, sqrt(x), 0.0))[:92]
    'The gradient is first nan in sqrt(0) at (1,): upstream 0 times the derivative inf. Where f i'
    """
    if not isinstance(root, Node):
        raise KindError(f"diagnose looks at the history of a Value or a Tensor; got {describe(root)}")
    with np.errstate(all="ignore"):
        gradient = gradients(root, np.ones(root.shape) if seed is None else seed)
        for kind, bad in _KINDS.items():
            if np.any(bad(root.data)):
                return f"The value is first {kind} in {_in_value(root, bad)}"
            if any(np.any(bad(g)) for g in gradient.values()):
                return f"The gradient is first {kind} in {_in_gradient(gradient, bad)}"
    return "All values and gradients are finite."


def _in_value(root: Node, bad: _Bad) -> str:
    node = _origin(root, bad)
    index = _first(node.data, bad)
    story, cure = _call(node, index) + _at(index), ""
    infinite = [x for x in node.inputs if isinstance(x, Node) and np.any(np.isinf(x.data))]
    for cause in dict.fromkeys(_origin(x, np.isinf) for x in infinite):
        there = _first(cause.data, np.isinf)
        story += f"; {_number(cause.data, there)} is {_call(cause, there)}"
        cure = _XLOGY if node.name == "multiply" and cause.name.startswith("log") else cure
    return f"{story}.{cure}"


def _in_gradient(gradient: dict[Node, Any], bad: _Bad) -> str:
    """The latest born node with a bad gradient has it from a node whose own is good, or as the sum of good ones."""
    node = next(node for node, g in gradient.items() if np.any(bad(g)))
    uses = [(child, i) for child in gradient for i, x in enumerate(child.inputs) if x is node]
    for child, i in uses:
        handed = child.primitive.pull(child, gradient[child])[i]
        if handed is None or not np.any(bad(handed)):
            continue
        if not isinstance(child.primitive, Elementwise):
            return f"what {child.name} hands to its input {i}."
        index = _first(np.broadcast_to(handed, child.shape), bad)
        ones = np.ones(child.shape) if isinstance(child.data, np.ndarray) else 1.0
        slope = np.broadcast_to(child.primitive.pull(child, ones)[i], child.shape)[index]
        upstream = np.asarray(gradient[child])[index]
        story = f"{_call(child, index)}{_at(index)}: upstream {upstream:.6g} times the derivative {slope:.6g}."
        if bad is np.isnan and upstream == 0.0:
            return story + (_WHERE if any(node.name == "where" for node in gradient) else "")
        if bad is np.isnan and np.isinf(upstream):
            return f"{story} The gradient is first infinite in {_in_gradient(gradient, np.isinf)}{_NORM}"
        return story
    return f"the sum over the {len(uses)} uses of {node.label or node.name}." if uses else "the seed."


def _origin(node: Node, bad: _Bad) -> Node:
    """Where the bad number arises: a node whose inputs hold none."""
    while parents := [x for x in node.inputs if isinstance(x, Node) and np.any(bad(x.data))]:
        node = parents[0]
    return node


def _first(data: Any, bad: _Bad) -> tuple[int, ...]:
    """The index of the first bad number."""
    return tuple(map(int, np.argwhere(bad(data))[0]))


def _number(data: Any, index: tuple[int, ...]) -> str:
    return f"{float(np.asarray(data)[index]):.6g}"


def _at(index: tuple[int, ...]) -> str:
    return f" at {index}" if index else ""


def _call(node: Node, index: tuple[int, ...]) -> str:
    """The operation and the numbers it was given there, where it is one of each element."""
    if node.rule is None:
        return f"the leaf {node.label!r}" if node.label else "a leaf"
    if not isinstance(node.primitive, Elementwise):
        return node.name
    return f"{node.name}({', '.join(_number(np.broadcast_to(data_of(x), node.shape), index) for x in node.inputs)})"
