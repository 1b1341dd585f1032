"""Nodes, their numbers and their lines in words."""

import linecache
from typing import Any

import numpy as np

from ...lines import Line, Notes
from ...node import Node, data_of
from ...primitive import Elementwise


def show_number(data: Any, index: tuple[int, ...] = ()) -> str:
    """The number there in six digits."""
    return f"{float(np.asarray(data)[index]):.6g}"


def show_range(data: Any) -> str:
    """The least and the largest number: "-2 to 3", or the one number that all are."""
    low, high = show_number(np.min(data)), show_number(np.max(data))
    return low if low == high else f"{low} to {high}"


def show_index(index: tuple[int, ...]) -> str:
    """Where in an array: " at (1, 2)"; "" in a number."""
    return f" at {index}" if index else ""


def show_call(node: Node, index: tuple[int, ...]) -> str:
    """The operation and the numbers it was given there, where it is one of each element."""
    if node.rule is None:
        return f"the leaf {node.label!r}" if node.label else "a leaf"
    if not isinstance(node.primitive, Elementwise):
        return node.name
    given = (show_number(np.broadcast_to(data_of(x), node.shape), index) for x in node.inputs)
    return f"{node.name}({', '.join(given)})"


def show_origin(x: Any) -> str:
    """What an operand is: the output of an operation, a leaf, or a constant."""
    if not isinstance(x, Node):
        return "a constant"
    return show_call(x, ()) if x.rule is None else f"the output of {x.name}"


def show_line(line: Line | None) -> str:
    """The line's file, number and text; "" for None."""
    if line is None:
        return ""
    text = linecache.getline(line.file, line.number).strip()
    return f"{line}" + f": {text}" * bool(text)


def line_of(node: Node, notes: Notes | None) -> str:
    """`show_line` of a node's, on a line of its own; "" where nobody noted it."""
    told = show_line(notes.line(node.birth)) if notes is not None else ""
    return told and f"\n  {told}"
