"""What a picture says where a pointer rests on it: the numbers of that card or arrow in all digits."""

import re
from html import escape

from ..languages import say
from .cards import Arrow, Card, View
from .formatting import format_exactly
from .labels import clean

# A group of the svg and its title, of which browsers make what they show on hover.
TITLED = re.compile(r'(<g id="([^"]+)" class="(?:node|edge)[^"]*">\s*<title>)[^<]*(</title>)')


def _tell(bearer: Card | Arrow) -> str:
    names = {"upstream": say("upstream"), "local": say("local"), "contribution": say("contribution")}
    return "; ".join(f"{names.get(name, name)} {format_exactly(data)}" for name, data in bearer.exact)


def add_digits(svg: str, shown: View) -> str:
    """The svg with all digits in the title of each card and of each arrow's numbers and lines.

    >>> from autograd_mini import Value
    >>> from autograd_mini.drawing.view import build_view
    >>> from autograd_mini.snapshot import Snapshot
    >>> shown = build_view(Snapshot(Value(1 / 3, label="x")))
    >>> add_digits('<g id="n0" class="node leaf"><title>n0</title>', shown)
    '<g id="n0" class="node leaf"><title>x: data 0.3333333333333333</title>'
    """
    words = {card.key: ": ".join(filter(None, (card.name, _tell(card)))) for card in shown.cards}
    words |= {arrow.key: _tell(arrow) for arrow in shown.arrows}

    def tell(found: re.Match[str]) -> str:
        key = re.sub("_(start|end)$", "", found[2])
        return f"{found[1]}{escape(clean(words.get(key, '')))}{found[3]}"

    return TITLED.sub(tell, svg)
