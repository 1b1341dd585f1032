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
_SUSPENDABLE_FUNCTIONS = (inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction)
_SUSPENDABLE = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


class Mode:
    """What an open context asks for, on top of the mode around it; true where operations record.

    Opened in a generator it holds while that generator runs, and not for whoever waits for its next item: a frame
    that is suspended has no caller.
    """

    __slots__ = ("_around", "_frame", "_is_open", "_wanted")

    def __init__(self, wanted: bool, around: Any, frame: FrameType | None) -> None:
        self._wanted, self._around, self._frame, self._is_open = wanted, around, frame, True

    def __bool__(self) -> bool:
        mode: Any = self
        while isinstance(mode, Mode):  # thousands of suspended generators may lie on top of one another
            if mode._is_open and (mode._frame is None or _runs(mode._frame)):
                return mode._wanted
            mode = mode._around
        return True

    def leave(self) -> None:
        """Hold no longer, even where another context was opened on top of this one."""
        self._is_open = False
        self._frame = None
        _mode.set(_latest())


def _runs(frame: FrameType) -> bool:
    """Whether the generator's frame is among those that led here: it is not suspended, nor run by another thread."""
    if frame.f_back is None:
        return False
    caller: FrameType | None = sys._getframe(1)
    while caller is not None and caller is not frame:
        caller = caller.f_back
    return caller is frame


def _latest() -> Any:
    """The mode that was opened last and is open still."""
    mode = _mode.get()
    while isinstance(mode, Mode) and not mode._is_open:
        mode = mode._around
    return mode


_mode: ContextVar[Any] = ContextVar("mode", default=True)
is_recording = _mode.get
"""Something true where operations record; the fastest way to ask is not to call any Python."""


class recording:
    """Inside this context (of this thread alone) operations record, whatever is outside; with False they do not."""

    __slots__ = ("_modes", "_wanted")

    def __init__(self, wanted: bool = True) -> None:
        self._wanted = wanted
        self._modes: list[Mode] = []

    def __enter__(self) -> None:
        around = _latest()
        self._open(type(around) if isinstance(around, Mode) else Mode, sys._getframe(1))

    def _open(self, kind: type[Mode], frame: FrameType) -> None:
        mode = kind(self._wanted, _latest(), suspendable_frame(frame))
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
        if any(is_one(function) for is_one in _SUSPENDABLE_FUNCTIONS):
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
        if frame.f_code.co_filename != contextlib.__file__:
            if not frame.f_code.co_flags & _SUSPENDABLE:
                return None
            if frame.f_back is None or frame.f_back.f_code.co_filename != contextlib.__file__:
                return frame
        frame = frame.f_back
    return None
