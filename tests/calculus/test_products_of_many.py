"""Joining many inputs costs in proportion to them; products of many magnitudes are NumPy's."""

import numpy as np
import pytest

from autograd_mini import Tensor, Value, concatenate, cumprod, grad, gradients, prod, stack
from autograd_mini.calculus import linear


@pytest.mark.parametrize("join", [stack, concatenate])
@pytest.mark.parametrize("recorded", [False, True])
def test_going_back_through_a_join_takes_steps_in_proportion(join, recorded, monkeypatch):
    steps = []
    for function in ("shape_of", "ndim_of"):
        kept = getattr(linear, function)
        monkeypatch.setattr(linear, function, lambda x, kept=kept: steps.append(1) or kept(x))

    def count(n):
        inputs = [Tensor([float(i)]) for i in range(n)]
        joined = join(inputs)
        steps.clear()
        found = gradients(joined, np.ones(joined.shape), differentiable=recorded)
        assert len(found) == n + 1
        return len(steps)

    once, twice = count(200), count(400)
    assert twice <= 2 * once + 10


def test_a_stack_of_numbers_hands_each_its_own():
    inputs = [Value(float(i)) for i in range(1000)]
    stack(inputs).backward(np.arange(1000.0))
    assert [x.grad for x in inputs] == [float(i) for i in range(1000)]
    assert {type(x.grad) for x in inputs} == {float}
    mixed = [Value(1.0), Tensor(2.0), 3.0, Tensor(np.float32(4.0))]
    stack(mixed).backward(np.arange(4.0))
    assert mixed[0].grad == 0.0
    assert (mixed[1].grad.dtype, mixed[1].grad.shape) == (np.float64, ())
    assert (mixed[3].grad.dtype, mixed[3].grad.item()) == (np.float32, 3.0)


BIG = {
    "zero first": [0.0, 1e200, 1e200],
    "under, then over": [1e-200, 1e-200, 1e200, 1e200],
    "over, then under": [1e200, 1e200, 1e-200, 1e-200],
    "zero in the middle": [1e200, 0.0, 1e200, 1e200],
}


@pytest.mark.parametrize("x", BIG.values(), ids=BIG)
def test_products_are_numpys_left_to_right(x):
    x = np.array(x)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(prod(Tensor(x)).data, np.prod(x))
        np.testing.assert_array_equal(cumprod(Tensor(x)).data, np.cumprod(x))


def test_a_long_product_with_a_zero_of_float32():
    x = np.float32([10] * 20 + [0] + [10] * 200)
    with np.errstate(all="ignore"):
        assert prod(Tensor(x)).data == 0.0
        gradient = grad(prod)(x)
    assert gradient[:20].tolist() == [0.0] * 20
    assert gradient[21:].tolist() == [0.0] * 200


def test_the_gradient_of_what_numpy_gives():
    with np.errstate(all="ignore"):
        gradient = grad(prod)(np.array([1e-200, 1e-200, 1e200, 1e200]))
        running = grad(lambda x: cumprod(x).sum())(np.array([0.0, 1e200, 1e200]))
    assert gradient.tolist() == [1e200, 1e200, 0.0, 0.0]
    assert running.tolist() == [np.inf, 0.0, 0.0]
