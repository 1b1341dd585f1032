"""Clipping: the gradients keep their direction or their places, and one that is nan is told, not spread."""

import re

import numpy as np
import pytest

import nn
from autograd_mini import KindError, Tensor, Value, gradients

CLIPS = {"norm": nn.clip_grad_norm_, "value": nn.clip_grad_value_}


def leaves(*grads):
    """A leaf for each gradient."""
    made = []
    for grad in grads:
        leaf = Value(1.0) if isinstance(grad, float) else Tensor(np.ones_like(grad), label="w")
        leaf.grad = grad
        made.append(leaf)
    return made


def test_the_norm_is_of_all_numbers_together_and_the_direction_stays():
    held = leaves(np.array([[3.0, 0.0]]), -4.0, np.array([12.0], np.float32))
    idle = Tensor([5.0])
    assert nn.clip_grad_norm_([*held, idle, held[0]], 6.5) == 13.0
    assert [p.grad.tolist() if isinstance(p, Tensor) else p.grad for p in held] == [[[1.5, 0.0]], -2.0, [6.0]]
    assert held[2].grad.dtype == np.float32
    assert type(held[1].grad) is float
    assert idle.grad is None
    assert nn.clip_grad_norm_(held, 6.5) == 6.5


def test_what_is_short_enough_keeps_its_bits():
    grads = np.array([0.1, 0.2]), 0.3
    for clip in CLIPS.values():
        held = leaves(*grads)
        clip(held, 1.0)
        np.testing.assert_array_equal(held[0].grad, grads[0])
        assert held[1].grad == 0.3
    assert nn.clip_grad_norm_(leaves(*grads), np.inf) == pytest.approx(np.sqrt(0.14))
    assert nn.clip_grad_norm_([Tensor([1.0])], 1.0) == 0.0


def test_values_are_clipped_each_for_itself():
    held = leaves(np.array([-3.0, 0.5, np.inf], np.float32), -0.75)
    assert nn.clip_grad_value_(held, 0.625) is None
    np.testing.assert_array_equal(held[0].grad, np.array([-0.625, 0.5, 0.625], np.float32), strict=True)
    assert held[1].grad == -0.625


def test_the_norm_of_single_precision_is_that_of_double():
    held = leaves(np.full(4, 1e-30, np.float32), np.full(4, 1e30, np.float32))
    assert nn.clip_grad_norm_(held[:1], 1.0) == pytest.approx(2e-30)
    assert nn.clip_grad_norm_(held[1:], 1.0) == pytest.approx(2e30)
    np.testing.assert_allclose(held[1].grad, 0.5, rtol=1e-6)


def test_gradients_that_share_their_memory_are_clipped_once_each():
    a, b = leaves(np.ones(2), np.ones(2))
    gradient = np.array([3.0, 4.0])
    a.grad = b.grad = gradient
    nn.clip_grad_norm_([a, b], 1.0)
    for p in (a, b):
        np.testing.assert_allclose(p.grad, gradient / np.sqrt(50.0), rtol=1e-15)
    np.testing.assert_array_equal(gradient, [3.0, 4.0])


def test_a_recorded_gradient_is_clipped_too():
    w = Tensor([1.0, -2.0])
    w.grad = gradients((w * w).sum(), differentiable=True)[w]
    nn.clip_grad_value_([w], 3.0)
    np.testing.assert_array_equal(w.grad, [2.0, -3.0])


@pytest.mark.parametrize(
    ("clip", "bad"), [(nn.clip_grad_norm_, np.nan), (nn.clip_grad_norm_, np.inf), (nn.clip_grad_value_, np.nan)]
)
def test_a_gradient_that_is_nan_is_told_and_not_spread(clip, bad):
    held = leaves(np.array([3.0, 4.0]), np.array([1.0, bad]))
    with pytest.raises(FloatingPointError, match=re.escape("the gradient of w of shape (2,) is nan or infinite")):
        clip(held, 1.0)
    np.testing.assert_array_equal(held[0].grad, [3.0, 4.0])


@pytest.mark.parametrize("clip", CLIPS.values(), ids=CLIPS)
@pytest.mark.parametrize("bound", [0.0, -1.0, np.nan, "1", None, True, [1.0]])
def test_a_bound_is_a_number_above_0(clip, bound):
    with pytest.raises((ValueError, KindError), match="a number above 0; got"):
        clip(leaves(1.0), bound)


@pytest.mark.parametrize("clip", CLIPS.values(), ids=CLIPS)
def test_clipping_takes_parameters(clip):
    with pytest.raises(KindError, match=r"takes model\.parameters\(\); got a ndarray"):
        clip([np.ones(2)], 1.0)
