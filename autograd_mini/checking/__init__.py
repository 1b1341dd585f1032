"""Is a gradient what the function's values say? For functions of this library and for gradients written by hand."""

from .check import check_gradients
from .explaining.diagnosis import diagnose

__all__ = ["check_gradients", "diagnose"]
