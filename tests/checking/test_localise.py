"""After a failure the operation to blame is named, with the line that called it; what is right is not blamed."""

import inspect
import itertools
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini import GradientError, check_gradients, custom_primitive
from autograd_mini.checking.localising.localise import localise
from autograd_mini.checking.numbers.vectors import widen
from autograd_mini.checking.subjects.subject import Recorded, make_subject
from autograd_mini.checking.telling.faults import Fault
from autograd_mini.grad_mode import is_recording
from autograd_mini.node import data_of

from ..support.right_gradients import RIGHT, Right
from ..support.right_user_code import MODELS
from ..support.wrong_gradients import RULES, Wrong

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"


def faults_of(f: Callable[..., Any], *args: Any, **options: Any) -> list[Fault]:
    with pytest.raises(GradientError) as caught:
        check_gradients(f, *args, **options)
    found: list[Fault] = caught.value.report.faults
    assert all(str(fault) in str(caught.value) for fault in found)
    return found


def product(x: Any, y: Any) -> Any:
    return np.matmul(x, y)


def plus(x: Any, y: Any) -> Any:
    return np.add(x, y)


def squashed(x: Any) -> Any:
    return np.tanh(x)


def squares(x: Any) -> Any:
    return np.sum(x * x)


RULE: dict[Callable[..., Any], list[Callable[..., Any]]] = {
    product: [lambda g, z, x, y: g @ ag.transpose(y), lambda g, z, x, y: ag.transpose(x) @ g],
    plus: [lambda g, z, x, y: g, lambda g, z, x, y: g],
    squashed: [lambda g, z, x: g * (1.0 - z * z)],
    squares: [lambda g, z, x: 2.0 * g * x],
}
ORDER = [product, plus, squashed] * 3 + [squares]
SIZES = [1, 2, 2, 1]


def operation(f: Callable[..., Any], wrong_operand: int | None = None, factor: float = 1.01) -> Callable[..., Any]:
    """f with its rule, and with the wrong factor in one operand's derivative."""

    def scaled(derivative: Callable[..., Any]) -> Callable[..., Any]:
        return lambda g, z, *inputs: derivative(g, z, *inputs) * factor

    rules = [scaled(rule) if i == wrong_operand else rule for i, rule in enumerate(RULE[f])]
    return custom_primitive(*rules)(f)


def net(do: list[Callable[..., Any]], x: Any, w: Any, b: Any) -> Any:
    h = do[0](x, w[0])
    h = do[1](h, b[0])
    h = do[2](h)
    h = do[3](h, w[1])
    h = do[4](h, b[1])
    h = do[5](h)
    h = do[6](h, w[2])
    h = do[7](h, b[2])
    h = do[8](h)
    return do[9](h)


@pytest.mark.parametrize("place", range(10))
def test_a_wrong_rule_in_a_net_of_three_layers_is_named_with_its_line(place: int) -> None:
    random = np.random.default_rng(place)
    x = random.normal(size=(2, 1))
    w = [random.normal(size=pair) for pair in itertools.pairwise(SIZES)]
    b = [random.normal(size=size) for size in SIZES[1:]]
    for operand in range(len(RULE[ORDER[place]])):
        do = [operation(f, operand if i == place else None) for i, f in enumerate(ORDER)]
        (fault,) = faults_of(lambda x, w, b, do=do: net(do, x, w, b), x, w, b, order=1, elsewhere=False)
        assert (fault.operation, fault.operand, fault.more) == (ORDER[place].__name__, operand, 0)
        assert fault.got / fault.expected == pytest.approx(1.01, rel=1e-7)
        assert fault.line.startswith(f"{__file__}:")
        assert text_of(fault) == text_at(place)


def text_at(place: int) -> str:
    """The line of the net that calls the operation of that place."""
    (line,) = (line.strip() for line in inspect.getsource(net).splitlines() if f"do[{place}](" in line)
    return line


def text_of(fault: Fault) -> str:
    return fault.line.partition(": ")[2]


WRONG_TANH = operation(squashed, 0)


def test_many_nodes_of_one_line_are_one_fault() -> None:
    def f(xs: Any) -> Any:
        total = 0.0
        for x in xs:
            total = total + WRONG_TANH(x)
        return total

    (fault,) = faults_of(f, [0.1 * i for i in range(1, 8)], order=1, elsewhere=False)
    assert (fault.operation, fault.more, text_of(fault)) == ("squashed", 6, "total = total + WRONG_TANH(x)")
    assert "and so at 6 more nodes of this line" in str(fault)


def test_where_the_graph_is_large_some_nodes_of_each_line_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd_mini.checking.localising.localise._MOST", 9)

    def f(x: Any) -> Any:
        for _ in range(60):
            x = x + 0.001
        x = WRONG_TANH(x)
        for _ in range(60):
            x = x * 1.001
        return x

    (fault,) = faults_of(f, 0.5, order=1, elsewhere=False)
    assert text_of(fault) == "x = WRONG_TANH(x)"


def test_a_rule_that_is_wrong_far_away_is_named_at_the_numbers_that_it_saw() -> None:
    @custom_primitive(lambda g, z, x: g * 2.0 * x * ag.where(abs(data_of(x)) > 50.0, 1.5, 1.0))
    def square(x: Any) -> Any:
        return x * x

    (fault,) = faults_of(lambda x: square(x).sum(), np.array([1.0, 2.0]), order=1)
    assert fault.operation == "square"
    assert fault.got / fault.expected == pytest.approx(1.5)


def test_a_wrong_second_derivative_is_named_in_the_line_that_writes_it() -> None:
    cosine = custom_primitive(lambda g, z, x: -1.01 * g * ag.sin(x))(np.cos)
    sine = custom_primitive(lambda g, z, x: g * cosine(x))(np.sin)
    (fault,) = faults_of(lambda x: ag.exp(sine(x * 2.0)), 0.5)
    assert (fault.operation, fault.operand) == ("cos", 0)
    assert text_of(fault) == "sine = custom_primitive(lambda g, z, x: g * cosine(x))(np.sin)"


def test_what_is_wrong_inside_a_checkpoint_is_named_there() -> None:
    def inside(x: Any) -> Any:
        return WRONG_TANH(x) * 2.0

    (fault,) = faults_of(lambda x: ag.checkpoint(inside)(x * 3.0), np.array([0.1, 0.2]), order=1, elsewhere=False)
    assert (fault.operation, text_of(fault)) == ("squashed", "return WRONG_TANH(x) * 2.0")


def taken_by_data(x: Any) -> Any:
    return (x * 2.0 * ag.exp(x).data).sum()


def taken_by_numpy(x: Any) -> Any:
    scale = np.exp(np.asarray(x.data))
    return (x * 2.0 * scale).sum()


def taken_by_no_grad(x: Any) -> Any:
    with ag.no_grad():
        scale = ag.exp(x)
    return (x * 2.0 * scale).sum()


def taken_by_float(x: Any) -> Any:
    scale = float(x[0])
    return (x * scale).sum()


def taken_as_a_new_leaf(x: Any) -> Any:
    return (x * ag.Tensor(x.data)).sum()


def told_as_a_parameter(x: Any) -> Any:
    return ag.leaky_relu(x - 1.0, float(x[0])).sum()


TAKEN = [taken_by_data, taken_by_numpy, taken_by_no_grad, taken_by_float, taken_as_a_new_leaf]


@pytest.mark.parametrize("f", [*TAKEN, told_as_a_parameter])
def test_what_leaves_the_graph_is_named(f: Any) -> None:
    (fault,) = faults_of(f, np.array([0.3, 0.7]), order=1)
    assert fault.operation == ("leaky_relu" if f is told_as_a_parameter else "multiply")
    assert "constant in the graph that moves with the arguments" in fault.what
    assert text_of(fault) == inspect.getsource(f).splitlines()[-1].strip()


@pytest.mark.parametrize("f", [lambda x: np.sin(x.data), lambda x: ag.Tensor(np.sin(x.data))])
def test_a_value_that_left_the_graph_altogether_is_named(f: Any) -> None:
    (fault,) = faults_of(f, np.array([0.3, 0.7]))
    assert fault.operation == "f"
    assert "its value is a constant" in fault.what


def test_what_is_taken_off_without_an_effect_is_not_blamed() -> None:
    def softmax(x: Any) -> Any:
        powers = ag.exp(x - x.data.max())
        return WRONG_TANH(powers / powers.sum())

    (fault,) = faults_of(softmax, np.array([0.3, 0.7, 0.1]), order=1, elsewhere=False)
    assert fault.operation == "squashed"


def test_what_is_random_is_named() -> None:
    random = np.random.default_rng(0)

    def f(x: Any) -> Any:
        mask = random.normal(size=2)
        return (x * mask).sum()

    (fault,) = faults_of(f, np.array([0.3, 0.7]))
    assert (fault.operation, fault.operand, text_of(fault)) == ("multiply", 1, "return (x * mask).sum()")
    assert "not the same in two calls" in fault.what


UNNAMED = {"f changes its input", "inside its own where"}
"""No rule is wrong in the first; of the second the diagnosis says all there is to say."""


SOME = [wrong for i, wrong in enumerate(RULES) if wrong.gradient is None and (THOROUGH or i % 4 == 3)]


@pytest.mark.thorough
@pytest.mark.parametrize("wrong", SOME, ids=lambda wrong: wrong.name)
def test_of_every_mistake_that_we_know_something_is_blamed(wrong: Wrong) -> None:
    args = [x.copy() if isinstance(x, np.ndarray) else x for x in wrong.args]
    with pytest.raises(GradientError) as caught:
        check_gradients(wrong.f, *args)
    assert bool(caught.value.report.faults) == (wrong.name not in UNNAMED)


MANY = [right for i, right in enumerate(RIGHT + MODELS) if right.gradient is None and (THOROUGH or i % 20 == 0)]


@pytest.mark.thorough
@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("right", MANY, ids=lambda right: right.name)
def test_nothing_that_is_right_is_blamed(right: Right, order: int) -> None:
    random = np.random.default_rng(order)
    subject, filling = make_subject(right.f, None, [draw(random) for draw in right.draw])
    assert isinstance(subject, Recorded)
    with np.errstate(all="ignore"):
        assert localise(subject, widen(filling.varying), order, random) == []


def test_lines_are_noted_after_a_failure_alone() -> None:
    seen = []

    def f(x: Any, slope: Any) -> Any:
        seen.append(is_recording() is True)  # the plainest way of recording
        return slope(x)

    check_gradients(lambda x: f(x, ag.tanh), 0.5)
    assert all(seen)
    faults_of(lambda x: f(x, WRONG_TANH), 0.5)
    assert not all(seen)
