"""diagnose answers why a leaf's gradient is None, zero, tiny, huge or nan, and which value is wrong first."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini import KindError, Tensor, Value, custom_primitive, diagnose, gradients

pytestmark = pytest.mark.filterwarnings("ignore:(divide by zero|invalid value|overflow):RuntimeWarning")

X = Tensor([[0.5, -1.5], [1.0, 2.0]], label="x")
W = Tensor([[1.0, -2.0], [0.5, 1.0]], label="w")
V = Tensor([1.0, 3.0], label="v")


def dead() -> Any:
    return (ag.relu(X @ W - 20.0) @ V).sum()


def saturated() -> Any:
    return (ag.sigmoid((X @ W + 5.0) * 1e4) @ V).sum()


def masked() -> Any:
    return ag.where(np.zeros((2, 2), bool), W, X).sum()


def clipped() -> Any:
    return ag.clip(W + 5.0, -1.0, 1.0).sum()


def times_zero() -> Any:
    return (W * 0.0).sum()


def cancelling() -> Any:
    return (W - W).sum()


def underflowing() -> Any:
    return (W * 1e-200 * 1e-200).sum()


DEAD = [
    (dead, W, "relu: dead: what it is given is -22.5 to -18"),
    (dead, V, "matmul: operand 0, the output of relu, is 0"),
    (saturated, W, "sigmoid: saturated: its derivative is 0 where it is given 25000 to 70000"),
    (masked, W, "where: masked: it passes on another operand where operand 1 is -2 to 1"),
    (clipped, W, "clip: dead: what it is given is 3 to 6, where it is flat"),
    (times_zero, W, "multiply: operand 1, a constant, is 0"),
    (cancelling, W, "subtract: what its operands hand on cancels"),
    (underflowing, W, "multiply"),
]


@pytest.mark.parametrize(("f", "leaf", "why"), DEAD, ids=lambda part: getattr(part, "__name__", ""))
def test_a_gradient_of_0_died_in_a_node(f: Callable[[], Any], leaf: Any, why: str) -> None:
    assert not np.any(gradients(f())[leaf])
    said = diagnose(f, leaf=leaf)
    assert said.startswith(f"The gradient of {leaf.label} is 0. It dies in {why}")
    assert said.endswith(f"{__file__}:{inspect.getsourcelines(f)[1] + 1}: {last_line(f)}")
    assert diagnose(f(), leaf=leaf) == said.partition("\n")[0]  # whose lines nobody noted


def last_line(f: Callable[..., Any]) -> str:
    return inspect.getsource(f).splitlines()[-1].strip()


def by_data() -> Any:
    return (X @ W.data).sum()


def under_no_grad() -> Any:
    with ag.no_grad():
        h = X @ W
    return (h * 2.0).sum()


def by_a_step() -> Any:
    return (X * ag.sign(W)).sum()


def by_rounding() -> Any:
    return ag.round(W).sum()


LOST = [
    (by_data, "Operand 1 of matmul holds its numbers, taken out of the graph"),
    (under_no_grad, "Operand 0 of multiply was computed under no_grad"),
    (by_a_step, "are steps, which have no derivative:\nsign"),
    (by_rounding, "are steps, which have no derivative:\nround"),
]


@pytest.mark.parametrize(("f", "why"), LOST, ids=lambda part: getattr(part, "__name__", ""))
def test_a_gradient_that_is_none_was_lost_in_a_node(f: Callable[[], Any], why: str) -> None:
    assert W not in gradients(f())
    said = diagnose(f, leaf=W)
    assert said.startswith("The gradient of w is None")
    assert why in said
    assert last_line(f) in said


def test_a_value_computed_under_no_grad_altogether() -> None:
    with ag.no_grad():
        root = (X @ W).sum()
    assert "The value was computed under no_grad" in diagnose(root, leaf=W)


def test_nothing_is_invented_where_the_leaf_was_never_used() -> None:
    said = diagnose(ag.sum(X), leaf=Value(7.0, label="alone"))
    assert said == "The gradient of alone is None: the value was not computed from it."


def test_some_elements_of_0() -> None:
    said = diagnose(ag.maximum(W, 0.0).sum(), leaf=W)
    assert "is up to 1" in said
    assert "It is 0 in 1 of 4 elements, first at (0, 1). It dies in maximum: masked" in said
    assert "where operand 0 is -2" in said
    said = diagnose(W[0].sum(), leaf=W)
    assert "It is 0 in 2 of 4 elements, first at (1, 0). It dies in getitem: it takes other elements" in said


def test_an_upstream_gradient_of_0_is_told() -> None:
    assert "The upstream gradient is 0 where" in diagnose(W * 2.0, np.zeros((2, 2)), leaf=W)


def test_a_sum_of_contributions_that_is_0() -> None:
    said = diagnose(ag.sum(W * 2.0) - 2.0 * W.sum(), leaf=W)
    assert said == "The gradient of w is 0. It dies in subtract: what its operands hand on cancels."


def growing() -> Any:
    h = W
    for _ in range(30):
        h = h * 2.0
    return (h + 1.0).sum()


def steep() -> Any:
    return ag.reciprocal(W * 1e-3).sum()


def shrinking() -> Any:
    h = W
    for _ in range(30):
        h = ag.tanh(h * 4.0)
    return h.sum()


@pytest.mark.parametrize(
    ("f", "what", "where", "text"),
    [
        (growing, "huge", "grew most in 30 nodes of multiply, by a factor of 1.07374e+09", "h = h * 2.0"),
        (steep, "huge", "grew most in divide(1, 0.0005) at (1, 0), by a factor of 4e+06", "ag.reciprocal(W * 1e-3)"),
        (shrinking, "tiny", "shrank most in 30 nodes of tanh, by a factor of", "h = ag.tanh(h * 4.0)"),
    ],
    ids=["growing", "steep", "shrinking"],
)
def test_where_it_grew_or_shrank_most(f: Callable[[], Any], what: str, where: str, text: str) -> None:
    said = diagnose(f, leaf=W)
    size = np.max(np.abs(gradients(f())[W]))
    assert said.startswith(f"The gradient of w is {what}: up to {size:.6g}, the upstream gradient up to 1.")
    assert where in said
    assert text in said


def test_nan_is_told_of_the_leaf_alone() -> None:
    bad, good = Tensor([4.0, 0.0], label="bad"), Tensor([1.0, 2.0], label="good")

    def f() -> Any:
        return (ag.sqrt(bad) + good).sum()

    said = diagnose(f, leaf=bad)
    assert said.startswith("The gradient is first infinite in sqrt(0) at (1,): upstream 1 times the derivative inf.")
    assert last_line(f) in said
    assert diagnose(f, leaf=good).startswith("The gradient of good is up to 1")


def test_an_overflow_is_told_of_the_leaf() -> None:
    x = Tensor([1000.0], label="x")
    said = diagnose(lambda: (ag.exp(x) / ag.exp(x).sum()).sum(), leaf=x)
    assert "nan in divide(inf, inf) at (0,); inf is exp(1000)" in said


cube = custom_primitive(lambda g, z, x: g * 3.0 * x * x)(lambda x: x * x * x * 1.01)


def cubed() -> Any:
    h = ag.tanh(W)
    return cube(h * 2.0).sum()


def test_the_first_wrong_value_is_named_with_its_line() -> None:
    said = diagnose(cubed, references={"<lambda>": lambda x: x**3, "tanh": np.tanh})
    assert said.startswith("The value is first wrong in <lambda> at (0, 1): expected -7.16735, got -7.23902")
    assert ": 1.01 × expected" in said
    assert said.endswith(last_line(cubed))
    assert diagnose(cubed, references={"tanh": np.tanh}) == "All values and gradients are finite."


def test_a_reference_is_given_parameters_and_may_have_another_shape() -> None:
    root = ag.sum(W, axis=1)
    assert diagnose(root, references={"sum": np.sum}) == "All values and gradients are finite."
    assert "sum: expected shape (), got (2,)" in diagnose(root, references={"sum": lambda x, axis: np.sum(x)})
    with pytest.raises(KindError, match="the reference of sum fails: ZeroDivisionError"):
        diagnose(root, references={"sum": lambda x, axis: 1 / 0})


def test_what_was_changed_in_place_is_named() -> None:
    h = W * 2.0
    root = h.sum()
    h.data[0, 1] = 7.0
    said = diagnose(root, references={})
    assert said.startswith("The value is first wrong in multiply(-2, 2) at (0, 1): expected -4, got 7")
    assert "changed in place" in said


@pytest.mark.parametrize("bad", [{"leaf": 1.0}, {"references": [np.sin]}, {"references": {"sin": "np.sin"}}])
def test_bad_questions_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(KindError):
        diagnose(W.sum(), **bad)
    with pytest.raises(KindError, match="history of a Value or a Tensor"):
        diagnose(lambda: 1.0)
