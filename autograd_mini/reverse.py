"""The reverse sweep: the recorded nodes walked latest born first, the chain rule applied at each."""

from collections import deque
from operator import attrgetter
from threading import RLock
from typing import Any

import numpy as np

from .errors import AutogradError, DetachedWarning, KindError, ShapeError, StaleError, describe
from .node import NO_HISTORY, Node, Rule, data_of, next_birth, shape_of
from .scopes import sweeps
from .warn import warn_user
from .watching import watcher

_birth = attrgetter("birth")


def history(*roots: Node, since: int = 0) -> list[Node]:
    """Every node that the roots were computed from, themselves among them, latest born first.

    A node is younger than its inputs, so this order visits each before them. Iterative: depth is no limit.
    since: a birth; where the nodes born before it came from is not asked.

    Raises StaleError where a leaf's data was replaced after a node was computed from it.
    """
    found: dict[Node, None] = dict.fromkeys(roots)  # in the order of finding, nearly that of birth: soon sorted
    waiting = [*found]
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
                    found[parent] = None
                    if parent.rule is not None:  # a leaf came from nothing
                        waiting.append(parent)
    return sorted(found, key=_birth, reverse=True)


def gradients(root: Node, seed: Any = None, *, differentiable: bool = False, since: int = 0) -> dict[Node, Any]:
    """The gradient of the root with respect to every node that a path leads to: {node: gradient}.

    By the chain rule, dL/dx is the sum over the nodes y computed from x of dL/dy · dy/dx. Nothing is stored on
    the nodes; `.backward()` does that. Each gradient has its node's shape and dtype, and memory of its own. What the
    root depends on by steps alone (signs, masks, orders) has none: no path leads there.

    root: the node to differentiate. seed: the gradient of some loss with respect to the root, of the root's
    shape; 1 where the root has one element. differentiable: record the sweep, so that every gradient is a node, which
    can be differentiated again. since: a birth; the sweep stops at nodes born before it.

    >>> from autograd_mini import Value, gradients
    >>> x = Value(3.0)
    >>> gradients(x * x)[x]
    6.0
    """
    if not isinstance(differentiable, bool):
        raise KindError(f"a sweep is differentiable or not, True or False; got {describe(differentiable)}")
    if not isinstance(since, int):
        raise KindError(f"since is a birth, a whole number; got {describe(since)}")
    return sweep(root, seed, differentiable=differentiable or watcher() is not None, since=since)


def sweep(root: Node, seed: Any, *, differentiable: bool, since: int = 0) -> dict[Node, Any]:
    """`gradients` without a look at what it is given, and recorded where it is told to alone, traced or not."""
    if differentiable and (tracer := watcher()) is not None:
        with tracer.sweep():
            return _swept(root, seed, differentiable, since)
    return _swept(root, seed, differentiable, since)


def _swept(root: Node, seed: Any, differentiable: bool, since: int) -> dict[Node, Any]:
    start = next_birth()
    seed = _make_seed(root, seed, differentiable)
    gradient: dict[Node, Any] = dict.fromkeys(history(root, since=since))
    gradient[root] = seed
    owners: set[int] = set()
    pieced: set[Node] = set()  # nodes whose gradient lies in memory made for it, piece by piece
    unreached = []  # nodes that only steps lead to
    with np.errstate(all="ignore"):
        for node, g in gradient.items():
            if g is None:
                unreached.append(node)
                continue
            if type(g) is np.ndarray or isinstance(g, np.generic):
                g = gradient[node] = _own(g, owners)
                rule = node.rule
                if rule is not None and rule.add is not None and node.birth >= since and node.first.ndim:
                    _add_piece(rule, node.first, g, gradient, pieced)
                    continue
            rule, first, second = node.rule, node.first, node.second
            if rule is None or node.birth < since:
                continue
            if type(second) is tuple:
                for parent, contribution in zip((first, *second), rule.pull(node, g), strict=True):
                    if contribution is not None:
                        if not type(contribution) is type(parent._raw) is float:
                            contribution = parent.fit(contribution)
                        earlier = gradient[parent]
                        gradient[parent] = contribution if earlier is None else earlier + contribution
                continue
            # One input or two, spelled out: this is where the time of a scalar sweep goes.
            left, right = rule.pull(node, g)
            if left is not None:
                if type(left) is not float:
                    left = first.fit(left)
                earlier = gradient[first]
                gradient[first] = left if earlier is None else earlier + left
            if right is not None:
                if type(right) is not float:
                    right = second.fit(right)
                earlier = gradient[second]
                gradient[second] = right if earlier is None else earlier + right
    if differentiable:
        for node, g in gradient.items():
            if g is not None and not isinstance(g, Node):  # a rule that gives the same number whatever the upstream is
                gradient[node] = type(node)(g)
        sweeps.append((start, next_birth(), root.birth))
    for node in unreached:
        del gradient[node]
    return gradient


def _add_piece(rule: Rule, whole: Any, g: Any, gradient: dict[Node, Any], pieced: set[Node]) -> None:
    """Add the gradient of a picked piece to the whole's in place: the others would be zeros.

    So a loop over the rows of a tensor costs what the tensor holds, and not that for each row. Not for a whole of no
    axis: NumPy makes scalars of sums of those.
    """
    if whole not in pieced:
        earlier = gradient[whole]
        gradient[whole] = np.zeros(whole.shape, whole.dtype) if earlier is None else earlier.copy()
        pieced.add(whole)
    rule.add(gradient[whole], g, *rule.args, **rule.named)


_adding = RLock()  # reentrant: a signal's handler in this thread may sweep, too


def backward(root: Node, seed: Any = None) -> None:
    """Store the gradient of the root with respect to every node it was computed from in the nodes' `.grad`.

    A leaf adds it to the gradient it has, until that is set to None; every other node is given it anew. Several
    threads may do this to shared leaves. Interrupted, it leaves all gradients as they were, or all new.
    seed: as in `gradients`.

    >>> from autograd_mini import Value
    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> x.grad
    6.0
    """
    tracer = watcher()
    found = sweep(root, seed, differentiable=tracer is not None)
    if tracer is not None:
        for node in found:
            tracer.change(node, "grad")
    if root.first is NO_HISTORY:
        warn_user(
            f"backward() of a {type(root).__name__} that was computed under no_grad: it has no history to go back "
            "through, and no leaf is given a gradient; compute it outside of no_grad",
            DetachedWarning,
        )
    with _adding:
        for node, g in found.items():
            if node._grad is not None and node.rule is None:
                found[node] = node.fit(node._grad + g)  # the sum of two arrays of shape () is NumPy's scalar
        deque(map(_set_grad, found, found.values()), maxlen=0)  # in C, where no interrupt comes between


_set_grad = vars(Node)["_grad"].__set__


def _make_seed(root: Node, seed: Any, differentiable: bool) -> Any:
    """What the sweep starts from, in the root's shape and dtype; a node where it is recorded."""
    if not isinstance(root, Node):
        raise AutogradError(
            f"a sweep starts at one Value or Tensor; got {type(root).__name__}: nothing was recorded there"
        )
    if isinstance(seed, list | tuple | dict) and any(isinstance(x, Node) for x in seed):
        raise KindError("a sweep takes no parameters, it gives the gradients of all: gradients(loss)[p] is that of p")
    if seed is None:
        if np.size(root._raw) != 1:
            raise ShapeError(
                f"a gradient needs a scalar to start from; the output of {root.name} has shape {root.shape}: "
                "reduce it (sum, mean) or pass seed=, an array of that shape"
            )
        seed = np.ones(root.shape) if root.shape else 1.0
    elif shape_of(seed) != root.shape:
        raise ShapeError(f"the seed has shape {shape_of(seed)}, the output of {root.name} {root.shape}")
    if not differentiable:
        return root.fit(root.hold(data_of(seed)))
    return root.fit(seed if isinstance(seed, Node) else type(root)(seed, label="seed"))


def _own(g: Any, owners: set[int]) -> Any:
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
