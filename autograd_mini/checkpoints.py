"""`checkpoint`: a function that keeps none of its nodes, and computes them again when a sweep comes back."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar, copy_context
from functools import partial, wraps
from typing import Any

import numpy as np

from .containers import leaf
from .errors import AutogradError, KindError, StaleError, describe
from .forward import tangents
from .grad_mode import is_recording, recording
from .node import Node, data_of, next_birth
from .primitive import Primitive, per_slot
from .replay import replay
from .reverse import history, sweep
from .watching import watcher


class Checkpoint(Primitive):
    """A function as one operation: its inputs are the nodes that it was given, and those from outside that it uses.

    Parameters: the function, the arguments of its call, where among them nodes stood, and the nodes from outside.
    """

    __slots__ = ()
    family = "custom"
    is_of_package = False

    def pull(self, node: Node, g: Any) -> Sequence[Any]:
        """Run the function again, and go back through what it recorded: one run for all inputs."""
        assert node.rule is not None
        named = node.rule.named
        given, then = node.inputs[: len(named["slots"])], node.inputs[len(named["slots"]) :]
        if any(now.birth != x.birth for now, x in zip(named["outside"], then, strict=True)):  # of a copy of the graph
            raise StaleError("checkpoint: what its function uses from outside was replaced since; it cannot run again")
        leaves = [leaf(x if isinstance(g, Node) else data_of(x)) for x in given]
        start = next_birth()  # after the leaves: what they come from is an input itself, and not asked here
        root = _run_again(leaves, **named)
        _check_repeats(node, root)
        if not isinstance(root, Node):
            return per_slot(None for _ in node.inputs)
        found = sweep(root, g, differentiable=isinstance(g, Node), since=start)
        return per_slot(found.get(x) for x in (*leaves, *named["outside"]))

    def push(self, node: Node, moves: Sequence[Any], z: Any, inputs: Sequence[Any]) -> list[Any]:
        """Run the function again, and go forward through what it recorded."""
        assert node.rule is not None
        named = node.rule.named
        leaves = [leaf(x) for x in inputs[: len(named["slots"])]]
        start = next_birth()
        root = _run_again(leaves, **named)
        _check_repeats(node, root)
        if not isinstance(root, Node):
            return []
        pairs = zip((*leaves, *named["outside"]), moves, strict=True)
        moving = {x: move for x, move in pairs if move is not None}
        moved = tangents(root, moving, differentiable=isinstance(z, Node), since=start)
        return [] if moved is None else [moved]


def _run(leaves: Sequence[Node], f: Any, args: Any, kwargs: Any, slots: Any, outside: Any) -> Any:
    given = list(args)
    for i, x in zip(slots, leaves, strict=True):
        given[i] = x
    with recording():
        return f(*given, **kwargs)


_rerunning: ContextVar[bool] = ContextVar("is_rerunning", default=False)


def is_rerunning() -> bool:
    """Whether the function of a `checkpoint` runs once more: what it is to remember of this call, it has already.

    For layers that keep something at each call, such as running statistics; what the function gives must not hang on
    it.

    >>> from autograd_mini import Value, checkpoint, is_rerunning
    >>> seen = []
    >>> def double(x):
    ...     seen.append(is_rerunning())
    ...     return x + x
    >>> checkpoint(double)(Value(1.0)).backward()
    >>> seen
    [False, True]
    """
    return _rerunning.get()


_unfolded: ContextVar[bool] = ContextVar("is_unfolded", default=False)


def run_unfolded(f: Callable[..., Any], *args: Any) -> Any:
    """f's answer, where `checkpoint` keeps its functions' nodes, for whoever looks at each of them.

    >>> from autograd_mini import Value, checkpoint
    >>> run_unfolded(checkpoint(lambda x: x * x), Value(3.0)).name
    'multiply'
    """
    context = copy_context()
    context.run(_unfolded.set, True)
    return context.run(f, *args)


def _run_again(leaves: Sequence[Node], **named: Any) -> Any:
    """In a context of its own, so that nothing is left of it however it ends, by an interrupt, too."""
    context = copy_context()
    context.run(_rerunning.set, True)
    return context.run(partial(_run, leaves, **named))


def _check_repeats(node: Node, root: Any) -> None:
    """Raise AutogradError where f gave something else than the first time: the gradient would be another function's.

    Sums over memory that lies elsewhere are taken in another order. So half of the largest number's digits may differ,
    or, where what is left of large inputs is small, as much as a sum over one of them may be rounded by.
    """
    before, now = np.asarray(node._raw), np.asarray(data_of(root))
    rounding = np.finfo(before.dtype).eps

    def repeats(far: float) -> bool:
        return before.shape == now.shape and np.allclose(before, now, rtol=0.0, atol=far, equal_nan=True)

    if not repeats(np.sqrt(rounding) * _largest(before)) and not repeats(rounding * max(map(_rounded, node.inputs))):
        raise AutogradError(
            "checkpoint: its function gave something else when it was run again for the gradient, so it draws random "
            "numbers or remembers: do that outside of it, and hand it what was drawn (Dropout: model.eval(), or leave "
            "the layer outside)"
        )


def _largest(x: Any) -> float:
    return float(np.max(np.abs(x), initial=0.0, where=np.isfinite(x)))


def _rounded(x: Any) -> float:
    """How many times the rounding of 1 a sum over x may be off by: a few for each element, of either sign."""
    return 4.0 * _largest(data_of(x)) * float(np.sqrt(np.size(data_of(x))))


def _compute(*inputs: Any, **named: Any) -> Any:
    """The function's value where its arguments, and the nodes from outside, hold these data."""
    leaves = [leaf(x) for x in inputs[: len(named["slots"])]]
    start = next_birth()
    root = _run_again(leaves, **named)
    if not isinstance(root, Node):
        return root
    return replay(root, dict(zip((*leaves, *named["outside"]), inputs, strict=True)), since=start)


_checkpoint = Checkpoint("checkpoint", _compute, ())


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """f that keeps none of its own nodes: the backward sweep runs it again, for the time of one more forward pass.

    f: takes and gives a number or array, and may use nodes from outside. It must compute the same when run again.
    Raises KindError where f gives anything else; the sweep raises AutogradError where f gives another result then. It
    does not see what changes less than half of the digits of the result's largest number, nor, as rounding, what is
    less than about 4 · sqrt(n) · eps of the largest of an input's n numbers. What f remembers beside its result it does
    twice, unless it asks `is_rerunning`.

    >>> from autograd_mini import Tensor, checkpoint, tanh
    >>> x = Tensor([1.0, 2.0])
    >>> y = checkpoint(lambda x: tanh(tanh(x)))(x)
    >>> y.name, y.inputs[0] is x
    ('checkpoint', True)
    """

    if not callable(f):
        raise KindError(f"checkpoint takes a function; got {describe(f)}")

    @wraps(f)
    def apply(*args: Any, **kwargs: Any) -> Any:
        if not is_recording() or watcher() is not None or _unfolded.get():  # a traced function's nodes are kept anyway
            return f(*args, **kwargs)
        slots = tuple(i for i, x in enumerate(args) if isinstance(x, Node))
        leaves = [leaf(data_of(args[i])) for i in slots]
        start = next_birth()
        root = _run(leaves, f, args, kwargs, slots, ())
        if not isinstance(root, Node | np.ndarray | np.number | float | int):
            raise KindError(f"checkpoint is of a function that gives a number or array; it gave {type(root).__name__}")
        if not isinstance(root, Node):
            return root
        own = set(leaves)
        outside = tuple(x for x in history(root, since=start) if x.birth < start and x not in own)
        inputs = (*(args[i] for i in slots), *outside)
        named = {"f": f, "args": args, "kwargs": kwargs, "slots": slots, "outside": outside}
        return _checkpoint.record(data_of(root), inputs, (), named) if inputs else root

    return apply
