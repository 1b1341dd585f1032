"""Names for stretches of a computation: a scope remembers between which births it was open, the nodes nothing."""

import sys
from collections import deque
from typing import NamedTuple

from .errors import KindError, describe
from .grad_mode import is_recording, suspendable_frame
from .node import next_birth

REMEMBERED = 2**16  # scopes and sweeps, the latest ones: some megabytes at most, however long a program runs


class Span(NamedTuple):
    """Nodes born after start and before stop; about: a scope's name, or the birth of a sweep's root."""

    start: int
    stop: int
    about: object


scopes: deque[tuple[int, int, object]] = deque(maxlen=REMEMBERED)
"""What `Span` names, as plain tuples, which cost a third: in the order in which the scopes were left."""

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
