"""The course as notebooks: what its pages say, and code that runs from the first cell to the last."""

import json

import pytest

from ..support import notebooks


@pytest.mark.parametrize("page", notebooks.PAGES, ids=lambda page: page.stem)
def test_a_notebook_is_that_of_its_page(page):
    assert notebooks.path_of(page).read_text("utf-8") == notebooks.notebook(page), (
        "run python -m tests.support.notebooks"
    )


def test_no_notebook_is_left_of_a_page_that_is_gone():
    assert sorted(notebooks.FOLDER.glob("*.ipynb")) == [notebooks.path_of(page) for page in notebooks.PAGES]


@pytest.mark.parametrize("page", notebooks.PAGES, ids=lambda page: page.stem)
def test_a_notebook_runs_from_the_first_cell_to_the_last(page):
    text = notebooks.path_of(page).read_text("utf-8")
    assert json.loads(text)["cells"][0]["source"] == [notebooks.INSTALL]
    names = {"__name__": "__main__"}
    for source in notebooks.code_of(text):
        exec(compile(source, page.stem, "exec"), names)
