"""The rows of what is composed, room by room as in `autograd_mini/composed/`."""

from . import (
    decompositions,
    elements,
    linalg,
    norms,
    polynomials,
    sequences,
    signals,
    statistics,
    vectors,
    without_nans,
)

PARTS = (decompositions, elements, linalg, norms, polynomials, sequences, signals, statistics, vectors, without_nans)
