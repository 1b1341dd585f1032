"""check_gradients: no mistake is missed, no right gradient is accused."""

import os
from typing import Any

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini import (
    AutogradError,
    GradientError,
    KindError,
    ShapeError,
    Tensor,
    Value,
    check_gradients,
    custom_primitive,
)
from autograd_mini.checking.numbers.differences import TRUST, find_slopes

from ..support.right_gradients import RIGHT, Right
from ..support.right_user_code import MODELS
from ..support.wrong_by_hand import WRONG
from ..support.wrong_gradients import Wrong

pytestmark = pytest.mark.thorough

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
SEEDS = range(2) if THOROUGH else range(1)
HARD = "nothing but rounding", "huge and tiny", "a kink near by"
SOME = [right for i, right in enumerate(RIGHT) if THOROUGH or i % 5 == 0 or right.name.startswith(HARD)]
SOME_MODELS = MODELS if THOROUGH else [right for i, right in enumerate(MODELS) if i % 3 == 0 or "by hand" in right.name]


def test_there_are_many() -> None:
    assert len({right.name for right in RIGHT + MODELS}) == len(RIGHT + MODELS) >= 400
    assert len({wrong.name for wrong in WRONG}) == len(WRONG) >= 110


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("right", SOME + SOME_MODELS, ids=lambda right: right.name)
def test_right_gradients_are_not_accused(right: Right, seed: int) -> None:
    random = np.random.default_rng(seed)
    report = check_gradients(right.f, *(draw(random) for draw in right.draw), gradient=right.gradient, seed=seed)
    assert [point.where for point in report.points][:1] == ["the given point"]


# Derivatives that are 0 or but rounding, or of all magnitudes at once and undecided; those by hand take no leak.
BLIND = "nothing but rounding", "huge and tiny", "floor", "sign", "reciprocal, times x", "empty", "constant", "by hand"
LEAKING = [right for right in SOME if not right.name.startswith(BLIND)]


@pytest.mark.parametrize("right", LEAKING, ids=lambda right: right.name)
def test_a_leak_of_a_millionth_is_found_whatever_follows(right: Right) -> None:
    leak = custom_primitive(lambda g, z, x: g * (1 + 1e-6))(lambda x: x * 1.0)
    random = np.random.default_rng(5)
    with pytest.raises(GradientError, match="wrong derivative"):
        check_gradients(lambda x, *rest: right.f(leak(x), *rest), *(draw(random) for draw in right.draw), order=1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_mistakes_are_found_and_named(wrong: Wrong, seed: int) -> None:
    args = [x.copy() if isinstance(x, np.ndarray) else x for x in wrong.args]
    with pytest.raises(GradientError) as caught:
        check_gradients(wrong.f, *args, gradient=wrong.gradient, seed=seed)
    assert wrong.said in str(caught.value)
    assert caught.value.report.mistakes


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("factor", [1 + 1e-6, 1 - 1e-6])
def test_a_factor_of_a_millionth(factor: float, seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=3)
    f = custom_primitive(lambda g, z, x: g * z * (factor if x.shape == (3,) else 1.0))(np.exp)
    assert check_gradients(ag.exp, x, elsewhere=False, seed=seed).undecided == 0
    with pytest.raises(GradientError, match="wrong derivative"):
        check_gradients(f, x, elsewhere=False, seed=seed)


def test_forward_and_reverse_are_both_looked_at() -> None:
    """The wrong factor is seen by one sweep alone: the recorded one that forward mode transposes."""
    rule = custom_primitive(lambda g, z, x: g * ag.cos(x) * (2.0 if isinstance(g, Tensor) else 1.0))(np.sin)
    with pytest.raises(GradientError) as caught:
        check_gradients(rule, np.array([1.0, 2.0]), order=1)
    assert {mistake.mode for mistake in caught.value.report.mistakes} == {"forward"}


def test_the_message_says_what_is_wrong_where() -> None:
    def backward(g: Any, x: Any, y: Any) -> Any:
        wrong = g * x
        wrong[1, 2] *= 1.5
        return g * y, wrong

    x, y = np.full((2, 3), 2.0), np.full((2, 3), 4.0)
    with pytest.raises(GradientError) as caught:
        check_gradients(np.multiply, x, y, gradient=backward)
    (mistake,) = caught.value.report.mistakes[-1:]
    assert isinstance(caught.value, AutogradError)
    assert isinstance(caught.value, AssertionError)
    assert (mistake.argument, mistake.element, mistake.output) == ("argument 1", (1, 2), "f's element (1, 2)")
    assert (mistake.order, mistake.mode, mistake.got) == (1, "reverse", 3.0)
    assert mistake.expected == pytest.approx(2.0, abs=1e-9)
    assert "argument 1 at (1, 2), of f's element (1, 2): expected 2 ±" in str(caught.value)


def test_kinks_are_named() -> None:
    report = check_gradients(ag.relu, np.array([1.0, 0.0, -1.0]), order=1)
    (kink,) = report.kinks
    assert (kink.argument, kink.element, kink.ours) == ("argument 0", (1,), 0.0)
    assert (kink.left, kink.right) == (0.0, pytest.approx(1.0))
    assert "kink" in str(report)


@pytest.mark.parametrize("at_zero", [-1.5, 1.001, np.nan])
def test_outside_a_kink_is_wrong(at_zero: float) -> None:
    with pytest.raises(GradientError, match="wrong derivative"):
        check_gradients(np.abs, np.zeros(1), gradient=lambda g, x: g * np.where(x == 0.0, at_zero, np.sign(x)))


@pytest.mark.parametrize("at_zero", [-1.0, 0.0, 0.5])
def test_inside_a_kink_is_right(at_zero: float) -> None:
    report = check_gradients(np.abs, np.zeros(1), gradient=lambda g, x: g * np.where(x == 0.0, at_zero, np.sign(x)))
    assert [kink.ours for kink in report.kinks] == [at_zero]


@pytest.mark.parametrize(
    ("f", "x"), [(ag.sqrt, 0.0), (ag.cbrt, 0.0), (ag.log, 0.0), (ag.arcsin, 1.0), (ag.reciprocal, 0.0)]
)
def test_an_infinite_derivative_is_no_mistake(f: Any, x: float) -> None:
    check_gradients(f, x)
    check_gradients(lambda x: f(x).sum(), np.array([x, 0.5]))
    assert np.isinf(ag.grad(f)(x))


def test_what_is_not_finite_is_undecided_and_the_rest_is_compared() -> None:
    report = check_gradients(lambda x: (x * ag.log(x)).sum(), np.array([0.0, 1.0, 2.0]))
    assert (report.entries, report.undecided) == (3 + 12, 3 + 8)
    assert "xlogy" in str(report)
    report = check_gradients(lambda x: x**0.5, np.array([0.0, 2.0]), order=3)
    assert (report.entries, report.undecided) == (4 + 8 + 24, 25)


def test_what_cannot_be_decided_is_counted() -> None:
    assert check_gradients(lambda x: ag.sin(1e9 * x), np.array([1.0]), order=1, elsewhere=False).undecided == 1


def test_constants_are_left_alone() -> None:
    def loss(x: Any, labels: Any, scale: int, name: str) -> Any:
        assert labels.dtype == np.int64
        assert name == "mean"
        return x[np.arange(2), labels].mean() * scale

    labels = np.array([0, 2])
    assert check_gradients(loss, np.ones((2, 3)), labels, 2, "mean", order=1).entries == 6

    def backward(g: Any, x: Any, labels: Any, scale: int, name: str) -> Any:
        gradient = np.zeros_like(x)
        gradient[np.arange(2), labels] = g * scale / 2
        return gradient

    with_all = lambda *args: (backward(*args), None, None, None)
    for gradient in (backward, with_all):
        assert check_gradients(loss, np.ones((2, 3)), labels, 2, "mean", gradient=gradient).entries == 6


def test_nodes_are_taken_for_their_data() -> None:
    assert check_gradients(lambda x, y: x * y, Value(2.0), Tensor([1.0, 2.0]), order=1).entries == 6


def test_arguments_may_be_nested() -> None:
    network = {"w": np.array([[1.0, 2.0]]), "scales": (2.0, np.array([0.5])), "name": "linear", "depth": 3}

    def loss(p: Any, x: Any) -> Any:
        assert p["name"] == "linear"
        return (x @ p["w"] * p["scales"][0] + p["scales"][1] * p["depth"]).sum()

    def backward(g: Any, p: Any, x: Any) -> Any:
        h, a = x @ p["w"], p["scales"][0]
        scales = (g * h.sum(), np.array([g * p["depth"] * h.size]))
        return {**p, "w": g * a * x.T @ np.ones_like(h), "scales": scales}, g * a * np.ones_like(h) @ p["w"].T

    x = np.array([[1.0], [3.0]])
    assert check_gradients(loss, network, x, order=1).entries == 6
    assert check_gradients(loss, network, x, gradient=backward).entries == 6
    with pytest.raises(GradientError) as caught:
        check_gradients(loss, network, x, gradient=lambda g, p, x: backward(2.0 * g, p, x))
    assert {mistake.argument for mistake in caught.value.report.mistakes} == {
        "argument 0['w']",
        "argument 0['scales'][0]",
        "argument 0['scales'][1]",
        "argument 1",
    }
    with pytest.raises(ShapeError, match="gradient of argument 0 is not nested"):
        check_gradients(loss, network, x, gradient=lambda g, p, x: (g, x))


def test_third_order() -> None:
    assert check_gradients(lambda x: (x**4).sum(), np.array([1.0, -2.0]), order=3, elsewhere=False).undecided == 0


@pytest.mark.parametrize("at", [0.0, 0.1])
def test_beside_an_infinite_derivative_a_wrong_second_one_is_found(at: float) -> None:
    """The first derivative of exp is right, but its own is not."""
    slope = custom_primitive(lambda g, z, x: 1.5 * g * z)(np.exp)
    f = custom_primitive(lambda g, z, x: g * slope(x))(np.exp)
    x = np.array([at, 0.5])
    assert check_gradients(lambda x: f(x) + ag.sqrt(x), x, order=1, elsewhere=False).entries == 4
    with pytest.raises(GradientError) as caught:
        check_gradients(lambda x: f(x) + ag.sqrt(x), x, elsewhere=False)
    assert {mistake.order for mistake in caught.value.report.mistakes} == {2}
    assert (1,) in {mistake.element for mistake in caught.value.report.mistakes}
    right = check_gradients(lambda x: ag.exp(x) + ag.sqrt(x), x, elsewhere=False)
    assert (right.entries, right.undecided > 0) == (12, at == 0.0)


def test_the_arguments_are_not_changed() -> None:
    x = np.array([1.0, 2.0])
    with pytest.raises(GradientError, match="f changes"):
        check_gradients(lambda x: np.sin(x, out=x).copy(), x, gradient=lambda g, x: g * np.cos(x))
    assert x.tolist() == [1.0, 2.0]


def test_the_same_seed_gives_the_same_report() -> None:
    x = np.random.default_rng(0).normal(size=(2, 2))
    assert str(check_gradients(ag.softmax, x, seed=3)) == str(check_gradients(ag.softmax, x, seed=3))


def test_what_cannot_be_checked_is_refused() -> None:
    with pytest.raises(KindError, match="nothing to differentiate"):
        check_gradients(np.sin, 3, np.arange(2))
    with pytest.raises(KindError, match="argument 1 is of complex128"):
        check_gradients(np.multiply, 1.0, np.ones(2) + 1j)
    with pytest.raises(KindError, match="must give a float"):
        check_gradients(lambda x: "text", 1.0)
    with pytest.raises(ShapeError, match="a tuple of 2 gradients, for argument 0, argument 1; it gave 3"):
        check_gradients(np.multiply, 1.0, 2.0, gradient=lambda g, x, y: (g, g, g))
    with pytest.raises(KindError, match="argument 0 is of float16"):
        check_gradients(np.sin, np.float16(1.0))
    with pytest.raises(KindError, match="argument 0 knows no masks"):
        check_gradients(np.sin, np.ma.masked_array([1.0, 2.0], [0, 1]))
    with pytest.raises(KindError, match="it gave list"):
        check_gradients(lambda x: [1.0, [2.0, 3.0]], 1.0)
    for f, gradient in (1.0, None), (np.sin, "cos"):
        with pytest.raises(KindError, match="takes a function"):
            check_gradients(f, 1.0, gradient=gradient)


@pytest.mark.parametrize("order", [0, -1, 7, 99, True, 2.0, "2"])
def test_an_order_that_takes_for_ever_or_makes_no_sense_is_refused(order: Any) -> None:
    with pytest.raises(KindError, match="orders from 1 to 6"):
        check_gradients(np.sin, 1.0, order=order)


@pytest.mark.parametrize("seed", [-1, True, 0.5, "seed", None])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    with pytest.raises(KindError, match="seed"):
        check_gradients(np.sin, 1.0, seed=seed)


def raising(error: type[BaseException], where: Any) -> Any:
    """sin, but an error at the arguments that are named."""

    def f(x: Any) -> Any:
        if where(x):
            raise error("said by f")
        return ag.sin(x)

    return f


def test_all_orders_that_are_allowed_are_looked_at() -> None:
    assert check_gradients(ag.sin, 0.5, order=6, elsewhere=False).entries == 168


NOT_ABOUT_NUMBERS = [MemoryError, RecursionError, TimeoutError, OSError, NameError, KeyboardInterrupt, SystemExit]
SAID = [
    ValueError,
    ArithmeticError,
    AssertionError,
    TypeError,
    IndexError,
    RuntimeError,
    KindError,
    type("Own", (Exception,), {}),
]
PLACES = {
    "at the point alone": lambda x: x.data == 1.0,
    "along the line": lambda x: 0.0 < abs(x.data - 1.0) < 0.2,
    "elsewhere": lambda x: abs(x.data - 1.0) > 0.5,
}


@pytest.mark.parametrize("error", NOT_ABOUT_NUMBERS)
@pytest.mark.parametrize("place", PLACES)
def test_what_says_nothing_about_numbers_comes_through(place: str, error: type[BaseException]) -> None:
    with pytest.raises(error, match="said by f"):
        check_gradients(raising(error, PLACES[place]), 1.0)


@pytest.mark.parametrize("error", SAID)
def test_outside_its_domain_f_may_say_so_by_nearly_any_error(error: type[Exception]) -> None:
    assert check_gradients(raising(error, PLACES["elsewhere"]), 1.0).undecided == 0
    with pytest.raises(error, match="said by f"):
        check_gradients(raising(error, PLACES["at the point alone"]), 1.0)


@pytest.mark.parametrize("error", NOT_ABOUT_NUMBERS)
@pytest.mark.parametrize("where", [lambda x: not x.flags.c_contiguous, lambda x: abs(x[0, 0] - 1.0) > 0.5])
def test_nor_are_such_errors_of_a_gradient_taken_for_its_mistakes(where: Any, error: type[BaseException]) -> None:
    """In another layout, and at another point; those that may be about numbers are the gradient's mistakes."""

    def backward(kind: type[BaseException]) -> Any:
        def gradient(g: Any, x: Any) -> Any:
            if where(x):
                raise kind("said by the gradient")
            return g * np.cos(x)

        return gradient

    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(error, match="said by the gradient"):
        check_gradients(np.sin, x, gradient=backward(error))
    with pytest.raises(GradientError, match=r"fails.*ValueError: said by the gradient"):
        check_gradients(np.sin, x, gradient=backward(ValueError))


def test_above_a_kink_nan_says_that_there_is_no_derivative_and_a_number_is_compared() -> None:
    with pytest.raises(GradientError, match=r"got nan \(order 2"):  # without a kink there is one
        check_gradients(lambda x: ag.norm(x) ** 2, np.zeros(2), elsewhere=False)
    report = check_gradients(ag.norm, np.zeros(2), elsewhere=False)
    assert (report.entries, report.undecided, len(report.kinks)) == (8, 4, 2)
    assert "over_length" in report.diagnosis
    bent = custom_primitive(lambda g, z, x: g * custom_primitive(lambda g, z, x: g * 3.0)(np.sign)(x))(np.abs)
    with pytest.raises(GradientError, match="order 2"):
        check_gradients(bent, np.array([0.0, 1.0]), elsewhere=False)


CURVES: dict[str, tuple[Any, float, float]] = {
    "exp": (np.exp, 1.0, np.exp(1.0)),
    "sin(100 x)": (lambda x: np.sin(100.0 * x), 1.0, 100.0 * np.cos(100.0)),
    "waves of the steps' own length": (lambda x: np.sin(16 * np.pi * x), 0.0, 16 * np.pi),
    "log near 0": (np.log, 1e-3, 1e3),
    "cancelling": (lambda x: (x + 1e5) - 1e5, 1.0, 1.0),
    "beside a kink": (lambda x: np.abs(x - 1.001), 1.0, -1.0),
    "at the edge of the domain": (lambda x: np.sqrt(x) ** 3 if x >= 1.0 else np.nan, 1.0, 1.5),
    "a kink of second order": (lambda x: np.where(x > 1.0, x * x, 2.0 * x - 1.0), 1.0, 2.0),
    "beside a pole": (lambda x: 1.0 / (x - 1.01), 1.0, -1e4),
}


@pytest.mark.parametrize("name", CURVES)
def test_error_estimates_hold(name: str) -> None:
    f, x, expected = CURVES[name]
    found = find_slopes(lambda t: np.array([f(x + t)]), 0.125, 24)
    error = abs(found.best[0] - expected)
    assert error <= TRUST * found.error[0] + 1e-15 * abs(expected)
    assert TRUST * found.error[0] < 1e-6 * abs(expected)  # precise enough for a factor of a millionth
    assert not found.kink[0]


def test_options_may_be_numbers_of_numpy() -> None:
    options: dict[str, Any] = {"order": np.int64(1), "seed": np.uint8(3), "tolerance": np.float32(0.5)}
    report = check_gradients(ag.sin, 0.5, elsewhere=False, **options)
    assert {name: report.options[name] for name in options} == {"order": 1, "seed": 3, "tolerance": 0.5}
    assert all(type(report.options[name]) in (int, float) for name in options)
    with pytest.raises(KindError, match="from 0 on and below 1"):
        check_gradients(ag.sin, 0.5, tolerance=1)
