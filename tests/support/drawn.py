"""What a picture says, read back from its svg; graphs to draw."""

import html
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import strategies as st

from autograd_mini import Tensor, Value, gradients, scope, stack, sum, tanh

SVG = "{http://www.w3.org/2000/svg}"


def neuron():
    x1, x2, w1, w2, b = (
        Value(data, label=label)
        for data, label in [(2.0, "x1"), (0.0, "x2"), (-3.0, "w1"), (1.0, "w2"), (6.8813735870195432, "b")]
    )
    output = tanh(w1 * x1 + w2 * x2 + b)
    output.label = "o"
    return output


def fork():
    x = Value(2.0, label="x")
    y = (x * x + x * 3.0) / x
    y.backward()
    return y


def layer():
    w, b = Tensor([[1.5, -0.25], [2.0, 0.125]], label="W"), Tensor([0.5, 0.25], label="b")
    with scope("layer 1"):
        hidden = tanh(np.array([[1.0, 2.0]]) @ w + b)
    loss = sum(hidden * hidden)
    loss.label = "loss"
    loss.backward()
    return loss


def second_derivative():
    x = Value(2.0, label="x")
    slope = gradients(x**3.0 * tanh(x), differentiable=True)[x]
    return gradients(slope, differentiable=True)[x]


def many(n=40):
    """The mean of n squared errors, without scopes."""
    w = Value(0.5, label="w")
    terms = [(w * float(i) - 1.0) ** 2.0 for i in range(n)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    loss = total / n
    loss.label = "loss"
    loss.backward()
    return loss


def nested(layers=3):
    """Scopes within a scope, each with a leaf of its own."""
    y = Value(0.5, label="x")
    with scope("net"):
        for i in range(layers):
            w = Value(1.0 + i, label=f"w{i}")
            with scope(f"layer {i}"):
                y = tanh(y * w)
    loss = y * y
    loss.backward()
    return loss


def shared(length):
    """A deep graph whose first leaf every operation uses: a column each, and arrows across all of them."""
    x = y = Value(1.0, label="x")
    while length:
        y, length = y * x, length - 1
    return y


def chain(length):
    y = Value(0.5)
    for _ in range(length // 2):
        y = tanh(y) * 1.01
    return y


def broad(width):
    leaves = [Value(float(i)) for i in range(width)]
    return sum(stack([x * x for x in leaves]))


def tangled(length):
    nodes = [Value(1.0), Value(2.0)]
    for i in range(length):
        nodes.append(nodes[-1] + nodes[i // 2] if i % 9 == 0 else nodes[i // 2] * nodes[i // 3])
    return sum(stack(nodes))


@st.composite
def scalar_graphs(draw_):
    nodes = [Value(x) for x in draw_(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=4))]
    pick = st.integers(0, 10**6)
    for operation in draw_(st.lists(st.sampled_from("+-*/t2c"), max_size=12)):
        x, y = nodes[draw_(pick) % len(nodes)], nodes[draw_(pick) % len(nodes)]
        nodes.append(
            {
                "+": lambda x, y: x + y,
                "-": lambda x, y: x - y,
                "*": lambda x, y: x * y,
                "/": lambda x, y: x / y,
                "t": lambda x, y: tanh(x),
                "2": lambda x, y: x**2,
                "c": lambda x, y: 2.5 - y,
            }[operation](x, y)
        )
    return nodes[-1]


def groups(picture):
    """{id: [texts]} of every group of the svg that has one."""
    tree = ElementTree.fromstring(picture.svg)
    return {group.get("id"): texts(group) for group in tree.iter(f"{SVG}g") if group.get("class") != "graph"}


def texts(element):
    """Graphviz makes every second of several spaces a hard one, so that a browser keeps them."""
    found = ((text.text or "").replace("\xa0", " ").strip() for text in element.iter(f"{SVG}text"))
    return [text for text in found if text]


def drawn_words(svg):
    return [(text.text or "").replace("\xa0", " ") for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def words(markup):
    """What a label in Graphviz' html says, cell by cell."""
    cells = (html.unescape(cell).replace(r"\\", "\\").strip() for cell in re.split("<[^>]*>", markup))
    return [cell for cell in cells if cell]


def close(text, data):
    """Whether the text reads back as the number, to four digits."""
    return float(text.removeprefix("≈")) == pytest.approx(float(data), rel=5.1e-4, nan_ok=True)
