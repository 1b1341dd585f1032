"""The course in two languages: the same pages, the same code, and questions with the same answers."""

import doctest
import io
import re
import tokenize
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(path.name for path in (DOCS / "learn").glob("*.md"))
QUESTION = re.compile(r"^:::\{question\}(.*?)\n((?::\w+: .*\n)+)", re.MULTILINE)


def read(page: str, language: str) -> str:
    return ((DOCS / "ko" if language == "ko" else DOCS) / "learn" / page).read_text("utf-8")


def numbers_asked(page: str, language: str) -> list[str]:
    """The answers that are numbers; those that are chosen are words."""
    found = [options for _, options in QUESTION.findall(read(page, language))]
    return [re.search(r":answer: (.*)", options)[1] for options in found if ":choices:" not in options]


def code_of(page: str, language: str) -> list[list[str]]:
    """The tokens of each example, without comments and words."""
    examples = doctest.DocTestParser().get_examples(read(page, language))
    left_out = tokenize.COMMENT, tokenize.STRING, tokenize.NL, tokenize.NEWLINE
    lines = (tokenize.generate_tokens(io.StringIO(example.source).readline) for example in examples)
    return [[token.string for token in tokens if token.type not in left_out] for tokens in lines]


def test_both_languages_have_the_same_pages_in_the_same_order():
    assert sorted(path.name for path in (DOCS / "ko" / "learn").glob("*.md")) == PAGES
    order = [
        re.findall(r"^learn/(\w+)$", (DOCS / index).read_text("utf-8"), re.M) for index in ("index.md", "ko/index.md")
    ]
    assert order[0] == order[1] == [page.removesuffix(".md") for page in PAGES]


@pytest.mark.parametrize("folder", [DOCS, DOCS / "ko"])
def test_every_page_is_in_the_contents(folder):
    contents = re.findall(r"^```\{toctree\}\n(?::.*\n)*((?:.*\n)*?)```", (folder / "index.md").read_text("utf-8"), re.M)
    pages = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.md")}
    apart = {page for page in pages if page.split("/")[0] in ("ko", "site", "index")}
    assert sorted(" ".join(contents).split()) == sorted(pages - apart)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_same_code_and_three_questions_with_the_same_answers(page):
    assert len(QUESTION.findall(read(page, "en"))) == len(QUESTION.findall(read(page, "ko"))) == 3
    assert numbers_asked(page, "en") == numbers_asked(page, "ko")
    assert code_of(page, "en") == code_of(page, "ko")


@pytest.mark.parametrize("page", ["lessons.md", "use/coming_from.md", "use/errors.md"])
def test_other_pages_have_the_same_code_in_both_languages(page):
    assert code_of(f"../{page}", "en") == code_of(f"../{page}", "ko") != []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_is_to_be_chosen_is_among_the_choices(page, language):
    for asked, options in QUESTION.findall(read(page, language)):
        if ":choices:" in options:
            choices = [choice.strip() for choice in re.search(r":choices: (.*)", options)[1].split("|")]
            assert re.search(r":answer: (.*)", options)[1].strip() in choices, asked
