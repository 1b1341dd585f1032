"""np.errstate(all="raise"): what NumPy's function raises stays a FloatingPointError, and ours raise no other."""

import itertools

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import Tensor, grad
from autograd_mini.node import data_of

from ..table import TABLE

EDGES = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    20.0,
    -20.0,
    40.0,
    710.0,
    1000.0,
    -745.0,
    -1000.0,
    1e-310,
    1e-300,
    1e154,
    1e300,
    -1.7e308,
]
OF_NUMPY = [row for row in TABLE if row.by_element and hasattr(np, row.name)]


def complaint(function, *inputs):
    """The kind of error that the function raises where NumPy is told to raise; None where it answers."""
    with np.errstate(all="raise"):
        try:
            function(*inputs)
        except Exception as error:
            return type(error)
    return None


@pytest.mark.parametrize("row", OF_NUMPY, ids=repr)
@pytest.mark.parametrize("kind", [np.asarray, Tensor])
def test_nothing_is_raised_that_numpy_would_not_raise(row, kind):
    for point in itertools.product(EDGES, repeat=len(row.calls[0].shapes)):
        arrays = [np.array([x]) for x in point]
        ours, numpys = complaint(row.function, *map(kind, arrays)), complaint(getattr(np, row.name), *arrays)
        assert ours in (None, numpys), point


SATURATED = ["sigmoid", "softplus", "tanh", "logsigmoid", "erf", "erfc", "gelu", "silu", "elu", "relu", "softsign"]


@pytest.mark.parametrize("name", [name for name in SATURATED if hasattr(am, name)])
def test_saturation_is_no_error(name):
    x = np.array([-1000.0, -40.0, 40.0, 1000.0])
    assert complaint(getattr(am, name), x) is None
    assert complaint(getattr(am, name), Tensor(x)) is None
    with np.errstate(all="raise"):
        slope = am.elementwise_grad(getattr(am, name))(x)
    assert np.isfinite(slope).all()


@pytest.mark.parametrize("function", [am.softmax, am.log_softmax, am.logsumexp, am.norm, am.std])
def test_what_vanishes_on_the_way_is_no_error(function):
    for x in (np.array([-1000.0, 0.0, 1000.0]), np.array([1e-200, 2e-200]), np.array([1e200, -1e200])):
        with np.errstate(all="raise"):
            found, of_node = function(x), function(Tensor(x))
        np.testing.assert_array_equal(found, data_of(of_node))
        np.testing.assert_array_equal(found, function(x))


def test_an_overflow_is_told_as_numpy_tells_it():
    for call in (lambda: am.exp(np.array([1000.0])), lambda: am.exp(Tensor([1000.0])), lambda: Tensor([1e200]) ** 2.0):
        with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="overflow"):
            call()


def test_a_sweep_is_silent():
    x = np.array([1000.0, 1e-200])
    with np.errstate(all="raise"):
        gradient = grad(lambda x: am.sigmoid(x).sum())(x)
        t = Tensor(np.array([1e-200, 1e200]))
        (t * 1e-100).sum().backward(1e-300)
    assert gradient[0] == 0.0
    assert t.grad.tolist() == [0.0, 0.0]
