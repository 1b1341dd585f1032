"""Training: one loop over the data, what it recorded, and the measure of the result."""

from .history import Epoch, History
from .loop import evaluate, fit
from .metrics import accuracy

__all__ = ["Epoch", "History", "accuracy", "evaluate", "fit"]
