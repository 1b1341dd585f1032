"""Pages and pictures in Korean: every sentence has its Korean, and nothing is left that is English."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import nn
from autograd_mini import (
    DrawingError,
    Tensor,
    Value,
    compile,
    custom_primitive,
    draw,
    grad,
    language,
    log,
    named_call,
    relu,
    scope,
    softmax,
    step_through,
    tanh,
    train_through,
)
from autograd_mini.korean import KOREAN, RULES
from autograd_mini.stepping.live.notebook import Kernel
from autograd_mini.stepping.page import Page
from autograd_mini.stepping.trace import trace

from ..support.sentences import all_sentences, rules_in_words
from ..support.stepped import PHONE, why

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=why)

ENGLISH = re.compile(r"(?=\w*[A-Za-z]{2})[A-Za-z]\w*", re.ASCII)
OF_CODE = """data grad norm nan inf draw print at float32 float64 axis keepdims loss out lr py test_korean label
    sum exp log tanh relu max mean softmax log_softmax negative multiply add subtract power divide sqrt getitem cosh
    sigmoid matmul"""
KEYS = "Home End Space Ctrl Enter ask"


def english(text, *names):
    """The English words in a text that are neither names of the graph nor of the code."""
    whole = re.sub(r"\w+…|[가-힣]+", " ", text)  # without words that are cut
    return set(ENGLISH.findall(whole)) - set(OF_CODE.split()) - set(KEYS.split()) - set(names)


def test_every_sentence_has_its_korean_and_none_has_one_for_nothing():
    assert all_sentences() == KOREAN.keys()
    assert rules_in_words() == RULES.keys()


@pytest.mark.parametrize("sentence", [*KOREAN, *RULES])
def test_a_translation_has_no_holes_of_its_own_and_no_particle_that_follows_a_sound(sentence):
    korean = (KOREAN | RULES)[sentence]
    assert set(re.findall(r"\{.\}", korean)) <= set(re.findall(r"\{.\}", sentence))
    assert not re.search(r"\}(은|는|이|가|을|를|과|와|로|으로|이나|라고|이라고)(?![가-힣])", korean)
    assert not english(re.sub("<.*?>|&amp;", "", korean)) - set(re.findall(r"\w+", sentence))


@pytest.mark.parametrize("name", ["fr", "KO", "", None, 3])
def test_another_language_is_refused(name):
    with pytest.raises(DrawingError, match="'en' and 'ko'"), language(name):
        pytest.fail("it was spoken")


def test_what_was_made_in_a_language_goes_on_speaking_it(tmp_path):
    y = tanh(Value(2.0, label="x"))
    with language("ko"):
        page, picture = step_through(y), draw(y)
        with language("en"):
            assert step_through(y).html == english_page(y)
        with pytest.raises(ZeroDivisionError), language("en"):
            _ = 1 / 0
        assert step_through(y).html == page.html
    assert '<html lang="ko">' in page.html
    assert "계산 그래프" in picture.svg
    assert "data" in picture.text
    picture.save(tmp_path / "graph.html")
    assert (tmp_path / "graph.html").read_text("utf-8") == page.html
    assert not re.search("[가-힣]", english_page(y) + draw(y).svg)
    picture = draw(y)
    with language("ko"):
        picture.save(tmp_path / "graph.html")
        assert picture.svg == draw_in_english(y)
    assert (tmp_path / "graph.html").read_text("utf-8") == english_page(y)


def draw_in_english(y):
    with language("en"):
        return draw(y).svg


def test_each_thread_and_each_task_speaks_its_own():
    y, names = tanh(Value(2.0, label="x")), ["ko", "en", "ko", "en"]

    def title(name):
        with language(name):
            return step_through(y).title

    async def title_later(name):
        with language(name):
            await asyncio.sleep(0)
            return step_through(y).title

    async def titles():
        return await asyncio.gather(*map(title_later, names))

    with language("ko"), ThreadPoolExecutor() as threads:
        expected = list(map(title, names))
        assert list(threads.map(title, names)) == asyncio.run(titles()) == expected
    assert len(set(expected)) == 2


def english_page(y):
    page = step_through(y)
    with language("ko"):
        return page.html


@pytest.mark.parametrize("words", ["the output", "{0} nodes", "constant{0} {1}", "leaf", "constructor", "`${g}` <b>가"])
def test_a_users_words_stay_as_they_are_even_where_they_are_like_a_sentence(words):
    @named_call(words, words, words)
    def named(x):
        return tanh(x) * x + 1.0

    x = Value(2.0, label=words)
    with scope(words):
        y = (x * 3.0) * tanh(x)
    y = named(Tensor([1.0, 2.0], label=words) * y).sum()
    y.label = words
    english, english_page = draw(y, unfold=False), step_through(y)
    with language("ko"):
        korean, page = draw(y, unfold=False), step_through(y)
    for each, other in zip(korean.shown.cards, english.shown.cards, strict=True):
        assert (each.label, each.operation) == (other.label, other.operation)
        assert not each.operation or each.about == other.about
    for part in ("cards", "frames"):
        assert [each["name"] for each in page.runs[0][part]] == [each["name"] for each in english_page.runs[0][part]]


def test_an_operation_called_leaf_is_no_leaf():
    @custom_primitive(lambda g, z, x: g * 2.0)
    def leaf(x):
        return 2.0 * x

    with language("ko"):
        picture = draw(leaf(Value(3.0, label="x")))
    assert "n1 leaf" in picture.text
    assert "<title>leaf: data 6" in picture.svg


def test_a_notebooks_kernel_answers_in_the_language_of_its_page():
    x = Tensor(np.linspace(1.0, 2.0, 12), label="x")
    with language("ko"):
        kernel = Kernel(trace((x * 2.0).sum()))
    cards = kernel.answer({"changes": [[0, 0, 3.0]]})["cards"]
    assert cards[0]["data"][0] == "모양 (12,)"
    assert not english(kernel.answer({"changes": [[9, 9, 9.0]]})["error"])


def fork():
    x = Value(-2.0, label="x")
    with scope("s"):
        y = tanh(x * 0.5) * x
    loss = relu(-y) / (x * x)
    loss.label = "loss"
    return loss


def classified():
    with scope("s"):
        scores = Tensor(np.eye(6)) @ Tensor(np.linspace(-1.0, 1.0, 12).reshape(6, 2), label="w")
    loss = -log(softmax(scores, axis=1)[np.arange(6), 0]).mean()
    loss.label = "loss"
    return loss


def late():
    x = Value(3.0, label="x")
    u = x * 2.0
    v = u + 1.0
    loss = u * v
    return Page("", "", {"": trace(loss, order=[loss, u, v, x])})


PAGES = {
    "numbers": lambda: step_through(fork()),
    "arrays": lambda: step_through(classified()),
    "training": lambda: train_through(fork()),
    "wrong order": late,
    "code": lambda: step_through(lambda: fork()),
    "lie": lambda: step_through(fork(), wrong=1),
    "nan": lambda: step_through(log(Value(0.0, label="x")) * 0.0),
}

EVERYTHING = """() => {
    const found = [document.title], spoken = ["aria-label", "title", "placeholder", "aria-valuetext"];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode())
        if (!texts.currentNode.parentElement.closest("script, .code .line")) found.push(texts.currentNode.data);
    for (const element of document.querySelectorAll("body *"))
        for (const name of spoken) found.push(element.getAttribute(name) ?? "");
    return found.join("\\n");
}"""


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("asks", ["", "&ask"])
def test_a_korean_page_shows_no_english(visit, name, asks):
    with language("ko"):
        tab = visit(PAGES[name](), f"#step=0{asks}")
    for button in ("#open", "#close"):
        if tab.locator(button).is_visible():
            tab.locator(button).click()
        tab.evaluate("go(0)")
        for _ in range(60):
            for pressed in tab.locator(".question button[type=button]").all():
                if pressed.is_enabled() and pressed.is_visible():
                    pressed.click()
            assert not english(tab.evaluate(EVERYTHING))
            if tab.locator("#next").is_disabled():
                break
            tab.locator("#next").click()


def test_a_korean_page_is_korean_whatever_one_types(visit):
    with language("ko"):
        tab = visit(step_through(fork(), wrong=1), "#step=4")
    for card in range(tab.locator(".teacher option").count()):
        tab.locator(".teacher select").select_option(index=card)
        tab.locator(".teacher button").click()
        assert not english(tab.locator(".teacher .verdict").inner_text())
    for h in ("0", "1e-12", "5", "0.001"):
        tab.get_by_label("올릴 폭 h").fill(h)
        assert not english(tab.locator(".nudge .remark").inner_text())
    for wanted in ("가장 큰 기울기", "nothing of the kind"):
        tab.get_by_role("search").get_by_label("찾기").fill(wanted)
        tab.keyboard.press("Enter")
        assert not english(tab.locator("#found").inner_text())
    tab.get_by_label("걸음 단위").select_option("노드")
    tab.get_by_role("button", name="다음 걸음").click()


def test_answers_are_judged_in_korean(visit):
    with language("ko"):
        tab = visit(step_through(fork()), "#step=5&ask")
    tab.get_by_role("button", name="모두 펼치기").click()
    for step in range(12):
        tab.evaluate("(k) => go(k)", step)
        if not tab.locator(".question input").count():
            continue
        for typed in ("x", "17", "1", "-0.5"):
            if tab.locator(".question input").count():
                tab.locator(".question input").fill(typed)
                tab.keyboard.press("Enter")
            assert not english(tab.locator(".question").inner_text())


@pytest.mark.parametrize("options", [{}, PHONE, {"color_scheme": "dark"}], ids=["desktop", "phone", "dark"])
@pytest.mark.parametrize("name", ["numbers", "training", "lie"])
def test_axe_has_nothing_to_say_of_a_korean_page(visit, name, options):
    with language("ko"):
        tab = visit(PAGES[name](), "#step=2", **options)
    found = axe.Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()
    assert options is not PHONE or tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_labels_are_shown_as_they_are(visit):
    labels = ["{0}", "${x}`", "<b>hi</b>&amp;", "leaf", "constructor", "__proto__", "$& {1}", "기울기"]
    y = sum(Value(1.0, label=label) for label in labels)
    y.label = "Step {1}"
    with language("ko"):
        tab = visit(step_through(y), "#step=0")
    said = tab.locator(".beside").inner_text()
    assert ", ".join(f"{label} = 1" for label in labels) in said
    assert "Step {1}에 이릅니다" in said


@pytest.mark.parametrize("name", ["en", "ko"])
def test_on_a_phone_a_box_stays_beside_its_word(visit, name):
    with language(name):
        tab = visit(PAGES["training"](), **PHONE)
    boxes = tab.locator(".training p > span:has(input), .nudge p > span:has(input)")
    assert boxes.evaluate_all("(all) => all.map((each) => each.getClientRects().length)") == [1, 1, 1]
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360


def swept(root):
    root.backward()
    return root


def images():
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())(np.ones((2, 1, 6, 6))).sum()


def long():
    y = Value(0.5, label="x")
    for i in range(60):
        y = tanh(y * (1.0 + 0.1 * i))
    return y


def reused(x):
    y = x
    for _ in range(6):
        y = tanh(y * x) + x
    return y


def second():
    return grad(lambda x: tanh(x) * x)(Value(3.0, label="x"))


PICTURES = {
    "unswept": lambda: draw(fork()),
    "swept": lambda: draw(swept(fork())),
    "down": lambda: draw(swept(fork()), direction="down"),
    "closed": lambda: draw(swept(fork()), unfold=False),
    "arrays": lambda: draw(swept(classified())),
    "opened": lambda: draw(swept(classified()), unfold=True),
    "images": lambda: draw(swept(images()), unfold=True),
    "long": lambda: draw(swept(long()), max_nodes=8),
    "orders": lambda: draw(second()),
    "references": lambda: draw(reused(Value(0.5))),
    "alike": lambda: draw(swept(sum(tanh(Value(0.1 * i)) for i in range(300)))),
    "program": lambda: draw(compile(lambda x: sum(tanh(v) * v for v in x)).record([0.1] * 40)),
}
NAMES = """conv conv2d windows weight ReLU Conv2d MaxPool2d max_pool2d Sequential Flatten bias size stride reshape None
    keep overlap_add shares broadcast_to positive seed rest value"""


@pytest.mark.parametrize("name", PICTURES)
def test_a_korean_picture_shows_no_english(name):
    with language("ko"):
        picture = PICTURES[name]()
    titles = [title for title in re.findall("<title>(.*?)</title>", picture.svg) if " " in title]  # others are keys
    shown = [*titles, *re.findall("<(?:text|desc)[^>]*>([^<]*)<", picture.svg)]
    assert "노드" in titles[0]
    assert not english(" ".join(shown), *NAMES.split())
    assert not english(picture.text, *NAMES.split())
