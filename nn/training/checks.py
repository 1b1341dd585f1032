"""What keeps a network from learning, found in its parameters, their gradients and the graph of one batch."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_mini import Tensor, Value

from ..module import Module, Parameter

Node = Tensor | Value
FEW = 16  # examples: of fewer it is too early to say that a unit is 0 on every one


def paths_of(model: Module, parameters: Iterable[Parameter]) -> dict[Parameter, str]:
    """What each parameter is called: its path in the model, or its label or shape where it is not in it."""
    paths = {parameter: path for path, parameter in model.named_parameters()}
    for parameter in parameters:
        if parameter not in paths:
            what = repr(parameter.label) if parameter.label else f"of shape {parameter.shape}"
            paths[parameter] = f"a parameter {what} that is not in the model"
    return paths


def are_finite(gradients: Iterable[Any]) -> bool:
    """Whether no gradient has a nan or an inf; one that is None has not.

    >>> are_finite([None, 1.0]), are_finite([1.0, np.array([1.0, np.nan])])
    (True, False)
    """
    for given in gradients:
        g = given.data if isinstance(given, Node) else given
        # One pass of BLAS; the squares of large numbers overflow, so what it finds is looked at again.
        if g is not None and not math.isfinite(np.vdot(g, g)) and not np.isfinite(g).all():
            return False
    return True


def unmoving(optimizer: Any) -> set[Parameter]:
    """The parameters in a group of their own whose learning rate is 0: frozen on purpose."""
    groups = getattr(optimizer, "groups", [])
    return {parameter for group in groups if not group["lr"] for parameter in group["parameters"]}


@dataclass
class Units:
    """The units after one activation, counted over the examples of a batch.

    where: "relu after 0", the activation and the layer before it. idle: how many of them let no gradient through on
    any example. how: "dead", 0 everywhere, or "saturated". examples: how many the batch has.
    """

    where: str
    count: int
    idle: int
    how: str
    examples: int


IDLE: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "relu": ("dead", lambda y: y == 0),
    "tanh": ("saturated", lambda y: np.abs(y) > 0.99),
    "sigmoid": ("saturated", lambda y: np.abs(y - 0.5) > 0.49),
}
"""For each activation what its idle units are called, and where an output lets next to no gradient through (< 0.02)."""


def hidden_units(root: Any, paths: dict[Parameter, str]) -> list[Units]:
    """The units of each activation that parameters come after, first layer first.

    root: what a model gave for a batch, or a loss of it, with its graph. Units are the last axis of (n, units) and
    (n, time, units), the second of (n, channels, height, width). Activations after the last parameter (a sigmoid that
    gives the answer, the relu in a hinge loss) may well be at their ends, and are left out.
    """
    users = [node for node in _history([root]) if any(isinstance(x, Node) and x in paths for x in node.inputs)]
    below = [x for node in users for x in node.inputs if isinstance(x, Node)]
    found = [node for node in _history(below) if node.name in IDLE and isinstance(node, Tensor) and node.ndim >= 2]
    return [_counted(node, paths) for node in reversed(found)]


def squashed_twice(root: Any, paths: dict[Parameter, str]) -> str:
    """ "softmax" or "sigmoid" where a loss takes it of what has been through one, or is of probabilities; "" elsewhere.

    root: a loss with its graph, of which what comes after the last parameter is looked at. `cross_entropy` takes a
    log_softmax of scores, `bce_with_logits` softplus of x and of -x.
    """
    after = list(_history([root], until=lambda node: any(isinstance(x, Node) and x in paths for x in node.inputs)))
    for node in after:
        if node.name == "log_softmax" and (_squashing(node.inputs[0]) or _are_probabilities(node.inputs[0].data)):
            return "softmax"
    softened = [node.inputs[0] for node in after if node.name == "softplus"]
    mirrored = {_before(x.inputs[0]) for x in softened if x.name == "negative"}
    return "sigmoid" if any(_squashing(x) and _before(x) in mirrored for x in softened) else ""


def _before(node: Any) -> Any:
    """The node that this one takes another shape of."""
    while node.name in ("reshape", "getitem"):
        node = node.inputs[0]
    return node


def _squashing(node: Any) -> bool:
    """Whether a node is the output of a sigmoid or a softmax, or all outputs of one, together."""
    node = _before(node)
    if node.name == "stack":
        return all(isinstance(x, Node) and _squashing(x) for x in node.inputs)
    return node.name == "sigmoid" or bool(node.name == "exp" and node.inputs[0].name == "log_softmax")


def _are_probabilities(x: Any) -> bool:
    """Whether each row of x, (..., classes), is one of probabilities."""
    near = 1e-5 if x.dtype == np.float32 else 1e-10
    return x.shape[-1] > 1 and x.size > 0 and bool((x >= 0).all() and (np.abs(x.sum(-1) - 1.0) < near).all())


def widened(root: Any, paths: dict[Parameter, str]) -> str:
    """The path of a float32 parameter that float64 numbers, no node among them, make compute in float64; "" of none.

    root: a loss with its graph, or what a model gave.
    """
    narrow = {x for x in paths if x.dtype == np.float32}
    for node in _history([root]) if narrow else ():
        if node.dtype == np.float64 and all(x.dtype == np.float32 for x in node.inputs if isinstance(x, Node)):
            for x in node.inputs:
                if isinstance(x, Node) and x in narrow:
                    return paths[x]
    return ""


def _counted(node: Any, paths: dict[Parameter, str]) -> Units:
    how, is_idle = IDLE[node.name]
    axis = 1 if node.ndim == 4 else node.ndim - 1
    idle = np.all(is_idle(node.data), axis=tuple(i for i in range(node.ndim) if i != axis))
    first = next((paths[x] for x in _history([node]) if x in paths), "")
    layer = first.rpartition(".")[0] or first
    return Units(f"{node.name} after {layer}" if layer else node.name, idle.size, int(idle.sum()), how, node.shape[0])


def _history(roots: list[Any], until: Callable[[Any], bool] = lambda node: False) -> Iterator[Any]:
    """The nodes that lead to the roots, these included, each once, the nearest first; no further than until is true."""
    seen, waiting = set(map(id, roots)), list(roots)
    for node in waiting:
        if isinstance(node, Node):
            yield node
            if until(node):
                continue
            new = [x for x in node.inputs if isinstance(x, Node) and id(x) not in seen]
            seen.update(map(id, new))
            waiting += new
