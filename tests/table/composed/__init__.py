"""The rows of what is composed, room by room as in `autograd_mini/composed/`."""

from . import choosing, joining, linalg, ranges, shapes

PARTS = (joining, shapes, choosing, ranges, linalg)
