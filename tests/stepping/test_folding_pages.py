"""Scopes on the page: closed where the picture closes them, opened and shut by mouse and keyboard, one step each."""

import re

import numpy as np
import pytest

import nn
from autograd_mini import Tensor, Value, draw, scope, softmax, stack, step_through, tanh
from autograd_mini.drawing.nesting import build_nesting
from autograd_mini.snapshot import Snapshot
from autograd_mini.stepping.placement import place_cards

from ..support.stepped import PHONE, card, expect, product, why, words

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=why)


def classified():
    """Scores of three classes, through a softmax, which is composed of others, to the loss."""
    scores = Tensor([1.0, 2.0, 0.5], label="scores")
    loss = (softmax(scores) * np.array([0.0, 1.0, 0.0])).sum()
    loss.label = "loss"
    return loss


def squared():
    """A scope with two inputs, which are used elsewhere, too, and one output: loss = (2wx)² + w + x."""
    w, x = Value(3.0, label="w"), Value(-2.0, label="x")
    with scope("double"):
        u = (w * x) * 2.0
    loss = u * u + w + x
    loss.label = "loss"
    return loss


def opened(tab, name):
    return tab.get_by_role("button", name=f"Open {name}", exact=True)


def shut(tab, name):
    return tab.get_by_role("button", name=f"Close {name}", exact=True)


def steps(tab):
    return int(re.search(r"of (\d+)", tab.locator("#count").inner_text())[1])


@pytest.mark.parametrize("make", [classified, squared, lambda: nn.ScalarMLP(2, [8, 8], 1, rng=0)([1.0, 2.0])])
def test_a_scope_is_closed_where_the_picture_closes_it(make):
    root = make()
    drawn = {
        label for shown in draw(root).shown.cards if shown.kind == "scope" for label in (shown.label, shown.operation)
    }
    nested = build_nesting(Snapshot(root))
    closed = {frame for frame in nested.closed if frame.around not in nested.closed}
    assert {frame.name for frame in closed} <= drawn
    assert {name for name in drawn if name} <= {frame.name for frame in closed} | {root.label}


def test_a_closed_card_and_its_arrows_say_what_the_picture_does():
    root = squared()
    root.backward()
    picture = draw(root, unfold=False).shown
    on_picture = next(shown for shown in picture.cards if shown.kind == "scope")
    (fold,) = build_nesting(Snapshot(root)).folds.values()
    assert (fold.card.label, fold.card.data, fold.card.grad) == (on_picture.label, on_picture.data, on_picture.grad)
    numbers = [(a.upstream, a.local, a.contribution) for a in picture.arrows if a.head == on_picture.key]
    assert numbers == [(a.upstream, a.local, a.contribution) for _, a, _ in fold.arrows]
    assert numbers[0] == ((("-24",),), (("-4",),), (("96",),))


def test_a_composed_operation_is_one_card_and_one_step_until_it_opens(visit):
    tab = visit(step_through(classified()))
    closed = card(tab, "softmax")
    expect(closed).to_contain_text("exp(scores) / sum(exp(scores))")
    expect(opened(tab, "softmax")).to_have_attribute("aria-expanded", "false")
    few = steps(tab)
    tab.locator("#next").click()
    expect(words(tab)).to_contain_text("softmax is computed")
    expect(closed).to_contain_text("[0.2312 0.6285 0.1402]")
    tab.keyboard.press("End")
    tab.keyboard.press("ArrowLeft")
    expect(words(tab)).to_contain_text("softmax hands back")
    expect(words(tab)).to_contain_text("z × (g - sum(g × z)) = [-0.14533 0.23348 -0.08815]")
    opened(tab, "softmax").click()
    expect(shut(tab, "softmax")).to_have_attribute("aria-expanded", "true")
    assert steps(tab) > few
    shut(tab, "softmax").click()
    expect(closed).to_be_visible()
    assert steps(tab) == few


def test_a_closed_scope_hands_back_its_gradient_times_its_own_derivative(visit):
    tab = visit(step_through(squared()))
    tab.locator("#close").click()
    tab.keyboard.press("End")
    tab.keyboard.press("ArrowLeft")
    expect(words(tab)).to_contain_text(re.compile("∂loss/∂double =\\s*-24"))
    expect(words(tab)).to_contain_text("To w-24 × (-4) = 96")
    expect(words(tab)).to_contain_text("To x-24 × 6 = -144")
    assert sorted(tab.locator(".label.returns text").all_text_contents()) == ["-24 × (-4)= 96", "-24 × 6= -144"]


def between_scopes():
    """Scopes whose outputs meet in nodes and in each other: two and six arrows to a node, three uses of two outputs."""
    x = Value(0.5, label="x")
    with scope("first"):
        outs = [tanh(x * float(i)) for i in range(1, 7)]
    with scope("second"):
        a, b = outs[0] * outs[0] * outs[1], tanh(x) + 1.0
    two = outs[2] * outs[3]
    two.label = "two"
    six = stack(outs)
    six.label = "six"
    loss = six.sum() + two + a + b
    loss.label = "loss"
    return loss


def test_many_arrows_are_one_where_the_picture_says_so(visit):
    root = between_scopes()
    shown = draw(root, unfold=False, alike=False).shown
    names = {card.key: card.label or card.operation for card in shown.cards}
    drawn = [(names[a.tail], names[a.head], a.uses) for a in shown.arrows if not a.is_constant]
    tab = visit(step_through(root))
    tab.locator("#close").click()
    found = tab.evaluate("""() => {
        const { parts, lines, bundles } = runs[0].folding, name = (part) => parts[part].name;
        return lines.map(({ k, tail, head }) => [name(tail), name(head), bundles.get(k) ?? 1]);
    }""")
    drawn, found = (sorted(tuple(arrow) for arrow in each if arrow[0] in ("x", "first")) for each in (drawn, found))
    assert found == drawn
    assert ("first", "second", 3) in drawn, "one arrow for all uses, though they are of two outputs"
    assert drawn.count(("first", "two", 1)) == 2
    assert ("first", "six", 6) in drawn


def test_the_keyboard_opens_and_shuts(visit):
    tab = visit(step_through(squared()))
    tab.locator("#close").click()
    opened(tab, "double").focus()
    tab.keyboard.press("Enter")
    expect(shut(tab, "double")).to_be_focused()
    tab.keyboard.press("Space")
    expect(opened(tab, "double")).to_be_focused()
    card(tab, "double").focus()
    tab.keyboard.press("f")
    expect(shut(tab, "double")).to_be_visible()


def test_what_is_looked_for_is_opened(visit):
    tab = visit(step_through(squared()))
    tab.locator("#close").click()
    tab.get_by_label("Find").fill("w·x")
    tab.keyboard.press("Enter")
    expect(shut(tab, "double")).to_be_visible()
    expect(card(tab, "w·x")).to_be_in_viewport()


def test_a_closed_scope_follows_the_sliders(visit):
    tab = visit(step_through(squared()))
    tab.locator("#close").click()
    tab.get_by_label("w", exact=True).fill("1")
    tab.keyboard.press("Escape")
    tab.evaluate("go(last - 1)")
    expect(card(tab, "double")).to_contain_text("-4")
    expect(words(tab)).to_contain_text("To w-8 × (-4) = 32")


def test_a_page_without_scopes_offers_none(visit):
    expect(visit(product()).locator("#scopes")).to_be_hidden()


def test_a_step_is_kept_while_scopes_open_and_shut(visit):
    tab = visit(step_through(squared()), "#step=1")
    tab.locator("#close").click()
    expect(words(tab)).to_contain_text("double is computed")
    tab.locator("#open").click()
    expect(words(tab)).to_contain_text("-6 × 2 = -12")


@pytest.mark.parametrize("options", [{}, PHONE, {"color_scheme": "dark"}], ids=["desktop", "phone", "dark"])
@pytest.mark.parametrize("make", [classified, squared])
def test_axe_has_nothing_to_say_of_scopes_and_heat_maps(visit, make, options):
    tab = visit(step_through(make()), "#step=1", **options)
    for act in ("open", "close"):
        tab.locator(f"#{act}").click()
        found = axe.Axe().run(tab)
        assert found.violations_count == 0, found.generate_report()


def overlaps(tab):
    return tab.evaluate("""() => {
        const box = (e) => e.getBoundingClientRect(), hits = [];
        const cards = [...document.querySelectorAll(".card:not(.away) > rect")].map(box);
        for (const text of document.querySelectorAll(".label:not(.away) text")) {
            if (!text.textContent) continue;
            const a = box(text);
            for (const b of cards)
                if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
                    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2) hits.push(text.textContent);
        }
        return hits;
    }""")


@pytest.mark.parametrize("step", [3, 200, 9_999])
def test_no_label_lies_on_a_card_and_what_fits_is_readable(visit, step):
    model = nn.ScalarMLP(2, [4], 1, rng=np.random.default_rng(0))
    tab = visit(step_through(tanh(model([1.0, 2.0]))), f"#step={step}", viewport={"width": 1366, "height": 768})
    tab.locator("#open").click()
    tab.get_by_role("button", name="Fit, as far as it can be read").click()
    assert overlaps(tab) == []
    scale = tab.evaluate("new DOMMatrix(getComputedStyle(document.querySelector('.world')).transform).a")
    sizes = tab.evaluate(
        "[...document.querySelectorAll('svg text')].map((e) => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert scale * min(sizes) >= 12


def test_the_page_places_cards_as_the_still_picture_does(visit):
    tab = visit(product())
    rng = np.random.default_rng(0)
    for count in range(1, 25):
        sizes = [
            (int(w), int(h)) for w, h in zip(rng.integers(50, 200, count), rng.integers(40, 120, count), strict=True)
        ]
        arrows = [(int(tail), head) for head in range(1, count) for tail in rng.integers(0, head, rng.integers(0, 4))]
        here = place_cards(sizes, arrows)
        items, ends = [{"w": w, "h": h} for w, h in sizes], [{"tail": tail, "head": head} for tail, head in arrows]
        there = tab.evaluate("([items, ends]) => placeCards(items, ends)", [items, ends])
        assert np.allclose(there["cards"], here.cards, atol=1e-6)
        for line, other in zip(there["lines"], here.arrows, strict=True):
            assert np.allclose(line, other, atol=1e-6)


def test_an_entry_of_a_product_lights_its_row_and_its_column(visit):
    W = Tensor(np.arange(12.0).reshape(3, 4) - 5.0, label="W")
    tab = visit(step_through((np.ones((2, 3)) @ W).sum()), "#step=1")
    left, right, whole = tab.locator(".map").all()
    whole.locator(".sheet").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"):
        tab.keyboard.press(key)
    expect(whole.locator("output")).to_have_text("[1, 2] 3")
    product_size, row, column = (each.locator(".light").bounding_box() for each in (whole, left, right))
    size = left.locator("img").bounding_box()
    assert (row["width"], row["y"] - size["y"]) == pytest.approx((size["width"], size["height"] / 2), abs=1)
    size = right.locator("img").bounding_box()
    assert (column["height"], column["x"] - size["x"]) == pytest.approx((size["height"], size["width"] / 2), abs=1)
    assert product_size["width"] < column["width"] * 2
    expect(tab.locator("#count")).to_have_text(re.compile("^Step 1 "))  # these arrows do not walk


def test_the_pointer_reads_a_heat_map(visit):
    W = Tensor(np.arange(30.0).reshape(5, 6) - 7.5, label="W")
    tab = visit(step_through((W * 2.0).sum()), "#step=1")
    sheet = tab.locator(".map .sheet")
    sheet.hover(position={"x": 1, "y": 1})
    expect(tab.locator(".map output")).to_have_text("[0, 0] -15")
    tab.locator("h1").hover()
    expect(tab.locator(".map output")).to_have_text("-15 … 43")
    assert tab.locator("image.map").evaluate_all("all => all.map((e) => e.classList.contains('hidden'))") == [
        False, True, False, True,
    ]  # fmt: skip
    tab.keyboard.press("End")
    expect(tab.locator("image.map.hidden")).to_have_count(0)
