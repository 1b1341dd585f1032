"""A run that was killed goes on from its checkpoint as if nothing had been, bit for bit; another run's is refused."""

import os
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import nn
from autograd_mini import FileError, KindError

from ..support import killed
from ..support.killed import assert_same_states, keep, short


@pytest.fixture(scope="module")
def undisturbed():
    """What the run ends with that was never killed, and never kept."""
    (model, data, optimizer), options = killed.parts()
    return killed.state_of(model, nn.fit(model, data, optimizer, **options))


def test_killed_at_random_moments_and_started_again(tmp_path, undisturbed):
    for seconds in killed.moments(4, 0.3, seed=None):
        killed.kill(killed.start(tmp_path), seconds)
    killed.finish(killed.start(tmp_path))
    assert_same_states(nn.load(tmp_path / "end.safetensors"), undisturbed)
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["last.safetensors"]


BEFORE = """
    import os, signal, runpy, sys
    def dying(function, calls):
        def f(*given, **named):
            nonlocal calls
            calls -= 1
            return function(*given, **named) if calls else os.kill(os.getpid(), signal.SIGKILL)
        return f
    sys.argv[1:] = [{folder!r}]
    {patch}
    runpy.run_module("tests.support.killed", run_name="__main__")
"""


WORST = [
    "os.fsync = dying(os.fsync, 3)",  # the file is written, and not yet on the disk
    "from pathlib import Path; Path.replace = dying(Path.replace, 3)",  # not yet under its name
    "import nn; nn.SGD.step = dying(nn.SGD.step, 14)",  # between two steps of an epoch
]


def test_killed_at_the_worst_moments(tmp_path, undisturbed):
    for patch in WORST:
        code = textwrap.dedent(BEFORE).format(folder=str(tmp_path), patch=patch)
        done = subprocess.run([sys.executable, "-c", code], cwd=killed.ROOT, capture_output=True)
        assert done.returncode == -signal.SIGKILL
    killed.finish(killed.start(tmp_path))
    assert_same_states(nn.load(tmp_path / "end.safetensors"), undisturbed)
    assert os.listdir(tmp_path / "run") == ["last.safetensors"]


# --- in one process


def test_what_is_done_is_not_done_again(tmp_path):
    model, history = keep(tmp_path)
    kept = (tmp_path / "last.safetensors").read_bytes()
    called = []
    again, history_again = keep(tmp_path, callbacks=[called.append])
    assert called == []
    assert history_again.epochs == history.epochs
    assert_same_states(again.state_dict(), model.state_dict())
    assert (tmp_path / "last.safetensors").read_bytes() == kept


def test_more_epochs_than_before(tmp_path):
    keep(tmp_path, epochs=2)
    called = []
    longer, history = keep(tmp_path, epochs=5, callbacks=[called.append])
    whole, history_of_whole = keep(tmp_path / "other", epochs=5)
    assert len(called) == 3
    assert history["loss"] == history_of_whole["loss"]
    assert_same_states(longer.state_dict(), whole.state_dict())
    (fewer, data, optimizer), options = short(epochs=1)
    with pytest.warns(
        nn.TrainingWarning, match="has 5 epochs already, 45 steps, which is more than is asked for"
    ) as said:
        nn.fit(fewer, data, optimizer, checkpoint=tmp_path, **options)
    assert said[0].filename == __file__
    assert_same_states(fewer.state_dict(), whole.state_dict())


class Failed(Exception):
    pass


def failing_at(step):
    """A step callback that raises at that step."""
    seen = []

    def callback(loss):
        seen.append(loss)
        if len(seen) == step:
            raise Failed

    return callback


@pytest.mark.parametrize("length", [{"epochs": 4}, {"epochs": None, "steps": 31}], ids=["epochs", "steps"])
def test_after_an_error_the_same_objects_go_on(tmp_path, length):
    """As in a notebook: the model has moved on since the epoch that was kept."""
    whole, _ = keep(tmp_path / "other", **length)
    (model, data, optimizer), options = short(**length)
    with pytest.raises(Failed):
        nn.fit(model, data, optimizer, checkpoint=tmp_path, step_callbacks=[failing_at(13)], **options)
    history = nn.fit(model, data, optimizer, checkpoint=tmp_path, **options)
    assert len(history.epochs) == 4
    assert_same_states(model.state_dict(), whole.state_dict())
    assert optimizer.lr == 0.1


def test_a_rate_that_a_callback_changed_is_no_other_setting(tmp_path):
    rates = []

    def go_on(model, data, optimizer, epochs):
        def halve(epoch):
            optimizer.lr /= 2
            rates.append(optimizer.lr)

        options = short(epochs, schedule=None)[1]
        nn.fit(model, data, optimizer, checkpoint=tmp_path, callbacks=[halve], **options)

    for first in (1, 3):  # as in a new process, with the first rate again
        given = short()[0]
        for epochs in (first, first + 1):  # and in the same, with that of the last epoch
            go_on(*given, epochs)
    assert rates == [0.05, 0.025, 0.0125, 0.00625]


def test_a_run_that_was_stopped_stays_stopped_and_has_its_best_weights(tmp_path):
    stop = lambda epoch: nn.STOP
    model, history = keep(tmp_path, callbacks=[stop])
    again, history_again = keep(tmp_path)
    assert len(history.epochs) == len(history_again.epochs) == 1
    assert_same_states(again.state_dict(), model.state_dict())


@pytest.mark.parametrize("compiled", [False, True])
def test_groups_programs_and_schedules_that_remember_go_on_too(tmp_path, compiled):
    def run(folder, *lengths):
        for epochs in lengths:
            schedule = nn.Plateau(0.5, patience=1)
            (model, data, _), options = short(epochs, schedule=schedule, compiled=compiled)
            first, *rest = model.parameters()
            groups = [{"params": [first], "lr": 0.003}, {"params": rest, "weight_decay": 0.1}]
            nn.fit(model, data, nn.Adam(groups, 0.3), checkpoint=folder, **options)
        assert schedule(0) < 1.0
        return model

    one, other = run(tmp_path / "a", 12), run(tmp_path / "b", 1, 7, 12)
    assert_same_states(one.state_dict(), other.state_dict())


def test_a_history_that_was_given_is_part_of_it(tmp_path):
    def run(epochs):
        (model, data, optimizer), options = short(epochs)
        history = nn.History([nn.Epoch({"training": {"loss": 9.0}}, 1.0, 1)])
        return nn.fit(model, data, optimizer, checkpoint=tmp_path, history=history, **options)

    assert len(run(1).epochs) == 2
    assert len(run(3).epochs) == 4


class Forgetful:
    """A callback whose state no file holds."""

    def __call__(self, epoch):
        pass

    def state_dict(self):
        return {"seen": {1, 2}}


def test_what_cannot_be_kept_is_told_before_the_first_step(tmp_path, monkeypatch):
    (model, data, optimizer), options = short(callbacks=[Forgetful()])
    with pytest.raises(KindError, match=r"callbacks\.0\.seen is a set"):
        nn.fit(model, data, optimizer, checkpoint=tmp_path, **options)
    monkeypatch.setitem(sys.modules, "safetensors", None)
    with pytest.raises(ImportError, match=r"autograd_mini\[save\]"):
        nn.fit(model, data, optimizer, checkpoint=tmp_path, **short()[1])
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="cannot be written to"):
        nn.fit(model, data, optimizer, checkpoint=tmp_path, **short()[1])
    assert optimizer.steps == 0


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path):
    path = tmp_path / "last.safetensors"
    for write in (lambda: path.write_bytes(b"something"), lambda: nn.save(path, model=nn.Linear(2, 2))):
        write()
        kept = path.read_bytes()
        with pytest.raises(FileError, match="is no "):
            keep(tmp_path)
        assert path.read_bytes() == kept
    with pytest.raises(KindError, match="checkpoint is a folder, text or a Path; got bool"):
        keep(True)
    with pytest.raises(OSError, match=r"last\.safetensors"):
        keep(path)


@pytest.mark.parametrize(
    ("place", "put"),
    [
        (("run",), None),
        (("run", "rate"), None),
        (("run", "epochs"), 1.5),
        (("optimizer",), [1]),
        (("optimizer", "groups"), {"lr": 0.1}),
        (("optimizer", "groups", 0), []),
        (("optimizer", "rates"), [float("inf")]),
        (("settings", "data"), np.zeros(2)),
        (("data", "rng", "has_uint32"), float("inf")),
        (("callbacks.0", "best_epoch"), float("inf")),
        (("callbacks.0", "weights"), {"0.weight": np.zeros(3)}),
    ],
    ids=str,
)
def test_a_checkpoint_changed_by_hand_is_refused_and_nothing_of_it_loaded(tmp_path, place, put):
    keep(tmp_path)
    path = tmp_path / "last.safetensors"
    tree = nn.load(path)
    holder = tree
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = put
    nn.save(path, **tree)
    (model, data, optimizer), options = short()
    before = model.state_dict(), repr(optimizer.state_dict()), data.state_dict()
    with pytest.raises(FileError, match="Nothing was loaded"):
        nn.fit(model, data, optimizer, checkpoint=tmp_path, **options)
    assert_same_states(model.state_dict(), before[0])
    assert (repr(optimizer.state_dict()), data.state_dict()) == before[1:]


def test_the_weights_of_a_checkpoint_are_a_part_of_a_file(tmp_path):
    model, _ = keep(tmp_path, patience=None)
    other = killed.parts(seed=1)[0][0]
    nn.load(tmp_path / "last.safetensors", model=other)
    assert_same_states(other.state_dict(), model.state_dict())
