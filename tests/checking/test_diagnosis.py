"""diagnose names the trap and its cure, and the cure cures."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

import autograd_mini as ag
from autograd_mini import GradientError, Tensor, Value, check_gradients, diagnose, grad, gradients
from autograd_mini.testing import Expression, expression_graphs

FINITE = "All values and gradients are finite."

pytestmark = pytest.mark.filterwarnings("ignore:(divide by zero|invalid value|overflow):RuntimeWarning")


def root_of_the_positive(x: Any) -> Any:
    return ag.where(x > 0.0, ag.sqrt(x), 0.0)


def guarded(x: Any) -> Any:
    return ag.where(x > 0.0, ag.sqrt(ag.where(x > 0.0, x, 1.0)), 0.0)


@pytest.mark.parametrize(("number", "slope"), [(0.0, "inf"), (-1.0, "nan")])
def test_the_trap_of_where_is_named_with_its_cure(number: float, slope: str) -> None:
    x = Tensor([4.0, number])
    root = root_of_the_positive(x)
    assert np.isnan(gradients(root, np.ones(2))[x][1])
    said = diagnose(root)
    assert f"nan in sqrt({number:g}) at (1,): upstream 0 times the derivative {slope}" in said
    assert "where(c, f(where(c, x, 1.0)), 0.0)" in said
    assert diagnose(guarded(x)) == FINITE
    assert gradients(guarded(x), np.ones(2))[x].tolist() == [0.25, 0.0]
    assert grad(root_of_the_positive)(number) == 0.0  # a Value does not record the other branch


@pytest.mark.parametrize("kind", [Value, lambda x: Tensor([x, 1.0])])
@pytest.mark.parametrize("f", [lambda x: x * ag.log(x), lambda x: (ag.log2(x) * x).sum() if x.ndim else ag.log2(x) * x])
def test_x_log_x_at_0_is_named_with_its_cure(kind: Any, f: Any) -> None:
    x = kind(0.0)
    root = f(x)
    assert np.isnan(np.asarray(root.data).flat[0])
    assert "-inf is log" in diagnose(root)
    assert "Use xlogy" in diagnose(root)
    cured = ag.xlogy(x, x)
    assert np.asarray(cured.data).flat[0] == 0.0
    assert "nan" not in diagnose(cured)  # the derivative log(0) + 1 is -inf, as it should be


def test_a_length_of_0_is_named_with_its_cure() -> None:
    x = Tensor([0.0, 0.0])
    said = diagnose(ag.sqrt((x * x).sum()))
    assert "upstream inf times the derivative 0" in said
    assert "The gradient is first infinite in sqrt(0)" in said
    assert "Use norm" in said
    assert diagnose(ag.norm(x)) == FINITE


X = Tensor([2.0, 0.0], label="x")
STEEP = "times the derivative inf."
TRAP = (
    f"{STEEP} Where f is left out of where(c, f(x), 0.0) it is swept all the same, with upstream 0, "
    "and 0 * inf is nan. "
    "Guard its argument with a where of its own: where(c, f(where(c, x, 1.0)), 0.0)."
)


@pytest.mark.parametrize(
    ("root", "seed", "said"),
    [
        (ag.sqrt(X), None, "The gradient is first infinite in sqrt(0) at (1,): upstream 1 times the derivative inf."),
        (ag.sqrt(X) - ag.sqrt(X), None, "The gradient is first nan in the sum over the 2 uses of x."),
        (X * np.array([1.0, np.nan]), None, "The value is first nan in multiply(0, nan) at (1,)."),
        (X @ np.array([np.inf, 1.0]), None, "The value is first infinite in matmul."),
        (X + 1.0, np.array([1.0, np.nan]), "The gradient is first nan in the seed."),
        (Tensor([1.0, np.nan]) * 2.0, None, "The value is first nan in a leaf at (1,)."),
        (ag.exp(Value(1000.0)), None, "The value is first infinite in exp(1000)."),
        (ag.prod(X) * 2.0, None, FINITE),
        (ag.sign(X * np.array([1.0, np.nan])), None, "The value is first nan in multiply(0, nan) at (1,)."),
        (ag.sign(ag.sqrt(X)), None, FINITE),  # a step hands nothing on
        (ag.where(X > 1.0, X, np.inf), None, "The value is first infinite in where(0, 0, inf) at (1,)."),
        (ag.where(X, ag.sqrt(X), 0.0), None, "The gradient is first nan in sqrt(0) at (1,): upstream 0 " + TRAP),
        (ag.sqrt(X)[::-1] * 0.0, None, "The gradient is first nan in sqrt(0) at (1,): upstream 0 " + STEEP),
        (ag.sqrt(X).sum(axis=0), None, "The gradient is first infinite in sqrt(0) at (1,): upstream 1 " + STEEP),
        (
            ag.leaky_relu(ag.sqrt(X), 0.5),
            None,
            "The gradient is first infinite in sqrt(0) at (1,): upstream 0.5 " + STEEP,
        ),
        (ag.max(X, axis=0, initial=np.inf), None, "The value is first infinite in max."),
        (
            gradients(ag.sqrt(X).sum(), differentiable=True)[X],
            None,
            "The value is first infinite in divide(1, 0) at (1,).",
        ),
    ],
)
def test_what_is_said(root: Any, seed: Any, said: str) -> None:
    assert diagnose(root, seed) == said


def test_overflow_is_found_where_it_arises() -> None:
    e = ag.exp(Tensor([0.0, 1000.0]))
    assert diagnose(e / e.sum()) == "The value is first nan in divide(inf, inf) at (1,); inf is exp(1000)."


@given(expression_graphs())
def test_what_is_finite_is_said_to_be(expression: Expression) -> None:
    assert diagnose(expression(*map(Value, expression.inputs))) == FINITE


@pytest.mark.parametrize("x", [np.array([0.0]), np.array([2.0])])  # 2: the trap is found at other points
def test_check_gradients_reports_the_diagnosis(x: Any) -> None:
    with pytest.raises(GradientError) as caught:
        check_gradients(root_of_the_positive, x)
    assert "got nan" in str(caught.value)
    assert "Guard its argument" in str(caught.value)
    assert caught.value.report.diagnosis.startswith("The gradient is first nan in sqrt(")
    assert check_gradients(guarded, np.array([2.0, -1.0])).diagnosis == ""


def test_check_gradients_reports_a_value_that_is_nan() -> None:
    report = check_gradients(lambda x: x * ag.log(x), np.zeros(1))
    assert report.undecided == report.entries
    assert "Use xlogy" in str(report)
