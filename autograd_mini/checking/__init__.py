"""Is a gradient what the function's values say? For functions of this library and for gradients written by hand."""

from .check import check_gradients
from .report import GradientError, Kink, Mistake, Report

__all__ = ["GradientError", "Kink", "Mistake", "Report", "check_gradients"]
