"""Safe by construction: what must hold however a graph is built, swept, shared or changed."""

import weakref
from threading import Barrier, Thread

import numpy as np
import pytest

from autograd_mini import (
    AutogradError,
    DetachedWarning,
    KindError,
    ShapeError,
    StaleError,
    Tensor,
    Value,
    concatenate,
    gradients,
    no_grad,
)

A = np.array([1.0, 2.0, 3.0])


# Depth and sharing.


def test_a_million_nodes_deep():
    x = Value(1.0)
    y = middle = x * 1.0
    for i in range(1_000_000):
        y = y + x if i % 2 else y * 1.0
        if i == 500_000:
            middle = weakref.ref(y)
    y.backward()
    assert y.data == x.grad == 500_001.0
    del y
    assert middle() is None


def test_a_deep_graph_of_tensors_and_of_recorded_gradients():
    x, w = Tensor([1.0, 2.0]), Value(1.0)
    y, z = x, w
    for _ in range(50_000):
        y, z = y + x, z * 1.0
    y.backward([1.0, 1.0])
    assert x.grad.tolist() == [50_001.0, 50_001.0]
    assert gradients(z, differentiable=True)[w] == 1.0


def test_as_many_paths_as_two_to_the_sixtieth():
    x = y = Value(1.0)
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad == 2.0**60
    t = y = Tensor([1.0])
    for _ in range(60):
        y = y + y
    y.backward([1.0])
    assert t.grad.tolist() == [2.0**60]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_losses_share_a_graph(order):
    x = Value(3.0)
    shared = x * x
    losses = shared * 2.0, shared * x
    for i in order:
        losses[i].backward()
    assert x.grad == 2 * 2 * 3.0 + 3 * 3.0**2  # a leaf adds up
    assert shared.grad == (2.0, 3.0)[order[-1]]  # every other node knows the last sweep


def test_a_second_backward_adds_to_leaves_alone():
    x = Tensor(A)
    square = x * x
    loss = square.sum()
    loss.backward()
    first = x.grad
    loss.backward()
    assert x.grad.tolist() == (4 * A).tolist()
    assert first.tolist() == (2 * A).tolist()  # what was read before does not change under its reader
    assert square.grad.tolist() == [1.0, 1.0, 1.0]
    assert loss.grad == 1.0


# Data that was replaced.


def _replace(leaf):
    leaf.data = leaf.data * 2.0


def _step(leaf):
    leaf.data -= 0.5


@pytest.mark.parametrize("change", [_replace, _step])
@pytest.mark.parametrize("data", [2.0, np.array([2.0, 3.0])])
def test_stale_data_is_refused(change, data):
    w = (Tensor if isinstance(data, np.ndarray) else Value)(data, label="weight")
    x = type(w)(data)
    inner = w * x
    loss = (inner + x).sum() if isinstance(w, Tensor) else inner + x
    loss.backward()
    before = w.grad, x.grad, inner.grad
    change(w)
    for sweep in (loss.backward, lambda: gradients(loss), lambda: gradients(loss, differentiable=True)):
        with pytest.raises(StaleError, match=r"'weight'.* multiply .*forward pass again"):
            sweep()
    assert all(was is now for was, now in zip(before, (w.grad, x.grad, inner.grad), strict=True))
    w.grad = None
    loss = w * x
    loss.backward(np.ones(w.shape))
    assert np.all(w.grad == x.data)


def test_data_replaced_before_it_is_used_is_fine():
    x = Value(1.0)
    y = x * 2.0
    z = Value(5.0)
    z.data = 7.0
    (y * z).backward()
    assert (x.grad, z.grad) == (14.0, 2.0)


def test_the_data_of_an_inner_node_cannot_be_replaced():
    for node in (Value(1.0) * 2.0, Tensor(A) * 2.0):
        with pytest.raises(AutogradError, match=r"multiply.*leaves.*forward pass again"):
            node.data = node.data
        with pytest.raises(AutogradError, match="multiply"):
            node.data -= 0.5


def test_replaced_data_is_checked_and_copied():
    x, t = Value(1.0), Tensor(A)
    with pytest.raises(KindError, match="got list"):
        x.data = [1.0]
    with pytest.raises(KindError, match="complex"):
        t.data = A * 1j
    array = A.copy()
    t.data = array
    array[:] = 0.0
    assert x.data == 1.0
    assert t.data.tolist() == [1.0, 2.0, 3.0]


# Threads, and no_grad.


def _in_threads(*jobs):
    """Run all jobs at once, each in a thread; their answers, in order."""
    answers = [None] * len(jobs)

    def run(i, job):
        answers[i] = job()

    threads = [Thread(target=run, args=(i, job)) for i, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_threads_sweep_graphs_of_their_own():
    start = Barrier(4)

    def job(slope):
        def run():
            start.wait()
            found = []
            for _ in range(20):
                x, t = Value(1.0), Tensor(A)
                y, z = x, t
                for _ in range(50):
                    y, z = y + slope * x, z + slope * t
                y.backward()
                z.sum().backward()
                found.append((x.grad, t.grad.tolist()))
            return found

        return run

    answers = _in_threads(*(job(slope) for slope in (1.0, 2.0, 3.0, 4.0)))
    for slope, found in zip((1.0, 2.0, 3.0, 4.0), answers, strict=True):
        assert found == [(1.0 + 50 * slope, [1.0 + 50 * slope] * 3)] * 20


def test_no_grad_is_of_one_thread_alone():
    inside, done = Barrier(2), Barrier(2)
    x = Value(3.0)

    def silent():
        with no_grad():
            inside.wait()
            y = x * x
            done.wait()
        return y.inputs

    def recording():
        inside.wait()
        y = x * x
        done.wait()
        return y.inputs

    assert _in_threads(silent, recording) == [(), (x, x)]


def test_no_grad_records_nothing():
    x, t = Value(3.0), Tensor(A)
    with no_grad():
        results = [x * x, t @ t, t.sum(), concatenate([t, t]), t.max()]
        with no_grad():
            results.append(x + 1.0)
        results.append(x + 1.0)  # leaving the inner one does not end the outer one
    assert [node.inputs for node in results] == [()] * 7
    with pytest.warns(DetachedWarning, match="computed under no_grad"):
        results[0].backward()
    assert (results[0].grad, x.grad) == (1.0, None)
    assert (x * x).inputs == (x, x)


def test_no_grad_as_a_decorator_and_after_an_error():
    x = Value(3.0)

    @no_grad()
    def update(n):
        """The update."""
        return x * n if n else 1 / None

    assert update.__doc__ == "The update."
    assert [update(2.0).inputs, update(2.0).inputs] == [(), ()]
    with pytest.raises(TypeError):
        update(0.0)
    with pytest.raises(ZeroDivisionError), no_grad():
        _ = 1 / 0
    assert (x * x).inputs == (x, x)


# Seeds.


def test_backward_of_an_array_wants_a_seed():
    t = Tensor(np.ones((2, 3)))
    with pytest.raises(ShapeError, match=r"multiply has shape \(2, 3\).*sum, mean.*seed"):
        (t * 2.0).backward()
    with pytest.raises(ShapeError, match=r"shape \(0,\)"):
        Tensor([]).backward()
    assert t.grad is None
    (t * 2.0).backward(np.full((2, 3), 0.5))
    assert t.grad.tolist() == np.ones((2, 3)).tolist()


@pytest.mark.parametrize("seed", [1.0, np.ones(3), np.ones((3, 2)), np.ones((1, 2, 3)), Tensor(np.ones(2))])
def test_a_seed_of_another_shape_is_refused(seed):
    t = Tensor(np.ones((2, 3)))
    with pytest.raises(ShapeError, match=r"multiply \(2, 3\)"):
        (t * 2.0).backward(seed)
    with pytest.raises(ShapeError, match="seed"):
        (Value(1.0) * 2.0).backward(np.ones(2))


def test_a_seed_scales_the_gradient():
    x = Value(3.0)
    (x * x).backward(10.0)
    assert x.grad == 60.0
    with pytest.raises(KindError, match="'a'"):
        (x * x).backward("a")


@pytest.mark.parametrize("root", [1.0, A, None, "loss"])
def test_a_sweep_starts_at_a_node(root):
    with pytest.raises(AutogradError, match=type(root).__name__):
        gradients(root)


def test_what_is_done_to_the_parameters_asked_for_stays_out_of_the_graph():
    (Value(1.0) + 1.0).parameters["axis"] = 5
    assert (Value(2.0) * 3.0).parameters == {}
    z = Tensor([[1.0, 2.0]]).sum(axis=1)
    z.parameters["axis"] = 0
    assert z.parameters == {"axis": 1}


def test_a_leaf_without_axes_keeps_an_array_for_its_gradient_when_swept_again():
    x = Tensor(np.float32(3.0))
    for times in (1, 2):
        (x * x).backward()
        assert isinstance(x.grad, np.ndarray)
        assert (x.grad.dtype, x.grad.item()) == (np.float32, 6.0 * times)


@pytest.mark.parametrize("z", [Tensor(A) * 2.0, Value(1.0) * 2.0], ids=["Tensor", "Value"])
@pytest.mark.parametrize("wrap", [np.asarray, Tensor], ids=["plain", "recorded"])
def test_what_is_handed_back_of_a_gradient_of_another_shape_is_an_error(z, wrap):
    with pytest.raises(ShapeError, match=r"shape \(2,\) for the output of multiply of shape"):
        z.hand_back(wrap([1.0, 2.0]))
