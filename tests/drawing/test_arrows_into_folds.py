"""An arrow into a folded card speaks of that card: its gradient, its derivative; nothing is lost by folding."""

import numpy as np

import nn
from autograd_mini import Tensor, Value, draw, exp, relu, scope, sum, tanh

from ..support.drawn import close, many, nested
from .test_equations import random_graph


def into_folds(picture):
    """(tail, arrow, head) of each arrow into a folded scope that is one of numbers."""
    cards = {card.key: card for card in picture.shown.cards}
    arrows = (arrow for arrow in picture.shown.arrows if cards[arrow.head].kind == "scope" and not arrow.is_constant)
    return [(cards[arrow.tail], arrow, cards[arrow.head]) for arrow in arrows]


def outside(data, label):
    """A node that is no leaf, for a leaf belongs to the scope that uses it."""
    x = Tensor(data) * 1.0 if np.ndim(data) else Value(data) * 1.0
    x.label = label
    return x


def test_it_does_not_contradict_the_cards():
    random = np.random.default_rng(3)
    told = 0
    for _ in range(40):
        root = random_graph(random)
        root.backward()
        for tail, arrow, head in into_folds(draw(root, unfold=False)):
            if arrow.local:
                assert close(arrow.upstream[0][0], head.grad[0][0].strip("≈"))
                told += 1
                if tail.grad and not tail.flows:
                    assert close(arrow.contribution[0][0].strip("≈"), tail.grad[0][0].strip("≈"))
    assert told > 10


def test_its_derivative_is_that_of_the_card():
    w, x = outside(0.5, "w"), outside(2.0, "x")
    with scope("inner"):
        h = tanh(w * x) + exp(w)
    loss = h * h
    loss.backward()
    inside = {"w": (1.0 - tanh(w * x) ** 2.0) * x + exp(w), "x": (1.0 - tanh(w * x) ** 2.0) * w}
    found = into_folds(draw(loss, unfold=False))
    assert [tail.label for tail, *_ in found] == ["w", "x"], "w once, though it is used twice"
    for tail, arrow, head in found:
        assert close(arrow.upstream[0][0], h.grad)
        assert close(arrow.local[0][0], inside[tail.label].data)
        assert close(arrow.contribution[0][0], {"w": w, "x": x}[tail.label].grad)
        assert arrow.upstream == head.grad or close(arrow.upstream[0][0], head.grad[0][0])


def test_of_arrays_words_say_what_it_hands_back():
    x, w = outside([[1.0, 2.0]], "x"), outside([[0.5], [1.5]], "W")
    with scope("layer"):
        h = relu(x @ w) * 2.0
    loss = sum(h)
    loss.backward()
    (to_x, to_w) = (arrow for _, arrow, _ in into_folds(draw(loss, unfold=False)))
    assert to_x.formula == to_w.formula == "g back through layer"
    assert (to_x.contribution, to_w.contribution) == ((("1", "3"),), (("norm 4.472",),))
    with scope("product"):
        last = exp(w.T) @ x.T + w.T @ x.T
    formulas = [arrow.formula for _, arrow, _ in into_folds(draw(last, unfold=False))]
    assert formulas == ["g back through product", "g back through product"]
    with scope("sum"):
        last = exp(w) + x.T
    formulas = [arrow.formula for _, arrow, _ in into_folds(draw(last, unfold=False))]
    assert formulas == ["g back through sum", "g back through sum"]
    with scope("product"):
        h = exp(w)
        h.label = "h"
        last = x @ h
    assert {arrow.formula for _, arrow, _ in into_folds(draw(last, unfold=False))} == {
        "g back through product",
        "g @ h.T",  # the rule of the one operation that is passed
    }


def test_of_several_outputs_it_claims_no_derivative():
    x = outside(0.5, "x")
    with scope("both"):
        a, b = tanh(x), exp(x)
    loss = a * b
    loss.backward()
    shown = draw(loss, unfold=False).shown
    ((_, arrow, _),) = into_folds(draw(loss, unfold=False))
    assert (arrow.local, arrow.formula) == ((), "back from the outputs of both")
    assert close(arrow.contribution[0][0], x.grad)
    onwards = [arrow for arrow in shown.arrows if arrow.head == shown.cards[-1].key]
    assert [close(arrow.contribution[0][0], node.grad) for arrow, node in zip(onwards, (a, b), strict=True)]


def test_labels_constants_and_arrays_survive():
    images = np.ones((5, 3), np.float32)
    model = nn.MLP(3, [4], 2, rng=np.random.default_rng(0))
    (card,) = (card for card in draw(model(images), unfold=False).shown.cards if card.kind == "constant")
    assert card.array == "(5, 3) float32"
    w = Value(2.0, label="w")
    with scope("line"):
        y = w * 3.0 + 1.0
    y.label = "y"
    (box,) = (card for card in draw(y * y, unfold=False).shown.cards if card.kind == "scope")
    assert box.about == ("2 operations", "w", "constants 3, 1", "gives y")
    (alike, *_) = (card for card in draw(many()).shown.cards if card.operation == "multiply")
    assert alike.about == ("40 constants, 0 … 39",)


def test_the_card_spells_out_the_sum_that_its_output_receives():
    loss = nested(1)
    box = next(card for card in draw(loss, unfold=False).shown.cards if card.kind == "scope")
    assert len(box.flows) == 2
    assert close(box.flows[0], float(box.grad[0][0]) / 2)
