"""Pictures of computation graphs."""

from .layout import DrawingError
from .picture import Picture, draw

__all__ = ["DrawingError", "Picture", "draw"]
