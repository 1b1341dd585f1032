"""Graphviz source as a picture's bytes: by the system's dot where there is one, else by pygraphviz."""

from ..errors import AutogradError


class DrawingError(AutogradError):
    """A picture that cannot be made: an unknown format, or no Graphviz to lay it out."""


def rendered(dot: str, form: str) -> bytes:
    """The picture in the format (svg, png or pdf).

    Raises DrawingError where neither Graphviz' dot nor pygraphviz is installed, and where Graphviz fails.

    >>> rendered("digraph { a -> b }", "pdf")[:5]
    b'%PDF-'
    """
    import graphviz

    if form == "png":
        dot = dot.replace("{", "{ dpi=192", 1)  # Graphviz' own 96 blur on today's screens and on paper
    try:
        return bytes(graphviz.Source(dot).pipe(form))
    except graphviz.ExecutableNotFound:
        return _by_pygraphviz(dot, form)
    except graphviz.CalledProcessError as error:
        raise DrawingError(f"Graphviz' dot could not draw the {form}: {error}") from error


def _by_pygraphviz(dot: str, form: str) -> bytes:
    try:
        import pygraphviz
    except ImportError as error:
        raise DrawingError(
            f"nothing here can lay out a picture as {form}: install Graphviz (its program dot), or run "
            'pip install "autograd_mini[plot]"; saving as .dot works without either'
        ) from error
    graph = pygraphviz.AGraph(string=dot)
    return bytes(graph.draw(format=form, prog="dot"))
