"""A recorded graph as a program over arrays."""

from .program import Program, compile

__all__ = ["Program", "compile"]
