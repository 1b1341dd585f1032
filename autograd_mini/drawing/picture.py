"""The picture of a graph: Jupyter shows it by itself, and it saves itself."""

from collections.abc import Callable, Collection
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from ..errors import DrawingError, KindError, brief, describe
from ..languages import language, spoken
from ..node import Node

if TYPE_CHECKING:
    from pathlib import Path

    from ..snapshot import Snapshot
    from .cards import View
    from .layout import Layout

# What a picture needs beyond this is imported where it is made: drawing would nearly double the time of
# `import autograd_mini` for those who do not draw.

FORMATS = (".svg", ".png", ".pdf", ".dot", ".txt")
DIRECTIONS = ("right", "down")
READABLE = 100  # cards on a picture

further_formats: dict[str, Callable[["Picture"], bytes]] = {}
"""Formats that other rooms add, by suffix: stepping adds .html."""


class Picture:
    """A graph as it stood when it was drawn; made by `draw`.

    root: what was drawn. graph: its graph as it stood then, in copies, which all formats tell of (a program
    has none). dot: the picture's
    source in Graphviz' language, which needs no Graphviz.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing import draw
    >>> draw(Value(2.0) * Value(3.0))
    <Picture of 3 nodes>
    """

    def __init__(
        self, root: Any, graph: "Snapshot | None", shown: "View", layout: "Layout", theme: str = "light"
    ) -> None:
        from .source import write_source
        from .themes import find_theme

        self.language = spoken()
        self.root = root
        self.graph = graph
        self.shown = shown
        self.dot = write_source(layout, find_theme(theme))

    @cached_property
    def svg(self) -> str:
        """The picture as svg text; DrawingError where no Graphviz is there to lay it out.

        >>> from autograd_mini import Value
        >>> from autograd_mini.drawing import draw
        >>> draw(Value(2.0)).svg.rstrip()[-6:]
        '</svg>'
        """
        from .hover import add_digits
        from .rendering import render
        from .tree import add_description

        with language(self.language):
            return add_description(add_digits(render(self.dot, "svg").decode(), self.shown), self.shown)

    @cached_property
    def text(self) -> str:
        """The picture as an indented tree, for terminals and logs; `print(picture)` writes it.

        >>> from autograd_mini import Value
        >>> from autograd_mini.drawing import draw
        >>> print(draw(-Value(2.0, label="x")))
        n1 negative  data -2  grad –
        └─ n0 x  data 2  grad –  ← – × -1
        """
        from .tree import write_tree

        with language(self.language):
            return write_tree(self.shown)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the picture to a file in the format its suffix names: .svg, .png, .pdf, .dot or .txt (the tree).

        .html writes the page of `step_through`, of the graph as it was drawn, and needs no Graphviz.

        The file is written whole or not at all. Raises DrawingError for another suffix, and, except for .dot, .txt and
        .html, where no Graphviz is there to lay it out.

        >>> import os, tempfile
        >>> from autograd_mini import Value
        >>> from autograd_mini.drawing import draw
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     draw(Value(2.0)).save(f"{folder}/graph.png")
        ...     os.listdir(folder)
        ['graph.png']
        """
        from pathlib import Path

        from ..files import write_whole
        from .rendering import render

        path = Path(path)
        suffix = path.suffix.lower()
        known = (*FORMATS, *further_formats) if self.graph is not None else FORMATS
        if suffix not in known:
            raise DrawingError(f"a picture saves as {', '.join(known)}; got {path.name!r}")
        if suffix in further_formats:
            with language(self.language):
                content = further_formats[suffix](self)
        elif suffix == ".dot":
            content = self.dot.encode()
        elif suffix == ".svg":
            content = self.svg.encode()
        elif suffix == ".txt":
            content = f"{self.text}\n".encode()
        else:
            content = render(self.dot, suffix[1:])
        write_whole(path, content)

    def show(self) -> "Path":
        """Write the picture to a new file, as svg, and open it in the browser; the path, should no browser answer."""
        from ..showing import make_place, show_file

        path = make_place("graph.svg")
        self.save(path)
        show_file(path)
        return path

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.text)  # IPython in a terminal

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        nodes, cards = self.shown.nodes, len(self.shown.cards)
        if self.shown.kind == "program":
            return f"<Picture of a program in {cards:,} card{'s' * (cards != 1)}>"
        folded = f", folded into {cards} card{'s' * (cards != 1)}" if self.shown.is_folded else ""
        return f"<Picture of {nodes:,} node{'s' * (nodes != 1)}{folded}>"


@runtime_checkable
class Pictured(Protocol):
    """What knows how to be drawn, as a program does."""

    def picture(self, *, theme: str, direction: str | None) -> Picture:
        """The picture."""


def draw(
    node: Node | Pictured,
    *,
    max_nodes: int | None = READABLE,
    unfold: bool | str | Collection[str] | None = None,
    alike: bool | None = None,
    start: Node | None = None,
    depth: int | None = None,
    theme: str = "light",
    direction: str | None = None,
) -> Picture:
    """The picture of everything that a node was computed from, as it stands now.

    A card shows a node's label, operation, data and gradient (a dash until a sweep has been there); round ones
    are leaves, which are yours to change, the bold one is the node drawn. Every arrow carries above it (or on its
    left) what flows forward, and below it (on its right) what flows back: the upstream gradient times the local
    derivative, and their product, the contribution; a node's gradient is the sum of the contributions of all its
    uses. Between arrays the local derivative stands in words, `g @ W.T`. Constants are small and stand by their
    operation. Every number is the engine's, in four significant digits. A recorded gradient is coloured by the
    order of its derivative.

    Operations that are composed of others (softmax, conv2d, every loss; `named_call` makes them) are one card each. A
    graph folds no more than it must for its picture to fit two screens by two (2,732 × 1,536 pixels): subgraphs alike
    into one (× 100), long pictures break into lines, scopes close (nn's modules, and whatever stands in a
    `with scope(name)`), steps that come again and again are rolled up to a loop, and at last the oldest nodes are left
    out. A small card that names another (a weight, "relu ①") is a reference: its arrow comes from there.

    max_nodes: so many cards are readable; None: nothing folds by itself. unfold: True opens every scope and operation,
    False closes them, names open those of these names ("0: Linear", "Linear" for all such, "softmax"); None opens as
    many scopes as are readable. alike: True folds subgraphs alike in any case, False never. start: only the paths from
    this node to the one drawn. depth: only nodes at most so many steps from the one drawn. theme: "light", "dark",
    "colourblind" or "print" (black and white, no larger than A4). direction: "right", "down", or None for what fits a
    screen better.

    Of a program (see `compile`) every card is an instruction, with the shapes on the arrows; theme and direction are
    as above, all else is for graphs.

    Within `language("ko")` the legend and all words are Korean.

    Jupyter, IPython and marimo show the picture; `.save("graph.svg")` writes it as svg, png, pdf, dot or txt, and
    print writes it as a tree. The layout is made by Graphviz' program dot where it is installed, else by
    pygraphviz (pip install "autograd_mini[plot]").

    Raises KindError where the node is none, StaleError where a leaf's data was replaced after its use,
    DrawingError for a choice that cannot be met.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing import draw
    >>> x = Value(3.0, label="x")
    >>> y = x * x + 1
    >>> y.backward()
    >>> "1 × 3" in draw(y).dot, draw(y, start=x, theme="dark")
    (True, <Picture of 3 nodes>)
    """
    if isinstance(node, Pictured):
        return node.picture(theme=theme, direction=_direction(direction))
    if not isinstance(node, Node):
        raise KindError(f"draw shows a Value or a Tensor, such as model(x) or a loss; got {describe(node)}")
    if start is not None and not isinstance(start, Node):
        raise KindError(f"draw starts at a Value or a Tensor; got start={describe(start)}")
    if alike is not None and not isinstance(alike, bool):
        raise KindError(f"draw folds what is alike or not, True, False or None; got alike={describe(alike)}")
    is_names = isinstance(unfold, list | tuple | set | frozenset) and all(isinstance(name, str) for name in unfold)
    if unfold is not None and not isinstance(unfold, bool | str) and not is_names:
        raise KindError(f"draw unfolds scopes by True, False or their names; got unfold={describe(unfold)}")
    for name, count in ("max_nodes", max_nodes), ("depth", depth):
        if count is not None and not isinstance(count, int):
            raise KindError(f"draw takes a whole number or None as {name}; got {describe(count)}")
    if max_nodes is not None and max_nodes < 2:
        raise DrawingError(f"max_nodes counts cards, of which a picture needs 2 or more; got {max_nodes}")
    if depth is not None and depth < 0:
        raise DrawingError(f"depth counts steps from the node drawn, 0 or more; got {depth}")
    from ..snapshot import Snapshot
    from .budget import fit_view
    from .parts import Choice

    graph = Snapshot(node)
    direction = _direction(direction)
    shown, layout = fit_view(graph, Choice(start, depth, unfold, alike, max_nodes), direction)
    return Picture(node, graph, shown, layout, theme)


def _direction(direction: str | None) -> str | None:
    if direction is not None and (not isinstance(direction, str) or direction not in DIRECTIONS):
        raise DrawingError(f"a picture's direction is one of {', '.join(DIRECTIONS)}; got {brief(direction)}")
    return direction
