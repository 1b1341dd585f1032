"""Views written in NumPy give the elements that they stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini.compiling.lifting.listing import View
from autograd_mini.compiling.printing.views import write_broadcast, write_target, write_view

LENGTHS = st.sampled_from([1, 2, 3, 4, 6])


@st.composite
def shapes_and_views(draw, strides=(0, 1, 1, 2, 3, 4, 6, 12, 24, -1, -2)):
    """The shape of an array, and a view that stays within it."""
    shape = tuple(draw(st.lists(LENGTHS, max_size=4)))
    size = int(np.prod(shape, dtype=int))
    lengths, steps, low, high = [], [], 0, 0
    for n, stride in draw(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(strides)), max_size=4)):
        move = (n - 1) * stride
        if high - low + abs(move) < size:
            low, high = low + min(0, move), high + max(0, move)
            lengths.append(n)
            steps.append(stride)
    return shape, View(0, draw(st.integers(-low, size - 1 - high)), tuple(lengths), tuple(steps))


def answer(text, x):
    return eval(text, {"np": np, "x": x})


@given(shapes_and_views())
def test_a_view_is_written_exactly(found):
    shape, view = found
    x = np.arange(float(np.prod(shape, dtype=int))).reshape(shape)
    written = answer(write_view("x", shape, view), x)
    assert np.shape(written) == view.shape
    np.testing.assert_array_equal(written, view.of(x.ravel()))


@given(shapes_and_views())
def test_a_view_is_written_to_broadcast(found):
    shape, view = found
    x = np.arange(float(np.prod(shape, dtype=int))).reshape(shape)
    written = answer(write_broadcast("x", shape, view), x)
    np.testing.assert_array_equal(np.broadcast_to(written, view.shape), view.of(x.ravel()))


@given(shapes_and_views(strides=(1, 2, 3, 4, 6, 12, 24, -1, -2)))
def test_a_target_is_what_is_assigned_to(found):
    shape, view = found
    places = view.of(np.arange(int(np.prod(shape, dtype=int)))).ravel()
    if len({*places.tolist()}) < places.size:
        return  # nobody writes an element twice
    x = np.zeros(shape)
    new = np.arange(1.0, 1 + view.size).reshape(view.shape if view.size > 1 else ())
    exec(f"{write_target('x', shape, view)} = new", {"np": np, "x": x, "new": new})
    expected = np.zeros(x.size)
    expected[places] = np.arange(1.0, 1 + view.size)
    np.testing.assert_array_equal(x.ravel(), expected)


@pytest.mark.parametrize(
    ("shape", "view", "words"),
    [
        ((337,), View(0, 0, (16, 2), (3, 1)), "p[:48].reshape(16, 3)[:, :2]"),
        ((337,), View(0, 2, (16,), (3,)), "p[2:48:3]"),
        ((16, 2), View(0, 0, (2, 16), (1, 2)), "p.T"),
        ((4, 6), View(0, 6, (6,), (1,)), "p[1]"),
        ((4, 6), View(0, 0, (24,), (1,)), "p.ravel()"),
        ((4, 6), View(0, 23, (4, 6), (-6, -1)), "p[::-1, ::-1]"),
        ((10, 8, 8), View(0, 0, (10, 6, 6, 3, 3), (64, 8, 1, 8, 1)),
         "np.lib.stride_tricks.sliding_window_view(p, (3, 3), (1, 2))"),
    ],
)  # fmt: skip
def test_a_view_reads_as_a_person_writes_it(shape, view, words):
    assert write_view("p", shape, view) == words
