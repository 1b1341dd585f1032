"""A data set is known again by its numbers, and another of equal size is not taken for it."""

import numpy as np
import pytest

import nn
from nn.data import fingerprint as room
from nn.data.fingerprint import fingerprint

X = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
Y = np.arange(60) % 4


@pytest.mark.parametrize("make", [nn.ArrayDataset, lambda x, y: list(zip(x, y, strict=True))], ids=["arrays", "list"])
def test_every_number_counts(make):
    known = fingerprint(make(X, Y))
    assert fingerprint(make(X.copy(), Y.tolist())) == known
    assert fingerprint(make(np.asfortranarray(X), Y)) == known
    for array in (X, Y):
        for i in range(len(array)):
            other = array.copy()
            other[i] += 1
            assert fingerprint(make(*(other if x is array else x for x in (X, Y)))) != known
    assert fingerprint(make(X.astype(np.float64), Y)) != known
    assert fingerprint(make(X[::-1], Y[::-1])) != known


def test_of_much_data_evenly_spread_examples_count(monkeypatch):
    monkeypatch.setattr(room, "MOST", X.nbytes // 2)
    known = fingerprint(nn.ArrayDataset(X))
    other = X.copy()
    other[1::2] = 0.0
    assert fingerprint(nn.ArrayDataset(other)) == known
    assert fingerprint(nn.ArrayDataset(other * 2)) != known


def test_of_some_examples_only_these_count():
    known = fingerprint(nn.Subset(nn.ArrayDataset(X, Y), [5, 7]))
    other = X.copy()
    other[6] = 0.0
    assert fingerprint(nn.Subset(nn.ArrayDataset(other, Y), [5, 7])) == known
    assert fingerprint(nn.Subset(nn.ArrayDataset(X, Y), [5, 6])) != known
    assert fingerprint(nn.Subset(nn.ArrayDataset(X, Y), [])) is not None


class Drawn:
    def __len__(self):
        return 3

    def __getitem__(self, i):
        raise AssertionError("asked, it would draw")


def test_what_may_draw_is_not_asked():
    assert fingerprint(Drawn()) is None
    assert fingerprint(nn.Subset(Drawn(), [1])) is None
    assert nn.DataLoader(Drawn()).settings()["contents"] is None
