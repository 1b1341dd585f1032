"""Whether operations record: everywhere, but inside `no_grad`, and there in one thread alone."""

import contextlib
import inspect
import sys
from collections.abc import Callable
from contextvars import ContextVar
from types import FrameType
from typing import Any, TypeVar

from .errors import KindError

F = TypeVar("F", bound=Callable[..., Any])
_SUSPENDABLE = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


class _Mode:
    """What an open context asks for, on top of the mode around it; true where operations record.

    Opened in a generator it holds while that generator runs, and not for whoever waits for its next item: a frame
    that is suspended has no caller.
    """

    __slots__ = ("_around", "_frame", "_is_open", "_wanted")

    def __init__(self, wanted: bool, around: Any, frame: FrameType | None) -> None:
        self._wanted, self._around, self._frame, self._is_open = wanted, around, frame, True

    def __bool__(self) -> bool:
        holds = self._is_open and (self._frame is None or self._frame.f_back is not None)
        return self._wanted if holds else bool(self._around)

    def leave(self) -> None:
        """Hold no longer, even where another context was opened on top of this one."""
        self._is_open = False
        self._frame = None
        outermost = _mode.get()
        while isinstance(outermost, _Mode) and not outermost._is_open:
            outermost = outermost._around
        _mode.set(outermost)


_mode: ContextVar[Any] = ContextVar("mode", default=True)
is_recording = _mode.get
"""Something true where operations record; the fastest way to ask is not to call any Python."""


class recording:
    """Inside this context (of this thread alone) operations record, whatever is outside; with False they do not."""

    __slots__ = ("_modes", "_wanted")

    def __init__(self, wanted: bool = True) -> None:
        self._wanted = wanted
        self._modes: list[_Mode] = []

    def __enter__(self) -> None:
        mode = _Mode(self._wanted, _mode.get(), suspendable_frame(sys._getframe(1)))
        self._modes.append(mode)
        _mode.set(mode)

    def __exit__(self, *error: object) -> None:
        self._modes.pop().leave()


class no_grad(recording):
    """Inside this context (of this thread alone) operations compute without recording.

    Their results are leaves: backward() of one warns that there is nothing to go back through. Also a decorator,
    @no_grad(), of functions; a KindError for a generator's, whose body would run after the context is left. Around a
    `yield` it holds inside the generator, and not for whoever waits for its next item.

    >>> from autograd_mini import Value, no_grad
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.inputs
    (9.0, ())
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(False)

    def __call__(self, function: F) -> F:
        """The function, run without recording."""
        if inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function):
            raise KindError(
                f"@no_grad() of {function.__name__}, whose body runs after the call has returned: "
                "open the context inside, with no_grad()"
            )

        from functools import wraps

        @wraps(function)
        def unrecorded(*args: Any, **kwargs: Any) -> Any:
            with recording(False):
                return function(*args, **kwargs)

        return unrecorded  # type: ignore[return-value]


def suspendable_frame(frame: FrameType | None) -> FrameType | None:
    """The generator's frame in which a context is opened, if it is one; what contextlib runs is its caller's."""
    while frame is not None:
        code = frame.f_code
        if not code.co_flags & _SUSPENDABLE:
            if code.co_filename != contextlib.__file__:
                return None
        elif frame.f_back is None or frame.f_back.f_code.co_filename != contextlib.__file__:
            return frame
        frame = frame.f_back
    return None
