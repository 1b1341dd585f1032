"""`python -m tests.support.killed FOLDER`: a run that goes on from that folder, to be killed and started again.

Its weights at the end are in FOLDER/end.safetensors. Whatever makes two runs differ is in it: shuffling, dropout,
momentum, running statistics, a schedule, a patience, clipping.
"""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np

import nn

ROOT = Path(__file__).parents[2]
EPOCHS = 25


def parts(epochs=EPOCHS, seed=0):
    """Model, data and optimizer of the run, and the other arguments of `nn.fit`."""
    first, dropped, shuffled, others_shuffled = np.random.default_rng(seed).spawn(4)
    x = first.normal(size=(120, 8)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    model = nn.Sequential(
        nn.Linear(8, 32, rng=first),
        nn.BatchNorm1d(32),
        nn.ReLU(),
        nn.Dropout(0.2, rng=dropped),
        nn.Linear(32, 2, rng=first),
    )
    data = nn.DataLoader(x[:90], y[:90], batch_size=10, rng=shuffled)
    others = nn.DataLoader(x[90:], y[90:], batch_size=10, rng=others_shuffled)
    options = {
        "epochs": epochs,
        "validation": others,
        "schedule": nn.cosine(9 * EPOCHS, warmup=9),
        "clip_norm": 1.0,
        "patience": EPOCHS,
        "progress": False,
    }
    return (model, data, nn.SGD(model.parameters(), 0.1, momentum=0.9)), options


def short(epochs=4, **changed):
    """`parts`, of few epochs, with other arguments."""
    given, options = parts(epochs)
    return given, options | changed


def keep(folder, **changed):
    """A run kept in the folder: its model and its history."""
    (model, data, optimizer), options = short(**changed)
    return model, nn.fit(model, data, optimizer, checkpoint=folder, **options)


def assert_same_states(one, other):
    """Fail unless two states are the same, bit for bit."""
    assert sorted(one) == sorted(other)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], strict=True)


def state_of(model, history):
    """All that a run ends with, but for the time that it took."""
    return {**model.state_dict(), **{name: np.array(history[name]) for name in history.names}}


def start(folder):
    """The run as a process of its own; it says when it is about to begin."""
    command = [sys.executable, "-m", "tests.support.killed", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "about to begin\n"
    return process


def kill(process, seconds):
    """Kill it that much later; whether it was still running."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()
    return process.returncode != 0


def finish(process):
    process.communicate()
    assert process.returncode == 0


def moments(count, seconds, seed):
    """Random moments to kill at."""
    draw = random.Random(seed)
    return [draw.uniform(0.0, seconds) for _ in range(count)]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    given, options = parts()
    print("about to begin", flush=True)
    history = nn.fit(*given, checkpoint=folder / "run", **options)
    nn.save(folder / "end.safetensors", state_of(given[0], history))
