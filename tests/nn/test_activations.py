"""Activations as modules, and wherever one is taken: a function, a module, a class."""

import copy
import math
import pickle

import numpy as np
import pytest

import nn
from autograd_mini import (
    KindError,
    Tensor,
    Value,
    check_gradients,
    elu,
    gelu,
    gelu_tanh,
    leaky_relu,
    log_softmax,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from nn.layers.activations import activation_of, first_weights_for

from ..support.networks import bend

X = np.array([[-2.5, -0.3, 0.4, 3.0], [1.0, -1.0, 0.2, 0.1]])
cdf = np.vectorize(lambda x: 0.5 * (1 + math.erf(x / math.sqrt(2))))
exp = np.exp

FORMULAS = {
    "ReLU()": (nn.ReLU(), lambda x: np.maximum(x, 0), relu),
    "Tanh()": (nn.Tanh(), np.tanh, tanh),
    "Sigmoid()": (nn.Sigmoid(), lambda x: 1 / (1 + exp(-x)), sigmoid),
    "Softplus()": (nn.Softplus(), lambda x: np.log(1 + exp(x)), softplus),
    "SiLU()": (nn.SiLU(), lambda x: x / (1 + exp(-x)), silu),
    "LeakyReLU(0.01)": (nn.LeakyReLU(), lambda x: np.where(x > 0, x, 0.01 * x), leaky_relu),
    "LeakyReLU(0.3)": (nn.LeakyReLU(0.3), lambda x: np.where(x > 0, x, 0.3 * x), None),
    "ELU(1.0)": (nn.ELU(), lambda x: np.where(x > 0, x, exp(x) - 1), elu),
    "ELU(0.5)": (nn.ELU(alpha=0.5), lambda x: np.where(x > 0, x, 0.5 * (exp(x) - 1)), None),
    "GELU()": (nn.GELU(), lambda x: x * cdf(x), gelu),
    "GELU(approximate='tanh')": (
        nn.GELU(approximate="tanh"),
        lambda x: x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
        gelu_tanh,
    ),
    "Softmax(axis=-1)": (nn.Softmax(), lambda x: exp(x) / exp(x).sum(axis=-1, keepdims=True), softmax),
    "Softmax(axis=0)": (nn.Softmax(axis=0), lambda x: exp(x) / exp(x).sum(axis=0), None),
    "LogSoftmax(axis=-1)": (
        nn.LogSoftmax(),
        lambda x: x - np.log(exp(x).sum(axis=-1, keepdims=True)),
        log_softmax,
    ),
    "Activation(bend)": (nn.Activation(bend), lambda x: 2 * np.tanh(x), bend),
}


@pytest.mark.parametrize("row", FORMULAS.values(), ids=FORMULAS)
def test_each_is_its_formula(row):
    module, formula, function = row
    np.testing.assert_allclose(module(Tensor(X)).data, formula(X), rtol=1e-13)
    single = module(Tensor(X.astype(np.float32)))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single.data, formula(X), rtol=1e-5)
    check_gradients(module, X[:, :2], order=2, elsewhere=False)
    if function is not None:
        np.testing.assert_array_equal(module(Tensor(X)).data, function(Tensor(X)).data)


@pytest.mark.parametrize("name", FORMULAS)
def test_a_copy_is_the_same_and_the_repr_says_the_options(name):
    module = FORMULAS[name][0]
    assert repr(module) == name
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        np.testing.assert_array_equal(other(X), module(X))
    assert list(module.state_dict()) == []


WAYS = {"function": tanh, "module": nn.Tanh(), "class": nn.Tanh}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_function_a_module_and_a_class_make_one_network(way):
    expected = nn.MLP(2, [3, 3], 1, activation=nn.Tanh, rng=0)
    model = nn.MLP(2, [3, 3], 1, activation=way, rng=0)
    assert repr(model) == repr(expected)
    np.testing.assert_array_equal(model(X[:, :2]).data, expected(X[:, :2]).data)
    scalar = nn.ScalarMLP(2, [3], 1, activation=way, rng=0)
    point = [0.3, -0.7]
    assert scalar(point).data == nn.ScalarMLP(2, [3], 1, activation=tanh, rng=0)(point).data
    assert nn.Neuron(2, way, rng=0)(point).data == pytest.approx(nn.Neuron(2, tanh, rng=0)(point).data)
    assert len(nn.Layer(2, 3, way, rng=0)(point)) == 3


def test_each_layer_has_an_activation_of_its_own():
    class Slope(nn.Module):
        def __init__(self):
            self.slope = Value(0.1)

        def forward(self, x):
            return leaky_relu(x) * self.slope

    for given in (Slope, Slope()):
        model = nn.MLP(2, [3, 3], 1, activation=given, rng=0)
        assert [path for path in model.state_dict() if "slope" in path] == ["1.slope", "3.slope"]
        assert nn.ScalarMLP(2, [3], 1, activation=given, rng=0).state_dict()["0.2.activation.slope"] == 0.1
    assert given not in list(model.modules())


def test_what_an_activation_is_made_of():
    module = nn.LeakyReLU(0.2)
    assert activation_of(relu) is relu
    assert activation_of(module) is not module
    assert repr(activation_of(module)) == "LeakyReLU(0.2)"
    assert type(activation_of(nn.GELU)) is nn.GELU
    for wrong in ("relu", None, 3, dict, nn.Linear):
        with pytest.raises(KindError, match=r"an activation is a function|is made without arguments"):
            activation_of(wrong)


def test_a_network_may_end_in_an_activation():
    model = nn.MLP(4, [8], 3, last=nn.Softmax(), rng=0)
    outputs = model(X)
    np.testing.assert_allclose(outputs.data.sum(axis=1), 1.0)
    assert [type(layer).__name__ for layer in model] == ["Linear", "ReLU", "Linear", "Softmax"]
    twin = nn.MLP(4, [8], 3, last=sigmoid, rng=0)
    np.testing.assert_array_equal(twin[2].weight.data, model[2].weight.data)
    assert repr(twin[3]) == "Sigmoid()"
    assert repr(nn.MLP(4, [], 1, last=bend, rng=0)[1]) == "Activation(bend)"


@pytest.mark.parametrize(
    ("activation", "expected"),
    [(a, nn.xavier_normal) for a in (tanh, nn.Tanh, nn.Tanh(), sigmoid, nn.Sigmoid)]
    + [(a, nn.he_normal) for a in (relu, nn.ReLU, nn.LeakyReLU(0.2), nn.GELU, silu, nn.Softplus(), bend, None)],
)
def test_the_first_weights_are_drawn_for_the_activation(activation, expected):
    assert first_weights_for(activation) is expected
    if activation is not None:
        drawn = nn.MLP(3, [4], 1, activation=activation, rng=0, dtype=np.float64)[0].weight.data
        np.testing.assert_array_equal(drawn, expected((3, 4), np.random.default_rng(0)))
    neuron = nn.Neuron(3, activation, rng=0)
    drawn = [w.data for w in neuron.weights]
    np.testing.assert_array_equal(drawn, expected((3, 1), np.random.default_rng(0))[:, 0])


def test_options_that_are_none_are_refused():
    with pytest.raises(KindError, match='approximate="none" or "tanh"; got True'):
        nn.GELU(approximate=True)
    with pytest.raises(KindError, match="LeakyReLU takes as negative_slope"):
        nn.LeakyReLU("a")(X)
    with pytest.raises(ValueError, match="axis"):
        nn.Softmax(axis=5)(Tensor(X))
