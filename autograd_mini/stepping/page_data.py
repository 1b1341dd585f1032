"""A trace as the page's script reads it: plain lists and texts, every number as pictures write it."""

from functools import cache
from math import ceil
from typing import Any

import numpy as np

from ..drawing.formatting import format_grid, format_number, is_small
from ..drawing.formula import spell, spell_flows, spell_slopes
from ..drawing.labels import clean, cut
from ..node import Node, data_of
from .placement import BETWEEN, place_cards
from .trace import Delivery, Trace

LETTER, DIGIT, LINE = 8.0, 7.3, 16.0  # of a card's text, in pixels
MARGIN, BESIDE, NARROWEST = 20.0, 40.0, 118.0  # of a card: around it, left of its numbers, at least
LONGEST, LONGEST_LINE = 26, 160  # letters of a name or an equation: on a card, beside it


def describe_run(run: Trace) -> dict[str, Any]:
    """What the page is told of a run: its cards, its arrows and its steps.

    >>> from autograd_mini import Value
    >>> from autograd_mini.stepping.trace import trace
    >>> told = describe_run(trace(2 * Value(3.0, label="x")))
    >>> [card["name"] for card in told["cards"]], [step["kind"] for step in told["steps"]]
    (['x', '#1'], ['given', 'forward', 'seed', 'backward', 'done'])
    >>> told["steps"][3]["contribution"]
    ['2']
    """
    index = {node: i for i, node in enumerate(run.graph.nodes)}
    names = {node: clean(node.label) if node.label else f"#{i}" for node, i in index.items()}
    cards = [_describe_card(run, node, index, names) for node in run.graph.nodes]
    for delivery in run.deliveries:  # a sum on its way may be longer than its end
        card = cards[index[delivery.tail]]
        card["w"] = max(card["w"], _measure_width(write_lines(delivery.after)))

    uses = [(node, i, x) for node in run.graph.nodes for i, x in enumerate(node.inputs) if isinstance(x, Node)]
    words = _spell_arrows(run, names)
    arrows: list[dict[str, Any]] = [
        {"tail": index[x], "head": index[node], "position": i}
        | ({"formula": words[node, i]} if (node, i) in words else {"step": True})
        for node, i, x in uses
    ]
    spot = place_cards([(card["w"], card["h"]) for card in cards], [(index[x], index[node]) for node, _, x in uses])
    for card, (x, y) in zip(cards, spot.cards, strict=True):
        card |= {"x": round(x), "y": round(y)}
    for arrow, points in zip(arrows, spot.arrows, strict=True):
        arrow["line"] = [[round(x), round(y)] for x, y in points]

    number_of = {(arrow["head"], arrow["position"]): k for k, arrow in enumerate(arrows)}
    computed = [{"kind": "forward", "card": i} for i, node in enumerate(run.graph.nodes) if node.inputs]
    upstream: dict[int, list[str]] = {}  # written once for all the arrows of a node
    for step in run.deliveries:
        if id(step.upstream) not in upstream:
            upstream[id(step.upstream)] = write_lines(step.upstream)
    delivered = [
        _describe_step(step, number_of[index[step.head], step.position], upstream[id(step.upstream)])
        for step in run.deliveries
    ]
    steps = [{"kind": "given"}, *computed, {"kind": "seed"}, *delivered, {"kind": "done"}]
    return {
        "line": LINE,
        "digit": DIGIT,
        "fitting": ceil(BETWEEN / DIGIT),  # letters of what stands beside an arrow: from column to column
        "root": index[run.graph.root],
        "seed": write_lines(run.right[run.graph.root]),
        "cards": cards,
        "arrows": arrows,
        "steps": steps,
    }


def _describe_card(run: Trace, node: Node, index: dict[Node, int], names: dict[Node, str]) -> dict[str, Any]:
    computed = computed_of_numbers = ""
    if node.rule is not None:
        computed = clean(spell(node, _name_inputs(node, names)))
        if all(np.shape(data_of(x)) == () for x in node.inputs):
            computed_of_numbers = clean(spell(node, [format_number(data_of(x)) for x in node.inputs]))
    right = run.right.get(node)
    data, gradient = write_lines(node.data), ["–"] if right is None else write_lines(right)
    name, equation = cut(names[node], LONGEST), cut(computed, LONGEST)
    heading = MARGIN + LETTER * (len(name) + (len(equation) + 3 if equation else 0))
    card = {
        "name": names[node],
        "heading": name,
        "equation": equation,
        "operation": clean(node.name),
        "inputs": [index[x] for x in node.inputs if isinstance(x, Node)],
        "computes": cut(computed, LONGEST_LINE),
        "numbers": cut(computed_of_numbers, LONGEST_LINE),
        "scalar": node.shape == (),
        "data": data,
        "w": max(NARROWEST, heading, _measure_width(data), _measure_width(gradient)),
        "h": 30 + LINE * (len(data) + len(gradient)),
    }
    if not is_small(node.data):
        card["brief"] = True
    reached = run.gradient.get(node)
    if right is not None and (reached is None or not np.array_equal(reached, right, equal_nan=True)):
        card["right"] = gradient
    return card


def _spell_arrows(run: Trace, names: dict[Node, str]) -> dict[tuple[Node, int], str]:
    """For each arrow its local derivative in words; where there is none, all that flows back."""
    local = cache(lambda node: spell_slopes(node, _name_inputs(node, names)))
    whole = cache(lambda node: spell_flows(node, _name_inputs(node, names), names[node]))
    return {
        (step.head, step.position): clean((whole if step.local is None else local)(step.head)[step.position])
        for step in run.deliveries
    }


def _name_inputs(node: Node, names: dict[Node, str]) -> list[str]:
    """How a formula calls the inputs of a node."""
    return [cut(names[x], LONGEST) if isinstance(x, Node) else write_inline(x) for x in node.inputs]


def _describe_step(step: Delivery, arrow: int, upstream: list[str]) -> dict[str, Any]:
    told = {
        "kind": "backward",
        "arrow": arrow,
        "scalar": np.shape(step.contribution) == np.shape(step.upstream) == (),
        "upstream": upstream,
        "contribution": write_lines(step.contribution),
        "after": write_lines(step.after),
        "awaited": step.awaited,
        "pending": step.pending,
    }
    return (
        told
        | ({} if step.local is None else {"local": write_lines(step.local)})
        | ({} if step.before is None else {"before": write_lines(step.before)})
    )


def _measure_width(rows: list[str]) -> float:
    return MARGIN + BESIDE + DIGIT * max(map(len, rows))


def write_lines(data: Any) -> list[str]:
    """A number as text; a small array row by row; of a larger one the shape and the norm.

    >>> write_lines(0.5), write_lines(np.array([[1.0, 10.0], [0.5, 2.0]])), write_lines(np.ones((10, 10)))
    (['0.5'], ['[1.0 10.0]', '[0.5  2.0]'], ['(10, 10)', 'norm 10'])
    """
    if np.shape(data) == ():
        return [format_number(data)]
    rows = format_grid(data)
    if not is_small(data):  # then they are the range and the norm
        return [str(np.shape(data)), rows[-1][0]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [f"[{' '.join(cell.rjust(w) for cell, w in zip(row, widths, strict=True))}]" for row in rows]


def write_inline(data: Any) -> str:
    """A constant within a line: a number, or an array's shape.

    >>> write_inline(2.0), write_inline(np.ones((3, 2)))
    ('2', 'array(3, 2)')
    """
    data = data_of(data)
    return format_number(data) if np.shape(data) == () else f"array{np.shape(data)}"
