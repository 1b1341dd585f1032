"""The rows of what is composed, room by room as in `autograd_mini/composed/`."""

from . import elements, linalg, sequences, statistics, without_nans

PARTS = (elements, linalg, sequences, statistics, without_nans)
