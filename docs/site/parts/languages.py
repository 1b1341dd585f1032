"""The same page in the other language: a link in the sidebar, where there is one."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

DOCS = Path(__file__).parents[2]


def add_link(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Tell the template where the page's twin is, and what its language is called."""
    korean = app.config.language == "ko"
    twin = DOCS / f"{page}.md" if korean else DOCS / "ko" / f"{page}.md"
    up = "../" * page.count("/")
    there = page if twin.exists() else "index"
    context["other_language"] = {
        "name": "English" if korean else "한국어",
        "lang": "en" if korean else "ko",
        "href": f"{up}../{there}.html" if korean else f"{up}ko/{there}.html",
    }


def setup(app: Sphinx) -> dict[str, Any]:
    """Have each page told."""
    app.connect("html-page-context", add_link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
