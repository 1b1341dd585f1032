"""Several processes learn what one alone does; each test starts them by mpiexec, to run a function of this file."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, Value

ROOT = Path(__file__).parents[2]
MPIEXEC = shutil.which("mpiexec", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
needs_mpi = pytest.mark.skipif(
    MPIEXEC is None or importlib.util.find_spec("mpi4py") is None,
    reason="no mpi4py or no mpiexec on this machine: nothing was run in several processes (make test has both)",
)
# MPICH needs none of these; Open MPI refuses root and more processes than cores without them.
SETTINGS = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONPATH": str(ROOT),  # this tree, whichever is installed
}


def run(processes, *command):
    """What a command printed, run by so many processes; TimeoutExpired where one of them waits for ever."""
    command = [sys.executable, "-W", "error", *command]
    command = [MPIEXEC, "-n", str(processes), *command] if processes else command
    return subprocess.run(command, cwd=ROOT, env=os.environ | SETTINGS, capture_output=True, text=True, timeout=60)


def in_processes(processes, function):
    return run(processes, "-c", f"from {__name__} import {function.__name__}; {function.__name__}()")


def assert_all_done(done):
    assert done.returncode == 0, done.stderr


class Mixed(nn.Module):
    """Of both dtypes, with a Value, with a part that no loss uses and one that a loss may use."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.first = nn.Linear(3, 4, rng=rng)
        self.second = nn.Linear(4, 1, rng=rng, dtype=np.float64)
        self.shift = Value(rng.normal())
        self.unused = Tensor([1.0])
        self.rare = Tensor([2.0])

    def forward(self, x):
        return self.second(nn.ReLU()(self.first(x)).astype(np.float64)) + self.shift


def points():
    rng = np.random.default_rng(1)
    return rng.normal(size=(10, 3)).astype(np.float32), rng.normal(size=(10, 1))


def means_of_uneven_shares():
    comm = nn.parallel.world()
    x, y = points()
    alone, shared = Mixed(0), Mixed(0)
    nn.mse(alone(x), y).backward()
    start, stop = (0, 1, 3, 10, 10)[comm.rank : comm.rank + 2]  # 1, 2, 7 and none of the rows
    if start < stop:
        (nn.mse(shared(x[start:stop]), y[start:stop])).backward()
    if comm.rank == 1:
        shared.rare.grad = np.array([5.0])
    nn.parallel.average(shared, weight=stop - start)
    assert shared.unused.grad is None
    np.testing.assert_allclose(shared.rare.grad, [2 * 5.0 / 10])
    alone.rare.grad = shared.rare.grad
    assert type(shared.shift.grad) is float
    for one, other in zip(alone.parameters(), shared.parameters(), strict=True):
        if one is not alone.unused:
            assert np.asarray(other.grad).dtype == np.asarray(one.data).dtype
            np.testing.assert_allclose(other.grad, one.grad, rtol=1e-5 if one is alone.first.weight else 1e-6)


@needs_mpi
def test_the_averaged_gradient_is_that_of_the_whole_batch():
    assert_all_done(in_processes(4, means_of_uneven_shares))


class Counting(nn.MLP):
    def __init__(self, rng):
        super().__init__(3, [4], 2, rng=rng)
        self.register_buffer("count", np.array(rng))


def everybody_has_the_weights_of_rank_0():
    comm = nn.parallel.world()
    model = Counting(7 + comm.rank)
    nn.parallel.broadcast(model)
    expected = Counting(7).state_dict()
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, expected[name])


@needs_mpi
def test_broadcast_gives_all_the_parameters_and_buffers_of_the_first():
    assert_all_done(in_processes(3, everybody_has_the_weights_of_rank_0))


def every_rank_has_weights_of_its_own_after():
    """Twenty steps of Adam on batches of 9, each rank on its rows; rank 0 compares with the steps made alone."""
    comm = nn.parallel.world()
    x = np.random.default_rng(0).normal(size=(36, 2))
    labels = (x[:, 0] * x[:, 1] > 0).astype(int)

    def train(rank, size, average):
        model = nn.MLP(2, [8], 2, rng=0, dtype=np.float64)
        optimizer = nn.Adam(model.parameters(), 0.05)
        for _ in range(5):
            for inputs, targets in nn.DataLoader(x, labels, batch_size=9):
                optimizer.zero_grad()
                nn.cross_entropy(model(inputs[rank::size]), targets[rank::size]).backward()
                average(model, weight=len(targets[rank::size]))
                optimizer.step()
        return model.state_dict()

    shared = comm.gather(train(comm.rank, comm.size, nn.parallel.average))
    if comm.rank == 0:
        alone = train(0, 1, lambda model, weight: None)
        for name, array in alone.items():
            np.testing.assert_array_equal(shared[0][name], shared[1][name])
            np.testing.assert_allclose(shared[0][name], array, rtol=1e-9, atol=1e-12)


@needs_mpi
def test_two_processes_take_the_steps_of_one():
    assert_all_done(in_processes(2, every_rank_has_weights_of_its_own_after))


def rank_1_fails():
    comm = nn.parallel.world()
    model = nn.MLP(2, [3], 2, rng=0)
    if comm.rank == 1:
        raise RuntimeError("the disk is full")
    nn.parallel.average(model)  # for which it waits


def rank_1_has_another_model():
    comm = nn.parallel.world()
    model = nn.MLP(2, [3 + comm.rank], 2, rng=0)
    nn.parallel.broadcast(model)
    comm.Barrier()


@needs_mpi
@pytest.mark.parametrize(
    ("function", "message"),
    [
        (rank_1_fails, r"rank 1 of 2 failed.*Traceback.*in rank_1_fails.*RuntimeError: the disk is full"),
        (rank_1_has_another_model, r"rank 1 of 2 failed.*StateError.*0\.weight"),
    ],
)
def test_an_error_in_one_process_ends_all_and_is_read(function, message):
    done = in_processes(2, function)
    assert done.returncode != 0
    assert re.search(message, done.stderr, re.DOTALL), done.stderr


def what_one_process_alone_is_told():
    model = nn.MLP(2, [3], 1, rng=0)
    weight = model.parameters()[0]
    nn.mse(model(np.ones((4, 2), np.float32)), np.ones((4, 1))).backward()
    before = weight.grad.copy()
    nn.parallel.average(model, weight=4)
    np.testing.assert_array_equal(weight.grad, before)
    for bad in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="0 or more"):
            nn.parallel.average(model, weight=bad)
    with pytest.raises(ValueError, match="the weight 0"):
        nn.parallel.average(model, weight=0)
    weight.grad = np.ones(3)
    with pytest.raises(ShapeError, match=r"gradient of 0\.weight is of shape \(3,\).*\(2, 3\)"):
        nn.parallel.average(model)
    with pytest.raises(KindError, match="a model; got list"):
        nn.parallel.average(model.parameters())
    hook = sys.excepthook
    nn.parallel.world()
    assert sys.excepthook is hook


@needs_mpi
def test_one_process_alone_is_no_other_case():
    assert_all_done(in_processes(0, what_one_process_alone_is_told))


@needs_mpi
def test_the_example_reads_as_many_digits_in_two_processes_as_in_one():
    two, one = (run(processes, "examples/mnist_mpi.py", "--epochs", "1") for processes in (2, 0))
    assert_all_done(two)
    assert_all_done(one)
    accuracies = [float(re.fullmatch(r"epoch 1/1 .* accuracy ([0-9.]+)%\n", done.stdout)[1]) for done in (two, one)]
    assert min(accuracies) > 85.0
    assert accuracies[0] == pytest.approx(accuracies[1], abs=0.2)  # of 2,000 digits, four whose scores are that close


def test_without_mpi4py_it_says_how_to_have_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    for call in (nn.parallel.world, partial(nn.parallel.average, nn.MLP(2, [3], 2))):
        with pytest.raises(ImportError, match=r"autograd_mini\[mpi\]"):
            call()
