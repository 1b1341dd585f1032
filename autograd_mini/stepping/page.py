"""One page that needs nothing but a browser: the graph, and controls to walk through it."""

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..drawing.picture import Picture, further_formats
from ..errors import DrawingError, KindError, describe
from ..languages import language, say, spoken
from ..node import Node

if TYPE_CHECKING:
    from ..snapshot import Snapshot
    from .trace import Trace

# What a page needs beyond this is imported where it is made, as pictures do it.


class Page:
    """A page that walks through one run, or through several side by side, in step.

    title, about: what stands above; a blank line in about begins a new paragraph. runs: {caption: trace}.

    >>> from autograd_mini import Value
    >>> from autograd_mini.stepping import step_through
    >>> step_through(Value(2.0) * Value(3.0))
    <Page of 6 steps>
    """

    def __init__(self, title: str, about: str, runs: Mapping[str, "Trace"]) -> None:
        from ..drawing.labels import clean
        from .code_lines import describe_code
        from .live.recorded import record_run
        from .page_data import describe_run

        self.language = spoken()
        self.title = clean(title)
        self.traces = tuple(runs.values())
        self.about = [clean(words) for words in about.split("\n\n") if words.strip()]
        self.runs = [
            {
                "caption": clean(caption),
                **describe_run(run),
                "live": record_run(run),
                "code": describe_code(run.graph.nodes),
            }
            for caption, run in runs.items()
        ]

    @property
    def html(self) -> str:
        """The whole page. Its policy lets this one script and this one style work, and nothing be fetched.

        >>> from autograd_mini import Value
        >>> step_through(Value(2.0)).html[:15]
        '<!doctype html>'
        """
        return self.write()

    def write(self, **told: Any) -> str:
        """The whole page, whose runs are told this besides."""
        from .html import write_html

        with language(self.language):
            return write_html(self.title, self.about, [run | told for run in self.runs])

    def accuse(self, card: int, position: int, words: str) -> None:
        """Have the learner find a card of the first run that lies: by which of its inputs, and how, in words."""
        arrows = self.runs[0]["arrows"]
        (arrow,) = (k for k, arrow in enumerate(arrows) if (arrow["head"], arrow["position"]) == (card, position))
        self.runs[0]["wrong"] = {"card": card, "arrow": arrow, "words": words}
        for frame in self.runs[0]["frames"]:
            if "fold" in frame:
                frame["fold"]["closed"] = False  # what is to be found must be in sight

    def save(self, path: str | PathLike[str]) -> None:
        """Write the page to a file, whole or not at all; it opens in any browser, with or without a network.

        >>> import os, tempfile
        >>> from autograd_mini import Value
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     step_through(Value(2.0)).save(f"{folder}/graph.html")
        ...     os.listdir(folder)
        ['graph.html']
        """
        from ..files import write_whole

        path = Path(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise DrawingError(f"a page saves as .html; got {path.name!r}")
        write_whole(path, self.html.encode())

    def show(self) -> Path:
        """Write the page to a new file and open it in the browser; the path, should no browser answer."""
        from ..showing import make_place, show_file

        path = make_place("graph.html")
        self.save(path)
        show_file(path)
        return path

    def _make_widget(self) -> Any:
        from .live.notebook import make_widget

        is_still = len(self.runs) == 1 and "still" in self.runs[0]["live"]
        with language(self.language):
            return make_widget(self.title, self.write, self.traces[0] if is_still else None)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """What Jupyter asks first: the widget, where there can be one."""
        widget = self._make_widget()
        return None if widget is None else widget._repr_mimebundle_(**options)

    def _display_(self) -> Any:
        """What marimo asks: what to show instead."""
        return self._make_widget() or _Frame(self)

    def _repr_html_(self) -> str:
        return _Frame(self)._repr_html_()

    def __repr__(self) -> str:
        return f"<Page of {len(self.runs[0]['steps'])} steps>"


class _Frame:
    """A page as it stands in a notebook that has no widgets."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def _repr_html_(self) -> str:
        from html import escape

        title, html = escape(self._page.title), escape(self._page.html)
        return f'<iframe title="{title}" srcdoc="{html}" width="100%" height="720"></iframe>'


MOST = 5_000  # nodes: 0.9 megabytes and 0.4 seconds a thousand


def step_through(
    root: Node | Callable[[], Node],
    seed: Any = None,
    *,
    title: str | None = None,
    about: str = "",
    max_nodes: int | None = MOST,
    wrong: int | Node | None = None,
) -> Page:
    """A page that walks forward through the graph of a node, then backward, arrow by arrow.

    Every number on it is the engine's. Scopes and composed operations stand closed where `draw` closes them, each one
    step, and open by a click. Jupyter shows the page by itself; `.save("graph.html")` writes it. Where the graph is
    drawn anyway, `draw(root).save("graph.html")` writes the same page. Within `language("ko")` it speaks Korean. It
    changes no `.grad`, and what changes afterwards does not change the page.

    root, seed: as in `gradients`, and refused as there; of a function without arguments that gives the root, which is
    called inside of `sources`, the page shows the code, too. title, about: words to stand above it, as in `Page`.
    max_nodes: a larger graph is refused with a DrawingError, for nobody walks through it; None for any.
    wrong: for teachers: one card of a graph of numbers lies about a local derivative, and the learner is to find it; a
    node, or any whole number, from which card and lie are chosen.

    >>> from autograd_mini import Value, step_through
    >>> x = Value(3.0, label="x")
    >>> page = step_through(x * x + x, title="Where x is used thrice")
    >>> page  # page.save("graph.html")
    <Page of 9 steps>
    """
    from ..snapshot import Snapshot

    for words in ("" if title is None else title, about):
        if not isinstance(words, str):
            raise KindError(f"step_through takes words as title and about; got {describe(words)}")
    if max_nodes is not None and not isinstance(max_nodes, int):
        raise KindError(f"step_through takes a whole number or None as max_nodes; got {describe(max_nodes)}")
    if callable(root):
        root = _run(root)
    graph = Snapshot(root)
    if wrong is None:
        return _walk_through(graph, seed, title, about, max_nodes)
    from .wrong import plant

    lie = plant(graph, wrong)
    page = _walk_through(graph, seed, title or say("Which card lies?"), about, max_nodes)
    card = next(i for i, node in enumerate(graph.nodes) if node is lie.node)  # == would compare numbers
    page.accuse(card, lie.position, lie.words)
    return page


def _run(function: Callable[[], Node]) -> Node:
    from inspect import signature

    from .code_lines import sources

    try:
        signature(function).bind()
    except (TypeError, ValueError) as error:
        raise KindError(
            f"step_through calls a function without arguments; got {describe(function)}: wrap it, lambda: loss(w, x)"
        ) from error
    with sources():
        return function()


def _walk_through(
    graph: "Snapshot", seed: Any = None, title: str | None = None, about: str = "", max_nodes: int | None = MOST
) -> Page:
    from .trace import trace_graph

    root, size = graph.root, len(graph.nodes)
    if max_nodes is not None and size > max_nodes:
        raise DrawingError(
            f"a page to step through shows {max_nodes:,} nodes at most, and the graph of {root.label or root.name} has "
            f"{size:,}: compute fewer points, step through an inner node, draw(node), which folds, or call "
            f"step_through(node, max_nodes={size})"
        )
    run = trace_graph(graph, seed)
    return Page(title or say("{0}, step by step", root.label or say("A graph")), about, {"": run})


def _write_picture(picture: Picture) -> bytes:
    assert picture.graph is not None
    return _walk_through(picture.graph).html.encode()


further_formats[".html"] = _write_picture
