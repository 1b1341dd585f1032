"""check_gradients measures rounding: nothing hides behind a large number, and nothing is accused of its rounding."""

from typing import Any

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini import GradientError, KindError, check_gradients
from autograd_mini.checking.numbers.kinks import find_ranges

X = np.array([0.7, -1.3, 0.4])


@pytest.mark.parametrize(("offset", "factor"), [(1e5, 1 + 1e-6), (-1e5, 1 - 1e-6), (1e8, 1.0001), (1e10, 1.1)])
def test_an_offset_hides_no_mistake(offset: float, factor: float) -> None:
    f = lambda x: offset + np.sin(x).sum()
    check_gradients(f, X, gradient=lambda g, x: g * np.cos(x))
    with pytest.raises(GradientError, match="wrong derivative"):
        check_gradients(f, X, gradient=lambda g, x: g * np.cos(x) * factor)


def test_what_an_offset_drowns_is_undecided() -> None:
    report = check_gradients(lambda x: 1e10 + np.sin(x), X, gradient=lambda g, x: g * np.cos(x) * (1 + 1e-8))
    assert report.undecided >= 3


@pytest.mark.parametrize("large", [lambda x: 1e10 * np.sin(x), lambda x: 1e10 + 0.0 * x])
def test_another_output_hides_no_mistake(large: Any) -> None:
    f = lambda y: np.stack([large(X), np.sin(y)])
    with pytest.raises(GradientError, match="wrong derivative"):
        check_gradients(f, X, gradient=lambda g, y: g[1] * np.cos(y) * (1 + 1e-6))


CANCELLING: dict[str, tuple[Any, Any]] = {
    "1 - cos": (lambda x: (1.0 - ag.cos(x)) / x**2, np.array([1e-4])),
    "exp - 1": (lambda x: (ag.exp(x) - 1.0) / x, np.array([1e-6, 1e-3])),
    "logsumexp": (lambda x: ag.logsumexp(x + 100.0) - ag.logsumexp(x) - 100.0, X),
    "tanh": (lambda x: ag.tanh(x) - x + x**3 / 3.0, np.array([0.1, 0.02])),
}


@pytest.mark.parametrize("name", CANCELLING)
def test_rounding_is_no_mistake(name: str) -> None:
    f, x = CANCELLING[name]
    assert check_gradients(f, x).undecided > 0


def test_huge_beside_tiny() -> None:
    check_gradients(lambda x, y: ag.sin(x * y) * x, 1e9, 1e-9, seed=8)


def exponential(a: Any) -> Any:
    """Of a matrix: a series for it divided by a power of two, and as many squarings."""
    squarings = max(0, int(np.ceil(np.log2(np.linalg.norm(a) + 1e-300))) + 2)
    term = total = np.eye(len(a))
    for k in range(1, 20):
        term = term @ a / 2.0**squarings / k
        total = total + term
    for _ in range(squarings):
        total = total @ total
    return total


def block_of_exponential(g: Any, a: Any) -> Any:
    n = len(a)
    return exponential(np.block([[a.T, g], [np.zeros((n, n)), a.T]]))[:n, n:]


def test_a_huge_upstream_gradient_may_cost_digits() -> None:
    """Where it and f's numbers are blocks of one matrix, as in PyTorch's matrix_exp; but not more of them."""
    a = np.array([[0.3, -1.2], [0.8, 0.5]])
    check_gradients(exponential, a, gradient=block_of_exponential)
    for wrong in (lambda g: np.clip(g, -1e9, 1e9), lambda g: g * (1.0 + 1e-4 * np.tanh(np.max(np.abs(g)) / 1e7))):
        with pytest.raises(GradientError, match="not linear"):
            check_gradients(exponential, a, gradient=lambda g, a, wrong=wrong: block_of_exponential(wrong(g), a))


def relu_net(x: Any, w: Any, v: Any) -> Any:
    return (ag.relu(x @ w) @ v).sum()


def test_kinks_that_lie_on_one_another() -> None:
    random = np.random.default_rng(3)
    w, v = random.normal(size=(2, 4)), random.normal(size=(4, 1))
    assert check_gradients(relu_net, np.zeros((2, 2)), w, v).kinks
    assert check_gradients(relu_net, random.normal(size=(4, 2)), np.zeros((2, 4)), v, order=1).kinks
    with pytest.raises(GradientError):
        check_gradients(lambda x: np.max(x), np.ones(3), gradient=lambda g, x: g * np.ones(3))


def test_kinks_close_to_one_another_are_told_apart() -> None:
    """The columns of the weights are nearly parallel: along each axis both relus bend at nearly the same place."""
    w = np.array([[2.04, -2.56], [0.418, -0.568]])
    assert check_gradients(lambda x: (ag.relu(x @ w) ** 2).sum(), np.zeros((2, 2))).kinks == []
    with_a_rest = lambda t: np.array([min(t - 0.3, 0.0) + max(t - 0.31, 0.0)])
    lowest = [low[0] for low, _ in find_ranges([(with_a_rest, 1.0)])]
    assert lowest[0] > 0.5
    assert abs(lowest[1]) < 1e-9


def test_where_slopes_are_but_noise_no_kinks_are_looked_for() -> None:
    random, looks = np.random.default_rng(0), []

    def noisy(t: float) -> Any:
        looks.append(t)
        return np.array([t + 1e-3 * random.normal()])

    (found,) = find_ranges([(noisy, 1e-3)], 1e-3)
    assert np.isnan(found).all()
    assert len(looks) == len(set(looks)) < 100
    assert len(list(find_ranges([(noisy, 1e-3)], 1e-12))) == 2  # for all it knows these are kinks


def test_waves_are_no_noise() -> None:
    beat = lambda x: np.sin(50.0 * x) * np.sin(53.0 * x)
    slope = lambda x: 50.0 * np.cos(50.0 * x) * np.sin(53.0 * x) + 53.0 * np.sin(50.0 * x) * np.cos(53.0 * x)
    for x in 2.172, 0.7555, 0.1272:
        check_gradients(beat, 100.0 * x, gradient=lambda g, x: g * slope(x))


def test_single_precision_inside_is_inferred_and_said() -> None:
    def f(x: Any) -> Any:
        return np.exp(x.astype(np.float32)).astype(np.float64)

    def gradient(g: Any, x: Any) -> Any:
        return (g.astype(np.float32) * f(x).astype(np.float32)).astype(np.float64)

    report = check_gradients(f, X, gradient=gradient)
    assert (report.undecided, "single precision" in str(report)) == (0, True)
    with pytest.raises(GradientError, match="wrong derivative"):
        check_gradients(f, X, gradient=lambda g, x: gradient(g, x) * 1.01)
    with pytest.raises(GradientError):  # f itself is of double precision
        check_gradients(np.exp, X, gradient=gradient)


COARSE: dict[str, tuple[Any, Any]] = {
    "1e8 taken back": (lambda x: np.sin(x) + 1e8 - 1e8, lambda g, x: g * np.cos(x)),
    "1e9 taken back": (lambda x: 2.0 * np.sin(x) + 1e9 - 1e9, lambda g, x: g * 2.0 * np.cos(x)),
}


@pytest.mark.parametrize("name", COARSE)
def test_what_cancels_is_not_taken_for_single_precision(name: str) -> None:
    """Its values are as coarse as those of float32, or coarser, but are computed in double precision."""
    f, gradient = COARSE[name]
    report = check_gradients(f, X, gradient=gradient)
    assert report.undecided > 0
    assert "single precision" not in str(report)
    with pytest.raises(GradientError, match="wrong derivative"):
        check_gradients(f, X, gradient=lambda g, x: gradient(g, x) * 1.0001)


def test_the_difference_of_two_roots_is_judged_by_its_own_rounding() -> None:
    f = lambda x: np.sqrt(x + 1.0) - np.sqrt(x)
    slope = lambda x: -0.5 / (np.sqrt(x + 1.0) * np.sqrt(x) * (np.sqrt(x + 1.0) + np.sqrt(x)))
    far = np.array([1e8, 2e8])
    assert check_gradients(f, far, gradient=lambda g, x: g * slope(x)).undecided > 0
    with pytest.raises(GradientError, match="wrong derivative"):
        check_gradients(f, far, gradient=lambda g, x: g * slope(x) * 1.0005)


def test_a_tolerance_is_for_approximations_and_is_said() -> None:
    gradient = lambda g, x: g * np.cos(x) * (1 + 1e-5)
    with pytest.raises(GradientError):
        check_gradients(np.sin, X, gradient=gradient)
    report = check_gradients(np.sin, X, gradient=gradient, tolerance=1e-4)
    assert str(report).startswith("within the tolerance 0.0001")
    with pytest.raises(GradientError):
        check_gradients(np.sin, X, gradient=gradient, tolerance=1e-6)


def test_what_an_approximation_is_off_by_may_stay_where_its_derivative_is_gone() -> None:
    decay, gradient = lambda k: np.exp(-k) + 1e-9 * np.sin(100.0 * k), lambda g, k: -g * np.exp(-k)
    check_gradients(decay, 0.8, gradient=gradient, tolerance=1e-4)  # e**-80, too
    with pytest.raises(GradientError):
        check_gradients(decay, 0.8, gradient=gradient, tolerance=1e-8)
    with pytest.raises(GradientError):  # by a tenth of the given point's derivative
        check_gradients(decay, 0.8, gradient=lambda g, k: -g * (np.exp(-k) + 0.05 * (k > 2.0)), tolerance=1e-2)


def test_half_precision_is_assumed_aloud_and_a_tolerance_is_a_way_out() -> None:
    half = lambda x: np.sin(x.astype(np.float16)).astype(np.float64)
    report = check_gradients(half, X, gradient=lambda g, x: g * np.cos(x), tolerance=1e-2)
    assert str(report).startswith("half precision is assumed")
    assert report.undecided > 0
    with pytest.raises(GradientError, match="wrong derivative"):
        check_gradients(half, X, gradient=lambda g, x: g * 2.0 * np.cos(x), tolerance=1e-2)


EXTREMES: dict[str, tuple[Any, Any]] = {
    "tiny": (np.sin, lambda x: np.cos(x) * np.where((np.abs(x) < 1e-5) & (x != 0.0), 1.01, 1.0)),
    "huge": (np.arctan, lambda x: np.where(np.abs(x) > 1e4, 1.01, 1.0) / (1.0 + x * x)),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_tiny_and_huge_numbers_are_looked_at(name: str) -> None:
    f, slope = EXTREMES[name]
    for x in X, 0.4:
        with pytest.raises(GradientError, match=f"a point of {name} numbers"):
            check_gradients(f, x, gradient=lambda g, x: g * slope(x))


ROUNDING_THERE: dict[str, tuple[Any, Any]] = {
    "all digits lost": (lambda x: (1.0 - np.cos(x)) / x**2, lambda x: (x * np.sin(x) + 2.0 * np.cos(x) - 2.0) / x**3),
    "waves": (lambda x: np.sin(x) - x, lambda x: np.cos(x) - 1.0),
    "an offset": (lambda x: 1e15 + np.sin(x), np.cos),
    "overflow": (np.cosh, np.sinh),
}


@pytest.mark.parametrize("name", ROUNDING_THERE)
@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_said_there_of_what_is_not_simple(name: str, seed: int) -> None:
    f, slope = ROUNDING_THERE[name]
    check_gradients(f, X, gradient=lambda g, x: g * slope(x), seed=seed)


@pytest.mark.parametrize("tolerance", [-1e-3, 1.0, np.nan, True, "1e-3"])
def test_a_tolerance_is_a_share(tolerance: Any) -> None:
    with pytest.raises(KindError, match="tolerance"):
        check_gradients(np.sin, 1.0, tolerance=tolerance)


@pytest.mark.parametrize(("x", "called"), [(0.0, "infinite"), (-1.0, "nan")])
def test_a_loss_that_is_not_finite_is_said_first(x: float, called: str) -> None:
    report = check_gradients(lambda x: ag.log(x).sum(), np.array([x, 2.0]), order=1, elsewhere=False)
    assert str(report).startswith(f"f is {called} at the given point")


def test_n_numbers_take_some_n_evaluations() -> None:
    def count(n: int) -> int:
        calls: list[int] = []

        def f(x: Any) -> Any:
            calls.append(1)
            return np.sin(x).sum()

        check_gradients(f, np.linspace(0.3, 1.0, n), gradient=lambda g, x: g * np.cos(x), elsewhere=False)
        return len(calls)

    assert count(40) - count(20) <= 20 * 20
