"""Pages that walk through a graph step by step: forward node by node, backward arrow by arrow."""

from .page import Page, step_through
from .code_lines import sources

__all__ = ["Page", "sources", "step_through"]
