"""Where each card stands and how each arrow runs: columns by age, ordered so that few arrows cross."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise

Size = tuple[float, float]
Point = tuple[float, float]

GAP = 18.0  # between cards of a column
LANE = 8.0  # what an arrow takes where it passes a column
BETWEEN = 120.0  # columns: room for the product on an arrow
ROUNDS = 12  # of ordering, and of straightening
MOST_LANES = 20_000  # beyond, arrows run straight across what is between


@dataclass(frozen=True, slots=True)
class Placement:
    """The middle of each card, and for each arrow the points it runs through, from its start to its end."""

    cards: list[Point]
    arrows: list[list[Point]]


def place_cards(sizes: list[Size], arrows: list[tuple[int, int]]) -> Placement:
    """Cards left to right, each after those it is computed from; a card's inputs come before it in the list.

    sizes: width and height of each card. arrows: (start, end) in the order of the inputs of each end.

    >>> place_cards([(100.0, 50.0), (60.0, 50.0)], [(0, 1)])
    Placement(cards=[(50.0, 25.0), (250.0, 25.0)], arrows=[[(100.0, 25.0), (220.0, 25.0)]])
    """
    column = _find_columns(len(sizes), arrows)
    heights = [height for _, height in sizes]
    lanes: dict[tuple[int, int], int] = {}  # (card, column) -> the spot that its arrows share there
    column_of = list(column)
    if sum(column[head] - column[tail] for tail, head in arrows) <= MOST_LANES:
        for tail, head in arrows:
            for between in range(column[tail] + 1, column[head]):
                if (tail, between) not in lanes:
                    lanes[tail, between] = len(column_of)
                    column_of.append(between)
                    heights.append(LANE)
    ways = [
        [tail, *([lanes[tail, c] for c in range(column[tail] + 1, column[head])] if lanes else []), head]
        for tail, head in arrows
    ]
    spots = _order(column_of, ways)
    y = _straighten(spots, ways, heights)
    x, left, right = _measure_columns(sizes, column)
    top = min(y[i] - heights[i] / 2 for i in range(len(y)))

    ports, entered = Counter(head for _, head in arrows), Counter[int]()
    lines = []
    for (tail, head), way in zip(arrows, ways, strict=True):
        entered[head] += 1
        port = y[head] + heights[head] * (entered[head] / (ports[head] + 1) - 0.5)
        middle = [(side[column_of[lane]], y[lane] - top) for lane in way[1:-1] for side in (left, right)]
        start = x[tail] + sizes[tail][0] / 2, y[tail] - top
        lines.append([start, *middle, (x[head] - sizes[head][0] / 2, port - top)])
    return Placement([(x[i], y[i] - top) for i in range(len(sizes))], lines)


def _find_columns(count: int, arrows: list[tuple[int, int]]) -> list[int]:
    """Each card a column after its last input; one without inputs in the column before its first use."""
    column, first_use = [0] * count, dict[int, int]()
    for tail, head in arrows:
        column[head] = max(column[head], column[tail] + 1)
    ends = {head for _, head in arrows}
    for tail, head in arrows:
        first_use[tail] = min(first_use.get(tail, column[head]), column[head])
    return [column[i] if i in ends else first_use.get(i, 1) - 1 for i in range(count)]


def _order(column_of: list[int], ways: list[list[int]]) -> list[list[int]]:
    """The spots of each column from above: each near the middle of its neighbours, which leaves few crossings."""
    before, after = defaultdict(list), defaultdict(list)
    for way in ways:
        for a, b in pairwise(way):
            before[b].append(a)
            after[a].append(b)
    spots: list[list[int]] = [[] for _ in range(max(column_of) + 1)]
    for spot in _read_backwards(column_of, before):
        spots[column_of[spot]].append(spot)
    rank = dict[int, float]()
    for column in spots:
        rank |= {spot: i for i, spot in enumerate(column)}
    for turn in range(ROUNDS):
        neighbours = after if turn % 2 else before
        for column in reversed(spots) if turn % 2 else spots:
            wanted = {
                spot: _average([rank[n] for n in neighbours[spot]]) if neighbours[spot] else rank[spot]
                for spot in column
            }
            column.sort(key=wanted.__getitem__)
            rank |= {spot: i for i, spot in enumerate(column)}
    return spots


def _read_backwards(column_of: list[int], before: dict[int, list[int]]) -> list[int]:
    """Every spot, from the last back along its inputs, the first input first: a tree is then free of crossings."""
    seen: dict[int, None] = {}
    for last in sorted(range(len(column_of)), key=column_of.__getitem__, reverse=True):
        waiting = [last]
        while waiting:
            spot = waiting.pop()
            if spot not in seen:
                seen[spot] = None
                waiting += reversed(before[spot])
    return list(seen)


def _straighten(spots: list[list[int]], ways: list[list[int]], heights: list[float]) -> list[float]:
    """Heights at which arrows run as straight as the cards of a column leave room for."""
    near = defaultdict(list)
    for way in ways:
        for a, b in pairwise(way):
            near[a].append(b)
            near[b].append(a)
    y = [0.0] * len(heights)
    for turn in range(ROUNDS):
        for column in reversed(spots) if turn % 2 else spots:
            wanted = [_average([y[n] for n in near[spot]]) if near[spot] else y[spot] for spot in column]
            for spot, place in zip(column, _keep_apart(wanted, [heights[spot] for spot in column]), strict=True):
                y[spot] = place
    return y


def _keep_apart(wanted: list[float], heights: list[float]) -> list[float]:
    """Placement near those wanted, in their order, so that nothing overlaps: neighbours that collide share a mean."""
    offsets = [0.0]
    for above, below in pairwise(heights):
        offsets.append(offsets[-1] + (above + below) / 2 + GAP)
    blocks: list[tuple[float, int]] = []  # (mean of what is wanted for the block's first place, how many)
    for place, offset in zip(wanted, offsets, strict=True):
        mean, count = place - offset, 1
        while blocks and blocks[-1][0] > mean:
            above, many = blocks.pop()
            mean, count = (above * many + mean * count) / (many + count), many + count
        blocks.append((mean, count))
    starts = [mean for mean, count in blocks for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def _measure_columns(sizes: list[Size], column: list[int]) -> tuple[list[float], list[float], list[float]]:
    """The middle of each card, and the left and the right edge of each column."""
    widest = [0.0] * (max(column) + 1)
    for (width, _), c in zip(sizes, column, strict=True):
        widest[c] = max(widest[c], width)
    left = [0.0]
    for width in widest[:-1]:
        left.append(left[-1] + width + BETWEEN)
    right = [a + width for a, width in zip(left, widest, strict=True)]
    return [(left[c] + right[c]) / 2 for c in column], left, right


def _average(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)
