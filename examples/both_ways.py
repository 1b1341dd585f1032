"""A page on which the same derivatives are computed forward and in reverse, side by side, and counted."""

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from telling import live_page

from autograd_mini import Value, sigmoid, write_whole
from autograd_mini.node import Node
from autograd_mini.snapshot import Snapshot

ACROSS, DOWN, WIDE, HIGH = 152, 92, 138, 44  # of the grid on which cards lie, and of a card


class Arrow(NamedTuple):
    """From one card to the one computed from it, with the local derivative."""

    tail: int
    head: int
    local: float


class Step(NamedTuple):
    """One multiplication: along which arrow, in which pass, what came, and what the receiving card has now."""

    arrow: int
    walk: int
    came: float
    card: int
    sum: float


class Graph:
    """The nodes of a number as cards, oldest first, and the arrows along which its derivatives flow."""

    def __init__(self, root: Value, inputs: Iterable[Value]) -> None:
        taken = Snapshot(root)
        self.nodes: list[Node] = list(taken.nodes)
        index: dict[Any, int] = {node: i for i, node in enumerate(self.nodes)}
        self.inputs = [index[taken.copy_of(x)] for x in inputs]
        self.arrows = [
            Arrow(index[tail], index[head], local)
            for head in self.nodes
            for tail, local in zip(head.inputs, taken.local_derivatives(head) if head.inputs else (), strict=True)
            if local is not None
        ]

    def forward(self) -> Iterator[Step]:
        """Forward accumulation: a walk from each input, along every arrow that it moves."""
        for walk, start in enumerate(self.inputs):
            moves = {start: 1.0}
            for k, (tail, head, local) in enumerate(self.arrows):
                if tail in moves:
                    moves[head] = moves.get(head, 0.0) + moves[tail] * local
                    yield Step(k, walk, moves[tail], head, moves[head])

    def reverse(self) -> Iterator[Step]:
        """Reverse accumulation: one walk from the end, along every arrow."""
        gradient = {len(self.nodes) - 1: 1.0}
        for k, (tail, head, local) in reversed([*enumerate(self.arrows)]):
            if head in gradient:
                gradient[tail] = gradient.get(tail, 0.0) + gradient[head] * local
                yield Step(k, 0, gradient[head], tail, gradient[tail])

    def counts(self) -> tuple[int, int, int, int]:
        """Walks and multiplications: forward, reverse."""
        return len(self.inputs), sum(1 for _ in self.forward()), 1, sum(1 for _ in self.reverse())

    def spots(self) -> list[tuple[float, float]]:
        """Where the cards lie: each as far down as its users let it, rows in the order of birth."""
        row = {len(self.nodes) - 1: 0}
        for tail, head, _ in reversed(self.arrows):
            row[tail] = max(row.get(tail, 0), row[head] + 1)
        deepest = max(row.values())
        rows = [[i for i in range(len(self.nodes)) if row[i] == k] for k in range(deepest, -1, -1)]
        widest = max(map(len, rows))
        spot = {
            i: (ACROSS * (k + (widest - len(line)) / 2), DOWN * y)
            for y, line in enumerate(rows)
            for k, i in enumerate(line)
        }
        return [spot[i] for i in range(len(self.nodes))]


def neuron() -> tuple[Value, list[Value]]:
    """The squared error of a sigmoid neuron with two inputs; and what is to be learned."""
    w1, w2, b = Value(0.5, label="w1"), Value(-1.5, label="w2"), Value(0.25, label="b")
    p1, p2 = w1 * 2.0, w2 * 1.0
    s = p1 + p2
    z = s + b
    a = sigmoid(z)
    e = a - 1.0
    C = e**2
    for node, label in ((p1, "w1 x1"), (p2, "w2 x2"), (s, "sum"), (z, "z"), (a, "a"), (e, "a − t"), (C, "C")):
        node.label = label
    return C, [w1, w2, b]


def network(*sizes: int) -> tuple[Value, list[Value]]:
    """The squared error of a network of sigmoid neurons, written number by number; and its parameters."""
    parameters: list[Value] = []

    def weight() -> Value:
        parameters.append(Value(0.1 * (1 + len(parameters) % 7)))
        return parameters[-1]

    numbers: list[Any] = [1.0] * sizes[0]
    for width in sizes[1:]:
        numbers = [sigmoid(sum((weight() * x for x in numbers), weight())) for _ in range(width)]
    return sum((a - 1.0) ** 2 for a in numbers), parameters


def _written(number: float) -> str:
    return f"{number:.3g}".replace("-", "−")


WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "The same derivatives, forward and in reverse",
        "forward": "Forward: a walk for each weight",
        "reverse": "Reverse: one walk for all",
        "walks": "walks",
        "products": "multiplications",
        "of": "of",
        "finished": "finished",
        "begin": "Step, play, or draw the slider: both go one multiplication at a time.",
        "play": "Play",
        "pause": "Pause",
        "step": "one multiplication",
        "counted": "What it comes to",
        "columns": ["", "weights", "walks forward", "in reverse", "multiplications forward", "in reverse"],
        "neuron": "this neuron",
        "why": "Forward, everything behind a weight is multiplied through again for the next weight. In reverse, what "
        "is behind is multiplied through once, and handed on to all weights together.",
    },
    "ko": {
        "title": "같은 미분을 앞으로, 그리고 뒤로",
        "forward": "앞으로: 가중치마다 한 번씩",
        "reverse": "뒤로: 모두를 한 번에",
        "walks": "걷기",
        "products": "곱셈",
        "of": "/",
        "finished": "끝",
        "begin": "한 걸음씩 가거나, 재생하거나, 막대를 끄세요. 양쪽이 곱셈을 하나씩 합니다.",
        "play": "재생",
        "pause": "멈춤",
        "step": "곱셈 하나",
        "counted": "세어 보면",
        "columns": ["", "가중치", "앞으로 걷기", "뒤로 걷기", "앞으로 곱셈", "뒤로 곱셈"],
        "neuron": "이 뉴런",
        "why": "앞으로 가면 가중치 뒤에 있는 것을 다음 가중치를 위해 처음부터 다시 곱합니다. 뒤로 가면 뒤에 있는 것을 "
        "한 번만 곱해 모든 가중치에 함께 넘겨줍니다.",
    },
}


class BothWays:
    """The page. html: the whole of it, in one file that fetches nothing."""

    def __init__(self, language: str = "en") -> None:
        self.words = WORDS[language]
        self.language = language
        self.graph = Graph(*neuron())

    @property
    def html(self) -> str:
        words, graph = self.words, self.graph
        told = {
            "words": words,
            "names": [node.label for node in graph.nodes],
            "inputs": graph.inputs,
            "runs": {
                "forward": [*map(self._tell, graph.forward())],
                "reverse": [*map(self._tell, graph.reverse())],
            },
        }
        runs = "".join(self._run(name) for name in ("forward", "reverse"))
        body = (
            f'<p id="about">{words["begin"]}</p><div id="walk">'
            f'<button id="back" aria-label="−1">◀</button><button id="play">{words["play"]}</button>'
            f'<button id="next" aria-label="{words["step"]}">▶</button>'
            f'<input id="slider" type="range" min="0" value="0" aria-label="{words["step"]}"></div>'
            f"<main>{runs}</main><h2>{words['counted']}</h2>{self._table()}<p>{words['why']}</p>"
        )
        return live_page("both_ways", self.language, words["title"], body, told)

    def save(self, path: Path) -> None:
        write_whole(path, self.html.encode())

    def _tell(self, step: Step) -> tuple[int, int, str, int, str]:
        """A step with its numbers as text: here alone they are rounded."""
        local = self.graph.arrows[step.arrow].local
        said = f"{_written(step.came)} × {_written(local)} = {_written(step.came * local)}"
        return step.arrow, step.walk, said, step.card, _written(step.sum)

    def _run(self, name: str) -> str:
        spots = self.graph.spots()
        across, down = (max(spot[axis] for spot in spots) + size for axis, size in ((0, ACROSS), (1, HIGH)))
        arrows = "".join(self._arrow(k, arrow, spots) for k, arrow in enumerate(self.graph.arrows))
        cards = "".join(
            f'<g class="card" data-card="{i}" transform="translate({x + (ACROSS - WIDE) / 2:g} {y:g})">'
            f'<rect width="{WIDE}" height="{HIGH}" rx="9"/><text x="{WIDE / 2:g}" y="18">{escape(node.label or "")} = '
            f'{_written(node.data)}</text><text class="flow" x="{WIDE / 2:g}" y="36"></text></g>'
            for i, (node, (x, y)) in enumerate(zip(self.graph.nodes, spots, strict=True))
        )
        return (
            f'<section data-run="{name}"><h2>{self.words[name]}</h2><p class="count" aria-live="polite"></p>'
            f'<svg viewBox="-4 -4 {across + 8:g} {down + 8:g}" role="img" aria-label="{self.words[name]}">'
            f'{arrows}{cards}</svg><p class="said"></p></section>'
        )

    def _arrow(self, k: int, arrow: Arrow, spots: list[tuple[float, float]]) -> str:
        (x, y), (to_x, to_y) = spots[arrow.tail], spots[arrow.head]
        x, y, to_x = x + ACROSS / 2, y + HIGH, to_x + ACROSS / 2
        return (
            f'<g class="arrow" data-arrow="{k}"><path d="M{x:g} {y:g}L{to_x:g} {to_y:g}"/>'
            f'<text x="{(x + to_x) / 2 + 8:g}" y="{(y + to_y) / 2 + 4:g}">× {_written(arrow.local)}</text></g>'
        )

    def _table(self) -> str:
        rows = [(self.words["neuron"], *self.graph.counts())]
        rows += [("-".join(map(str, sizes)), *Graph(*network(*sizes)).counts()) for sizes in ((3, 4, 2), (8, 8, 4))]
        head = "".join(f"<th>{words}</th>" for words in self.words["columns"])
        lines = "".join(
            f"<tr><th>{name}</th><td>{walks}</td><td>{walks}</td><td>{back}</td><td>{ahead:,}</td><td>{products:,}</td></tr>"
            for name, walks, ahead, back, products in rows
        )
        return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
