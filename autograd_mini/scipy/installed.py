"""SciPy itself; where it is not installed, words that say how it comes."""

from typing import Any

try:
    import scipy.linalg
    import scipy.special
except ImportError as error:
    raise ImportError(
        "autograd_mini.scipy stands on SciPy, which is not installed: pip install 'scipy>=1.13'"
    ) from error

linalg: Any = scipy.linalg
special: Any = scipy.special
