"""The strategies for users' tests give what they promise."""

import doctest
import importlib
import sys
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import find, given
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import GradientError, Tensor, Value
from autograd_mini.testing import (
    Expression,
    assert_gradients,
    broadcastable,
    expression_graphs,
    tensors,
    values,
    well_conditioned_matrices,
)


@given(values(), values(magnitude=2.0))
def test_values(x: Value, small: Value) -> None:
    assert type(x) is type(small) is Value
    assert abs(x.data) <= 10.0
    assert abs(small.data) <= 2.0


@given(tensors(), tensors(shape=(2, 3), dtype=np.float32, magnitude=1.5))
def test_tensors(x: Tensor, narrow: Tensor) -> None:
    assert x.dtype == np.float64
    assert np.all(np.abs(x.data) <= 10.0)
    assert narrow.shape == (2, 3)
    assert narrow.dtype == np.float32
    assert np.all(np.abs(narrow.data) <= 1.5)


@pytest.mark.parametrize("shape", [(), (0,), (1,)])
def test_tensors_of_every_shape(shape: tuple[int, ...]) -> None:
    find(tensors(), lambda x: x.shape == shape)


@given(st.integers(1, 4).flatmap(lambda n: st.tuples(st.just(n), broadcastable(n))))
def test_broadcastable(drawn: tuple[int, tuple[Tensor, ...]]) -> None:
    n, group = drawn
    assert len(group) == n
    np.broadcast_shapes(*(x.shape for x in group))


def test_broadcastable_does_broadcast() -> None:
    find(broadcastable(2), lambda pair: pair[0].shape != pair[1].shape)


@given(well_conditioned_matrices(4))
def test_well_conditioned_matrices(x: Tensor) -> None:
    assert x.shape == (4, 4)
    assert np.linalg.cond(x.data) <= 4.0 * (1 + 1e-9)


@given(expression_graphs())
def test_expressions_against_an_independent_evaluator(expression: Expression) -> None:
    nodes = [Value(x) for x in expression.inputs]
    root = expression(*nodes)
    root.backward()
    with mpmath.workdps(50):
        numbers = [mpmath.mpf(x) for x in expression.inputs]
        assert root.data == pytest.approx(float(expression(*numbers, functions=mpmath)), rel=1e-10, abs=1e-10)
        for i, node in enumerate(nodes):
            step = mpmath.mpf(10) ** -15
            moved = [[x + sign * step * (k == i) for k, x in enumerate(numbers)] for sign in (1, -1)]
            above, below = (expression(*each, functions=mpmath) for each in moved)
            expected = float((above - below) / (2 * step))
            assert (0.0 if node.grad is None else node.grad) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(expression_graphs())
def test_expressions_share_results(expression: Expression) -> None:
    used = [i for _, i, k in expression.steps for i in {i, k}]
    assert max(used.count(i) for i in used) >= 2
    assert len(str(expression).splitlines()) == len(expression.steps)


def test_assert_gradients() -> None:
    report = assert_gradients(lambda x: x * x, Value(3.0))
    assert (report.entries, report.undecided) == (3, 0)  # df/dx; and of the gradient g · 2x, by x and by g

    def halved(x: Any) -> Any:
        return ag.custom_primitive(lambda g, z, x: g * ag.cos(x) * 0.5)(np.sin)(x)

    with pytest.raises(GradientError, match="wrong derivative"):
        assert_gradients(halved, Tensor([1.0, 2.0]))


def test_without_hypothesis_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "autograd_mini.testing")
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(ImportError, match=r"pip install .autograd_mini\[check\]"):
        importlib.import_module("autograd_mini.testing")


def test_the_page_about_testing_is_true() -> None:
    page = Path(__file__).parents[2] / "docs" / "testing.md"
    words_aside = doctest.IGNORE_EXCEPTION_DETAIL  # the last digits of a report are the machine's
    done = doctest.testfile(str(page), module_relative=False, encoding="utf-8", optionflags=words_aside)
    assert done.attempted > 10
    assert done.failed == 0
