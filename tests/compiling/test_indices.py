"""Whole numbers among the arguments: as an index they stay in the program, anything else is a decision."""

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, add_at, gradients, set_at
from autograd_mini.compiling.tracing.indices import Indices
from autograd_mini.compiling.tracing.trace import trace
from autograd_mini.node import data_of

from .support import again

X = np.arange(12.0).reshape(3, 4)
ROWS = np.arange(3)

AS_AN_INDEX = {
    "rows": lambda x, i: x[i],
    "pairs": lambda x, i: x[np.arange(len(i)), i],
    "columns": lambda x, i: x[:, i],
    "both": lambda x, i: x[i, i],
    "a new axis": lambda x, i: x[i, None],
    "set_at": lambda x, i: set_at(x, (ROWS, i), 7.0),
    "add_at": lambda x, i: add_at(x, (slice(None), i), 7.0),
    "its gradient": lambda x, i: gradients((x[i] ** 2).sum())[x],
    "cross_entropy": lambda x, i: nn.cross_entropy(x, i),
    "its shape": lambda x, i: x[i] * i.shape[0] + i.ndim + i.size + (i.dtype == np.int64),
}


@pytest.mark.parametrize("f", AS_AN_INDEX.values(), ids=AS_AN_INDEX)
def test_indices_stay_in_the_program(f):
    recorded = trace(f, (X, np.array([0, 2, 1])))
    assert not {decision.kind for decision in recorded.decisions} & {"value", "truth"}
    assert isinstance(recorded.arguments[1].node, Indices)
    for indices in ([1, 1, 2], [2, 0, 0]):
        holds, given = again(recorded, X * 2.0, indices)
        assert holds
        np.testing.assert_array_equal(given, data_of(f(Tensor(X * 2.0), np.array(indices))))


LOOKED_AT = {
    "arithmetic": lambda x, i: x * (i + 1),
    "beside a node": lambda x, i: x * i,
    "the other way round": lambda x, i: i * x,
    "a comparison": lambda x, i: x * (i > 1),
    "an item": lambda x, i: x * i[0],
    "a loop": lambda x, i: sum(x * k for k in i),
    "membership": lambda x, i: x * (2 in i),
    "one-hot": lambda x, i: np.eye(4)[i][:, :3] @ x,
    "a method": lambda x, i: x * i.sum(),
    "NumPy": lambda x, i: x * len(np.unique(i)),
    "take": lambda x, i: x.take(i, 0),
    "a float": lambda x, i: x * float(i[1]),
    "an array": lambda x, i: x + np.asarray(i)[:, None],
    "the largest": lambda x, i: x * (i.max() + 1),
    "the least as a number": lambda x, i: x * int(i.min()),
    "the largest by NumPy's name": lambda x, i: x * (np.max(i) + 1) + np.min(i, axis=0),
    "a list": lambda x, i: x * i.tolist()[0],
}


@pytest.mark.parametrize("f", LOOKED_AT.values(), ids=LOOKED_AT)
def test_anything_else_is_a_look(f):
    x, indices = np.arange(1.0, 10.0).reshape(3, 3), np.array([0, 2, 1])
    recorded = trace(f, (x, indices))
    assert [decision.kind for decision in recorded.decisions] == ["value"]
    holds, given = again(recorded, x * 2.0, indices)
    assert holds
    np.testing.assert_array_equal(given, data_of(f(Tensor(x * 2.0), indices)))
    assert not again(recorded, x, np.array([0, 2, 2]))[0]


def test_of_the_least_and_the_largest_only_the_answer_is_decided():
    f = lambda x, i: x if i.min() >= 0 and np.max(i) < 3 else -x
    recorded = trace(f, (1.0, np.array([0, 2])))
    assert [(d.kind, d.outcome) for d in recorded.decisions] == [
        ("min", ("greater_equal", 0, True)),
        ("max", ("less", 3, True)),
    ]
    assert again(recorded, 1.0, [1, 1])[0]
    assert not again(recorded, 1.0, [-1, 1])[0]
    assert not again(recorded, 1.0, [1, 3])[0]


def test_labels_that_are_none_are_refused_as_ever():
    with pytest.raises(ShapeError, match="labels from 0 to 7 for 4 classes"):
        trace(nn.cross_entropy, (X, np.array([0, 7, 1])))
    recorded = trace(nn.cross_entropy, (X, np.array([0, 3, 1])))
    assert again(recorded, X, np.array([3, 3, 3]))[0]
    assert not again(recorded, X, np.array([0, -1, 1]))[0]
    with pytest.raises(KindError, match="integer labels"):
        nn.cross_entropy(X, np.ones(3))
    with pytest.raises(KindError, match="integer labels"):
        nn.cross_entropy(X, Tensor(np.ones(3)))


def test_losses_of_labels_that_vary_are_checked_by_a_truth():
    recorded = trace(nn.hinge, (np.array([0.5, -2.0]), np.array([1.0, -1.0])))
    assert {decision.kind for decision in recorded.decisions} == {"truth"}
    assert again(recorded, [0.5, -2.0], [-1.0, 1.0]) == (True, 2.25)
    assert not again(recorded, [0.5, -2.0], [0.0, 1.0])[0]


def test_indices_are_copied_and_read_only():
    indices = np.array([0, 1])
    recorded = trace(lambda x, i: x[i], (np.ones(2), indices))
    indices[0] = 1
    assert recorded.arguments[1].node.array.tolist() == [0, 1]

    def write(x, i):
        np.asarray(i)[0] = 1
        return x

    with pytest.raises(Exception, match="read-only"):
        trace(write, (np.ones(2), indices))


def test_indices_outside_of_a_trace_answer_plainly():
    indices = Indices(np.array([2, 0]))
    assert (indices + 1).tolist() == [3, 1]
    assert indices.max() == 2
    assert f"{indices.min()}" == "0"
    assert repr(indices) == "Indices(array([2, 0]))"
