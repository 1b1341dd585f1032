"""Optimizers given a parameter twice, or gradients that were set by hand: right, or refused before anything moves."""

import numpy as np
import pytest

import nn
from autograd_mini import KindError, Tensor, Value, gradients

MAKERS = {
    "sgd": lambda p: nn.SGD(p, 0.1),
    "momentum": lambda p: nn.SGD(p, 0.1, momentum=0.9),
    "adam": lambda p: nn.Adam(p, 0.1),
    "adamw": lambda p: nn.AdamW(p, 0.1),
    "nadam": lambda p: nn.NAdam(p, 0.1),
    "adagrad": lambda p: nn.Adagrad(p, 0.1),
    "rmsprop": lambda p: nn.RMSprop(p, 0.1, momentum=0.9, centered=True),
    "lion": lambda p: nn.Lion(p, 0.1, weight_decay=0.1),
}


@pytest.fixture(params=MAKERS.values(), ids=MAKERS)
def make(request):
    return request.param


def moved(make, leaf, grad, times=1):
    """The data of the leaf after two steps along the gradient; it is in the optimizer's list so many times."""
    leaf.grad = grad
    optimizer = make([leaf] * times)
    optimizer.step()
    optimizer.step()
    return leaf.data


@pytest.mark.parametrize("leaf", [lambda: Value(1.0), lambda: Tensor([1.0, 2.0])], ids=["Value", "Tensor"])
def test_a_parameter_given_twice_moves_once(make, leaf):
    grad = np.array([0.5, -3.0]) if isinstance(leaf(), Tensor) else 0.5
    np.testing.assert_array_equal(moved(make, leaf(), grad, times=3), moved(make, leaf(), grad))


def test_two_models_that_share_a_layer_move_it_once():
    shared, rng = nn.Linear(2, 2, rng=0), np.random.default_rng(0)
    one, other = nn.Sequential(nn.Linear(2, 2, rng=rng), shared), nn.Sequential(shared, nn.Linear(2, 1, rng=rng))
    optimizer = nn.SGD([*one.parameters(), *other.parameters()], 1.0)
    assert len(optimizer.parameters) == 6
    before = shared.bias.data.copy()
    shared.bias.grad = np.ones(2, np.float32)
    optimizer.step()
    np.testing.assert_array_equal(shared.bias.data, before - 1.0)


@pytest.mark.parametrize(
    "grad",
    [[20, 3], np.array([20, 3], np.uint8), np.array([20, 3], np.int64), Tensor([20.0, 3.0])],
    ids=["list", "uint8", "int64", "Tensor"],
)
def test_a_gradient_set_by_hand_moves_a_tensor_as_floats_do(make, grad):
    expected = moved(make, Tensor([1.0, 2.0]), np.array([20.0, 3.0]))
    np.testing.assert_array_equal(moved(make, Tensor([1.0, 2.0]), grad), expected)


@pytest.mark.parametrize("grad", [20, np.uint8(20), np.float32(20), Value(20.0)], ids=["int", "uint8", "f4", "Value"])
def test_a_gradient_set_by_hand_moves_a_value_as_a_float_does(make, grad):
    assert moved(make, Value(1.0), grad) == moved(make, Value(1.0), 20.0)


def test_a_recorded_gradient_moves_what_it_is_the_gradient_of(make):
    w = Tensor([1.0, 2.0])
    expected = moved(make, Tensor([1.0, 2.0]), np.array([2.0, 4.0]))
    np.testing.assert_array_equal(moved(make, w, gradients((w * w).sum(), differentiable=True)[w]), expected)


def test_an_array_is_no_gradient_of_a_value(make):
    w = Value(1.0)
    with pytest.raises(KindError, match="Value holds a float; got ndarray"):
        moved(make, w, np.ones(1))
    assert w.data == 1.0
