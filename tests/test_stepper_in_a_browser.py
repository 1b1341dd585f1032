"""The stepper's page, driven in a browser as people drive it: by mouse, by keyboard, by ear, on a phone."""

import re
import runpy
import shutil
from pathlib import Path

import numpy as np
import pytest

from autograd_mini import Tensor, Value, relu, step_through, tanh
from autograd_mini.stepping.page import Page
from autograd_mini.stepping.trace import trace

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if CHROMIUM is None:
    pytest.skip("no Chromium on this machine: the stepper was not driven in a browser", allow_module_level=True)
why = "pip install playwright axe-playwright-python: the stepper was not driven in a browser"
playwright = pytest.importorskip("playwright.sync_api", reason=why)
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=why)
expect = playwright.expect

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as starter:
        browser = starter.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Opens a page from a file; afterwards nothing may have been fetched, and nothing complained of."""
    seen, complaints, contexts = [], [], []

    def visit(page, fragment="", **options):
        page.save(tmp_path / "graph.html")
        context = browser.new_context(**(options or DESKTOP))
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(20_000)
        tab.on("request", lambda request: seen.append(request.url.partition("#")[0]))
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(f"{(tmp_path / 'graph.html').as_uri()}{fragment}")
        tab.wait_for_selector(".card:not(.away)")
        return tab

    yield visit
    for context in contexts:
        context.close()
    assert set(seen) == {(tmp_path / "graph.html").as_uri()}
    assert complaints == []


def product():
    """w = 3 and x = -2 meet in p, and x once more in loss: six arrows, x a fork."""
    w, x = Value(3.0, label="w"), Value(-2.0, label="x")
    p = w * x
    p.label = "p"
    loss = tanh(p * 0.1) + x
    loss.label = "loss"
    return step_through(loss)


LAST = 12  # 0 is what is given; then p, #3, #4, loss; the seed; six arrows; done


def at(tab, step):
    expect(tab.locator("#count")).to_have_text(f"Step {step} of {LAST}")


def words(tab):
    return tab.locator(".words")


def card(tab, name):
    return tab.get_by_role("button", name=re.compile(f"^{re.escape(name)}, "))


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
    expect(words(tab)).to_contain_text("∂loss/∂#1 = 3")
    expect(words(tab)).to_contain_text("∂#1/∂x = 1 - tanh(x)² = 1 / cosh(x)² = 1")
    expect(words(tab)).to_contain_text("3 × 1 = 3")
    expect(words(tab)).to_contain_text("1 + 3 = 4")
    expect(words(tab)).to_contain_text("No other arrow leaves x: its gradient is complete.")
    expect(tab.locator(".arrow.returns text")).to_have_text("3 × 1= 3")


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
    for step in (4, 5, 4):  # loss is computed; its gradient starts; and round again
        card(tab, "loss").click()
        at(tab, step)
    card(tab, "x").click()
    expect(words(tab)).to_contain_text("loss hands on to x")


def test_the_keyboard_reaches_every_node(visit):
    tab = visit(product(), "#step=1")
    tab.locator(".card[tabindex='0']").focus()
    names = []
    for _ in range(5):
        tab.keyboard.press("ArrowDown")
        names.append(tab.evaluate("document.activeElement.getAttribute('aria-label').split(',')[0]"))
    assert names == ["#3", "#4", "loss", "w", "x"]
    tab.keyboard.press("Enter")
    at(tab, 7)  # the first arrow that delivers to x
    tab.keyboard.press("Space")
    at(tab, 11)  # the second


def test_the_tab_key_comes_by_every_control(visit):
    tab = visit(product(), "#step=1")
    reached = set()
    for _ in range(20):
        tab.keyboard.press("Tab")
        reached.add(
            tab.evaluate("document.activeElement.id || document.activeElement.getAttribute('aria-label') || ''")
        )
    assert {"previous", "play", "next", "slider", "learner", "wanted", "Zoom in", "Zoom out"} <= reached
    assert any(name.startswith("p, multiply") for name in reached)


def test_search_finds_nodes_by_label(visit):
    tab = visit(product())
    tab.keyboard.press("/")
    tab.keyboard.type("LOS")
    tab.keyboard.press("Enter")
    at(tab, 4)
    expect(tab.locator("#found")).to_have_text("loss: 1 of 1")
    tab.get_by_label("Find a node").fill("nowhere")
    tab.get_by_role("button", name="Find", exact=True).click()
    expect(tab.locator("#found")).to_have_text("No node of that name")
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
    tab.get_by_role("button", name="Show the whole graph").click()
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
    tab.mouse.wheel(0, -200)
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
    tab = visit(step_through(loss), "#step=5")  # from #2 to a: 2 × 5
    tab.get_by_label("Ask me each number").check()
    expect(words(tab)).to_contain_text("2 × ? = ?")
    answer = tab.get_by_label("What does the arrow hand to a?")
    reasons = {
        "5": "That is the local derivative; multiply it by the upstream 2.",
        "2": "That is the upstream; multiply it by the local derivative.",
        "-10": "The size is right; look at the sign again.",
        "7": "∂#2/∂a = b = 5, and the upstream is 2.",
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
    expect(words(tab)).to_contain_text("by the rule of matmul:")
    expect(words(tab)).to_contain_text("[3 0]")


def test_the_lesson_of_the_order_shows_two_runs_in_step(visit):
    lessons = runpy.run_path(str(Path(__file__).parents[1] / "examples" / "lessons.py"))
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


def test_a_phone_shows_it_without_scrolling_sideways(visit):
    tab = visit(product(), "#step=8", **PHONE)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    for name in ("Previous step", "Play", "Next step"):
        box = tab.get_by_role("button", name=name).bounding_box()
        assert 0 <= box["x"] <= 360 - box["width"]
        assert 0 <= box["y"] <= 740 - box["height"], "the controls are in sight"
    shown = tab.locator("svg").bounding_box()
    for group in tab.locator(".card.now, .card.from").all():
        box = group.bounding_box()
        assert box["x"] >= shown["x"] - 1
        assert box["x"] + box["width"] <= shown["x"] + shown["width"] + 1
    tab.get_by_role("button", name="Next step").tap()
    at(tab, 9)


def test_dark_is_dark(visit):
    def lightness(scheme):
        tab = visit(product(), **DESKTOP, color_scheme=scheme)
        colours = tab.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        return [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours]

    light, dark = lightness("light"), lightness("dark")
    assert light[0] > 3 * 230 > 3 * 60 > light[1]
    assert dark[0] < 3 * 60 < 3 * 200 < dark[1]


@pytest.mark.parametrize("options", [DESKTOP, PHONE, {"color_scheme": "dark"}], ids=["desktop", "phone", "dark"])
def test_axe_has_nothing_to_say(visit, options):
    tab = visit(product(), "#step=8", **options)
    for act in (lambda: None, lambda: tab.get_by_label("Ask me").check(), lambda: tab.locator("summary").click()):
        act()
        found = axe.Axe().run(tab)
        assert found.violations_count == 0, found.generate_report()
    assert tab.locator("[aria-live=polite] .title").count() == 1


def test_a_notebook_shows_it_in_a_frame(visit):
    tab = visit(product())
    tab.set_content(product()._repr_html_())
    frame = tab.frame_locator("iframe")
    frame.get_by_role("button", name="Next step").click()
    expect(frame.locator("#count")).to_have_text(f"Step 1 of {LAST}")
    expect(frame.locator(".words")).to_contain_text("p = w × x")


def test_a_hostile_label_is_only_text(visit):
    label = "</script><img src=x onerror=alert(1)>\u2028&amp;${1}"
    x = Value(1.0, label=label)
    tab = visit(Page(label, label, {label: trace(tanh(x))}), "#step=0")
    tab.on("dialog", lambda dialog: pytest.fail("a label ran"))
    shown = label.replace("\u2028", " ")
    expect(tab.locator("h1")).to_have_text(shown)
    expect(words(tab)).to_contain_text(f"{shown} = 1")
    assert tab.locator("img").count() == 0


def test_a_page_of_2000_nodes_draws_only_what_is_in_sight(visit):
    values = [Value(0.001 * i, label=f"w{i}") for i in range(700)]
    loss = values[0]
    for value in values[1:]:
        loss = loss + tanh(value)
    loss.label = "loss"
    tab = visit(step_through(loss))
    tab.get_by_label("Find a node").fill("w350")
    tab.keyboard.press("Enter")
    expect(tab.locator("#found")).to_have_text("w350: 1 of 1")
    expect(card(tab, "w350")).to_be_in_viewport()
    assert tab.locator(".card").count() < 100
    tab.get_by_role("button", name="Show the whole graph").click()
    assert tab.locator(".card:not(.away)").count() == 2098
    tab.keyboard.press("End")
    expect(words(tab)).to_contain_text("(the first twelve)")
