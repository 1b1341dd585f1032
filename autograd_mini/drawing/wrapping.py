"""References: an arrow that would cross a picture ends at a small card that names where it comes from."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace

from .cards import Arrow, Card, View
from .equations import join

SHARED = 4  # arrows from one card, beyond which all but the first are references
MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
LONGEST = 20  # letters of a name


def find_shared(shown: View) -> set[str]:
    """The arrows, by key, that lead from a leaf that stands by its first use to its others.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing.view import build_view
    >>> from autograd_mini.snapshot import Snapshot
    >>> x = Value(2.0, label="x")
    >>> sorted(find_shared(build_view(Snapshot(x * x * x * x))))
    ['e1_1', 'e2_1', 'e3_1']
    """
    leaves = {card.key for card in shown.cards if card.is_leaf}
    uses: dict[str, list[str]] = defaultdict(list)
    for arrow in shown.arrows:
        if arrow.tail in leaves:
            uses[arrow.tail].append(arrow.key)
    return {key for keys in uses.values() if len(keys) >= SHARED for key in keys[1:]}


def refer(shown: View, cut: Collection[str], band: dict[str, int] | None = None, *, has_numbers: bool = True) -> View:
    """The view with references in the place of arrows, by key; band: in which line of the picture each card stands.

    A frame that reaches over several lines is one in each. has_numbers: whether references tell what flows.
    """
    cards = {card.key: card for card in shown.cards}
    labels = Counter(card.label for card in shown.cards)
    named: dict[str, str] = {}
    before: dict[str, list[Card]] = defaultdict(list)
    arrows = []
    for arrow in shown.arrows:
        if arrow.key not in cut:
            arrows.append(arrow)
            continue
        tail = cards[arrow.tail]
        name = tail.name
        if labels[tail.label] > 1 or not tail.label:
            named.setdefault(tail.key, _write_mark(len(named)))
            name = f"{name} {named[tail.key]}"
        key = f"r{arrow.key}"
        head = cards[arrow.head]
        flows = (arrow.forward, *write_back(arrow)) if has_numbers else ()
        about = flows if arrow.uses == 1 else (f"× {arrow.uses:,}",)
        words = tuple(line for line in about if line.strip())
        before[head.key].append(Card(key, "reference", label=name, about=words, frames=head.frames, order=tail.order))
        arrows.append(replace(arrow, tail=key, is_constant=True, uses=1))
    found = []
    for card in shown.cards:
        for each in (*before[card.key], card):
            mark = named.get(each.key, "")
            if band is None:
                found.append(replace(each, mark=mark) if mark else each)
                continue
            where = band[card.key]
            frames = tuple((f"{frame}_{where}" if where else frame, name) for frame, name in each.frames)
            found.append(replace(each, frames=((f"line{where}", ""), *frames), mark=mark, line=where))
    return replace(shown, cards=tuple(found), arrows=tuple(arrows))


def _write_mark(count: int) -> str:
    return MARKS[count] if count < len(MARKS) else f"({count + 1})"


def write_back(arrow: Arrow) -> list[str]:
    """What flows back over an arrow, line by line.

    >>> write_back(Arrow("e1_0", "n0", "n1", upstream=(("2",),), local=(("3",),), contribution=(("6",),)))
    ['2 × 3', '= 6']
    """
    if arrow.is_step or not (arrow.local or arrow.formula):
        return [" "]
    if not arrow.local:
        return [*arrow.formula.split("\n"), *("  ".join(line) for line in arrow.contribution)]
    product = f"{arrow.upstream[0][0]} × {arrow.local[0][0]}"
    return [product, join(arrow.sign, arrow.contribution[0][0])] if arrow.contribution else [product]


def break_lines(shown: View, column: dict[str, int], count: int) -> dict[str, int]:
    """For each card the line it stands in, of so many; what is used first in a line stands there.

    column: of each card, as near to its use as it can be.
    """
    length = -(-(max(column.values()) + 1) // count)
    line = {card.key: column[card.key] // length for card in shown.cards}
    first: dict[str, int] = {}
    for arrow in shown.arrows:
        first[arrow.tail] = min(first.get(arrow.tail, count), line[arrow.head])
    held = [card.key for card in shown.cards if card.key in first and (card.kind == "constant" or card.is_leaf)]
    return line | {key: first[key] for key in held}


def find_firsts(shown: View) -> list[str]:
    """Of each line of a broken picture the card that it begins with; none where there is one line alone."""
    first: dict[int, str] = {}
    heads = {arrow.head for arrow in shown.arrows if not arrow.is_constant}
    for card in shown.cards:
        if card.key not in heads and card.kind not in ("constant", "reference"):
            first.setdefault(card.line, card.key)
    return [first[line] for line in sorted(first)] if len(first) > 1 else []
