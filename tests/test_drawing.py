"""Pictures: every number is the engine's, every label survives, every size and format draws."""

import builtins
import html
import json
import re
import sys
import time
import xml.etree.ElementTree as ElementTree

import numpy as np
import pygraphviz
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograd_mini import Tensor, Value, stack, sum, tanh
from autograd_mini.drawing import DrawingError, draw
from autograd_mini.drawing.effort import columns, effort
from autograd_mini.drawing.figures import number
from autograd_mini.drawing.layout import rendered
from autograd_mini.drawing.view import view
from autograd_mini.errors import KindError, StaleError
from autograd_mini.node import Node
from autograd_mini.sweep import history

SVG = "{http://www.w3.org/2000/svg}"


def neuron():
    x1, x2, w1, w2, b = (
        Value(data, label=label)
        for data, label in [(2.0, "x1"), (0.0, "x2"), (-3.0, "w1"), (1.0, "w2"), (6.8813735870195432, "b")]
    )
    output = tanh(w1 * x1 + w2 * x2 + b)
    output.label = "o"
    return output


def words(markup):
    """What a label in Graphviz' html says, cell by cell."""
    cells = (html.unescape(cell).replace(r"\\", "\\").strip() for cell in re.split("<[^>]*>", markup))
    return [cell for cell in cells if cell]


def parsed(picture):
    """The source as Graphviz reads it: {key: words} of the cards, [(tail, head, words)] of the arrows."""
    graph = json.loads(pygraphviz.AGraph(string=picture.dot).draw(format="json0", prog="dot"))
    cards = graph["objects"]
    arrows = []
    for edge in graph.get("edges", []):
        ends = [cards[edge[end]]["name"] for end in ("tail", "head")]
        arrows.append((*(ends[::-1] if edge.get("dir") == "back" else ends), words(edge.get("label", ""))))
    return {card["name"]: words(card["label"]) for card in cards}, arrows


def drawn_words(svg):
    """Graphviz makes every second of several spaces a hard one, so that a browser keeps them."""
    return [(text.text or "").replace("\xa0", " ") for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def expected_arrows(root):
    """The same arrows, asked of the engine: the local derivative where the head is a scalar, None for constants."""
    nodes = history(root)[::-1]
    key = {node: f"n{i}" for i, node in enumerate(nodes)}
    for node in nodes:
        for i, (x, derivative) in enumerate(zip(node.inputs, node.local_derivatives, strict=True)):
            if isinstance(x, Node):
                yield key[x], key[node], derivative(1.0)
            else:
                yield f"{key[node]}_{i}", key[node], None


def close(text, data):
    return float(text) == pytest.approx(float(data), rel=5.1e-4, nan_ok=True)


@st.composite
def scalar_graphs(draw_):
    nodes = [Value(x) for x in draw_(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=4))]
    pick = st.integers(0, 10**6)
    for operation in draw_(st.lists(st.sampled_from("+-*/t2c"), max_size=12)):
        x, y = nodes[draw_(pick) % len(nodes)], nodes[draw_(pick) % len(nodes)]
        nodes.append(
            {
                "+": lambda x, y: x + y,
                "-": lambda x, y: x - y,
                "*": lambda x, y: x * y,
                "/": lambda x, y: x / y,
                "t": lambda x, y: tanh(x),
                "2": lambda x, y: x**2,
                "c": lambda x, y: 2.5 - y,
            }[operation](x, y)
        )
    return nodes[-1]


@given(scalar_graphs(), st.booleans())
def test_every_number_is_the_engines(root, is_swept):
    if is_swept:
        root.backward()
    cards, arrows = parsed(draw(root))
    for i, node in enumerate(history(root)[::-1]):
        *_, data_word, data, grad_word, grad = cards[f"n{i}"]
        assert (data_word, grad_word) == ("data", "grad")
        assert close(data, node.data)
        assert close(grad, node.grad) if is_swept else grad == "–"
    expected = [
        (tail, head, [] if local is None else ["∂ =", number(local)]) for tail, head, local in expected_arrows(root)
    ]
    assert sorted(arrows) == sorted(expected)


@given(st.floats(-1e308, 1e308) | st.sampled_from([np.inf, -np.inf, np.nan]))
@example(-0.0)
def test_a_number_reads_back(x):
    text = number(x)
    assert close(text, x)
    assert text != "-0"
    assert len(text) <= len("-1.234e-308")


def test_the_neuron_that_learners_know():
    output = neuron()
    before = draw(output)
    output.backward()
    after = draw(output)
    assert before.dot.count("–") == 10
    assert "–" not in after.dot
    shown = drawn_words(after.svg)
    for text in ("0.7071", "0.8814", "-1.5", "6.881", "x1", "tanh", "×"):
        assert text in shown
    assert "–" in before.dot, "a picture shows the graph as it stood when it was drawn"


def test_a_gradient_of_zero_is_no_dash():
    x = Value(3.0)
    (x * 0.0).backward()
    cards, _ = parsed(draw(x))
    assert cards["n0"] == ["leaf", "data", "3", "grad", "0"]


def test_constants_are_cards_of_their_own_and_quiet():
    x = Value(3.0, label="x")
    picture = draw((2.0 * x + 2.0) * 2.0)
    cards, arrows = parsed(picture)
    constants = {key: shown for key, shown in cards.items() if "_" in key}
    assert list(constants.values()) == [["2"], ["2"], ["2"]]
    assert sorted(arrow for arrow in arrows if arrow[0] in constants) == [
        (key, key.partition("_")[0], []) for key in sorted(constants)
    ]
    graph = pygraphviz.AGraph(string=picture.dot)
    assert {graph.get_node(key).attr["shape"] for key in constants} == {"plaintext"}


def test_a_constant_stands_where_it_is_written():
    def height(picture, key):
        (card,) = (group for group in ElementTree.fromstring(picture.svg).iter(f"{SVG}g") if group[0].text == key)
        return -float(next(card.iter(f"{SVG}text")).get("y"))

    x = Value(4.0)
    above, below = draw(10.0 / x), draw(x / 10.0)
    assert height(above, "n1_0") > height(above, "n1")
    assert height(below, "n1_1") < height(below, "n1")


def test_the_first_input_is_above_where_order_matters():
    def order(root):
        return re.findall(r"ordering=(\w+)", draw(root).dot)

    x, y = Value(3.0), Value(2.0)
    assert order(x - y) == order(x / y) == order(x**y) == ["in"]
    assert order(x + y) == order(x * y) == []


def test_leaves_and_the_root_are_marked():
    x = Value(2.0)
    inner = tanh(x)
    graph = pygraphviz.AGraph(string=draw(inner * 3.0).dot)
    colours = [graph.get_node(key).attr["fillcolor"] for key in ("n0", "n1", "n2")]
    assert len(set(colours)) == 3
    assert graph.get_node("n2").attr["penwidth"] == "2"  # for a printer without colours


def test_a_tensor_of_one_number_is_a_scalar():
    x = Tensor(3.0, label="x")
    cards, arrows = parsed(draw(x * x))
    assert cards["n0"] == ["x", "data", "3", "grad", "–"]
    assert arrows == [("n0", "n1", ["∂ =", "3"])] * 2


def test_small_arrays_show_their_numbers():
    w = Tensor([[1.5, -0.25], [2.0, 0.125]], label="w")
    loss = sum(w * np.array([1.0, 0.0]))
    loss.backward()
    cards, arrows = parsed(draw(loss))
    grad = ["1", "0"] * 2
    assert cards["n0"] == ["w", "(2, 2) float64", "data", "1.500", "-0.250", "2.000", "0.125", "grad", *grad]
    assert cards["n1_1"] == ["(2,) float64", "1", "0"]
    assert arrows[-1] == ("n1", "n2", ["∂ =", "1", "1", "1", "1"])
    assert [local for *_, local in arrows[:-1]] == [[], []], "an array has no single derivative"


def test_large_arrays_show_range_and_norm():
    data = np.arange(20, dtype=np.float32).reshape(4, 5) - 3
    w = Tensor(data, label="w")
    loss = sum(w * w)
    loss.backward()
    cards, arrows = parsed(draw(loss))
    norm = np.linalg.norm(data.astype(float))
    assert cards["n0"][:5] == ["w", "(4, 5) float32", "data", "-3 … 16", f"norm {norm:.4g}"]
    assert cards["n0"][5:] == ["grad", "-6 … 32", f"norm {2 * norm:.4g}"]
    assert arrows[-1] == ("n1", "n2", ["∂ =", "(4, 5)", f"norm {np.sqrt(20):.4g}"])


def test_odd_arrays_draw():
    tiny, empty = Tensor([1e-9, 1.0]), Tensor(np.zeros((0, 3)))
    cards, _ = parsed(draw(sum(tiny) + sum(empty) + Tensor([np.inf, np.nan, -0.0])))
    assert ["leaf", "(2,) float64", "data", "1e-9", "1", "grad", "–"] in cards.values()
    assert ["leaf", "(0, 3) float64", "data", "empty", "grad", "–"] in cards.values()
    assert ["leaf", "(3,) float64", "data", "inf", "nan", "0", "grad", "–"] in cards.values()


@given(st.text(min_size=1))
@example('<b>&amp;"x"\\N\\\\G\\')
@example("</TD></TR>]]>\n\0\x1b\ufffe")
@example("#$%{}|;->\u202e\u2028é日本")
def test_any_label_is_shown_letter_by_letter(label):
    x = Value(1.0, label=label)
    shown = "".join(" " if c.isspace() else c if is_xml(c) else "�" for c in label)
    assert shown in drawn_words(draw(tanh(x)).svg)


def is_xml(c):
    return c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff"


def test_a_lone_surrogate_in_a_label_draws():
    assert "a�" in drawn_words(draw(Value(1.0, label="a\ud800")).svg)


def shared(length):
    """A deep graph whose first leaf every operation uses: a column each, and arrows across all of them."""
    x = y = Value(1.0, label="x")
    while length:
        y, length = y * x, length - 1
    return y


def chain(length):
    y = Value(0.5)
    for _ in range(length // 2):
        y = tanh(y) * 1.01
    return y


def broad(width):
    leaves = [Value(float(i)) for i in range(width)]
    return sum(stack([x * x for x in leaves]))


def tangled(length):
    nodes = [Value(1.0), Value(2.0)]
    for i in range(length):
        nodes.append(nodes[-1] + nodes[i // 2] if i % 9 == 0 else nodes[i // 2] * nodes[i // 3])
    return sum(stack(nodes))


@pytest.mark.parametrize(
    ("root", "size"),
    [(shared(5_000), 5_001), (chain(2_000), 2_001), (broad(1_000), 2_002), (tangled(1_000), 1_004)],
    ids=["shared", "chain", "broad", "tangled"],
)
def test_large_graphs_draw_whole(root, size):
    picture = draw(root)
    assert repr(picture) == f"<Picture of {size} nodes>"
    groups = [group.get("class") for group in ElementTree.fromstring(picture.svg).iter(f"{SVG}g")]
    uses = [x for node in history(root) for x in node.inputs]
    assert groups.count("node") == size + builtins.sum(not isinstance(x, Node) for x in uses)
    assert groups.count("edge") == len(uses)


def test_effort_falls_as_graphs_grow():
    assert effort(view(neuron())) == ({}, {})
    haste, free = effort(view(shared(70)))
    assert haste["mclimit"]
    assert not free
    for root in (shared(400), chain(200), broad(2_000)):
        shown = view(root)
        folded, places = effort(shown)
        assert folded["layout"] == "nop"
        assert len({place["pos"] for place in places.values()}) == len(shown.cards)


@given(scalar_graphs())
def test_every_arrow_leads_on_to_a_later_column(root):
    shown = view(root)
    column = columns(shown)
    for arrow in shown.arrows:
        assert column[arrow.head] >= column[arrow.tail] + (not arrow.is_constant)
        assert column[arrow.head] == column[arrow.tail] or not arrow.is_constant


def test_the_same_graph_is_the_same_bytes(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        for form in ("dot", "svg", "png", "pdf"):
            draw(neuron()).save(folder / f"graph.{form}")
        time.sleep(1.1 * (folder == first))  # a pdf would tell the second in which it was made
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("name", "magic"),
    [("a.svg", b"<?xml"), ("a.PNG", b"\x89PNG\r\n"), ("a.pdf", b"%PDF-"), ("a.b.dot", b"digraph")],
)
def test_formats(tmp_path, name, magic):
    draw(neuron()).save(str(tmp_path / name))
    assert (tmp_path / name).read_bytes().startswith(magic)


@pytest.mark.parametrize("name", ["graph.jpg", "graph", ".svg"])
def test_an_unknown_format_is_refused(tmp_path, name):
    with pytest.raises(DrawingError, match=re.escape(f".svg, .png, .pdf, .dot, .html; got '{name}'")):
        draw(Value(1.0)).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_png_is_sharp_enough_to_print(tmp_path):
    picture = draw(neuron())
    picture.save(tmp_path / "a.png")
    pixels = int.from_bytes((tmp_path / "a.png").read_bytes()[16:20], "big")
    points = float(ElementTree.fromstring(picture.svg).get("width").removesuffix("pt"))
    assert pixels / points == pytest.approx(192 / 72, rel=0.01)


def test_jupyter_shows_it_on_paper_of_its_own():
    picture = draw(neuron())
    assert picture._repr_svg_() == picture.svg
    background = next(ElementTree.fromstring(picture.svg).iter(f"{SVG}polygon"))
    assert background.get("fill") == "white"


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Writes a program dot that is the only one on the path; without a script there is none."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def write(script):
        (tmp_path / "dot").write_text(f"#!/bin/sh\nwhile read -r line; do :; done\n{script}\n")
        (tmp_path / "dot").chmod(0o755)

    return write


def test_without_any_graphviz_the_way_out_is_named(tmp_path, program, monkeypatch):
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    picture = draw(neuron())
    for attempt in (picture._repr_svg_, lambda: picture.save(tmp_path / "graph.pdf")):
        with pytest.raises(DrawingError, match=r"install Graphviz.*dot.*pip install \"autograd_mini\[plot\]\""):
            attempt()
    picture.save(tmp_path / "graph.dot")
    assert [path.name for path in tmp_path.iterdir()] == ["graph.dot"]
    assert (tmp_path / "graph.dot").read_text("utf-8") == picture.dot


def test_the_systems_dot_comes_first(program):
    program('echo "drawn by dot $*"')
    assert draw(neuron()).svg == "drawn by dot -Tsvg\n"


def test_a_failing_layout_is_reported(program):
    with pytest.raises(DrawingError, match="pygraphviz could not draw the svg"):
        rendered("no graph", "svg")
    program("echo no memory >&2; exit 3")
    with pytest.raises(DrawingError, match="could not draw the png: no memory"):
        rendered("digraph { a -> b }", "png")


def test_what_is_no_node_is_refused():
    with pytest.raises(KindError, match=r"Value or a Tensor; got list \[1.0\]"):
        draw([1.0])


def test_replaced_data_is_refused():
    x = Value(1.0, label="x")
    y = x * x
    x.data = 2.0
    with pytest.raises(StaleError, match="'x' was replaced"):
        draw(y)
