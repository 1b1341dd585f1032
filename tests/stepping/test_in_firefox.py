"""The pages in Firefox, too: walked through, changed under the finger, trained, laid out on a phone, hostile labels."""

import json
import math

import pytest

from autograd_mini import Tensor, Value, softmax, step_through, tanh, train_through
from autograd_mini.drawing.formatting import format_number

from ..support.stepped import LAST, product

LEFT, END = "\ue012", "\ue010"  # WebDriver's letters for keys


@pytest.fixture
def visit(firefox, tmp_path):
    """Opens a page; afterwards nothing else may have been fetched, and nothing complained of."""
    address = (tmp_path / "graph.html").as_uri()

    def visit(page, fragment="", **options):
        page.save(tmp_path / "graph.html")
        firefox.open(f"{address}{fragment}", **options)
        return firefox

    yield visit
    firefox.close()
    assert firefox.complaints == []
    assert {request for request in firefox.requests if not request.startswith("data:")} <= {
        address
    }  # a font of its own


def words(firefox):
    return firefox.evaluate("document.querySelector('.words').textContent")


def after_a_frame(firefox):
    firefox.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def put(firefox, label, number):
    """Types a number where it is asked for, by the name that people hear."""
    box = f"document.querySelector({json.dumps(f'[aria-label={json.dumps(label)}]')})"
    firefox.evaluate(f"({box}.value = {number}, {box}.dispatchEvent(new Event('input')))")
    after_a_frame(firefox)


def test_keys_walk_through_the_graph(visit):
    tab = visit(product())
    assert "The leaves hold what was chosen: w = 3, x = -2." in words(tab)
    tab.press(END)
    assert tab.evaluate("document.querySelector('#count').textContent") == f"Step {LAST} of {LAST}"
    tab.press(LEFT)
    assert "hands on to" in words(tab)
    tab.click("#next")
    assert "Each gradient is the sum over all the paths" in words(tab)


def test_a_dragged_leaf_moves_every_number(visit):
    tab = visit(product(), f"#step={LAST}")
    put(tab, "x, slider", 1.5)
    w, x = Value(3.0), Value(1.5)
    (tanh(w * x * 0.1) + x).backward()
    assert f"∂loss/∂w = {w.grad:.4g}" in words(tab)
    assert f"∂loss/∂x = {x.grad:.4g}" in words(tab)


def test_the_page_computes_what_the_engine_does(visit):
    tab = visit(product())
    numbers = [-2.5, -1.0, -0.25, 0.0, 0.3, 1.0, 4.0]
    found = tab.evaluate(f"{numbers}.map((x) => ['tanh', 'exp', 'sigmoid', 'erf'].map((name) => OPERATIONS[name](x)))")
    right = [[math.tanh(x), math.exp(x), 1 / (1 + math.exp(-x)), math.erf(x)] for x in numbers]
    assert found == [pytest.approx(row, rel=1e-12, abs=1e-300) for row in right]


def test_halves_go_to_the_even_digit(visit):
    numbers = [0.00012345, 1.23455, 123.4375, -123.46875, 12345.03125, 2.0**-40, 1234500.0, 1.2345e11]
    found = visit(product()).evaluate(f"{numbers}.flatMap((x) => [4, 5, 7].map((digits) => worded(x, digits)))")
    assert found == [format_number(x, digits) for x in numbers for digits in (4, 5, 7)]


def test_training_descends(visit):
    w = Value(5.0, label="w")
    tab = visit(train_through((w - 3.0) ** 2, [w], lr=0.1, steps=20))
    put(tab, "Training step", 20)
    assert f"{3 + 2 * 0.8**20:.4g}" in tab.evaluate("document.querySelector('.training').textContent")


def test_a_phone_has_room_and_labels_stay_text(visit):
    label = "</script><img src=x onerror=alert(1)>"
    x = Tensor([1.0, 2.0], label=label)
    tab = visit(step_through(softmax(x * x).sum()), width=450, height=800)
    assert label in words(tab)
    assert tab.evaluate("document.querySelectorAll('img[onerror]').length") == 0
    wide, seen = tab.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= seen
    assert tab.evaluate("document.querySelectorAll('.card').length") > 0
