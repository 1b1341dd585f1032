"""A view as Graphviz source: the only place that knows colours, fonts and escapes."""

import re
from html import escape

from .effort import Attributes, effort
from .figures import Grid
from .view import Arrow, Card, View

# Colours that a colour-blind reader tells apart (after Okabe and Ito), and a black-and-white printer by weight.
INK, QUIET, LINE, FAINT = "#1b1f24", "#667080", "#98a2b0", "#c9d1da"
BLUE, PALE_BLUE = "#0072b2", "#e9f2fa"
ORANGE, PALE_ORANGE = "#d55e00", "#fdf2e7"
GRADIENT = "#a84300"  # the orange, dark enough to be read in small print

WORDS = "Helvetica,Arial,sans-serif"
# Digits of one width, in every font alike: columns stay columns where a reader's fonts are not the layout's.
NUMBERS = "DejaVu Sans Mono,Menlo,Consolas,monospace"

GRAPH = {
    "rankdir": "LR",
    "bgcolor": "white",  # paper of its own, for a dark page
    "pad": "0.15",
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
    "width": "0",
    "height": "0",
}
LEAF = {"color": BLUE, "fillcolor": PALE_BLUE}
ROOT = {"color": ORANGE, "fillcolor": PALE_ORANGE, "penwidth": "2"}
CONSTANT = {"shape": "plaintext", "style": "solid", "fontcolor": QUIET, "fontsize": "10", "margin": "0.03,0.01"}
IN_ORDER = {"ordering": "in"}  # the first input's arrow above the second's

EDGE = {"color": LINE, "arrowsize": "0.6", "fontname": WORDS, "fontsize": "9", "fontcolor": GRADIENT}
# A constant stands in its operation's own column and holds fast to it.
CONSTANT_EDGE = {"minlen": "0", "weight": "50", "arrowsize": "0.4"}

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
    "sqrt": "√",
    "subtract": "−",
    "sum": "Σ",
    "transpose": "xᵀ",
}
COMMUTATIVE = {"add", "maximum", "minimum", "multiply"}

CAPTION = (
    r"∂  local derivative of an arrow's end by its start\l"
    r"grad  sum over the arrows that leave of ∂ × grad at their end\l"
)


def source(shown: View) -> str:
    """The view in Graphviz' language.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing.view import view
    >>> "n0 -> n1" in source(view(-Value(2.0)))
    True
    """
    import graphviz  # here, so that importing the engine does not import it

    whole, of_card = effort(shown)
    graph = graphviz.Digraph("computation", graph_attr=GRAPH | whole, node_attr=NODE, edge_attr=EDGE)
    for card in shown.cards:
        graph.node(card.key, **_node(card), **of_card.get(card.key, {}))
    for arrow in shown.arrows:
        graph.edge(*_edge_ends(arrow), **_edge(arrow))
    locals_shown = [arrow.local is not None for arrow in shown.arrows if not arrow.is_constant]
    if locals_shown and all(locals_shown):
        graph.attr(label=CAPTION)
    return str(graph.source)


def _node(card: Card) -> Attributes:
    array = [f'<TR><TD COLSPAN="2" ALIGN="LEFT">{_font(card.array, QUIET, 9)}</TD></TR>'] if card.array else []
    if card.kind == "constant":
        return CONSTANT | {"label": f"<{_table([*array, f'<TR><TD>{_numbers(card.data)}</TD></TR>'])}>"}
    rows = [
        f'<TR><TD COLSPAN="2" ALIGN="LEFT">{_heading(card)}</TD></TR>',
        *array,
        "<HR/>",
        _row("data", card.data, INK),
        _row("grad", card.grad, GRADIENT),
    ]
    style = ROOT if card.is_root else LEAF if card.kind == "leaf" else {}
    order = IN_ORDER if card.kind == "operation" and card.operation not in COMMUTATIVE else {}
    return style | order | {"label": f"<{_table(rows)}>"}


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


def _edge_ends(arrow: Arrow) -> tuple[str, str]:
    """Within a column Graphviz sets an edge's first end above: there a constant goes only if it is the first input."""
    below = arrow.is_constant and arrow.position > 0
    return (arrow.head, arrow.tail) if below else (arrow.tail, arrow.head)


def _edge(arrow: Arrow) -> Attributes:
    if arrow.is_constant:
        return CONSTANT_EDGE | ({"dir": "back"} if arrow.position else {})
    if arrow.local is None:
        return {}
    return {"label": f"<{_table([f'<TR><TD>∂ = </TD><TD>{_numbers(arrow.local)}</TD></TR>'])}>"}


def _numbers(numbers: Grid) -> str:
    """A number by itself, several between the bars of a matrix."""
    if len(numbers) == len(numbers[0]) == 1:
        return _digits(numbers[0][0])
    rows = ("".join(f'<TD ALIGN="RIGHT">{_digits(f" {cell} ")}</TD>' for cell in row) for row in numbers)
    return _table([f"<TR>{row}</TR>" for row in rows], f'BORDER="1" SIDES="LR" COLOR="{FAINT}"')


def _digits(number: str) -> str:
    return f'<FONT FACE="{NUMBERS}">{text(number)}</FONT>'


def _table(rows: list[str], border: str = 'BORDER="0"') -> str:
    return f'<TABLE {border} CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(rows)}</TABLE>'


def _font(words: str, colour: str, size: int) -> str:
    return f'<FONT COLOR="{colour}" POINT-SIZE="{size}">{words}</FONT>'


UNDRAWABLE = re.compile("[^ -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML has no room for


def text(words: str) -> str:
    r"""Words as Graphviz shows them letter by letter, on one line.

    >>> print(text('a<b & "c"\\N\n\0'))
    a&lt;b &amp; &quot;c&quot;\\N �
    """
    line = UNDRAWABLE.sub("�", re.sub(r"\s", " ", words))
    return escape(line).replace("\\", r"\\")
