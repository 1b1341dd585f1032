"""A page's html: one file in which style, script and data stand, and which may fetch nothing."""

import base64
import hashlib
import json
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from ..drawing.themes import write_variables
from ..languages import say, spoken, translations
from .still import draw_still

STYLES = ("page.css", "live/live.css")
LIVE = tuple(f"live/{name}.js" for name in ("operations", "program", "wording", "run", "training", "panel", "kernel"))
DRAWN = ("placement.js", "boxes.js", "folding.js", "frames.js", "scene.js")
SCRIPTS = (
    "base.js",
    *DRAWN,
    "words.js",
    "maps.js",
    "learner.js",
    "teacher.js",
    "code.js",
    "walking.js",
    *LIVE,
    "page.js",
)


class _Page(Template):
    """The file of a page, in which ${...} is a sentence."""

    braceidpattern = r"[^{}]+"


class _Parts(dict[str, str]):
    """What stands in the file of a page: its parts by name, and else a sentence in the language spoken."""

    def __missing__(self, sentence: str) -> str:
        return say(" ".join(sentence.split()))


def write_html(title: str, about: Iterable[str], runs: Any) -> str:
    """The page; its policy lets this one script and this one style work, and nothing else.

    >>> write_html("<b>", ["a & b"], [])[:15]
    '<!doctype html>'
    """
    style, source = ("\n".join(map(_read_file, names)) for names in (STYLES, SCRIPTS))
    style = write_variables() + style
    parts = _Parts(
        language=spoken(),
        title=escape(title),
        about="\n".join(f"<p>{escape(words)}</p>" for words in about),
        policy=f"default-src 'none'; script-src {_hash(source)}; style-src {_hash(style)}; "
        "img-src data:; base-uri 'none'",
        style=style,
        data=embed(runs),
        still="".join(map(draw_still, runs)),
        sentences=embed(dict(translations())),
        script=source,
    )
    return _Page(_read_file("page.html")).substitute(parts)


def embed(data: Any) -> str:
    r"""Data as JSON that no text in it can break out of, within a page.

    >>> print(embed("</script>\u2028"))
    "\u003c/script\u003e\u2028"
    """
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)  # ASCII alone: U+2028 and its like are escaped
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def _read_file(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
