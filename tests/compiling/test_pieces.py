"""Pieces of an array that a program adds in place: the numbers of the engine, without zeros around each of them."""

from functools import reduce
from operator import add

import numpy as np
import pytest

from autograd_mini import Tensor, compile, exp, gradients, tanh
from autograd_mini import sum as total
from autograd_mini.calculus.linear import scatter

from .support import plainly


def gradient(loss):
    """The gradient of a loss of one tensor."""
    return lambda x: gradients(loss(x))[x]


def same_bits(found, expected):
    return (found.dtype, found.shape, found.tobytes()) == (expected.dtype, expected.shape, expected.tobytes())


def picking(*indices):
    """A loss that picks these pieces of its tensor in turn, each with a weight of its own."""
    return lambda x: reduce(add, (total(exp(x[index] * (0.1 * k))) for k, index in enumerate(indices, 1)))


def named(program, name):
    return [x for x in program.recording.laid_out.instructions if x.name == name]


def written_whole(program, shape):
    """The instructions that write an array of that shape."""
    return [x.name for x in program.recording.laid_out.instructions if x.output.shape == shape]


ONCE = {
    "a loop over rows": range(5),
    "rows and columns": (0, (slice(None), 2), 3, (slice(None), 0)),
    "overlapping slices": (slice(0, 3), slice(1, 4), slice(2, 5)),
    "backwards and by steps": (slice(None, None, -1), slice(0, 5, 2), (..., slice(3, None, -2))),
    "one element and axes of length 1": ((1, 2), (None, 3), (1, None, 2)),
    "the same piece twice": (2, 2, slice(2, 3)),
    "some, and the rest untouched": (1, 3),
    "one piece": (4,),
    "all of it": (..., 1, slice(None)),
}
LEFT = {
    "no elements": (0, slice(2, 2), 1),
    "a list": (0, [1, 1, 3], 2),
    "arrays": (0, (np.array([0, 0]), np.array([2, 2])), 1),
    "a mask": (0, np.array([True, False, True, False, False]), 4),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("indices", [*ONCE.values(), *LEFT.values()], ids=[*ONCE, *LEFT])
def test_the_gradient_of_pieces_is_the_engines(indices, dtype):
    program = compile(gradient(picking(*indices)))
    for seed in range(2):
        x = np.random.default_rng(seed).normal(size=(5, 4)).astype(dtype)
        assert same_bits(program(x), plainly(gradient(picking(*indices)), Tensor(x)))


@pytest.mark.parametrize("indices", ONCE.values(), ids=ONCE)
def test_no_array_of_zeros_is_made_for_a_piece(indices):
    program = compile(gradient(picking(*indices))).record(np.ones((5, 4)))
    assert not named(program, "scatter")


@pytest.mark.parametrize("indices", LEFT.values(), ids=LEFT)
def test_an_index_that_may_repeat_or_picks_nothing_is_left_to_scatter(indices):
    program = compile(gradient(picking(*indices))).record(np.ones((5, 4)))
    assert len(named(program, "scatter")) == 1


def test_a_loop_writes_the_whole_once():
    program = compile(gradient(picking(*range(50)))).record(np.ones((50, 3)))
    assert written_whole(program, (50, 3)) == ["copy"]


def test_pieces_of_pieces():
    def loss(x):
        state = 0.0
        for row in x:
            i, f, g = tanh(row)
            state = state * f + i * g
        return total(state)

    program = compile(gradient(loss))
    x = np.random.default_rng(0).normal(size=(6, 3, 4)).astype(np.float32)
    assert same_bits(program(x), plainly(gradient(loss), Tensor(x)))
    assert written_whole(program, x.shape) == ["copy"]


def test_what_is_added_to_begins_with_the_whole():
    def loss(x):
        return picking(0, 2)(x) + total(x * x * x)

    x = np.random.default_rng(0).normal(size=(3, 4))
    program = compile(gradient(loss))
    assert same_bits(program(x), plainly(gradient(loss), Tensor(x)))
    assert "copy" not in written_whole(program, x.shape)


def test_what_is_read_elsewhere_too_stays_as_it_is():
    def parts(x, y):
        z = exp(x)
        piece = scatter(y, 1, (3, 4))
        changed = z + piece  # z is a result, and so is this
        again = changed + scatter(y, (slice(None, None, -1), 0), (3, 4))
        return z, changed, again, x + scatter(y, 0, (3, 4)), piece * z, scatter(y, 2, (3, 4)), total(again)

    x, y = np.random.default_rng(0).normal(size=(3, 4)), np.array([2.0])
    program = compile(parts)
    for found, expected in zip(program(x, y), plainly(parts, Tensor(x), Tensor(y)), strict=True):
        assert np.array_equal(found, expected)
    assert np.array_equal(x, np.random.default_rng(0).normal(size=(3, 4)))


def test_a_profile_counts_all_that_runs():
    program = compile(gradient(picking(*range(3)))).record(np.ones((3, 4)))
    seconds = {words.split(" = ")[1].split("(")[0]: [] for words, _ in program.profile(3).rows}
    for words, t in program.profile(3).rows:
        seconds[words.split(" = ")[1].split("(")[0]].append(t)
    assert sorted(t > 0.0 for t in seconds.pop("scatter")) == [False, False, True]  # the first has the zeros
    assert all(t > 0.0 for times in seconds.values() for t in times)


def test_second_order():
    def slope(x):
        found = gradients(picking(*range(3), slice(0, 2))(x), differentiable=True)[x]
        return gradients(total(found * found))[x]

    program = compile(slope)
    x = np.random.default_rng(0).normal(size=(3, 4))
    assert same_bits(program(x), plainly(slope, Tensor(x)))
