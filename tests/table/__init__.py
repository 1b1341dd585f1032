"""Every operation, one row each: how it is called, where its inputs lie, its kinks, and what it should compute.

`calculus/test_operations.py` makes its tests from these rows. A reference is written for arrays of mpmath's numbers
(see `support/oracles.py`); an operation that only moves numbers about has NumPy's own function for a reference.
"""

from . import (
    activations,
    bilinear,
    convolution,
    elementwise,
    linalg,
    linear,
    moving,
    piecewise,
    reductions,
    running,
    samples,
    trigonometric,
)
from .composed import PARTS
from .row import Case
from .scipy import PARTS as OF_SCIPY

_CALCULUS = (
    linear,
    moving,
    bilinear,
    elementwise,
    piecewise,
    activations,
    trigonometric,
    reductions,
    linalg,
    convolution,
    running,
    samples,
)
_ROWS = [row for part in _CALCULUS for row in part.ROWS]
_COMPOSED = [row for part in PARTS for row in part.ROWS]
_OF_SCIPY = [row for part in OF_SCIPY for row in part.ROWS]
WITHOUT_SCIPY = [*_ROWS, *_COMPOSED]
TABLE = [*WITHOUT_SCIPY, *_OF_SCIPY]
CASES = [Case(row, call) for row in TABLE for call in row.calls]
CASES_OF_CALCULUS = [Case(row, call) for row in _ROWS for call in row.calls]
"""Those without what is composed from them, for what is tested of each primitive."""
ONCE_COMPOSED = [*CASES_OF_CALCULUS, *(Case(row, row.calls[0]) for row in (*_COMPOSED, *_OF_SCIPY))]
"""Those, and one call of each that is composed, or SciPy's."""
