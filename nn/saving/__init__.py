"""What a run is made of, in files and back: weights, optimizer, random states, history; never by pickle."""

from .checkpoint import Checkpoint
from .parts import load, save

__all__ = ["Checkpoint", "load", "save"]
