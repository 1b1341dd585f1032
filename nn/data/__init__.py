"""Data sets, and how they are gone through in batches."""

from .loader import DataLoader

__all__ = ["DataLoader"]
