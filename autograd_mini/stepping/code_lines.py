"""Which line of the user's code made a node, where that was asked for; and the lines of a page's graph to show."""

import linecache
import sys
from pathlib import PurePath
from typing import Any

from ..drawing.labels import clean, cut
from ..grad_mode import is_recording
from ..lines import Line, Notes, noting
from ..node import Node

REMEMBERED = 2**16  # nodes, the latest ones
MOST_LINES, LONGEST_LINE = 300, 160  # that a page shows, and letters in one
AROUND = 3  # lines between two that made nodes, beyond which what is between is left out

_latest = Notes(2 * REMEMBERED)


class sources(noting):
    """A context whose operations remember the line of your code that called them: pages then show the code, too.

    Outside of it nothing is paid. The latest 65,536 nodes are known. Leaves come from no operation, and have no line.

    >>> from autograd_mini import Value, sources, step_through
    >>> x = Value(3.0, label="x")
    >>> with sources():
    ...     y = x * x
    >>> page = step_through(y)  # page.save("graph.html")
    >>> [line["text"] for line in page.runs[0]["code"]["lines"]]
    ['    y = x * x']
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_latest)

    def __enter__(self) -> None:
        self._wanted = bool(is_recording())  # not more than around it
        self._note(sys._getframe(1))


def find_lines(nodes: tuple[Node, ...]) -> dict[Node, Line]:
    """The line of each node that was made inside of `sources`, or of whose copy this is."""
    found = {node: _latest.line(node.birth) for node in nodes if node.rule is not None}
    return {node: line for node, line in found.items() if line is not None}


def describe_code(nodes: tuple[Node, ...]) -> dict[str, Any] | None:
    """The lines that made these nodes, with what stands between, and for each node its line; None where none is known.

    lines: file, number and text of each; number 0 where something is left out. cards: for each node the line's index.
    """
    line = find_lines(nodes)
    lines: list[dict[str, Any]] = []
    index: dict[Line, int] = {}
    for here in sorted(set(line.values())):
        last = lines[-1] if lines else None
        if last is not None and last["path"] == here.file and here.number - last["number"] <= AROUND:
            for number in range(last["number"] + 1, here.number):
                lines.append(_describe_line(here.file, number))
        elif last is not None:
            lines.append({"path": "", "file": "", "number": 0, "text": "…"})
        index[here] = len(lines)
        lines.append(_describe_line(here.file, here.number))
    if not lines or len(lines) > MOST_LINES or not any(told["text"] for told in lines):
        return None
    for told in lines:
        del told["path"]
    return {"lines": lines, "cards": [index[line[node]] if node in line else None for node in nodes]}


def _describe_line(path: str, number: int) -> dict[str, Any]:
    text = cut(clean(linecache.getline(path, number).rstrip("\r\n")), LONGEST_LINE)
    return {"path": path, "file": clean(PurePath(path).name), "number": number, "text": text.rstrip()}
