"""A page's graph as it stands at the end, for where no script runs and for paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ..languages import say
from .placement import place_cards

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
    shown = _close(run)
    if len(shown.cards) > MOST:
        return ""
    cards = shown.cards
    spot = place_cards([(card["w"], card["h"]) for card in cards], [(tail, head) for tail, head, _ in shown.arrows])
    right = max(x + card["w"] / 2 for card, (x, _) in zip(cards, spot.cards, strict=True)) + ROOM
    bottom = max(y + card["h"] / 2 for card, (_, y) in zip(cards, spot.cards, strict=True)) + ROOM
    left = min(x - card["w"] / 2 for card, (x, _) in zip(cards, spot.cards, strict=True)) - ROOM
    parts = [_draw_arrow(line, is_step) for line, (_, _, is_step) in zip(spot.arrows, shown.arrows, strict=True)]
    parts += [_draw_card(card, place, run["spots"]) for card, place in zip(cards, spot.cards, strict=True)]
    box = f"{left:.0f} {-ROOM} {right - left:.0f} {bottom + ROOM:.0f}"
    said = say("The graph with its numbers and gradients, after the backward pass")
    return f'<svg class="drawn" role="img" viewBox="{box}"><title>{said}</title>{"".join(parts)}</svg>'


@dataclass(frozen=True, slots=True)
class _Shown:
    """The cards that stand on the page as it opens, and its arrows: start, end, whether nothing flows back."""

    cards: list[dict[str, Any]]
    arrows: list[tuple[int, int, bool]]


def _close(run: Mapping[str, Any]) -> _Shown:
    """The frames closed that stand closed; each card with the gradient that it ends with."""
    frames, cards = run["frames"], run["cards"]
    closed: list[int] = []  # for each frame the outermost closed one among it and those around it, or -1
    for i, frame in enumerate(frames):
        around = closed[frame["around"]] if frame["around"] >= 0 else -1
        closed.append(around if around >= 0 else i if frame.get("fold", {}).get("closed") else -1)
    box = [closed[card["frame"]] if card["frame"] >= 0 else -1 for card in cards]
    keys = [(box[i], -1) if box[i] >= 0 else (-1, i) for i in range(len(cards))]
    last = {key: i for i, key in enumerate(keys)}  # a closed frame stands where its youngest card is
    place = {key: k for k, key in enumerate(sorted(last, key=last.__getitem__))}
    reached = {run["root"]: run["seed"]}
    reached |= {run["arrows"][step["arrow"]]["tail"]: step["after"] for step in run["steps"] if "after" in step}

    def show(key: tuple[int, int]) -> dict[str, Any]:
        frame, i = key
        if frame < 0:
            return {**cards[i], "reached": reached.get(i), "root": i == run["root"], "about": []}
        fold = frames[frame]["fold"]
        output = cards[fold["output"]] if fold["output"] >= 0 else {"data": []}
        is_root = keys[run["root"]] == key
        heading = {"heading": fold["name"], "equation": fold["label"], "inputs": [-1], "data": output["data"]}
        heading |= {name: output[name] for name in ("map", "slope", "maps") if name in output}
        return {**fold, **heading, "reached": reached.get(fold["output"]), "root": is_root}

    uses = ((place[keys[a["tail"]]], place[keys[a["head"]]], bool(a.get("step"))) for a in run["arrows"])
    arrows = dict.fromkeys((tail, head, is_step) for tail, head, is_step in uses if tail != head)
    plain = [use for use in arrows if not (use[2] and (*use[:2], False) in arrows)]
    return _Shown([show(key) for key in place], plain)


def _draw_arrow(line: Sequence[tuple[float, float]], is_step: bool) -> str:
    (x, y), *rest = ((round(x), round(y)) for x, y in line)
    path = f"M{x},{y}"
    for end_x, end_y in rest:
        middle = (x + end_x) / 2
        path += f"C{middle},{y} {middle},{end_y} {end_x},{end_y}"
        x, y = end_x, end_y
    kind = "arrow step" if is_step else "arrow"
    return f'<g class="{kind}"><path d="{path}"/><path class="tip" d="M{x - 8},{y - 4}L{x},{y}L{x - 8},{y + 4}Z"/></g>'


def _draw_card(card: Mapping[str, Any], place: tuple[float, float], spots: Mapping[str, float]) -> str:
    left, right, top = spots["side"] - card["w"] / 2, card["w"] / 2 - spots["side"], -card["h"] / 2
    kind = "card" + " leaf" * (not card["inputs"]) + " root" * card["root"]
    equation = f'<tspan class="equation"> = {escape(card["equation"])}</tspan>' if card["equation"] else ""
    name = f'<tspan class="name">{escape(card["heading"])}</tspan>{equation}'
    texts, y = [f'<text x="{left}" y="{top + spots["name"]}">{name}</text>'], top + spots["first"]
    for words in card["about"]:
        texts.append(f'<text class="word" x="{left}" y="{y}">{escape(words)}</text>')
        y += spots["line"]
    grad = card["reached"] or ["–"]
    whole = card.get("right", grad)  # what a sweep in another order came too late for
    if whole != grad and len(whole) == len(grad) == 1:
        grad = [f"{grad[0]} ≠ {whole[0]}"]
    grids = (("data", "", card["data"]), ("grad", " gradient", grad)) if card["data"] else ()
    for word, kind_of_number, lines in grids:
        texts.append(f'<text class="word" x="{left}" y="{y}">{word}</text>')
        for number in lines:
            texts.append(f'<text class="number{kind_of_number}" x="{right}" y="{y}">{escape(number)}</text>')
            y += spots["line"]
    pictures = [card[kind]["sheets"][0] for kind in ("map", "slope") if kind in card] if "maps" in card else []
    for k, picture in enumerate(pictures):
        width, height = card["maps"]
        corner = f'x="{left + k * (width + spots["gap"])}" y="{y - spots["first"] + spots["maps"]}"'
        size = f'width="{width}" height="{height}" preserveAspectRatio="none"'
        texts.append(f'<image class="map" {corner} {size} href="data:image/png;base64,{picture}"/>')
    box = f'<rect x="{-card["w"] / 2}" y="{top}" width="{card["w"]}" height="{card["h"]}" rx="7"/>'
    return f'<g class="{kind}" transform="translate({round(place[0])},{round(place[1])})">{box}{"".join(texts)}</g>'
