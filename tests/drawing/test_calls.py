"""Composed operations are one card each: what the reader wrote, with what flows through it; opened, the derivation."""

import numpy as np
import pytest

import autograd_mini as ag
import nn
from autograd_mini import KindError, Tensor, Value, draw, exp, gradients, named_call, no_grad
from autograd_mini.scopes import calls
from autograd_mini.snapshot import Snapshot

from ..support.drawn import close


def operations(picture):
    return [card.operation for card in picture.shown.cards if card.kind in ("operation", "scope")]


def cnn():
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 3, rng=rng)
    )
    return nn.cross_entropy(model(rng.random((2, 1, 4, 4), np.float32)), np.array([0, 2]))


def swish(x):
    return x / (1.0 + exp(-x))


def test_a_cnn_is_its_operations():
    picture = draw(cnn())
    assert operations(picture)[0] in ("conv", "conv2d")
    assert operations(picture)[-3:] == ["matmul", "add", "cross_entropy"]
    assert "max_pool2d" in operations(picture)
    assert {"log_softmax", "getitem", "where"}.isdisjoint(operations(picture))
    opened = draw(cnn(), unfold=["Sequential", "cross_entropy"])
    assert operations(opened)[-4:] == ["log_softmax", "getitem", "mean", "negative"]
    assert not any(card.kind == "scope" for card in draw(cnn(), unfold=True).shown.cards)


COMPOSED = {
    "mean": lambda x: ag.mean(x * x),
    "var": ag.var,
    "std": ag.std,
    "softmax": lambda x: ag.softmax(x)[0, 1],
    "silu": lambda x: ag.sum(ag.silu(x)),
    "average": lambda x: np.average(x, weights=np.array([[1.0, 2.0], [3.0, 4.0]])),
    "mse": lambda x: nn.mse(x, np.zeros((2, 2))),
    "mae": lambda x: nn.mae(x, np.zeros((2, 2))),
    "bce_with_logits": lambda x: nn.bce_with_logits(x, np.eye(2)),
    "cross_entropy": lambda x: nn.cross_entropy(x, np.array([0, 1])),
    "standardize": lambda x: nn.LayerNorm(2, dtype=np.float64)(x)[0, 1],
}


@pytest.mark.parametrize("name", COMPOSED)
def test_a_composed_operation_is_one_card(name):
    x = Tensor([[0.5, -1.0], [2.0, 1.5]], label="x")
    root = COMPOSED[name](x)
    root.backward()
    shown = draw(root).shown
    (card,) = (card for card in shown.cards if card.operation == name)
    (arrow,) = (arrow for arrow in shown.arrows if arrow.head == card.key and not arrow.is_constant)
    tail = next(other for other in shown.cards if other.key == arrow.tail)
    assert card.kind == "scope"
    assert arrow.upstream
    assert arrow.formula
    numbers = [[float(number) for number in row] for row in tail.grad]
    assert close(arrow.contribution[0][0].removeprefix("norm "), np.linalg.norm(numbers))
    assert card.data
    assert len(draw(root, unfold=["LayerNorm", name] if name == "standardize" else name).shown.cards) > len(shown.cards)


@pytest.mark.parametrize("name", ["mean", "var", "std", "softmax"])
def test_the_words_of_a_flow_are_what_flows(name):
    x = Tensor([0.5, -1.0, 2.0])
    z = getattr(ag, name)(x)
    seed = np.array([1.0, -2.0, 0.5]) if name == "softmax" else 3.0
    (words,) = calls[-1][2].of.flows
    known = {"g": seed, "x": x.data, "z": z.data, "n": 3, "mean": np.mean, "sum": np.sum}
    said = eval(words.replace("×", "*").replace("2 (", "2 * ("), {}, known)  # the words are the library's own
    assert np.allclose(said, gradients(z, seed)[x])


def test_the_derivative_of_a_folded_operation_of_numbers():
    x = Value(0.7, label="x")
    named = named_call("swish", "x / (1 + exp(-x))")(swish)
    y = named(x) * 2.0
    y.backward()
    shown = draw(y).shown
    (arrow,) = (arrow for arrow in shown.arrows if arrow.tail == "n0")
    slope = gradients(swish(x))[x]
    assert close(arrow.local[0][0], slope)
    assert close(arrow.upstream[0][0], 2.0)
    assert close(arrow.contribution[0][0], 2.0 * slope)
    assert ("x / (1 + exp(-x))",) in [card.about for card in shown.cards]


def test_an_input_used_twice_inside_flows_back_once_with_all_of_it():
    x = Tensor([1.0, 5.0], label="x")
    z = ag.var(x)
    z.backward()
    (arrow,) = draw(z).shown.arrows
    assert np.allclose([float(number) for number in arrow.contribution[0]], x.grad)


def test_words_that_an_option_would_belie_are_left_out():
    x = Tensor([[0.5, -1.0]], label="x")

    def about(loss):
        return next(card.about for card in draw(loss).shown.cards if card.kind == "scope")

    assert about(nn.mse(x, np.zeros((1, 2)))) == ("mean of (outputs - targets)²",)
    assert about(nn.mse(x, np.zeros((1, 2)), reduction="sum")) == ("3 operations",)
    assert about(ag.mean(x, axis=0)) == ("sum(x) / n",)


def test_one_node_alone_is_itself():
    assert operations(draw(ag.square(Value(2.0)))) == ["multiply"]


def test_calls_that_record_nothing_are_not_remembered():
    before = list(calls)
    ag.var(np.ones(3))
    with no_grad():
        ag.var(Tensor(np.ones(3)))
    assert list(calls) == before


def test_a_leaf_stays_outside_of_what_it_is_given_to():
    x = Tensor([1.0, 2.0], label="x")
    assert [card.label for card in draw(ag.std(x), unfold=False).shown.cards] == ["x", ""]


def test_a_gradient_within_a_part_is_that_of_the_part():
    x = Value(3.0)
    inner = x * x + x
    taken = Snapshot(inner * 2.0)
    part = taken.nodes[1:3]
    assert taken.sweep_part(part[-1], part)[taken.copy_of(x)] == 7.0


def test_a_named_call_takes_words():
    with pytest.raises(KindError, match="a name and words; got int 3"):
        named_call("f", 3)
