"""A function run once on nodes: what it computed, and what Python code decided on the way."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from ...containers import mapped, paths
from ...errors import AutogradError, KindError, describe
from ...lines import Line, Notes, noting
from ...node import NO_HISTORY, Node, dtype_of
from ...primitive import Call, Step
from ...reverse import history
from ...tensor import Tensor
from ...watching import watched_by, watcher
from .deciding import Argument, Decision, Tracer
from .indices import StandIn
from .masks import is_mask
from .naming import argument_names

_SUSPENDED = (inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction)


@dataclass(frozen=True, eq=False)
class Trace:
    """What a function recorded.

    arguments: the parts that vary, in the order of the containers. outcome: what the function gave, nodes in its own
    containers. decisions: what it decided by the numbers. nodes: all that outcome and decisions were computed from,
    oldest first; those born before `start` came from outside. digests: of each array that is a constant, by its id,
    what its bytes were when the function had run: it may be changed in place later.
    """

    name: str
    arguments: tuple[Argument, ...]
    outcome: Any
    decisions: tuple[Decision, ...]
    nodes: tuple[Node, ...]
    start: int
    notes: Notes
    digests: dict[int, bytes]

    def line(self, node: Node) -> Line | None:
        """The line of the user's code that a node came from; None for one that no operation of the function gave."""
        return self.notes.line(node.birth) if node.birth > self.start and node.rule is not None else None


def trace(f: Callable[..., Any], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None) -> Trace:
    """What f computes of these arguments, recorded.

    args, kwargs: floats and arrays, and lists, tuples and dicts of them, in the place of which f is given leaves; what
    is no float and no array it is given as it is. An array of whole numbers becomes `Indices`, one of True and False
    a mask. Raises KindError where f gives anything but numbers, arrays, nodes, None and containers of them,
    AutogradError where it does what a program cannot repeat.

    >>> from autograd_mini.compiling.tracing.trace import trace
    >>> t = trace(lambda x, n: x * x if x > n else -x, (3.0, 2))
    >>> t.arguments[0].path, t.outcome.name, [(d.kind, d.outcome) for d in t.decisions]
    ('x', 'multiply', [('truth', True)])
    """
    name = getattr(f, "__name__", type(f).__name__)
    if not callable(f):
        raise KindError(f"a program is recorded of a function; got {describe(f)}")
    if any(is_one(f) for is_one in _SUSPENDED):
        raise KindError(f"{name} is a generator or coroutine, which gives nothing when it is called: return a list")
    if watcher() is not None:
        raise AutogradError(f"{name} is to be traced while another function is: call it as it is, it is traced with it")
    tracer, named = Tracer(), dict(kwargs or {})
    names = argument_names(f, len(args), named)
    given = [_stood_for(tracer, x, path) for path, x in zip(names, (*args, *named.values()), strict=True)]
    try:
        with watched_by(tracer), noting(tracer.notes):
            outcome = f(*given[: len(args)], **dict(zip(named, given[len(args) :], strict=True)))
            outcome = _with_plain(outcome)
    except ValueError as error:
        if "read-only" not in str(error) or not tracer.has_shown_an_array:
            raise
        raise AutogradError(
            f"{name} writes into the data of a node, which a program does not: use set_at or where, or copy the data "
            f"before ({error})"
        ) from error
    finally:
        tracer.forget()
    return _finished(name, tracer, outcome)


def _stood_for(tracer: Tracer, tree: Any, name: str) -> Any:
    mapped(lambda x: None, tree)  # an error where it holds itself
    below = paths(tree, name)
    return mapped(lambda x: tracer.stand_in(x, next(below), name), tree)


def _with_plain(outcome: Any) -> Any:
    """The outcome with what it holds of arguments of whole numbers looked at: as results, they are what they were."""
    found: list[StandIn] = []
    mapped(lambda x: found.append(x) if isinstance(x, StandIn) else None, outcome)
    return mapped(lambda x: x.plain if isinstance(x, StandIn) else x, outcome) if found else outcome


def _finished(name: str, tracer: Tracer, outcome: Any) -> Trace:
    roots: list[Node] = []

    def check(x: Any) -> None:
        if inspect.iscoroutine(x):
            x.close()
        is_number = (
            isinstance(x, np.ndarray | np.number | np.bool_ | float | int) and np.asarray(x).dtype.kind in "fiub"
        )
        if not (is_number or x is None or isinstance(x, Node | str)):
            raise KindError(
                f"{name} gives {describe(x)}: a program gives numbers, arrays, Values, Tensors, text, None, and "
                "lists, tuples and dicts of them"
            )
        if isinstance(x, Node):
            roots.append(x)

    mapped(check, outcome)
    roots += [decision.node for decision in tracer.decisions if isinstance(decision.node, Node)]
    nodes = history(*roots, since=tracer.start)[::-1]
    own = [node for node in nodes if node.birth > tracer.start and node.first is not None]
    for node in own:
        _settle(name, tracer.notes, node)
    arrays = {id(x): x for node in own for x in _arrays_of(node)}
    return Trace(
        name,
        tuple(tracer.arguments),
        outcome,
        tuple(tracer.decisions),
        tuple(nodes),
        tracer.start,
        tracer.notes,
        {key: blake2b(x.tobytes()).digest() for key, x in arrays.items()},
    )


def _settle(name: str, notes: Notes, node: Node) -> None:
    """Refuse a node that is no program's; have the masks that an operation was told as the plain arrays they were."""
    if node.first is NO_HISTORY:
        raise AutogradError(
            f"{notes.line(node.birth)}: {name} uses what it computed under no_grad, which is not recorded, so a "
            "program would keep its numbers: compute it outside of no_grad"
        )
    rule = node.rule
    if type(node._raw) is not float and not isinstance(rule.primitive, Step):  # type: ignore[union-attr]
        numbers = node.inputs[1:] if node.name == "where" else node.inputs
        kinds = {dtype_of(x) for x in numbers if isinstance(x, Tensor) and not is_mask(x)}
        if kinds == {np.dtype(np.float32)} and node._raw.dtype == np.float64 and any(map(is_mask, numbers)):
            raise KindError(
                f"{notes.line(node.birth)}: {node.name} of a mask and float32 would give float64 in a program: "
                "write it with an operator, mask * x, or make the mask numbers, mask.astype(np.float32)"
            )
    if type(rule) is Call and any(map(_holds_mask, (*rule.args, *rule.named.values()))):
        named = {key: _without_masks(x) for key, x in rule.named.items()}
        node.rule = Call(rule.primitive, tuple(map(_without_masks, rule.args)), named)


def _arrays_of(node: Node) -> Iterator[Any]:
    """The arrays among a node's inputs and, at most one deep, its parameters."""
    rule = node.rule
    parts = (node.first, node.second) if type(rule) is not Call else (*node.inputs, *rule.args, *rule.named.values())
    for x in parts:
        for part in x if type(x) is tuple else (x,):
            if isinstance(part, np.ndarray):
                yield part


def _holds_mask(parameter: Any) -> bool:
    return any(map(is_mask, parameter)) if isinstance(parameter, tuple | list) else is_mask(parameter)


def _without_masks(parameter: Any) -> Any:
    if isinstance(parameter, tuple | list):
        return type(parameter)(map(_without_masks, parameter))
    return parameter.data if is_mask(parameter) else parameter
