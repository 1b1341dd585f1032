"""What the documents say is what the code says."""

import re
import runpy
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pygraphviz
import pytest

from tests import operations_page
from tests.accuracy import EXCUSED

from .drawn import SVG, texts, words

ROOT = Path(__file__).parent.parent
GALLERY = runpy.run_path(str(ROOT / "examples" / "gallery.py"))
FIRST = runpy.run_path(str(ROOT / "examples" / "first_graph.py"))
PICTURES = {f"gallery/{name}": picture for name, _, _, picture in GALLERY["PICTURES"]}
PICTURES["first_graph"] = FIRST["picture"]
ADDING = ROOT / "docs" / "adding_an_operation.md"


def test_the_page_of_operations_is_that_of_the_registry():
    assert operations_page.PAGE.read_text("utf-8") == operations_page.page(), "run python -m tests.operations_page"


def test_the_readme_lists_the_operations_of_the_registry():
    readme = operations_page.README.read_text("utf-8")
    assert readme == operations_page.within(readme), "run python -m tests.operations_page"


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
    dot = PICTURES[name]().dot
    svg = (ROOT / "docs" / f"{name}.svg").read_text("utf-8")
    graph = pygraphviz.AGraph(string=dot)
    drawn = {group.get("id"): texts(group) for group in ElementTree.fromstring(svg).iter(f"{SVG}g")}
    for node in graph.nodes():
        said, now = " ".join(drawn[node.attr["id"]]), " ".join(words(node.attr["label"]))
        assert re.split(NUMBER, said) == re.split(NUMBER, now), "run examples/gallery.py and examples/first_graph.py"
        numbers = [float(number) for number in re.findall(NUMBER, said)]
        assert numbers == pytest.approx([float(number) for number in re.findall(NUMBER, now)], rel=2e-3, abs=1e-6)
    colours = r"#[0-9a-f]{6}\b"
    assert set(re.findall(colours, svg)) == set(re.findall(colours, dot))


NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"


def test_the_page_of_accuracy_says_what_is_excused():
    page = (ROOT / "docs" / "accuracy.md").read_text("utf-8")
    assert all(f"- `{name}`: {excuse.why}." in page for name, excuse in EXCUSED.items()), "run make accuracy"
