"""Training: one loop over the data, what it recorded, and the measure of the result."""

from .history import Epoch, History
from .loop import evaluate, fit
from .metrics import accuracy, confusion_matrix, f1, precision, r2, recall, top_k

__all__ = [
    "Epoch",
    "History",
    "accuracy",
    "confusion_matrix",
    "evaluate",
    "f1",
    "fit",
    "precision",
    "r2",
    "recall",
    "top_k",
]
