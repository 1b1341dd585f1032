"""Targets that are rows of probabilities: what fit measures of them."""

import numpy as np
import pytest

import nn
from autograd_mini import log_softmax

X = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
LABELS = (X[:, 0] > X[:, 1]).astype(int) + (X[:, 0] > 1)
ONE_HOT = np.eye(3, dtype=np.float32)[LABELS]
SOFT = (0.8 * ONE_HOT + 0.2 / 3).astype(np.float32)


class LogProbabilities(nn.Module):
    def __init__(self):
        self.net = nn.MLP(2, [8], 3, rng=0)

    def forward(self, x):
        return log_softmax(self.net(x), axis=-1)


class EachTwice(nn.Module):
    def __init__(self):
        self.net = nn.MLP(2, [8], 3, rng=0)

    def forward(self, x):
        return self.net(np.stack([x, -x], axis=1))


def scores():
    return nn.MLP(2, [8], 3, rng=0)


CASES = {
    "one-hot, cross_entropy": (scores, ONE_HOT, nn.cross_entropy, "accuracy"),
    "float64 rows": (scores, ONE_HOT.astype(float), nn.cross_entropy, "accuracy"),
    "whole numbers, mse": (scores, ONE_HOT.astype(int), nn.mse, "accuracy"),
    "soft, cross_entropy": (scores, SOFT, nn.cross_entropy, "accuracy"),
    "soft and one-hot": (scores, np.where(X[:, :1] > 0, SOFT, ONE_HOT), nn.cross_entropy, "accuracy"),
    "steps of a sequence": (EachTwice, np.stack([ONE_HOT, ONE_HOT[:, ::-1]], axis=1), nn.cross_entropy, "accuracy"),
    "shares to be learned as numbers": (scores, SOFT, nn.mse, "r2"),
    "several labels at once, as numbers": (scores, np.maximum(ONE_HOT, ONE_HOT[::-1]), nn.mse, "r2"),
    "logarithms against shares": (LogProbabilities, SOFT, nn.kl_div, None),
    "logarithms against one-hot rows": (LogProbabilities, ONE_HOT, nn.kl_div, "accuracy"),
}


@pytest.mark.parametrize("name", CASES)
def test_rows_of_probabilities_are_classes_where_the_loss_takes_them_so(name):
    make, targets, loss, metric = CASES[name]
    model, data = make(), nn.DataLoader(X, targets, rng=0)
    history = nn.fit(model, data, nn.Adam(model.parameters(), 0.02), loss=loss, epochs=3, progress=False)
    assert history.names == ["loss", *filter(None, [metric])]
    if metric == "accuracy":
        expected = np.mean(model.predict(X).argmax(axis=-1) == targets.argmax(axis=-1))
        assert nn.evaluate(model, data, loss=loss)["accuracy"] == expected


MANY = np.maximum(ONE_HOT, ONE_HOT[::-1])


@pytest.mark.parametrize(("targets", "loss"), [(MANY, nn.bce_with_logits), (2 * MANY - 1, nn.hinge)])
def test_of_several_labels_at_once_each_counts(targets, loss):
    model, data = scores(), nn.DataLoader(X, targets)
    found = nn.evaluate(model, data, loss=loss)
    assert list(found) == ["loss", "accuracy"]
    assert found["accuracy"] == np.mean((model.predict(X) > 0) == (targets > 0))


def test_one_column_and_no_column_are_no_rows():
    """A vector of targets whose sum is 1 by chance is of numbers."""
    y = np.full((60, 1), 1 / 60, np.float32)
    y[0] += 0.25
    y[1] -= 0.25
    model = nn.MLP(2, [8], 1, rng=0)
    for targets in (y, y[:, 0]):
        loss = nn.mse if targets.ndim == 2 else lambda outputs, targets: nn.mse(outputs[:, 0], targets)
        assert list(nn.evaluate(model, nn.DataLoader(X, targets), loss=loss)) == ["loss", "r2"]
