"""What the lessons' programs say, in English or in Korean, how long each part takes, and their live pages."""

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

from autograd_mini import language
from autograd_mini.drawing.themes import write_variables

OUTPUT = Path(__file__).parent.parent / "output" / "lessons"


class Teller:
    """Prints in one language: tell("a sum", "합")."""

    def __init__(self, language: str) -> None:
        self._is_korean = language == "ko"

    def word(self, english: str, korean: str) -> str:
        """What is said in this language."""
        return korean if self._is_korean else english

    def __call__(self, english: str, korean: str) -> None:
        print(self.word(english, korean), flush=True)

    @contextmanager
    def part(self, english: str, korean: str) -> Iterator[None]:
        """A part of a lesson below its heading, whose pages speak the language too, and in the end how long it took."""
        print(f"\n== {self.word(english, korean)}", flush=True)
        begun = time.perf_counter()
        with language("ko" if self._is_korean else "en"):
            yield
        seconds = time.perf_counter() - begun
        print(self.word(f"   ({seconds:.1f} s)", f"   ({seconds:.1f}초)"), flush=True)

    def saved(self, path: Path) -> None:
        """Where something was written."""
        where = path.relative_to(OUTPUT.parent.parent)
        self(f"→ {where}", f"→ {where}")


def options(about: str) -> argparse.ArgumentParser:
    """What every lesson takes: --lang en or ko."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--lang", choices=("en", "ko"), default="en", help="the language it speaks (en)")
    return parser


def live_page(name: str, language: str, title: str, body: str, data: Any) -> str:
    """One file that fetches nothing: a body, what its script is told, and name.css and name.js from beside us."""
    style, own, script = (Path(__file__).with_name(file) for file in ("live_page.css", f"{name}.css", f"{name}.js"))
    told = json.dumps(data, ensure_ascii=False).replace("<", r"\u003c")
    policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{escape(title)}</title>'
        f"<style>{write_variables()}{style.read_text('utf-8')}{own.read_text('utf-8')}</style></head><body><h1>{escape(title)}</h1>{body}"
        f'<script id="data" type="application/json">{told}</script><script>{script.read_text("utf-8")}</script>'
        "</body></html>"
    )
