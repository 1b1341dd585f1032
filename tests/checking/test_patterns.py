"""Known slips: one mistake is one line that names it."""

from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini import custom_primitive

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
        "a tie that gets too much",
        np.max,
        (np.array([1.0, 1.0]),),
        lambda g, x: g * (x == x.max()) * (0.7 if x[0] == x[1] else 1.0),
        "as around, got 1.4 (order 1",
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
        ": each of the tied is given the whole",
    ),
    Slip(
        "no tie anything",
        np.max,
        (np.ones(2),),
        lambda g, x: g * (x == x.max()) * (np.sum(x == x.max()) == 1),
        ": none of the tied is given anything",
    ),
    Slip(
        "the first number for all",
        np.sin,
        (V,),
        lambda g, x: g[0] * np.cos(x),
        "ours is 0 where expected is not, and not 0 where it is",
    ),
    Slip("one for all", lambda x: (x**2).sum(), (V,), lambda g, x: g * np.full(5, 0.3), "all 5 elements: ours is 0.3"),
    Slip(
        "another layout",
        np.exp,
        (X,),
        lambda g, x: g * np.exp(x) * (1.0 if x.flags.c_contiguous else 2.0),
        "lie otherwise in memory: argument 0 at ",
    ),
    Slip(
        "one array twice",
        np.add,
        (V, P),
        lambda g, x, y: (g.copy(), g * (1.0 + (x is y))),
        "differs where argument 0 is also given as argument 1: argument 1 at ",
    ),
    Slip(
        "a kernel turned round", layer, (X, S, B), with_w(lambda g: g[::-1, ::-1]), "along the axes 0, 1, of expected"
    ),
    Slip(
        "the mean of each row held fixed",
        lambda x: ((x - x.mean(1, keepdims=True)) ** 3).sum(),
        (S,),
        lambda g, x: g * 3.0 * np.square(x - x.mean(1, keepdims=True)),
        "ours is off by the same number all along axis 1: is a sum or a mean over it left out?",
    ),
    Slip(
        "the length of each row",
        layer,
        (X, S, B),
        with_w(lambda g: g * np.array([[2.1], [0.3], [7.0]])),
        "all 9 elements: ours is expected times a number for each index of axis 0 (2.1, 0.3, 7)",
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


def test_what_is_0_as_far_as_it_is_known_is_so_for_itself_alone() -> None:
    """f's first number is known to 1 or so, and its derivative may be 0; the second one is not."""
    f = lambda x: np.array([1e12 + x[0], np.sin(x[1])])
    gradient = lambda g, x: g * np.array([1.0, (1.0 + 1e-5) * np.cos(x[1])])
    (finding,) = failing(f, np.array([0.5, 1.0]), gradient=gradient, elsewhere=False).findings
    assert "expected 0.540302305868" in finding.line
    assert "f does not depend" not in finding.line


def test_0_is_0_and_no_sum_that_happens_to_be() -> None:
    """The forces between two balls have the sum 0."""
    f = lambda x: np.sum(np.square(x[0] - x[1]))
    (finding,) = failing(f, np.array([[1.0, 2.0], [0.5, 4.0]]), gradient=lambda g, x: 0.0 * x).findings
    assert "all 4 elements: ours is 0, such as" in finding.line


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
