"""What the documents say is what the code says."""

import re
from pathlib import Path

import pytest

from tests import operations_page
from tests.accuracy import EXCUSED

ROOT = Path(__file__).parent.parent
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


def test_the_page_of_accuracy_says_what_is_excused():
    page = (ROOT / "docs" / "accuracy.md").read_text("utf-8")
    assert all(f"- `{name}`: {excuse.why}." in page for name, excuse in EXCUSED.items()), "run make accuracy"
