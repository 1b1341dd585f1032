"""Pictures and live pages on a page: the code that makes them is on it, and the build runs it."""

import ast
import io
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from autograd_mini import language


class Shown(SphinxDirective):
    """```{shown} what it is, in words: runs its lines, after those of the blocks above, and shows what the last gives.

    A Picture or a figure of matplotlib is an SVG in the page; what has html is a page of its own, in a frame to walk
    through; both speak the site's language. silent: without the code. height: of the frame in pixels; without it as
    high as the page in it.
    """

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"silent": directives.flag, "height": directives.positive_int}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """The code and what it gives."""
        code = "\n".join(self.content)
        with language(self.config.language):
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
    svg, kind = (result.svg, "picture graph") if hasattr(result, "svg") else (_plotted(result), "picture")
    drawn = svg[svg.index("<svg") :]
    return f'<figure class="{kind}" role="img" aria-label="{escape(alternative)}">{drawn}</figure>'


def _plotted(figure: Any) -> str:
    """A figure of matplotlib as SVG, its letters as letters."""
    import matplotlib.pyplot as plt

    written = io.StringIO()
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "site"}):
        figure.savefig(written, format="svg", metadata={"Date": None})
    plt.close(figure)
    return written.getvalue()


def dark_style() -> str:
    """What gives the pictures of graphs the colours of the dark theme, where a page is dark.

    Cards of operations are as white as the paper below them, so white is theirs, and the paper is let through.
    """
    from dataclasses import fields

    from autograd_mini.drawing.themes import DARK, LIGHT

    pairs: dict[str, str] = {}
    for field in fields(LIGHT):
        light, dark = getattr(LIGHT, field.name), getattr(DARK, field.name)
        if field.name != "page":
            pairs |= {light: dark} if isinstance(light, str) else dict(zip(light, dark, strict=True))
    pairs[LIGHT.operation] = DARK.operation
    rules = " ".join(
        f'[{kind}="{light}"] {{ {kind}: {dark} }}' for light, dark in pairs.items() for kind in ("fill", "stroke")
    )
    rules = f"figure.graph {{ background: {DARK.paper}; {rules} svg > g > polygon:first-of-type {{ fill: none }} }}"
    return (
        f"<style>body[data-theme=dark] {{ {rules} }} "
        f"@media (prefers-color-scheme: dark) {{ body:not([data-theme=light]) {{ {rules} }} }}</style>"
    )


def add_dark_style(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Put it into the head of a page that has such a picture."""
    if doctree is not None and any("picture graph" in raw.astext() for raw in doctree.findall(nodes.raw)):
        context["metatags"] += dark_style()


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the directive known."""
    app.add_directive("shown", Shown)
    app.connect("html-page-context", add_dark_style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
