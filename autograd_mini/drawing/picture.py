"""The picture of a graph: Jupyter shows it by itself, and it saves itself."""

from collections.abc import Callable
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING

from ..errors import DrawingError, KindError
from ..node import Node

if TYPE_CHECKING:
    from .view import View

# What a picture needs beyond this is imported where it is made: drawing would nearly double the time of
# `import autograd_mini` for those who do not draw.

FORMATS = (".svg", ".png", ".pdf", ".dot")

further_formats: dict[str, Callable[["Picture"], bytes]] = {}
"""Formats that other rooms add, by suffix: stepping adds .html."""


class Picture:
    """A graph as it stood when it was drawn; made by `draw`.

    root: the node drawn. dot: the picture's source in Graphviz' language, which needs no Graphviz.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing import draw
    >>> draw(Value(2.0) * Value(3.0))
    <Picture of 3 nodes>
    """

    def __init__(self, root: Node, shown: "View") -> None:
        from .source import source

        self.root = root
        self.dot = source(shown)
        self._nodes = sum(card.kind != "constant" for card in shown.cards)

    @cached_property
    def svg(self) -> str:
        """The picture as svg text; DrawingError where no Graphviz is there to lay it out.

        >>> from autograd_mini import Value
        >>> from autograd_mini.drawing import draw
        >>> draw(Value(2.0)).svg.rstrip()[-6:]
        '</svg>'
        """
        return self._as("svg").decode()

    def save(self, path: str | PathLike[str]) -> None:
        """Write the picture to a file in the format its suffix names: .svg, .png, .pdf or .dot.

        .html writes the page of `step_through`, of the graph as it is when saved, and needs no Graphviz.

        Raises DrawingError for another suffix, and, except for .dot and .html, where no Graphviz is there to lay
        it out.

        >>> import os, tempfile
        >>> from autograd_mini import Value
        >>> from autograd_mini.drawing import draw
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     draw(Value(2.0)).save(f"{folder}/graph.png")
        ...     os.listdir(folder)
        ['graph.png']
        """
        from pathlib import Path

        path = Path(path)
        suffix = path.suffix.lower()
        if suffix not in (*FORMATS, *further_formats):
            raise DrawingError(f"a picture saves as {', '.join((*FORMATS, *further_formats))}; got {path.name!r}")
        if suffix in further_formats:
            content = further_formats[suffix](self)
        elif suffix == ".dot":
            content = self.dot.encode()
        elif suffix == ".svg":
            content = self.svg.encode()
        else:
            content = self._as(suffix[1:])
        path.write_bytes(content)

    def _as(self, form: str) -> bytes:
        from .layout import rendered

        return rendered(self.dot, form)

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<Picture of {self._nodes} node{'s' * (self._nodes != 1)}>"


def draw(node: Node) -> Picture:
    """The picture of everything that a node was computed from, left to right, as it stands now.

    A card shows a node's label, operation, data and gradient (a dash until a sweep has been there): blue for
    the leaves, which are yours to change, orange for the node drawn. ∂ on an arrow into a scalar is the local
    derivative: a node's gradient is the sum, over the arrows that leave it, of ∂ times the gradient at their
    end. Constants stand by their operation, small: above it where they are its first input, else below. Every
    number is the engine's, in four significant digits. A very deep graph is folded into lines, as text is.

    Jupyter shows the picture; `.save("graph.svg")` writes it as svg, png, pdf or dot. The layout is made by
    Graphviz' program dot where it is installed, else by pygraphviz (pip install "autograd_mini[plot]").

    Raises KindError where the node is none, StaleError where a leaf's data was replaced after its use.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing import draw
    >>> x = Value(3.0, label="x")
    >>> picture = draw(x * x + 1)
    >>> picture.dot.count("∂ = ")
    3
    """
    if not isinstance(node, Node):
        raise KindError(f"draw shows the graph of a Value or a Tensor; got {type(node).__name__} {node!r}")
    from .view import view

    return Picture(node, view(node))
