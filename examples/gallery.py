"""Writes docs/gallery.md: each kind of picture that `draw` makes (`python examples/gallery.py`)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd_mini import Picture, Tensor, Value, draw, exp, gradients, relu, scope, sigmoid, sum, tanh

DOCS = Path(__file__).parent.parent / "docs"


def swept(node: Any) -> Any:
    """The node after its backward sweep."""
    node.backward()
    return node


def neuron() -> Any:
    x0, x1 = Value(2.0, label="x0"), Value(0.0, label="x1")
    w0, w1 = Value(-3.0, label="w0"), Value(1.0, label="w1")
    output = tanh(w0 * x0 + w1 * x1 + Value(6.9, label="bias"))
    output.label = "output"
    return output


def fork() -> Any:
    x = Value(2.0, label="x")
    y = (x * x + 3.0 * x) / x
    y.label = "y"
    return y


def sigmoid_by_hand() -> Any:
    """The sigmoid as the lessons build it: × (-1), exp, + 1, 1 / x."""
    x = Value(1.0, label="x")
    y = 1.0 / (exp(x * -1.0) + 1.0)
    y.label = "σ(x)"
    return y


def affine() -> Any:
    x = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]])
    w, b = Tensor([[0.5, -0.25], [1.5, 0.75]], label="W"), Tensor([0.1, -0.2], label="b")
    loss = sum(relu(x @ w + b))
    loss.label = "loss"
    return loss


def mnist(**choice: Any) -> Picture:
    rng = np.random.default_rng(0)
    model = nn.MLP(784, [512], 10, rng=rng)
    images = rng.random((32, 784), dtype=np.float32)
    loss = nn.cross_entropy(model(images), rng.integers(0, 10, 32))
    loss.label = "loss"
    loss.backward()
    return draw(loss, **choice)


def scopes() -> Any:
    x, w, v = Value(0.5, label="x"), Value(2.0, label="w"), Value(-1.0, label="v")
    with scope("hidden"):
        h = tanh(w * x + 1.0)
    with scope("output"):
        y = sigmoid(v * h)
    loss = (y - 1.0) ** 2
    loss.label = "loss"
    return loss


def hundred_points() -> Any:
    """The mean squared error of a network of Values over a hundred points: some 65,000 nodes."""
    rng = np.random.default_rng(0)
    model = nn.ScalarMLP(2, [16, 16], 1, rng=rng)
    points = rng.normal(size=(100, 2)).tolist()
    errors = [(model(point) - 1.0) ** 2 for point in points]
    total = errors[0]
    for error in errors[1:]:
        total = total + error
    loss = total / len(points)
    loss.label = "loss"
    return loss


def small_network() -> Any:
    return nn.ScalarMLP(2, [3, 3], 1, rng=np.random.default_rng(2))([1.0, -0.5])


def second_derivative() -> Any:
    x = Value(2.0, label="x")
    slope = gradients(x**2 * exp(x), differentiable=True)[x]
    return gradients(slope, differentiable=True)[x]


def path() -> Picture:
    x = Value(2.0, label="x")
    y, z = exp(Value(0.5, label="a")), tanh(Value(0.25, label="b"))
    root = swept((x * y + z) * x)
    return draw(root, start=x)


PICTURES: tuple[tuple[str, str, str, Callable[[], Picture]], ...] = (
    ("before", "Before the sweep", "The forward pass has been, no gradient is known: dashes stand where it will be.",
     lambda: draw(neuron())),
    ("neuron", "After the sweep", "Above each line what flows forward; below it, flowing back, the upstream gradient "
     "times the local derivative, and their product. An addition hands the gradient on, a product swaps its inputs.",
     lambda: draw(swept(neuron()))),
    ("fork", "Gradients add up at forks", "`x` is used four times. Each use hands a contribution back; the gradient "
     "is their sum, and the card spells it out.", lambda: draw(swept(fork()))),
    ("sigmoid", "The sigmoid, node by node", "×, exp, +, ÷: the local derivatives multiplied from the output back "
     "give σ(x) · (1 - σ(x)).", lambda: draw(swept(sigmoid_by_hand()))),
    ("affine", "Arrays", "Shape, type and the numbers themselves while they are few. The local derivative stands in "
     "words, `x.T @ g`: the rule of the engine, applied to names.", lambda: draw(swept(affine()))),
    ("mnist", "A network for MNIST", "Large arrays show their range and norm, modules are frames.",
     lambda: mnist()),
    ("mnist_folded", "The same, its modules closed", "`draw(loss, unfold=\"MLP\")` opens the network, not its layers.",
     lambda: mnist(unfold="MLP")),
    ("scopes", "Scopes of one's own", "`with scope(\"hidden\"):` names a part of a formula.",
     lambda: draw(swept(scopes()))),
    ("scopes_folded", "The same, folded", "`draw(loss, unfold=False)`.", lambda: draw(swept(scopes()), unfold=False)),
    ("hundred_points", "65,000 nodes", "Scopes fold by themselves where a graph is large, and what is alike becomes "
     "one: × 100.", lambda: draw(swept(hundred_points()))),
    ("alike", "The same, its scopes open", "`draw(loss, unfold=True)`: the network as one drawing of its shape.",
     lambda: draw(swept(hundred_points()), unfold=True)),
    ("left_out", "No more than ten cards", "`draw(y, max_nodes=10, unfold=True, alike=False)`: the youngest nodes; "
     "the picture says what it leaves out. `depth=` limits the steps from the node drawn.",
     lambda: draw(swept(small_network()), max_nodes=10, unfold=True, alike=False)),
    ("path", "Only the paths between two nodes", "`draw(y, start=x)`.", path),
    ("second_derivative", "The gradient's own graph", "The second derivative of x² · exp(x), as the engine records "
     "it, from a seed of 1. Each order of derivative has its colour; what belongs to the function itself is dim.",
     lambda: draw(second_derivative())),
    ("dark", "Dark", '`theme="dark"`.', lambda: draw(swept(neuron()), theme="dark")),
    ("colourblind", "For colour-blind eyes", '`theme="colourblind"`; the other themes too mark nothing by colour '
     "alone.", lambda: draw(swept(neuron()), theme="colourblind")),
    ("print", "For paper", '`theme="print"`: black and white, never larger than A4.',
     lambda: draw(swept(neuron()), theme="print")),
    ("down", "Downwards", '`direction="down"`: forward numbers left of the lines, backward ones right of them. Deep '
     "graphs choose it by themselves.", lambda: draw(swept(neuron()), direction="down")),
)  # fmt: skip

HEAD = """# Gallery

Every kind of picture that `draw` makes, each made by [examples/gallery.py](../examples/gallery.py). All numbers are the
engine's. `draw(loss).save("graph.svg")` writes a picture as svg, png, pdf, dot or txt; notebooks show it by
themselves; `print(draw(loss))` writes a tree for terminals and logs.
"""


def page() -> str:
    """The text of docs/gallery.md."""
    kinds = [f"## {title}\n\n{words}\n\n![{title}](gallery/{name}.svg)\n" for name, title, words, _ in PICTURES]
    tree = draw(swept(fork())).text
    return "\n".join([HEAD, *kinds, f"## As text\n\n`print(draw(y))`, for terminals and logs.\n\n```\n{tree}\n```\n"])


if __name__ == "__main__":
    for name, _, _, picture in PICTURES:
        picture().save(DOCS / "gallery" / f"{name}.svg")
    (DOCS / "gallery.md").write_text(page(), "utf-8")
    print(f"wrote {DOCS / 'gallery.md'}")
