"""Training that cannot work is told: each way of failing planted in a small model, and a healthy one left alone."""

import warnings
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd_mini import KindError, StaleError, Tensor, no_grad, relu, tanh
from nn.training.checks import are_finite

RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 2)).astype(np.float32)
Y = (X[:, 0] > X[:, 1]).astype(int)


def mlp(**options):
    return nn.MLP(2, [8], 2, rng=1, **options)


def run(model, parameters=None, *, lr=0.1, x=X, optimizer=None, batch_size=20, **options):
    optimizer = optimizer or nn.SGD(model.parameters() if parameters is None else parameters, lr)
    data = nn.DataLoader(x, Y, batch_size=batch_size)
    return nn.fit(model, data, optimizer, progress=False, **{"epochs": 3, **options})


def told(*args, **options):
    """What fit warns of, in a run that goes on to its end."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run(*args, **options)
    assert all(issubclass(warning.category, nn.TrainingWarning) for warning in caught)
    assert all(Path(warning.filename) == Path(__file__) for warning in caught)  # the user's line, none of nn's
    return [str(warning.message) for warning in caught]


EAGER_AND_COMPILED = pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])


@EAGER_AND_COMPILED
@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh, nn.Sigmoid])
def test_a_healthy_network_is_left_alone(activation, compiled):
    assert told(mlp(activation=activation), compiled=compiled, epochs=30) == []


# --- parameters


@EAGER_AND_COMPILED
def test_a_parameter_that_the_loss_does_not_use(compiled):
    model = mlp()
    model.spare = Tensor(np.ones(3, np.float32))
    (said,) = told(model, compiled=compiled)
    assert "the loss does not use spare" in said


@EAGER_AND_COMPILED
def test_a_layer_replaced_after_the_optimizer_was_made(compiled):
    model = mlp()
    parameters = model.parameters()
    model[2].weight = Tensor(model[2].weight.data[::-1])
    unused, missing = told(model, parameters, compiled=compiled)
    assert "does not use a parameter '2.weight' that is not in the model" in unused
    assert "does not hold 2.weight of the model" in missing
    assert "make it after them" in missing


@EAGER_AND_COMPILED
def test_an_optimizer_of_another_model_can_teach_nothing(compiled):
    model, other = mlp(), mlp()
    with pytest.raises(nn.TrainingError, match=r"none of the optimizer's parameters.*make the optimizer after that"):
        run(model, other.parameters(), compiled=compiled)


def test_a_layer_replaced_while_it_trains_is_seen_at_an_epochs_end():
    model, replaced = mlp(), []

    def replace(epoch):
        if not replaced:
            replaced.append(epoch)
            model[2].bias = Tensor(np.zeros(2, np.float32))

    said = told(model, callbacks=[replace], epochs=20)
    assert any("does not hold 2.bias" in words for words in said)


def test_a_part_of_the_model_left_out_on_purpose_is_told_once():
    model = mlp()
    (said,) = told(model, model[2].parameters(), epochs=30)
    assert "does not hold 0.weight, 0.bias of the model" in said


# --- nothing moves


class Scheduled:
    """A schedule that stops everything."""

    def __call__(self, step):
        return 0.0


def test_a_rate_of_0_moves_nothing():
    (said,) = told(mlp(), schedule=Scheduled())
    assert said == "nothing moved in an epoch: the learning rate is 0"


def test_steps_that_round_to_nothing():
    model = mlp()
    for parameter in model.parameters():
        parameter.data = parameter.data + np.float32(1.0)
    (said,) = told(model, lr=1e-12)
    assert "nothing moved in an epoch: with the learning rate 1e-12 a step is smaller than rounding" in said


def test_a_part_whose_gradient_is_0_does_not_move():
    model = nn.MLP(2, [8], 2, rng=1, activation=nn.Tanh)
    model[2].weight.data = np.zeros((8, 2), np.float32)
    optimizer = nn.SGD(
        [{"params": [model[2].weight], "lr": 0.0}, {"params": [*model[0].parameters(), model[2].bias]}], 0.1
    )
    said = told(model, optimizer=optimizer)
    assert any("0.weight, 0.bias did not move in an epoch: the gradient is 0" in words for words in said)


def test_a_group_frozen_by_a_rate_of_0_is_left_alone():
    model = mlp()
    optimizer = nn.SGD([{"params": model[0].parameters(), "lr": 0.0}, {"params": model[2].parameters()}], 0.1)
    assert told(model, optimizer=optimizer) == []


def test_a_loss_of_0_has_no_need_to_move_anything():
    model = nn.Linear(2, 1, rng=0)
    model.weight.data = np.array([[100.0], [-100.0]], np.float32)
    data = nn.DataLoader(X[np.abs(X[:, 0] - X[:, 1]) > 0.1], (2 * Y - 1)[np.abs(X[:, 0] - X[:, 1]) > 0.1][:, None])
    history = nn.fit(model, data, nn.SGD(model.parameters(), 0.1), loss=nn.hinge, epochs=9, progress=False)
    assert history["loss"] == [0.0] * 9


# --- nan and infinity


def spoiled(row=50):
    x = X.copy()
    x[row, 1] = np.nan
    return x


@EAGER_AND_COMPILED
def test_nan_in_the_data_is_told_with_its_step_and_nothing_is_lost(compiled):
    model = mlp()
    before = model.state_dict()
    with np.errstate(all="ignore"), pytest.raises(nn.TrainingError) as caught:
        run(model, x=spoiled(), compiled=compiled)
    said = str(caught.value)
    assert said.startswith("step 3: the loss is nan. The value is first nan in matmul")
    assert "The inputs of this batch are not finite themselves" in said
    assert "as they were before step 1" in said
    assert caught.value.history.epochs == []
    for path, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[path])


@EAGER_AND_COMPILED
def test_weights_that_grow_without_bound_are_put_back_as_they_were_when_all_was_finite(compiled):
    model = mlp()
    with (
        np.errstate(all="ignore"),
        pytest.raises(nn.TrainingError, match=r"smaller learning rate.*clip_norm") as caught,
    ):
        run(model, lr=1e30, compiled=compiled, epochs=50)
    assert "step" in str(caught.value)
    with np.errstate(all="ignore"):
        assert all(np.isfinite(array).all() for array in model.state_dict().values())


@EAGER_AND_COMPILED
def test_a_gradient_that_is_nan_though_the_loss_is_not_is_told_with_its_parameter_and_operation(compiled):
    class Rooted(nn.Module):
        def __init__(self):
            self.linear, self.scale = nn.Linear(2, 2, rng=0), Tensor(np.zeros(2, np.float32))

        def forward(self, x):
            return self.linear(x) + (self.scale * self.scale) ** 0.5  # its slope at 0 is 0 times infinity

    model = Rooted()
    with np.errstate(all="ignore"), pytest.raises(nn.TrainingError) as caught:
        run(model, compiled=compiled)
    said = str(caught.value)
    assert said.startswith("step 1: the gradient of scale is not finite. The gradient is first ")
    assert "power(0, 0.5)" in said
    assert np.isfinite(model.scale.data).all()


class Long(nn.Module):
    """A model whose gradient is nan where `scale` has a 0, though its output is not."""

    def __init__(self):
        self.linear, self.scale = nn.Linear(2, 2, rng=0), Tensor(np.ones(5000, np.float32))

    def forward(self, x):
        return self.linear(x) * ((self.scale * self.scale) ** 0.5).mean()

    def spoiled_after(self, step):
        """What runs after each step, and puts the 0 there after that one."""
        steps = iter(range(1, 1000))

        def spoil(_):
            if next(steps) == step:
                self.scale.data[7] = 0.0

        return spoil


def test_a_large_gradient_that_is_nan_later_is_seen_by_the_next_loss_at_the_latest():
    model = Long()
    with np.errstate(all="ignore"), pytest.raises(nn.TrainingError) as caught:
        run(model, step_callbacks=[model.spoiled_after(2)])
    assert str(caught.value).startswith("step 4: the loss is nan, for scale became so in a step before. The value is")
    np.testing.assert_array_equal(model.scale.data, 1.0)


@EAGER_AND_COMPILED
def test_a_large_gradient_that_is_nan_in_an_epochs_last_step_is_seen_before_the_epoch_is_kept(tmp_path, compiled):
    model, history = Long(), nn.History()
    with np.errstate(all="ignore"), pytest.raises(nn.TrainingError, match="step 8: the gradient of scale is not"):
        run(
            model,
            step_callbacks=[model.spoiled_after(7)],
            history=history,
            checkpoint=tmp_path,
            compiled=compiled,
        )
    np.testing.assert_array_equal(model.scale.data, 1.0)
    assert len(history.epochs) == 1
    kept = nn.load(tmp_path / "last.safetensors")
    assert kept["run"]["epochs"] == 1
    assert np.isfinite(kept["model"]["scale"]).all()


def test_weights_that_the_last_step_made_infinite_are_put_back():
    model = mlp()
    before = model.state_dict()
    with np.errstate(all="ignore"), pytest.raises(nn.TrainingError, match=r"step 1: it made .*0\.weight.* infinite"):
        run(model, lr=1e39, batch_size=80, epochs=1)
    for path, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[path])


def test_large_gradients_whose_squares_overflow_are_finite():
    assert are_finite([np.full(4, 1e30, np.float32), 1e300])
    assert not are_finite([1.0, np.array([1.0, np.inf], np.float32)])
    assert not are_finite([Tensor([np.nan])])


# --- units


def with_first_bias(bias, **options):
    model = mlp(**options)
    model[0].bias.data = np.full(8, bias, np.float32)
    return model


@EAGER_AND_COMPILED
@pytest.mark.parametrize(
    ("activation", "bias", "words"),
    [
        (nn.ReLU, -100.0, "8 of 8 units (relu after 0) are dead"),
        (nn.Tanh, 100.0, "8 of 8 units (tanh after 0) are saturated"),
        (nn.Sigmoid, -100.0, "8 of 8 units (sigmoid after 0) are saturated"),
    ],
)
def test_units_that_are_at_an_end_on_every_example(activation, bias, words, compiled):
    said = told(with_first_bias(bias, activation=activation), compiled=compiled)
    assert sum(words in line for line in said) == 1


def test_units_that_die_on_the_way_are_seen():
    model = mlp()

    def kill(_):
        model[0].bias.data = np.full(8, -100.0, np.float32)

    said = told(model, callbacks=[kill], epochs=20)
    assert any("8 of 8 units (relu after 0) are dead" in line for line in said)


def test_a_few_dead_units_and_small_batches_are_no_alarm():
    model = mlp()
    model[0].bias.data = np.array([-100.0] * 5 + [0.0] * 3, np.float32)
    assert told(model) == []
    assert not any("dead" in words for words in told(with_first_bias(-3.0), batch_size=4))
    assert any("dead" in words for words in told(with_first_bias(-9.0), batch_size=20))


def test_an_answer_at_the_end_of_its_range_is_none_either():
    class Answer(nn.Module):
        def __init__(self):
            self.linear = nn.Linear(2, 1, rng=0)
            self.linear.weight.data = np.array([[500.0], [-500.0]], np.float32)

        def forward(self, x):
            return tanh(self.linear(x)).reshape(-1)

    model = Answer()
    far = np.abs(X[:, 0] - X[:, 1]) > 0.1
    data = nn.DataLoader(X[far], (2 * Y - 1)[far] * 0.5, batch_size=20)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        nn.fit(model, data, nn.SGD(model.parameters(), 0.1), loss=nn.mse, steps=2, progress=False)
    assert not any("saturated" in str(warning.message) for warning in caught)


# --- inspect


def test_inspect_shows_each_parameter_and_each_layer_of_units():
    model = with_first_bias(-100.0)
    model.spare = Tensor([1.0])
    optimizer = nn.SGD([*model[0].parameters(), model.spare], 0.1)
    loss = nn.cross_entropy(model(X), Y)
    seen = nn.inspect(model, loss, optimizer)
    assert all(parameter.grad is None for parameter in model.parameters())
    loss.backward()
    norm = float(np.linalg.norm(model[2].bias.grad))
    assert seen.parameters == [
        ("0.weight", (2, 8), True, 0.0),
        ("0.bias", (8,), True, 0.0),
        ("2.weight", (8, 2), False, 0.0),
        ("2.bias", (2,), False, pytest.approx(norm)),
        ("spare", (1,), True, None),
    ]
    (units,) = seen.units
    assert (units.where, units.count, units.idle, units.how, units.examples) == ("relu after 0", 8, 8, "dead", 80)
    for words in (
        "the loss does not use spare",
        "does not hold 2.weight, 2.bias",
        "the gradient of 0.bias is 0",
        "8 of 8 units (relu after 0) are dead",
    ):
        assert sum(words in finding for finding in seen.findings) == 1
        assert words in repr(seen)
        assert words in seen._repr_html_()
    assert nn.inspect(model, loss, optimizer) == seen  # after backward


def test_inspect_says_where_nan_comes_from_and_that_nothing_is_wrong():
    model = mlp()
    optimizer = nn.SGD(model.parameters(), 0.1)
    with np.errstate(all="ignore"):
        broken = nn.inspect(model, nn.cross_entropy(model(spoiled()), Y), optimizer)
    assert broken.findings[0].startswith("The value is first nan in matmul")
    healthy = nn.inspect(model, nn.cross_entropy(model(X), Y), optimizer)
    assert healthy.findings == []
    assert repr(healthy).endswith("nothing keeps it from learning")


@pytest.mark.parametrize(
    ("shape", "second_unit", "count"),
    [((16, 3, 4, 5), (slice(None), 1), 3), ((16, 4, 7), (..., 1), 7)],
    ids=["pictures", "sequences"],
)
def test_units_are_the_channels_of_pictures_and_the_last_axis_of_sequences(shape, second_unit, count):
    model, x = nn.Module(), np.ones(shape)
    model.scale = Tensor([1.0])
    x[second_unit] = -1.0
    loss = (relu(x * model.scale) * model.scale).sum()
    (units,) = nn.inspect(model, loss, nn.SGD([model.scale], 0.1)).units
    assert (units.count, units.idle) == (count, 1)


def test_inspect_refuses_what_it_cannot_look_into():
    model = mlp()
    optimizer = nn.SGD(model.parameters(), 0.1)
    with pytest.raises(KindError, match="a node, with its graph"):
        nn.inspect(model, 0.3, optimizer)
    loss = nn.cross_entropy(model(X), Y)
    loss.backward()
    optimizer.step()
    with pytest.raises(StaleError):
        nn.inspect(model, loss, optimizer)
    with no_grad():
        detached = nn.cross_entropy(model(X), Y)
    assert nn.inspect(model, detached, optimizer).findings[0].startswith("nothing can be learned: the loss uses none")
