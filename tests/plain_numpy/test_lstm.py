"""A long short-term memory that keeps the first thing it was told while it is told other things."""

import numpy as np

from autograd_mini import check_gradients, grad, value_and_grad

from .descent import adam

STEPS, UNITS = 12, 6


def sigmoid(x):
    return 0.5 * (np.tanh(0.5 * x) + 1.0)


def logits(parameters, told):
    """The answer at the end. told: (steps, batch, 2); gives (batch,).

    Hochreiter and Schmidhuber (1997), with the forget gate of Gers, Schmidhuber and Cummins (2000).
    """
    weight, bias, out = parameters
    state = memory = np.zeros((told.shape[1], weight.shape[1] // 4))
    for word in told:
        gates = np.dot(np.concatenate([word, state], axis=1), weight) + bias
        keep, write, show, news = np.split(gates, 4, axis=1)
        memory = sigmoid(keep) * memory + sigmoid(write) * np.tanh(news)
        state = sigmoid(show) * np.tanh(memory)
    return np.dot(state, out)


def loss(parameters, told, answers):
    """The mean cross entropy of answers -1 and 1, log(1 + exp(-answer * logit))."""
    return np.mean(np.logaddexp(0.0, -answers * logits(parameters, told)))


def conversations(rng, count, steps=STEPS):
    """Of each step a number and whether it matters, which only the first does; and the sign of that one."""
    told = np.stack([rng.normal(size=(steps, count)), np.zeros((steps, count))], axis=2)
    told[0] = np.stack([rng.choice([-1.0, 1.0], size=count), np.ones(count)], axis=1)
    return told, told[0, :, 0]


def untrained(rng, units=UNITS):
    bias = np.concatenate([np.ones(units), np.zeros(3 * units)])  # a memory that keeps, to begin with
    return [0.5 * rng.normal(size=(2 + units, 4 * units)), bias, rng.normal(size=units)]


def test_it_keeps_what_it_was_told_first():
    rng = np.random.default_rng(0)
    told, answers = conversations(rng, 64)
    trained = adam(grad(lambda p: loss(p, told, answers)), untrained(rng), steps=100, rate=0.05)
    # Who has forgotten can do no better than to guess, which costs log 2 = 0.69.
    assert loss(trained, *conversations(rng, 64)) < 0.07


def test_gradients_through_gates():
    rng = np.random.default_rng(1)
    told, answers = conversations(rng, 3, steps=4)
    check_gradients(lambda *p: loss(p, told, answers), *untrained(rng, units=2), order=1, elsewhere=False)


def test_what_was_told_first_is_felt_at_the_end():
    rng = np.random.default_rng(2)
    told, answers = conversations(rng, 4)
    parameters = untrained(rng)
    value, slopes = value_and_grad(lambda x: loss(parameters, x, answers))(told)
    assert value == loss(parameters, told, answers)
    assert slopes.shape == told.shape
    assert np.all(np.abs(slopes[0]) > 0.0)
