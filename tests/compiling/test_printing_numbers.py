"""A program told as a table, in numbers and as a picture."""

import re

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import compile, draw, value_and_grad
from autograd_mini.errors import DrawingError, KindError

from ..support import scalar_models as models


def loss(p, x, y):
    h = [am.tanh(sum(w * a for w, a in zip(p[4 * i : 4 * i + 3], x, strict=True)) + p[4 * i + 3]) for i in range(4)]
    return (sum(h) - y) ** 2


def batch(p, xs, ys):
    return sum(loss(p, x, y) for x, y in zip(xs, ys, strict=True))


@pytest.fixture(scope="module")
def program():
    xs, ys = [models.numbers(3, seed) for seed in range(5)], models.numbers(5, 9)
    return compile(value_and_grad(batch)).record(models.numbers(16, 7), xs, ys)


def test_the_table_tells_what_each_instruction_is(program):
    summary, *lines = str(program).splitlines()
    recorded, count = program.recording.origins.recorded, len(program.recording.listing.instructions)
    assert summary == f"batch: {recorded:,} nodes, {count} instructions"
    (product,) = [line for line in lines if re.search(r"= xs @ W1\.T ", line)]
    assert re.search(r"\(5, 4\)\s+60\s+test_printing_numbers\.py:\d+$", product)
    assert any(line.endswith(", gradient") for line in lines)
    assert len({line.index(" = ") for line in lines}) == 1


def test_stats_count(program):
    found = program.stats()
    listing = program.recording.listing
    assert found.nodes == program.recording.origins.recorded
    assert found.operations < found.nodes
    assert found.instructions == len(listing.instructions)
    assert found.products == sum(x.name == "product" for x in listing.instructions) > 0
    assert f"{found.instructions:,} instructions" in str(found)


def test_flops_are_those_of_the_operations():
    a, b = np.ones((3, 4)), np.ones((4, 5))
    assert compile(lambda x, y: x @ y).record(a, b).stats().flops == 2 * 3 * 4 * 5
    assert compile(lambda x, y: am.sum(x @ y)).record(a, b).stats().flops == 2 * 3 * 4 * 5 + 15
    assert compile(lambda x: am.exp(x)).record(a).stats().flops == 12
    dot = compile(lambda x, y: sum(p * q for p, q in zip(x, y, strict=True)))
    assert dot.record([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]).stats().flops == 6


def test_a_profile_names_every_instruction(program):
    profile = program.profile(3)
    assert len(profile.rows) == program.stats().instructions
    assert all(seconds > 0.0 for _, seconds in profile.rows)
    assert profile.seconds == sum(seconds for _, seconds in profile.rows)
    assert any("xs @ W1.T" in words for words, _ in profile.rows)
    assert str(profile).count("µs") == len(profile.rows) + 1


def test_a_profile_changes_no_answer(program):
    args = models.numbers(16, 1), [models.numbers(3, seed) for seed in range(5)], models.numbers(5, 3)
    before = program(*args)
    program.profile(2)
    assert program(*args) == before


def test_nothing_recorded_is_not_profiled():
    with pytest.raises(KindError, match="nothing is recorded yet"):
        compile(loss).stats()


def test_a_picture_has_a_card_for_each_instruction(program):
    picture = draw(program)
    assert "Picture of" in repr(picture)
    words = {(card.label, card.operation) for card in picture.shown.cards}
    assert any(operation == "xs @ W1ᵀ" for _, operation in words)
    assert {"value", "dp"} <= {card.label for card in picture.shown.cards if card.is_root}
    shapes = {arrow.forward for arrow in picture.shown.arrows}
    assert "(4, 3)" in shapes
    assert {card.order for card in picture.shown.cards} == {0, 1}


def test_a_picture_is_laid_out_and_told(program, tmp_path):
    picture = draw(program, theme="dark", direction="down")
    assert "xs @ W1ᵀ" in picture.svg
    assert "argument" in picture.dot
    assert "grad:" not in picture.dot
    assert "xs @ W1ᵀ" in picture.text
    picture.save(tmp_path / "program.dot")
    with pytest.raises(DrawingError, match="a picture saves as"):
        picture.save(tmp_path / "program.html")
    with pytest.raises(DrawingError, match="direction"):
        draw(program, direction="left")
