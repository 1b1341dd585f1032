"""The layout of a picture: what Graphviz is asked for, or, where that would take it minutes, every place."""

import math
from collections import Counter
from typing import NamedTuple

from .view import Card, View

Attributes = dict[str, str]

# Graphviz cuts an arrow into a piece for each column it crosses; its time grows with the square of the pieces:
# 200 nodes that share an input take minutes at leisure. Up to each bound it needs about a second.
LEISURE = 1_500  # pieces, up to which it searches as long as it likes
BOUNDED = 6_000  # pieces, up to which it searches in haste
DEEP = 100  # columns, beyond which a picture would be a thread: it is folded into lines, as text is

HASTE = {"nslimit": "0.1", "nslimit1": "0.1", "mclimit": "0.1", "splines": "line"}
FOLDED = {"layout": "nop", "splines": "line"}  # nop: every place is given

LINE, CHARACTER, GAP = 16, 7, 150  # points: what text takes on a card, and what is left between columns


DENSE = 3  # arrows a card, beyond which their numbers would bury the picture
WIDE = 6  # columns, beyond which a graph that is deeper than broad reads better downwards
ACROSS, DOWN = (170, 75), (150, 105)  # points that a card takes with its arrows, by direction: column, row


class Layout(NamedTuple):
    """Attributes of the graph and of cards, by key, and whether arrows have wires: places where their numbers stand."""

    graph: Attributes
    cards: dict[str, Attributes]
    has_wires: bool


def choose_layout(shown: View, direction: str | None = None) -> Layout:
    """What keeps a layout within seconds; very large graphs and dense ones have no wires.

    direction: "right" or "down"; None for what fits a screen better.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing.view import build_view
    >>> from autograd_mini.snapshot import Snapshot
    >>> choose_layout(build_view(Snapshot(Value(2.0) * Value(3.0))))
    Layout(graph={}, cards={}, has_wires=True)
    """
    column = find_columns(shown)
    pieces = sum(abs(column[arrow.head] - column[arrow.tail]) for arrow in shown.arrows)
    if pieces > BOUNDED or max(column.values()) > DEEP:
        middles = place_in_lines(shown, column)
        return Layout(FOLDED, {key: {"pos": f"{x},{y}"} for key, (x, y) in middles.items()}, False)
    whole = HASTE if pieces > LEISURE else {}
    is_down = _is_deep(column) if direction is None else direction == "down"
    has_room = len(shown.arrows) <= DENSE * len(shown.cards)
    return Layout(whole | ({"rankdir": "TB"} if is_down else {}), {}, has_room)


def _is_deep(column: dict[str, int]) -> bool:
    deep = max(column.values()) + 1
    broad = max(Counter(column.values()).values())
    return deep > WIDE and broad * DOWN[0] < deep * ACROSS[0]


def find_columns(shown: View) -> dict[str, int]:
    """For each card its column: an operation's after its inputs', a leaf's before its first use, a constant's at it.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing.view import build_view
    >>> from autograd_mini.snapshot import Snapshot
    >>> find_columns(build_view(Snapshot(2 * Value(3.0))))
    {'n0': 0, 'n1_0': 1, 'n1': 1}
    """
    column = {card.key: 0 for card in shown.cards}
    age = {card.key: i for i, card in enumerate(shown.cards)}
    onwards = [arrow for arrow in shown.arrows if age[arrow.tail] < age[arrow.head]]  # folds may point back
    for arrow in onwards:
        column[arrow.head] = max(column[arrow.head], column[arrow.tail] + 1)
    first_use: dict[str, int] = {}
    for arrow in onwards:
        use = column[arrow.head] - (not arrow.is_constant)
        first_use[arrow.tail] = min(first_use.get(arrow.tail, use), use)
    operations = {card.key for card in shown.cards if card.kind not in ("leaf", "constant")}
    return column | {key: use for key, use in first_use.items() if key not in operations}


def place_in_lines(shown: View, column: dict[str, int]) -> dict[str, tuple[int, int]]:
    """For each card its middle, in points: columns broken where they are tall, and folded into lines.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing.view import build_view
    >>> from autograd_mini.snapshot import Snapshot
    >>> shown = build_view(Snapshot(2 * Value(3.0)))
    >>> place_in_lines(shown, find_columns(shown))
    {'n0': (0, -40), 'n1': (164, -40), 'n1_0': (164, -8)}
    """
    size = {card.key: _measure_height(card) for card in shown.cards}
    constants = [arrow for arrow in shown.arrows if arrow.is_constant]
    lane = max((size[arrow.tail] for arrow in constants), default=0)  # above and below each card
    nodes = sorted((card.key for card in shown.cards if card.kind != "constant"), key=column.__getitem__)
    longest = max(len("".join(row)) + len(row) for card in shown.cards for row in (*card.data, *card.grad))
    width = GAP + CHARACTER * longest
    page = math.sqrt(sum(size[key] + 2 * lane for key in nodes) * width / 1.5)  # half as wide again as high

    spot = {}  # which column after breaking, and how far below its top
    x = depth = tallest = 0
    for last, key in zip(nodes[:1] + nodes, nodes, strict=False):
        if column[key] > column[last] or depth > page:
            x, depth = x + 1, 0
        spot[key] = x, depth + lane + size[key] // 2
        depth += lane + size[key] + lane
        tallest = max(tallest, depth)

    height = tallest + GAP // 2
    in_line = math.ceil(math.sqrt(1.5 * (x + 1) * height / width))
    middle = {key: (x % in_line * width, -(x // in_line * height + y)) for key, (x, y) in spot.items()}
    for arrow in constants:  # above their operation where they are its first input, else below
        x, y = middle[arrow.head]
        away = (size[arrow.head] + size[arrow.tail]) // 2
        middle[arrow.tail] = (x, y - away) if arrow.position else (x, y + away)
    return middle


def _measure_height(card: Card) -> int:
    lines = len(card.data) + bool(card.array) + (bool(card.label) and card.kind == "constant")
    return LINE * (lines if card.kind == "constant" else lines + len(card.grad) + 1)
