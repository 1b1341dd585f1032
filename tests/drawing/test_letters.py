"""Names never collide: a letter for what has no label is none that a label uses, and the legend explains it."""

import json
import re

import numpy as np
import pytest

from autograd_mini import KindError, Tensor, Value, constant, draw, grad, gradients, mean, relu, sum, tanh, where
from autograd_mini.constants import label_of
from autograd_mini.drawing.naming import name_nodes
from autograd_mini.reverse import history
from autograd_mini.snapshot import Snapshot
from autograd_mini.stepping.page_data import describe_run
from autograd_mini.stepping.trace import trace

from ..support.drawn import drawn_words, groups


def formulas(root):
    return [arrow.formula for arrow in draw(root).shown.arrows if arrow.formula]


def test_an_input_without_a_label_takes_no_letter_that_is_one():
    w, y = Tensor([[1.0], [2.0]], label="W"), Tensor([[1.0]], label="y")
    loss = sum((np.ones((1, 2)) @ w - y) * np.full((1, 1), 2.0))
    assert formulas(loss)[0] == "x.T @ g"
    assert formulas(loss)[-1] == "broadcast_to(g, (1, 1))"
    x = Tensor([[1.0], [2.0]], label="x")
    assert formulas(x @ np.ones((1, 2))) == ["g @ u.T"], "the second of y, u, v, …"
    both = Tensor([[1.0]], label="y") * 1.0 + sum(x @ np.ones((1, 2)))
    assert not any(re.search(r"\b[xy]\.T", words) for words in formulas(both)), "y is the reader's"


def test_nor_do_the_gradient_and_the_output():
    g, z = Tensor([1.0, 2.0], label="g"), Tensor([0.5, 1.5], label="z")
    assert formulas(g * z) == ["upstream × z", "upstream × g"]
    assert not any("in words" in line for line in drawn_words(draw(g * z).svg)), "whole words speak for themselves"


def test_the_legend_explains_each_letter():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]], label="x")
    words = " ".join(drawn_words(draw(x[x.data > 1.0] * np.arange(3.0)).svg))
    assert "g the upstream gradient" in words
    assert "i positions" in words
    assert "z the output" not in words, "for no formula has it"
    assert "n how many" in " ".join(drawn_words(draw(mean(Tensor([1.0, 2.0], label="a"))).svg))


def test_signs_on_cards_have_no_letters():
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    texts = [said[0] for key, said in groups(draw(-(x**2.0) + abs(y))).items() if re.fullmatch(r"n\d+", key)]
    assert texts == ["x", "y", "^", "−", "|·|", "+"]
    slope = gradients(tanh(y), differentiable=True)[y]
    names = [card.operation for card in draw(slope).shown.cards]
    assert "1 / cosh(y)²" in names


def test_words_are_plain():
    x = Tensor([1.0, -2.0], label="x")
    assert formulas(relu(x)) == ["g × (1 above 0, 0 at 0 and below)"]
    assert formulas(x[1]) == ["g at [1], 0 elsewhere"]
    twice = x * 2.0
    twice.backward(np.ones(2))
    first = sum(twice)
    first.backward()
    (card,) = (card for card in draw(first).shown.cards if card.label == "x")
    assert card.about == ("grad also holds what another sweep added",)
    page = describe_run(trace(sum(Tensor(np.ones(100)) * 1.0)))
    assert not any("=" in line and "(100,)" in line for line in map(str, page["cards"][0]["data"]))
    assert page["cards"][0]["data"] == ["shape (100,)", "norm 10"]


def test_a_constant_bears_a_label_and_is_no_leaf():
    t = constant([1.0, 2.0], label="t")
    assert type(t) is np.ndarray
    x = Tensor([3.0, 4.0], label="x")
    loss = sum((x - t) ** 2)
    loss.backward()
    picture = draw(loss)
    (card,) = (card for card in picture.shown.cards if card.label == "t")
    assert (card.kind, card.grad) == ("constant", ())
    assert formulas(x * t) == ["g × t"]
    assert "t 1 2" in picture.text
    assert grad(lambda x: sum(x * t))(np.ones(2)).tolist() == [1.0, 2.0]
    assert label_of(t[:1]) is None
    assert label_of(Snapshot(x * t).root.inputs[1]) == "t"


@pytest.mark.parametrize("data", ["three", Value(1.0), np.array([1j])])
def test_what_is_no_constant_is_refused(data):
    with pytest.raises(KindError):
        constant(data, label="t")


@pytest.mark.parametrize("make", [lambda: Value(1.0, label=3), lambda: Tensor([1.0], label=b"x"),
                                  lambda: constant([1.0], label=None)])  # fmt: skip
def test_a_label_is_text(make):
    with pytest.raises(KindError, match="a label is text; got"):
        make()


def test_nodes_are_called_by_what_they_compute_where_that_is_short():
    w0, x0, b = Value(1.0, label="w0"), Value(2.0, label="x0"), Value(3.0, label="b")
    product = w0 * x0
    y = tanh(product + b)
    nodes = history(y)[::-1]
    assert list(name_nodes(nodes).values()) == ["w0", "x0", "b", "w0·x0", "w0·x0 + b", "#5"]
    twins = Value(1.0, label="w") * Value(2.0, label="w")
    assert list(name_nodes(history(twins)[::-1]).values()) == ["w #0", "w #1", "#2"]
    page = json.dumps(describe_run(trace(y)), ensure_ascii=False)
    assert "#3" not in page
    card = next(card for card in describe_run(trace(y))["cards"] if card["name"] == "w0·x0")
    assert (card["computes"], card["numbers"]) == ("", "1 × 2")


@pytest.mark.parametrize(
    "one", [np.ones(1), np.ones((1, 1)), np.ones((1, 1, 1)), np.array(1.0), np.ones(1, bool)], ids=str
)
def test_a_constant_of_one_element_draws_beside_anything(one):
    for x in (Value(2.0, label="x"), Tensor(2.0), Tensor([2.0]), Tensor([2.0, 3.0])):
        for root in (x * one, one - x, where(one, x, 0.0), x**one):
            loss = sum(root)
            loss.backward()
            assert "<svg" in draw(loss).svg
            assert describe_run(trace(loss))["cards"]
