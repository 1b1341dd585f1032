"""Training steps as programs: the same numbers as the eager engine's, to the last bit."""

from functools import partial
from importlib.util import find_spec

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, Value, checkpoint, relu

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4)).astype(np.float32)
LABELS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
MAKERS = {
    "sgd": lambda p: nn.SGD(p, 0.5),
    "momentum": lambda p: nn.SGD(p, 0.1, momentum=0.9, nesterov=True, weight_decay=1e-3),
    "adam": lambda p: nn.Adam(p, 0.01),
}


def trained(make, *, compiled, **options):
    model = nn.MLP(4, [16], 3, rng=1)
    data = nn.DataLoader(X, LABELS, batch_size=16, rng=2)  # the last batch is smaller: a second recording
    norms = nn.GradientNorms(model)
    history = nn.fit(
        model,
        data,
        make(model.parameters()),
        epochs=4,
        compiled=compiled,
        progress=False,
        step_callbacks=[norms],
        **options,
    )
    return model, history, norms


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_compiled_run_is_the_eager_run(make):
    (model, history, norms), (other, expected, others) = (trained(make, compiled=c) for c in (True, False))
    for p, q in zip(model.parameters(), other.parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)
        np.testing.assert_array_equal(p.grad, q.grad)
        assert p.grad.dtype == p.data.dtype == np.float32
    assert [(e.loss, e.accuracy) for e in history.epochs] == [(e.loss, e.accuracy) for e in expected.epochs]
    assert norms.norms == others.norms


def test_the_rate_may_change_from_step_to_step():
    models = [trained(MAKERS["sgd"], compiled=c, schedule=nn.cosine(16))[0] for c in (True, False)]
    for p, q in zip(*(model.parameters() for model in models), strict=True):
        np.testing.assert_array_equal(p.data, q.data)


def test_a_network_of_values_is_compiled_too():
    def step_of(compiled):
        model = nn.ScalarMLP(2, [4], 1, rng=0)
        optimizer = nn.SGD(model.parameters(), 0.1)
        points = X[:6, :2].astype(float)

        def loss(outputs, targets):
            return sum((relu(1.0 - y * s) for y, s in zip(targets, outputs, strict=True)), Value(0.0))

        class Points(nn.Module):
            def __init__(self):
                self.net = model

            def forward(self, inputs):
                return [self.net([float(a), float(b)]) for a, b in points]

        whole = Points()
        targets = [1.0, -1.0] * 3
        if compiled:
            step = nn.compile_step(whole, loss, optimizer)
            losses = [step(points, targets) for _ in range(5)]
        else:
            losses = []
            for _ in range(5):
                optimizer.zero_grad()
                found = loss(whole(points), targets)
                found.backward()
                optimizer.step()
                losses.append(found.data)
        return losses, [p.data for p in model.parameters()]

    np.testing.assert_allclose(np.hstack(step_of(True)), np.hstack(step_of(False)), rtol=1e-12)


def test_other_labels_and_other_data_are_read_anew():
    model = nn.MLP(4, [5], 3, rng=0)
    step = nn.compile_step(model, nn.cross_entropy, nn.SGD(model.parameters(), 0.0))
    for seed in range(3):
        rng = np.random.default_rng(seed)
        x, labels = rng.normal(size=(7, 4)).astype(np.float32), rng.integers(0, 3, 7)
        assert step(x, labels) == nn.cross_entropy(model(x), labels).item()
        np.testing.assert_array_equal(step.outputs, model(x).data)
    model.parameters()[0].data = np.zeros((4, 5), np.float32)
    assert step(x, labels) == nn.cross_entropy(model(x), labels).item()


@pytest.mark.parametrize("labels", [[0, 1, 3], [0, -1, 2]])
def test_labels_out_of_their_classes_are_refused_in_words(labels):
    model = nn.MLP(4, [5], 3, rng=0)
    step = nn.compile_step(model, nn.cross_entropy, nn.SGD(model.parameters(), 0.1))
    step(X[:3], np.array([0, 1, 2]))
    before = [p.data.copy() for p in model.parameters()]
    with pytest.raises(ShapeError, match="labels from"):
        step(X[:3], np.array(labels))
    for p, data in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(p.data, data)


def test_a_parameter_that_the_loss_does_not_use_stays():
    class Half(nn.Module):
        def __init__(self):
            self.used, self.unused = Tensor([1.0]), Tensor([2.0])

        def forward(self, x):
            return x * self.used

    model = Half()
    step = nn.compile_step(model, nn.mse, nn.SGD(model.parameters(), 0.1))
    step(np.ones((3, 1)), np.zeros((3, 1)))
    assert model.unused.data == 2.0
    assert model.unused.grad is None
    assert model.used.data != 1.0


def test_what_is_no_model_is_refused():
    model = nn.MLP(2, [3], 2, rng=0)
    with pytest.raises(KindError, match="a model, a loss and an optimizer"):
        nn.compile_step(model, nn.SGD(model.parameters(), 0.1), nn.cross_entropy)


@pytest.mark.skipif(find_spec("numba") is None, reason="native code needs numba and SciPy: pip install '.[fast]'")
def test_a_native_step_moves_as_far():
    """Sums in another order: each gradient is off by as many last places as there are rows, at most."""
    steps = []
    for is_native in (False, True):
        model = nn.MLP(4, [16], 3, rng=1)
        step = nn.compile_step(model, nn.cross_entropy, nn.SGD(model.parameters(), 0.5))
        steps.append(step.native() if is_native else step)
    for _ in range(3):
        loss, expected = (step(X, LABELS) for step in steps)
        eps = np.finfo(np.float32).eps
        assert abs(loss - expected) <= 50 * eps * expected
        for p, q in zip(*(step.optimizer.parameters for step in steps), strict=True):
            np.testing.assert_allclose(p.grad, q.grad, rtol=0, atol=50 * eps * np.abs(q.grad).max())


class Tempered(nn.Module):
    """A layer and a temperature that its logits are divided by."""

    def __init__(self, rng):
        self.layer, self.temperature = nn.Linear(2, 2, rng=rng), 1.0

    def __call__(self, x):
        return self.layer(x) / self.temperature


@pytest.mark.parametrize("wrap", [lambda model: model, lambda model: nn.Sequential(model)], ids=["itself", "inside"])
def test_what_changes_in_a_model_is_seen(wrap):
    rng = np.random.default_rng(0)
    part = Tempered(rng)
    model = wrap(part)
    x, labels = rng.normal(size=(5, 2)).astype(np.float32), np.array([0, 1, 1, 0, 1])
    step = nn.compile_step(model, nn.cross_entropy, nn.SGD(model.parameters(), 0.1, momentum=0.9))
    for name, value in [("temperature", 1.0), ("temperature", 3.0), ("layer", nn.Linear(2, 2, rng=rng))]:
        setattr(part, name, value)
        expected = float(nn.cross_entropy(model(Tensor(x)), labels).data)
        np.testing.assert_allclose(step(x, labels), expected, rtol=1e-6)
    recording = step.program.recording
    step(x, labels)
    assert step.program.recording is recording


@pytest.mark.parametrize("compiled", [False, True])
def test_fit_measures_a_network_of_values_compiled_or_not(compiled):
    class Points(nn.Module):
        def __init__(self):
            self.net = nn.ScalarMLP(2, [3], 1, rng=0)

        def forward(self, inputs):
            return [self.net(point) for point in inputs]

    model, data = Points(), nn.DataLoader(X[:6, :2].astype(float), np.array([0.0, 1.0] * 3), batch_size=4)
    history = nn.fit(model, data, nn.SGD(model.parameters(), 0.1), loss=nn.mse, compiled=compiled, progress=False)
    assert history.names == ["loss", "accuracy"]


@pytest.mark.parametrize("ways", [1, 2], ids=["once", "nested"])
def test_a_batch_norm_in_a_checkpoint_keeps_each_batch_once_compiled_or_not(ways):
    def normalized(*, checkpoints, compiled):
        layer = nn.BatchNorm1d(4)
        for _ in range(checkpoints):
            layer.forward = checkpoint(layer.forward)
        model = nn.Sequential(layer, nn.Linear(4, 3, rng=0))
        data = nn.DataLoader(X, LABELS, batch_size=16)
        nn.fit(model, data, nn.SGD(model.parameters(), 0.1), epochs=2, compiled=compiled, progress=False)
        assert layer.num_batches_tracked == 2 * len(data)
        return layer.running_mean, layer.running_var

    expected = normalized(checkpoints=0, compiled=False)
    for compiled in (False, True):
        found = normalized(checkpoints=ways, compiled=compiled)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("ignored", [-100, 255, 2])
@pytest.mark.parametrize("options", [{}, {"weight": np.array([1.0, 3.0]), "label_smoothing": 0.1}], ids=["", "weights"])
def test_an_ignored_label_may_be_far_from_the_classes(ignored, options):
    rng = np.random.default_rng(0)
    loss = partial(nn.cross_entropy, ignore_index=ignored, **options)
    model, other = nn.Linear(2, 2, rng=0), nn.Linear(2, 2, rng=0)
    step, optimizer = nn.compile_step(model, loss, nn.SGD(model.parameters(), 0.5)), nn.SGD(other.parameters(), 0.5)
    for _ in range(3):
        x, y = rng.normal(size=(20, 2)), rng.integers(0, 2, 20)
        y[rng.random(20) < 0.3] = ignored
        found = step(x, y)
        optimizer.zero_grad()
        (expected := loss(other(x), y)).backward()
        optimizer.step()
        np.testing.assert_allclose(found, expected.item(), rtol=1e-6)
        np.testing.assert_allclose(model.weight.data, other.weight.data, rtol=1e-5, atol=1e-6)


def test_one_that_is_too_far_for_a_program_is_told():
    model = nn.Linear(2, 2, rng=0)
    loss = partial(nn.cross_entropy, ignore_index=10**6)
    step = nn.compile_step(model, loss, nn.SGD(model.parameters(), 0.5))
    x, y = np.ones((3, 2)), np.array([0, 10**6, 1])
    with pytest.raises(KindError, match="too many for 1000000: ignore -100, say, or 2"):
        step(x, y)
    assert np.isfinite(loss(model(x), y).item())
