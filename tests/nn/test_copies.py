"""Models, optimizers and all that training needs, copied or sent to another process, go on as the original would."""

import copy
import pickle

import numpy as np
import pytest

import nn

from ..support.networks import bend

COPIES = {"deep": copy.deepcopy, "sent": lambda thing: pickle.loads(pickle.dumps(thing))}


@pytest.fixture(params=COPIES.values(), ids=COPIES)
def copied(request):
    return request.param


MODELS = {
    "MLP": lambda: nn.MLP(2, [3], 1, rng=0),
    "Sequential": lambda: nn.Sequential(nn.Linear(2, 3, rng=0), nn.Tanh(), nn.Sigmoid(), nn.Softplus()),
    "Neuron": lambda: nn.Neuron(2, bend, rng=0),
    "Layer": lambda: nn.Layer(2, 3, None, rng=0),
    "ScalarMLP": lambda: nn.ScalarMLP(2, [3], 1, activation=bend, rng=0),
}


def numbers(output):
    return [value.data for value in output] if isinstance(output, list) else output.data


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)
def test_a_model_is_copied_with_its_paths_labels_and_mode(copied, make):
    model, x = make(), np.array([0.3, -0.7])
    model.eval()
    other = copied(model)
    np.testing.assert_array_equal(numbers(other(x)), numbers(model(x)))
    assert [path for path, _ in other.named_parameters()] == [path for path, _ in model.named_parameters()]
    assert [p.label for p in other.parameters()] == [p.label for p in model.parameters()]
    assert not any(mine is theirs for mine, theirs in zip(model.parameters(), other.parameters(), strict=True))
    assert not other.training
    assert repr(other) == repr(model)


OPTIMIZERS = {
    "sgd": lambda p: nn.SGD(p, 0.1),
    "momentum": lambda p: nn.SGD(p, 0.1, momentum=0.9, nesterov=True),
    "adam": lambda p: nn.Adam(p, 0.1, weight_decay=0.1),
    "rmsprop": lambda p: nn.RMSprop(p, 0.1, momentum=0.9, centered=True),
    "groups": lambda p: nn.NAdam([{"params": p[:1], "lr": 0.3}, {"params": p[1:]}], 0.1),
}


def descend(model, optimizer, steps=3):
    for _ in range(steps):
        optimizer.zero_grad()
        np.sum(model([0.3, -0.7]) ** 2).backward()
        optimizer.step()


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
@pytest.mark.parametrize("network", ["ScalarMLP", "MLP"])
def test_an_optimizer_copied_with_its_model_goes_on_as_the_original_does(copied, make, network):
    model = MODELS[network]()
    optimizer = make(model.parameters())
    descend(model, optimizer)
    other, twin = copied((model, optimizer))
    assert all(mine is its for mine, its in zip(twin.parameters, other.parameters(), strict=True))
    before = [np.copy(parameter.data) for parameter in model.parameters()]
    descend(other, twin)
    for parameter, data in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.data, data)
    descend(model, optimizer)
    assert twin.steps == optimizer.steps == 6
    for mine, theirs in zip(model.parameters(), other.parameters(), strict=True):
        np.testing.assert_array_equal(mine.data, theirs.data)


SCHEDULES = {
    "cosine": nn.cosine(10, warmup=3),
    "decay": nn.step_decay(4, 0.5),
    "multistep": nn.multistep([2, 5]),
    "exponential": nn.exponential(0.9),
    "warm-up": nn.warm_up(4),
    "one cycle": nn.one_cycle(10),
    "plateau": nn.Plateau(0.5),
    "chained": nn.chained(nn.warm_up(4), nn.exponential(0.9)),
}


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_a_schedule_is_copied(copied, schedule):
    assert [copied(schedule)(step) for step in range(12)] == [schedule(step) for step in range(12)]


def test_a_loader_goes_on_in_the_same_order(copied):
    loader = nn.DataLoader(np.arange(50), batch_size=7, rng=0)
    list(loader)
    other = copied(loader)
    for (mine,), (theirs,) in zip(loader, other, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_what_a_run_recorded_is_copied(copied):
    model = nn.MLP(2, [3], 2, rng=0)
    norms = nn.GradientNorms(model)
    data = nn.DataLoader(np.ones((4, 2), np.float32), np.ones(4, int))
    history = nn.fit(model, data, nn.Adam(model.parameters()), step_callbacks=[norms], progress=False)
    around = nn.loss_landscape(model, lambda: nn.cross_entropy(model(np.ones((1, 2))), [0]), rng=0, steps=1)
    assert copied(history) == history
    assert copied(norms).norms == norms.norms
    np.testing.assert_array_equal(copied(around).losses, around.losses)
    with pytest.raises(nn.DataFileError) as caught:
        nn.mnist.load("no/such/folder")
    assert str(copied(caught.value)) == str(caught.value)
