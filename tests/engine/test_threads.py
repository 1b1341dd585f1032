"""Threads that give gradients to shared leaves: no contribution is lost."""

import sys
import threading

import numpy as np
import pytest

from autograd_mini import Tensor, Value, checkpoint, sin

THREADS, TIMES = 8, 25


@pytest.fixture(autouse=True)
def _threads_take_turns_all_the_time():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def at_once(work):
    """Run work(i) in each of the threads, which begin together; what was raised in one is raised here."""
    ready, raised = threading.Barrier(THREADS), []

    def run(i):
        ready.wait()
        try:
            work(i)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def test_backward_of_losses_of_one_shared_leaf_of_many_elements():
    x = Tensor(np.ones(20_000))

    def work(i):
        for _ in range(TIMES):
            (x * float(i + 1)).sum().backward()

    at_once(work)
    np.testing.assert_array_equal(x.grad, np.full(20_000, TIMES * THREADS * (THREADS + 1) / 2))


def test_backward_of_one_shared_graph():
    x, y = Value(3.0), Value(2.0)
    loss = x * y + x
    at_once(lambda i: [loss.backward() for _ in range(TIMES)])
    assert (x.grad, y.grad) == (3.0 * THREADS * TIMES, 3.0 * THREADS * TIMES)


def test_many_shared_leaves_of_all_kinds():
    leaves = [Value(1.0), Tensor(1.0), Tensor(np.ones((50, 50), np.float32)), Tensor(np.ones(3000))]

    def work(i):
        for _ in range(TIMES):
            loss = 0.0
            for leaf in leaves:
                loss = loss + (leaf * leaf if isinstance(leaf, Value) else (leaf * leaf).sum())
            loss.backward()

    at_once(work)
    for leaf in leaves:
        np.testing.assert_array_equal(leaf.grad, np.full(leaf.shape, 2.0 * THREADS * TIMES))


def test_through_checkpoints():
    x = Tensor(np.linspace(0.0, 1.0, 3000))
    alone = Tensor(x.data)
    checkpoint(lambda v: sin(v) * alone)(alone).sum().backward()

    def work(i):
        for _ in range(TIMES):
            checkpoint(lambda v: sin(v) * x)(x).sum().backward()

    at_once(work)
    np.testing.assert_allclose(x.grad, alone.grad * THREADS * TIMES, rtol=1e-12)


def test_an_inner_node_keeps_the_gradient_of_one_sweep():
    x = Value(3.0)
    inner = x * 2.0
    at_once(lambda i: [(inner * inner).backward() for _ in range(TIMES)])
    assert inner.grad == 12.0
    assert x.grad == 24.0 * THREADS * TIMES
