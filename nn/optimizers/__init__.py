"""Optimizers: how a gradient moves the parameters."""

from .adaptive import Adam
from .descent import SGD
from .optimizer import Optimizer

__all__ = ["SGD", "Adam", "Optimizer"]
