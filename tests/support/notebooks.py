"""Writes the notebooks of the course, examples/*.ipynb, from its English pages, docs/learn/*.md.

python -m tests.support.notebooks
"""

import doctest
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "learn").glob("*.md"))
FOLDER = ROOT / "examples"
FENCE = re.compile(r"^(```|:::)(python|\{shown\}|\{question\})(.*?)\n(.*?)^\1$\n?", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"^:(\w+):(.*)\n", re.MULTILINE)
INSTALL = '%pip install --quiet "autograd_mini[plot]"'
HERE_ALONE = tuple(path.stem for path in FOLDER.glob("*.py"))  # which pip does not install


def notebook(page: Path) -> str:
    """A page as a notebook, without outputs: text, code in cells that each end where a value is shown, questions."""
    cells = [("code", INSTALL), *_cells(page.read_text("utf-8"))]
    told = {
        "cells": [_cell(kind, source, f"cell-{k}") for k, (kind, source) in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def path_of(page: Path) -> Path:
    """Where its notebook is."""
    return FOLDER / f"{page.stem}.ipynb"


def code_of(text: str) -> list[str]:
    """The sources of a notebook's code cells, but for the first, which installs."""
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return ["".join(cell["source"]) for cell in cells[1:]]


def _cells(text: str) -> Iterator[tuple[str, str]]:
    end = 0
    for block in FENCE.finditer(text):
        yield from _words(text[end : block.start()])
        end = block.end()
        kind, argument, content = block[2], block[3].strip(), block[4]
        options, content = dict(OPTION.findall(content)), OPTION.sub("", content)
        if kind == "python":
            yield from _examples(content)
        elif kind == "{question}":
            yield "markdown", _question(argument, options, content)
        elif re.search(rf"^from ({'|'.join(HERE_ALONE)}) import", content, re.MULTILINE):
            yield "markdown", f"*(On the site there is a page to walk through here: {argument}.)*"
        else:
            yield "code", content.strip()
    yield from _words(text[end:])


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Links lead to the other notebooks, and to the pages of the documentation from where this lies."""
    text = re.sub(r"\]\((\d\d_\w+)\.md\)", r"](\1.ipynb)", text)
    text = re.sub(r"\]\(\.\./", "](../docs/", text).strip()
    if text:
        yield "markdown", text


def _examples(content: str) -> Iterator[tuple[str, str]]:
    """The examples of a block, cut after each that shows something; code that is only quoted stays as it is."""
    examples = doctest.DocTestParser().get_examples(content)
    if not examples:
        yield "markdown", f"```python\n{content}```"
    lines = ""
    for example in examples:
        lines += example.source
        if example.want:
            yield "code", lines.strip()
            lines = ""
    if lines:
        yield "code", lines.strip()


def _question(asked: str, options: dict[str, str], why: str) -> str:
    choices = options.get("choices", "").strip()
    offered = f"\n\n{choices.replace('|', '·')}" if choices else ""
    answer = f"<details><summary>Answer</summary>\n\n**{options['answer'].strip()}**\n\n{why.strip()}\n\n</details>"
    return f"**{asked}**{offered}\n\n{answer}"


def _cell(kind: str, source: str, name: str) -> dict[str, Any]:
    cell = {"cell_type": kind, "id": name, "metadata": {}, "source": source.splitlines(keepends=True)}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


if __name__ == "__main__":
    for page in PAGES:
        path_of(page).write_text(notebook(page), "utf-8")
        print(f"wrote {path_of(page).relative_to(ROOT)}")
