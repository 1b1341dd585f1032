"""The first input of an operation stands above the second, or left of it in a picture downwards, in frames, too."""

import re
from contextlib import nullcontext
from itertools import pairwise

import numpy as np
import pygraphviz
import pytest

import nn
from autograd_mini import Tensor, Value, draw, scope, tanh

rng = np.random.default_rng(0)
DATA = Tensor(rng.normal(size=(5, 3)), label="x")


def find_places(picture):
    """Of each node of the layout how far it is below the top, or from the left in a picture downwards."""
    layout = pygraphviz.AGraph(string=picture.dot).draw(format="plain", prog="dot").decode()
    spots = re.findall(r"^node (\S+) (\S+) (\S+)", layout, re.MULTILINE)
    is_down = "rankdir=TB" in picture.dot
    return {key: float(x) if is_down else -float(y) for key, x, y in spots}


def find_disorder(picture):
    """How many neighbouring inputs there are, and of which the later one stands first."""
    places, inputs = find_places(picture), {}
    for arrow in picture.shown.arrows:
        key = arrow.tail if arrow.is_constant else arrow.key
        place = (
            places[key] if key in places else places[f"r{key}"]
        )  # a reference, in a picture that is broken into lines
        inputs.setdefault(arrow.head, []).append((arrow.position, place))
    rows = [[place for _, place in sorted(found)] for found in inputs.values()]
    pairs = [pair for row in rows for pair in pairwise(row)]
    return len(pairs), [pair for pair in pairs if pair[0] >= pair[1]]


def of_neurons():
    """A neuron of two inputs, whose names follow the source."""
    with scope("neuron"):
        products = [Value(3.0, label=f"w{i}") * Value(1.0 + i, label=f"x{i}") for i in range(2)]
        return tanh(products[0] + products[1])


NETWORKS = {
    "neuron": of_neurons,
    "linear": lambda: nn.Linear(3, 2, rng=rng)(DATA),
    "MLP": lambda: nn.MLP(3, [4, 4], 2, rng=rng)(DATA),
    "MLP with a loss": lambda: nn.cross_entropy(nn.MLP(3, [4], 2, rng=rng)(DATA), np.array([0, 1, 0, 1, 1])),
    "convolutional": lambda: nn.Sequential(
        nn.Conv2d(1, 2, 3, rng=rng), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(18, 4, rng=rng)
    )(rng.normal(size=(2, 1, 8, 8))),
}


@pytest.mark.parametrize("direction", ["right", "down"])
@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_in_frames_inputs_stand_in_the_order_of_the_source(network, direction):
    picture = draw(network(), direction=direction, unfold=True)
    assert sum(bool(card.frames) for card in picture.shown.cards) > len(picture.shown.cards) / 2
    count, disorder = find_disorder(picture)
    assert count >= 2
    assert not disorder


def test_lines_stand_below_one_another():
    y = Value(0.5, label="x")
    for i in range(20):
        y = tanh(y * Value(0.9, label=f"w{i}"))
    picture = draw(y, alike=False, max_nodes=None)
    places, graph = find_places(picture), pygraphviz.AGraph(string=picture.dot)
    lines = sorted(graph.subgraphs(), key=lambda line: line.name)
    rows = [[places[key] for key in line.nodes()] for line in lines]
    assert len(rows) > 2
    assert all(max(above) < min(below) for above, below in pairwise(rows))
    assert find_disorder(picture)[1] == []


@pytest.mark.parametrize("direction", ["right", "down"])
@pytest.mark.parametrize("around", [nullcontext, lambda: scope("framed")], ids=["plain", "framed"])
def test_a_constant_stands_where_it_is_written(direction, around):
    x = Value(4.0)
    with around():
        first, second = 10.0 / x, x / 10.0
    before, after = (find_places(draw(root, direction=direction, unfold=True)) for root in (first, second))
    assert before["n1_0"] < before["n1"]
    assert after["n1"] < after["n1_1"]


def test_the_first_input_is_above_the_second():
    def order(root):
        return re.findall(r"ordering=(\w+)", draw(root).dot)

    x, y = Value(3.0), Value(2.0)
    assert order(x - y) == order(x / y) == order(x**y) == ["in"]
    assert order(x + y) == order(x * y) == ["in"], "it is the order of the source, whether or not it matters"
    assert find_disorder(draw(x - y)) == (1, [])
