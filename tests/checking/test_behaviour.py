"""check_gradients: what a function and its gradient do beside giving numbers, called again, elsewhere and otherwise."""

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini import GradientError, KindError, check_gradients, custom_primitive

X = np.array([0.3, -0.7, 1.2])
Pair = tuple[Callable[..., Any], Callable[..., Any]]


def sine(change: Callable[[Any], Any]) -> Pair:
    """A sine whose gradient sees the upstream gradient changed."""
    return np.sin, lambda g, x: change(g) * np.cos(x)


def accused(f: Any, *args: Any, **options: Any) -> str:
    """What the report of a mistake says."""
    with pytest.raises(GradientError) as caught:
        check_gradients(f, *args, **options)
    return str(caught.value)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("share", [0.5, 0.125, 0.05])
def test_chance_is_named_and_not_taken_for_rounding(share: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    gradient = lambda g, x: g * np.cos(x) * (1.0 + 1e-9 * (random.uniform() < share))
    assert "two calls with the same arguments differ" in accused(np.sin, X, gradient=gradient, seed=seed)


@pytest.mark.parametrize("calls", [125, 140, 150])
def test_what_is_wrong_once_and_not_again_is_chance_too(calls: int) -> None:
    """A call among those that ask for linearity; whoever asks again for what is off must not be content with that."""
    made = count(1)
    gradient = lambda g, x: g * np.cos(x) * (1.01 if next(made) == calls else 1.0)
    assert "two calls with the same arguments differ" in accused(np.sin, X, gradient=gradient)


def cached(key: Callable[[Any], Any]) -> Callable[..., Any]:
    known: dict[Any, Any] = {}
    return lambda g, x: g * known.setdefault(key(x), np.cos(x))


KEYS = {
    "the first": lambda x: x[0],
    "the last": lambda x: x[-1],
    "the sum": lambda x: round(float(x.sum()), 9),
    "three digits": lambda x: np.round(x, 3).tobytes(),
    "one digit": lambda x: np.round(x, 1).tobytes(),
    "the identity": id,
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("seed", range(3))
def test_a_cache_that_takes_other_arguments_for_the_same_is_found(key: Any, seed: int) -> None:
    accused(lambda x: np.sum(np.sin(x)), X, gradient=cached(key), seed=seed)


def remembering_the_last(key: Callable[[Any], Any]) -> Callable[..., Any]:
    kept: list[Any] = [None, None]

    def gradient(g: Any, x: Any) -> Any:
        if kept[0] != key(x):
            kept[:] = key(x), np.cos(x)
        return g * kept[1]

    return gradient


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("seed", range(3))
def test_so_is_one_that_remembers_the_last_call_alone(key: Any, seed: int) -> None:
    accused(lambda x: np.sum(np.sin(x)), X, gradient=remembering_the_last(key), seed=seed)


@pytest.mark.parametrize("cache", [cached, remembering_the_last])
def test_a_cache_of_all_its_arguments_is_right(cache: Any) -> None:
    assert check_gradients(np.sin, X, gradient=cache(lambda x: x.tobytes())).undecided == 0
    assert check_gradients(np.sin, X, gradient=cached(lambda x: x.tobytes())).undecided == 0


def test_values_remembered_for_others_nearby_are_found() -> None:
    known: dict[bytes, Any] = {}
    f = lambda x: known.setdefault(np.round(x, 6).tobytes(), np.sum(np.sin(x)))
    assert "rounds them, or remembers" in accused(f, X, gradient=lambda g, x: g * np.cos(x))


@pytest.mark.parametrize("count", [1, 2])
def test_buffers_that_are_returned_again_are_found(count: int) -> None:
    buffers, calls = [np.zeros(3) for _ in range(count)], iter(range(10**6))

    def gradient(g: Any, x: Any) -> Any:
        return np.multiply(g, np.cos(x), out=buffers[next(calls) % count])

    assert "overwritten by a later call" in accused(lambda x: np.sum(np.sin(x)), X, gradient=gradient)


def test_weights_that_are_given_away_are_found_and_left_as_they_were() -> None:
    weights = np.array([1.0, 2.0, 3.0])
    said = accused(lambda x: weights @ x, X, gradient=lambda g, x: weights if g == 1.0 else g * weights)
    assert "written into" in said
    assert weights.tolist() == [1.0, 2.0, 3.0]


def rows_backward(g: Any, x: Any, rows: Any, after: Callable[[Any], Any]) -> Any:
    slope = np.zeros_like(x)
    np.add.at(slope, np.asarray(rows), g)
    after(rows)
    return slope


CHANGES: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "which does not vary": (np.array([2, 0, 0]), lambda rows: rows.sort()),
    "what the list holds": ([2, 0, 0], lambda rows: rows.append(1)),
}


@pytest.mark.parametrize("said", CHANGES)
def test_what_does_not_vary_is_not_changed_either(said: str) -> None:
    rows, change = CHANGES[said]
    gradient = lambda g, x, rows: rows_backward(g, x, rows, change)
    told = accused(lambda x, rows: x[np.asarray(rows)], X, rows, gradient=gradient)
    assert f"gradient changes: argument 1, {said}" in told
    assert list(rows) == [2, 0, 0]


UPSTREAMS: dict[str, Callable[[Any], Any]] = {
    "at most 50": lambda g: np.minimum(g, 50.0),
    "at most a million": lambda g: np.minimum(g, 1e6),
    "nothing below a hundred-millionth": lambda g: np.where(np.abs(g) < 1e-8, 0.0, g),
    "its size": np.abs,
    "nan where one of it is 0": lambda g: g * g / g,
}


@pytest.mark.parametrize("change", UPSTREAMS.values(), ids=UPSTREAMS)
@pytest.mark.parametrize("x", [X, np.array([1e-16, 1.0]), np.array([1e-16, 1e9])], ids=["plain", "tiny", "both"])
def test_linear_in_upstream_gradients_of_every_size(change: Any, x: Any) -> None:
    f, gradient = sine(change)
    assert "linear in the upstream gradient" in accused(f, x, gradient=gradient)


def test_errors_come_with_the_call_and_the_line() -> None:
    def no_zero(g: Any, x: Any) -> Any:
        if not np.any(g):
            raise ValueError("no upstream gradient")
        return g * np.cos(x)

    said = accused(np.sin, np.array([0.5, 1.0]), gradient=no_zero)
    assert "fails for a zero upstream gradient: ValueError: no upstream gradient; in line" in said
    assert "argument 0 is array([0.5, 1. ])" in said
    said = accused(np.square, np.zeros(0), gradient=lambda g, x: g[0] * x)
    assert "its gradient fails: IndexError" in said
    assert "where the upstream gradient g is array([], dtype=float64)" in said


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize("kind", [np.matrix, np.ma.masked_array])
def test_gradients_are_plain_arrays(kind: Any) -> None:
    x = np.array([[1.0, 2.0]])
    assert "wrong kind of the gradient" in accused(np.sin, x, gradient=lambda g, x: kind(g * np.cos(x)))


def test_one_tuple_may_be_the_only_argument() -> None:
    f = lambda p: p[0] * np.sum(p[1])
    nested = lambda g, p: (g * np.sum(p[1]), g * p[0] * np.ones_like(p[1]))
    for gradient in (nested, lambda g, p: (nested(g, p),)):
        assert check_gradients(f, (2.0, X), gradient=gradient).entries == 4
    assert check_gradients(lambda p: p[0] ** 2, (X,), gradient=lambda g, p: (2.0 * g * p[0],)).entries == 9


def std_backward(g: Any, x: Any) -> Any:
    return g * (x - x.mean()) / (x.size * x.std())


TIES: dict[str, Pair] = {
    "all tied maxima": (np.max, lambda g, x: g * (x == x.max())),
    "the medians": (np.median, lambda g, x: g * (x == np.median(x))),
    "a constant's deviation": (np.std, std_backward),
    "a product with a zero": (np.prod, lambda g, x: g * np.prod(x) / x),
    "a length of 0": (np.linalg.norm, lambda g, x: g * x / np.linalg.norm(x)),
    "nan at 0 alone": (np.square, lambda g, x: 2.0 * g * x * x / x),
    "0 taken for padding": (np.exp, lambda g, x: g * np.exp(x) * (x != 0.0)),
    "2 at a kink from 0 to 1": (lambda x: np.maximum(x, 0.0), lambda g, x: g * np.where(x == 0.0, 2.0, x > 0.0)),
}


@pytest.mark.parametrize("pair", TIES.values(), ids=TIES)
@pytest.mark.parametrize("seed", range(2))
def test_equal_and_zero_elements_are_looked_at_away_from_the_point(pair: Pair, seed: int) -> None:
    f, gradient = pair
    said = accused(f, X, gradient=gradient, seed=seed)
    assert "at a point" in said


def test_where_f_bends_the_engine_may_give_nan_but_not_a_rule() -> None:
    assert check_gradients(lambda x: ag.sqrt((x * x).sum()), X, order=1).undecided == 0
    assert check_gradients(lambda x: (x * ag.log(x)).sum(), np.abs(X), order=1).undecided == 0
    rule = custom_primitive(lambda g, z, x: g * (x - x.mean()) / (3.0 * z))(np.std)
    assert "got nan" in accused(rule, X, order=1)


def test_quick_and_thorough_say_what_they_leave_out() -> None:
    gradient = lambda g, x: g * np.cos(x)
    usual = check_gradients(np.sin, X, gradient=gradient)
    quick = check_gradients(np.sin, X, gradient=gradient, quick=True)
    thorough = check_gradients(np.sin, X, gradient=gradient, thorough=True)
    assert usual.left_out == ()
    assert "other layouts in memory" in quick.left_out
    assert "left out: orders above 1" in str(quick)
    assert "left out: orders above the one asked for" in str(thorough)
    assert check_gradients(ag.sin, X, quick=True).entries == 9
    assert check_gradients(ag.sin, X, quick=True, order=2).entries > 9
    with pytest.raises(KindError, match="not both"):
        check_gradients(np.sin, X, gradient=gradient, quick=True, thorough=True)
    with pytest.raises(KindError, match="quick=True or quick=False"):
        check_gradients(np.sin, X, gradient=gradient, quick=1)


def test_a_thorough_check_finds_what_is_rare() -> None:
    calls = iter(range(10**9))
    gradient = lambda g, x: g * np.cos(x) * (2.0 if next(calls) % 600 == 599 else 1.0)
    assert "differ" in accused(np.sin, X, gradient=gradient, thorough=True)


def test_a_value_that_differs_is_told_by_its_element() -> None:
    random = np.random.default_rng(0)
    said = accused(lambda x: x + random.normal(size=3), X, gradient=lambda g, x: 1.0 * g)
    assert "two calls with the same arguments differ: at (" in said


def test_a_gradient_that_is_nested_otherwise_is_told_in_words() -> None:
    said = r"argument 0 is not nested as the argument is: a dict with the keys \['b'\] does not go with"
    with pytest.raises(ag.ShapeError, match=said):
        check_gradients(lambda p: 2.0 * p["a"], {"a": 0.5}, gradient=lambda g, p: {"b": 2.0 * g})


@pytest.mark.parametrize("x", [X, np.array([[0.3, -0.7], [1.2, 0.1]])])
def test_an_upstream_gradient_that_a_sum_has_spread_is_one_like_others(x: Any) -> None:
    """Whoever reads its memory as if it was an array of as many numbers reads beside it."""

    def gradient(g: Any, x: Any) -> Any:
        return np.cos(x) * (g if 0 not in g.strides else 0.0)

    assert "spread over its shape" in accused(np.sin, x, gradient=gradient)

    def failing(g: Any, x: Any) -> Any:
        if 0 in g.strides:
            raise ValueError("not contiguous")
        return g * np.cos(x)

    assert "fails where the upstream gradient is one number" in accused(np.sin, x, gradient=failing)
    assert check_gradients(np.sin, x, gradient=lambda g, x: g * np.cos(x)).entries == x.size**2


def test_the_line_of_an_error_is_the_users_own() -> None:
    """Neither NumPy's nor the check's; where gradient does not take what it is given there is none."""
    gradient = lambda g, x: g * np.linalg.inv(np.zeros((3, 3))) @ x
    assert "Singular matrix; in line" in (said := accused(np.sin, X, gradient=gradient))
    assert "of test_behaviour.py" in said
    said = accused(np.sin, X, gradient=lambda x: x)
    assert "takes 1 positional argument but 2 were given; raised by gradient(g, *args) where" in said
