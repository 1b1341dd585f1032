"""Pages that walk through a graph step by step: forward node by node, backward arrow by arrow."""

from .page import Page, step_through

__all__ = ["Page", "step_through"]
