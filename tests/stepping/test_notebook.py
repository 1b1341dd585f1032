"""A page in a notebook: with anywidget the kernel computes arrays again, without it the page stands as it is."""

import builtins
import json

import numpy as np
import pytest

from autograd_mini import Tensor, Value, gradients, log, step_through, tanh
from autograd_mini.drawing.formatting import format_exactly
from autograd_mini.stepping.live import notebook
from autograd_mini.stepping.live.notebook import MOST, Kernel
from autograd_mini.stepping.page_data import describe_run
from autograd_mini.stepping.trace import trace

from ..support.stepped import expect, words


def squared_error(x=((1.0, 2.0), (3.0, 4.0)), w=(0.5, -1.0)):
    x, w = Tensor(np.array(x), label="x"), Tensor(np.array(w), label="w")
    error = tanh(x @ w) - np.array([1.0, 0.0])
    loss = (error * error).mean()
    loss.label = "loss"
    return loss


def told(loss):
    """What a page of this loss says, but for where its cards lie."""
    run = describe_run(trace(loss))
    cards = [{name: x for name, x in card.items() if name not in notebook.PLACED} for card in run["cards"]]
    return {"cards": cards, "steps": run["steps"], "frames": run["frames"]}


def test_an_answer_says_what_a_page_of_these_numbers_would():
    kernel = Kernel(trace(squared_error()))
    answer = json.loads(json.dumps(kernel.answer({"changes": [[0, 1, -2.5], [1, 0, 0.75]]}), allow_nan=False))
    assert answer.pop("leaves") == {"0": [1.0, -2.5, 3.0, 4.0], "1": [0.75, -1.0]}
    assert answer == told(squared_error([[1.0, -2.5], [3.0, 4.0]], [0.75, -1.0]))


def test_changes_add_up_and_the_graph_itself_stays_as_it_was():
    loss = squared_error()
    before = loss.data
    kernel = Kernel(trace(loss))
    for change in ([0, 0, 3.0], [0, 3, 0.5], [1, 1, 0.25]):
        answer = kernel.answer({"changes": [change]})
    again = squared_error([[3.0, 2.0], [3.0, 0.5]], [0.5, 0.25])
    assert answer["cards"][-1]["exact"] == format_exactly(again.data) != format_exactly(before)
    assert loss.data == before
    assert kernel.answer({"changes": []}) == answer


def test_numbers_and_single_precision_keep_their_kind():
    x, s = Tensor(np.float32([1.0, 2.0]), label="x"), Value(3.0, label="s")
    kernel = Kernel(trace((x * 2.0).sum() * s))
    of_x, of_s = (next(i for i, leaf in kernel.leaves.items() if leaf.label == name) for name in "xs")
    kernel.answer({"changes": [[of_x, 0, 0.1], [of_s, 0, 0.5]]})
    assert {leaf.label: (type(leaf.data), str(leaf.data)) for leaf in kernel.leaves.values()} == {
        "x": (np.ndarray, "[0.1 2. ]"), "s": (float, "0.5"),
    }  # fmt: skip
    assert {str(node.dtype) for node in kernel._graph.nodes if node.shape} == {"float32"}


def test_what_lies_outside_of_a_domain_is_said_and_no_warning():
    x = Tensor([1.0, 2.0], label="x")
    answer = Kernel(trace(log(x).sum())).answer({"changes": [[0, 0, -1.0]]})
    assert answer["cards"][-1]["data"] == ["nan"]
    json.dumps(answer, allow_nan=False)


BAD = [None, "x", [], {}, {"changes": 3}, {"changes": [[0, 0]]}, {"changes": [[7, 0, 1.0]]}, {"changes": [[0, 4, 1.0]]}]


@pytest.mark.parametrize("message", [*BAD, {"changes": [[0, 0, "one"]]}, {"changes": [[0, "a", 1.0]]}], ids=str)
def test_a_bad_message_changes_nothing(message):
    kernel = Kernel(trace(squared_error()))
    assert kernel.answer(message) == {
        "error": "a change is of a leaf of this graph, one of its numbers, and another number"
    }
    assert kernel.answer({"changes": []})["leaves"] == {0: [1.0, 2.0, 3.0, 4.0], 1: [0.5, -1.0]}


def test_large_leaves_stand_still():
    large, small = Tensor(np.ones(MOST + 1), label="large"), Tensor(2.0, label="small")
    kernel = Kernel(trace((large * small).sum()))
    assert [leaf.label for leaf in kernel.leaves.values()] == ["small"]


def test_the_gradients_are_the_engines():
    kernel = Kernel(trace(squared_error()))
    kernel.answer({"changes": [[1, 0, 2.0]]})
    again = squared_error(w=[2.0, -1.0])
    right = {node.label: g for node, g in gradients(again).items() if node.label in ("x", "w")}
    run = trace(kernel._graph.root)
    for leaf in kernel.leaves.values():
        found = next(g for node, g in run.right.items() if node.label == leaf.label)
        assert np.array_equal(found, right[leaf.label])


@pytest.fixture
def without_anywidget(monkeypatch):
    real = builtins.__import__

    def refuse(name, *others, **more):
        if name == "anywidget":
            raise ImportError(name)
        return real(name, *others, **more)

    notebook._find_kind.cache_clear()
    monkeypatch.setattr(builtins, "__import__", refuse)
    yield
    notebook._find_kind.cache_clear()


def test_without_anywidget_the_page_stands_as_it_is(without_anywidget):
    page = step_through(squared_error())
    assert page._repr_mimebundle_() is None
    assert page._display_()._repr_html_() == page._repr_html_()
    assert page._repr_html_().startswith('<iframe title="loss, step by step" srcdoc="&lt;!doctype html&gt;')


def test_a_widget_hears_and_answers():
    pytest.importorskip("anywidget", reason="pip install 'autograd_mini[notebook]': no widget was made")
    widget = step_through(squared_error())._display_()
    assert '"kernel":[{"card":0,"shape":[2,2],"numbers":[1.0,2.0,3.0,4.0]}' in widget.html
    sent = []
    widget.send = sent.append
    widget._handle_custom_msg({"changes": [[1, 0, 2.0]]}, [])
    (answer,) = sent
    assert answer["leaves"][1] == [2.0, -1.0]
    numbers = step_through(Value(2.0) * 3.0)._display_()
    assert '"kernel"' not in numbers.html.partition('id="data"')[2].partition("</script>")[0]  # they live on the page


PARENT = """<body><iframe></iframe><script>
const asked = [];
addEventListener("message", ({ data }) => asked.push(data));
</script></body>"""


class Notebook:
    """A page that stands for the notebook: the letters of the page in its frame are carried to the kernel by hand."""

    def __init__(self, tab, page, path):
        path.write_text(PARENT, "utf-8")
        self._tab, self.kernel = tab, Kernel(page.traces[0])
        tab.goto(path.as_uri())
        html = page.write(live={"kernel": self.kernel.describe_leaves()})
        tab.evaluate("html => (document.querySelector('iframe').srcdoc = html)", html)
        self.frame = tab.frame_locator("iframe")
        self.carry()  # the page begins by asking what stands

    def carry(self):
        self._tab.wait_for_function("asked.length > 0")
        answer = self.kernel.answer(self._tab.evaluate("asked.shift()"))
        self._tab.evaluate("answer => frames[0].postMessage(answer, '*')", answer)
        return answer

    @property
    def asked(self):
        return self._tab.evaluate("asked")


@pytest.fixture
def notebook_of(browser, tmp_path):
    context = browser.new_context()
    yield lambda loss: Notebook(context.new_page(), step_through(loss), tmp_path / "notebook.html")
    context.close()


def test_the_page_asks_and_shows_what_it_is_told(notebook_of):
    book = notebook_of(squared_error())
    frame = book.frame
    frame.get_by_role("slider", name="Step").fill("99")
    frame.get_by_label("w, index 0").fill("1")
    box = frame.get_by_label("w", exact=True)
    expect(box).to_have_value("-1")
    box.fill("-0.25")
    book.carry()
    slope = next(g for node, g in gradients(squared_error(w=[0.5, -0.25])).items() if node.label == "w")
    expect(words(frame)).to_contain_text(f"∂loss/∂w = [{slope[0]:.4g}")
    for number in ("1", "2", "3"):  # while the kernel computes, only the last one waits
        box.fill(number)
    book.carry()
    assert book.carry()["leaves"][1] == [0.5, 3.0]
    assert book.asked == []
    frame.get_by_role("button", name="Reset").click()
    assert book.carry()["leaves"] == {0: [1.0, 2.0, 3.0, 4.0], 1: [0.5, -1.0]}
    expect(box).to_have_value("-1")


def test_heat_maps_follow(notebook_of):
    x = Tensor(np.linspace(-1.0, 1.0, 60).reshape(6, 10), label="x")
    book = notebook_of((x * x).sum())
    image = book.frame.locator(".card image").first
    before = image.get_attribute("href")
    book.frame.get_by_label("x", exact=True).fill("5")
    (png, *_) = book.carry()["cards"][0]["map"]["sheets"]
    expect(image).to_have_attribute("href", f"data:image/png;base64,{png}")
    assert not before.endswith(png)
