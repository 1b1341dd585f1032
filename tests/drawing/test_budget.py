"""The default picture of any graph is read on two screens by two: its size and its smallest letters, as rendered."""

import re

import numpy as np
import pytest
from hypothesis import given

import autograd_mini as ag
import nn
from autograd_mini import Tensor, Value, draw, tanh
from autograd_mini.drawing.layout import choose_layout
from autograd_mini.drawing.wrapping import refer

from ..support.counted import count_lines
from ..support.drawn import chain, groups, many, scalar_graphs

SCREENS = 2_732, 1_536  # pixels
PIXELS = 4 / 3  # a point


def swept(loss):
    loss.backward()
    return loss


def recurrent(steps=10):
    """One layer over ten steps, its weights used at each: 56 nodes."""
    rng = np.random.default_rng(0)
    w, u, b = (Tensor(rng.normal(size=size), label=name) for name, size in (("W", (3, 8)), ("U", (8, 8)), ("b", 8)))
    h = np.zeros((4, 8))
    for x in rng.normal(size=(steps, 4, 3)):
        h = tanh(x @ w + h @ u + b)
    return swept(ag.mean(h * h))


def xor():
    model = nn.ScalarMLP(2, [4], 1, rng=np.random.default_rng(0))
    errors = [(model([a, b]) - (2.0 * (a != b) - 1.0)) ** 2.0 for a in (0.0, 1.0) for b in (0.0, 1.0)]
    return swept(sum(errors[1:], errors[0]) / 4.0)


def cnn():
    rng = np.random.default_rng(0)
    layers = [nn.Conv2d(1, 8, 3, rng=rng), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, rng=rng), nn.ReLU()]
    model = nn.Sequential(*layers, nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 10, rng=rng))
    images = rng.random((4, 1, 28, 28), np.float32)
    return swept(nn.cross_entropy(model(images), np.arange(4)))


def attention():
    rng = np.random.default_rng(0)
    x = Tensor(rng.normal(size=(2, 5, 8)).astype(np.float32), label="x")
    attend, norm = nn.MultiheadAttention(8, 2, rng=rng), nn.LayerNorm(8)
    y = x + attend(norm(x))
    return swept(ag.mean(y * y))


def mnist():
    rng = np.random.default_rng(0)
    model = nn.MLP(784, [512], 10, rng=rng)
    return swept(nn.cross_entropy(model(rng.random((32, 784), dtype=np.float32)), rng.integers(0, 10, 32)))


def hundred():
    y = Value(0.5, label="x")
    for i in range(100):
        y = tanh(y) if i % 2 else y * 1.01
    return swept(y)


def residual():
    rng = np.random.default_rng(0)
    h = Tensor(rng.normal(size=(4, 8)), label="x")
    for i in range(12):
        h = h + tanh(h @ Tensor(rng.normal(size=(8, 8)) * 0.1, label=f"W{i}"))
    return swept(ag.sum(h))


def sizes(svg):
    """Width and height of a picture, and the smallest of its letters, in pixels."""
    width, height = re.search(r'<svg[^>]*? width="([\d.]+)pt" height="([\d.]+)pt"', svg, re.S).groups()
    letters = map(float, re.findall(r'font-size="([\d.]+)"', svg))
    return float(width) * PIXELS, float(height) * PIXELS, min(letters) * PIXELS


GRAPHS = [recurrent, xor, cnn, attention, mnist, hundred, residual, lambda: many(20), lambda: chain(60)]


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.__name__)
def test_the_default_picture_fits_two_screens(graph):
    picture = draw(graph())
    width, height, letters = sizes(picture.svg)
    assert width <= SCREENS[0]
    assert height <= SCREENS[1]
    assert letters >= 11
    assert len(picture.shown.cards) >= 5


@given(scalar_graphs())
def test_the_picture_of_any_graph_fits(root):
    width, height, _ = sizes(draw(root).svg)
    assert width <= SCREENS[0]
    assert height <= SCREENS[1]


def test_a_cnns_loss_shows_its_layers():
    said = [card.label or card.operation for card in draw(cnn()).shown.cards]
    for name in ("0: Conv2d", "2: MaxPool2d", "7: Linear", "cross_entropy"):
        assert name in said


def test_the_steps_of_a_recurrent_network_roll_up():
    shown = draw(recurrent()).shown
    rolled = {card.operation: card.count for card in shown.cards if card.kind == "alike"}
    assert rolled["tanh"] == 9
    age = {card.key: i for i, card in enumerate(shown.cards)}
    assert any(age[arrow.tail] > age[arrow.head] for arrow in shown.arrows), "there is a way round"
    weights = [card.label for card in shown.cards if card.kind == "leaf"]
    assert weights == ["W", "U", "b"]


def test_a_long_chain_breaks_into_lines_and_says_where_it_goes_on():
    picture = draw(hundred())
    layout = choose_layout(picture.shown)
    lines = {card.line for card in layout.shown.cards}
    assert len(lines) > 1
    references = [card for card in layout.shown.cards if card.kind == "reference"]
    marked = {card.mark for card in layout.shown.cards if card.mark}
    assert len(references) == len(lines) - 1
    assert {card.label.split()[-1] for card in references} == marked
    said = groups(picture)
    top = [svg_height(picture.svg, key) for key in ("n20", "n99")]
    assert all(card.key in said for card in references)
    assert top[0] < top[1], "earlier lines stand above later ones"


def svg_height(svg, key):
    """How far below the upper edge the numbers of a card stand."""
    (group,) = re.findall(rf'<g id="{key}" class="node[^>]*>.*?</g>', svg, re.S)
    return float(re.search(r'<text [^>]*y="(-?[\d.]+)"', group)[1])


def test_a_reference_tells_what_flows_over_its_arrow():
    x = Value(3.0, label="x")
    y = x * 2.0
    y.backward()
    shown = draw(y).shown
    (arrow,) = (arrow for arrow in shown.arrows if not arrow.is_constant)
    cut = refer(shown, [arrow.key])
    (reference,) = (card for card in cut.cards if card.kind == "reference")
    assert (reference.label, reference.about) == ("x", ("3", "1 × 2", "= 2"))


def test_a_choice_is_met_whatever_the_size():
    whole = draw(recurrent(), max_nodes=None).shown
    assert not whole.is_folded
    assert len([card for card in whole.cards if card.kind != "constant"]) == whole.nodes
    assert not any(card.kind == "alike" for card in draw(recurrent(), alike=False).shown.cards)


def test_the_same_graph_is_the_same_picture():
    assert draw(recurrent()).dot == draw(recurrent()).dot


def test_a_stack_is_drawn_in_linear_time():
    def draw_stack(n):
        root = swept(ag.sum(ag.stack([Value(float(i)) * 2.0 for i in range(n)])))
        return count_lines(lambda: draw(root))

    assert draw_stack(400) < 2.6 * draw_stack(200)
