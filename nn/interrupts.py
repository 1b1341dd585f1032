"""Keeps Ctrl-C waiting while something is done that must not stop halfway."""

# What `signal` wraps: its conversions to enums and back take 8 µs here, most of a small network's whole step.
import _signal  # type: ignore[import-not-found]
import signal
from typing import Any


class uninterrupted:
    """A context in which Ctrl-C waits: its KeyboardInterrupt is raised once the context is left, not inside.

    For what is soon over, since nobody can interrupt it. Python raises KeyboardInterrupt in the main thread alone, so
    elsewhere nothing is done. Other errors are not held back, nor what other signals' handlers raise.

    >>> try:
    ...     with uninterrupted():
    ...         signal.raise_signal(signal.SIGINT)  # what Ctrl-C does
    ...         print("not yet")
    ... except KeyboardInterrupt:
    ...     print("now")
    not yet
    now
    """

    __slots__ = ("_came", "_handler")

    def __enter__(self) -> None:
        self._came: tuple[Any, ...] = ()
        self._handler = _signal.getsignal(signal.SIGINT)
        if callable(self._handler):  # else Ctrl-C ends the process, or does nothing
            try:
                _signal.signal(signal.SIGINT, self._wait)
            except ValueError:  # not the main thread
                self._handler = None

    def __exit__(self, *error: object) -> None:
        if callable(self._handler):
            _signal.signal(signal.SIGINT, self._handler)
            if self._came:
                self._handler(*self._came)

    def _wait(self, *came: Any) -> None:
        self._came = came
