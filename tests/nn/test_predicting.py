"""`predict` and `evaluate`: the model at rest, over rows and over data."""

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, no_grad

X = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
CLASSES = (X[:, 0] > X[:, 1]).astype(int)


def test_predict_is_the_model_at_rest_batch_by_batch():
    model = nn.MLP(2, [8], 2, rng=1)
    whole = model.predict(X)
    assert type(whole) is np.ndarray
    with no_grad():
        np.testing.assert_array_equal(whole, model(X).data)
    np.testing.assert_allclose(model.predict(X, batch_size=7), whole, rtol=1e-5, atol=1e-6)
    assert model.predict(X[:0]).shape == (0, 2)
    assert model.training
    with pytest.raises(ShapeError, match="put a single example in a list"):
        model.predict(1.0)
    with pytest.raises(ValueError, match="got batch_size=0"):
        model.predict(X, batch_size=0)


def test_evaluate_says_what_it_takes():
    model, data = nn.MLP(2, [8], 2, rng=1), nn.DataLoader(X, CLASSES)
    with pytest.raises(KindError, match="a model and a DataLoader, in this order; got DataLoader, MLP"):
        nn.evaluate(data, model)
    with pytest.raises(KindError, match=r"loss takes a function of outputs and targets.*got None"):
        nn.evaluate(model, data, loss=None)


@pytest.mark.parametrize("axis", [None, 0])
def test_predict_joins_no_outputs_that_are_not_of_rows(axis):
    model = nn.layers.activations.Activation(lambda x: Tensor(x).mean(axis))
    np.testing.assert_array_equal(model.predict(X), Tensor(X).mean(axis).data)
    with pytest.raises(ShapeError, match="predict joins what the model gives of 40 rows at a time"):
        model.predict(X, batch_size=40)
