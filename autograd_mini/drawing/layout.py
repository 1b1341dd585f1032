"""The layout of a picture: what Graphviz is asked for, or, where that would take it minutes, every place."""

import math
from collections import Counter, defaultdict
from dataclasses import replace
from typing import Literal, NamedTuple

from .cards import Arrow, Card, View
from .labels import break_words
from .measuring import Size, measure_picture, measure_wire
from .wrapping import break_lines, find_shared, refer, write_back

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

SCREENS = 2_049.0, 1_152.0  # points: two screens of 1366 × 768 pixels side by side, and as many below
SAFE = 0.92  # of the screens: a measure is not a layout
LEGEND = 80.0
MORE_LINES = 4  # than a picture's length asks for, at most
UNSURE = 1.35  # how much more room may be needed where arrows have to find their way around cards
BRIEF = 26  # letters of a line of what flows back, in words, where room is scarce


class Layout(NamedTuple):
    """What a layout is asked for, and what it will come to.

    Attributes of the graph and of cards, by key; whether arrows have wires: places where their numbers stand; the width
    and height to be expected, in points; and what is laid out: the view, with references where arrows would be long.
    """

    graph: Attributes
    cards: dict[str, Attributes]
    has_wires: bool
    size: Size
    shown: View

    @property
    def fits(self) -> bool:
        """Whether it is read on two screens by two."""
        return _find_excess(self.size) <= 1.0


def _find_excess(size: Size) -> float:
    """How many times as long or as high as the screens."""
    return max(size[0] / (SAFE * SCREENS[0]), size[1] / (SAFE * SCREENS[1]))


Way = Literal["whole", "lines", "bare lines"]
"""How a view is laid out: as a whole, or broken into lines, with numbers on the arrows or without."""


def choose_layout(shown: View, direction: str | None = None) -> Layout:
    """What keeps a layout within seconds and within the screens; very large graphs and dense ones have no wires.

    direction: "right" or "down"; None for what fits the screens. Where nothing fits them as it is, a leaf that is used
    again and again stands once, with references at its other uses; then a long picture breaks into lines.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing.view import build_view
    >>> from autograd_mini.snapshot import Snapshot
    >>> choose_layout(build_view(Snapshot(Value(2.0) * Value(3.0)))).graph
    {}
    """
    tried: list[Layout] = []
    ways: tuple[Way, ...] = ("whole", "lines", "bare lines")
    for way in ways:
        tried.append(lay_out(shown, way, direction))
        if tried[-1].fits or tried[-1].graph == FOLDED or direction == "down":
            break
    return min(tried, key=lambda layout: max(1.0, _find_excess(layout.size)))


def lay_out(shown: View, way: Way, direction: str | None = None) -> Layout:
    """The best layout of that way.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing.view import build_view
    >>> from autograd_mini.snapshot import Snapshot
    >>> lay_out(build_view(Snapshot(Value(2.0) * Value(3.0))), "whole").fits
    True
    """
    shared = find_shared(shown)
    if way == "whole":
        plain = _lay_out_whole(shown, direction)
        if plain.fits or plain.graph == FOLDED or not shared:
            return plain
        referred = _lay_out_whole(refer(shown, shared), direction)
        return min(plain, referred, key=lambda layout: _find_excess(layout.size))
    tried = _break_into_lines(shown, shared, has_wires=way == "lines" and _has_room(shown))
    return min(tried, key=lambda layout: max(1.0, _find_excess(layout.size)))


def _lay_out_whole(shown: View, direction: str | None) -> Layout:
    column = find_columns(shown)
    pieces = sum(abs(column[arrow.head] - column[arrow.tail]) for arrow in shown.arrows)
    if pieces > BOUNDED or max(column.values()) > DEEP:
        middles = place_in_lines(shown, column)
        xs, ys = zip(*middles.values(), strict=True)
        size = max(xs) - min(xs) + 2.0 * GAP, max(ys) - min(ys) + 2.0 * GAP
        return Layout(FOLDED, {key: {"pos": f"{x},{y}"} for key, (x, y) in middles.items()}, False, size, shown)
    whole = HASTE if pieces > LEISURE else {}
    has_wires = _has_room(shown)
    sizes = {way: _measure(shown, column, has_wires, is_down=way) for way in (False, True)}
    if direction is not None:
        is_down = direction == "down"
    else:
        is_down = _is_deep(column)
        if _find_excess(sizes[is_down]) > 1.0:
            is_down = min((is_down, not is_down), key=lambda way: _find_excess(sizes[way]))
    return Layout(whole | ({"rankdir": "TB"} if is_down else {}), {}, has_wires, sizes[is_down], shown)


def _break_into_lines(shown: View, shared: set[str], *, has_wires: bool) -> list[Layout]:
    """Layouts of ever more lines, until one fits or more would only be higher than long.

    Lines stand below one another, each a graph of its own: what crosses from one to another is a reference.
    """
    brief = replace(shown, arrows=tuple(replace(x, formula=break_words(x.formula, BRIEF)) for x in shown.arrows))
    whole = refer(brief, shared)
    column = _move_to_use(whole, find_columns(whole))
    length, _ = measure_picture(whole, column, _measure_wires(whole, has_wires, is_down=False), is_down=False)
    fewest = max(2, math.ceil(0.8 * length / SCREENS[0]))
    tried: list[Layout] = []
    for count in range(fewest, fewest + MORE_LINES + 1):
        tried.append(_lay_out_lines(brief, shared, break_lines(whole, column, count), has_wires))
        width, height = tried[-1].size
        if width <= SAFE * SCREENS[0] or width / SCREENS[0] <= height / SCREENS[1]:
            break
    return tried


def _lay_out_lines(shown: View, shared: set[str], line: dict[str, int], has_wires: bool) -> Layout:
    crossing = {arrow.key for arrow in shown.arrows if line[arrow.tail] != line[arrow.head]}
    broken = refer(shown, shared | crossing, line, has_numbers=has_wires)
    own = _move_to_use(broken, find_columns(broken))
    wires = _measure_wires(broken, has_wires, is_down=False)
    cards: dict[int, list[Card]] = defaultdict(list)
    arrows: dict[int, list[Arrow]] = defaultdict(list)
    for card in broken.cards:
        cards[card.line].append(card)
    for arrow in broken.arrows:
        arrows[line[arrow.head]].append(arrow)
    parts = [replace(broken, cards=tuple(cards[i]), arrows=tuple(arrows[i])) for i in range(max(line.values()) + 1)]
    height = sum(measure_picture(part, own, wires, is_down=False)[1] for part in parts)
    width = measure_picture(broken, own, wires, is_down=False)[0]
    goes_far = any(own[arrow.head] - own[arrow.tail] > 1 for arrow in broken.arrows)
    unsure = _measure_doubt(broken, own)
    higher = UNSURE if goes_far and not has_wires else unsure
    return Layout({}, {}, has_wires, (width * unsure, height * higher + LEGEND), broken)


def _move_to_use(shown: View, column: dict[str, int]) -> dict[str, int]:
    """The columns of cards that are moved to just before they are used, so far as that is after their inputs."""
    moved: dict[str, int] = dict(column)
    age = {card.key: i for i, card in enumerate(shown.cards)}
    uses: dict[str, int] = {}
    into: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for arrow in shown.arrows:
        if age[arrow.tail] < age[arrow.head]:
            into[arrow.head].append((arrow.tail, arrow.is_constant))
    for card in reversed(shown.cards):
        moved[card.key] = uses.get(card.key, moved[card.key])
        for tail, is_beside in into[card.key]:
            use = moved[card.key] - (not is_beside)
            uses[tail] = min(uses.get(tail, use), use)
    return moved


def _has_room(shown: View) -> bool:
    return len(shown.arrows) <= DENSE * len(shown.cards)


def _measure(shown: View, column: dict[str, int], has_wires: bool, *, is_down: bool) -> Size:
    width, height = measure_picture(shown, column, _measure_wires(shown, has_wires, is_down=is_down), is_down=is_down)
    unsure = _measure_doubt(shown, column)
    return width * unsure, height * unsure + LEGEND


def _measure_doubt(shown: View, column: dict[str, int]) -> float:
    """How much more room a picture may need than is measured: more where an arrow goes back to an earlier column."""
    return UNSURE if any(column[arrow.tail] > column[arrow.head] for arrow in shown.arrows) else 1.0


def _measure_wires(shown: View, has_wires: bool, *, is_down: bool) -> dict[str, Size]:
    numbered = [arrow for arrow in shown.arrows if has_wires and not arrow.is_constant and arrow.uses == 1]
    return {arrow.key: measure_wire(arrow, write_back(arrow), is_down) for arrow in numbered}


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
    operations = {card.key for card in shown.cards if card.kind not in ("leaf", "constant", "reference")}
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
