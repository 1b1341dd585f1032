"""A view as Graphviz source."""

import math
from collections import defaultdict
from typing import Any

from ..languages import say
from .cards import Arrow, Card
from .equations import join
from .labels import breadth, cut
from .layout import Attributes, Layout
from .legend import write_legend, write_order
from .markup import WORDS, digits, font, numbers, row, table, text
from .measuring import LONGEST, SUM_WIDTH
from .themes import Theme
from .wrapping import find_firsts, write_back

SIGNS = {  # without letters, which could be labels
    "abs": "|·|",
    "add": "+",
    "as_number": "Σ",
    "divide": "÷",
    "getitem": "[ ]",
    "matmul": "@",
    "maximum": "max",
    "minimum": "min",
    "multiply": "×",
    "negative": "−",
    "positive": "+",
    "power": "^",
    "sqrt": "√",
    "subtract": "−",
    "sum": "Σ",
    "transpose": "ᵀ",
}
IN_ORDER = {"ordering": "in"}  # the first input's arrow above the second's

CONSTANT = {"shape": "plaintext", "style": "solid", "fontsize": "10", "margin": "0.03,0.01"}
# A constant stands in its operation's own column and holds fast to it.
CONSTANT_EDGE = {"minlen": "0", "weight": "50", "arrowsize": "0.4"}
WIRE = {"shape": "plain", "style": "solid"}
MOST_FLOWS = 9  # terms of a sum
# Small digits, in points: at 10 a layout and a browser agree on their width, at 9 they are 3 % apart.
# LINE and LETTER are at least what a layout takes for them, so that both sides of an arrow's line are of one size and
# the line is in the middle, where the arrow meets it.
SMALL, LINE, LETTER = 10, 15, 6.2

Frames = tuple[tuple[str, str], ...]
Edge = tuple[str, str, Attributes]


def write_source(layout: Layout, theme: Theme) -> str:
    """A view in Graphviz' language, as it is laid out.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing.layout import choose_layout
    >>> from autograd_mini.drawing.themes import LIGHT
    >>> from autograd_mini.drawing.view import build_view
    >>> from autograd_mini.snapshot import Snapshot
    >>> "n0 -> e1_0" in write_source(choose_layout(build_view(Snapshot(-Value(2.0)))), LIGHT)
    True
    """
    import graphviz  # here, so that importing the engine does not import it

    whole, of_card, has_wires, _, shown = layout
    is_down = whole.get("rankdir") == "TB"
    if theme.page:
        whole = whole | {"size": ",".join(theme.page if is_down else theme.page[::-1])}
    by_order = any(card.order for card in shown.cards)
    items: list[tuple[Frames, str, Attributes]] = [
        (card.frames, card.key, _describe_card(card, theme, by_order) | of_card.get(card.key, {}))
        for card in shown.cards
    ]
    frames = {card.key: card.frames for card in shown.cards}
    edges: list[Edge] = []
    # In a picture to the right Graphviz turns the columns of the whole round, so that what is stated first is above,
    # but not those of a frame: in each of these the last is stated first.
    upside_down: list[Edge] = []
    for arrow in shown.arrows:
        is_upside_down = bool(frames[arrow.head]) and not is_down
        of_head = upside_down if is_upside_down else edges
        if arrow.is_constant or arrow.uses > 1 or not has_wires:
            of_head.append(_make_plain_edge(arrow, is_upside_down))
            continue
        around = _find_shared_start(frames[arrow.tail], frames[arrow.head])
        items.append(
            (
                around,
                arrow.key,
                WIRE | {"id": arrow.key, "class": "wire", "label": f"<{_write_wire(arrow, theme, is_down)}>"},
            )
        )
        into, out = ("n", "s") if is_down else ("w", "e")
        look = {"style": "dashed"} if arrow.is_step else {}
        of_head += [
            (arrow.tail, arrow.key, {"id": f"{arrow.key}_start", "headport": into, "arrowhead": "none"} | look),
            (arrow.key, arrow.head, {"id": f"{arrow.key}_end", "tailport": out} | look),
        ]
    edges += reversed(upside_down)
    graph = graphviz.Digraph("computation", **_choose_defaults(theme, whole))
    _add_nodes(graph, items, 0, theme, is_down)
    if firsts := find_firsts(shown):  # one line below the other, in their order
        graph.node("lines", shape="point", style="invis", width="0", ordering="out")
        edges += [("lines", first, {"style": "invis"}) for first in firsts]
    for tail, head, attributes in edges:
        graph.edge(tail, head, **attributes)
    # The legend comes last: a frame inherits what was said of the whole before it.
    graph.attr(label=f"<{write_legend(shown, theme, is_down=is_down, has_wires=has_wires)}>")
    return str(graph.source)


def _find_shared_start(a: Frames, b: Frames) -> Frames:
    """The frames around both; no more than are drawn."""
    same = 0
    while same < min(len(a), len(b)) and a[same] == b[same]:
        same += 1
    return a[:same]


def _choose_defaults(theme: Theme, whole: Attributes) -> dict[str, Attributes]:
    return {
        "graph_attr": {
            "rankdir": "LR",
            "bgcolor": theme.paper,  # paper of its own, for a dark page
            "pad": "0.15",
            "nodesep": "0.12",
            "ranksep": "0.16",
            "fontname": WORDS,
            "fontsize": "9",
            "fontcolor": theme.quiet,
            "labeljust": "l",
        }
        | whole,
        "node_attr": {
            "shape": "box",
            "style": "filled",
            "fontname": WORDS,
            "fontsize": "11",
            "fontcolor": theme.ink,
            "color": theme.line,
            "fillcolor": theme.operation,
            "margin": "0.07,0.04",
            "width": "0",
            "height": "0",
        },
        "edge_attr": {
            "color": theme.line,
            "arrowsize": "0.6",
            "fontname": WORDS,
            "fontsize": "9",
            "fontcolor": theme.quiet,
        },
    }


def _add_nodes(
    graph: Any, items: list[tuple[Frames, str, Attributes]], depth: int, theme: Theme, is_down: bool
) -> None:
    """The nodes at a depth of frames, and within each frame those that it holds."""
    inner: dict[tuple[str, str], list[tuple[Frames, str, Attributes]]] = defaultdict(list)
    for item in items:
        frames, key, attributes = item
        if len(frames) > depth:
            inner[frames[depth]].append(item)
        else:
            graph.node(key, **attributes)
    for (key, name), held in inner.items():
        with graph.subgraph(name=f"cluster_{key}") as frame:
            frame.attr(id=key, **_describe_frame(name, theme))
            _add_nodes(frame, held if depth or is_down else held[::-1], depth + 1, theme, is_down)


def _describe_frame(name: str, theme: Theme) -> Attributes:
    if not name:  # a line of the picture
        return {"style": "invis", "margin": "0"}
    return {
        "label": f"<{font(_shorten(name), theme.quiet, 10)}>",
        "labeljust": "r",
        "color": theme.faint,
        "style": "rounded",
        "margin": "6",
    }


def _describe_card(card: Card, theme: Theme, by_order: bool) -> Attributes:
    """by_order: the fills tell the order of derivative, and what belongs to the function itself is dim."""
    name = {"id": card.key, "class": card.kind}
    if card.kind == "constant":
        words = [row(font(_shorten(line), theme.quiet, 9)) for line in (card.label, card.array) if line]
        label = table([*words, row(numbers(card.data, theme.faint))])
        return CONSTANT | name | {"fontcolor": theme.quiet, "label": f"<{label}>"}
    if card.kind == "reference":
        rows = [row(font(f"<B>{_shorten(card.label)}</B>", theme.sign, 11))]
        colours = [theme.ink, *[theme.gradient] * len(card.about)]
        rows += [row(font(digits(line), ink, 9)) for line, ink in zip(card.about, colours, strict=False)]
        return CONSTANT | name | {"label": f"<{table(rows)}>"}
    is_dim = by_order and card.order == 0
    ink = theme.quiet if is_dim else theme.ink
    heading = _write_heading(card, theme)
    rows = [_write_beside(heading, write_order(card.order, theme)) if by_order else _write_across(heading)]
    if card.array:
        rows.append(_write_across(font(text(card.array), theme.quiet, 9)))
    if card.data:
        back = theme.quiet if is_dim else theme.gradient
        rows += ["<HR/>", _write_named_row("data", numbers(card.data, theme.faint), ink, theme)]
        rows += [_write_named_row("grad", numbers(card.grad, theme.faint), back, theme)]
        rows += [_write_named_row("", digits(line), back, theme, SMALL) for line in _break_sum(card.flows, card.sign)]
    rows += [_write_across(font(_shorten(line), theme.quiet, 9)) for line in card.about]
    label = table(rows, f'BORDER="0" COLOR="{theme.faint}"')
    return name | _choose_style(card, theme, by_order) | {"label": f"<{label}>"}


def _choose_style(card: Card, theme: Theme, by_order: bool) -> Attributes:
    style: Attributes = {}
    if card.kind == "operation":
        style |= IN_ORDER
    if card.kind in ("scope", "alike"):
        style |= {"peripheries": "2", "fillcolor": theme.fold}
    if card.kind == "rest":
        style |= {"style": "dashed", "fontcolor": theme.quiet}
    elif card.is_leaf:
        style |= {"style": "rounded,filled", "color": theme.leaf_line, "fillcolor": theme.leaf}
    elif by_order:
        style |= {"fillcolor": theme.orders[min(card.order, len(theme.orders) - 1)]}
    if card.is_root:
        style |= {"color": theme.root_line, "penwidth": "2"} | ({} if by_order else {"fillcolor": theme.root})
    return style


def _write_heading(card: Card, theme: Theme) -> str:
    label = f"<B>{_shorten(card.label)}</B>" if card.label else ""
    if card.mark:
        label = f"{font(card.mark, theme.sign, 12)} {label}"
    if card.kind == "rest":
        return font("…", theme.quiet, 12)
    if card.is_leaf:
        heading = label or font(say("leaf"), theme.quiet, 10)
    else:
        words = f"[{card.parameters}]" if card.operation == "getitem" and card.parameters else card.operation
        sign = font(_shorten(SIGNS.get(words, words)), theme.sign, 12) if words else ""
        if card.parameters and card.operation != "getitem":
            sign += font(f" {_shorten(card.parameters)}", theme.sign, 9)
        heading = f"{label}   {sign}" if label and sign else label or sign
    return f"{heading}   {font(f'× {card.count:,}', theme.sign, 11)}" if card.count > 1 else heading


def _shorten(label: str) -> str:
    return text(cut(label, LONGEST))


def _write_across(cell: str) -> str:
    return row(cell, 'COLSPAN="2" ALIGN="LEFT"')


def _write_beside(cell: str, mark: str) -> str:
    return f'<TR><TD ALIGN="LEFT">{cell} </TD><TD ALIGN="RIGHT">{mark}</TD></TR>'


def _write_named_row(name: str, cell: str, colour: str, theme: Theme, size: float = 11) -> str:
    return (
        f'<TR><TD ALIGN="LEFT">{font(name, theme.quiet, 9) if name else ""} </TD>'
        f'<TD ALIGN="RIGHT">{font(cell, colour, size)}</TD></TR>'
    )


def _break_sum(flows: tuple[str, ...], sign: str) -> list[str]:
    """A sum, broken into lines, in the order in which a sweep meets its terms: the youngest user's first."""
    terms = list(flows[::-1])
    if len(terms) > MOST_FLOWS:
        terms = [*terms[: MOST_FLOWS - 1], say("… {0} more", f"{len(terms) - MOST_FLOWS + 1:,}")]
    lines = [join(sign, terms[0])] if terms else []
    for term in terms[1:]:
        if len(lines[-1]) + len(term) > SUM_WIDTH:
            lines.append(f"+ {term}")
        else:
            lines[-1] += f" + {term}"
    return lines


def _make_plain_edge(arrow: Arrow, is_upside_down: bool) -> Edge:
    """An edge without a wire; is_upside_down: of two in a column, the one that is stated first stands below."""
    look: Attributes = {"id": arrow.key}
    if arrow.is_constant:
        # Within a column Graphviz sets an edge's first end above: there a constant goes only if it is the first input.
        if (arrow.position > 0) == is_upside_down:
            return arrow.tail, arrow.head, CONSTANT_EDGE | look
        return arrow.head, arrow.tail, CONSTANT_EDGE | look | {"dir": "back"}
    if arrow.uses > 1:
        return arrow.tail, arrow.head, look | {"penwidth": "1.6", "label": f" × {arrow.uses:,} "}
    return arrow.tail, arrow.head, look | ({"style": "dashed"} if arrow.is_step else {})


def _write_wire(arrow: Arrow, theme: Theme, is_down: bool) -> str:
    """An arrow's numbers with a line between, which is a piece of the arrow: forward above it (or left), back below."""
    forward = font(digits(arrow.forward), theme.ink, SMALL)
    colour = theme.gradient if arrow.contribution else theme.quiet
    backward = [font(digits(line), colour, SMALL) for line in write_back(arrow)]
    back = table([row(line, 'ALIGN="LEFT"') for line in backward])
    border = f'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1" COLOR="{theme.line}"'
    if is_down:
        width = max(breadth(arrow.forward), *map(breadth, write_back(arrow))) * LETTER + 6  # the padding and the space
        size = f'WIDTH="{math.ceil(width)}"'
        cells = f'<TD ALIGN="RIGHT" {size}>{forward} </TD><VR/><TD ALIGN="LEFT" {size}>{back}</TD>'
        return f"<TABLE {border}><TR>{cells}</TR></TABLE>"
    size = f'HEIGHT="{LINE * len(backward) + 2}"'
    above, below = row(forward, f'{size} VALIGN="BOTTOM"'), row(back, f'{size} VALIGN="TOP"')
    return f"<TABLE {border}>{above}<HR/>{below}</TABLE>"
