"""A live page in a browser: sliders and number boxes move everything, and a nudge measures what the chain rule says."""

import re
import runpy
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd_mini import Tensor, Value, relu, step_through, tanh

from ..support.drawn import shared
from ..support.stepped import LAST, PHONE, at, card, expect, product, words, zoom_out


def test_a_slider_moves_every_number(visit):
    tab = visit(product())
    zoom_out(tab)
    tab.get_by_label("x, slider").fill("1.5")
    at(tab, LAST)  # at the beginning there would be nothing to see but x
    w, x = Value(3.0), Value(1.5)
    loss = tanh(w * x * 0.1) + x
    loss.backward()
    slope = (1 - np.tanh(0.45) ** 2) / 10
    expect(card(tab, "p")).to_have_accessible_name(f"p, multiply, data 4.5, gradient {slope:.4g}")
    expect(card(tab, "loss")).to_have_accessible_name(f"loss, add, data {loss.data:.4g}, gradient 1")
    expect(words(tab)).to_contain_text(f"∂loss/∂w = {w.grad:.4g}")
    expect(words(tab)).to_contain_text(f"∂loss/∂x = {x.grad:.4g}")
    expect(tab.get_by_label("x", exact=True)).to_have_value("1.5")


def test_a_number_box_takes_any_number_and_its_slider_follows(visit):
    tab = visit(product(), "#step=1")
    box, slider = tab.get_by_label("w", exact=True), tab.get_by_label("w, slider")
    assert float(slider.get_attribute("max")) == 6
    box.fill("100")
    expect(words(tab)).to_contain_text("100 × (-2) = -200")
    at(tab, 1)
    expect(slider).to_have_value("100")
    box.fill("")  # on the way to another number
    box.press_sequentially("-0.5")
    expect(words(tab)).to_contain_text("-0.5 × (-2) = 1")
    tab.get_by_role("button", name="Reset").click()
    expect(words(tab)).to_contain_text("3 × (-2) = -6")
    expect(box).to_have_value("3")


@pytest.mark.parametrize(
    ("x", "said"), [(1 + 1e-12, "1.000000000001"), (1 + 1e-7, "1.0000001"), (1234567.0, "1.23457e6")]
)
def test_no_box_shows_a_whole_number_that_is_not_its(visit, x, said):
    tab = visit(step_through(tanh(Value(x, label="x"))))
    expect(tab.get_by_label("x", exact=True)).to_have_value(said)


def test_the_steps_tell_of_the_numbers_chosen(visit):
    a, b = Value(4.0, label="a"), Value(5.0, label="b")
    loss = (a * b) * 2.0 + a
    loss.label = "loss"
    tab = visit(step_through(loss))
    tab.get_by_label("b", exact=True).fill("-1.5")
    tab.keyboard.press("Escape")
    tab.locator("body").click(position={"x": 5, "y": 5})
    tab.keyboard.press("End")
    for _ in range(2):
        tab.keyboard.press("ArrowLeft")
    expect(words(tab)).to_contain_text("a·b hands on to a")
    expect(words(tab)).to_contain_text("2 × (-1.5) = -3")
    expect(words(tab)).to_contain_text("1 + (-3) = -2")
    expect(tab.locator(".label.returns text")).to_have_text("2 × (-1.5)= -3")


def test_arrow_keys_move_a_slider_and_not_the_page(visit):
    tab = visit(product(), "#step=3")
    slider = tab.get_by_label("w, slider")
    slider.focus()
    tab.keyboard.press("ArrowRight")
    at(tab, 3)
    assert float(slider.input_value()) > 3
    assert float(tab.get_by_label("w", exact=True).input_value()) == float(slider.input_value())


def measured(tab):
    """What a nudge says: the change, gradient × h, the slope measured, the chain rule's."""
    return [float(text.lstrip("≈")) for text in tab.locator(".nudge dd").all_inner_texts()]


def test_a_nudge_measures_what_the_chain_rule_says(visit):
    tab = visit(product(), f"#step={LAST}")
    nudge = tab.locator(".nudge")
    nudge.get_by_label("Raise").select_option("p")
    slope, change = 0.1 / np.cosh(-0.6) ** 2, np.tanh(-0.5999) - np.tanh(-0.6)
    assert measured(tab) == pytest.approx([change, slope / 1000, slope, slope], rel=1e-5)
    expect(nudge).to_contain_text(re.compile(r"They agree to \d+ digits"))
    nudge.get_by_label("by h").fill("0.5")
    up, down = np.tanh(-0.55) - np.tanh(-0.6), np.tanh(-0.65) - np.tanh(-0.6)
    assert measured(tab) == pytest.approx([up, slope / 2, up - down, slope], rel=1e-5)
    nudge.get_by_label("by h").fill("0")
    expect(nudge).to_contain_text("h is a number, and not 0.")


def test_the_nudge_follows_the_step_and_sees_kinks(visit):
    x = Value(0.0, label="x")
    y = relu(x)
    y.label = "y"
    tab = visit(step_through(y), "#step=3")
    expect(tab.get_by_label("Raise")).to_have_value("0")
    expect(tab.locator(".nudge .remark")).to_have_text(re.compile("^They differ. A kink or a bend"))
    tab.get_by_label("x", exact=True).fill("1")
    expect(tab.locator(".nudge .remark")).to_have_text(re.compile("^They agree"))
    tab.keyboard.press("Escape")


@pytest.mark.parametrize(("number", "h"), [(3.0, "1e-15"), (3.0, "-1e-15"), (3.0, "1e-20"), (1e17, "0.001")])
def test_a_nudge_that_rounding_hides_accuses_nobody(visit, number, h):
    x = Value(number, label="x")
    nudge = visit(step_through(x * x + x / 3.0), "#step=6").locator(".nudge")
    nudge.get_by_label("Raise").select_option("x")
    nudge.get_by_label("by h").fill(h)
    expect(nudge.locator(".remark")).to_have_text("h is so small that rounding hides the slope: try a larger h.")
    expect(nudge.locator(".wrong")).to_have_count(0)


def test_of_another_seed_every_gradient_is_of_the_seed_times_the_end(visit):
    x = Value(3.0, label="x")
    y = x * x
    y.label = "y"
    tab = visit(step_through(y, seed=-2.0), "#step=2")
    expect(words(tab)).to_contain_text("∂(-2 × y)/∂y = -2")
    tab.keyboard.press("End")
    expect(words(tab)).to_contain_text("∂(-2 × y)/∂x = -12")
    nudge = tab.locator(".nudge")
    nudge.get_by_label("Raise").select_option("x")
    assert measured(tab) == pytest.approx([-2 * 0.006001, -0.012, -12, -12], rel=1e-5)
    expect(nudge).to_contain_text(re.compile(r"∂\(-2 × y\)/∂x.*They agree to", re.DOTALL))
    y = Tensor([1.0, 2.0], label="x") * 2.0
    y.label = "y"
    tab = visit(step_through(y, seed=np.array([1.0, 5.0])), "#step=4")
    expect(words(tab)).to_contain_text(re.compile(r"∂sum\(seed × y\)/∂x =\s*\[2 10\]"))


def test_two_nodes_that_compute_the_same_are_nudged_apart(visit):
    x = Value(3.0, label="x")
    a, b = x * x, x * x
    a.label, b.label = "a", "b"
    tab = visit(step_through(a + 2.0 * b))
    nudge = tab.locator(".nudge")
    for name, slope in [("a", 1.0), ("b", 2.0)]:
        nudge.get_by_label("Raise").select_option(name)
        assert measured(tab)[2:] == pytest.approx([slope, slope], rel=1e-9)


def test_both_runs_of_a_lesson_follow_one_slider(visit):
    lessons = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "lessons.py"))
    tab = visit(lessons["order"]())
    tab.get_by_label("x", exact=True).fill("1")
    naive, right = tab.locator("article").all()
    expect(naive).to_contain_text("∂loss/∂x = 6 (right: 10)")
    expect(right).to_contain_text("∂loss/∂x = 10")


@pytest.mark.parametrize(
    ("wanted", "said"), [("largest gradient", "b: 1 of 1"), ("1.5", "a: 1 of 1"), ("3", "No node")]
)
def test_what_is_looked_for_is_among_the_numbers_chosen(visit, wanted, said):
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    tab = visit(step_through(a * b * 1.0 + a))  # a's gradient is 3, then 1.5; b's 1, then 7
    tab.get_by_label("b", exact=True).fill("0.5")
    tab.get_by_label("a", exact=True).fill("7")
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(done))")
    tab.get_by_label("Find").fill(wanted)
    tab.get_by_role("button", name="Find", exact=True).click()
    expect(tab.locator("#found")).to_contain_text(said)


def test_a_page_that_stands_still_says_why(visit):
    tab = visit(step_through((Tensor([1.0, 2.0]) * 2.0).sum()))
    expect(tab.locator(".still")).to_have_text(re.compile("^Its numbers stand still: it holds arrays"))
    assert tab.locator(".live").count() == 0


def test_a_page_of_2000_nodes_is_live(visit):
    tab = visit(step_through(shared(1_999)))
    tab.get_by_label("x", exact=True).fill("1.001")
    expect(words(tab)).to_contain_text(f"∂#1999/∂x = {2000 * 1.001**1999:.1f}")


def test_a_network_of_300_nodes_is_a_page_of_less_than_a_megabyte():
    page = step_through(nn.ScalarMLP(2, [8, 8], 1, rng=0)([0.5, -0.5]))
    assert 290 < len(page.runs[0]["cards"]) < 310
    assert len(page.html.encode()) < 2**20


def test_a_hostile_label_stays_text_when_its_number_moves(visit):
    label = "</script><img src=x onerror=alert(1)>#0"
    x = Value(1.0, label=label)
    tab = visit(step_through(tanh(x) * x))
    tab.on("dialog", lambda dialog: pytest.fail("a label ran"))
    tab.get_by_label(label, exact=True).fill("0")
    expect(words(tab)).to_contain_text(f"∂({label}) = 0")
    assert tab.locator("img").count() == 0


def test_a_phone_has_the_sliders_too(visit):
    tab = visit(product(), f"#step={LAST}", **PHONE)
    tab.get_by_label("x, slider").fill("-1")
    expect(words(tab)).to_contain_text("∂loss/∂w = -0.0915")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
