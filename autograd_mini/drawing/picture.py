"""The picture of a graph: Jupyter shows it, and it saves itself."""

from functools import cached_property
from os import PathLike
from pathlib import Path

from ..errors import KindError
from ..node import Node
from .layout import DrawingError, rendered
from .source import source
from .view import view

FORMATS = (".svg", ".png", ".pdf", ".dot")


class Picture:
    """A picture of a graph as it was when drawn; made by `draw`.

    dot: its source in Graphviz' language, which needs no Graphviz.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing import draw
    >>> draw(Value(2.0) * Value(3.0)).dot.splitlines()[0]
    'digraph graph {'
    """

    def __init__(self, dot: str) -> None:
        self.dot = dot

    @cached_property
    def svg(self) -> str:
        """The picture as svg text; DrawingError where there is no Graphviz to lay it out."""
        return rendered(self.dot, "svg").decode()

    def save(self, path: str | PathLike[str]) -> None:
        """Write the picture to a file, in the format its suffix names: .svg, .png, .pdf or .dot.

        Raises DrawingError for another suffix, and, except for .dot, where there is no Graphviz.
        """
        path = Path(path)
        suffix = path.suffix.lower()
        if suffix not in FORMATS:
            raise DrawingError(f"a picture saves as {', '.join(FORMATS)}; got {path.name!r}")
        if suffix == ".dot":
            content = self.dot.encode()
        elif suffix == ".svg":
            content = self.svg.encode()
        else:
            content = rendered(self.dot, suffix[1:])
        path.write_bytes(content)

    def _repr_svg_(self) -> str:
        return self.svg


def draw(node: Node) -> Picture:
    """..."""
    if not isinstance(node, Node):
        raise KindError(f"draw shows the graph of a Value or a Tensor; got {type(node).__name__}")
    return Picture(source(view(node)))
