"""Formulas as MathML, which browsers set by themselves: no script, no fonts, nothing fetched."""

from typing import Any

from latex2mathml.converter import convert
from sphinx.application import Sphinx


def visit_math(writer: Any, node: Any) -> None:
    """A formula within a line."""
    from docutils.nodes import SkipNode

    writer.body.append(convert(node.astext()))
    raise SkipNode


def visit_math_block(writer: Any, node: Any) -> None:
    """A formula of its own line."""
    from docutils.nodes import SkipNode

    writer.body.append(f'<div class="formula">{convert(node.astext(), display="block")}</div>')
    raise SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Let the HTML writer set formulas so."""
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.config.html_math_renderer = "mathml"  # type: ignore[attr-defined]
    return {"parallel_read_safe": True, "parallel_write_safe": True}
