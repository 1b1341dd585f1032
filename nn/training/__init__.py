"""Training: one loop over the data, what it recorded, and the measure of the result."""

from .history import Epoch, History
from .loop import fit
from .measuring import evaluate
from .metrics import accuracy
from .stopping import STOP, EarlyStopping
from .telling import TrainingError, TrainingWarning

__all__ = [
    "STOP",
    "EarlyStopping",
    "Epoch",
    "History",
    "TrainingError",
    "TrainingWarning",
    "accuracy",
    "evaluate",
    "fit",
]
