"""A trace as the page's script reads it: plain lists and texts, every number as pictures write it."""

from dataclasses import replace
from functools import cache
from math import ceil
from typing import Any

import numpy as np

from ..drawing.equations import NEARLY, Equation, word_forward, word_product, word_sum
from ..drawing.formatting import Grid, format_exactly, format_grid, is_small
from ..drawing.formula import spell, spell_flows, spell_slopes
from ..drawing.labels import breadth, clean, cut
from ..drawing.letters import choose_letters
from ..drawing.naming import name_nodes
from ..drawing.view import FEW
from ..languages import say
from ..node import Node, data_of
from .maps import describe_maps
from .page_folds import describe_frames, name_outputs, nest
from .placement import BETWEEN
from .trace import Delivery, Trace

LETTER, SMALL, DIGIT, LINE = 8.0, 6.6, 7.3, 16.0  # of a card's text, in pixels
SPOTS = {"side": 9, "name": 17, "first": 33, "line": LINE, "maps": 22, "gap": 8}
"""Where things stand on a card, in pixels: text from its side; from its top the baselines of its name and of its first
line, and its heat maps, these without its lines; from one line to the next; from one map to the next."""
WIDEST_MAP, HIGHEST_MAP, LARGEST_CELL, SMALLEST = 90.0, 60.0, 12.0, 3.0  # of a heat map on a card; a cell, a side
TOP, BUTTON = 30.0, 30.0  # above a card's numbers; right of a closed card's name
MARGIN, BESIDE, NARROWEST = 20.0, 40.0, 118.0  # of a card: around it, left of its numbers, at least
LONGEST, LONGEST_LINE = 26, 160  # letters of a name or an equation: on a card, beside it


def describe_run(run: Trace) -> dict[str, Any]:
    """What the page is told of a run: its cards, its arrows and its steps.

    >>> from autograd_mini import Value
    >>> from autograd_mini.stepping.trace import trace
    >>> told = describe_run(trace(2 * Value(3.0, label="x")))
    >>> [card["name"] for card in told["cards"]], [step["kind"] for step in told["steps"]]
    (['x', '2·x'], ['given', 'forward', 'seed', 'backward', 'done'])
    >>> told["steps"][3]["contribution"]
    ['2']
    """
    index = {node: i for i, node in enumerate(run.graph.nodes)}
    nested = nest(run)
    names = name_outputs(nested, name_nodes(run.graph.nodes))
    cards = [_describe_card(run, node, index, names) for node in run.graph.nodes]
    uses = [(node, i, x) for node in run.graph.nodes for i, x in enumerate(node.inputs) if isinstance(x, Node)]
    number_of = {(index[node], i): k for k, (node, i, _) in enumerate(uses)}
    delivered = [_describe_step(step, number_of[index[step.head], step.position]) for step in run.deliveries]
    for delivery, told in zip(run.deliveries, delivered, strict=True):  # a sum on its way may be longer than its end
        card = cards[index[delivery.tail]]
        card["w"] = max(card["w"], _measure_width(told["after"]))
    words = _spell_arrows(run, names)
    arrows: list[dict[str, Any]] = [
        {"tail": index[x], "head": index[node], "position": i}
        | ({"formula": words[node, i]} if (node, i) in words else {"step": True})
        for node, i, x in uses
    ]
    frame_of, frames = describe_frames(run, nested, names, number_of)
    for card, place, maps in zip(cards, frame_of, describe_maps(run), strict=True):
        card["frame"] = place
        card |= maps
        if card.get("brief"):
            card |= _measure_maps(card)
    for frame in frames:
        if fold := frame.get("fold"):
            fold |= _measure_fold(fold, cards)
    computed = [{"kind": "forward", "card": i} for i, node in enumerate(run.graph.nodes) if node.inputs]
    steps = [{"kind": "given"}, *computed, {"kind": "seed"}, *delivered, {"kind": "done"}]
    return {
        "spots": SPOTS,
        "digit": DIGIT,
        "fitting": ceil(BETWEEN / DIGIT),  # letters of what stands beside an arrow: from column to column
        "few": FEW,
        "root": index[run.graph.root],
        "seed": write_lines(run.right[run.graph.root]),
        "cards": cards,
        "arrows": arrows,
        "steps": steps,
        "frames": frames,
    }


def _describe_card(run: Trace, node: Node, index: dict[Node, int], names: dict[Node, str]) -> dict[str, Any]:
    computed = computed_of_numbers = ""
    worded, shown = None, format_grid(node.data)
    if node.rule is not None:
        computed = clean(spell(node, _name_inputs(node, names)))
        if computed.replace(" × ", "·") == names[node]:  # then the name says it
            computed = ""
        worded = word_forward(node)
        if all(np.shape(data_of(x)) == () for x in node.inputs):
            computed_of_numbers = clean(spell(node, [number for ((number,),) in worded.operands]))
            shown = worded.result
    right = run.right.get(node)
    data, gradient = _write_lines(node.data, shown), ["–"] if right is None else write_lines(right)
    name, equation = cut(names[node], LONGEST), cut(computed, LONGEST)
    heading = MARGIN + LETTER * (breadth(name) + (breadth(equation) + 3 if equation else 0))
    card = {
        "name": names[node],
        "heading": name,
        "equation": equation,
        "operation": clean(node.name),
        "inputs": [index[x] for x in node.inputs if isinstance(x, Node)],
        "computes": cut(computed, LONGEST_LINE),
        "numbers": cut(computed_of_numbers, LONGEST_LINE),
        "sign": _write_sign(worded) if computed_of_numbers and worded else "",
        "exact": format_exactly(node.data),
        "scalar": node.shape == (),
        "data": data,
        "w": max(NARROWEST, heading, _measure_width(data), _measure_width(gradient)),
        "h": TOP + LINE * (len(data) + len(gradient)),
    }
    if np.size(node.data) and not is_small(node.data):
        card["brief"] = True
    if right is not None:
        card["size"] = float(np.nan_to_num(np.max(np.abs(right), initial=0.0)))
    reached = run.gradient.get(node)
    if right is not None and (reached is None or not np.array_equal(reached, right, equal_nan=True)):
        card["right"] = gradient
    return card


def _spell_arrows(run: Trace, names: dict[Node, str]) -> dict[tuple[Node, int], str]:
    """For each arrow its local derivative in words; where there is none, all that flows back."""
    local = cache(lambda node: spell_slopes(node, _name_inputs(node, names)))
    letters = choose_letters(names.values())
    whole = cache(lambda node: spell_flows(node, _name_inputs(node, names), replace(letters, output=names[node])))
    return {
        (step.head, step.position): clean((whole if step.local is None else local)(step.head)[step.position])
        for step in run.deliveries
    }


def _name_inputs(node: Node, names: dict[Node, str]) -> list[str]:
    """How a formula calls the inputs of a node."""
    return [cut(names[x], LONGEST) if isinstance(x, Node) else write_inline(x) for x in node.inputs]


def _describe_step(step: Delivery, arrow: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": "backward",
        "arrow": arrow,
        "scalar": np.shape(step.contribution) == np.shape(step.upstream) == (),
        "upstream": write_lines(step.upstream),
        "contribution": write_lines(step.contribution),
        "after": write_lines(step.after),
        "exact": format_exactly(step.contribution),
        "exactly": format_exactly(step.after),
        "awaited": step.awaited,
        "pending": step.pending,
    }
    if step.local is not None:
        product = word_product(step.upstream, step.local, step.contribution)
        upstream, local = product.operands
        told |= {
            "upstream": _write_lines(step.upstream, upstream),
            "local": _write_lines(step.local, local),
            "sign": _write_sign(product),
            "contribution": _write_lines(step.contribution, product.result),
        }
    if step.before is not None:
        total = word_sum([step.before, step.contribution], step.after)
        before, added = total.operands
        told |= {
            "before": _write_lines(step.before, before),
            "added": _write_lines(step.contribution, added),
            "total": _write_sign(total),
            "after": _write_lines(step.after, total.result),
        }
    return told


def _measure_maps(card: dict[str, Any]) -> dict[str, Any]:
    """Width and height of a card with the heat maps of data and gradient below its numbers, and of the maps."""
    rows, columns = card["map"]["rows"], card["map"]["columns"]
    side = min(WIDEST_MAP / columns, HIGHEST_MAP / rows, LARGEST_CELL)
    width, height = max(side * columns, SMALLEST), max(side * rows, SMALLEST)
    across = width * (2 if "slope" in card else 1) + MARGIN + SPOTS["gap"]
    below = card["h"] + round(height) + SPOTS["gap"]
    return {"maps": [round(width), round(height)], "w": max(card["w"], across), "h": below}


def _measure_fold(fold: dict[str, Any], cards: list[dict[str, Any]]) -> dict[str, float]:
    """Width and height of a closed frame's card: its name, what it says, and the numbers of its output."""
    output = cards[fold["output"]] if fold["output"] >= 0 else None
    heading = breadth(fold["name"]) + (breadth(fold["label"]) + 3 if fold["label"] else 0)
    width = max(
        MARGIN + LETTER * heading + BUTTON,
        MARGIN + SMALL * max(map(breadth, fold["about"])),
        output["w"] if output else NARROWEST,
    )
    lines = len(fold["about"]) + (output["h"] - TOP) / LINE if output else len(fold["about"])
    return {"w": width, "h": TOP + LINE * lines}


def _write_sign(equation: Equation) -> str:
    """The sign of an equation; none where the result bears its own."""
    is_said = equation.sign == NEARLY and equation.result[0][0].startswith(NEARLY)
    return "" if is_said else equation.sign


def _measure_width(rows: list[str]) -> float:
    return MARGIN + BESIDE + DIGIT * max(map(breadth, rows))


def write_lines(data: Any) -> list[str]:
    """A number as text; a small array row by row; of a larger one the shape and the norm.

    >>> write_lines(0.5), write_lines(np.array([[1.0, 10.0], [0.5, 2.0]])), write_lines(np.ones((10, 10)))
    (['0.5'], ['[1.0 10.0]', '[0.5  2.0]'], ['shape (10, 10)', 'norm 10'])
    """
    return _write_lines(data, format_grid(data))


def _write_lines(data: Any, rows: Grid) -> list[str]:
    """The lines of data whose numbers are written in that grid."""
    if np.shape(data) == ():
        return [rows[0][0]]
    if not is_small(data):  # then they are the range and the norm
        return [say("shape {0}", np.shape(data)), rows[-1][0]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [f"[{' '.join(cell.rjust(w) for cell, w in zip(row, widths, strict=True))}]" for row in rows]


def write_inline(data: Any) -> str:
    """A constant within a line: a number in all digits, or an array's shape.

    >>> write_inline(2.0), write_inline(np.ones((3, 2)))
    ('2', 'array(3, 2)')
    """
    data = data_of(data)
    return format_exactly(data) if np.shape(data) == () else f"array{np.shape(data)}"
