"""A recurrent network that says again what it heard two steps ago."""

import numpy as np

from autograd_mini import check_gradients, grad

from .descent import adam

DELAY = 2


def said(parameters, heard):
    """What the network says at each step. heard: (steps, batch, 1); gives the same shape."""
    into, back, bias, out = parameters
    state, words = np.zeros((heard.shape[1], len(back))), []
    for word in heard:
        state = np.tanh(np.dot(word, into) + np.dot(state, back) + bias)
        words.append(np.dot(state, out))
    return np.stack(words)


def loss(parameters, heard):
    return np.mean((said(parameters, heard)[DELAY:] - heard[:-DELAY]) ** 2)


def untrained(rng, units=8):
    return [
        rng.normal(size=(1, units)),
        0.5 * rng.normal(size=(units, units)),
        np.zeros(units),
        rng.normal(size=(units, 1)),
    ]


def test_it_remembers():
    rng = np.random.default_rng(0)
    heard = rng.choice([-1.0, 1.0], size=(12, 32, 1))
    trained = adam(grad(lambda p: loss(p, heard)), untrained(rng), steps=150, rate=0.02)
    # Who hears only the present can do no better than to say 0, for the words are independent: a mean square of 1.
    never_heard = rng.choice([-1.0, 1.0], size=(12, 32, 1))
    assert loss(trained, never_heard) < 0.1


def test_gradients_through_time():
    rng = np.random.default_rng(1)
    heard = rng.choice([-1.0, 1.0], size=(5, 3, 1))
    check_gradients(lambda *p: loss(p, heard), *untrained(rng, units=3), order=1, elsewhere=False)
