"""Networks: what the parts of nn promise, each against a formula written out or a network built another way."""

import copy
import sys
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import nn
from autograd_mini import KindError, ShapeError, Tensor, Value, no_grad, tanh

from ..support.networks import seeded

INITIALIZERS = {
    nn.he_normal: lambda fan_in, fan_out: 2 / fan_in,
    nn.he_uniform: lambda fan_in, fan_out: 2 / fan_in,
    nn.xavier_normal: lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    nn.xavier_uniform: lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    nn.lecun_normal: lambda fan_in, fan_out: 1 / fan_in,
    nn.lecun_uniform: lambda fan_in, fan_out: 1 / fan_in,
}


# Modules


class Twice(nn.Module):
    def __init__(self):
        self.inner = nn.Linear(2, 2, rng=seeded())
        self.again = self.inner
        self.extra = {"scales": [Tensor([1.0]), Value(2.0)]}
        self.constant = np.ones(3)
        self.computed = Tensor([1.0]) * 2.0


def test_parameters_are_leaves_found_once_in_attributes_lists_and_dicts():
    names = [name for name, _ in Twice().named_parameters()]
    assert names == ["inner.weight", "inner.bias", "extra.scales.0", "extra.scales.1"]
    assert len(Twice().parameters()) == 4


def test_modules_go_outermost_first_and_train_reaches_all():
    model = nn.MLP(3, [4], 2, rng=seeded())
    assert [type(module) for module in model.modules()] == [nn.MLP, nn.Linear, nn.ReLU, nn.Linear]
    assert all(not module.training for module in model.eval().modules())
    assert all(module.training for module in model.train().modules())


def test_the_repr_shows_the_tree_and_counts_the_parameters():
    lines = repr(nn.MLP(784, [512], 10, rng=seeded())).splitlines()
    assert [line.split()[-1] for line in lines] == ["407,050", "401,920", "ReLU()", "5,130"]
    assert "(0) Linear(784 → 512)" in lines[1]


def test_a_module_without_forward_says_what_to_write():
    with pytest.raises(TypeError, match=r"Module has no forward.*write one"):
        nn.Module()(1.0)


def test_a_copied_model_is_independent():
    model = nn.MLP(2, [3], 1, rng=seeded())
    other = copy.deepcopy(model)
    other[0].weight.data += 1.0
    assert not np.any(model[0].weight.data == other[0].weight.data)


# Layers and initializers


def test_linear_is_x_weight_plus_bias():
    layer, x = nn.Linear(3, 2, rng=seeded()), seeded(1).normal(size=(5, 3)).astype(np.float32)
    layer.bias.data = np.array([1.0, -1.0], np.float32)
    np.testing.assert_array_equal(layer(x).data, x @ layer.weight.data + np.array([1.0, -1.0], np.float32))
    assert layer(x).dtype == np.float32


@pytest.mark.parametrize("initializer", INITIALIZERS, ids=lambda f: f.__name__)
def test_initializers_have_their_variance_and_mean(initializer):
    fan_in, fan_out = 300, 500
    drawn = initializer((fan_in, fan_out), seeded())
    variance = INITIALIZERS[initializer](fan_in, fan_out)
    # Ten standard errors of 150,000 draws; a normal's variance has the larger one.
    assert abs(drawn.mean()) < 10 * np.sqrt(variance / drawn.size)
    assert abs(drawn.var() / variance - 1) < 10 * np.sqrt(2 / drawn.size)
    if "uniform" in initializer.__name__:
        assert np.abs(drawn).max() <= np.sqrt(3 * variance)
    np.testing.assert_array_equal(drawn, initializer((fan_in, fan_out), seeded()))


@pytest.mark.parametrize(
    "make", [lambda rng: nn.MLP(4, [5, 6], 3, rng=rng), lambda rng: nn.ScalarMLP(4, [5], 3, rng=rng)]
)
def test_the_same_seed_gives_the_same_network_bit_for_bit(make):
    for p, q in zip(make(seeded(3)).parameters(), make(seeded(3)).parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)
    pairs = zip(make(seeded(3)).parameters(), make(seeded(4)).parameters(), strict=True)
    assert any(np.any(p.data != q.data) for p, q in pairs)


@pytest.mark.parametrize(
    ("activation", "function"),
    [
        (nn.ReLU, lambda x: np.maximum(x, 0)),
        (nn.Tanh, np.tanh),
        (nn.Sigmoid, lambda x: 1 / (1 + np.exp(-x))),
        (nn.Softplus, lambda x: np.log(1 + np.exp(x))),
    ],
)
def test_activation_modules(activation, function):
    x = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(activation()(Tensor(x)).data, function(x), rtol=1e-14)


def test_the_scalar_network_and_the_tensor_network_are_one():
    scalar = nn.ScalarMLP(2, [3, 4], 2, activation=tanh, rng=seeded())
    tensor = nn.MLP(2, [3, 4], 2, activation=nn.Tanh, rng=seeded(), dtype=np.float64)
    linear = [layer for layer in tensor if isinstance(layer, nn.Linear)]
    for layer, twin in zip(scalar.layers, linear, strict=True):
        twin.weight.data = np.array([[w.data for w in neuron.weights] for neuron in layer.neurons]).T
    x, labels = np.array([[0.3, -0.7]]), [1]
    loss, twin_loss = nn.cross_entropy(tensor(x), labels), nn.mse(scalar([0.3, -0.7]), [0.0, 0.0])
    outputs = [value.data for value in scalar([0.3, -0.7])]
    np.testing.assert_allclose(tensor(x).data[0], outputs, rtol=1e-12)

    nn.mse(tensor(x)[0], np.zeros(2)).backward()
    twin_loss.backward()
    for layer, twin in zip(scalar.layers, linear, strict=True):
        grads = np.array([[w.grad for w in neuron.weights] for neuron in layer.neurons]).T
        np.testing.assert_allclose(twin.weight.grad, grads, rtol=1e-10)
        np.testing.assert_allclose(twin.bias.grad, [neuron.bias.grad for neuron in layer.neurons], rtol=1e-10)
    assert loss.shape == ()


def test_neurons_label_their_parameters_and_refuse_wrong_inputs():
    model = nn.ScalarMLP(2, [2], 1, rng=seeded())
    assert [p.label for p in model.parameters()][:4] == ["0.0.w0", "0.0.w1", "0.0.b", "0.1.w0"]
    assert isinstance(model([1.0, 2.0]), Value)
    with pytest.raises(ValueError, match="takes 2 inputs; got 3"):
        model([1.0, 2.0, 3.0])


# Losses

LOGITS = arrays(np.float64, (3, 4), elements=st.floats(-20, 20))
LABELS = arrays(np.int64, 3, elements=st.integers(0, 3))


@given(LOGITS, LABELS)
def test_cross_entropy_and_its_gradient(logits, labels):
    x = Tensor(logits)
    loss = nn.cross_entropy(x, labels)
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    softmax = weights / weights.sum(axis=1, keepdims=True)
    # log of the softmax loses to cancellation what the logits' own size costs.
    np.testing.assert_allclose(loss.data, -np.mean(np.log(softmax)[np.arange(3), labels]), rtol=1e-12, atol=1e-13)
    loss.backward()
    np.testing.assert_allclose(x.grad, (softmax - np.eye(4)[labels]) / 3, rtol=1e-12, atol=1e-14)


@given(arrays(np.float64, 4, elements=st.floats(-5, 5)), arrays(np.float64, 4, elements=st.sampled_from([-1.0, 1.0])))
def test_the_other_losses(outputs, targets):
    assert nn.mse(Tensor(outputs), targets).item() == pytest.approx(np.mean((outputs - targets) ** 2), rel=1e-12)
    assert nn.sse(Tensor(outputs), targets).item() == pytest.approx(np.sum((outputs - targets) ** 2), rel=1e-12)
    expected = np.mean(np.maximum(0, 1 - outputs * targets))
    assert nn.hinge(Tensor(outputs), targets).item() == pytest.approx(expected, rel=1e-12)
    values = [Value(x) for x in outputs]
    assert nn.hinge(values, targets.tolist()).item() == pytest.approx(expected, rel=1e-12)


def test_losses_refuse_what_would_go_wrong_in_silence():
    logits = Tensor(np.zeros((3, 4)))
    with pytest.raises(ShapeError, match=r"\(3, 1\) and \(3,\)"):
        nn.mse(np.zeros((3, 1)), np.zeros(3))
    with pytest.raises(ShapeError, match="labels from 0 to 4 for 4 classes"):
        nn.cross_entropy(logits, [0, 1, 4])
    with pytest.raises(ShapeError, match="labels from -1 to 1"):
        nn.cross_entropy(logits, [0, 1, -1])
    with pytest.raises(ShapeError, match=r"\(3, 4\) and \(2,\)"):
        nn.cross_entropy(logits, [0, 1])
    with pytest.raises(KindError, match=r"integer labels.*argmax"):
        nn.cross_entropy(logits, np.array([0.0, 1.0, 2.0]))
    with pytest.raises(ShapeError, match=r"\(3, 4\) and \(3, 4\): one-hot.*argmax"):
        nn.cross_entropy(logits, np.eye(4, dtype=int)[:3])


# Data and training


@given(st.integers(0, 40), st.integers(1, 12), st.integers(0, 5))
def test_every_epoch_goes_through_all_rows_once(n, batch_size, seed):
    rows = np.arange(n)
    loader = nn.DataLoader(rows, -rows, batch_size=batch_size, rng=seeded(seed))
    first, second = list(loader), list(loader)
    assert len(loader) == len(first) == len(second)
    for epoch in (first, second):
        assert sorted(int(i) for x, _ in epoch for i in x) == list(range(n))
        assert all(np.array_equal(x, -y) and 0 < len(x) <= batch_size for x, y in epoch)
    again = list(nn.DataLoader(rows, -rows, batch_size=batch_size, rng=seeded(seed)))
    assert all(np.array_equal(x, x2) for (x, _), (x2, _) in zip(first, again, strict=True))


def test_the_loader_refuses_what_does_not_go_together():
    with pytest.raises(ValueError, match=r"\(3,\), \(4,\)"):
        nn.DataLoader(np.zeros(3), np.zeros(4))
    for batch_size in (0, -1, 2.5, 2.0, "a", None):
        with pytest.raises(
            ValueError if type(batch_size) is int else KindError,
            match=f"DataLoader takes as batch_size a whole number, 1 or more; got batch_size={batch_size!r}",
        ):
            nn.DataLoader(np.zeros(3), batch_size=batch_size)
    assert len(nn.DataLoader(np.zeros(3), batch_size=np.int64(2))) == 2


def test_accuracy_of_classes_and_of_signs():
    assert nn.accuracy(Tensor([[0.1, 0.9], [0.8, 0.2], [0.6, 0.4]]), np.array([1, 0, 1])) == pytest.approx(2 / 3)
    assert nn.accuracy(np.array([0.5, -2.0]), np.array([1, 1])) == 0.5
    for labels in (np.eye(2)[[1, 0, 1]], np.array([[1], [0], [1]]), np.array([1, 0])):
        with pytest.raises(ShapeError, match="argmax"):
            nn.accuracy(np.ones((3, 2)), labels)


def separable(n=120):
    x = seeded(5).normal(size=(n, 2)).astype(np.float32)
    return x, (x[:, 0] > x[:, 1]).astype(np.int64)


def trained(seed=0, **options):
    rng = seeded(seed)
    model, (x, y) = nn.MLP(2, [8], 2, rng=rng), separable()
    data = nn.DataLoader(x, y, batch_size=50, rng=rng)
    history = nn.fit(model, data, nn.Adam(model.parameters(), 0.02), epochs=12, progress=False, **options)
    return model, history


def test_fit_learns_reports_and_repeats_itself_bit_for_bit():
    x, y = separable()
    seen = []
    held_out = nn.DataLoader(x, y, batch_size=70)
    model, history = trained(validation=held_out, callbacks=[seen.append], schedule=nn.cosine(36))
    last = history.epochs[-1]
    assert last.loss < 0.5 * history.epochs[0].loss
    assert last.accuracy > 0.9
    assert seen == history.epochs
    assert all(epoch.examples == 120 for epoch in history.epochs)
    with no_grad():
        outputs = model(x)
    assert last.validation_accuracy == pytest.approx(nn.accuracy(outputs, y))
    assert last.validation_loss == pytest.approx(nn.cross_entropy(outputs, y).item(), rel=1e-5)
    for p, q in zip(trained()[0].parameters(), trained()[0].parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)


def test_fit_refuses_empty_data():
    model = nn.MLP(2, [2], 2, rng=seeded())
    empty = nn.DataLoader(np.zeros((0, 2), np.float32), np.zeros(0, int))
    with pytest.raises(ValueError, match="no examples"):
        nn.fit(model, empty, nn.SGD(model.parameters(), 0.1))


def test_fit_refuses_arguments_in_another_order_and_data_that_are_no_batches():
    model, (x, y) = nn.MLP(2, [2], 2, rng=seeded()), separable()
    in_order = (model, nn.DataLoader(x, y), nn.SGD(model.parameters(), 0.1))
    for given_parts in (*list(permutations(in_order))[1:], (model, (x, y), in_order[2]), (model, x, y)):
        kinds = ", ".join(type(part).__name__ for part in given_parts)
        with pytest.raises(KindError, match=f"a model, a DataLoader and an optimizer, in this order; got {kinds}$"):
            nn.fit(*given_parts)


def test_evaluate_records_nothing_and_leaves_the_mode():
    model, _ = trained()
    x, y = separable()
    modes = []
    outputs = []

    def watched(logits, labels):
        modes.append(model.training)
        outputs.append(logits)
        return nn.cross_entropy(logits, labels)

    nn.evaluate(model, nn.DataLoader(x, y, batch_size=60), loss=watched)
    assert modes == [False, False]
    assert model.training
    assert all(output.inputs == () for output in outputs)


def test_the_progress_bar_shows_loss_accuracy_and_speed_in_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    model, (x, y) = nn.MLP(2, [4], 2, rng=seeded()), separable()
    nn.fit(model, nn.DataLoader(x, y, batch_size=10), nn.SGD(model.parameters(), 0.1), epochs=2)
    shown = capsys.readouterr().err
    assert "epoch 2/2" in shown
    assert "examples/s" in shown


def test_the_history_plots_itself():
    _, history = trained()
    titles = [axes.get_title() for axes in history.plot().axes]
    assert titles == ["loss", "accuracy"]
    lines = history.plot().axes[0].get_lines()
    np.testing.assert_array_equal(lines[0].get_ydata(), [epoch.loss for epoch in history.epochs])


def test_a_seed_stands_for_its_generator():
    def weights(rng):
        models = nn.MLP(3, [4], 2, rng=rng), nn.ScalarMLP(2, [3], 1, rng=rng)
        return [parameter.data for model in models for parameter in model.parameters()]

    for mine, again in zip(weights(0), weights(0), strict=True):
        np.testing.assert_array_equal(mine, again)
    ordered, again = (list(nn.DataLoader(np.arange(20), batch_size=20, rng=0)) for _ in range(2))
    np.testing.assert_array_equal(ordered, again)
    assert list(ordered[0][0]) != list(range(20))


def test_an_mlp_takes_a_list_of_widths_and_hinge_labels_of_plus_and_minus_one():
    with pytest.raises(KindError, match=r"\[32\]"):
        nn.MLP(784, 32, 10)
    with pytest.raises(ShapeError, match=r"2 \* y - 1"):
        nn.hinge(np.ones(3), np.array([0, 1, 1]))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: nn.MLP(2, [3], 1, activation="relu"),
            r"a function .*, a module .*nn\.ReLU\(\) or its class; got 'relu'",
        ),
        (lambda: nn.MLP(2, [3], 1, activation=dict), "a module .* or its class; got <class 'dict'"),
        (lambda: nn.MLP(2, [3], 1, last=3), "a module .* or its class; got 3"),
        (lambda: nn.MLP(2, [3], 1, activation=nn.Linear), "the class Linear is made without arguments here"),
        (lambda: nn.ScalarMLP(2, [3], 1, activation="relu"), "a module .* or its class; got 'relu'"),
        (lambda: nn.Sequential([nn.Linear(2, 2), nn.ReLU()]), r"Sequential\(layer1, layer2\) .*; got list"),
        (lambda: nn.Sequential(nn.Linear(2, 2), "relu"), r"Sequential\(layer1, layer2\) .*; got Linear, str"),
    ],
)
def test_what_a_network_is_not_made_of(make, words):
    with pytest.raises(KindError, match=words):
        make()
