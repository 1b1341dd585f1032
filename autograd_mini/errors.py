"""The errors of the package: each names the operation, the shapes or values, and the way out."""


class AutogradError(Exception):
    """Base of every error the package raises on purpose."""


class KindError(AutogradError, TypeError):
    """An input is of a kind that the engine does not hold."""


class ShapeError(AutogradError, ValueError):
    """Shapes, axes or indices do not go together."""


class StaleError(AutogradError, RuntimeError):
    """A leaf's data was replaced after a node was computed from it."""


class DrawingError(AutogradError):
    """A picture that cannot be made: an unknown format, or no program to lay it out."""
