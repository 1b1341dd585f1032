"""Data sets, and how they are gone through in batches."""

from . import toys
from .datasets import ArrayDataset, Subset, split
from .loader import DataLoader

__all__ = ["ArrayDataset", "DataLoader", "Subset", "split", "toys"]
