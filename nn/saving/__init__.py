"""What a run is made of, in files and back: weights, optimizer, random states, history; never by pickle."""

from .parts import load, save

__all__ = ["load", "save"]
