"""A picture as an indented tree, for terminals and logs, and for what a screen reader says of an svg."""

import re
from collections import defaultdict, deque
from html import escape

from ..languages import say
from .cards import Arrow, Card, View
from .equations import join
from .formatting import Grid
from .labels import clean

DEEPEST = 20  # levels of indentation; what is deeper is told further down, from the left margin again


def write_tree(shown: View) -> str:
    """The view as an indented tree: each node above its inputs, what flows back to an input at the end of its line.

    A node used twice is told once, and named by its key elsewhere.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing.view import build_view
    >>> from autograd_mini.snapshot import Snapshot
    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> y.backward()
    >>> print(write_tree(build_view(Snapshot(y))))
    n1 multiply  data 9  grad 1
    ├─ n0 x  data 3  grad 6 = 3 + 3  ← 1 × 3 = 3
    └─ n0 x, told above  ← 1 × 3 = 3
    """
    cards = {card.key: card for card in shown.cards}
    into: dict[str, list[Arrow]] = defaultdict(list)
    for use in shown.arrows:
        into[use.head].append(use)
    lines: list[str] = []
    told: set[str] = set()
    roots = deque(card.key for card in shown.cards if card.is_root)
    while roots:
        top = roots.popleft()
        if top in told:
            continue
        lines += [""] if lines else []
        stack: list[tuple[str, Arrow | None, str, str, int]] = [(top, None, "", "", 0)]
        while stack:
            key, arrow, own, below, level = stack.pop()
            is_later = level == DEEPEST and bool(into[key]) and key not in told
            lines.append(own + clean(_write_line(cards[key], arrow, key in told, is_later)))
            if is_later:
                roots.append(key)
            elif key not in told:
                told.add(key)
                inputs = sorted(into[key], key=lambda use: use.position)
                for use in reversed(inputs):
                    ends = ("└─ ", "   ") if use is inputs[-1] else ("├─ ", "│  ")
                    stack.append((use.tail, use, below + ends[0], below + ends[1], level + 1))
    return "\n".join(lines)


def _write_line(card: Card, arrow: Arrow | None, is_told: bool, is_later: bool) -> str:
    if card.kind == "constant":
        return f"{card.label} {_write_numbers(card.data)}".lstrip()
    name = f"{card.key} {_write_name(card)}"
    if is_told or is_later:
        told = say("{0}, told above", name) if is_told else say("{0}, told below", name)
        return told + _write_flow(arrow)
    order = [say("order {0}", card.order)] if card.order else []
    parts = [name, *order, *([card.array] if card.array else []), *card.about]
    if card.data:
        total = f" {join(card.sign, ' + '.join(card.flows[::-1]))}" if card.flows else ""
        parts += [f"data {_write_numbers(card.data)}", f"grad {_write_numbers(card.grad)}{total}"]
    return "  ".join(parts) + _write_flow(arrow)


def _write_name(card: Card) -> str:
    """The label and the operation, so far as there are any, and how many alike."""
    operation = card.operation or "…" * (card.kind == "rest")
    if card.is_leaf:
        operation = "" if card.label else say("leaf")
    operation += f"({card.parameters})" if card.parameters else ""
    count = f"× {card.count:,}" if card.count > 1 else ""
    return " ".join(word for word in (card.label, operation, count) if word)


def _write_flow(arrow: Arrow | None) -> str:
    if arrow is None:
        return ""
    if arrow.is_step:
        return f"  ← {say('nothing')}"
    if arrow.uses > 1:
        return f"  ← {say('{0} uses', f'{arrow.uses:,}')}"
    if not arrow.local and not arrow.formula:
        return ""
    flow = f"{_write_numbers(arrow.upstream)} × {_write_numbers(arrow.local)}" if arrow.local else arrow.formula
    return f"  ← {flow} {join(arrow.sign, _write_numbers(arrow.contribution))}" if arrow.contribution else f"  ← {flow}"


def _write_numbers(grid: Grid) -> str:
    """The rows of a matrix behind one another."""
    return "; ".join(" ".join(line) for line in grid)


def add_description(svg: str, shown: View) -> str:
    """The svg with a text alternative, which a screen reader reads in place of its hundred little texts."""
    roots = ", ".join(_write_name(card) for card in shown.cards if card.is_root)
    title = say("Computation graph of {0}: {1} node{2}", roots, f"{shown.nodes:,}", "s" * (shown.nodes != 1))
    words = f"<title>{escape(clean(title))}</title>\n<desc>{escape(write_tree(shown))}</desc>\n"
    return re.sub(r"(<svg)([^>]*>\n?)", lambda found: f'{found[1]} role="img"{found[2]}{words}', svg, count=1)
