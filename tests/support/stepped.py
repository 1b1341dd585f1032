"""A page to drive in a browser, and where on it things stand."""

import re

import pytest

from autograd_mini import Value, step_through, tanh

why = "pip install 'autograd_mini[browser]': the stepper was not driven in a browser"
expect = pytest.importorskip("playwright.sync_api", reason=why).expect

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def product():
    """w = 3 and x = -2 meet in p, and x once more in loss: six arrows, x a fork."""
    w, x = Value(3.0, label="w"), Value(-2.0, label="x")
    p = w * x
    p.label = "p"
    loss = tanh(p * 0.1) + x
    loss.label = "loss"
    return step_through(loss)


LAST = 12  # 0 is what is given; then p, p·0.1, tanh(p·0.1), loss; the seed; six arrows; done


def at(tab, step):
    expect(tab.locator("#count")).to_have_text(f"Step {step} of {LAST}")


def words(tab):
    return tab.locator(".words")


def card(tab, name):
    return tab.get_by_role("button", name=re.compile(f"^{re.escape(name)}, "))


def zoom_out(tab):
    """Until all of a small graph is in sight, however small its letters: only what is in sight is drawn."""
    for _ in range(3):
        tab.keyboard.press("-")
