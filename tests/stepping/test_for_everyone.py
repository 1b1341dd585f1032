"""The stepper's page for everybody: by keyboard, by ear, on a phone, in the dark, in a notebook, with 2,000 nodes."""

import re

import pytest

from autograd_mini import Value, step_through, tanh, train_through
from autograd_mini.stepping.page import Page
from autograd_mini.stepping.trace import trace

from ..support.stepped import LAST, PHONE, at, card, expect, product, why, words

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=why)


def test_the_keyboard_reaches_every_node(visit):
    tab = visit(product(), "#step=1")
    tab.locator(".card[tabindex='0']").focus()
    names = []
    for _ in range(5):
        tab.keyboard.press("ArrowDown")
        names.append(tab.evaluate("document.activeElement.getAttribute('aria-label').split(',')[0]"))
    assert names == ["p·0.1", "tanh(p·0.1)", "loss", "w", "x"]
    tab.keyboard.press("Enter")
    at(tab, 7)  # the first arrow that delivers to x
    tab.keyboard.press("Space")
    at(tab, 11)  # the second


def test_the_tab_key_comes_by_every_control(visit):
    tab = visit(product(), "#step=1")
    reached = set()
    for _ in range(40):  # more than there are, so that it comes round
        tab.keyboard.press("Tab")
        reached.add(
            tab.evaluate("document.activeElement.id || document.activeElement.getAttribute('aria-label') || ''")
        )
    assert {"previous", "play", "next", "slider", "learner", "wanted", "Zoom in", "Zoom out"} <= reached
    assert any(name.startswith("p, multiply") for name in reached)


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
        tab = visit(product(), color_scheme=scheme)
        colours = tab.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        return [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours]

    light, dark = lightness("light"), lightness("dark")
    assert light[0] > 3 * 230 > 3 * 60 > light[1]
    assert dark[0] < 3 * 60 < 3 * 200 < dark[1]


@pytest.mark.parametrize("options", [{}, PHONE, {"color_scheme": "dark"}], ids=["desktop", "phone", "dark"])
def test_axe_has_nothing_to_say(visit, options):
    tab = visit(product(), "#step=8", **options)
    for act in (lambda: None, lambda: tab.get_by_label("Ask me").check(), lambda: tab.get_by_text("Keys").click()):
        act()
        found = axe.Axe().run(tab)
        assert found.violations_count == 0, found.generate_report()
    assert tab.locator("[aria-live=polite] .title").count() == 1


def lying():
    x = Value(2.0, label="x")
    return step_through(tanh(x) * x, wrong=1)


def training():
    w = Value(2.0, label="w")
    return train_through((w - 1.0) ** 2, [w])


def of_code():
    x = Value(2.0, label="x")
    return step_through(lambda: tanh(x) * x)


@pytest.mark.parametrize("options", [{}, PHONE, {"color_scheme": "dark"}], ids=["desktop", "phone", "dark"])
@pytest.mark.parametrize("page", [lying, training, of_code])
def test_axe_has_nothing_to_say_of_what_else_a_page_holds(visit, page, options):
    tab = visit(page(), "#step=2", **options)
    tab.get_by_label("Raise").select_option("0")
    found = axe.Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()
    if options is PHONE:
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_notebook_shows_it_in_a_frame(visit):
    tab = visit(product())
    tab.wait_for_url("**#step=0")  # it has written its step: nothing of it runs any more in what takes its place
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
    tab.get_by_label("Find").fill("w350")
    tab.keyboard.press("Enter")
    expect(tab.locator("#found")).to_have_text("w350: 1 of 1")
    expect(card(tab, "w350")).to_be_in_viewport()
    assert tab.locator(".card").count() < 100
    tab.get_by_role("button", name="Fit, as far as it can be read").click()
    assert tab.locator(".card:not(.away)").count() < 100, "what fits is readable"
    tab.evaluate("runs[0].scene.zoom(0)")  # as often as one presses "-"
    assert tab.locator(".card:not(.away)").count() == 2098
    tab.keyboard.press("End")
    expect(words(tab)).to_contain_text("(the first twelve)")
