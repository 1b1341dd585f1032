"""Warnings, which point at the user's line and not into this package."""

import os
import sys
import warnings
from pathlib import Path

PACKAGE = Path(__file__).parent
_HERE = f"{PACKAGE}{os.sep}"


def warn_user(message: str, category: type[Warning]) -> None:
    """Warn at the line outside of this package that led here."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
