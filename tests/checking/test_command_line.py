"""python -m autograd_mini.checking: what it is given, what it says, and its exit status."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd_mini.checking.__main__ import main

LOSSES = """
import numpy as np

def loss(x, scale=2.0):
    return (np.sin(x) * scale).sum()

def backward(g, x, scale=2.0):
    return g * scale * np.cos(x)

def forgetful(g, x, scale=2.0):
    return g * np.cos(x)

def weighted(p, labels, name):
    assert name == "mean" and labels.dtype == np.int64
    return (p["w"] * p["parts"][0].sum())[labels].mean()

def raising(x):
    raise ArithmeticError("said by f")

def raising_anyway(*args):
    raise ArithmeticError("said by f")

constant = 3
"""


@pytest.fixture(autouse=True)
def losses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "losses_by_hand.py").write_text(LOSSES, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop("losses_by_hand", None)


def run(*words: str) -> int:
    return main([word.replace("losses:", "losses_by_hand:") for word in words])


def test_what_is_right_exits_with_0_and_prints_the_report(capsys: Any) -> None:
    assert run("losses:loss", "[0.5, 1.0]", "--gradient", "losses:backward") == 0
    assert capsys.readouterr().out.startswith("2 derivatives, 0 undecided")
    assert run("losses:loss", "[[0.5, 1.0]]", "--order", "1", "--no-elsewhere", "--seed", "3") == 0
    assert capsys.readouterr().out.startswith("2 derivatives, 0 undecided")


def test_a_mistake_exits_with_1_and_is_named(capsys: Any) -> None:
    assert run("losses:loss", "[0.5]", "--gradient", "losses:forgetful") == 1
    said = capsys.readouterr().out
    assert "wrong derivative: argument 0" in said
    assert "0.877582561" in said


def test_arguments_are_drawn_where_none_are_given_and_shown(capsys: Any) -> None:
    drawn = []
    for seed in "0", "1":
        assert run("losses:loss", "--seed", seed, "--gradient", "losses:backward") == 0
        shown, report = capsys.readouterr().out.splitlines()[:2]
        assert report.startswith("3 derivatives")
        drawn.append(shown)
    assert drawn[0] == f"x = {np.random.default_rng(0).normal(size=3).tolist()}"
    assert drawn[0] != drawn[1]


def test_arguments_are_nested_constants_and_text(capsys: Any) -> None:
    p, labels = '{"w": [1.0, 2.0], "parts": [[0.5, 1], ["left", "alone"]]}', "[0, 1, 1]"
    assert run("losses:weighted", p, labels, '"mean"', "--order", "1") == 0
    assert capsys.readouterr().out.startswith("4 derivatives")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["losses"], "module:function"),
        (["losses:nothing"], "has no nothing"),
        (["losses:constant", "1.0"], "is no function"),
        (["no_such_module:f"], "No module named 'no_such_module'"),
        (["losses:loss", "[0.5"], "JSON"),
        (["losses:loss", "[1, 2]"], "nothing to differentiate"),
        (["losses:loss", "1.0", "--order", "9"], "orders from 1"),
        (["losses:raising_anyway"], "does not say what it takes"),
    ],
)
def test_what_cannot_be_checked_exits_with_2_and_says_why(words: list[str], said: str, capsys: Any) -> None:
    assert run(*words) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert not told.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["losses:raising", "1.0"], "ArithmeticError: said by f"),
        (["losses:loss", "--seed", "-1"], "non-negative"),
        (["leaving:f", "1.0"], "SystemExit: 0"),
        (["unfinished:f", "1.0"], "SyntaxError"),
        ([".losses:f", "1.0"], "relative import"),
        (["losses:loss", "[" * 5000], "RecursionError"),
    ],
)
def test_what_is_raised_on_the_way_is_no_mistake_and_shown(
    words: list[str], said: str, losses: Path, capsys: Any
) -> None:
    """Nor is a module that leaves with status 0 a gradient that is right."""
    (losses / "leaving.py").write_text("import sys\nsys.exit(0)\n", encoding="utf-8")
    (losses / "unfinished.py").write_text("def (\n", encoding="utf-8")
    assert run(*words) == 2
    told = capsys.readouterr().err
    assert told.startswith("Traceback")
    assert said in told


def test_it_is_a_command(losses: Path) -> None:
    """The module is found in the current folder, and the exit status is the process's."""
    root = Path(__file__).parents[2]
    words = ["losses_by_hand:loss", "[0.5]", "--gradient", "losses_by_hand:forgetful"]
    command = [sys.executable, "-m", "autograd_mini.checking", *words]
    done = subprocess.run(command, cwd=losses, env={"PYTHONPATH": str(root)}, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "wrong derivative" in done.stdout
