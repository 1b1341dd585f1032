"""Pictures: a 300-node network of Values drawn whole as svg, and a graph of 100,000 nodes, folded."""

from typing import Any

from .harness import Cases, Row, run, seconds

ROWS = (
    Row("svg of a 300-node MLP, whole", 1.5, unit="s", turns=1),
    Row("svg of 100,000 nodes, folded", 5.0, unit="s", turns=1),
    Row("the same, without scopes", 5.0, unit="s", turns=1),
)


def cases(side: str) -> Cases:
    """The time from the graph to the svg's text; all swept, so that every number is there."""
    import numpy as np

    import nn
    from autograd_mini import draw

    rng = np.random.default_rng(0)
    small = nn.ScalarMLP(2, [8, 8], 1, rng=rng)([0.5, -0.5])
    small.backward()
    large = loss(nn.ScalarMLP(2, [16, 16], 1, rng=rng), rng.normal(size=(155, 2)))

    def drawn(node: Any, **choice: Any) -> float:
        return seconds(lambda: draw(node, **choice).svg)

    return {
        ROWS[0].case: lambda: drawn(small, max_nodes=None),
        ROWS[1].case: lambda: drawn(large),
        ROWS[2].case: lambda: drawn(large, unfold=True),
    }


def loss(model: Any, points: Any) -> Any:
    """The mean squared error over the points, some 100,000 nodes."""
    total = sum((model([float(x) for x in point]) - 1.0) ** 2 for point in points) / len(points)
    total.backward()
    return total


if __name__ == "__main__":
    run(cases)
