"""How large a picture will be, before any drawing program is asked: cards, wires and columns, in points."""

from collections import defaultdict
from functools import lru_cache

from .cards import Arrow, Card, View
from .formatting import Grid
from .labels import breadth, cut

# Widths of a letter and heights of a line are those of the layout's fonts, at most; gaps those that it is told.
WORD, SMALL_WORD, DIGIT, SMALL_DIGIT = 6.5, 4.9, 6.65, 6.05
LINE, SMALL_LINE, HEADING, EDGES = 15.5, 14.0, 18.0, 12.0
BETWEEN, BESIDE = 12.0, 9.0  # columns; cards of a column
FRAME, FRAME_TOP = 8.0, 22.0
LONGEST = 60  # letters of a label: more would push everything else off the picture
MOST_LINES, SUM_WIDTH = 5, 22  # of a sum on a card; letters a line

Size = tuple[float, float]


def measure_card(card: Card) -> Size:
    """The width and height of a card.

    >>> short, long = (measure_card(Card("n0", "leaf", label="y" * letters)) for letters in (4, 40))
    >>> short[0] < long[0], short[1] == long[1]
    (True, True)
    """
    words = card.label, card.operation, card.parameters
    return _measure(card.kind, words, (card.array, *card.about), card.data, card.grad, card.flows, card.count > 1)


@lru_cache(maxsize=4096)  # a picture is measured in many a layout
def _measure(
    kind: str,
    words: tuple[str, str, str],
    lines: tuple[str, ...],
    data: Grid,
    grad: Grid,
    flows: tuple[str, ...],
    is_many: bool,
) -> Size:
    label, operation, parameters = words
    small = [line for line in lines if line]
    if kind == "reference":
        width = max(WORD * breadth(label), *(SMALL_DIGIT * breadth(line) for line in (*small, "")))
        return width + 8.0, LINE + SMALL_LINE * len(small) + 4.0
    if kind == "constant":
        small += [label] * bool(label)
        width = max([_measure_grid(data), *(SMALL_WORD * breadth(line) for line in small)])
        return width + 8.0, SMALL_LINE * len(small) + LINE * len(data) + 6.0
    heading = WORD * breadth(cut(f"{label}   {operation} {parameters}".strip(), LONGEST)) + (40.0 if is_many else 0.0)
    named = 30.0 + max(_measure_grid(data), _measure_grid(grad))
    sums = min(MOST_LINES, len(" + ".join(flows)) // SUM_WIDTH + 1) if flows else 0
    width = max([heading, named, *(SMALL_WORD * breadth(line) for line in small)])
    return width + EDGES, HEADING + SMALL_LINE * len(small) + LINE * (len(data) + len(grad) + sums) + EDGES


def _measure_grid(grid: Grid) -> float:
    if not grid:
        return 0.0
    columns = max(map(len, grid))
    wide = [max(len(line[i]) for line in grid if i < len(line)) for i in range(columns)]
    has_bars = len(grid) * columns > 1 and not grid[-1][0].startswith("norm")
    return DIGIT * (sum(wide) + (2.0 * columns if has_bars else 0.0))


def measure_wire(arrow: Arrow, lines: list[str], is_down: bool) -> Size:
    """The width and height of an arrow's numbers; lines: what flows back.

    >>> measure_wire(Arrow("e1_0", "n0", "n1", forward="2"), ["1 × 3", "= 3"], is_down=False)[1]
    64.0
    """
    letters = max(breadth(arrow.forward), *map(breadth, lines))
    if is_down:
        return 2.0 * (SMALL_DIGIT * letters + 8.0), 15.0 * len(lines) + 4.0
    return SMALL_DIGIT * letters + 8.0, 2.0 * (15.0 * len(lines) + 2.0)


def measure_columns(
    shown: View, column: dict[str, int], wires: dict[str, Size], *, is_down: bool = False
) -> tuple[dict[float, float], dict[float, float]]:
    """How far each column reaches in the direction of the arrows, and across; between columns c and c + 1 is c + 0.5.

    column: of each card. wires: the size of the numbers of each arrow that bears some, by key.
    """
    along, across = (1, 0) if is_down else (0, 1)
    deep: dict[float, float] = defaultdict(float)
    broad: dict[float, float] = defaultdict(float)
    for card in shown.cards:
        place, size = float(column[card.key]), measure_card(card)
        deep[place] = max(deep[place], size[along])
        broad[place] += size[across] + BESIDE + 0.5 * FRAME * _count_levels(card.frames)
    for arrow in shown.arrows:
        start, end = sorted((column[arrow.tail], column[arrow.head]))
        if arrow.key in wires and start != end:
            deep[start + 0.5] = max(deep[start + 0.5], wires[arrow.key][along])
            broad[start + 0.5] += wires[arrow.key][across] + BESIDE
        for passed in range(start + 1, end):
            broad[passed] += BESIDE
    return deep, broad


@lru_cache(maxsize=4096)
def _count_levels(frames: tuple[tuple[str, str], ...]) -> int:
    """How many frames are drawn: those with a name."""
    return sum(bool(name) for _, name in frames)


def measure_picture(shown: View, column: dict[str, int], wires: dict[str, Size], *, is_down: bool) -> Size:
    """The width and height of a layout in columns, or downwards in rows; arguments as of `measure_columns`."""
    deep, broad = measure_columns(shown, column, wires, is_down=is_down)
    around = {card.frames for card in shown.cards}
    frames = {frame for frames in around for frame in frames if frame[1]}
    levels = max(map(_count_levels, around), default=0)
    length = sum(deep.values()) + BETWEEN * 2 * max(column.values(), default=0) + FRAME * (2 * levels + len(frames))
    breadth = max(broad.values(), default=0.0) + (FRAME + FRAME_TOP) * levels
    width, height = (breadth, length) if is_down else (length, breadth)
    return width + 20.0, height
