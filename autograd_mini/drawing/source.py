"""A view as Graphviz source: the only place that knows colours, fonts and escapes."""

import re
from html import escape

from .figures import Grid
from .view import Arrow, Card, View

# Colours that a colour-blind reader tells apart (after Okabe and Ito), and a black-and-white printer by their line.
INK, QUIET, LINE, FAINT = "#1b1f24", "#667080", "#98a2b0", "#c9d1da"
BLUE, PALE_BLUE = "#0072b2", "#e9f2fa"
ORANGE, PALE_ORANGE = "#d55e00", "#fdf2e7"
GRADIENT = "#a84300"  # the orange, dark enough to be read in small print

WORDS = "Helvetica,Arial,sans-serif"
# Digits of one width, in every font alike: columns stay columns where a reader's fonts are not the layout's.
NUMBERS = "DejaVu Sans Mono,Menlo,Consolas,monospace"

SIGNS = {
    "abs": "|x|",
    "add": "+",
    "divide": "÷",
    "getitem": "x[i]",
    "matmul": "@",
    "maximum": "max",
    "minimum": "min",
    "multiply": "×",
    "negative": "−x",
    "positive": "+x",
    "power": "xʸ",
    "prod": "Π",
    "reciprocal": "1/x",
    "sqrt": "√",
    "square": "x²",
    "subtract": "−",
    "sum": "Σ",
    "transpose": "xᵀ",
}
COMMUTATIVE = {"add", "maximum", "minimum", "multiply"}

GRAPH = {
    "rankdir": "LR",
    "bgcolor": "white",  # its own paper: a dark page does not shine through
    "pad": "0.15",
    "nodesep": "0.15",
    "ranksep": "0.25",
    "fontname": WORDS,
    "fontsize": "9",
    "fontcolor": QUIET,
    "labeljust": "l",
}
# Beyond some hundred nodes Graphviz' search for the best places takes minutes; a bound on it, seconds.
LARGE = 400
LARGE_GRAPH = {"nslimit": "0.1", "nslimit1": "0.1", "mclimit": "0.1", "splines": "line"}

NODE = {
    "shape": "box",
    "style": "rounded,filled",
    "fontname": WORDS,
    "fontsize": "11",
    "fontcolor": INK,
    "color": LINE,
    "fillcolor": "white",
    "margin": "0.07,0.04",
    "width": "0",
    "height": "0",
}
LEAF = {"color": BLUE, "fillcolor": PALE_BLUE}
ROOT = {"color": ORANGE, "fillcolor": PALE_ORANGE, "penwidth": "2"}
CONSTANT = {"shape": "plaintext", "style": "solid", "fontcolor": QUIET, "fontsize": "10", "margin": "0.03,0.01"}

EDGE = {"color": LINE, "arrowsize": "0.6", "fontname": WORDS, "fontsize": "9", "fontcolor": GRADIENT}
# A constant stands in its operation's column and holds fast to it.
CONSTANT_EDGE = {"minlen": "0", "weight": "50", "arrowsize": "0.4"}

CAPTION = (
    r"∂: the local derivative, of an arrow's end by its start\l"
    r"grad: the sum, over the arrows that leave, of ∂ × the grad at their end\l"
)


def source(shown: View) -> str:
    """The view in Graphviz' language.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing.view import view
    >>> "n0 -> n1" in source(view(-Value(2.0)))
    True
    """
    import graphviz  # here, so that importing the engine does not import it

    attributes = GRAPH | (LARGE_GRAPH if len(shown.cards) > LARGE else {})
    graph = graphviz.Digraph("graph", graph_attr=attributes, node_attr=NODE, edge_attr=EDGE)
    if any(arrow.local for arrow in shown.arrows):
        graph.attr(label=CAPTION)
    for card in shown.cards:
        graph.node(card.key, **_node(card))
    for arrow in shown.arrows:
        _draw_edge(graph, arrow)
    return str(graph.source)


def _node(card: Card) -> dict[str, str]:
    about = [f'<TR><TD COLSPAN="2" ALIGN="LEFT">{_font(card.array, QUIET, 9)}</TD></TR>'] if card.array else []
    if card.kind == "constant":
        rows = [*about, f"<TR><TD>{_numbers(card.data)}</TD></TR>"]
        return CONSTANT | {"label": f"<{_table(rows)}>"}
    style = ROOT if card.is_root else LEAF if card.kind == "leaf" else {}
    if card.kind == "operation" and card.operation not in COMMUTATIVE:
        style = style | {"ordering": "in"}
    rows = [
        f'<TR><TD COLSPAN="2" ALIGN="LEFT">{_heading(card)}</TD></TR>',
        *about,
        "<HR/>",
        _row("data", card.data, INK),
        _row("grad", card.grad, GRADIENT),
    ]
    return style | {"label": f"<{_table(rows)}>"}


def _draw_edge(graph, arrow: Arrow) -> None:
    if arrow.local is not None:
        graph.edge(
            arrow.tail, arrow.head, label=f"<{_table([f'<TR><TD>∂ = </TD><TD>{_numbers(arrow.local)}</TD></TR>'])}>"
        )
    elif "_" not in arrow.tail:
        graph.edge(arrow.tail, arrow.head)
    elif arrow.tail.endswith("_0"):
        graph.edge(arrow.tail, arrow.head, **CONSTANT_EDGE)
    else:
        graph.edge(arrow.head, arrow.tail, dir="back", **CONSTANT_EDGE)


def _heading(card: Card) -> str:
    label = f"<B>{text(card.label)}</B>" if card.label else ""
    if card.kind == "leaf":
        return label or _font("leaf", QUIET, 10)
    sign = _font(text(SIGNS.get(card.operation, card.operation)), BLUE, 12)
    return f"{label}   {sign}" if label else sign


def _row(name: str, numbers: Grid, colour: str) -> str:
    return (
        f'<TR><TD ALIGN="LEFT">{_font(name, QUIET, 9)} </TD>'
        f'<TD ALIGN="RIGHT"><FONT COLOR="{colour}">{_numbers(numbers)}</FONT></TD></TR>'
    )


def _numbers(numbers: Grid) -> str:
    if len(numbers) == len(numbers[0]) == 1:
        return _digits(numbers[0][0])
    rows = [
        "<TR>" + "".join(f'<TD ALIGN="RIGHT">{_digits(f" {cell} ")}</TD>' for cell in row) + "</TR>" for row in numbers
    ]
    return f'<TABLE BORDER="1" SIDES="LR" COLOR="#c9d1da" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(rows)}</TABLE>'


def _digits(c):
    return f'<FONT FACE="{NUMBERS}">{text(c)}</FONT>'


def _table(rows: list[str]) -> str:
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(rows)}</TABLE>'


def _font(words: str, colour: str, size: int) -> str:
    return f'<FONT COLOR="{colour}" POINT-SIZE="{size}">{words}</FONT>'


def text(words: str) -> str:
    r"""Words as Graphviz shows them letter by letter, on one line.

    >>> print(text('a<b & "c"\\N'))
    a&lt;b &amp; &quot;c&quot;\\N
    """
    line = _UNDRAWABLE.sub("�", words)
    return escape(line).replace("\\", r"\\")


_UNDRAWABLE = re.compile("[^ -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML has no room for
