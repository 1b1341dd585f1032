"""The rows of what is composed, room by room as in `autograd_mini/composed/`."""

from . import (
    choosing,
    decompositions,
    elements,
    joining,
    linalg,
    norms,
    polynomials,
    ranges,
    sequences,
    shapes,
    signals,
    statistics,
    vectors,
    without_nans,
)

PARTS = (
    choosing,
    decompositions,
    elements,
    joining,
    linalg,
    norms,
    polynomials,
    ranges,
    sequences,
    shapes,
    signals,
    statistics,
    vectors,
    without_nans,
)
