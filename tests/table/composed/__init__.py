"""The rows of what is composed, room by room as in `autograd_mini/composed/`."""

from . import linalg, signals, vectors

PARTS = (linalg, signals, vectors)
