"""Examples in code: without the blank line that ends them for doctest."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def end_at_last_line(app: Sphinx, doctree: nodes.document) -> None:
    """Take the empty lines from the end of every block."""
    for block in doctree.findall(nodes.literal_block):
        text = block.astext().rstrip("\n")
        block.rawsource = text
        block[:] = [nodes.Text(text)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Do so for each page."""
    app.connect("doctree-read", end_at_last_line)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
