"""Masks behave as NumPy's booleans do: the same numbers, types and errors, at every argument."""

import operator

import numpy as np
import pytest

from autograd_mini import AutogradError, Tensor, Value, grad, multiply, stack, where
from autograd_mini.compiling.tracing.masks import is_mask
from autograd_mini.compiling.tracing.trace import trace
from autograd_mini.containers import mapped
from autograd_mini.node import data_of

from .support import again

IN_THE_PROGRAM = {
    "less": lambda x, y: x < y,
    "less_equal": lambda x, y: x <= y,
    "greater": lambda x, y: x > y,
    "greater_equal": lambda x, y: x >= y,
    "equal": lambda x, y: x == y,
    "not_equal": lambda x, y: x != y,
    "NumPy's name": lambda x, y: np.less(x, y),
    "an array on the left": lambda x, y: np.zeros(3, np.float32) < x,
    "a number": lambda x, y: x > 0.1,
    "a whole number": lambda x, y: x == 1,
    "whole numbers": lambda x, y: x > np.array([1, 0, 2], np.int8),
    "a list": lambda x, y: x > [1.0, 0.0, 2],
    "truth values": lambda x, y: x == np.array([True, False, True]),
    "and": lambda x, y: (x > 0) & (y > 0),
    "or": lambda x, y: (x > 0) | (y > 0),
    "xor": lambda x, y: (x > 0) ^ (y > 0),
    "not": lambda x, y: ~(x > 0),
    "and of an array": lambda x, y: np.array([True, True, False]) & (x > 0),
    "and of True": lambda x, y: (x > 0) & True,
    "plus": lambda x, y: (x > 0) + (y > 0),
    "times": lambda x, y: (x > 0) * (y > 0),
    "times an array": lambda x, y: np.array([True, True, False]) * (x > 0),
    "logical_and": lambda x, y: np.logical_and(x > 0, y > 0),
    "logical_or": lambda x, y: np.logical_or(x, y > 0),
    "logical_not": lambda x, y: np.logical_not(x > 0),
    "bitwise_and": lambda x, y: np.bitwise_and(x > 0, y > 0),
    "isnan": lambda x, y: np.isnan(x / y),
    "isfinite": lambda x, y: np.isfinite(x / y),
    "isinf": lambda x, y: np.isinf(x / y),
    "signbit": lambda x, y: np.signbit(x),
    "any": lambda x, y: (x > y).any(),
    "all": lambda x, y: (x > y).all(axis=0),
    "NumPy's any": lambda x, y: np.any(x > y, axis=0, keepdims=True),
    "NumPy's all": lambda x, y: np.all(x > y),
    "an item": lambda x, y: (x > y)[1],
    "a slice": lambda x, y: (x > y)[::-1] & (x > 0),
    "another shape": lambda x, y: (x > y).reshape(3, 1).T | (x > 0),
    "as booleans": lambda x, y: (x > y).astype(bool, copy=False),
    "times numbers": lambda x, y: (x > y) * x + (x <= y) * y,
    "times a number": lambda x, y: (x > 0) * 0.1,
    "a number times": lambda x, y: 0.1 * (x > 0) - 1.0,
    "minus numbers": lambda x, y: (x > 0) - x,
    "numbers minus": lambda x, y: x - (x > 0),
    "divided": lambda x, y: (x > 0) / 3.0,
    "an array times": lambda x, y: np.array([1.0, 2.0, 3.0], np.float32) * (x > 0),
    "an array minus": lambda x, y: np.array([1.0, 2.0, 3.0]) - (x > 0),
    "NumPy's multiply": lambda x, y: np.multiply(x > 0, x),
    "NumPy's subtract": lambda x, y: np.subtract(x, x > 0),
    "powers": lambda x, y: x ** (y > 0),
    "a product": lambda x, y: (x > 0) @ x,
    "the mean": lambda x, y: (x > 0).mean(),
    "as floats": lambda x, y: (x > 0).astype(np.float32),
    "where": lambda x, y: where(x > y, x, y),
    "where of numbers": lambda x, y: where(x > y, 1.0, 0.0),
    "NumPy's where": lambda x, y: np.where(x > y, x, 0.0),
    "where of a few": lambda x, y: where((x > 0).any(), x, y),
}

POINTS = [
    ([1.0, -2.0, 3.0], [1.0, 2.0, -1.0]),
    ([0.1, 0.0, -0.0], [0.0, 0.0, 2.0]),
    ([np.nan, np.inf, 1.0], [1.0, -np.inf, np.nan]),
    ([-1.0, -2.0, -3.0], [0.0, 1.0, 2.0]),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's, of infinite numbers
@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("f", IN_THE_PROGRAM.values(), ids=IN_THE_PROGRAM)
def test_masks_stay_in_the_program(f, dtype):
    points = [tuple(np.array(x, dtype) for x in point) for point in POINTS]
    recorded = trace(f, points[0])
    assert recorded.decisions == ()
    for point in points:
        eager = data_of(f(*map(Tensor, point)))
        given = again(recorded, *(x.astype(dtype) for x in point))[1]
        np.testing.assert_array_equal(given, eager)
        assert is_mask(recorded.outcome) == (np.asarray(eager).dtype == bool)
        assert np.asarray(given).dtype == np.asarray(eager).dtype


OF_NUMBERS = {
    "times": lambda x, y: (x > 0) * x,
    "plus": lambda x, y: (x > 0) + (y > 0) + 0.0,
    "minus": lambda x, y: 1 - (x > 0) * 1.0,
    "and": lambda x, y: where((x > 0) & (y > 0), x, y),
    "or": lambda x, y: where((x > 0) | (y > 0), x, y),
    "xor": lambda x, y: where((x > 0) ^ True, x, y),
    "where": lambda x, y: where(x == y, x, -y),
    "any": lambda x, y: np.any(x > y) * 1.0,
    "isnan": lambda x, y: where(np.isnan(x), y, x),
    "beside an array": lambda x, y: ((x > 0) * np.array([1.0, 2.0]))[1],
    "a joined mask": lambda x, y: (((x > 0) + (np.array([1.0, -1.0]) > y)) * 1.0)[1],
}


@pytest.mark.parametrize("f", OF_NUMBERS.values(), ids=OF_NUMBERS)
def test_masks_of_numbers(f):
    points = [(1.0, 1.0), (-1.0, 2.0), (0.0, -0.0), (2.0, -3.0)]
    recorded = trace(f, points[0])
    assert recorded.decisions == ()
    for point in points:
        assert again(recorded, *point)[1] == data_of(f(*map(Value, point)))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: (x > 0) - (x < 1),
        lambda x: (x > 0) & x,
        lambda x: (x > 0) & 1.0,
        lambda x: x[(x > 0).astype(int)],
        lambda x: x if x > 0 else -x,
        lambda x: multiply(x > 0, x),
        lambda x: np.concatenate([x, x > 0]),
        lambda x: np.fft.fft(x > 0),
    ],
)
def test_what_cannot_be_is_refused(f):
    with pytest.raises(AutogradError):
        trace(f, (np.array([1.0, -1.0], np.float32),))


def test_a_mask_among_other_types_is_refused_with_its_line():
    with pytest.raises(AutogradError, match=r"test_masks.py:\d+: multiply of a mask and float32 .* mask \* x"):
        trace(lambda x: multiply(x > 0, x), (np.ones(2, np.float32),))


def test_no_gradient_passes_a_mask():
    def f(x):
        return grad(lambda t: ((t > 0) * t**2 + where(t > 1, 3 * t, t)).sum())(x)

    recorded = trace(f, (np.array([2.0, 0.5, -1.0]),))
    np.testing.assert_array_equal(recorded.outcome.data, [7.0, 2.0, 1.0])
    np.testing.assert_array_equal(again(recorded, [-1.0, 2.0, 0.5])[1], [1.0, 7.0, 2.0])


def test_looked_at_a_mask_is_plain():
    seen = []

    def f(x):
        mask = x > 0
        seen.extend([mask.data, np.asarray(mask), mask.tolist(), mask.nonzero(), x.data[mask], [*map(bool, mask)]])
        return x

    trace(f, (np.array([1.0, -1.0]),))
    data, array, items, places, picked, each = seen
    assert data.dtype == array.dtype == bool
    assert items == each == [True, False]
    assert places[0].tolist() == [0]
    assert picked.tolist() == [1.0]


def test_masks_among_parameters_are_plain_arrays_in_the_end():
    recorded = trace(lambda x: [x[x > 0], x[None, x > 0], x.sum(where=x > 0)], (np.array([1.0, -1.0]),))
    told = []
    mapped(told.append, [[*node.parameters.values()] for node in recorded.nodes])
    assert len(told) > 3
    assert not any(map(is_mask, told))
    assert recorded.outcome[0].parameters["index"].tolist() == [True, False]
    assert again(recorded, [-1.0, 1.0])[0] is False
    assert [x.tolist() for x in again(recorded, [5.0, -2.0])[1]] == [[5.0], [[5.0]], 5.0]


def test_masks_as_arguments():
    f = lambda mask, x: where(mask, x, 0.0) * mask.any()
    recorded = trace(f, (np.array([True, False]), np.array([1.0, 2.0])))
    assert recorded.decisions == ()
    assert again(recorded, [0.0, 1.0], [3.0, 4.0])[1].tolist() == [0.0, 4.0]


@pytest.mark.parametrize("relation", [operator.eq, operator.lt], ids=["eq", "lt"])
def test_whole_numbers_that_no_float_holds_are_compared_as_python_compares_them(relation):
    large = 2**53 + 1
    recorded = trace(lambda x: x if relation(x, large) else -x, (2.0**53,))
    assert recorded.outcome.data == (2.0**53 if relation(2.0**53, large) else -(2.0**53))
    assert [decision.kind for decision in recorded.decisions] == ["value"]


def test_masks_joined_as_numbers():
    recorded = trace(lambda x: stack([x > 0, x > 1]).sum(), (1.0,))
    assert again(recorded, 2.0)[1] == 2.0
