"""Optimizers: how a gradient moves the parameters."""

from .adaptive import Adagrad, Adam, AdamW, NAdam, RMSprop
from .clipping import clip_grad_norm_, clip_grad_value_
from .descent import SGD, Lion
from .optimizer import Optimizer

__all__ = [
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Lion",
    "NAdam",
    "Optimizer",
    "RMSprop",
    "clip_grad_norm_",
    "clip_grad_value_",
]
