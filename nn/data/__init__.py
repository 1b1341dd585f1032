"""Data sets, and how they are gone through in batches."""

from . import toys
from .datasets import ArrayDataset, Subset, split
from .errors import DataFileError
from .loader import DataLoader
from .pictures import Pictures, image_folder
from .tables import Table, read_csv

__all__ = [
    "ArrayDataset",
    "DataFileError",
    "DataLoader",
    "Pictures",
    "Subset",
    "Table",
    "image_folder",
    "read_csv",
    "split",
    "toys",
]
