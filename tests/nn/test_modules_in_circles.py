"""Modules that hold themselves, their parent, or a list that holds itself: each part is met once."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd_mini import Tensor


class Parent(nn.Module):
    """Holds a child that holds its parent, itself, and a list and a dict that hold themselves."""

    def __init__(self):
        self.child = Child(self)
        self.me = self
        self.scale = Tensor([1.0, 2.0])
        self.extras = [Tensor([1.0, 2.0, 3.0])]
        self.extras.append(self.extras)
        self.by_name = {"again": self.scale, "more": {"deep": (Tensor([4.0]),)}}
        self.by_name["all"] = self.by_name

    def forward(self, x):
        return self.child(x) * self.scale


class Child(nn.Module):
    def __init__(self, parent):
        self.parent = parent
        self.shift = Tensor([3.0, 4.0])

    def forward(self, x):
        return x + self.shift


def test_each_parameter_is_found_once():
    model = Parent()
    assert [path for path, _ in model.named_parameters()] == ["child.shift", "scale", "extras.0", "by_name.more.deep.0"]
    assert len({id(parameter) for parameter in model.parameters()}) == 4
    assert [path for path, _ in model.child.named_parameters()][-1] == "shift"
    assert len(model.child.parameters()) == 4


def test_each_module_is_met_once_and_changes_its_mode():
    model = Parent()
    assert list(model.modules()) == [model, model.child]
    assert list(model.child.modules()) == [model.child, model]
    model.eval()
    assert (model.training, model.child.training) == (False, False)
    model.child.train()
    assert (model.training, model.child.training) == (True, True)


def test_the_repr_names_what_is_above_already_in_a_line():
    lines = [line.split() for line in repr(Parent()).splitlines()]
    assert lines == [
        ["Parent()", "8"],
        ["(child)", "Child()", "2"],
        ["(parent)", "Parent()"],
        ["(shift)", "Tensor(2,)", "2"],
        ["(me)", "Parent()"],
        ["(scale)", "Tensor(2,)", "2"],
        ["(extras.0)", "Tensor(3,)", "3"],
        ["(by_name.more.deep.0)", "Tensor(1,)", "1"],
    ]


def test_a_chain_of_modules_has_a_long_repr():
    """By a list of those that wait: 400 would be too deep for a call each on top of pytest's own."""
    chain = nn.Linear(1, 1)
    for _ in range(400):
        chain = nn.Residual(chain)
    assert len(repr(chain).splitlines()) == 401


def test_the_repr_counts_a_layer_used_twice_once():
    layer = nn.Linear(2, 2)
    lines = [line.split()[-1] for line in repr(nn.Sequential(layer, nn.ReLU(), layer)).splitlines()]
    assert lines == ["6", "6", "ReLU()", "2)"]


def test_it_learns_and_forgets_its_gradients():
    model = Parent()
    optimizer = nn.SGD(model.parameters(), 0.1)
    model(np.ones(2)).sum().backward()
    np.testing.assert_array_equal(model.child.shift.grad, [1.0, 2.0])
    optimizer.step()
    np.testing.assert_array_equal(model.child.shift.data, [2.9, 3.8])
    model.zero_grad()
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))], ids=["deep", "sent"]
)
def test_a_copy_goes_in_the_same_circles_and_is_independent(copied):
    model = Parent()
    other = copied(model)
    assert other.child.parent is other.me is other
    assert other.by_name["again"] is other.scale
    other.scale.data += 1.0
    np.testing.assert_array_equal(model.scale.data, [1.0, 2.0])
    assert [path for path, _ in other.named_parameters()] == [path for path, _ in model.named_parameters()]
