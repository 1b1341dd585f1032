"""A view as Graphviz source: the only place that knows colours, fonts and escapes."""

import re
from html import escape

from .figures import Grid
from .view import Arrow, Card, View

# Colours that a colour-blind reader tells apart (after Okabe and Ito), and a printer by their line.
INK, QUIET, LINE = "#1b1f24", "#667080", "#98a2b0"
BLUE, PALE_BLUE = "#0072b2", "#e9f2fa"
ORANGE, PALE_ORANGE = "#d55e00", "#fdf2e7"
GRADIENT = "#a84300"  # the orange, dark enough to read in small

WORDS = "Helvetica,Arial,sans-serif"
# Digits of one width: numbers stay aligned where a viewer's fonts are not those of the layout.
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

GRAPH = {
    "rankdir": "LR",
    "bgcolor": "white",  # of its own, so that a dark page does not shine through
    "pad": "0.2",
    "nodesep": "0.15",
    "ranksep": "0.25",
    "fontname": WORDS,
    "fontsize": "9",
    "fontcolor": QUIET,
    "labeljust": "l",
}
NODE = {
    "shape": "box",
    "style": "rounded,filled",
    "fontname": WORDS,
    "fontsize": "11",
    "fontcolor": INK,
    "color": LINE,
    "fillcolor": "white",
    "margin": "0.07,0.04",
    "height": "0",
    "width": "0",
}
EDGE = {"color": LINE, "arrowsize": "0.6", "fontname": WORDS, "fontsize": "9", "fontcolor": GRADIENT}

LEAF = {"color": BLUE, "fillcolor": PALE_BLUE}
ROOT = {"color": ORANGE, "fillcolor": PALE_ORANGE, "penwidth": "2"}
CONSTANT = {"shape": "plain", "style": "solid", "fontcolor": QUIET, "fontname": NUMBERS, "fontsize": "10"}

CAPTION = (
    "∂ on an arrow: its end's derivative by its start\\l"
    "grad: the sum, over the arrows that leave, of ∂ × the grad at their end\\l"
)


def source(shown: View) -> str:
    """The view in Graphviz' language.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing.view import view
    >>> "n0 -> n1" in source(view(-Value(2.0)))
    True
    """
    import graphviz  # here, so that importing the engine does not import it

    graph = graphviz.Digraph("graph", graph_attr=GRAPH, node_attr=NODE, edge_attr=EDGE)
    if any(arrow.local for arrow in shown.arrows):
        graph.attr(label=CAPTION)
    for card in shown.cards:
        graph.node(card.key, **_node(card))
    for arrow in shown.arrows:
        graph.edge(arrow.tail, arrow.head, **_edge(arrow))
    return str(graph.source)


def _node(card: Card) -> dict[str, str]:
    if card.kind == "constant":
        return CONSTANT | {"label": f"<{_numbers(card.data)}>"}
    style = ROOT if card.is_root else LEAF if card.kind == "leaf" else {}
    rows = [f'<TR><TD COLSPAN="2" ALIGN="LEFT">{_heading(card)}</TD></TR>']
    if card.array:
        rows.append(f'<TR><TD COLSPAN="2" ALIGN="LEFT">{_font(text(card.array), QUIET, 9)}</TD></TR>')
    rows.append("<HR/>")
    rows += [_row("data", card.data, INK), _row("grad", card.grad, GRADIENT)]
    return style | {"label": f"<{_table(rows)}>"}


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


def _edge(arrow: Arrow) -> dict[str, str]:
    if arrow.local is None:
        return {}
    return {"label": f"<{_table([f'<TR><TD>∂ = </TD><TD>{_numbers(arrow.local)}</TD></TR>'])}>"}


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
