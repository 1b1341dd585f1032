"""Who is told when Python code looks at a node's numbers, or changes a node: nobody, but while a function is traced."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, Protocol


class Watcher(Protocol):
    """What a tracer does where Python code leaves the recorded graph, or comes back to it."""

    def look(self, node: Any) -> Any:
        """The data of a node, which Python code asks for: it may do anything with them."""

    def keep(self, node: Any, kind: str, outcome: Any) -> None:
        """Keep a decision: what Python code has seen of a node."""

    def decide(self, node: Any) -> bool:
        """Whether a node is true: Python code asks for no more of it."""

    def ask(self, question: str, *inputs: Any, **named: Any) -> Any:
        """The node of what NumPy's function of that name answers by true and false; NotImplemented for a plain one."""

    def sweep(self) -> AbstractContextManager[None]:
        """A context in which a recorded sweep runs."""

    def change(self, node: Any, what: str) -> None:
        """Nothing where the node's data or gradient may be set; an error where they may not."""

    def recall(self, node: Any) -> None:
        """Nothing where the gradient stored on the node may be read; an error where it may not."""

    def fill(self, index: Any) -> Any:
        """An index with arrays in the place of what stands for them."""


_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)
watcher = _watcher.get
"""The tracer of this thread; None where there is none."""


def is_tracing() -> bool:
    """Whether this code runs while a function is recorded as a program (`compile`), not to compute for itself.

    For layers that do something at each call which a program does not: they refuse, or have it done outside.

    >>> from autograd_mini import compile
    >>> seen = []
    >>> def double(x):
    ...     seen.append(is_tracing())
    ...     return x + x
    >>> double(1.0), compile(double)(1.0), seen
    (2.0, 2.0, [False, True, True])
    """
    return watcher() is not None


@contextmanager
def watched_by(tracer: Watcher) -> Iterator[None]:
    """A context, of this thread alone, in which the tracer is told."""
    before = _watcher.set(tracer)
    try:
        yield
    finally:
        _watcher.reset(before)
