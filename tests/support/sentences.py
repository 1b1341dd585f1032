"""Every sentence that pictures and pages can say, collected from where it is said.

As a program it prints the rules in words: asked in a process of its own, where no test has made rules.
"""

import ast
import gc
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "autograd_mini"


def in_python(path: Path) -> Iterator[str]:
    """What `say` is called with; it is called with nothing that could not be read here."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            yield from read(node.args[0], path)


def read(sentence: ast.expr, path: Path) -> Iterator[str]:
    if path.name == "html.py" and isinstance(sentence, ast.Call):
        return  # a sentence of page.html
    assert isinstance(sentence, ast.Constant), f"{path}:{sentence.lineno}: no sentence, but {ast.unparse(sentence)}"
    yield sentence.value


def in_script(text: str) -> Iterator[str]:
    """The templates after `say`, one within another too; {0}, {1}, … for what stands in them."""
    for found in re.finditer(r"(?<![\w.])say`", text):
        yield re.sub(r"\s+", " ", template(text, found.end())[0])


def template(text: str, at: int) -> tuple[str, int]:
    """A template literal from behind its first backtick, and where it ends."""
    said, holes = "", 0
    while text[at] != "`":
        if text.startswith("${", at):
            said, holes, at = f"{said}{{{holes}}}", holes + 1, skip(text, at + 2)
        else:
            said, at = said + text[at], at + 1
    return said, at + 1


def skip(text: str, at: int) -> int:
    """Where an expression within a template ends, behind its brace."""
    depth = 1
    while depth:
        if text[at] == "`":
            at = template(text, at + 1)[1]
            continue
        depth += (text[at] == "{") - (text[at] == "}")
        at += 1
    return at


def in_page(text: str) -> Iterator[str]:
    """The sentences of page.html."""
    for sentence in re.findall(r"\$\{([^}]*)\}", text):
        yield " ".join(sentence.split())


def rules_in_words() -> set[str]:
    """Derivatives and formulas of this package in words, so far as they are words and not mathematics alone."""
    command = [sys.executable, "-m", "tests.support.sentences"]
    return set(json.loads(subprocess.run(command, cwd=PACKAGE.parent, capture_output=True, check=True).stdout))


def _find_rules_in_words() -> set[str]:
    import nn
    from autograd_mini import scipy
    from autograd_mini.primitive import Primitive
    from autograd_mini.scopes import Composition

    assert nn
    assert scipy  # whose rules are known now, too
    words: set[str] = set()
    for thing in gc.get_objects():
        if issubclass(type(thing), Primitive):
            words |= set(thing.slopes or ())
        if issubclass(type(thing), Composition):
            words |= {thing.formula, *thing.flows}
    return {formula for formula in words if PROSE.search(formula)}


PROSE = re.compile(r"\b(above|below|at|of|to|each|in|the|through|by|over|where|nearly|is|missed)\b")


def all_sentences() -> set[str]:
    """All of them."""
    found = {sentence for path in PACKAGE.rglob("*.py") for sentence in in_python(path)}
    found |= {sentence for path in PACKAGE.rglob("*.js") for sentence in in_script(path.read_text("utf-8"))}
    return found | set(in_page((PACKAGE / "stepping" / "page.html").read_text("utf-8")))


if __name__ == "__main__":
    print(json.dumps(sorted(_find_rules_in_words())))
