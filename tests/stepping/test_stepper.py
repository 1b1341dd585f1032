"""The stepper's numbers are the engine's, its layout is one to read, and no label breaks out of its page."""

import base64
import hashlib
import json
import math
import re
import runpy
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograd_mini import Tensor, Value, custom_primitive, draw, floor, gradients, relu, step_through, tanh
from autograd_mini.drawing.formatting import format_number
from autograd_mini.drawing.labels import clean
from autograd_mini.drawing.themes import DARK, LIGHT
from autograd_mini.errors import AutogradError, DrawingError, ShapeError, StaleError
from autograd_mini.node import Node
from autograd_mini.reverse import history
from autograd_mini.stepping.page import Page
from autograd_mini.stepping.page_data import describe_run, write_lines
from autograd_mini.stepping.placement import place_cards
from autograd_mini.stepping.trace import trace

from ..support.drawn import scalar_graphs, shared


def layer():
    weight = Tensor(np.linspace(-1, 1, 6).reshape(2, 3), label="W")
    bias = Tensor(np.array([0.5, -0.5, 0.25], np.float32), label="b")
    far = Tensor(np.linspace(-1, 1, 24).reshape(3, 8), label="V")
    return (relu(np.array([[1.0, 2.0], [3.0, -4.0]]) @ weight + bias) @ far).mean()


def same(a, b):
    return np.array_equal(a, b, equal_nan=True) and np.shape(a) == np.shape(b)


def holds(run):
    """What must be true of each delivery of a right order."""
    right = gradients(run.graph.root, run.right[run.graph.root])
    assert all(a is b for a, b in zip(run.graph.nodes, history(run.graph.root)[::-1], strict=True))
    assert len(run.deliveries) == sum(isinstance(x, Node) for node in run.graph.nodes for x in node.inputs)
    so_far = {}
    with np.errstate(all="ignore"):
        for step in run.deliveries:
            assert step.tail is step.head.inputs[step.position]
            assert same(step.upstream, right[step.head]), "an arrow hands on a gradient that is complete"
            assert same(step.contribution, step.head.local_derivatives[step.position](step.upstream))
            if step.local is not None and np.isfinite(step.local).all():  # g / x is 0 where g · (1 / x) is 0 · inf
                product = np.multiply(step.upstream, step.local)
                assert np.allclose(product, step.contribution, rtol=1e-6, atol=1e-300, equal_nan=True)
            assert step.before is so_far.get(step.tail)
            before = 0.0 if step.before is None else step.before
            assert same(before + step.contribution, step.after)
            assert step.awaited == 0
            so_far[step.tail] = step.after
    assert all(same(so_far[node], right[node]) for node in so_far)
    assert set(so_far) == set(run.graph.nodes) - {run.graph.root}
    assert {step.tail for step in run.deliveries if not step.pending} == set(so_far)


@given(scalar_graphs())
def test_every_number_of_a_scalar_sweep_is_the_engines(root):
    if math.isfinite(root.data):
        holds(trace(root))


def test_every_number_of_a_tensor_sweep_is_the_engines():
    holds(trace(layer()))
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    holds(trace(x @ x, np.array([[1.0, 0.0], [0.5, -1.0]])))


def test_an_array_has_a_local_derivative_where_it_is_one_for_each_element():
    x, b = Tensor(np.ones((2, 3))), Tensor(np.ones(3))
    local = {step.head.name: step.local is not None for step in trace((tanh(x) @ b + 1.0).sum()).deliveries}
    assert local == {"sum": True, "add": True, "matmul": False, "tanh": True}
    spread = [step.local is None for step in trace((x * b).sum()).deliveries if step.head.name == "multiply"]
    assert spread == [False, True], "what is spread over rows is summed again: no product of its own"


def test_an_array_of_no_numbers_has_a_card_without_a_map():
    x, w = Tensor(np.zeros((3, 0)), label="x"), Tensor(np.zeros((0, 2)), label="w")
    cards = describe_run(trace((x @ w).sum()))["cards"]
    assert [card["data"] for card in cards[:2]] == [["shape (3, 0)", "empty"], ["shape (0, 2)", "empty"]]
    assert ["map" in card for card in cards] == [False, False, True, False]
    assert not any("brief" in card for card in cards)


def test_a_trace_leaves_no_gradient_behind():
    x = Value(2.0)
    trace(x * x)
    assert x.grad is None


def fork():
    x = Value(3.0, label="x")
    a = x * 2.0
    return x, a, a * (a + 1.0)


def test_a_naive_order_goes_wrong_and_says_where():
    x, a, loss = fork()
    b = next(node for node in loss.inputs if node is not a)
    run = trace(loss, order=[loss, a, b, x])
    assert [step.awaited for step in run.deliveries] == [0, 0, 1, 0]
    copy = run.graph.copy_of(x)
    assert (run.gradient[copy], run.right[copy]) == (14.0, 26.0)
    cards = {card["name"]: card for card in describe_run(run)["cards"]}
    assert cards["x"]["right"] == ["26"]
    assert sum("right" in card for card in cards.values()) == 1
    assert not any("right" in card for card in describe_run(trace(loss))["cards"])


def test_the_lessons_show_what_they_say():
    lessons = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "lessons.py"))
    (run,) = told(lessons["forks"]())
    into_x = [step for step in run["steps"] if step["kind"] == "backward" and run["arrows"][step["arrow"]]["tail"] == 0]
    assert [(step["contribution"], step["after"]) for step in into_x] == [(["4"], ["4"]), (["10"], ["14"])]
    naive, right = told(lessons["order"]())
    assert naive["cards"][0]["right"] == ["26"]
    assert "right" not in right["cards"][0]
    assert [step["after"] for step in naive["steps"] if step.get("awaited")] == [["14"]]


def test_an_order_that_runs_ahead_is_refused():
    x, a, loss = fork()
    with pytest.raises(AutogradError, match=r"comes to Value\(6.0, .*before any arrow has delivered"):
        trace(loss, order=[a, loss, x])


def test_what_has_no_gradient_is_refused():
    with pytest.raises(ShapeError, match="scalar to start from"):
        step_through(Tensor([1.0, 2.0]))
    with pytest.raises(AutogradError, match=r"ends at a Value or a Tensor, .*; got float 1\.0"):
        step_through(1.0)
    x = Value(1.0)
    y = x * x
    x.data = 2.0
    with pytest.raises(StaleError):
        step_through(y)


def test_a_graph_too_large_to_walk_through_is_refused_with_the_way_out(tmp_path):
    loss = shared(6_000)
    with pytest.raises(DrawingError, match=r"5,000 nodes at most, .* graph of multiply has 6,001: .*max_nodes=6001"):
        draw(loss).save(tmp_path / "graph.html")
    matrix = Tensor(np.eye(2)) @ Tensor(np.eye(2))
    matrix.label = "product"
    with pytest.raises(DrawingError, match="2 nodes at most, and the graph of product has 3"):
        step_through(matrix, max_nodes=2)
    assert repr(step_through(Value(1.0) * Value(2.0), max_nodes=3)) == "<Page of 6 steps>"


class Parts(HTMLParser):
    """What a browser finds in a page: the elements, and the text in each kind of them."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.texts, self.attributes, self.open = [], [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes.append(dict(attributes))
        self.open = tag

    def handle_endtag(self, tag):
        self.open = ""

    def handle_data(self, text):
        self.texts.append((self.open, text))

    def text(self, tag, nth=0):
        return [text for kind, text in self.texts if kind == tag][nth]


def told(page):
    return json.loads(Parts(page.html).text("script"))


def close(text, data):
    return float(text.removeprefix("≈")) == pytest.approx(float(data), rel=5.1e-4, nan_ok=True)


@given(scalar_graphs())
def test_the_numbers_on_the_page_read_back(root):
    run = trace(root)
    (page,) = told(Page("t", "", {"": run}))
    for card, node in zip(page["cards"], run.graph.nodes, strict=True):
        assert close(*card["data"], node.data)
    steps = page["steps"]
    assert [step["card"] for step in steps if step["kind"] == "forward"] == [
        i for i, node in enumerate(run.graph.nodes) if node.inputs
    ]
    assert close(*page["seed"], 1.0)
    backward = [step for step in steps if step["kind"] == "backward"]
    for step, delivery in zip(backward, run.deliveries, strict=True):
        arrow = page["arrows"][step["arrow"]]
        assert run.graph.nodes[arrow["head"]] is delivery.head
        assert run.graph.nodes[arrow["tail"]] is delivery.tail
        assert arrow["position"] == delivery.position
        for word in ("upstream", "local", "contribution", "after"):
            assert close(*step[word], getattr(delivery, word)), word
        assert ("before" in step) == (delivery.before is not None)


def test_arrays_show_their_numbers_or_their_shape_and_norm():
    (page,) = told(step_through(layer()))
    card = {card["name"]: card for card in page["cards"]}
    assert card["W"]["data"] == ["[-1.0 -0.6 -0.2]", "[ 0.2  0.6  1.0]"]
    assert card["b"]["data"] == ["[0.50 -0.50 0.25]"]
    assert card["V"]["data"] == ["shape (3, 8)", f"norm {format_number(np.linalg.norm(np.linspace(-1, 1, 24)))}"]
    assert card["#3"]["equation"] == "array(2, 2) @ W"
    assert not card["V"]["scalar"]
    assert [name for name, told in card.items() if "brief" in told] == ["V", "#6"]
    assert write_lines(np.zeros((0, 3))) == ["shape (0, 3)", "empty"]
    assert write_lines(np.ones((1, 1, 2))) == ["shape (1, 1, 2)", "norm 1.414"]
    assert write_lines(np.array([np.inf, np.nan])) == ["[inf nan]"]


def test_over_a_step_nothing_is_handed_back():
    v, w = Value(2.5, label="v"), Value(1.5, label="w")
    run = trace(floor(v) * floor(w * 1.0) + v)
    assert [(step.head.name, step.tail.name) for step in run.deliveries] == [
        ("add", "multiply"), ("add", "leaf"), ("multiply", "floor"), ("multiply", "floor"),
    ]  # fmt: skip
    assert all(step.pending == 0 for step in run.deliveries)
    assert run.gradient == run.right
    page = describe_run(run)
    of = {card["name"]: i for i, card in enumerate(page["cards"])}
    assert sorted(page["cards"][arrow["tail"]]["name"] for arrow in page["arrows"] if arrow.get("step")) == [
        "v", "w", "w·1",
    ]  # fmt: skip
    ends = {page["arrows"][step["arrow"]]["tail"] for step in page["steps"] if step["kind"] == "backward"}
    assert of["v"] in ends
    assert of["w"] not in ends
    assert not any("right" in card for card in page["cards"])


def test_an_order_of_another_graph_is_refused():
    loss = fork()[2]
    with pytest.raises(AutogradError, match="from which this multiply was not computed"):
        trace(loss, order=[loss, Value(1.0)])


HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>&lt;&#60;\"'`",
    "$title ${data} {0}",
    "\u2028\u2029",
    "a\ud800\0\x1b\u202eb",
    "é日本",
]


@given(st.text(min_size=1))
@example("".join(HOSTILE))
@example("y")
def test_no_label_breaks_out(label):
    def graph(label):
        y = tanh(Value(1.0, label=label))
        y.label = "z" if clean(label) == "y" else "y"  # two of one label are told apart by more
        return y

    page = Page(label, f"{label}\n\n{label}", {label: trace(graph(label))})
    quiet = Parts(step_through(graph("x"), title="t", about="u\n\nv").html)
    parts = Parts(page.html)
    assert [tag for tag in parts.tags if tag != "p"] == [tag for tag in quiet.tags if tag != "p"]
    assert parts.tags.count("p") == quiet.tags.count("p") - 2 + len(page.about)
    (run,) = told(page)
    assert run["cards"][0]["name"] == run["caption"] == clean(label)
    assert unescape(re.search("<h1>(.*?)</h1>", page.html)[1]) == clean(label)


@pytest.mark.parametrize("name", HOSTILE)
def test_an_operation_of_ones_own_may_have_any_name(name):
    def square(x):
        return x * x

    square.__name__ = name
    (run,) = told(step_through(custom_primitive(lambda g, z, x: 2.0 * g * x)(square)(Value(3.0, label="x"))))
    assert run["cards"][1]["operation"] == clean(name)
    assert run["cards"][1]["data"] == ["9"]
    assert [step["contribution"] for step in run["steps"] if step["kind"] == "backward"] == [["6"]]


@pytest.mark.parametrize("label", HOSTILE)
def test_the_data_holds_no_letter_that_html_knows(label):
    (data,) = re.findall(
        r'<script type="application/json" id="data">(.*?)</script>', step_through(Value(1.0, label=label)).html
    )
    assert data.isascii()
    assert not set("<>&") & set(data)


def test_a_label_keeps_its_letters():
    assert clean("é日本 😀 \u05d0") == "é日本 😀 \u05d0"
    assert clean("a\tb\n\0\ud800\u202e") == "a b ���"


def test_the_policy_lets_this_script_and_this_style_work_and_nothing_else():
    parts = Parts(step_through(tanh(Value(1.0))).html)
    policy = next(a["content"] for a in parts.attributes if a.get("http-equiv") == "Content-Security-Policy")
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(parts.text(*which).encode()).digest()).decode()}'"
        for which in (("script", 2), ("style", 0))
    ]
    assert (
        policy == f"default-src 'none'; script-src {hashes[0]}; style-src {hashes[1]}; img-src data:; base-uri 'none'"
    )
    assert not any({"src", "href", "style", "onclick"} & set(a) for a in parts.attributes)


def test_a_picture_saves_itself_as_the_page(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")  # a page needs no layout engine
    *_, loss = fork()
    draw(loss).save(tmp_path / "graph.html")
    assert (tmp_path / "graph.html").read_text("utf-8") == step_through(loss).html
    with pytest.raises(DrawingError, match=r"html; got 'graph\.htm'"):
        draw(loss).save(tmp_path / "graph.htm")


def test_the_same_graph_is_the_same_page():
    assert step_through(fork()[2]).html == step_through(fork()[2]).html


def test_a_notebook_shows_the_page_in_a_frame():
    page = step_through(Value(1.0, label='"><b>'))
    (frame,) = Parts(page._repr_html_()).attributes
    assert frame["srcdoc"] == page.html


@st.composite
def layouts(draw_):
    sizes = draw_(st.lists(st.tuples(st.floats(50, 200), st.floats(40, 120)), min_size=1, max_size=20))
    arrows = []
    for head in range(1, len(sizes)):
        arrows += [(tail, head) for tail in draw_(st.lists(st.integers(0, head - 1), max_size=3))]
    return sizes, arrows


@given(layouts())
def test_cards_do_not_overlap_and_arrows_lead_on(layout):
    sizes, arrows = layout
    spot = place_cards(sizes, arrows)
    boxes = [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for (x, y), (w, h) in zip(spot.cards, sizes, strict=True)]
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] + 1e-6 or b[3] <= a[1] + 1e-6
    for (tail, head), line in zip(arrows, spot.arrows, strict=True):
        assert line[0] == pytest.approx((boxes[tail][2], spot.cards[tail][1]))
        assert line[-1][0] == pytest.approx(boxes[head][0])
        assert boxes[head][1] < line[-1][1] < boxes[head][3]
        assert all(a[0] <= b[0] for a, b in pairwise(line)), "an arrow never turns back"
        for (x0, y0), (x1, y1) in pairwise(line):
            if y0 == y1:  # a lane through a column
                assert not any(box[0] < x1 and x0 < box[2] and box[1] < y0 < box[3] for box in boxes)


def test_a_tree_has_no_crossing():
    def tree(depth):
        return Value(1.0) if depth == 0 else tree(depth - 1) * tree(depth - 1)

    (page,) = told(step_through(tree(4)))
    sizes = [(card["w"], card["h"]) for card in page["cards"]]
    lines = place_cards(sizes, [(arrow["tail"], arrow["head"]) for arrow in page["arrows"]]).arrows
    ends = sorted((line[-1], line[0]) for line in lines)
    for (end, start), (next_end, next_start) in pairwise(ends):
        assert end[0] != next_end[0] or start[1] < next_start[1]


def test_a_page_of_300_nodes_is_below_a_megabyte():
    values = [Value(0.01 * i, label=f"w{i}") for i in range(100)]
    total = values[0]
    for value in values[1:]:
        total = total + tanh(value)
    assert len(history(total)) == 298
    assert len(step_through(total).html.encode()) < 1_000_000


def test_a_page_has_the_colours_of_pictures_and_every_one_it_names():
    style = Parts(step_through(tanh(Value(1.0))).html).text("style")
    named, known = (set(re.findall(pattern, style)) for pattern in (r"var\(--([\w-]+)\)", r"--([\w-]+):"))
    assert named == known
    assert all(f"--orange: {theme.gradient};" in style for theme in (LIGHT, DARK))
