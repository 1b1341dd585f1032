"""Pages that walk through a graph step by step: forward node by node, backward arrow by arrow."""

from .code_lines import sources
from .page import Page, step_through
from .training import train_through

__all__ = ["Page", "sources", "step_through", "train_through"]
