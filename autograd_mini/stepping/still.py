"""A page's graph as it stands at the end, for where no script runs and for paper."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

MOST = 400  # cards, beyond which nobody reads them on paper, and a page would be half as large again
ROOM = 20  # pixels around


def draw_still(run: Mapping[str, Any]) -> str:
    """A run, as `describe_run` gives it, as svg in the page's own classes; "" where it has too many cards.

    >>> from autograd_mini import Value
    >>> from autograd_mini.stepping.page_data import describe_run
    >>> from autograd_mini.stepping.trace import trace
    >>> draw_still(describe_run(trace(-Value(2.0, label="x"))))[:38]
    '<svg class="drawn" role="img" viewBox='
    """
    cards: Sequence[Mapping[str, Any]] = run["cards"]
    if len(cards) > MOST:
        return ""
    right = max(card["x"] + card["w"] / 2 for card in cards) + ROOM
    bottom = max(card["y"] + card["h"] / 2 for card in cards) + ROOM
    left = min(card["x"] - card["w"] / 2 for card in cards) - ROOM
    reached = {run["root"]: run["seed"]}
    reached |= {run["arrows"][step["arrow"]]["tail"]: step["after"] for step in run["steps"] if "after" in step}
    parts = [_draw_arrow(arrow) for arrow in run["arrows"]]
    parts += [_draw_card(card, reached.get(i), i == run["root"], run["line"]) for i, card in enumerate(cards)]
    box = f"{left:.0f} {-ROOM} {right - left:.0f} {bottom + ROOM:.0f}"
    said = "The graph with its numbers and gradients, after the backward pass"
    return f'<svg class="drawn" role="img" viewBox="{box}"><title>{said}</title>{"".join(parts)}</svg>'


def _draw_arrow(arrow: Mapping[str, Any]) -> str:
    (x, y), *rest = arrow["line"]
    path = f"M{x},{y}"
    for end_x, end_y in rest:
        middle = (x + end_x) / 2
        path += f"C{middle},{y} {middle},{end_y} {end_x},{end_y}"
        x, y = end_x, end_y
    kind = "arrow step" if arrow.get("step") else "arrow"
    return f'<g class="{kind}"><path d="{path}"/><path class="tip" d="M{x - 8},{y - 4}L{x},{y}L{x - 8},{y + 4}Z"/></g>'


def _draw_card(card: Mapping[str, Any], gradient: Sequence[str] | None, is_root: bool, line: float) -> str:
    left, right, top = -card["w"] / 2 + 9, card["w"] / 2 - 9, -card["h"] / 2
    kind = "card" + " leaf" * (not card["inputs"]) + " root" * is_root
    equation = f'<tspan class="equation"> = {escape(card["equation"])}</tspan>' if card["equation"] else ""
    texts = [f'<text x="{left}" y="{top + 17}"><tspan class="name">{escape(card["heading"])}</tspan>{equation}</text>']
    first = 0
    for word, kind_of_number, lines in (("data", "", card["data"]), ("grad", " gradient", gradient or ["–"])):
        texts.append(f'<text class="word" x="{left}" y="{top + 33 + line * first}">{word}</text>')
        for k, number in enumerate(lines):
            y = top + 33 + line * (first + k)
            texts.append(f'<text class="number{kind_of_number}" x="{right}" y="{y}">{escape(number)}</text>')
        first += len(card["data"])
    box = f'<rect x="{-card["w"] / 2}" y="{top}" width="{card["w"]}" height="{card["h"]}" rx="7"/>'
    return f'<g class="{kind}" transform="translate({card["x"]},{card["y"]})">{box}{"".join(texts)}</g>'
