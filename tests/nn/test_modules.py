"""Modules by path: labels, names on pictures, containers, and what a module's call hands on."""

import copy

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, Value, draw, tanh


class Cell(nn.Module):
    """Written by hand, without a word on labels."""

    def __init__(self):
        self.xh, self.hh = nn.Linear(2, 3, rng=0), nn.Linear(3, 3, rng=1)
        self.start = Tensor(np.zeros((1, 3), np.float32))
        self.slope = Value(2.0, label="the slope")

    def forward(self, x):
        return tanh(self.xh(x) + self.hh(self.start)) * self.slope


class Reader(nn.Module):
    def __init__(self):
        self.cells = [Cell(), Cell()]
        self.head = nn.Sequential(nn.Linear(3, 2, rng=0), nn.ReLU())

    def forward(self, x):
        return self.head(self.cells[0](x) + self.cells[1](x))


CELL = ["xh.weight", "xh.bias", "hh.weight", "hh.bias", "start", "the slope"]
READER = [
    *(f"cells.0.{path}" for path in CELL[:5]),
    "the slope",
    *(f"cells.1.{path}" for path in CELL[:5]),
    "the slope",
]
READER += ["head.0.weight", "head.0.bias"]
X = np.ones((1, 2), np.float32)


def labels(model):
    return [parameter.label for _, parameter in model.named_parameters()]


@pytest.mark.parametrize("name", [lambda model: model(X), lambda model: model.parameters()], ids=["call", "parameters"])
def test_a_module_written_by_hand_labels_its_parameters_by_path(name):
    model = Reader()
    name(model)
    assert labels(model) == READER
    assert [label for path, label in zip(dict(model.named_parameters()), READER, strict=True) if label != path] == [
        "the slope"
    ] * 2


def test_a_part_called_by_itself_has_short_labels_until_the_whole_is_called_and_long_ones_then():
    model = Reader()
    cell = model.cells[0]
    cell(X)
    assert labels(cell) == CELL
    model(X)
    cell(X)
    cell.parameters()
    assert labels(model) == READER


def test_a_part_put_in_later_has_its_path_where_the_optimizer_is_given_it():
    model = Reader()
    model(X)
    model.head = nn.Linear(3, 5, rng=0)
    model.parameters()
    assert labels(model)[-2:] == ["head.weight", "head.bias"]
    layers = nn.Sequential(nn.Linear(1, 2, rng=0)).append(nn.Linear(2, 1, rng=0))
    assert labels(layers) == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_a_shared_parameter_has_the_path_of_its_first_place():
    layer = nn.Linear(2, 2, rng=0)
    assert labels(nn.Sequential(nn.Tanh(), layer, layer)) == ["1.weight", "1.bias"]


@pytest.mark.parametrize("make", [lambda: nn.ScalarMLP(2, iter([3, 2]), 1, rng=0), lambda: nn.Layer(2, 3, rng=0)])
def test_the_labels_of_scalar_networks_are_their_paths(make):
    model = make()
    assert labels(model) == [path for path, _ in model.named_parameters()]
    assert labels(model)[:4] in (["0.0.w0", "0.0.w1", "0.0.b", "0.1.w0"], ["0.w0", "0.w1", "0.b", "1.w0"])


def test_boxes_on_pictures_carry_path_and_class():
    names = {name for card in draw(Reader()(X), unfold=True).shown.cards for _, name in card.frames}
    assert {"Reader", "cells.0: Cell", "cells.1: Cell", "cells.0.xh: Linear", "head: Sequential"} <= names
    assert "head.0: Linear" in names


def test_a_part_that_knows_the_whole_is_named_and_called():
    class Part(nn.Module):
        def __init__(self, whole):
            self.whole, self.shift = whole, Tensor([1.0, 2.0])

        def forward(self, x):
            return x + self.shift

    class Whole(nn.Module):
        def __init__(self):
            self.part = Part(self)

        def forward(self, x):
            return self.part(x) * 2.0

    model = Whole()
    np.testing.assert_array_equal(model(np.ones(2)).data, [4.0, 6.0])
    assert model.part.shift.label == "part.shift"
    model.load_state_dict(model.state_dict())
    assert list(model.state_dict()) == ["part.shift"]
    assert list(model.part.state_dict()) == ["shift"]


def test_a_call_hands_on_what_is_given_by_name():
    class Masked(nn.Module):
        def forward(self, x, *, mask=None):
            return x if mask is None else x * mask

    assert Masked()(3.0) == 3.0
    assert Masked()(3.0, mask=0.0) == 0.0


def test_the_repr_counts_what_a_module_holds_beside_its_parts():
    lines = [line.split() for line in repr(Cell()).splitlines()]
    assert lines[0] == ["Cell()", "25"]
    assert lines[3:] == [["(start)", "Tensor(1,", "3)", "3"], ["(slope)", "Value()", "1"]]
    assert sum(int(line[-1]) for line in lines[1:]) == 25


# Containers


def test_a_slice_of_a_sequential_is_one_of_the_same_modules():
    model = nn.MLP(2, [4, 3], 1, rng=0)
    part = model[:3]
    assert type(part) is nn.Sequential
    assert list(part) == [model[0], model[1], model[2]]
    assert model[-1] is list(model)[-1]
    assert [path for path, _ in model.named_parameters()][-1] == "4.bias"
    np.testing.assert_array_equal(model[3:](part(X)).data, model(X).data)
    model[1] = nn.Tanh()
    assert isinstance(model[1], nn.Tanh)
    assert len(model) == 5
    assert model.extend([nn.Tanh(), nn.Identity()]) is model
    assert len(model) == 7


def test_lists_and_dicts_of_modules_are_parts_by_number_and_by_name():
    model = nn.Module()
    model.layers = nn.ModuleList(nn.Linear(2, 2, rng=i) for i in range(2))
    model.heads = nn.ModuleDict({"a": nn.Linear(2, 1, rng=0), "b": nn.ReLU()})
    assert [path for path, _ in model.named_modules()] == [
        "", "layers", "layers.0", "layers.1", "heads", "heads.a", "heads.b",
    ]  # fmt: skip
    assert list(model.state_dict())[-2:] == ["heads.a.weight", "heads.a.bias"]
    assert list(model.heads) == list(model.heads.keys()) == ["a", "b"]
    assert "a" in model.heads
    assert len(model.heads) == 2
    assert [name for name, _ in model.heads.items()] == ["a", "b"]
    del model.heads["b"]
    assert list(model.heads.values()) == [model.heads["a"]]
    assert isinstance(model.layers[1:], nn.ModuleList)
    assert list(model.layers[1:]) == [model.layers[1]]
    model.eval()
    assert not model.heads["a"].training
    assert repr(copy.deepcopy(model)) == repr(model)
    with pytest.raises(TypeError, match="ModuleList has no forward"):
        model.layers(X)


def test_the_name_of_an_attribute_may_be_that_of_a_module_in_a_dict():
    model = nn.ModuleDict({"training": nn.Linear(1, 1), "layers": nn.Linear(1, 1)}).eval()
    assert list(model.state_dict()) == ["training.weight", "training.bias", "layers.weight", "layers.bias"]
    assert not model.training
    assert not model["training"].training


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nn.ModuleList([nn.ReLU]), r"ModuleList\(\[layer1, layer2\]\); got the class ReLU"),
        (lambda: nn.Sequential().append([nn.ReLU()]), r"Sequential\(layer1, layer2\) .*; got list"),
        (lambda: nn.ModuleDict({"a": nn.ReLU}), r"ModuleDict\(\{name: layer\}\); got type"),
        (lambda: nn.ModuleDict({"a.b": nn.ReLU()}), "text without a dot; got 'a.b'"),
        (lambda: nn.ModuleDict({1: nn.ReLU()}), "text without a dot; got 1"),
        (lambda: nn.Residual(nn.ReLU), "Residual takes a module"),
    ],
)
def test_what_no_container_holds(make, words):
    with pytest.raises(KindError, match=words):
        make()


def test_a_container_refused_something_is_as_it_was():
    model = nn.Sequential(nn.ReLU())
    with pytest.raises(KindError):
        model.extend([nn.Tanh(), "x"])
    assert len(model) == 1


def test_a_residual_adds_and_does_not_broadcast():
    layer = nn.Linear(3, 3, rng=0)
    x = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    np.testing.assert_array_equal(nn.Residual(layer)(x).data, x + layer(x).data)
    with pytest.raises(ShapeError, match=r"\(4, 3\), to what its layer gives of it; got \(4, 1\)"):
        nn.Residual(nn.Linear(3, 1, rng=0))(x)
