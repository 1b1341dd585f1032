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
    trigonometric,
)
from .composed import PARTS
from .row import Case
from .scipy import PARTS as OF_SCIPY

_PARTS = (
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
    *PARTS,
    *OF_SCIPY,
)
TABLE = [row for part in _PARTS for row in part.ROWS]
CASES = [Case(row, call) for row in TABLE for call in row.calls]
