"""Data sets, and how they are gone through in batches."""

from .datasets import ArrayDataset, Subset, split
from .loader import DataLoader

__all__ = ["ArrayDataset", "DataLoader", "Subset", "split"]
