"""Known slips: one mistake is one line that names it, and no pattern is seen where there is none."""

import math
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import custom_primitive
from autograd_mini.checking.patterns import Block, explain, name_shape

from ..support.failing import B, P, S, V, X, affine, failing, layer, layer_backward, softmax, with_w


class Slip(NamedTuple):
    """A wrong gradient, and what the one line about it says."""

    name: str
    f: Any
    args: tuple[Any, ...]
    gradient: Any
    said: str


SLIPS = [
    Slip(
        "four times", layer, (X, S, B), with_w(lambda g: 4.0 * g), "argument 1, all 9 elements: ours is 4 × expected, "
    ),
    Slip("a third", layer, (X, S, B), with_w(lambda g: g / 7), "all 9 elements: ours is 1/7 × expected, "),
    Slip("sign", layer, (X, S, B), with_w(np.negative), "argument 1, all 9 elements: the sign: ours is -1 × expected"),
    Slip("1.01", layer, (X, S, B), with_w(lambda g: 1.01 * g), "all 9 elements: ours is 1.01 × expected"),
    Slip("a millionth", layer, (X, S, B), with_w(lambda g: g * (1 + 1e-6)), "ours is (1 + 1e-06) × expected"),
    Slip("transpose", layer, (X, S, B), with_w(np.transpose), "argument 1, all 9 elements: ours is the transpose of"),
    Slip("reversed", layer, (X, S, B), with_w(np.flipud), "ours is the reverse, along axis 0, of expected"),
    Slip("shifted", layer, (X, S, B), with_w(lambda g: np.roll(g, 1, 1)), "the shift, by 1 along axis 1, of expected"),
    Slip("triangle", layer, (X, S, B), with_w(np.tril), "ours is the lower triangle of expected"),
    Slip("both", layer, (X, S, B), with_w(lambda g: g + g.T), "ours is expected plus its transpose"),
    Slip("unsigned", layer, (X, S, B), with_w(np.abs), "ours is expected without its sign"),
    Slip("nothing", layer, (X, S, B), with_w(lambda g: 0.0 * g), "argument 1, all 9 elements: ours is 0"),
    Slip("one more", layer, (X, S, B), with_w(lambda g: g + 1), "argument 1, all 9 elements: ours is expected + 1"),
    Slip("squared", layer, (X, S, B), with_w(np.square), "ours is the square of expected"),
    Slip("upside down", layer, (X, S, B), with_w(np.reciprocal), "ours is the reciprocal of expected"),
    Slip(
        "a sum of each column",
        layer,
        (X, S, B),
        with_w(lambda g: np.broadcast_to(g.sum(0), g.shape)),
        "ours is the sum of expected over axis 0",
    ),
    Slip(
        "the mean of each row",
        layer,
        (X, S, B),
        with_w(lambda g: np.broadcast_to(g.mean(1, keepdims=True), g.shape)),
        "ours is the mean of expected over axis 1",
    ),
    Slip(
        "a row left out",
        layer,
        (X, S, B),
        with_w(lambda g: g * np.array([[1.0], [1.0], [0.0]])),
        "argument 1, 3 of 9 elements, at index 2 of axis 0, the last: ours is 0",
    ),
    Slip(
        "the diagonal twice",
        layer,
        (X, S, B),
        with_w(lambda g: g * (1.0 + np.eye(3))),
        "argument 1, 3 of 9 elements, those on the diagonal: ours is 2 × expected",
    ),
    Slip(
        "the whole gradient twice",
        layer,
        (X, S, B),
        lambda *args: tuple(2.0 * g for g in layer_backward(*args)),
        "argument 0, argument 1, argument 2, all 18 elements: ours is 2 × expected (2 is the length of axis 0 of",
    ),
    Slip(
        "a loss without W",
        lambda x, w: np.square(x).sum(),
        (X, S),
        lambda g, x, w: (2.0 * g * x, g * w),
        "argument 1, all 9 elements: f does not depend on it there",
    ),
    Slip(
        "exchanged",
        lambda x, y: (x**3 * y).sum(),
        (V, P),
        lambda g, x, y: (g * x**3, 3.0 * g * x**2 * y),
        "argument 0, argument 1, all 10 elements: each is that of the other",
    ),
    Slip(
        "given twice",
        lambda x, y: (x**3 * y).sum(),
        (V, P),
        lambda g, x, y: (g * x**3, g * x**3),
        "argument 0, all 5 elements: ours is that of argument 1",
    ),
    Slip(
        "a sum over axis 0 missing",
        affine,
        (X, S, B),
        lambda g, x, w, b: (g @ w.T, x.T @ g, g.copy()),
        "argument 2: expected an array of float64 of shape (3,), got an array of float64 of shape (2, 3): the sum over "
        "axis 0 is missing",
    ),
    Slip(
        "the first row for the sum",
        affine,
        (X, S, B),
        lambda g, x, w, b: (g @ w.T, x.T @ g, g[0].copy()),
        "argument 2, all 3 elements, of f's elements at index 1 of axis 0, the last: ours is 0",
    ),
    Slip(
        "a matrix not transposed",
        affine,
        (X, S, B),
        lambda g, x, w, b: (g @ w, x.T @ g, g.sum(0)),
        "argument 0, all 6 elements: ours is the transpose of the Jacobian",
    ),
    Slip(
        "a mean taken for a sum",
        np.mean,
        (X,),
        lambda g, x: g * np.ones_like(x),
        "all 6 elements: ours is 6 × expected (6 is the number of elements of argument 0: a mean taken for a sum?)",
    ),
    Slip(
        "a mean over an axis",
        lambda x: x.mean(1),
        (X,),
        lambda g, x: g[:, None] * np.ones_like(x),
        "ours is 3 × expected (3 is the length of axis 1 of argument 0: a mean taken for a sum?)",
    ),
    Slip(
        "a sum taken for a mean",
        lambda x: x.sum(1),
        (X,),
        lambda g, x: g[:, None] * np.ones_like(x) / 3,
        "ours is 1/3 × expected (3 is the length of axis 1 of argument 0: a sum taken for a mean?)",
    ),
    Slip(
        "the argument once more",
        lambda x: np.square(x).sum(),
        (V,),
        lambda g, x: 2.0 * g * x * x,
        "ours is expected times the argument",
    ),
    Slip("exp once more", np.exp, (V,), lambda g, x: g * np.exp(x) ** 2, "ours is expected times f's value"),
    Slip(
        "softmax, alone",
        softmax,
        (V,),
        lambda g, x: g * softmax(x) * (1.0 - softmax(x)),
        "argument 0, all 5 elements: ours is what each element does to itself alone",
    ),
    Slip(
        "upstream turned round",
        np.sin,
        (V,),
        lambda g, x: g[::-1] * np.cos(x),
        "as if ours was handed the reverse, along axis 0, of the upstream gradient",
    ),
    Slip(
        "upstream summed",
        np.sin,
        (V,),
        lambda g, x: g.sum() * np.cos(x),
        "as if the upstream gradient was 1 everywhere, or summed",
    ),
    Slip(
        "a mask forgotten",
        lambda x: np.maximum(x, 0.0),
        (V,),
        lambda g, x: g.copy(),
        f"argument 0, {np.sum(V < 0)} of 5 elements, those that are negative: expected is 0",
    ),
    Slip(
        "a limit forgotten",
        lambda x: np.clip(x, -1.0, 1.0).sum(),
        (np.array([0.3, 3.0, -2.0, 1.5, -0.2]),),
        lambda g, x: g * np.ones_like(x),
        "3 of 5 elements, those from 1.5 on in magnitude: expected is 0",
    ),
    Slip(
        "nan at some",
        np.exp,
        (V,),
        lambda g, x: g * np.where(x < 0.0, np.nan, np.exp(x)),
        "those that are negative: ours is nan",
    ),
    Slip(
        "one of all",
        np.exp,
        (X,),
        lambda g, x: g * np.exp(x) * (1.0 + (x == x[1, 2])),
        "argument 0 at (1, 2), of f's element (1, 2): expected ",
    ),
    Slip(
        "every tie the whole",
        np.max,
        (np.array([1.0, 1.0, 0.0, 1.0]),),
        lambda g, x: g * (x == x.max()),
        "got 2: each of the tied is given the whole",
    ),
    Slip(
        "no tie anything",
        np.max,
        (np.ones(2),),
        lambda g, x: g * (x == x.max()) * (np.sum(x == x.max()) == 1),
        "got 0: none of the tied is given anything",
    ),
    Slip(
        "no pattern", np.exp, (V,), lambda g, x: g * np.exp(x) * (1.5 + np.sin(7 * x)), "all 5 elements: the worst at"
    ),
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_one_mistake_is_one_line_that_names_it(slip: Slip) -> None:
    elsewhere = slip.name == "another layout"
    report = failing(slip.f, *slip.args, gradient=slip.gradient, elsewhere=elsewhere)
    assert len(report.findings) == 1
    assert slip.said in report.findings[0].line
    assert report.findings[0].line in str(report)


def test_two_mistakes_in_one_argument_are_two_lines() -> None:
    rows = np.array([[2.0], [-1.0], [1.0]])
    report = failing(layer, X, S, B, gradient=with_w(lambda g: g * rows), elsewhere=False)
    lines = [finding.line for finding in report.findings]
    assert sorted(len(finding.mistakes) for finding in report.findings) == [3, 3]
    assert any("3 of 9 elements, at index 0 of axis 0: ours is 2 × expected" in line for line in lines)
    assert any("3 of 9 elements, at index 1 of axis 0: the sign: ours is -1 × expected" in line for line in lines)
    assert str(report).startswith("check_gradients found 2 mistakes (seed 0):\n")


def test_both_modes_are_one_line() -> None:
    wrong = custom_primitive(lambda g, z, x: 1.01 * g * ag.cos(x))(np.sin)
    report = failing(lambda x, w: wrong(x @ w).sum(), X, S, order=1, elsewhere=False)
    (finding,) = report.findings
    assert len(report.mistakes) == 2 * len(finding.mistakes) == 2 * 15
    assert "all 15 elements: ours is 1.01 × expected" in finding.line
    assert finding.line.endswith("(order 1, reverse and forward, at the given point)")


def test_modes_that_differ_are_told_apart() -> None:
    wrong = custom_primitive(lambda g, z, x: g * ag.cos(x) * (2.0 if isinstance(g, ag.Tensor) else 3.0))(np.sin)
    lines = [finding.line for finding in failing(wrong, V, order=1, elsewhere=False).findings]
    assert [("reverse" in line, "3 × expected" in line) for line in lines if "wrong derivative" in line] == [
        (True, True),
        (False, False),
    ]


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
