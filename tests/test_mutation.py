"""The list of wrong rules keeps up with the rules (whether each is caught: make mutation)."""

import ast

import pytest

from .mutation.suite import ROOT, SUITE
from .mutation.wrong_rules import WRONG_RULES


@pytest.mark.parametrize("wrong", WRONG_RULES, ids=lambda wrong: f"{wrong.operation}: {wrong.kind}")
def test_a_wrong_rule_still_has_its_place(wrong):
    text = wrong.path(ROOT).read_text("utf-8")
    assert ast.dump(ast.parse(wrong.planted(text))) != ast.dump(ast.parse(text))


def test_the_wrong_rules_are_many_and_each_is_another():
    assert len({(wrong.file, wrong.right, wrong.wrong) for wrong in WRONG_RULES}) == len(WRONG_RULES) >= 40


def test_the_suite_that_catches_them_is_there():
    assert all((ROOT / "tests" / name).is_file() for name in SUITE)


def test_the_published_matrix_is_of_these_rules_and_all_are_caught():
    *_, matrix = (ROOT / "docs" / "mutation.md").read_text("utf-8").partition("| --- | --- | --- |\n")
    lines = [line.strip("| ").split(" | ") for line in matrix.splitlines()]
    assert [(operation, kind) for operation, kind, _ in lines] == [(w.operation, w.kind) for w in WRONG_RULES]
    assert all(test.startswith("test_") for *_, test in lines), "run make mutation"
