"""Whatever takes a seed takes a Generator too, and refuses what is neither in words."""

import numpy as np
import pytest

import nn
from autograd_mini import KindError

X = np.ones((6, 2), np.float32)


def landscape(rng):
    model = nn.MLP(2, [2], 1, rng=0)
    return nn.loss_landscape(model, lambda: model(X).sum(), rng=rng, steps=1)


TAKE_SEEDS = {
    "Linear": lambda rng: nn.Linear(2, 2, rng=rng),
    "Conv2d": lambda rng: nn.Conv2d(1, 2, 3, rng=rng),
    "Embedding": lambda rng: nn.Embedding(2, 2, rng=rng),
    "LSTM": lambda rng: nn.LSTM(2, 2, rng=rng),
    "RNNCell": lambda rng: nn.RNNCell(2, 2, rng=rng),
    "MultiheadAttention": lambda rng: nn.MultiheadAttention(4, 2, rng=rng),
    "MLP": lambda rng: nn.MLP(2, [2], 1, rng=rng),
    "Dropout": lambda rng: nn.Dropout(0.1, rng=rng),
    "Neuron": lambda rng: nn.Neuron(2, rng=rng),
    "Layer": lambda rng: nn.Layer(2, 2, rng=rng),
    "ScalarMLP": lambda rng: nn.ScalarMLP(2, [2], 1, rng=rng),
    "DataLoader": lambda rng: nn.DataLoader(X, rng=rng),
    "split": lambda rng: nn.split(nn.ArrayDataset(X), [0.5, 0.5], rng=rng),
    "moons": lambda rng: nn.toys.moons(5, rng=rng),
    "sine": lambda rng: nn.toys.sine(5, rng=rng),
    "loss_landscape": landscape,
}


@pytest.mark.parametrize("name", TAKE_SEEDS)
def test_what_is_no_seed_is_refused(name):
    take = TAKE_SEEDS[name]
    words = f"^{name} takes as rng a seed, a whole number, 0 or more, or a np.random.Generator; got rng="
    for rng in ("0", 1.5, True, np.random, np.random.RandomState(0), [-1], {}):
        with pytest.raises(KindError, match=words):
            take(rng)
    with pytest.raises(ValueError, match=f"{words}-1$") as caught:
        take(-1)
    assert not isinstance(caught.value, KindError)
    for rng in (None, 0, np.int64(3), [1, 2], np.random.SeedSequence(0), np.random.default_rng(0), np.random.PCG64(0)):
        take(rng)
