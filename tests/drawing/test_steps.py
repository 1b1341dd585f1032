"""What an operation was told stands on its card; over a step, and to a branch not taken, nothing flows back."""

import re

import autograd_mini
from autograd_mini import Tensor, Value
from autograd_mini.drawing import draw

from ..support.drawn import drawn_words, groups


def test_a_card_says_what_its_operation_was_told():
    x = Tensor([[1.0, -2.0], [0.5, 3.0]], label="x")
    root = autograd_mini.max(x, axis=1) * autograd_mini.clip(x[0], 0.0, 1.0) @ x.T
    said = {key: texts[0] for key, texts in groups(draw(root)).items() if re.fullmatch(r"n\d+", key)}
    assert list(said.values()) == ["x", "max", "[0]", "clip", "×", "ᵀ", "@"]
    told = {card.operation: card.parameters for card in draw(root).shown.cards if card.parameters}
    assert told == {"max": "axis=1", "getitem": "0", "clip": "a_min=0, a_max=1"}
    assert "clip(a_min=0, a_max=1)" in draw(root).text
    assert [card.parameters for card in draw(x.reshape((4,))).shown.cards] == ["", ""], "its shape is said below"


def test_over_a_step_nothing_flows_back():
    v = Value(2.5, label="v")
    y = autograd_mini.floor(v) * v
    y.backward()
    picture = draw(y)
    said = groups(picture)
    assert said["e1_0"] == ["2.5"]
    assert said["n0"] == ["v", "data", "2.5", "grad", "2"], "one term is no sum"
    assert "n0 v, told above  ← nothing" in picture.text or "v  data 2.5  grad 2  ← nothing" in picture.text
    dashed = [line for line in picture.dot.splitlines() if " -> " in line and "style=dashed" in line]
    assert [re.search(r"id=(\w+)", line)[1] for line in dashed] == ["e1_0_start", "e1_0_end"]
    words = "dashed: a step or a choice, over which nothing flows back"
    assert words in drawn_words(picture.svg)
    assert words not in drawn_words(draw(v * v).svg)


def test_to_a_branch_that_is_not_taken_nothing_flows_back():
    condition, x, y = Value(1.0), Value(2.0), Value(3.0)
    root = autograd_mini.where(condition, x, y)
    assert [arrow.is_step for arrow in draw(root).shown.arrows] == [True, False, True]
