"""Tests of your own: a backward pass written by hand, and properties of gradients, for pytest."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from autograd_mini import GradientError, Tensor, check_gradients, matmul, tanh
from autograd_mini.testing import assert_gradients, broadcastable, tensors

Array = np.ndarray[Any, Any]


# Code that knows nothing of autograd_mini: softmax and cross-entropy in one, as one writes them by hand.


def softmax_loss(logits: Array, labels: Array) -> Any:
    """The mean cross-entropy; logits of shape (batch, classes), labels the right class of each row."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_probabilities[np.arange(len(labels)), labels].mean()


def softmax_loss_backward(g: Any, logits: Array, labels: Array) -> Array:
    """(softmax - one-hot) / batch, times the gradient g of whatever is made of the loss."""
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    gradient = e / e.sum(axis=1, keepdims=True)
    gradient[np.arange(len(labels)), labels] -= 1.0
    return gradient * (g / len(labels))  # type: ignore[no-any-return]


LOGITS, LABELS = np.random.default_rng(0).normal(size=(3, 4)), np.array([1, 0, 3])


def test_backward_by_hand() -> None:
    check_gradients(softmax_loss, LOGITS, LABELS, gradient=softmax_loss_backward)


def test_the_usual_mistake_is_found() -> None:
    def forgets_the_mean(g: Any, logits: Array, labels: Array) -> Array:
        return softmax_loss_backward(g, logits, labels) * len(labels)

    with pytest.raises(GradientError, match="argument 0 at"):
        check_gradients(softmax_loss, LOGITS, LABELS, gradient=forgets_the_mean)


# A layer built with autograd_mini: its gradient at whatever point hypothesis thinks of.


@settings(deadline=None)  # a check looks at many points: it is not judged by the clock
@given(tensors(shape=(2, 3), magnitude=2.0), tensors(shape=(3, 2), magnitude=1.0))
def test_layer(x: Tensor, w: Tensor) -> None:
    assert_gradients(lambda x, w: tanh(matmul(x, w)), x, w, order=1)


@given(broadcastable(2, magnitude=3.0))
def test_gradients_have_their_argument_s_shape(pair: tuple[Tensor, Tensor]) -> None:
    x, y = pair
    (x * y).sum().backward()
    assert x.grad.shape == x.shape
    assert y.grad.shape == y.shape
