"""A page on which a convolution and its two gradients are worked out, every product of every sum."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from telling import live_page

from autograd_mini import Tensor, conv2d, gradients, write_whole

X, K = np.arange(9.0).reshape(3, 3), np.array([[1.0, -1.0], [2.0, 0.5]])
G = np.array([[1.0, 2.0], [3.0, 4.0]])

WORDS = {
    "en": {
        "title": "A convolution, 3 × 3 with 2 × 2, every number",
        "begin": "Three times the same: a window slides over a grid, and its numbers are multiplied by those of a "
        "small grid and added. Point at a result, tap it, or go there by Tab, to see its window.",
        "forward": "Forward: x correlated with k gives z",
        "kernel": "∂C/∂k: x correlated with the gradient g of z",
        "image": "∂C/∂x: g with zeros around it, correlated with k turned round (which is: convolved in full with k)",
    },
    "ko": {
        "title": "합성곱, 3 × 3과 2 × 2, 모든 수",
        "begin": "세 번 다 같은 일입니다. 창이 격자 위를 미끄러지고, 창 안의 수를 작은 격자의 수와 곱해 더합니다. "
        "결과를 가리키거나 누르거나 Tab으로 가면 그 창이 보입니다.",
        "forward": "앞으로: x와 k의 상호상관이 z입니다",
        "kernel": "∂C/∂k: x와, z의 기울기 g의 상호상관",
        "image": "∂C/∂x: 둘레에 0을 두른 g와 뒤집은 k의 상호상관 (곧 k와의 완전 합성곱)",
    },
}
assert WORDS["en"].keys() == WORDS["ko"].keys()


class ConvolutionSeen:
    """The page. results: what the engine gives for z and for the gradients of k and x. html: the whole of it."""

    def __init__(self, language: str = "en") -> None:
        self.words, self.language = WORDS[language], language
        x, k = Tensor(X.reshape(1, 1, 3, 3)), Tensor(K.reshape(1, 1, 2, 2))
        z = conv2d(x, k)
        by = gradients(z, G.reshape(1, 1, 2, 2))
        self.results = {"z": z.data[0, 0], "∂C/∂k": by[k][0, 0], "∂C/∂x": by[x][0, 0]}

    def parts(self) -> list[tuple[str, str, Any, str, Any, str]]:
        """A line for each of the three: heading, the grid below the window, the small one, and what comes of them."""
        return [
            (self.words["forward"], "x", X, "k", K, "z"),
            (self.words["kernel"], "x", X, "g", G, "∂C/∂k"),
            (self.words["image"], "g", np.pad(G, 1), "k", K[::-1, ::-1], "∂C/∂x"),
        ]

    @property
    def html(self) -> str:
        sections = "".join(self._section(*part) for part in self.parts())
        body = f"<p>{self.words['begin']}</p>{sections}"
        return live_page("convolution_seen", self.language, self.words["title"], body, {})

    def save(self, path: Path) -> None:
        write_whole(path, self.html.encode())

    def _section(self, heading: str, below: str, grid: Any, small: str, weights: Any, name: str) -> str:
        result = self.results[name]
        sums = "".join(
            f'<li data-cell="{i},{j}"><b>{_written(result[i, j])}</b> = {spell(grid, weights, i, j)}</li>'
            for i, j in np.ndindex(*result.shape)
        )
        turned = " ↻" if weights.base is K else ""
        return (
            f'<section data-size="{len(weights)}"><h2>{heading}</h2><div class="row">'
            f"{_table(below, grid, 'grid')}<span>⋆</span>{_table(small + turned, weights, 'weights')}<span>=</span>"
            f"{_table(name, result, 'result')}<ul>{sums}</ul></div></section>"
        )


def spell(grid: Any, weights: Any, i: int, j: int) -> str:
    """The sum that a window gives, product by product: "1 · 3 + 1 · (−2)"."""
    pairs = ((grid[i + u, j + v], weights[u, v]) for u, v in product(*map(range, weights.shape)))
    return " + ".join(f"{_written(x)} · {_written(w) if w >= 0 else f'({_written(w)})'}" for x, w in pairs)


def _written(number: float) -> str:
    return f"{number:g}".replace("-", "−")


def _table(name: str, numbers: Any, kind: str) -> str:
    def cell(i: int, j: int) -> str:
        number = _written(numbers[i, j])
        return f'<td data-cell="{i},{j}">{f"<button>{number}</button>" if kind == "result" else number}</td>'

    rows, columns = numbers.shape
    lines = "".join(f"<tr>{''.join(cell(i, j) for j in range(columns))}</tr>" for i in range(rows))
    return f'<table class="{kind}"><caption>{name}</caption>{lines}</table>'
