"""What a check says in words: numbers that are none, kinks, errors that would end a loop."""

from typing import Any

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini import KindError, check_gradients

from ..support.failing import X, failing


def sine(g: Any, x: Any) -> Any:
    return g * np.cos(x)


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("f", [np.sin, np.tanh])
def test_what_is_no_number_among_the_arguments_is_said_first_and_the_rest_is_judged(f: Any, strange: float) -> None:
    slope = np.cos if f is np.sin else lambda x: 1.0 - np.tanh(x) ** 2
    x = np.array([strange, 1.0])
    with np.errstate(invalid="ignore"):
        report = check_gradients(f, x, gradient=lambda g, x: g * slope(x))
        wrong = failing(f, x, gradient=lambda g, x: 1.01 * g * slope(x), elsewhere=False)
    for said in report, wrong:
        assert said.remarks[0] == f"argument 0 at (0,) is {strange:g}: no derivative can be compared there"
        assert str(said).startswith(said.remarks[0])
    assert (report.entries, report.undecided) == (4, 2 if f is np.tanh and np.isinf(strange) else 3)
    assert [(mistake.element, mistake.mode) for mistake in wrong.mistakes] == [((1,), "reverse")]
    assert {point.where for point in report.points} >= {"a point nearby", "a point with other signs"}


def test_many_that_are_no_numbers_are_counted() -> None:
    report = check_gradients(ag.sin, np.full((2, 2), np.nan), order=1, elsewhere=False)
    assert report.remarks[0].startswith("argument 0 at (0, 0) is nan, and 3 more are nan or infinite: no derivative")
    assert report.entries == report.undecided == 16
    assert check_gradients(ag.sin, np.nan, order=1, elsewhere=False).remarks[0].startswith("argument 0 is nan: ")


@pytest.mark.parametrize("mode", ["by hand", "recorded"])
def test_at_a_kink_what_was_expected_is_told_by_the_two_sides(mode: str) -> None:
    x = np.array([0.0, 1.0, 0.0])
    if mode == "by hand":
        report = failing(np.abs, x, gradient=lambda g, x: g * np.where(x == 0.0, 1.5, np.sign(x)), elsewhere=False)
    else:
        rule = ag.custom_primitive(lambda g, z, x: g * ag.where(x == 0.0, 1.5, ag.sign(x)))(np.abs)
        report = failing(rule, x, order=1, elsewhere=False)
    (finding,) = report.findings
    assert finding.line.startswith(
        "wrong derivative at a kink: argument 0 at (0,), of f's element (0,); argument 0 at (2,)"
    )
    assert "expected from -1 to 1, got 1.5" in finding.line


def test_a_factor_is_seen_beside_kinks() -> None:
    report = failing(np.abs, np.array([0.0, 1.0, -2.0]), gradient=lambda g, x: 3.0 * g * np.where(x < 0, -1.0, 1.0))
    assert ["3 × expected" in finding.line for finding in report.findings] == [False, True]


def test_one_derivative_is_one() -> None:
    assert str(check_gradients(ag.sin, 0.5, order=1, elsewhere=False)).startswith("1 derivative, 0 undecided")


def stop(x: Any) -> Any:
    raise StopIteration


def stop_beyond_five(x: Any) -> Any:
    return stop(x) if np.max(np.abs(x)) > 5.0 else np.sin(x)


def test_an_error_that_ends_loops_ends_no_part_of_a_check() -> None:
    with pytest.raises(RuntimeError, match="f raised StopIteration"):
        check_gradients(stop, X, gradient=sine)
    (finding,) = failing(np.sin, X, gradient=lambda g, x: stop(x)).findings
    assert "its gradient fails: RuntimeError: gradient raised StopIteration" in finding.line
    assert check_gradients(stop_beyond_five, X, gradient=sine).undecided == 0
    (finding,) = failing(np.sin, X, gradient=lambda g, x: stop_beyond_five(x) * 0.0 + sine(g, x)).findings
    assert "gradient raised StopIteration" in finding.line
    rule: Any = ag.custom_primitive(lambda g, z, x: stop(x))
    assert failing(rule(np.sin), X).faults


def test_where_nothing_varies_what_was_given_is_said() -> None:
    with pytest.raises(KindError, match=r"nothing to differentiate by: .*; got ndarray of object, int, str"):
        check_gradients(np.sin, np.array([None]), 3, "mean")
    with pytest.raises(KindError, match="got no arguments"):
        check_gradients(np.sin)


def test_what_is_raised_again_and_again_is_told_once() -> None:
    once = AssertionError()

    def gradient(g: Any, x: Any) -> Any:
        raise once

    (finding,) = failing(np.sin, X, gradient=gradient).findings
    assert "its gradient fails: AssertionError; in line" in finding.line
    assert finding.line.count("raised by gradient") == 1


def test_an_order_that_is_asked_for_and_not_there_is_told_where_a_check_fails_too() -> None:
    assert check_gradients(np.sin, X, gradient=sine).left_out == ()
    words = "orders above 1: the gradient, or a part of it, has no derivatives itself"
    assert check_gradients(np.sin, X, gradient=sine, order=2).left_out == (words,)
    beyond = lambda g, x: sine(g, x) * np.where(np.abs(x) > 5.0, 1.01, 1.0)
    assert failing(np.sin, X, gradient=beyond, order=2).left_out == (words,)
