"""A recorded graph as a program over arrays."""

from .loading import load_program
from .program import Program, compile

__all__ = ["Program", "compile", "load_program"]
