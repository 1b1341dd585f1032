"""What was made of the expected numbers is named; no pattern is seen where there is none."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini.checking.telling.patterns import explain, name_shape
from autograd_mini.checking.telling.tables import Block


@pytest.mark.parametrize("is_elementwise", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_no_pattern_is_seen_where_there_is_none(seed: int, is_elementwise: bool) -> None:
    random = np.random.default_rng(seed)
    shape = (*map(int, random.integers(1, 4, size=random.integers(1, 4))), 2)
    n = math.prod(shape)
    m = n if is_elementwise else int(random.integers(2, 4))
    expected, got = random.normal(size=(2, m, n)) * (np.eye(n) if is_elementwise else 1.0)
    wrong = expected != 0.0
    block = Block(expected, np.full((m, n), 1e-10), got, wrong, shape, (m,), got[0], got[:, 0], {}, {})
    (pattern,) = explain(block)
    assert pattern.words == ""
    assert np.array_equal(pattern.where, wrong)


_E = np.random.default_rng(3).normal(size=(3, 3))
_X = np.random.default_rng(4).uniform(1.0, 2.0, size=(3, 3))
MADE: dict[str, Any] = {
    "ours is the upper triangle of expected": np.triu(_E),
    "ours is the mean of expected and its transpose": (_E + _E.T) / 2.0,
    "ours is expected times the square of the argument": _E * _X**2,
    "ours is expected divided by the argument": _E / _X,
    "ours is expected divided by the square of the argument": _E / _X**2,
    "ours is 1 minus expected": 1.0 - _E,
    "ours is expected - 0.25": _E - 0.25,
    "ours is the sum of expected over axis 1": np.repeat(_E.sum(1, keepdims=True), 3, 1),
    "ours is the shift, by -1 along axis 0, of expected": np.roll(_E, -1, 0),
    "ours has the numbers of expected in another order": _E.ravel()[[1, 2, 3, 4, 0, 7, 8, 5, 6]].reshape(3, 3),
    "ours is -5/7 × expected": _E * -5.0 / 7.0,
    "ours is (1 - 2e-05) × expected": _E * (1.0 - 2e-5),
    "ours is 1e+07 × expected": _E * 1e7,
    "ours is not finite": np.full((3, 3), -np.inf),
}


@pytest.mark.parametrize("words", MADE)
def test_what_was_made_of_expected_is_named(words: str) -> None:
    numbers = (np.reshape(part, (1, 9)) for part in (_E, np.full((3, 3), 1e-12), MADE[words], MADE[words] != _E))
    (pattern,) = explain(Block(*numbers, (3, 3), (), _X.ravel(), np.array([0.3]), {}, {}))
    assert (pattern.words, pattern.place) == (words, "all 9 elements")


_ONES = np.ones((3, 3), bool)
PLACES: dict[str, Any] = {
    "3 of 9 elements, those above the diagonal": np.triu(_ONES, 1),
    "6 of 9 elements, those on and below the diagonal": np.tril(_ONES),
    "6 of 9 elements, those off the diagonal": ~np.eye(3, dtype=bool),
    "6 of 9 elements, at the first and the last index of axis 1": np.array([[1, 0, 1]] * 3, bool),
    "6 of 9 elements, at the indices 1 to 2 of axis 0": np.array([[0] * 3, [1] * 3, [1] * 3], bool),
    f"2 of 9 elements, those up to {np.sort(_X.ravel())[1]:.6g}": np.sort(_X.ravel())[1] >= _X,
    "the element (2, 1)": np.arange(9).reshape(3, 3) == 7,
    "4 of 9 elements": np.isin(np.argsort(np.argsort(_X.ravel())), [0, 3, 5, 8]).reshape(3, 3),
}


@pytest.mark.parametrize("place", PLACES)
def test_the_elements_that_are_wrong_are_named(place: str) -> None:
    """Of a gradient that is right elsewhere and has nothing in common with what is expected there."""
    got = np.where(PLACES[place], np.random.default_rng(5).normal(size=(3, 3)), _E)
    numbers = (np.reshape(part, (1, 9)) for part in (_E, np.full((3, 3), 1e-12), got, PLACES[place]))
    (pattern,) = explain(Block(*numbers, (3, 3), (), _X.ravel(), np.array([0.3]), {}, {}))
    assert (pattern.words, pattern.place) == ("", place)


def test_what_a_shape_lacks_is_named() -> None:
    assert name_shape((2, 3), (2, 3)) == ""
    assert name_shape((2, 3), (3, 2)) == "it is the transpose"
    assert name_shape((3,), (1, 3)) == "the axis 0 of length 1 is one too many"
    assert name_shape((3, 1), (3,)) == "the axis 1 of length 1 is missing: keep it (keepdims)"
    assert name_shape((2, 3), (6,)) == "it has the right number of elements: a reshape is missing"
    assert name_shape((2, 3), ()) == "it is one number: is it a sum over all elements?"
    assert name_shape((2, 3), (5,)) == ""


_NUMBERS = st.one_of(st.floats(), st.sampled_from([0.0, 1.0, -1.0, 2.0, 1e308, 1e-320, np.nan, np.inf]))


@given(st.data())
def test_there_are_words_for_whatever_numbers(data: st.DataObject) -> None:
    """What is wrong is told, each once; no number, however strange, breaks the telling."""
    shape = tuple(data.draw(st.lists(st.integers(1, 3), max_size=2), label="shape"))
    m, n = data.draw(st.integers(1, 3), label="outputs"), math.prod(shape)
    draw = lambda *size: np.array(
        data.draw(st.lists(_NUMBERS, min_size=math.prod(size), max_size=math.prod(size)))
    ).reshape(size)
    wrong = np.array(data.draw(st.lists(st.booleans(), min_size=m * n, max_size=m * n))).reshape(m, n)
    wrong[0, 0] = True
    block = Block(draw(m, n), np.abs(draw(m, n)), draw(m, n), wrong, shape, (m,), draw(n), draw(m), {}, {})
    patterns = explain(block)
    assert np.array_equal(np.sum([pattern.where for pattern in patterns], axis=0), wrong)
    assert all(isinstance(pattern.place + pattern.words, str) for pattern in patterns)


@given(st.data())
def test_a_sum_that_broadcasting_asks_for_is_named(data: st.DataObject) -> None:
    """Whatever NumPy broadcasts is summed back over the axes that are named."""
    full = tuple(data.draw(st.lists(st.integers(2, 4), min_size=1, max_size=4), label="shape of the gradient"))
    lost = data.draw(st.integers(0, len(full)), label="axes that the argument lacks")
    ones = data.draw(st.sets(st.integers(lost, len(full) - 1)) if lost < len(full) else st.just(set()))
    wanted = tuple(1 if k in ones else length for k, length in enumerate(full))[lost:]
    axes = sorted({*range(lost), *ones})
    if not axes or wanted == full[::-1]:
        return
    named = f"axis {axes[0]}" if len(axes) == 1 else f"the axes {', '.join(map(str, axes))}"
    assert name_shape(wanted, full) == f"the sum over {named} is missing"
