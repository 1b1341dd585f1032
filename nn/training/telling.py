"""How training speaks up: an error where it cannot work, a warning where that may be meant."""

import os
import sys
import warnings
from pathlib import Path

from autograd_mini import AutogradError

_HERE = f"{Path(__file__).parent.parent}{os.sep}"


class TrainingError(AutogradError, RuntimeError):
    """A training that cannot work; its message says why, and what to do."""


class TrainingWarning(UserWarning):
    """What keeps a part of a network from learning, and may be meant."""


def tell(message: str) -> None:
    """Warn at the line outside of nn that led here.

    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     tell("nothing moved")
    >>> [str(warning.message) for warning in caught]
    ['nothing moved']
    """
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, TrainingWarning, stacklevel=level)
