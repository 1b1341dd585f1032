"""Pictures of computation graphs."""

from ..errors import DrawingError
from .picture import Picture, draw

__all__ = ["DrawingError", "Picture", "draw"]
