"""What `fit` and `evaluate` leave as they found it, whatever happens: recording, modes, the learning rate, the data."""

from contextlib import suppress

import numpy as np
import pytest

import nn
from autograd_mini import ShapeError, Tensor, Value


class Failed(Exception):
    pass


def failing(*_):
    raise Failed


def points(**options):
    x = np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)
    return nn.DataLoader(x, (x[:, 0] > 0).astype(int), batch_size=4, **options)


def is_recording():
    return (Value(1.0) * 2.0).inputs != ()


def model_with_a_frozen_part():
    """A model in training mode but for its last layer."""
    model = nn.MLP(2, [3], 2, rng=0)
    model[2].eval()
    return model


class FailingModel(nn.MLP):
    def forward(self, x):
        failing()


class FailingData(nn.DataLoader):
    def __iter__(self):
        yield from (batch for batch in super().__iter__())
        failing()


x = np.ones((4, 2), np.float32)
WAYS = {
    "loss": lambda model: nn.evaluate(model, points(), loss=failing),
    "metric": lambda model: nn.evaluate(model, points(), metrics=failing),
    "data": lambda model: nn.evaluate(model, FailingData(x, np.ones(4, int))),
    "model": lambda model: nn.evaluate(FailingModel(2, [3], 2), points()),
    "empty": lambda model: nn.evaluate(model, nn.DataLoader(x[:0], np.ones(0, int))),
    "landscape": lambda model: nn.loss_landscape(model, failing, rng=0, steps=1),
    "steps": lambda model: nn.fit(model, points(), nn.SGD(model.parameters(), 0.1), loss=failing, progress=False),
    "validation": lambda model: nn.fit(
        model,
        points(),
        nn.SGD(model.parameters(), 0.1),
        validation=FailingData(x, np.ones(4, int)),
        callbacks=[failing],
        progress=False,
    ),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_recording_is_on_again_after_an_error(way):
    with pytest.raises((Failed, ValueError)):
        way(nn.MLP(2, [3], 2, rng=0))
    assert is_recording()


def test_recording_is_on_between_the_batches_of_a_loader_left_halfway():
    batches = iter(points())
    next(batches)
    assert is_recording()
    nn.evaluate(nn.MLP(2, [3], 2, rng=0), points())
    assert is_recording()
    next(batches)
    assert is_recording()


@pytest.mark.parametrize("loss", [nn.cross_entropy, failing])
def test_evaluate_leaves_each_module_in_its_own_mode(loss):
    model = model_with_a_frozen_part()
    before = [module.training for module in model.modules()]
    assert before == [True, True, True, False]
    with suppress(Failed):
        nn.evaluate(model, points(), loss=loss)
    assert [module.training for module in model.modules()] == before


def test_the_rate_that_a_callback_sets_stays():
    model = nn.MLP(2, [3], 2, rng=0)
    optimizer = nn.SGD(model.parameters(), 0.8)

    def halve(_):
        optimizer.lr /= 2

    nn.fit(model, points(), optimizer, epochs=2, callbacks=[halve], progress=False)
    assert optimizer.lr == 0.2
    nn.fit(model, points(), optimizer, epochs=2, schedule=nn.cosine(4), progress=False)
    assert optimizer.lr == 0.2


def test_a_metric_may_be_a_loss_and_its_sum_is_a_plain_number():
    model = nn.MLP(2, [3], 1, rng=0)
    x = np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)
    data = nn.DataLoader(x, x[:, :1], batch_size=4)
    history = nn.fit(model, data, nn.SGD(model.parameters(), 0.1), loss=nn.mse, metrics=nn.mse, progress=False)
    (epoch,) = history.epochs
    assert type(epoch.mse) is float
    assert epoch.mse == pytest.approx(epoch.loss, rel=1e-6)
    assert all(type(number) is float for number in nn.evaluate(model, data, loss=nn.mse, metrics=nn.mse).values())


def test_what_a_metric_does_not_take_is_said_before_anything_has_moved():
    model = nn.MLP(2, [3], 1, rng=0)
    before = [parameter.data.copy() for parameter in model.parameters()]
    data = nn.DataLoader(np.ones((6, 2), np.float32), np.full((6, 1), 0.3))
    with pytest.raises(ShapeError, match="give fit a metric of your own"):
        nn.fit(model, data, nn.SGD(model.parameters(), 0.1), loss=nn.mse, metrics=nn.accuracy, progress=False)
    for parameter, data in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.data, data)


class Partial(nn.DataLoader):
    """Leaves out what fills no batch."""

    def __iter__(self):
        return (batch for batch in super().__iter__() if len(batch[0]) == self.batch_size)


def test_evaluate_divides_by_the_examples_it_saw():
    x = np.ones((6, 2), np.float32)
    whole, part = nn.DataLoader(x, np.ones(6, int)), Partial(x, np.ones(6, int), batch_size=4)
    model = nn.MLP(2, [3], 2, rng=0)
    assert nn.evaluate(model, part) == pytest.approx(nn.evaluate(model, whole))


# --- batches


@pytest.mark.parametrize("rng", [None, 0])
def test_a_batch_may_be_changed_in_place_and_the_data_stay(rng):
    x, y = np.arange(12.0).reshape(6, 2), np.arange(6)
    kept = x.copy(), y.copy()
    for inputs, targets in nn.DataLoader(x, y, batch_size=4, rng=rng):
        assert not np.shares_memory(inputs, x)
        inputs += 100.0
        targets[:] = -1
    np.testing.assert_array_equal(x, kept[0])
    np.testing.assert_array_equal(y, kept[1])


def test_numbers_without_rows_are_no_data():
    with pytest.raises(ShapeError, match=r"arrays of one length; got \[\(\)\]"):
        nn.DataLoader(np.float64(3.0))


# --- layers


@pytest.mark.parametrize("dtype", [int, np.uint8, np.float16, complex, bool])
def test_weights_are_single_or_double_precision(dtype):
    for make in (lambda: nn.Linear(2, 2, dtype=dtype), lambda: nn.MLP(2, [3], 1, dtype=dtype)):
        with pytest.raises(TypeError, match="float32 or float64; got dtype="):
            make()


def test_an_initializer_that_gives_another_shape_is_refused():
    with pytest.raises(ShapeError, match=r"shape \(2, 3\); got \(3, 2\)"):
        nn.Linear(2, 3, initializer=lambda shape, rng: rng.normal(size=shape[::-1]))


def test_an_initializer_may_give_lists():
    layer = nn.Linear(1, 2, initializer=lambda shape, rng: [[1, 2]])
    np.testing.assert_array_equal(layer.weight.data, np.array([[1, 2]], np.float32), strict=True)


def test_a_class_is_no_layer():
    with pytest.raises(TypeError, match="got Linear, the class ReLU"):
        nn.Sequential(nn.Linear(2, 2), nn.ReLU)


@pytest.mark.parametrize("batch", [np.ones((2, 2)), np.ones((2, 5)), Tensor(np.ones((2, 2)))], ids=["2", "5", "Tensor"])
def test_a_neuron_takes_no_batch_whose_rows_would_pass_for_inputs(batch):
    for model in (nn.Neuron(2), nn.Layer(2, 3), nn.ScalarMLP(2, [3], 1)):
        with pytest.raises(ShapeError, match="one by one"):
            model(batch)
        assert model(np.ones(2)) is not None


def test_gradients_of_what_the_optimizer_does_not_hold_are_those_of_one_step():
    model, rng = nn.MLP(2, [4], 2, rng=0), np.random.default_rng(0)
    x, y = rng.normal(size=(8, 2)), np.arange(8) % 2
    found = []

    def look(_):
        found.append(np.array(model[0].weight.grad))

    optimizer = nn.SGD(model[2].parameters(), lr=1e-300)  # moves nothing, so each step has the same gradient
    with pytest.warns(nn.TrainingWarning):
        nn.fit(model, nn.DataLoader(x, y), optimizer, epochs=3, step_callbacks=[look], progress=False)
    np.testing.assert_array_equal(found, [found[0]] * 3)
