"""Another run than the one that a folder keeps is refused, says what differs, and loses nothing."""

import functools

import numpy as np
import pytest

import nn
from autograd_mini import FileError
from nn.saving.checkpoint import described

from ..support import killed
from ..support.killed import assert_same_states, keep, short


def other_activation():
    (model, data, optimizer), options = short()
    layers = [nn.Tanh() if isinstance(layer, nn.ReLU) else layer for layer in model]
    return (nn.Sequential(*layers), data, optimizer), options


def other_width():
    (_, data, _), options = short()
    model = nn.Sequential(*killed.parts()[0][0])
    vars(model)["4"] = nn.Linear(32, 3)
    return (model, data, nn.SGD(model.parameters(), 0.1, momentum=0.9)), options


def other_optimizer(make):
    (model, data, _), options = short()
    return (model, data, make(model.parameters())), options


def other_data(change=lambda dataset: dataset, **changed):
    (model, data, optimizer), options = short()
    return (model, nn.DataLoader(change(data.dataset), **changed), optimizer), options


def with_other_numbers(dataset):
    x, y = (array.copy() for array in dataset.arrays)
    x[44, 3] += 1.0
    return nn.ArrayDataset(x, y)


def other_validation():
    parts, options = short()
    backwards = nn.Subset(options["validation"].dataset, range(30)[::-1])
    return parts, options | {"validation": nn.DataLoader(backwards, batch_size=10, rng=0)}


OTHERS = {
    "activation": (other_activation, "modules.2: ReLU then, Tanh now"),
    "width": (other_width, r"model: this state is not of this Sequential:\n.*4.weight: float32 \(32, 2\) in place of"),
    "kind": (lambda: other_optimizer(nn.Adam), "optimizer.optimizer: SGD then, Adam now"),
    "rate": (lambda: other_optimizer(lambda p: nn.SGD(p, 0.2, momentum=0.9)), r"groups.0.lr: 0.1 then, 0.2 now"),
    "momentum": (lambda: other_optimizer(lambda p: nn.SGD(p, 0.1)), r"momentum: 0.9 then, 0.0 now"),
    "numbers": (
        lambda: other_data(with_other_numbers, batch_size=10, rng=0),
        r"data.contents: CRC-32 \w{8} then, CRC-32 \w{8} now",
    ),
    "weights": (
        lambda: other_data(batch_size=10, weights=np.arange(90.0), rng=0),
        r"data.weights: None then, CRC-32 \w{8} now",
    ),
    "validation": (other_validation, r"data.validation.contents: CRC-32 \w{8} then, CRC-32 \w{8} now"),
    "batches": (lambda: other_data(batch_size=30, rng=0), "data.batch_size: 10 then, 30 now"),
    "order": (lambda: other_data(batch_size=10), "data: the state is that of a loader that shuffles"),
    "loss": (lambda: short(loss=nn.hinge), "loss: cross_entropy then, hinge now"),
    "no schedule": (lambda: short(schedule=None), r"schedule: _cosine\(steps=225, warmup=9\) then, None now"),
    "schedule": (lambda: short(schedule=nn.exponential(0.9)), r"schedule: _cosine\(.*\) then, _step_decay\(.*\) now"),
    "no clipping": (lambda: short(clip_norm=None), "clip_norm: 1 then, None now"),
    "clipping": (lambda: short(clip_norm=2.0), "clip_norm: 1 then, 2 now"),
    "patience": (lambda: short(patience=None), r"parts.callbacks.0: EarlyStopping then, None now"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_run_with_other_settings_is_refused_and_loses_nothing(tmp_path, name):
    keep(tmp_path)
    kept = (tmp_path / "last.safetensors").read_bytes()
    make, words = OTHERS[name]
    (model, data, optimizer), options = make()
    before = model.state_dict()
    with pytest.raises(FileError, match=words) as caught:
        nn.fit(model, data, optimizer, checkpoint=tmp_path, **options)
    assert "give it another folder, or delete" in str(caught.value)
    assert_same_states(model.state_dict(), before)
    assert optimizer.steps == 0
    assert (tmp_path / "last.safetensors").read_bytes() == kept


PLATEAU = {"patience": 1, "threshold": 0.0}
SAME, OTHER = 0, 1  # places in a row of the table
SETTINGS = {
    "of a loss": (
        lambda smoothing: {"loss": functools.partial(nn.cross_entropy, label_smoothing=smoothing)},
        (0.1, 0.2),
        r"loss: cross_entropy\(label_smoothing=0.1\) then, cross_entropy\(label_smoothing=0.2\) now",
    ),
    "of its classes": (
        lambda weight: {"loss": functools.partial(nn.cross_entropy, weight=np.array([1.0, weight]))},
        (2.0, 3.0),
        r"loss: cross_entropy\(weight=float64 \(2,\) \w{8}\) then",
    ),
    "of a schedule": (
        lambda warmup: {"schedule": nn.cosine(225, warmup=warmup)},
        (9, 10),
        r"schedule: _cosine\(steps=225, warmup=9\) then, _cosine\(steps=225, warmup=10\) now",
    ),
    "of steps": (
        lambda last: {"schedule": nn.multistep([10, last], 0.5)},
        (20, 30),
        r"_multistep\(milestones=\(10, 20\), gamma=0.5\) then, _multistep\(milestones=\(10, 30\)",
    ),
    "of one in a chain that watches": (
        lambda factor: {"schedule": nn.chained(nn.warm_up(5), nn.Plateau(factor, **PLATEAU))},
        (0.5, 0.25),
        r"0=_warm_up\(steps=5\), 1=Plateau\(factor=0.5, patience=1, .*\) then, .*Plateau\(factor=0.25",
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_other_numbers_of_a_loss_or_schedule_are_another_run(tmp_path, name):
    make, numbers, words = SETTINGS[name]
    keep(tmp_path, epochs=1, **make(numbers[SAME]))
    _, history = keep(tmp_path, epochs=2, **make(numbers[SAME]))
    assert len(history.epochs) == 2
    with pytest.raises(FileError, match=words):
        keep(tmp_path, epochs=3, **make(numbers[OTHER]))


def test_whole_numbers_and_floats_are_the_same_numbers(tmp_path):
    def settings(number):
        weight = np.array([1, 2]) * number(1)
        loss = functools.partial(nn.cross_entropy, weight=weight, label_smoothing=number(0))
        return {"clip_norm": number(1), "loss": loss, "schedule": nn.step_decay(10, gamma=number(1))}

    for epochs, number in enumerate([int, float, np.float32, np.int64, float], start=1):
        _, history = keep(tmp_path, epochs=epochs, **settings(number))
        assert len(history.epochs) == epochs
    (model, data, _), options = short(epochs=6, **settings(int))
    with pytest.raises(FileError, match=r"optimizer.groups.0.lr: 0.1 then, 1.0 now"):
        nn.fit(model, data, nn.SGD(model.parameters(), 1, momentum=0.9), checkpoint=tmp_path, **options)


def test_a_setting_in_words():
    class Schedule:
        def __call__(self, step):
            return 1.0

    assert described(None) == "None"
    assert described(Schedule()).endswith("Schedule")
    assert described(functools.partial(functools.partial(nn.huber, delta=2.0), reduction="sum")) == (
        "huber(delta=2, reduction='sum')"
    )
    assert described(functools.partial(max, 3)) == "max(0=3)"
    assert described(functools.partial(nn.huber, delta=np.float32(0.5))) == "huber(delta=0.5)"
    assert described({"a": [1, True]}) == "{a=(1, True)}"
    assert described(np.zeros((2, 3)).T) != described(np.zeros((2, 3)))
