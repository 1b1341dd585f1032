"""Lists of positions read as nested strides, cut into common axes and joined again."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini.compiling.lifting.ordering import arranged
from autograd_mini.compiling.lifting.strides import Axis, Walk, merged, refined, walk

AXES = st.lists(st.builds(Axis, st.integers(2, 5), st.integers(-7, 7)), max_size=4)


def positions(start, axes):
    steps = itertools.product(*(range(axis.length) for axis in axes))
    return np.array([start + sum(i * axis.stride for i, axis in zip(step, axes, strict=True)) for step in steps])


@given(st.integers(-20, 20), AXES)
def test_any_nested_strides_are_read_and_lead_to_the_same_positions(start, axes):
    row = positions(start, axes)
    found = walk(row)
    assert found is not None
    np.testing.assert_array_equal(positions(found.start, found.axes), row)
    assert len(found.axes) <= len(axes)
    assert all(axis.length > 1 for axis in found.axes)


@given(st.integers(0, 20), AXES, st.data())
def test_a_list_with_one_position_elsewhere_is_none(start, axes, data):
    row = positions(start, axes)
    if len(row) > 8 and 0 not in (axis.stride for axis in axes):
        row[data.draw(st.integers(2, len(row) - 3))] += 1000
        assert walk(row) is None or len({*np.diff(row)}) > 1


def test_one_position_has_no_axes():
    assert walk(np.array([7])) == Walk(7, ())


@given(st.lists(st.integers(2, 4), min_size=1, max_size=4), st.data())
def test_walks_of_one_shape_are_cut_alike_and_mean_the_same(lengths, data):
    rows = []
    for _ in range(data.draw(st.integers(1, 3))):
        strides = data.draw(st.lists(st.integers(-5, 5), min_size=len(lengths), max_size=len(lengths)))
        rows.append(positions(0, [*map(Axis, lengths, strides)]))
    walks = [found.axes for row in rows if (found := walk(row)) is not None]
    cut = refined(walks)
    assert cut is not None
    for axes in (cut, merged(cut)):
        assert len({tuple(axis.length for axis in row) for row in axes}) == 1
        for row, steps in zip(rows, axes, strict=True):
            np.testing.assert_array_equal(positions(0, steps), row)


def test_walks_that_cannot_be_cut_alike():
    assert refined([(Axis(2, 9), Axis(3, 1)), (Axis(3, 9), Axis(2, 1))]) is None
    assert refined([(Axis(6, 1),), (Axis(4, 1),)]) is None


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12), st.integers(1, 2))
def test_an_arrangement_has_every_number_once(row, count):
    rows = [np.array(row)] * count
    orders = arranged(rows)
    assert sorted(np.concatenate(orders).tolist()) == [*range(len(row))]
    if len(orders) > 1:
        assert all(walk(rows[0][order]) is not None for order in orders)


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_what_was_computed_in_turns_is_told_apart(parts):
    length = 6
    rows = [np.arange(length) * (k + 2) + 100 * k * k for k in range(parts)]
    orders = arranged([np.array(rows).T.reshape(-1)])
    assert [len(order) for order in orders] == [length] * parts


def test_what_was_shuffled_is_put_in_order():
    order = np.random.default_rng(0).permutation(24)
    left, right = positions(0, [Axis(4, 0), Axis(6, 1)]), positions(5, [Axis(4, 10), Axis(6, 1)])
    (found,) = arranged([left[order], right[order]])
    assert all(walk(row[order][found]) is not None for row in (left, right))
    assert len(found) == math.prod((4, 6))
