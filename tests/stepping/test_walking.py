"""Ways to walk: by node, scope or pass, at any speed; what is found; paper, and pages whose scripts are turned off."""

import re

import numpy as np
import pytest

import nn
from autograd_mini import Tensor, Value, scope, step_through, tanh

from ..support.stepped import card, expect, words, zoom_out


def layered():
    """Two scopes, "first" of two nodes and "second" of two, then a loss; each with a forward and a backward pass."""
    x = Value(0.5, label="x")
    with scope("first"):
        a = tanh(x * 2.0)
    with scope("second"):
        b = tanh(a * 3.0)
    loss = b * b
    loss.label = "loss"
    return step_through(loss)


def number(tab):
    return int(re.match(r"Step (\d+)", tab.locator("#count").inner_text())[1])


def walk(tab, by, count):
    tab.locator("#by").select_option(by)
    stops = []
    for _ in range(count):
        tab.locator("#next").click()
        stops.append(number(tab))
    return stops


def test_a_step_may_be_a_scope_a_node_or_a_pass(visit):
    tab = visit(layered())
    assert walk(tab, "first", 2) == [2, 3]  # two nodes at once, then the next node alone
    tab.keyboard.press("Home")
    assert walk(tab, "second", 3) == [1, 2, 4]
    tab.keyboard.press("Home")
    assert walk(tab, "pass", 4) == [5, 6, 12, 13]
    tab.locator("#previous").click()
    assert number(tab) == 12
    tab.locator("#previous").click()
    assert number(tab) == 6
    assert walk(tab, "node", 1) == [8]  # both arrows of the loss
    assert walk(tab, "arrow", 2) == [9, 10]


def test_neurons_and_layers_are_strides(visit):
    model = nn.ScalarMLP(2, [3], 1, rng=np.random.default_rng(0))
    tab = visit(step_through(model([1.0, 2.0])))
    assert tab.locator("#by option").all_inner_texts() == ["arrow", "node", "ScalarMLP", "Layer", "Neuron", "pass"]
    first, second = walk(tab, "Neuron", 2)
    assert second - first == first > 1


def test_play_goes_as_fast_as_it_is_told(visit):
    tab = visit(layered())
    tab.locator("#speed").select_option("very fast")
    tab.locator("#play").click()
    expect(tab.locator("#count")).to_have_text("Step 13 of 13", timeout=10_000)
    expect(tab.locator("#play")).to_have_text("Play")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("tanh", "2"), ("SECOND", "2"), ("largest gradient", "1"), ("0.5", "1"), ("nan", None)],
)
def test_operations_scopes_and_numbers_are_found(visit, wanted, found):
    tab = visit(layered())
    tab.get_by_label("Find").fill(wanted)
    tab.get_by_role("button", name="Find", exact=True).click()
    said = tab.locator("#found")
    expect(said).to_have_text(
        re.compile("^No node" if found is None else rf": 1 of {found}$"),
    )


def test_nan_is_found(visit):
    x = Value(float("nan"), label="x")
    tab = visit(step_through(x * 2.0))
    tab.get_by_label("Find").fill("nan")
    tab.get_by_role("button", name="Find", exact=True).click()
    expect(tab.locator("#found")).to_have_text("x: 1 of 2")


def test_the_forward_pass_puts_numbers_on_arrows_and_the_backward_pass_turns_them(visit):
    tab = visit(layered(), "#step=2")
    expect(tab.locator(".label.forth").nth(1)).to_contain_text("1")
    assert tab.locator(".arrow .back:visible").count() == 0
    tab.keyboard.press("End")
    tab.keyboard.press("ArrowLeft")
    expect(tab.locator(".arrow.returns .back")).to_be_visible()
    expect(tab.locator(".arrow.returns .tip:not(.back)")).to_be_hidden()


def test_one_step_on_shows_what_a_jump_does(visit):
    tab = visit(layered())
    for _ in range(12):
        tab.keyboard.press("ArrowRight")
    walked = tab.evaluate("[...document.querySelectorAll('.card, .label')].map((e) => e.textContent + e.classList)")
    tab.keyboard.press("Home")
    tab.evaluate("go(12)")
    jumped = tab.evaluate("[...document.querySelectorAll('.card, .label')].map((e) => e.textContent + e.classList)")
    assert sorted(walked) == sorted(jumped)


def test_paper_shows_the_whole_graph(visit):
    tab = visit(layered())
    assert tab.locator("svg.drawn").count() == 0
    tab.emulate_media(media="print")
    expect(tab.locator("svg.drawn")).to_be_visible()
    expect(tab.locator(".walk")).to_be_hidden()
    tab.emulate_media(media="screen")
    expect(tab.locator("svg.drawn")).to_have_count(0)


def test_a_page_without_scripts_is_a_picture():
    html = layered().html
    still = html[html.index('<svg class="drawn"') : html.index("</svg>")]
    for text in ("x", "0.5", "loss", ">1<"):
        assert text in still
    assert "<script" not in still


CARDS = """svg => [...svg.querySelectorAll(".card")].map((card) => [...card.querySelectorAll("text, image")].map(
    (e) => [Number(e.getAttribute("x")), Number(e.getAttribute("y")), e.textContent]))"""


def test_cards_look_the_same_with_and_without_scripts(visit):
    W = Tensor(np.linspace(-1.0, 1.0, 30).reshape(5, 6), label="W")
    tab = visit(step_through((tanh(W) * 2.0).sum()), "#step=99")
    zoom_out(tab)
    cards = (tab.evaluate(f"({CARDS})({svg})") for svg in ("drawn[0]", "runs[0].scene.svg"))
    there, here = (sorted(map(sorted, each)) for each in cards)
    assert there == here
    assert sum(map(len, here)) > 4 * 5


def test_letters_are_large_enough(visit):
    tab = visit(layered(), "#step=8")
    sizes = tab.evaluate(
        "[...document.querySelectorAll('main text, main p, main dt, main dd, main label')]"
        ".map((e) => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 12
    expect(words(tab)).to_be_visible()
    expect(card(tab, "loss")).to_be_visible()
