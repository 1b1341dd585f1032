"""Why a value or a gradient is what nobody wants: the operation where that arises, in words, and how to avoid it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...errors import KindError, describe
from ...lines import Notes, noting
from ...node import Node
from ...primitive import Elementwise
from ...reverse import gradients
from .leaf_gradients import explain_gradient, find_dependents
from .values import find_wrong_value
from .words import line_of, show_call, show_index, show_number

_Bad = Callable[[Any], Any]
_KINDS: dict[str, _Bad] = {"nan": np.isnan, "infinite": np.isinf}  # what is worse first

_XLOGY = " Use xlogy: xlogy(x, y) is x * log(y), with the limit 0 where x is 0."
_WHERE = (
    " Where f is left out of where(c, f(x), 0.0) it is swept all the same, with upstream 0, and 0 * inf is nan. "
    "Guard its argument with a where of its own: where(c, f(where(c, x, 1.0)), 0.0)."
)
_NORM = " Use norm, hypot, std or abs, which know the limit at 0, or guard the argument with where."


def diagnose(
    root: Node | Callable[[], Node],
    seed: Any = None,
    *,
    leaf: Node | None = None,
    references: Mapping[str, Callable[..., Any]] | None = None,
) -> str:
    """In words: where the first nan, or else the first infinity, of a value and its gradients arises; and the cure.

    root: a Value or Tensor, of any shape, or a function without arguments that computes it: it is called, and the
    user's lines are told, too. seed: the upstream gradient, of the root's shape; None for 1 everywhere.
    leaf: what the answer is to be about: why its gradient is None (it left the graph, or only steps lead on), 0 (dead,
    masked, saturated), nan, infinite, tiny or huge; the node where that happens, with its numbers.
    references: {an operation's name: a function of its raw inputs and parameters}; every node of that name is compared
    with it, and any other computed again, to find the first wrong value.
    Raises KindError where root is no node, or a reference fails.

    >>> from autograd_mini import Tensor, Value, diagnose, log, relu, sqrt, where
    >>> x = Value(0.0)
    >>> diagnose(x * log(x))[:73]
    'The value is first nan in multiply(0, -inf); -inf is log(0). Use xlogy: x'
    >>> x = Tensor([4.0, 0.0])
    >>> diagnose(sqrt(x + 1.0))
    'All values and gradients are finite.'
    >>> diagnose(where(x > 0.0, sqrt(x), 0.0))[:92]
    'The gradient is first nan in sqrt(0) at (1,): upstream 0 times the derivative inf. Where f i'
    >>> diagnose(relu(x - 5.0), leaf=x)
    'The gradient of the leaf is 0. It dies in relu: dead: what it is given is -5 to -1, where it is flat.'
    """
    notes = None
    if callable(root):
        notes = Notes()
        with noting(notes):
            root = root()
    if not isinstance(root, Node):
        raise KindError(f"diagnose looks at the history of a Value or a Tensor; got {describe(root)}")
    if leaf is not None and not isinstance(leaf, Node):
        raise KindError(f"diagnose tells of the gradient of a node as leaf; got {describe(leaf)}")
    if references is not None:
        if not isinstance(references, Mapping) or not all(map(callable, references.values())):
            raise KindError(f"diagnose takes references as {{operation: function}}; got {describe(references)}")
        if wrong := find_wrong_value(root, references, notes):
            return wrong
    with np.errstate(all="ignore"):
        gradient = gradients(root, np.ones(root.shape) if seed is None else seed)
        concerned = gradient if leaf is None else _on_the_way(gradient, leaf)
        if leaf is not None and not concerned:
            return explain_gradient(root, gradient, leaf, notes)
        for kind, bad in _KINDS.items():
            if np.any(bad(root.data)):
                return f"The value is first {kind} in {_in_value(root, bad, notes)}"
            if any(np.any(bad(g)) for g in concerned.values()):
                return f"The gradient is first {kind} in {_in_gradient(concerned, bad, notes)}"
    return "All values and gradients are finite."


def _on_the_way(gradient: dict[Node, Any], leaf: Node) -> dict[Node, Any]:
    """The gradients of those nodes that the leaf's is made from, itself among them; {} where its own is finite."""
    if leaf not in gradient or np.all(np.isfinite(gradient[leaf])):
        return {}
    dependents = find_dependents(reversed(gradient), leaf)
    return {node: g for node, g in gradient.items() if node in dependents}


def _in_value(root: Node, bad: _Bad, notes: Notes | None) -> str:
    node = _origin(root, bad)
    index = _first(node.data, bad)
    story, cure = show_call(node, index) + show_index(index), ""
    infinite = [x for x in node.inputs if isinstance(x, Node) and np.any(np.isinf(x.data))]
    for cause in dict.fromkeys(_origin(x, np.isinf) for x in infinite):
        there = _first(cause.data, np.isinf)
        story += f"; {show_number(cause.data, there)} is {show_call(cause, there)}"
        cure = _XLOGY if node.name == "multiply" and cause.name.startswith("log") else cure
    return f"{story}.{cure}{line_of(node, notes)}"


def _in_gradient(gradient: dict[Node, Any], bad: _Bad, notes: Notes | None) -> str:
    """The latest born node with a bad gradient has it from a node whose own is good, or as the sum of good ones."""
    node = next(node for node, g in gradient.items() if np.any(bad(g)))
    uses = [(child, i) for child in gradient for i, x in enumerate(child.inputs) if x is node]
    for child, i in uses:
        handed = child.primitive.pull(child, gradient[child])[i]
        if handed is None or not np.any(bad(handed)):
            continue
        line = line_of(child, notes)
        if not isinstance(child.primitive, Elementwise):
            return f"what {child.name} hands to its input {i}.{line}"
        index = _first(np.broadcast_to(handed, child.shape), bad)
        ones = np.ones(child.shape) if isinstance(child.data, np.ndarray) else 1.0
        slope = np.broadcast_to(child.primitive.pull(child, ones)[i], child.shape)[index]
        upstream = np.asarray(gradient[child])[index]
        story = (
            f"{show_call(child, index)}{show_index(index)}: upstream {upstream:.6g} times the derivative {slope:.6g}."
        )
        if bad is np.isnan and upstream == 0.0:
            return story + (_WHERE if any(node.name == "where" for node in gradient) else "") + line
        if bad is np.isnan and np.isinf(upstream):
            origin = _in_gradient(gradient, np.isinf, notes)
            return f"{story} The gradient is first infinite in {origin}{_NORM}{line}"
        return story + line
    return f"the sum over the {len(uses)} uses of {node.label or node.name}." if uses else "the seed."


def _origin(node: Node, bad: _Bad) -> Node:
    """Where the bad number arises: a node whose inputs hold none."""
    while parents := [x for x in node.inputs if isinstance(x, Node) and np.any(bad(x.data))]:
        node = parents[0]
    return node


def _first(data: Any, bad: _Bad) -> tuple[int, ...]:
    """The index of the first bad number."""
    return tuple(map(int, np.argwhere(bad(data))[0]))
