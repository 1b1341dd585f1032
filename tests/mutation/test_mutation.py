"""The list of wrong rules keeps up with the rules (whether each is caught: make mutation)."""

import ast
import builtins
import importlib

import pytest

from . import __main__ as mutation
from .suite import ROOT, SUITE
from .wrong_rules import WRONG_RULES


@pytest.mark.parametrize("wrong", WRONG_RULES, ids=lambda wrong: f"{wrong.operation}: {wrong.kind}")
def test_a_wrong_rule_still_has_its_place(wrong):
    text = wrong.path(ROOT).read_text("utf-8")
    assert ast.dump(ast.parse(wrong.planted(text))) != ast.dump(ast.parse(text))


def names_of(text: str) -> set[str]:
    """What the text calls by name, a method or keyword aside."""
    return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("wrong", WRONG_RULES, ids=lambda wrong: f"{wrong.operation}: {wrong.kind}")
def test_a_wrong_rule_is_one_that_can_run(wrong):
    """Else it would be caught for a name that is not there, whatever the rule."""
    text = wrong.path(ROOT).read_text("utf-8")
    there = vars(importlib.import_module(f"autograd_mini.{wrong.file.removesuffix('.py').replace('/', '.')}"))
    assert names_of(wrong.planted(text)) - names_of(text) <= {*there, *dir(builtins)}


def test_the_wrong_rules_are_many_and_each_is_another():
    assert len({(wrong.file, wrong.right, wrong.wrong) for wrong in WRONG_RULES}) == len(WRONG_RULES) >= 40


def test_the_suite_that_catches_them_is_there():
    assert all((ROOT / "tests" / name).is_file() for name in SUITE)


def test_the_published_matrix_is_of_these_rules_and_all_are_caught_by_tests_that_are_there():
    *_, matrix = mutation.PAGE.read_text("utf-8").partition("| --- | --- | --- |\n")
    lines = [line.strip("| ").split(" | ") for line in matrix.splitlines()]
    assert [(operation, kind) for operation, kind, _ in lines] == [(w.operation, w.kind) for w in WRONG_RULES]
    assert all(mutation.where_it_is(test) for *_, test in lines), "run make mutation"


def test_what_fails_on_the_true_rules_catches_nothing(monkeypatch):
    caught = iter(["test_of_luck", *["test_it"] * len(WRONG_RULES)])
    monkeypatch.setattr(mutation, "caught_by", lambda wrong: next(caught))
    monkeypatch.setattr(mutation, "false_alarm", lambda tests: {"test_of_luck"}.intersection(tests).pop())
    with pytest.raises(SystemExit, match="test_of_luck fails, too"):
        mutation.main()


@pytest.mark.parametrize(("missed", "status"), [((), 0), (WRONG_RULES[-1:], 1)])
def test_a_wrong_rule_that_is_not_caught_is_a_failure_and_the_page_is_written_where_it_is_asked_for(
    missed, status, monkeypatch, tmp_path
):
    monkeypatch.setattr(mutation, "false_alarm", lambda tests: None)
    monkeypatch.setattr(mutation, "caught_by", lambda wrong: None if wrong in missed else "test_it")
    for arguments in [], [str(tmp_path / "page.md")]:
        assert not any(tmp_path.iterdir())
        monkeypatch.setattr("sys.argv", ["mutation", *arguments])
        with pytest.raises(SystemExit) as end:
            mutation.main()
        assert end.value.code == status
    assert (tmp_path / "page.md").read_text().count("**not caught**") == len(missed)
