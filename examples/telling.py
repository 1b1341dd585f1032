"""What the lessons' programs say, in English or in Korean, and how long each part takes."""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
        """A part of a lesson below its heading, and in the end how long it took."""
        print(f"\n== {self.word(english, korean)}", flush=True)
        begun = time.perf_counter()
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
