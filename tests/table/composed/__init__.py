"""The rows of what is composed, room by room as in `autograd_mini/composed/`."""

from . import linalg, polynomials, signals, vectors

PARTS = (linalg, polynomials, signals, vectors)
