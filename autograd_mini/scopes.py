"""Names for stretches of a computation: a scope remembers between which births it was open, the nodes nothing."""

import sys
from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from .errors import KindError, describe
from .grad_mode import is_recording, suspendable_frame
from .node import Node, next_birth

F = TypeVar("F", bound=Callable[..., Any])

UNTOLD = frozenset(("axis", "dilation", "groups", "keepdims", "padding", "stride"))  # options that no words depend on
REMEMBERED = 2**16  # scopes and sweeps, the latest ones: some megabytes at most, however long a program runs


class Composition(NamedTuple):
    """An operation that is composed of others; formula: what it computes, flows: what it hands to each input, in words.

    In flows g is the upstream gradient and z the output.
    """

    name: str
    formula: str = ""
    flows: tuple[str, ...] = ()


class Call(NamedTuple):
    """One use of a composition; inputs: the birth of each argument given by place that is a node, None for others."""

    of: Composition
    inputs: tuple[int | None, ...]


class Span(NamedTuple):
    """Nodes born after start, and not after stop; about: a scope's name, a call, or the birth of a sweep's root."""

    start: int
    stop: int
    about: object


scopes: deque[tuple[int, int, object]] = deque(maxlen=REMEMBERED)
"""What `Span` names, as plain tuples, which cost a third: in the order in which the scopes were left."""

calls: deque[tuple[int, int, "Call"]] = deque(maxlen=REMEMBERED)
"""The same of calls of compositions that recorded more than one node, which drive out no scope."""

sweeps: deque[tuple[int, int, object]] = deque(maxlen=REMEMBERED)
"""The same of recorded sweeps: a node born in one belongs to the gradient of its root."""


class scope:
    """A context that names the nodes recorded in it, for pictures: `draw` folds them into one box of that name.

    Scopes nest. Where none is used nothing is paid: a node does not know its scope, its birth tells. What another
    thread records meanwhile is counted in. Raises KindError where the name is no string, and in a generator, in which
    it would stay open for whoever waits for the next item.

    >>> from autograd_mini import Value, draw, scope
    >>> x = Value(2.0)
    >>> with scope("square plus one"):
    ...     y = x * x + 1.0
    >>> "square plus one" in draw(y, unfold=False).dot
    True
    """

    __slots__ = ("_name", "_start")

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise KindError(f"scope takes a name, a string; got {describe(name)}")
        self._name = name

    def __enter__(self) -> None:
        if suspendable_frame(sys._getframe(1)) is not None:
            raise KindError(
                f"scope {self._name!r} is opened in a generator or coroutine, which may be suspended while it is open: "
                "open it in a function that the generator calls"
            )
        self._start = next_birth()

    def __exit__(self, *error: object) -> None:
        stop = next_birth()
        if stop - self._start > 1 and is_recording():  # else nothing was born in it
            scopes.append((self._start, stop, self._name))


def named_call(name: str, formula: str = "", *flows: str) -> Callable[[F], F]:
    """Decorator: what a function records is one operation on pictures, a card of that name that opens to what is in it.

    formula: what it computes; flows: what it hands back to each argument that is given by place; both in words for
    people, in which g is the upstream gradient and z the output. A call with options given by name, but for axes and
    the like, is shown without them, for they may not be true of it. The derivative stays that of what the function is
    made of. Raises KindError where they are no strings.

    >>> from autograd_mini import Value, draw, exp, named_call
    >>> @named_call("swish", "x / (1 + exp(-x))")
    ... def swish(x):
    ...     return x / (1.0 + exp(-x))
    >>> y = swish(Value(2.0, label="x"))
    >>> draw(y), draw(y, unfold="swish")
    (<Picture of 5 nodes, folded into 2 cards>, <Picture of 5 nodes>)
    """
    for words in (name, formula, *flows):
        if not isinstance(words, str):
            raise KindError(f"named_call takes a name and words; got {describe(words)}")
    return lambda function: composing(function, Composition(name, formula, flows))


def _find_parameters(function: Callable[..., Any]) -> tuple[list[str], int]:
    """The names of a function's parameters, and how many of them must be given."""
    from inspect import Parameter, signature

    parameters = signature(function).parameters.values()
    return [told.name for told in parameters], sum(told.default is Parameter.empty for told in parameters)


def composing(function: F, about: Composition, misfit: Callable[[str, TypeError, Any], None] | None = None) -> F:
    """The function, of which a call that records more than one node is remembered as the composition.

    misfit: is told of a TypeError, with the name and the arguments, and may raise another.
    """

    unworded = Composition(about.name)
    names, required = _find_parameters(function)

    @wraps(function)
    def called(*args: Any, **named: Any) -> Any:
        start = next_birth()
        try:
            answer = function(*args, **named)
        except TypeError as error:
            if misfit is not None:
                misfit(about.name, error, args)
            raise
        if isinstance(answer, Node):
            stop = answer.birth
        elif isinstance(answer, tuple | list):
            stop = next_birth()
        else:
            return answer
        if stop - start > 1 and is_recording():
            births = tuple(x.birth if isinstance(x, Node) else None for x in args)
            told = about if named.keys() <= UNTOLD and UNTOLD.issuperset(names[required : len(args)]) else unworded
            calls.append((start, stop, Call(told, births)))
        return answer

    return called  # type: ignore[return-value]
