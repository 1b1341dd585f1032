"""Whose memory is whose: nothing is shared by accident, and nothing is left behind."""

import copy
import gc
import pickle
import subprocess
import sys
import weakref
from pathlib import Path

import numpy as np
import pytest

from autograd_mini import (
    AutogradError,
    ShapeError,
    StaleError,
    Tensor,
    Value,
    concatenate,
    exp,
    grad,
    gradients,
    log_softmax,
    matmul,
    softmax,
    stack,
    where,
)
from autograd_mini.reverse import history

ROOT = Path(__file__).parents[2]
A = np.array([1.0, 2.0, 3.0])


# Nothing is left for the garbage collector.


def build():
    """A graph of many kinds of operation, over scalars and arrays."""
    x, t, w = Value(1.5), Tensor(np.arange(6.0).reshape(2, 3)), Tensor(np.ones((3, 2)))
    joined = concatenate([t, w.T, t * x]).sum() + stack([x, x * x, 1.0]).mean()
    picked = t[0].sum() + t[[0, 0], 1].sum() + where(t > 2.0, t, x).max(axis=1).sum()
    shaped = t.reshape(3, 2).mT.sum() + t.astype(np.float32).transpose(1, 0).mean(axis=0).sum()
    soft = log_softmax(t).sum() + softmax(matmul(t, w)).min()
    return joined + picked + shaped + soft + (x**2 / 3.0 - x.tanh()).relu() + exp(1e9 + x) * 0.0


def forward():
    return [weakref.ref(node) for node in history(build())]


def backward():
    loss = build()
    loss.backward()
    return [weakref.ref(node) for node in history(loss)]


def differentiable_sweep():
    loss = build()
    swept = gradients(loss, differentiable=True)
    nodes = [node for g in swept.values() if isinstance(g, Tensor | Value) for node in history(g)]
    assert set(nodes) - swept.keys()  # the nodes of the sweep itself
    return [weakref.ref(node) for node in nodes]


def derivative_of_a_derivative():
    seen = []

    def f(x):
        y = x * x * x
        seen.append(weakref.ref(y))
        return y

    grad(grad(f))(2.0)
    return seen


def failing_forward():
    loss = build()
    refs = [weakref.ref(node) for node in history(loss)]
    try:
        _ = (loss + Tensor(A)) @ Tensor(np.ones((4, 4)))
    except ShapeError:
        return refs
    raise AssertionError("shapes that do not fit were multiplied")


def stale_backward():
    x = Tensor(A)
    loss = (x * x).sum()
    x.data = A
    refs = [weakref.ref(x), weakref.ref(loss)]
    try:
        loss.backward()
    except StaleError:
        return refs
    raise AssertionError("stale data was swept")


@pytest.mark.parametrize(
    "use", [forward, backward, differentiable_sweep, derivative_of_a_derivative, failing_forward, stale_backward]
)
def test_nothing_is_left_for_the_garbage_collector(use):
    use()  # whatever Python and NumPy load and keep the first time
    gc.collect()
    gc.disable()
    try:
        refs = use()
        left = [ref() for ref in refs if ref() is not None]
        garbage = gc.collect()
    finally:
        gc.enable()
    assert len(refs) > 1 or use is derivative_of_a_derivative
    assert not left
    assert garbage == 0


# Arrays of their own.


def test_a_tensor_owns_a_copy():
    array = A.copy()
    t = Tensor(array)
    twin = Tensor(t.data)
    array[:] = 0.0
    t.data -= 1.0
    assert t.data.tolist() == [0.0, 1.0, 2.0]
    assert twin.data.tolist() == [1.0, 2.0, 3.0]


def test_each_gradient_has_memory_of_its_own():
    x, y, b = Tensor(A), Tensor(A), Tensor(np.ones(()))
    seed = np.ones(3)
    root = (x + y).reshape(3, 1)[:, 0] + b
    swept = list(gradients(root, seed).values())
    root.backward(seed)
    arrays = [seed, x.data, root.data, *swept, x.grad, y.grad, b.grad, root.grad]
    for i, one in enumerate(arrays):
        one[...] = i  # writable, and seen by nobody else
    assert [float(np.ravel(one)[-1]) for one in arrays] == list(range(len(arrays)))


def test_gradients_stores_nothing():
    x, t = Value(3.0), Tensor(A)
    inner = t * x
    loss = inner.sum()
    for differentiable in (False, True):
        swept = gradients(loss, differentiable=differentiable)
        assert swept.keys() == {x, t, inner, loss}
        assert float(swept[x]) == 6.0
    assert [node.grad for node in (x, t, inner, loss)] == [None] * 4


# Copies.


@pytest.mark.parametrize("data", [2.0, A])
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda node: pickle.loads(pickle.dumps(node))])
def test_a_leaf_is_copied_as_a_leaf_and_an_inner_node_not_at_all(copied, data):
    leaf = (Tensor if isinstance(data, np.ndarray) else Value)(data, label="w")
    twin = copied(leaf)
    assert (type(twin), twin.label, twin.grad, twin.inputs) == (type(leaf), "w", None, ())
    assert np.all(twin.data == data)
    twin.data -= 1.0
    assert np.all(leaf.data == data)
    with pytest.raises(AutogradError, match=r"multiply .*not copied.*\(node\.data\)"):
        copied(leaf * 2.0)


def test_what_is_one_leaf_stays_one_in_a_deep_copy():
    leaf = Value(2.0)
    first, second = copy.deepcopy([leaf, leaf])
    assert first is second is not leaf


def test_a_pickled_leaf_is_a_leaf_elsewhere():
    for _ in range(1000):
        w = Tensor(A, label="w")  # born later than anything in the other process
    code = f"import pickle; w = pickle.loads({pickle.dumps(w)!r}); (w * w).sum().backward(); print(w.label, *w.grad)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["w", "2.0", "4.0", "6.0"], done.stderr


@pytest.mark.parametrize("data", [np.ones((50, 40), np.float32), np.ones((50, 40), order="F"), [[1] * 40] * 50])
def test_a_large_leaf_begins_at_a_cache_line_and_owns_its_copy(data):
    held = Tensor(data).data
    assert held.ctypes.data % 64 == 0
    assert not np.shares_memory(held, data)
    np.testing.assert_array_equal(held, data)
