"""Writes docs/gallery.md: each kind of picture that `draw` makes (`python examples/gallery.py`)."""

import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd_mini import (
    Picture,
    Tensor,
    Value,
    constant,
    draw,
    exp,
    gradients,
    mean,
    relu,
    scope,
    sigmoid,
    sin,
    softmax,
    sum,
    tanh,
)

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
    u, v = 2.0 * x, x + 3.0
    loss = u * v
    u.label, v.label, loss.label = "u", "v", "loss"
    return loss


def four_uses() -> Any:
    x = Value(2.0, label="x")
    y = (x * x + 3.0 * x) / x
    y.label = "y"
    return y


def attention() -> Any:
    """How much a query asks of three keys, and what it gets of their values."""
    query, keys = Tensor([[1.0, 0.5]], label="query"), Tensor([[1.0, 0.0], [0.5, 1.0], [0.0, -1.0]], label="keys")
    values = constant(np.array([[1.0], [2.0], [3.0]]), label="values")
    return sum(softmax(query @ keys.T) @ values)


def convolutional() -> Any:
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, rng=rng), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1352, 10, rng=rng)
    )
    loss = nn.cross_entropy(model(rng.random((4, 1, 28, 28), np.float32)), np.arange(4))
    loss.label = "loss"
    return loss


def recurrent() -> Any:
    """One layer over ten steps: 56 nodes, three weights."""
    rng = np.random.default_rng(0)
    w, u, b = (Tensor(rng.normal(size=size), label=name) for name, size in (("W", (3, 8)), ("U", (8, 8)), ("b", 8)))
    h = np.zeros((4, 8))
    for x in rng.normal(size=(10, 4, 3)):
        h = tanh(x @ w + h @ u + b)
    return mean(h * h)


def long_chain() -> Any:
    y = Value(0.5, label="x")
    for i in range(30):
        y = sin(y) if i % 2 else y * 1.01
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
    ("fork", "Gradients add up at forks", "`x` is used twice, so it moves the loss along two ways; what comes back "
     "over them is added up, and the card says so.", lambda: draw(swept(fork()))),
    ("sum", "The sum, spelled out", "However often: here `x` is used four times. Every number has as many digits as "
     "it takes for every equation to be true as it is shown; where none suffice, it says ≈.",
     lambda: draw(swept(four_uses()))),
    ("before", "Before the sweep", "The forward pass has been, no gradient is known: dashes stand where it will be.",
     lambda: draw(neuron())),
    ("neuron", "After the sweep", "Above each line what flows forward; below it, flowing back, the upstream gradient "
     "times the local derivative, and their product. An addition hands the gradient on, a product swaps its inputs.",
     lambda: draw(swept(neuron()))),
    ("sigmoid", "The sigmoid, node by node", "×, exp, +, ÷: the local derivatives multiplied from the output back "
     "give σ(x) · (1 - σ(x)).", lambda: draw(swept(sigmoid_by_hand()))),
    ("affine", "Arrays", "Shape, type and the numbers themselves while they are few. The local derivative stands in "
     "words, `x.T @ g`: the rule of the engine, applied to names.", lambda: draw(swept(affine()))),
    ("composed", "Operations as they were written", "`softmax` is composed of others, and one card: what it computes "
     "and what it hands back stand there in words. An array may have a label, `constant(array, label=\"values\")`.",
     lambda: draw(swept(attention()))),
    ("opened", "The same, opened", "`draw(loss, unfold=\"softmax\")`: the derivation inside.",
     lambda: draw(swept(attention()), unfold="softmax")),
    ("mnist", "A network for MNIST", "Large arrays show their range and norm, modules are frames. What is longer than "
     "two screens breaks into lines: `relu ①` is a reference to the card that bears the mark.", lambda: mnist()),
    ("mnist_folded", "The same, its modules closed", "`draw(loss, unfold=\"MLP\")` opens the network, not its layers.",
     lambda: mnist(unfold="MLP")),
    ("convolutional", "A convolutional network", "Convolution and pooling say in words what they do; modules are "
     "open as far as there is room.",
     lambda: draw(swept(convolutional()))),
    ("recurrent", "A recurrent network", "Ten steps that are alike roll up to a loop, as textbooks draw it; each "
     "weight stands once.", lambda: draw(swept(recurrent()))),
    ("long_chain", "A long chain", "Long pictures break into lines, as text does.", lambda: draw(swept(long_chain()))),
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
     "it, from a seed of 1. Each order of derivative has its digit and its colour; what belongs to the function itself "
     "is dim.",
     lambda: draw(second_derivative())),
    ("dark", "Dark", '`theme="dark"`.', lambda: draw(swept(neuron()), theme="dark")),
    ("colourblind", "For colour-blind eyes", '`theme="colourblind"`; the other themes too mark nothing by colour '
     "alone.", lambda: draw(swept(neuron()), theme="colourblind")),
    ("print", "For paper", '`theme="print"`: black and white, never larger than A4.',
     lambda: draw(swept(neuron()), theme="print")),
    ("down", "Downwards", '`direction="down"`: forward numbers left of the lines, backward ones right of them. Deep '
     "graphs choose it by themselves.", lambda: draw(swept(neuron()), direction="down")),
)  # fmt: skip

WRONG = """## The wrong order

![The wrong order](gallery/wrong_order.svg)

The page of [examples/lessons.py](../examples/lessons.py) walks through this graph twice. Level by level from the end,
as a queue takes the nodes, `u` hands on before all that belongs to it has come, and `x` never hears of the rest: it
ends at {wrong}, where {right} is right. Latest born first, which is the engine's order, nothing is passed on too early.
"""
HEAD = """# Gallery

Every kind of picture that `draw` makes, each made by [examples/gallery.py](../examples/gallery.py). All numbers are the
engine's. `draw(loss).save("graph.svg")` writes a picture as svg, png, pdf, dot or txt; notebooks show it by
themselves; `print(draw(loss))` writes a tree for terminals and logs. In a browser every number tells all its digits
under the pointer. Pages that one steps through, and on which numbers are dragged, are [shown elsewhere](live.md).
"""


LESSON = runpy.run_path(str(Path(__file__).parent / "lessons.py"))["order"]


def wrong_order() -> str:
    """How a sweep in the wrong order ends, as svg: what the page of lessons.py shows where no script runs."""
    html: str = LESSON().html
    still = html[html.index('<svg class="drawn"') : html.index("</svg>") + len("</svg>")]
    style = html[html.index("<style>") : html.index("</style>") + len("</style>")]
    width, height = re.findall(r'viewBox="\S+ \S+ (\S+) (\S+)"', still)[0]
    size = f'xmlns="http://www.w3.org/2000/svg" style="width: {width}px; height: {height}px" '
    return f"<svg {size}{still.removeprefix('<svg ')}".replace("<title>", f"{style}<title>", 1)


def page() -> str:
    """The text of docs/gallery.md."""
    early, right = re.findall(r">([^<>]+) ≠ ([^<>]+)<", wrong_order())[0]
    wrong = WRONG.format(wrong=early, right=right)
    kinds = [f"## {title}\n\n{words}\n\n![{title}](gallery/{name}.svg)\n" for name, title, words, _ in PICTURES]
    kinds.insert(1, wrong)
    tree = draw(swept(fork())).text
    return "\n".join([HEAD, *kinds, f"## As text\n\n`print(draw(y))`, for terminals and logs.\n\n```\n{tree}\n```\n"])


if __name__ == "__main__":
    for name, _, _, picture in PICTURES:
        picture().save(DOCS / "gallery" / f"{name}.svg")
    (DOCS / "gallery" / "wrong_order.svg").write_text(wrong_order(), "utf-8")
    (DOCS / "gallery.md").write_text(page(), "utf-8")
    print(f"wrote {DOCS / 'gallery.md'}")
