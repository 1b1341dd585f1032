"""The errors and warnings of the package: each names the operation, the shapes or values, and the way out."""

import reprlib
from typing import Any


class AutogradError(Exception):
    """Base of every error the package raises on purpose."""


class KindError(AutogradError, TypeError):
    """An input is of a kind that the engine does not hold."""


class ShapeError(AutogradError, ValueError):
    """Shapes, axes or indices do not go together."""


class StaleError(AutogradError, RuntimeError):
    """A leaf's data was replaced after a node was computed from it."""


class FileError(AutogradError, ValueError):
    """A file is not what it should be: of another kind, damaged, or cut off."""


class DrawingError(AutogradError):
    """A picture that cannot be made: an unknown format, or no program to lay it out."""


class GradientError(AutogradError, AssertionError):
    """Gradients are not what a function's values say; `report` holds all that `check_gradients` found."""

    def __init__(self, report: Any) -> None:
        super().__init__(str(report))
        self.report = report


class DetachedWarning(UserWarning):
    """A derivative is 0, or nothing, because the path from the result to its argument was cut on the way."""


class RecordingWarning(UserWarning):
    """A compiled function is recorded anew again and again, which takes far longer than to run it."""


_shortened = reprlib.Repr()  # whatever an object's own repr does: raise, recurse, never end
_shortened.maxother = _shortened.maxstring = 120


def brief(x: Any) -> str:
    """An object's repr for a message, shortened; what it raises is left out."""
    return _shortened.repr(x)


def describe(x: Any) -> str:
    """An object for a message: its type, and its repr in brief.

    >>> describe({"w": [1.0, 2.0]})
    "dict {'w': [1.0, 2.0]}"
    """
    return f"{type(x).__name__} {brief(x)}"
