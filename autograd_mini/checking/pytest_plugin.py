"""For pytest: a fixture and a mark, both called `gradients`, that check the gradients of what they are given."""

import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from ..errors import GradientError
from ..lines import is_ours
from .check import check_gradients

if TYPE_CHECKING:
    from .report import Report


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    words = "gradients(f, *args, **options): check_gradients of these, before the test's own body; may be repeated"
    config.addinivalue_line("markers", words)


@pytest.fixture(scope="session")  # it keeps nothing, and so goes with hypothesis
def gradients() -> "Callable[..., Report]":
    """`check_gradients`, a failure of which is shown at the line that called it."""
    return _check


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Check what the test's marks name."""
    for mark in item.iter_markers("gradients"):
        if len(mark.args) < 2:
            pytest.fail("the mark takes a function and its arguments: @pytest.mark.gradients(f, x)", pytrace=False)
        said = ""
        try:
            check_gradients(*mark.args, **mark.kwargs)
        except Exception as error:
            if not _is_told_by_the_check(error):
                raise
            said = str(error) if isinstance(error, GradientError) else "".join(traceback.format_exception_only(error))
        if said:
            pytest.fail(said, pytrace=False)  # there is no line to point at; from in there, it would be told twice


def _check(f: Callable[..., Any], *args: Any, **options: Any) -> "Report":
    __tracebackhide__ = True
    try:
        return check_gradients(f, *args, **options)
    except Exception as error:
        if not _is_told_by_the_check(error):
            raise
        raise error.with_traceback(None) from None


def _is_told_by_the_check(error: Exception) -> bool:
    """Whether no line of the user's raised it: then its words say all, and lines of the check's own would bury them."""
    lines = traceback.extract_tb(error.__traceback__)
    return isinstance(error, GradientError) or all(is_ours[line.filename] for line in lines)
