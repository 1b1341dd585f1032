"""A page that trains: its steps are the engine's, one moves along its curve, and a change changes what follows."""

import pytest

from autograd_mini import Tensor, Value, step_through, tanh, train_through
from autograd_mini.errors import DrawingError, KindError
from autograd_mini.stepping.training import MOST_STEPS

from ..support.stepped import card, expect, words

POINTS = [(-1.0, -0.8), (1.0, 0.9)]


def loss(w, b):
    total = sum((tanh(w * x + b) - t) ** 2 for x, t in POINTS)
    total.label = "loss"
    return total


def page(**options):
    w, b = Value(-1.0, label="w"), Value(0.5, label="b")
    return train_through(loss(w, b), [w, b], **options)


def descend(w, b, lr, steps):
    """The engine's own descent: (w, b, loss) before each step, and after the last."""
    w, b, found = Value(w), Value(b), []
    for _ in range(steps + 1):
        w.grad = b.grad = None
        total = loss(w, b)
        total.backward()
        found.append((w.data, b.data, total.data))
        w.data -= lr * w.grad
        b.data -= lr * b.grad
    return found


def states(tab):
    """The same as the page has them, once the frame has come in which it computes them."""
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(done))")
    return [(*state["leaves"], state["loss"]) for state in tab.evaluate("live.training.states")]


def close(found, right):
    return [tuple(x) for x in found] == [pytest.approx(x, rel=1e-11) for x in right]


def test_each_step_is_the_engines(visit):
    tab = visit(page(lr=0.2, steps=30))
    assert close(states(tab), descend(-1.0, 0.5, 0.2, 30))
    assert len(tab.locator(".curve").get_attribute("points").split()) == 31


def test_one_moves_along_the_curve(visit):
    tab = visit(page(lr=0.2, steps=30))
    right = descend(-1.0, 0.5, 0.2, 30)
    tab.get_by_label("Training step", exact=True).fill("9")
    said = tab.locator(".training output")
    expect(said).to_have_text(f"Step 9 of 30: loss = {right[9][2]:.4g}")
    expect(card(tab, "w")).to_have_accessible_name(f"w, leaf, data {right[9][0]:.4g}, gradient -0.1158")
    expect(tab.get_by_label("w", exact=True)).to_have_value(f"{right[9][0]:.6g}")
    expect(tab.locator(".updates")).to_contain_text("w ← 1.043 − 0.2 × (-0.1158) = 1.066")
    tab.get_by_role("button", name="One training step on").click()
    expect(said).to_have_text(f"Step 10 of 30: loss = {right[10][2]:.4g}")
    tab.get_by_role("button", name="One training step back").click()
    expect(said).to_contain_text("Step 9 of 30")
    tab.get_by_role("button", name="Reset").click()
    expect(said).to_have_text(f"Step 0 of 30: loss = {right[0][2]:.4g}")


def test_another_rate_or_number_changes_what_follows(visit):
    tab = visit(page(lr=0.2, steps=10))
    before = descend(-1.0, 0.5, 0.2, 10)
    tab.get_by_label("Training step", exact=True).fill("4")
    tab.get_by_label("lr", exact=True).fill("0.05")
    after = descend(*before[4][:2], 0.05, 6)
    assert close(states(tab), before[:4] + after)
    tab.get_by_label("w", exact=True).fill("2")
    expect(tab.locator(".training output")).to_contain_text("Step 4 of 10")
    assert close(states(tab), before[:4] + descend(2.0, before[4][1], 0.05, 6))
    tab.get_by_label("steps", exact=True).fill("6")
    expect(tab.locator(".training output")).to_contain_text("Step 4 of 6")
    assert len(states(tab)) == 7
    tab.get_by_label("steps", exact=True).fill("9999")
    expect(tab.locator(".training output")).to_contain_text(f"Step 4 of {MOST_STEPS}")


def test_it_trains_by_itself_and_stops_at_the_end(visit):
    tab = visit(page(lr=0.2, steps=5))
    tab.get_by_role("button", name="Train", exact=True).click()
    expect(tab.locator(".training output")).to_contain_text("Step 5 of 5")
    expect(tab.get_by_role("button", name="Train", exact=True)).to_be_visible()
    expect(words(tab)).to_contain_text("∂loss/∂w")


def test_what_is_no_parameter_stays(visit):
    w, x = Value(1.0, label="w"), Value(2.0, label="x")
    tab = visit(train_through((w * x - 6.0) ** 2, [w], lr=0.1, steps=20))
    final = states(tab)[-1]
    assert final[:2] == pytest.approx((3.0, 2.0), rel=1e-6)
    tab.get_by_label("x", exact=True).fill("1")
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(done))")  # all is computed once a frame
    assert [state[1] for state in states(tab)] == [1.0] * 21


def test_a_rate_too_large_ends_in_no_number_and_harms_nothing(visit):
    w = Value(1.0, label="w")
    tab = visit(train_through(w**2 * w**2, lr=10.0, steps=50))
    tab.get_by_label("Training step", exact=True).fill("50")
    expect(tab.locator(".training output")).to_have_text("Step 50 of 50: #3 = nan")
    tab.get_by_role("button", name="Reset").click()
    tab.get_by_label("lr", exact=True).fill("0.1")
    assert states(tab)[-1][1] < 0.1


def test_a_page_without_training_has_no_curve(visit):
    tab = visit(step_through(loss(Value(1.0, label="w"), Value(2.0, label="b"))), "#step=1")
    assert tab.locator(".training").count() == 0


def test_what_cannot_be_trained_is_refused():
    with pytest.raises(DrawingError, match="a page cannot train this graph: it holds arrays"):
        train_through((Tensor([1.0]) * 2.0).sum())
    w = Value(1.0)
    with pytest.raises(KindError, match="is no leaf of this loss"):
        train_through(w * w, [Value(1.0)])
    for bad in ({"lr": 0}, {"lr": -1.0}, {"lr": "1"}, {"lr": float("nan")}):
        with pytest.raises(KindError, match="a positive number as lr"):
            train_through(w * w, **bad)
    for bad in (0, 1001, 1.0, True):
        with pytest.raises(KindError, match="a whole number from 1 to 1,000 as steps"):
            train_through(w * w, steps=bad)
    with pytest.raises(KindError, match="takes a list of parameters"):
        train_through(w * w, w)
