"""Graphviz source as a picture's bytes: by the system's dot where there is one, else by pygraphviz."""

import contextlib
import io
import re
import subprocess
import sys

from ..errors import DrawingError

# Graphviz' own 96 dots an inch blur on today's screens and on paper; a vast graph must still fit into memory
# (as png) and on a page (as pdf, whose largest is 200 inches).
FORMAT_ATTRIBUTES = {"png": 'dpi=192 size="60,60"', "pdf": 'size="190,190"'}


def render(dot: str, form: str) -> bytes:
    """The picture in the format (svg, png or pdf); the same bytes for the same source.

    Raises DrawingError where neither Graphviz' dot nor pygraphviz is installed, and where Graphviz fails.

    >>> render("digraph { a -> b }", "pdf")[:5]
    b'%PDF-'
    """
    dot = dot.replace("{", "{ " + FORMAT_ATTRIBUTES.get(form, ""), 1)
    try:
        picture = _run_dot(dot, form)
    except FileNotFoundError:
        picture = _run_pygraphviz(dot, form)
    return re.sub(rb"/CreationDate \(D:\d{14}", b"/CreationDate (D:19700101000000", picture)


def _run_dot(dot: str, form: str) -> bytes:
    done = subprocess.run(["dot", f"-T{form}"], input=dot.encode(), capture_output=True)
    words = done.stderr.decode(errors="replace")
    if done.returncode:
        raise DrawingError(f"Graphviz' dot could not draw the {form}: {words}")
    sys.stderr.write(words)
    return done.stdout


def _run_pygraphviz(dot: str, form: str) -> bytes:
    try:
        import pygraphviz  # here, so that importing the engine does not import it
    except ImportError as error:
        raise DrawingError(
            f"nothing here can lay out a picture as {form}: install Graphviz (its program dot), or run "
            'pip install "autograd_mini[plot]"; saving as .dot works without either'
        ) from error
    try:
        # Beyond 1,000 nodes pygraphviz writes that it may take long; layout.py has seen to it that it does not.
        with contextlib.redirect_stderr(io.StringIO()):
            return bytes(pygraphviz.AGraph(string=dot).draw(format=form, prog="dot"))
    except ValueError as error:
        raise DrawingError(f"pygraphviz could not draw the {form}: {error}") from error
