"""Ctrl-C at any moment of `backward`: the gradients are all as they were or all new."""

import gc
import signal
import sys
import threading

import numpy as np
import pytest

from autograd_mini import Tensor, Value, checkpoint, gradients, is_rerunning, stack
from autograd_mini.reverse import history


def loss_of_all_kinds():
    x, y, w = Tensor([1.0, 2.0]), Value(2.0), Value(3.0)
    return (x * y).sum() + stack([y, w]).sum()


def loss_of_a_checkpoint():
    x = Tensor([1.0, 2.0])
    return checkpoint(lambda v: v * x)(x).sum()


def prepared(make):
    """A loss whose leaves have gradients already, and all its nodes."""
    loss = make()
    nodes = history(loss)
    for node in nodes:
        if node.rule is None:
            node.grad = 10.0 if isinstance(node, Value) else np.full(node.shape, 10.0)
    return loss, nodes


def interrupted(function, moment):
    """Call the function and press Ctrl-C at that moment, counted in calls begun and ended; False if it was over.

    Python looks for signals there (and where a loop begins anew), and not between a `with` and its block.
    """
    left = moment

    def profile(frame, event, _):
        nonlocal left
        if event in ("call", "return", "c_return"):
            left -= 1
            if left == -1:
                signal.raise_signal(signal.SIGINT)

    before = sys.getprofile()
    gc.disable()  # hypothesis listens to the collector, and what is raised there is raised nowhere
    sys.setprofile(profile)
    try:
        function()
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(before)
        gc.enable()
    return False


def other_threads_may_sweep():
    """Whether no lock is left: a lock of its own thread would not be noticed."""
    x = Value(1.0)
    thread = threading.Thread(target=(x * x).backward, daemon=True)
    thread.start()
    thread.join(60)
    return not thread.is_alive() and x.grad == 2.0


def same(some, others):
    return all(np.array_equal(a, b) if a is not None else b is None for a, b in zip(some, others, strict=True))


@pytest.mark.parametrize("make", [loss_of_all_kinds, loss_of_a_checkpoint])
def test_gradients_are_all_old_or_all_new(make):
    loss, nodes = prepared(make)
    old = [node.grad for node in nodes]
    loss.backward()
    new = [node.grad for node in nodes]
    assert not same(old, new)
    moment, seen = 0, {"old": 0, "new": 0}
    while True:
        loss, nodes = prepared(make)
        if not interrupted(loss.backward, moment):
            break
        found = [node.grad for node in nodes]
        assert same(found, old) or same(found, new), f"half of the gradients after {moment} calls"
        assert other_threads_may_sweep()
        assert not is_rerunning()
        seen["old" if same(found, old) else "new"] += 1
        moment += 1
    assert min(seen.values()) > 0
    assert moment > 100


def test_after_an_interrupt_the_next_sweep_is_whole():
    x = Value(3.0)
    for moment in range(0, 300, 7):
        x.grad = None
        interrupted((x * x).backward, moment)
        x.grad = None
        (x * x).backward()
        assert x.grad == 6.0
    assert gradients(x * x)[x] == 6.0


def test_gradients_that_do_not_fit_change_nothing():
    x, y = Tensor([1.0, 2.0]), Value(2.0)
    x.grad, y.grad = np.ones(5), 1.0
    with pytest.raises(ValueError, match="shape"):
        (x * y).sum().backward()
    assert (x.grad.tolist(), y.grad) == ([1.0] * 5, 1.0)
