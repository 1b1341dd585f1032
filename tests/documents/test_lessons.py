"""What the lessons claim: that faults are found, that what is mended is right, that equations hold."""

import re
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograd_mini import gradients

EXAMPLES = Path(__file__).parents[2] / "examples"


def lesson(name: str) -> SimpleNamespace:
    sys.path.insert(0, str(EXAMPLES))
    try:
        return SimpleNamespace(**runpy.run_path(str(EXAMPLES / f"{name}.py")))
    finally:
        sys.path.remove(str(EXAMPLES))


@pytest.fixture(scope="module")
def by_hand():
    return lesson("layers_by_hand")


def test_published_layers_are_wrong_and_mended_ones_right(by_hand):
    assert "changes: the upstream gradient" in by_hand.verdict(by_hand.PublishedRelu(), by_hand.X)
    said = by_hand.verdict(by_hand.PublishedSoftmaxWithLoss(), by_hand.X, by_hand.LABELS)
    assert "not linear in the upstream gradient" in said
    right = (
        (by_hand.Relu(), by_hand.X),
        (by_hand.Sigmoid(), by_hand.X),
        (by_hand.Affine(), by_hand.X, by_hand.W, by_hand.B),
        (by_hand.SoftmaxWithLoss(), by_hand.X, by_hand.LABELS),
    )
    for layer, *args in right:
        assert by_hand.verdict(layer, *args) == ""
    assert by_hand.furthest_from_the_engine() < 1e-12


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_pages_of_layers_end_at_their_textbooks_numbers(by_hand, language):
    tell = by_hand.Teller(language)
    y = 1 / (1 + np.exp(-1.0))
    assert f"{y * (1 - y):.4g}" in by_hand.sigmoid_page(tell).html
    share = np.exp(1.0) / (np.exp(1.0) + np.exp(0.2))
    assert f"{share - 1:.4g}" in by_hand.softmax_page(tell).html


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_pages_of_a_lesson_speak_its_language(by_hand, language):
    tell = by_hand.Teller(language)
    with tell.part("Pages", "쪽"):
        page = by_hand.sigmoid_page(tell)
    assert f'<html lang="{language}">' in page.html


def test_the_hunt_finds_every_fault():
    hunt = lesson("bug_hunt")
    assert len(hunt.CASES) >= 15
    assert [name for name, case in hunt.CASES.items() if not hunt.answer(case)] == []


@pytest.fixture(scope="module")
def why():
    return lesson("why_it_did_not_learn")


def test_each_fault_has_what_finds_it(why):
    assert "Error" in why.raises(frozenset({why.NOTHING}))
    assert "shapes" in why.raises(frozenset({why.SHAPE}))
    assert not why.moves(frozenset({why.REBINDING}))
    assert why.moves(frozenset())
    assert "argument 2" in why.checked(frozenset({why.BIAS}))
    assert why.checked(frozenset()) == ""
    assert "W1" in why.missing_in_the_picture(frozenset({why.REBINDING}))
    assert "0.weight" in why.inspected(frozenset({why.REBINDING}))
    assert all(find(frozenset()) == "" for _, find in why.TOOLS.values())
    assert all(any(find(frozenset({fault})) for _, find in why.TOOLS.values()) for fault in why.FAULTS)
    assert why.first_outputs_spread(frozenset({why.SMALL})) < 0.1 * why.first_outputs_spread(frozenset())


def test_the_published_network_is_frozen_and_the_mended_one_learns(why):
    import nn

    found = nn.mnist.load_embedded()
    digits = why.Digits(found.train_images[:500], found.train_labels[:500], found.test_images, found.test_labels)
    frozen = why.Net(frozenset({why.REBINDING, why.BIAS, why.SMALL}))
    before = frozen.accuracy(*digits[2:])
    assert why.train(frozen, digits, 20)[1] == before
    assert why.train(why.Net(frozenset()), digits, 200)[1] > 0.8


def test_the_four_equations_hold():
    four = lesson("four_equations")
    net = four.Net()
    assert max(np.abs(left - right).max() for _, left, right in net.equations()) < 1e-15
    change, promised = net.nudged(1e-6)
    assert change == pytest.approx(promised, rel=1e-4)
    assert four.convolution() == 0.0
    program = four.crown(four.cost)
    for line in (
        "t1 = W1 @ x + b1",
        "t2 = W2 @ h1 + b2",
        "db1 = result @ W2 * sigmoid_slope(t1)",
        "dW1 = db1[:, None] * x",
    ):
        assert line in program
    program = four.crown(four.cost_of_batch, 6)
    for line in ("t1 = X @ W1.T + b1", "g2 = g1 @ W2 * ", "dW1 = g2.T @ X", "db1 = np.sum(g2, axis=0)"):
        assert line in program


def test_both_ways_find_the_engines_derivatives_and_reverse_multiplies_once_along_each_arrow():
    both = lesson("both_ways")
    for root, inputs in (both.neuron(), both.network(3, 4, 2)):
        graph, right = both.Graph(root, inputs), gradients(root)
        forward = {step.walk: step.sum for step in graph.forward() if step.card == len(graph.nodes) - 1}
        reverse = {step.card: step.sum for step in graph.reverse()}
        for k, (card, x) in enumerate(zip(graph.inputs, inputs, strict=True)):
            assert forward[k] == pytest.approx(right[x], rel=1e-12)
            assert reverse[card] == pytest.approx(right[x], rel=1e-12)
        walks, ahead, _, back = graph.counts()
        assert walks == len(inputs)
        assert back == len(graph.arrows) < ahead


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_of_a_convolution_spells_its_sums(language):
    seen = lesson("convolution_seen").ConvolutionSeen(language)
    sums = re.findall(r"<b>(\S+)</b> = (.+?)</li>", seen.html)
    assert len(sums) == 4 + 4 + 9
    for result, spelled in sums:
        products = [re.findall(r"-?[\d.]+", part.replace("−", "-")) for part in spelled.split(" + ")]
        assert sum(float(x) * float(w) for x, w in products) == float(result.replace("−", "-"))


def test_a_deep_network_that_begins_too_small_learns_nothing_and_the_checks_name_each_fault():
    import nn

    dynamic = lesson("dynamic_network")
    found = nn.mnist.load_embedded()
    digits = found.train_images[:200], found.train_labels[:200]
    small, he = (dynamic.Run([32] * 6, "tanh", start, 60, digits) for start in ("0.01", "he"))
    assert small.accuracy < 0.3 < 0.9 < he.accuracy
    assert small.spreads[-1] < 1e-6 < 0.1 < he.spreads[-1]
    for fault in (dynamic.MASK, dynamic.CACHE):
        assert "wrong derivative" in dynamic.verdict({fault})
    assert "nan" in dynamic.verdict({dynamic.OVERFLOW}, 1e5)
    assert dynamic.verdict(set()) == ""
    wrong = dynamic.Published({dynamic.MASK, dynamic.CACHE, dynamic.OVERFLOW}).train(*digits, 100)
    assert wrong[-1] < wrong[0]  # it learns, and its gradients are wrong
    cost = dynamic.three_layers()
    assert cost.shape == ()
    cost.backward()
    marked = re.findall(r">(matrix product|Hadamard)<", dynamic.marked(cost, dynamic.Teller("en")))
    assert sorted(marked) == ["Hadamard"] * 4 + ["matrix product"] * 5  # x is no node


def test_one_by_one_and_all_at_once_agree_and_the_folder_is_read_as_it_was_written(tmp_path):
    import nn

    png = lesson("mnist_png")
    digits = nn.mnist.load_embedded()
    model = nn.MLP(*png.SIZES, rng=0)
    ways = (way(model, digits.train_images[:20], digits.train_labels[:20]) for way in (png.one_by_one, png.all_at_once))
    for slow, fast in zip(*ways, strict=True):
        np.testing.assert_allclose(slow, fast, atol=2e-6)
    few = type(digits)(*(array[:50] for array in digits))
    png.write_folder(tmp_path, few)
    x, y = png.as_rows(nn.image_folder(tmp_path / "training", mode="L"))
    order = np.lexsort((np.arange(50), few.train_labels))
    np.testing.assert_array_equal(y, few.train_labels[order])
    np.testing.assert_allclose(x, few.train_images[order], atol=1e-6)
