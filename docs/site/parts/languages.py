"""The site in two languages: a link to the same page in the other, and the words around a Korean page."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.locale import _

DOCS = Path(__file__).parents[2]
KOREAN = {
    "Next": "다음",
    "Previous": "이전",
    "Home": "처음으로",
    "On this page": "이 쪽의 내용",
    "Skip to content": "본문으로 건너뛰기",
    "Back to top": "맨 위로",
}


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


def name_in_korean(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the theme's templates the words around a page that Sphinx has no Korean for."""
    if app.config.language == "ko":
        context["_"] = context["gettext"] = lambda word: KOREAN.get(word, _(word))  # {% trans %} asks the latter


def setup(app: Sphinx) -> dict[str, Any]:
    """Have each page told."""
    app.connect("html-page-context", add_link)
    app.connect("html-page-context", name_in_korean)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
