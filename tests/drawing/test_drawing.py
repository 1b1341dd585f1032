"""Pictures: every label survives, every size and format draws, whatever is missing is said."""

import builtins
import json
import re
import sys
import time
import unicodedata
import xml.etree.ElementTree as ElementTree

import numpy as np
import pygraphviz
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograd_mini import Tensor, Value, custom_primitive, relu, scope, sum, tanh
from autograd_mini.drawing import DrawingError, draw
from autograd_mini.drawing.layout import choose_layout, find_columns, lay_out
from autograd_mini.drawing.rendering import render
from autograd_mini.drawing.themes import THEMES
from autograd_mini.drawing.view import build_view
from autograd_mini.errors import KindError, StaleError
from autograd_mini.node import Node
from autograd_mini.reverse import history
from autograd_mini.snapshot import Snapshot

from ..support.drawn import SVG, broad, chain, drawn_words, groups, neuron, scalar_graphs, shared, tangled
from ..support.golden import FOLDER, PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_golden(name):
    assert PICTURES[name]().dot == (FOLDER / f"{name}.dot").read_text("utf-8"), "see python -m tests.support.golden"


def test_constants_are_cards_of_their_own_and_quiet():
    x = Value(3.0, label="x")
    picture = draw((2.0 * x + 2.0) * 2.0)
    constants = {key: texts for key, texts in groups(picture).items() if re.match(r"n\d+_", key)}
    assert list(constants.values()) == [["2"], ["2"], ["2"]]
    graph = pygraphviz.AGraph(string=picture.dot)
    assert {graph.get_node(key).attr["shape"] for key in constants} == {"plaintext"}
    ends = {edge.attr["id"]: set(edge) for edge in graph.edges()}
    assert all(ends[f"e{key[1:]}"] == {key, key.partition("_")[0]} for key in constants)


def test_a_constant_of_one_element_is_a_number():
    x = Tensor([1.0, 2.0], label="x")
    said = groups(draw(x * np.full(1, 3.0)))
    assert said["n1_1"] == ["(1,) float64", "3"]
    assert said["e1_0"] == ["(2,)", "g × 3"]
    assert groups(draw(Tensor([2.0]) + np.ones((1, 1))))["e1_0"] == ["(1,)", "sum(g, axis=0)"]


def test_leaves_and_the_root_are_marked():
    x = Value(2.0)
    inner = tanh(x)
    graph = pygraphviz.AGraph(string=draw(inner * 3.0).dot)
    colours = [graph.get_node(key).attr["fillcolor"] for key in ("n0", "n1", "n2")]
    assert len(set(colours)) == 3
    assert "rounded" in graph.get_node("n0").attr["style"]  # and for a printer without colours
    assert graph.get_node("n2").attr["penwidth"] == "2"


LABELS = st.text(min_size=1)


@given(LABELS)
@example('<b>&amp;"x"\\N\\\\G\\')
@example("</TD></TR>]]>\n\0\x1b\ufffe")
@example("]")
@example("]]")
@example("a[0]]>b")
@example("#$%{}|;->\u202e\u2028é日本")
def test_any_label_is_shown_letter_by_letter(label):
    x = Value(1.0, label=label)
    picture = draw(tanh(x))
    shown = "".join(" " if c.isspace() else c if is_shown(c) else "�" for c in label)
    assert (shown if len(shown) <= 60 else f"{shown[:59].rstrip()}…") in drawn_words(picture.svg)
    assert pygraphviz.AGraph(string=picture.dot).has_node("n0")
    assert shown in picture.text


@given(scalar_graphs(), LABELS, LABELS)
def test_any_graph_with_any_words_is_valid_dot_and_svg(root, label, name):
    root.label = label
    with scope(name):
        root = tanh(root) * root
    for choice in ({}, {"unfold": False}, {"alike": True, "theme": "print"}):
        picture = draw(root, **choice)
        graph = json.loads(pygraphviz.AGraph(string=picture.dot).draw(format="json0", prog="dot"))
        assert {card.key for card in picture.shown.cards} <= {node["name"] for node in graph["objects"]}
        assert ElementTree.fromstring(picture.svg).tag == f"{SVG}svg"


@given(LABELS)
@example("\\N<&>" * 50)
def test_an_operation_of_ones_own_may_have_any_name(name):
    def forward(x):
        return 2.0 * x

    forward.__name__ = name
    root = custom_primitive(lambda g, z, x: g * 2.0)(forward)(Value(1.0))
    picture = draw(root * root)
    shown = "".join(" " if c.isspace() else c if is_shown(c) else "�" for c in name)
    assert shown.strip()[:59] in " ".join(drawn_words(picture.svg))
    assert float(ElementTree.fromstring(picture.svg).get("width").removesuffix("pt")) < 2_000


def is_shown(c):
    """Not a control letter, nor one that turns the reading round, nor one that XML has no room for."""
    turns = c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return not (turns or unicodedata.category(c) in ("Cc", "Cs") or c in "\ufffe\uffff")


def test_a_lone_surrogate_in_a_label_draws():
    assert "a�" in drawn_words(draw(Value(1.0, label="a\ud800")).svg)


@pytest.mark.parametrize(
    ("root", "size"),
    [(shared(5_000), 5_001), (chain(2_000), 2_001), (broad(1_000), 2_002), (tangled(1_000), 1_004)],
    ids=["shared", "chain", "broad", "tangled"],
)
def test_large_graphs_draw_whole_when_asked(root, size):
    picture = draw(root, max_nodes=None)
    assert repr(picture) == f"<Picture of {size:,} nodes>"
    said = groups(picture)
    uses = [x for node in history(root) for x in node.inputs]
    assert builtins.sum(bool(re.fullmatch(r"n\d+", key)) for key in said) == size
    assert builtins.sum(bool(re.fullmatch(r"n\d+_\d+", key)) for key in said) == builtins.sum(
        not isinstance(x, Node) for x in uses
    )
    assert builtins.sum(bool(re.fullmatch(r"e\d+_\d+", key)) for key in said) == len(uses)


def test_effort_falls_as_graphs_grow():
    assert choose_layout(build_view(Snapshot(neuron())))[:3] == ({}, {}, True)
    haste, free, has_wires, *_ = lay_out(build_view(Snapshot(shared(70))), "whole", "right")
    assert haste["mclimit"]
    assert has_wires
    assert not free
    for root in (shared(400), chain(200), broad(2_000)):
        shown = build_view(Snapshot(root))
        folded, places, has_wires, *_ = choose_layout(shown)
        assert folded["layout"] == "nop"
        assert not has_wires
        assert len({place["pos"] for place in places.values()}) == len(shown.cards)


def test_deep_graphs_go_down():
    assert choose_layout(build_view(Snapshot(chain(8))))[0] == {"rankdir": "TB"}
    assert choose_layout(build_view(Snapshot(chain(8))), "right")[0] == {}
    assert choose_layout(build_view(Snapshot(neuron())), "down")[0] == {"rankdir": "TB"}


@given(scalar_graphs())
def test_every_arrow_leads_on_to_a_later_column(root):
    shown = build_view(Snapshot(root))
    column = find_columns(shown)
    for arrow in shown.arrows:
        assert column[arrow.head] >= column[arrow.tail] + (not arrow.is_constant)
        assert column[arrow.head] == column[arrow.tail] or not arrow.is_constant


@pytest.mark.parametrize("direction", ["right", "down"])
def test_an_arrow_meets_its_line(direction):
    """The line between an arrow's numbers is at the height at which the arrow comes in and goes out."""
    w, b = Tensor([[0.5, -0.25], [1.5, 0.75]], label="W"), Tensor([0.1, -0.2], label="b")
    loss = sum(relu(np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]]) @ w + b))  # up to four lines below a line
    loss.backward()
    picture = draw(loss, direction=direction)
    group = {found.get("id"): found for found in ElementTree.fromstring(picture.svg).iter(f"{SVG}g")}
    across = direction == "right"  # the coordinate that does not change along the line

    def corners(words):
        return [float(point.split(",")[across]) for point in re.findall(r"-?[\d.]+,-?[\d.]+", words)]

    wires = [key for key, found in group.items() if found.get("class") == "node wire"]
    assert len(wires) == 5
    for key in wires:
        (line,) = set(corners(group[key].find(f"{SVG}polygon").get("points")))
        arriving = corners(group[f"{key}_start"].find(f"{SVG}path").get("d"))[-1]
        leaving = corners(group[f"{key}_end"].find(f"{SVG}path").get("d"))[0]
        assert [arriving, leaving] == pytest.approx([line, line], abs=0.05)


def test_the_same_graph_is_the_same_bytes(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        with scope("neuron"):
            output = neuron()
        for form in ("dot", "svg", "png", "pdf", "txt"):
            draw(output).save(folder / f"graph.{form}")
        time.sleep(1.1 * (folder == first))  # a pdf would tell the second in which it was made
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("name", "magic"),
    [
        ("a.svg", b"<?xml"),
        ("a.PNG", b"\x89PNG\r\n"),
        ("a.pdf", b"%PDF-"),
        ("a.b.dot", b"digraph"),
        ("a.txt", b"n9 o tanh"),
    ],
)
def test_formats(tmp_path, name, magic):
    draw(neuron()).save(str(tmp_path / name))
    assert (tmp_path / name).read_bytes().startswith(magic)


@pytest.mark.parametrize("name", ["graph.jpg", "graph", ".svg"])
def test_an_unknown_format_is_refused(tmp_path, name):
    with pytest.raises(DrawingError, match=re.escape(f".svg, .png, .pdf, .dot, .txt, .html; got '{name}'")):
        draw(Value(1.0)).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_png_is_sharp_enough_to_print(tmp_path):
    picture = draw(neuron())
    picture.save(tmp_path / "a.png")
    pixels = int.from_bytes((tmp_path / "a.png").read_bytes()[16:20], "big")
    points = float(ElementTree.fromstring(picture.svg).get("width").removesuffix("pt"))
    assert pixels / points == pytest.approx(192 / 72, rel=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_themes_bring_paper_of_their_own_and_readable_ink(theme):
    picture = draw(neuron(), theme=theme)
    background = next(ElementTree.fromstring(picture.svg).iter(f"{SVG}polygon"))
    colours = THEMES[theme]
    assert background.get("fill") == colours.paper
    for fill in (colours.paper, colours.operation, colours.leaf, colours.root, colours.fold, *colours.orders):
        for ink in (colours.ink, colours.quiet, colours.gradient, colours.sign):
            assert contrast(ink, fill) >= 4.5, (ink, fill)


def contrast(a, b):
    """The ratio of relative luminances, as the web's accessibility guidelines (WCAG 2) define it."""
    light = sorted(luminance(colour) for colour in (a, b))
    return (light[1] + 0.05) / (light[0] + 0.05)


def luminance(colour):
    digits = {"white": "#ffffff", "black": "#000000"}.get(colour, colour)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return builtins.sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_print_fits_a_page():
    for root in (shared(15), broad(30)):
        svg = ElementTree.fromstring(draw(root, theme="print").svg)
        sides = sorted(float(svg.get(side).removesuffix("pt")) / 72 for side in ("width", "height"))
        assert sides[0] <= 8.27
        assert sides[1] <= 11.69


def test_notebooks_and_terminals_show_it():
    picture = draw(neuron())
    assert picture._repr_svg_() == picture.svg

    class Printer:
        said = ""

        def text(self, words):
            self.said += words

    printer = Printer()
    picture._repr_pretty_(printer, False)
    assert printer.said == picture.text == str(picture)


def test_an_svg_says_what_it_shows():
    output = neuron()
    output.backward()
    svg = ElementTree.fromstring(draw(output).svg)
    assert svg.get("role") == "img"
    title, desc = svg[0], svg[1]
    assert (title.tag, desc.tag) == (f"{SVG}title", f"{SVG}desc")
    assert title.text == "Computation graph of o tanh: 10 nodes"
    assert desc.text == draw(output).text


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
    picture.save(tmp_path / "graph.txt")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graph.dot", "graph.txt"]
    assert (tmp_path / "graph.dot").read_text("utf-8") == picture.dot


def test_the_systems_dot_comes_first(program):
    program('echo "drawn by dot $*"')
    assert draw(neuron()).svg == "drawn by dot -Tsvg\n"


def test_a_failing_layout_is_reported(program):
    with pytest.raises(DrawingError, match="pygraphviz could not draw the svg"):
        render("no graph", "svg")
    program("echo no memory >&2; exit 3")
    with pytest.raises(DrawingError, match="could not draw the png: no memory"):
        render("digraph { a -> b }", "png")


def test_what_is_no_node_is_refused():
    with pytest.raises(KindError, match=r"Value or a Tensor, such as model\(x\) or a loss; got list \[1.0\]"):
        draw([1.0])


def test_replaced_data_is_refused():
    x = Value(1.0, label="x")
    y = x * x
    x.data = 2.0
    with pytest.raises(StaleError, match="'x' was replaced"):
        draw(y)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"max_nodes": 1}, "2 or more; got 1"),
        ({"depth": -1}, "0 or more; got -1"),
        ({"theme": "pink"}, "one of light, dark, colourblind, print; got 'pink'"),
        ({"direction": "up"}, "one of right, down; got 'up'"),
        ({"unfold": "no such scope"}, "'no such scope'; the scopes of this graph are none"),
        ({"start": Value(1.0)}, "there is no path"),
    ],
)
def test_a_choice_that_cannot_be_met_is_refused(choice, words):
    with pytest.raises(DrawingError, match=words):
        draw(neuron(), **choice)
