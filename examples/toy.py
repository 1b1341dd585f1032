"""Learns XOR and two moons, once with single numbers and once with arrays, and draws what happened (`make toy`)."""

import time
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import nn
from autograd_mini import Picture, Value, draw, no_grad, tanh

OUTPUT = Path("output/toy")


def signs(points: Any, classes: Any) -> tuple[Any, Any]:
    """The points of a toy set, and its classes 0 and 1 as the labels -1 and 1 of the hinge loss."""
    return points, 2 * classes - 1


def train_scalar(model: nn.ScalarMLP, points: Any, labels: Any, *, lr: float, steps: int) -> Value:
    """Descend the hinge loss of all points, one Value at a time; gives the last loss."""
    optimizer = nn.SGD(model.parameters(), lr, momentum=0.9)
    for _ in range(steps):
        optimizer.zero_grad()
        losses = [
            (1.0 - float(label) * model(point)).relu() for point, label in zip(points.tolist(), labels, strict=True)
        ]
        loss: Value = sum(losses, Value(0.0)) / len(losses)
        loss.backward()
        optimizer.step()
    return loss


def train_tensor(model: nn.MLP, points: Any, labels: Any, *, lr: float, steps: int) -> Any:
    """The same with all points as one array."""
    optimizer = nn.SGD(model.parameters(), lr, momentum=0.9)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.hinge(model(points).reshape(-1), labels)
        loss.backward()
        optimizer.step()
    return loss


def boundary(score: Any, points: Any, labels: Any, title: str) -> Figure:
    """The plane coloured by the network's score, its zero line, and the points."""
    (x0, y0), (x1, y1) = points.min(axis=0) - 0.4, points.max(axis=0) + 0.4
    xs, ys = np.meshgrid(np.linspace(x0, x1, 60), np.linspace(y0, y1, 60))
    scores = score(np.stack([xs.ravel(), ys.ravel()], axis=1)).reshape(xs.shape)
    figure = Figure(figsize=(5.6, 4), layout="constrained")
    axes = figure.subplots()
    bound = np.abs(scores).max()
    axes.contourf(xs, ys, scores, levels=24, cmap="RdBu", vmin=-bound, vmax=bound, alpha=0.75)
    axes.contour(xs, ys, scores, levels=[0.0], colors="black", linewidths=1.2)
    for label, colour, marker in ((1, "#1b5e9c", "o"), (-1, "#b3352a", "s")):
        x, y = points[labels == label].T
        axes.scatter(x, y, c=colour, marker=marker, edgecolors="white", s=36, label=f"{label:+d}")
    axes.set(title=title, xlabel="x0", ylabel="x1")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def scalar_scores(model: nn.ScalarMLP) -> Any:
    """The model's score of each row, nothing recorded."""

    def score(rows: Any) -> Any:
        with no_grad():
            return np.array([model(row).data for row in rows.tolist()])

    return score


def tensor_scores(model: nn.MLP) -> Any:
    """The model's score of each row, nothing recorded."""

    def score(rows: Any) -> Any:
        with no_grad():
            return model(rows).data[:, 0]

    return score


def scalar_graph(model: nn.ScalarMLP, point: Any, name: str) -> Value:
    """One point's way through the network, swept, its end called by that name: the whole loss would fill a wall."""
    model.zero_grad()
    x0, x1 = point.tolist()
    score: Value = model([Value(x0, label="x0"), Value(x1, label="x1")])
    score.label = name
    score.backward()
    return score


def tensor_graph(model: nn.MLP, points: Any, labels: Any, name: str) -> Any:
    """The loss of all points, swept, and called by that name."""
    model.zero_grad()
    loss = nn.hinge(model(points).reshape(-1), labels)
    loss.label = name
    loss.backward()
    return loss


def report(
    name: str, began: float, loss: Any, score: Any, points: Any, labels: Any, before: Picture, after: Picture
) -> None:
    """Print what was reached since began; save the decision boundary and the graph, untrained and trained."""
    seconds = time.perf_counter() - began
    right = nn.accuracy(score(points), labels)
    print(f"  loss {float(loss):.4f}   {right:4.0%} right   {seconds:.1f} s", flush=True)
    boundary(score, points, labels, f"{name}: {right:.0%} right").savefig(OUTPUT / f"{name}-boundary.png", dpi=150)
    before.save(OUTPUT / f"{name}-graph-untrained.svg")
    after.save(OUTPUT / f"{name}-graph-trained.svg")


def main() -> None:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(7)
    problems = {
        "xor": (signs(*nn.toys.xor()), [4], 100),
        "moons": (signs(*nn.toys.moons(100, rng=rng)), [8, 8], 100),
    }
    for name, ((points, labels), hidden, steps) in problems.items():
        network = "-".join(map(str, [2, *hidden, 1]))
        scalar = nn.ScalarMLP(2, hidden, 1, activation=tanh, initializer=nn.xavier_normal, rng=rng)
        first = draw(scalar_graph(scalar, points[-1], "score, untrained"), unfold=True)
        began = announce(f"{name}, neuron by neuron ({network})", steps)
        loss = train_scalar(scalar, points, labels, lr=0.1, steps=steps)
        last = draw(scalar_graph(scalar, points[-1], "score, trained"), unfold=True)
        report(f"{name}-scalar", began, loss, scalar_scores(scalar), points, labels, first, last)

        tensor = nn.MLP(2, hidden, 1, activation=nn.Tanh, rng=rng, dtype=np.float64)
        first = draw(tensor_graph(tensor, points, labels, "loss, untrained"))
        began = announce(f"{name}, with arrays ({network})", 4 * steps)
        loss = train_tensor(tensor, points, labels, lr=0.1, steps=4 * steps)
        last = draw(tensor_graph(tensor, points, labels, "loss, trained"))
        report(f"{name}-tensor", began, loss, tensor_scores(tensor), points, labels, first, last)
    print("\nPictures:", *sorted(OUTPUT.iterdir()), sep="\n  ")


def announce(what: str, steps: int) -> float:
    """Print what is trained now, on a line that the report ends; the time it began."""
    print(f"{what:34} {steps} steps ", end="", flush=True)
    return time.perf_counter()


if __name__ == "__main__":
    main()
