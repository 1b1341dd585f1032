"""A formula typed in a terminal, as a live page: python -m autograd_mini "tanh(w*x + b)" w=2 x=-1 b=0.5."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from unicodedata import normalize

from .errors import AutogradError
from .formulas import read_formula, read_number
from .languages import LANGUAGES, language
from .showing import make_place, show_file
from .stepping import step_through


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page of a formula, say where, and open it; the exit status.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     status = main(["w*x", "w=2", "x=3", "-o", f"{folder}/page.html", "--no-browser"])  # doctest: +ELLIPSIS
    wrote ...page.html
    >>> status
    0
    """
    parser = ArgumentParser(
        prog="python -m autograd_mini",
        description="Draws the graph of a formula as a page to step through, whose numbers can be changed.",
        epilog='For example: python -m autograd_mini "tanh(w*x + b)" w=2 x=-1 b=0.5. '
        "A formula that begins with - is written in brackets.",
    )
    parser.add_argument("formula", help='such as "tanh(w*x + b)"')
    parser.add_argument("numbers", nargs="*", metavar="name=number", help="what each name stands for")
    parser.add_argument("-o", "--output", type=Path, metavar="PATH", help="the page to write, .html; else a new file")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language that the page speaks (en)")
    parser.add_argument("--no-browser", action="store_true", help="write the page, and do not open it")
    given, unknown = parser.parse_known_args(arguments)
    if unknown:
        parser.error(f"no option is called {unknown[0]}; a formula that begins with - is written in brackets")
    try:
        with language(given.lang):
            page = step_through(read_formula(given.formula, _read_numbers(given.numbers)), title=given.formula)
        path = given.output or make_place("formula.html")
        page.save(path)
    except (AutogradError, OSError) as error:
        print(f"autograd_mini: {error}", file=sys.stderr)
        return 2
    print(f"wrote {path}")
    if not given.no_browser and not show_file(path):
        print("no browser answered: open the file in one")
    return 0


def _read_numbers(words: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for word in words:
        name, sign, number = word.partition("=")
        if not sign or not name.isidentifier():
            raise AutogradError(f"{word!r} gives no name a number: write w=2")
        name = normalize("NFKC", name)  # as Python reads names: of two letters that look alike, µ, one is on keyboards
        if name in found:
            raise AutogradError(f"{name} is given two numbers")
        found[name] = read_number(number)
    return found


if __name__ == "__main__":
    sys.exit(main())
