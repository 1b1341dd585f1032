"""The fixture and the mark `gradients`, as a project that has installed the package meets them."""

import importlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]

PLUGIN = "autograd_mini.checking.pytest_plugin"


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a test file in a project of its own, with this plugin and no other."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def run(code: str) -> Any:
        pytester.makepyfile(HEAD + code)
        words = "-p", "no:cacheprovider", "--strict-markers", "-W", "error"
        return pytester.runpytest_inprocess(*words, plugins=[importlib.import_module(PLUGIN)])

    return run


HEAD = """
import numpy as np
import pytest
from autograd_mini import GradientError

X = np.array([0.5, 1.0])
right = lambda g, x: g * np.cos(x)
wrong = lambda g, x: 2.0 * g * np.cos(x)
"""


def test_the_package_says_that_it_has_a_plugin() -> None:
    table = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    assert table["project"]["entry-points"]["pytest11"] == {"autograd_mini": PLUGIN}
    assert callable(importlib.import_module(PLUGIN).pytest_configure)


def test_the_fixture_checks_and_gives_the_report(run: Any) -> None:
    result = run("""
def test_right(gradients):
    assert gradients(np.sin, X, gradient=right).entries == 4

def test_what_is_wrong_may_be_expected(gradients):
    with pytest.raises(GradientError) as caught:
        gradients(np.sin, X, gradient=wrong)
    assert caught.value.report.mistakes
""")
    result.assert_outcomes(passed=2)


def test_a_failure_is_the_report_at_the_line_that_called(run: Any) -> None:
    result = run("""
def test_wrong(gradients):
    gradients(np.sin, X, gradient=wrong)
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([">*gradients(np.sin, X, gradient=wrong)", "E*check_gradients found*mistake*"])
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")
    result.stdout.no_fnmatch_line("*examination.py*")


def test_the_mark_checks_before_the_body(run: Any) -> None:
    result = run("""
@pytest.mark.gradients(np.sin, X, gradient=right)
@pytest.mark.gradients(np.cos, X, order=1, elsewhere=False)
def test_right():
    assert X.tolist() == [0.5, 1.0]

@pytest.mark.gradients(np.sin, X, gradient=right)
def test_right_but_for_the_body():
    assert X.tolist() == []

@pytest.mark.gradients(np.sin, X, gradient=right)
@pytest.mark.gradients(np.sin, X, gradient=wrong)
def test_wrong():
    raise RuntimeError("the body was run")

@pytest.mark.gradients(np.sin, X, gradient=wrong)
class TestAll:
    def test_wrong_too(self):
        raise RuntimeError("the body was run")

@pytest.mark.gradients
def test_nothing_to_check():
    raise RuntimeError("the body was run")
""")
    result.assert_outcomes(passed=1, failed=4)
    result.stdout.fnmatch_lines(["check_gradients found*mistake*"])
    result.stdout.fnmatch_lines(["*takes a function and its arguments*"])
    result.stdout.no_fnmatch_line("*the body was run*")
    result.stdout.no_fnmatch_line("*another exception occurred*")


def test_of_hypothesis_the_smallest_failing_arguments_are_shown(run: Any) -> None:
    """The fixture keeps nothing, so hypothesis has nothing against it; the gradient is wrong above 1.5."""
    result = run("""
from hypothesis import Phase, given, settings
from autograd_mini.testing import tensors

@settings(deadline=None, database=None, derandomize=True, phases=[Phase.generate, Phase.shrink])
@given(x=tensors(shape=(2,), magnitude=8.0))
def test_wrong_above(gradients, x):
    wrong = lambda g, x: g * np.where(x > 1.5, 2.001, 2.0) * x
    gradients(np.square, x, gradient=wrong, elsewhere=False)
""")
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines_random([r".*x=Tensor\(array\(\[(0., 2.|2., 0.)\].*"])
    result.stdout.fnmatch_lines(["*check_gradients found*mistake*"])


def test_what_cannot_be_checked_is_told_in_words_and_the_users_own_errors_with_their_lines(run: Any) -> None:
    result = run("""
@pytest.mark.gradients(np.sin, np.array([1, 2]), gradient=right)
def test_whole_numbers(): ...

@pytest.mark.gradients(np.sin, X, backward=right)
def test_a_word_misspelt(): ...

def test_too_few(gradients):
    gradients(np.multiply, X, X, gradient=lambda g, x, y: g * y)

def fail(x):
    raise LookupError("said by f")

def test_failing(gradients):
    gradients(fail, X, gradient=right)

@pytest.mark.gradients(fail, X, gradient=right)
def test_failing_too(): ...
""")
    result.assert_outcomes(failed=5)
    result.stdout.fnmatch_lines(["*KindError: there is nothing to differentiate by*"])
    result.stdout.fnmatch_lines(["TypeError: *'backward'"])
    result.stdout.fnmatch_lines([">*gradients(np.multiply, X, X*", "E*a tuple of 2 gradients*it gave 1"])
    result.stdout.fnmatch_lines([">*LookupError(*"])
    result.stdout.no_fnmatch_line("*.py:*: KindError")  # where the check itself refused the whole numbers
