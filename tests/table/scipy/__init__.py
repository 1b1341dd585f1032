"""The rows of the optional room `autograd_mini.scipy`, file by file as there."""

from . import linalg, special, stats

PARTS = (special, linalg, stats)
