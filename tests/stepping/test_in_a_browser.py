"""The stepper's page, walked in a browser: buttons, keys, slider, links, clicks, search, a learner's answers."""

import re
import runpy
from pathlib import Path

import numpy as np
import pytest

from autograd_mini import Tensor, Value, relu, step_through, tanh

from ..support.stepped import LAST, at, card, expect, product, words, zoom_out


def test_it_begins_with_what_is_given(visit):
    tab = visit(product())
    at(tab, 0)
    expect(words(tab)).to_contain_text("The leaves hold what was chosen: w = 3, x = -2.")
    expect(card(tab, "w")).to_have_accessible_name("w, leaf, data 3, gradient none yet")
    expect(card(tab, "p")).to_have_accessible_name("p, multiply, data not yet known, gradient none yet")
    expect(tab.get_by_role("button", name="Previous step")).to_be_disabled()


def test_buttons_walk_forward_and_back(visit):
    tab = visit(product())
    following = tab.get_by_role("button", name="Next step")
    following.click()
    expect(words(tab)).to_contain_text("p = w × x")
    expect(words(tab)).to_contain_text("3 × (-2) = -6")
    expect(card(tab, "p")).to_have_accessible_name("p, multiply, data -6, gradient none yet")
    tab.get_by_role("button", name="Previous step").click()
    at(tab, 0)
    expect(card(tab, "p")).to_have_accessible_name("p, multiply, data not yet known, gradient none yet")
    for _ in range(LAST):
        following.click()
    at(tab, LAST)
    expect(following).to_be_disabled()
    expect(words(tab)).to_contain_text("∂loss/∂w = ")


def test_a_backward_step_says_upstream_local_product_and_sum(visit):
    root = tanh(Value(0.0, label="x"))
    x = root.inputs[0]
    loss = 3.0 * root + x
    loss.label = "loss"
    tab = visit(step_through(loss), "#step=6")  # the first arrow into x, straight from loss
    expect(words(tab)).to_contain_text("loss hands on to x")
    expect(words(tab)).to_contain_text("1 more arrow will add to x's gradient.")
    tab.keyboard.press("End")
    tab.keyboard.press("ArrowLeft")
    expect(words(tab)).to_contain_text("∂loss/∂tanh(x) = 3")
    expect(words(tab)).to_contain_text("∂tanh(x)/∂x = 1 - tanh(x)² = 1 / cosh(x)² = 1")
    expect(words(tab)).to_contain_text("3 × 1 = 3")
    expect(words(tab)).to_contain_text("1 + 3 = 4")
    expect(words(tab)).to_contain_text("No other arrow leaves x: its gradient is complete.")
    expect(tab.locator(".label.returns text")).to_have_text("3 × 1= 3")


def test_keys_walk_too(visit):
    tab = visit(product())
    for key, step in [("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", LAST), ("Home", 0)]:
        tab.keyboard.press(key)
        at(tab, step)
    tab.keyboard.press("Space")
    expect(tab.locator("#play")).to_have_text("Pause")
    tab.keyboard.press("Space")
    expect(tab.locator("#play")).to_have_text("Play")


def test_play_walks_by_itself_and_stops_at_the_end(visit):
    tab = visit(product(), f"#step={LAST - 3}")
    tab.get_by_role("button", name="Play").click()
    at(tab, LAST)
    expect(tab.locator("#play")).to_have_text("Play")


def test_the_slider_goes_to_any_step(visit):
    tab = visit(product())
    tab.get_by_label("Step", exact=True).fill("5")
    at(tab, 5)
    expect(words(tab)).to_contain_text("The gradient starts at loss")
    tab.get_by_label("Step", exact=True).focus()
    tab.keyboard.press("ArrowRight")
    at(tab, 6)


def test_a_link_leads_to_its_step(visit):
    tab = visit(product(), "#step=1")
    at(tab, 1)
    tab.keyboard.press("ArrowRight")
    expect(tab).to_have_url(re.compile("#step=2$"))
    tab.evaluate("location.hash = '#step=4'")
    at(tab, 4)


@pytest.mark.parametrize(("fragment", "step"), [("#step=999", LAST), ("#step=-1", 0), ("#<b>", 0)])
def test_a_link_to_nowhere_leads_to_the_nearest_step(visit, fragment, step):
    at(visit(product(), fragment), step)


def test_a_click_on_a_node_goes_to_its_next_step(visit):
    tab = visit(product())
    zoom_out(tab)
    for step in (4, 5, 4):  # loss is computed; its gradient starts; and round again
        card(tab, "loss").click()
        at(tab, step)
    card(tab, "x").click()
    expect(words(tab)).to_contain_text("loss hands on to x")


def test_search_finds_nodes_by_label(visit):
    tab = visit(product())
    tab.keyboard.press("/")
    tab.keyboard.type("LOS")
    tab.keyboard.press("Enter")
    at(tab, 4)
    expect(tab.locator("#found")).to_have_text("loss: 1 of 1")
    tab.get_by_label("Find").fill("nowhere")
    tab.get_by_role("button", name="Find", exact=True).click()
    expect(tab.locator("#found")).to_have_text("No node of that name, operation, scope or number")
    at(tab, 4)


def scale(tab):
    return tab.evaluate("new DOMMatrix(getComputedStyle(document.querySelector('.world')).transform).a")


def test_zoom_and_pan(visit):
    tab = visit(product())
    whole = scale(tab)
    tab.get_by_role("button", name="Zoom in").click()
    assert scale(tab) == pytest.approx(1.25 * whole, rel=1e-4)
    tab.keyboard.press("-")
    tab.keyboard.press("-")
    assert scale(tab) < whole
    tab.get_by_role("button", name="Fit, as far as it can be read").click()
    assert scale(tab) == pytest.approx(whole, rel=1e-4)

    place = card(tab, "x").bounding_box()
    tab.mouse.move(place["x"] + 20, place["y"] + 20)
    tab.mouse.down()
    tab.mouse.move(place["x"] + 80, place["y"] + 50, steps=4)
    tab.mouse.up()
    moved = card(tab, "x").bounding_box()
    assert (moved["x"] - place["x"], moved["y"] - place["y"]) == (pytest.approx(60, abs=1), pytest.approx(30, abs=1))
    at(tab, 0)  # to drag is not to click

    before = tab.locator(".world").get_attribute("style")
    tab.mouse.wheel(0, -200)  # which is the page's
    expect(tab.locator(".world")).to_have_attribute("style", before)
    tab.keyboard.down("Control")
    tab.mouse.wheel(0, -200)
    tab.keyboard.up("Control")
    expect(tab.locator(".world")).not_to_have_attribute("style", before)
    assert scale(tab) > whole


def test_a_learner_is_asked_for_the_next_number(visit):
    tab = visit(product(), "#step=1")
    tab.get_by_label("Ask me each number").check()
    expect(tab.locator("#play")).to_be_disabled()
    expect(words(tab)).to_contain_text("3 × (-2) = ?")
    assert "-6" not in tab.locator("main").inner_text()
    expect(card(tab, "p")).to_have_accessible_name("p, multiply, data not yet known, gradient none yet")

    answer = tab.get_by_label("What is p?")
    answer.fill("six")
    tab.get_by_role("button", name="Check").click()
    expect(tab.locator(".verdict")).to_contain_text("Type a number")
    answer.fill("6")
    answer.press("Enter")
    expect(tab.locator(".verdict")).to_have_text("Not 6. p is 3 × (-2).")
    answer.fill("-6,0")
    answer.press("Enter")
    expect(tab.locator(".verdict")).to_have_text("Right: -6.")
    expect(words(tab)).to_contain_text("3 × (-2) = -6")
    expect(tab.get_by_role("button", name="Next step")).to_be_focused()


def test_a_learner_who_errs_is_told_why(visit):
    a, b = Value(4.0, label="a"), Value(5.0, label="b")
    loss = (a * b) * 2.0
    loss.label = "loss"
    tab = visit(step_through(loss), "#step=5")  # from a·b to a: 2 × 5
    tab.get_by_label("Ask me each number").check()
    expect(words(tab)).to_contain_text("2 × ? = ?")
    answer = tab.get_by_label("What does the arrow hand to a?")
    reasons = {
        "5": "That is the local derivative; multiply it by the upstream 2.",
        "2": "That is the upstream; multiply it by the local derivative.",
        "-10": "The size is right; look at the sign again.",
        "7": "∂(a·b)/∂a = b = 5, and the upstream is 2.",
    }
    for typed, reason in reasons.items():
        answer.fill(typed)
        answer.press("Enter")
        expect(tab.locator(".verdict")).to_contain_text(reason)
    tab.get_by_role("button", name="Show me").click()
    expect(tab.locator(".verdict")).to_have_text("It is 10.")
    expect(words(tab)).to_contain_text("2 × 5 = 10")


RIGHT = ["0.707 0.7071", "1e-9 1e-9", "0 0", "inf inf", "NaN nan", "−6 -6", "-6,0 -6"]
WRONG = ["0.7 0.7071", "-0.707 0.7071", "0.001 0", "-inf inf", "0 nan", "six 6"]


def test_an_answer_is_right_within_rounding(visit):
    tab = visit(product())
    near = {pair: tab.evaluate("([typed, shown]) => isNear(typed, shown)", pair.split()) for pair in RIGHT + WRONG}
    assert near == dict.fromkeys(RIGHT, True) | dict.fromkeys(WRONG, False)


def test_arrays_are_shown_and_never_asked_for(visit):
    W = Tensor(np.array([[1.0, -2.0], [0.5, 0.25]]), label="W")
    tab = visit(step_through(relu(np.ones((3, 2)) @ W).sum()), "#step=1")
    tab.get_by_label("Ask me each number").check()
    expect(tab.get_by_role("button", name="Check")).to_have_count(0)
    expect(words(tab)).to_contain_text("[1.50 -1.75]")
    tab.keyboard.press("End")
    tab.keyboard.press("ArrowLeft")
    expect(words(tab)).to_contain_text("array(3, 2).T @ g =")
    expect(words(tab)).to_contain_text("[3 0]")
    expect(tab.locator(".label.returns text")).to_have_text("array(3, 2).T @ g")


def test_a_graph_larger_than_the_page_begins_at_its_edge(visit):
    values = [Value(0.1 * i) for i in range(30)]
    total = values[0]
    for value in values[1:]:
        total = total + tanh(value)
    tab = visit(step_through(total))
    left = "Math.min(...[...document.querySelectorAll('.card:not(.away)')].map((e) => e.getBoundingClientRect().left))"
    assert 0 <= tab.evaluate(f"{left} - document.querySelector('svg').getBoundingClientRect().left") < 80


def test_words_on_a_steep_arrow_stand_beside_it(visit):
    x = Value(2.0, label="x")
    loss = (2.0 * x) * (x + 3.0)
    tab = visit(step_through(loss), "#step=7")
    box = tab.locator(".label.returns text").bounding_box()
    points = tab.evaluate("""() => {
        const path = document.querySelector(".arrow.returns path"), matrix = path.getScreenCTM();
        return [...Array(101).keys()].map((i) => {
            const { x, y } = path.getPointAtLength((path.getTotalLength() * i) / 100).matrixTransform(matrix);
            return [x, y];
        });
    }""")
    inside = [
        (x, y) for x, y in points if box["x"] < x < box["x"] + box["width"] and box["y"] < y < box["y"] + box["height"]
    ]
    assert not inside


def test_the_lesson_of_the_order_shows_two_runs_in_step(visit):
    lessons = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "lessons.py"))
    tab = visit(lessons["order"](), "#step=7")
    naive, right = tab.locator("article").all()
    expect(naive).to_contain_text("Too early: u still waits for 1 arrow.")
    expect(right).to_contain_text("7 + 6 = 13")
    tab.keyboard.press("ArrowRight")
    expect(naive).to_contain_text("Too late: u has handed its gradient on already")
    tab.keyboard.press("End")
    expect(naive).to_contain_text("∂loss/∂x = 14 (right: 26)")
    expect(right).to_contain_text("∂loss/∂x = 26")
    expect(tab.get_by_label("Ask me each number")).to_be_hidden()
