"""Pictures and live pages on a page: the code that makes them is on it, and the build runs it."""

import ast
import io
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Shown(SphinxDirective):
    """```{shown} what it is, in words: runs its lines, after those of the blocks above, and shows what the last gives.

    A Picture or a figure of matplotlib is an SVG in the page; what has html is a page of its own, in a frame to walk
    through. silent: without the code. height: of the frame in pixels; without it as high as the page in it.
    """

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"silent": directives.flag, "height": directives.positive_int}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """The code and what it gives."""
        code = "\n".join(self.content)
        result = _run(code, self.env.temp_data.setdefault("shown", {}))
        alternative = self.arguments[0]
        found: list[nodes.Node] = []
        if "silent" not in self.options:
            literal = nodes.literal_block(code, code, language="python")
            found.append(literal)
        found.append(nodes.raw("", _html(result, alternative, self.options.get("height")), format="html"))
        return found


def _run(code: str, names: dict[str, Any]) -> Any:
    """What the last expression gives; the names stay for the blocks below."""
    body = ast.parse(code)
    last = body.body.pop()
    if not isinstance(last, ast.Expr):
        raise ValueError(f"the last line of a block to be shown is an expression; got: {code}")
    exec(compile(body, "<page>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<page>", "eval"), names)


def _html(result: Any, alternative: str, height: int | None) -> str:
    from html import escape

    if hasattr(result, "html"):
        size = 'class="live fit" height="600"' if height is None else f'class="live" height="{height}" loading="lazy"'
        return f'<iframe {size} title="{escape(alternative)}" srcdoc="{escape(result.html)}"></iframe>'
    svg = result.svg if hasattr(result, "svg") else _plotted(result)
    drawn = svg[svg.index("<svg") :]
    return f'<figure class="picture" role="img" aria-label="{escape(alternative)}">{drawn}</figure>'


def _plotted(figure: Any) -> str:
    """A figure of matplotlib as SVG, its letters as letters."""
    import matplotlib.pyplot as plt

    written = io.StringIO()
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "site"}):
        figure.savefig(written, format="svg", metadata={"Date": None})
    plt.close(figure)
    return written.getvalue()


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the directive known."""
    app.add_directive("shown", Shown)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
