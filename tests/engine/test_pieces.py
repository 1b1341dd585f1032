"""A gradient that arrives piece by piece, from the rows of a tensor say, is put together in one array of its own."""

import numpy as np
import pytest

from autograd_mini import Tensor, check_gradients, gradients, stack, tanh
from autograd_mini.calculus.linear import scatter


def test_pieces_by_getitem_add_to_what_came_before_and_after():
    x = Tensor(np.arange(12.0).reshape(4, 3))
    loss = (x[1:3] * 2.0).sum() + x[[0, 0, 3]].sum() + (x * 10.0).sum() + x[1, 2] * 100.0 + x[x.data > 10].sum()
    expected = np.full((4, 3), 10.0)
    expected[1:3] += 2.0
    expected[0] += 2.0
    expected[3] += 1.0
    expected[1, 2] += 100.0
    expected[3, 2] += 1.0
    np.testing.assert_array_equal(gradients(loss)[x], expected)


def test_a_piece_by_getitem_is_not_added_to_memory_that_another_gradient_lies_in():
    x, y = Tensor(np.ones(3)), Tensor(np.ones(3))
    first = x[0] * 5.0  # born before the sum, so its piece comes when x and y were handed one and the same array
    found = gradients(((x + y) * np.array([1.0, 2.0, 3.0])).sum() + first)
    np.testing.assert_array_equal(found[x], [6.0, 2.0, 3.0])
    np.testing.assert_array_equal(found[y], [1.0, 2.0, 3.0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_pieces_are_right_at_every_order_and_keep_the_dtype(dtype):
    def by_rows(x):
        state = x[0]
        for row in x[1:]:
            state = tanh(state * row + 0.5)
        return state.sum()

    x = Tensor(np.random.default_rng(0).normal(size=(4, 3)).astype(dtype))
    assert gradients(by_rows(x))[x].dtype == dtype
    check_gradients(by_rows, np.random.default_rng(1).normal(size=(4, 3)))


def test_an_index_of_nothing_but_dots_on_a_single_number():
    x = Tensor(2.0)
    np.testing.assert_array_equal(gradients(x[...] * 3.0 + x[()] * 4.0)[x], 7.0)


def test_a_loop_over_rows_makes_no_array_of_the_whole_for_each(monkeypatch):
    made = []
    primitive = scatter(Tensor(1.0), 0, (2,)).primitive
    compute = primitive.compute
    monkeypatch.setattr(primitive, "compute", lambda *args: made.append(args) or compute(*args))
    x = Tensor(np.ones((50, 2)))
    loss = stack([row * i for i, row in enumerate(x)]).sum()
    np.testing.assert_array_equal(gradients(loss)[x], np.repeat(np.arange(50.0), 2).reshape(50, 2))
    assert not made
    loss = stack([row * i for i, row in enumerate(x)]).sum()
    found = gradients(loss, differentiable=True)[x]  # a recorded one is made of nodes
    np.testing.assert_array_equal(found.data, np.repeat(np.arange(50.0), 2).reshape(50, 2))
