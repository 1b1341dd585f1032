"""The scripts of the site and of the lessons' pages, in a browser."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="without Playwright the pages are not driven in a browser")

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "docs" / "site" / "static"


@pytest.fixture(scope="module", autouse=True)
def _examples_are_found():
    sys.path.insert(0, str(ROOT / "examples"))
    yield
    sys.path.remove(str(ROOT / "examples"))


@pytest.fixture
def page(browser):
    with browser.new_context() as context:
        yield context.new_page()


def load(page, body, script):
    read = (STATIC / script).read_text("utf-8")
    page.set_content(f"<html lang='en'><body>{body}<script>{read}</script></body></html>")


@pytest.mark.parametrize(
    ("given", "answer", "right"),
    [
        ("12", "12", True),
        (" 12.0", "12", True),
        ("-1/4", "-0.25", True),
        ("−0,25", "-0.25", True),
        ("0.16", "0.1604", False),
        ("13", "12", False),
        ("", "0", False),
        ("BP3", "BP3", True),
    ],
)
def test_an_answer_is_checked(page, given, answer, right):
    load(page, "", "questions.js")
    assert page.evaluate("([given, answer]) => isRight(given, answer)", [given, answer]) is right


def test_code_is_copied_as_one_would_type_it(page):
    block = ">>> for i in range(2):\n...     i\n>>> x = 1\n>>> x\n1\n"
    load(page, f"<div class='highlight'><pre>{block.replace('>', '&gt;')}</pre></div>", "copy.js")
    assert page.evaluate("typed(document.querySelector('pre'))") == "for i in range(2):\n    i\n\nx = 1\nx"
    assert page.locator("button.copy").count() == 1
    load(page, "<div class='highlight'><pre>&gt;&gt;&gt; def f():\n...     pass\n</pre></div>", "copy.js")
    assert page.evaluate("typed(document.querySelector('pre'))") == "def f():\n    pass\n"


def test_a_wide_picture_is_seen_at_its_own_size(page):
    page.set_viewport_size({"width": 700, "height": 500})
    small, wide = (f"<figure class='picture'><svg width='{width}' height='50'></svg></figure>" for width in (300, 2000))
    css = f"<style>{(STATIC / 'site.css').read_text('utf-8')}</style>"
    load(page, f"{css}{small}{wide}<article><img src='data:,x'></article>", "pictures.js")
    page.wait_for_function("document.querySelectorAll('button.size:not([hidden])').length === 1")
    widths = """() => [0, 1, 2].map((times) => {
        if (times) document.querySelector("button.size:not([hidden])").click();
        return document.querySelectorAll("svg")[1].getBoundingClientRect().width;
    })"""
    before, whole, after = page.evaluate(widths)
    assert before == after < 700
    assert whole == 2000
    assert page.evaluate("document.querySelectorAll('article a > img').length") == 1


COUNTED = {"en": "3 of 3 · multiplications 16 of 16", "ko": "3 / 3 · 곱셈 16 / 16"}


@pytest.mark.parametrize("language", COUNTED)
def test_both_ways_count_to_the_end(page, language):
    from both_ways import BothWays

    wrong = []
    page.on("pageerror", lambda error: wrong.append(error))
    page.set_content(BothWays(language).html)
    for _ in range(16):
        page.click("#next")
    assert COUNTED[language] in page.locator("[data-run=forward] .count").inner_text()
    assert "9" in page.locator("[data-run=reverse] .count").inner_text()
    gradients = page.locator("[data-run=reverse] .card.reached").all_inner_texts()
    assert len(gradients) == 10
    assert not wrong


def test_a_result_of_the_convolution_shows_its_window(page):
    from convolution_seen import ConvolutionSeen

    page.set_content(ConvolutionSeen().html)
    last = page.locator("section").last
    last.locator(".result td").nth(4).click()
    assert last.locator(".grid td.lit").all_inner_texts() == ["1", "2", "3", "4"]
    assert last.locator("li.lit").inner_text() == "5.5 = 1 · 0.5 + 2 · 2 + 3 · (−1) + 4 · 1"
