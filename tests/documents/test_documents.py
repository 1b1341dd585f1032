"""What the documents say is what the code says."""

import re
import runpy
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pygraphviz
import pytest

from autograd_mini.drawing.themes import LIGHT

from ..support import operations_page
from ..support.accuracy import EXCUSED
from ..support.drawn import SVG, texts, words

ROOT = Path(__file__).parents[2]
GALLERY = runpy.run_path(str(ROOT / "examples" / "gallery.py"))
FIRST = runpy.run_path(str(ROOT / "examples" / "first_graph.py"))
PICTURES = {f"gallery/{name}": picture for name, _, _, picture in GALLERY["PICTURES"]}
PICTURES["first_graph"] = FIRST["picture"]
ADDING = ROOT / "docs" / "adding_an_operation.md"


of_this_numpy = pytest.mark.skipif(
    not hasattr(np, "matvec"), reason="the lists have names of NumPy that this older one has not"
)


@of_this_numpy
def test_the_page_of_operations_is_that_of_the_registry():
    assert operations_page.PAGE.read_text("utf-8") == operations_page.page(), (
        "run python -m tests.support.operations_page"
    )


@of_this_numpy
def test_the_readme_lists_the_operations_of_the_registry():
    readme = operations_page.README.read_text("utf-8")
    assert readme == operations_page.within(readme), "run python -m tests.support.operations_page"


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda p: p.name)
def test_every_link_leads_somewhere(path):
    targets = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    missing = [target for target in targets if "://" not in target and not (path.parent / target).exists()]
    assert not missing


def test_the_example_of_an_operation_stands_in_the_code():
    quoted = re.findall(r"```python\n# (\S+)\n(.*?)```", ADDING.read_text("utf-8"), flags=re.DOTALL)
    assert quoted
    for file, lines in quoted:
        assert lines in (ROOT / file).read_text("utf-8"), f"{file} has other lines than the page"


def test_the_page_of_the_gallery_is_what_its_script_writes():
    assert (ROOT / "docs" / "gallery.md").read_text("utf-8") == GALLERY["page"](), "run examples/gallery.py"


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_in_the_documents_is_what_its_script_draws(name):
    """Compared without a layout, whose bytes are those of one version of Graphviz: the words and the colours."""
    svg = (ROOT / "docs" / f"{name}.svg").read_text("utf-8")
    assert_same(re.sub(r"<style>.*?</style>", "", svg, flags=re.DOTALL), PICTURES[name]().dot)


def test_the_picture_that_moves_shows_every_number_at_some_beat():
    svg = (ROOT / "docs" / "first_graph.svg").read_text("utf-8")
    marked, played = (set(re.findall(pattern, svg)) for pattern in (r'[" ](b\d+)"', r"@keyframes (b\d+)"))
    assert marked == played
    graph = ElementTree.fromstring(svg)
    for group in graph.iter(f"{SVG}g"):
        if re.fullmatch(r"n\d+|e\d+_\d", group.get("id", "")):
            flowing = [text for text in group.iter(f"{SVG}text") if text.get("fill") == LIGHT.gradient]
            assert flowing
            assert all(re.fullmatch(r"b\d+", text.get("class", "")) for text in flowing)


def test_the_wrong_order_in_the_documents_is_what_its_script_draws():
    """But for the style, which is that of all pages."""
    drawn = (ROOT / "docs" / "gallery" / "wrong_order.svg").read_text("utf-8")
    svgs = [re.sub("<style>.*?</style>", "", svg, flags=re.DOTALL) for svg in (drawn, GALLERY["wrong_order"]())]
    assert svgs[0] == svgs[1], "run examples/gallery.py"
    assert "14 ≠ 26" in svgs[0]


def test_a_stale_picture_is_noticed():
    def pile(size, frame="frame", legend="legend"):
        graph = pygraphviz.AGraph(directed=True, id="whole", label=legend)
        for i in range(size):
            graph.add_node(i, id=f"n{i}", label=f"node {i}")
        graph.add_edge(0, 1, id="e")
        if frame:
            graph.add_subgraph([0], name="cluster_f", id="f", label=frame)
        return graph

    svg = pile(2).draw(format="svg", prog="dot").decode()
    assert_same(svg, pile(2).string())
    without_edge = pile(2)
    without_edge.delete_edge(0, 1)
    for other in (pile(3), pile(2, frame="another"), pile(2, frame=None), pile(2, legend="new"), without_edge):
        with pytest.raises(AssertionError, match=r"examples/gallery\.py"):
            assert_same(svg, other.string())
        with pytest.raises(AssertionError, match=r"examples/gallery\.py"):
            assert_same(other.draw(format="svg", prog="dot").decode(), pile(2).string())


def assert_same(svg, dot):
    """The picture has the parts of the source, no more and no fewer; each says the same, to rounding."""
    hint = "run examples/gallery.py and examples/first_graph.py"
    whole, *groups = ElementTree.fromstring(svg).iter(f"{SVG}g")
    graph = pygraphviz.AGraph(string=dot)
    drawn = {group.get("id"): texts(group) for group in groups}
    seen = [part.attr for part in [*graph.nodes(), *graph.edges()] if dict(part.attr).get("style") != "invis"]
    named = seen + [frame.graph_attr for frame in frames(graph)]
    told = {attributes["id"]: words(attributes["label"] or "") for attributes in named}
    assert drawn.keys() == told.keys(), hint
    legend = words(graph.graph_attr["label"])
    for said, now in [(texts(whole)[: len(legend)], legend), *((drawn[key], told[key]) for key in told)]:
        said, now = " ".join(said), " ".join(now)
        assert re.split(NUMBER, said) == re.split(NUMBER, now), hint
        numbers = [float(number) for number in re.findall(NUMBER, said)]
        assert numbers == pytest.approx([float(number) for number in re.findall(NUMBER, now)], rel=2e-3, abs=1e-6)
    colours = r"#[0-9a-f]{6}\b"
    assert set(re.findall(colours, svg)) == set(re.findall(colours, dot)), hint


NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"


def frames(graph):
    for frame in graph.subgraphs():
        yield frame
        yield from frames(frame)


def test_the_page_of_accuracy_says_what_is_excused():
    page = (ROOT / "docs" / "accuracy.md").read_text("utf-8")
    assert all(f"- `{name}`: {excuse.why}." in page for name, excuse in EXCUSED.items()), "run make accuracy"
