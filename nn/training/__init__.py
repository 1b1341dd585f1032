"""Training: one loop over the data, what it recorded, and the measure of the result."""

from .history import Epoch, History
from .inspection import Inspection, inspect
from .loop import fit
from .measuring import evaluate
from .metrics import accuracy, confusion_matrix, f1, precision, r2, recall, top_k
from .stopping import STOP, EarlyStopping
from .telling import TrainingError, TrainingWarning

__all__ = [
    "STOP",
    "EarlyStopping",
    "Epoch",
    "History",
    "Inspection",
    "TrainingError",
    "TrainingWarning",
    "accuracy",
    "confusion_matrix",
    "evaluate",
    "f1",
    "fit",
    "inspect",
    "precision",
    "r2",
    "recall",
    "top_k",
]
