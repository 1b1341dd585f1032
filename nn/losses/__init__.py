"""Losses: one number that says how wrong the outputs are."""

from .classification import cross_entropy, hinge
from .regression import mse, sse

__all__ = ["cross_entropy", "hinge", "mse", "sse"]
