"""States of modules: parameters and buffers by path, copies, loaded whole or not at all."""

import copy
import pickle
import signal

import numpy as np
import pytest

import nn
from autograd_mini import AutogradError, KindError, Tensor, Value


class Counted(nn.Module):
    """A parameter of each kind, buffers, a source of randomness and a part within."""

    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)
        self.inner = nn.Linear(2, 3, rng=rng)
        self.scale, self.shift = Value(rng.normal()), [Tensor(rng.normal(size=2))]
        self.constant = np.ones(3)
        self.register_buffer("count", np.array(seed))
        self.register_buffer("mean", rng.normal(size=3).astype(np.float32))
        self.rng = rng

    def forward(self, x):
        self.count += len(x)
        return self.inner(x) * self.scale


PATHS = ["inner.weight", "inner.bias", "scale", "shift.0", "count", "mean"]


def test_the_state_is_parameters_and_buffers_by_path():
    model = nn.Sequential(Counted(3))
    state = model.state_dict()
    assert list(state) == [f"0.{path}" for path in PATHS]
    kinds = {path: (array.dtype, array.shape) for path, array in state.items()}
    assert kinds["0.scale"] == (np.float64, ())
    assert kinds["0.inner.weight"] == (np.float32, (2, 3))
    assert kinds["0.count"] == (np.int64, ())
    assert all(type(array) is np.ndarray for array in state.values())
    assert [path for path, _ in model.named_parameters()] == [f"0.{path}" for path in PATHS[:4]]
    assert [path for path, _ in model.named_buffers()] == ["0.count", "0.mean"]
    assert dict(model.named_buffers())["0.mean"] is model[0].mean
    assert list(model.named_generators()) == [("0.rng", model[0].rng)]
    assert [path for path, _ in model.named_modules()] == ["", "0", "0.inner"]


def assert_equal_states(one, other):
    assert list(one) == list(other)
    for path in one:
        np.testing.assert_array_equal(one[path], other[path], strict=True)


def test_a_state_comes_back_whole_into_the_same_parameters():
    one, other = Counted(1), Counted(2)
    one(np.ones((5, 2), np.float32))
    parameters, optimizer = other.parameters(), nn.Adam(other.parameters(), 0.1)
    state = one.state_dict()
    other.load_state_dict(state)
    assert_equal_states(other.state_dict(), one.state_dict())
    assert other.count == 6
    assert all(mine is before for mine, before in zip(other.parameters(), parameters, strict=True))
    x = np.ones((4, 2), np.float32)
    np.testing.assert_array_equal(other(x).data, one(x).data)
    other(x).sum().backward()
    optimizer.step()
    assert other.scale.data != one.scale.data


def test_nothing_shares_memory_with_a_state():
    model = Counted()
    state = model.state_dict()
    kept = {path: array.copy() for path, array in state.items()}
    for array in state.values():
        array[...] = 7
    assert_equal_states(model.state_dict(), kept)
    model.load_state_dict(kept)
    for array in kept.values():
        array[...] = 9
    assert model.scale.data != 9.0
    assert not any(np.any(array == 9) for array in model.state_dict().values())


def test_a_graph_recorded_before_is_stale_after_loading():
    model = Counted()
    loss = model(np.ones((2, 2), np.float32)).sum()
    model.load_state_dict(model.state_dict())
    with pytest.raises(RuntimeError, match="replaced"):
        loss.backward()


WRONG = {
    "missing": (lambda state: state.pop("inner.bias"), "inner.bias: missing"),
    "unexpected": (lambda state: state.update(other=np.ones(2)), "other: unexpected"),
    "shape": (lambda state: state.update(mean=np.ones(4, "f4")), r"mean: float32 \(4,\) in place of float32 \(3,\)"),
    "dtype": (lambda state: state.update(count=np.array(1.0)), r"count: float64 \(\) in place of int64 \(\)"),
    "order": (lambda state: state.update(scale=np.array(1.0, ">f8")), "scale: >f8"),
    "node": (lambda state: state.update(scale=Value(1.0)), "scale: a Value, no array, in place of float64"),
    "masked": (lambda state: state.update(mean=np.ma.ones(3, "f4")), "mean: a MaskedArray, no array"),
    "list": (lambda state: state.update(mean=[1.0] * 3), "mean: a list, no array"),
}


@pytest.mark.parametrize(("change", "words"), WRONG.values(), ids=WRONG)
def test_what_differs_is_said_and_nothing_is_loaded(change, words):
    model = Counted(1)
    before, state = model.state_dict(), Counted(2).state_dict()
    change(state)
    with pytest.raises(nn.StateError, match=f"this state is not of this Counted:\n  {words}"):
        model.load_state_dict(state)
    assert_equal_states(model.state_dict(), before)


def test_all_that_differs_is_in_one_error():
    state = nn.MLP(4, [3], 2).state_dict()
    with pytest.raises(nn.StateError) as caught:
        nn.MLP(4, [5], 2).load_state_dict({**state, "x": np.ones(1)})
    assert [line.split(":")[0].strip() for line in str(caught.value).splitlines()[1:]] == [
        "0.weight",
        "0.bias",
        "2.weight",
        "x",
    ]
    with pytest.raises(nn.StateError, match=r"and 10 more$"):
        nn.Linear(2, 2).load_state_dict({**nn.Linear(2, 2).state_dict(), **{str(i): np.ones(1) for i in range(30)}})
    with pytest.raises(KindError, match=r"a state of Linear is a dict.*got list"):
        nn.Linear(2, 2).load_state_dict([np.ones(2)])


def test_a_shared_parameter_is_there_once_and_stays_shared():
    def tied(seed):
        rng = np.random.default_rng(seed)
        layer = nn.Linear(2, 2, rng=rng)
        return nn.Sequential(layer, nn.Linear(2, 2, rng=rng), layer)

    one, other = tied(1), tied(2)
    assert list(one.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    other.load_state_dict(one.state_dict())
    assert other[2].weight is other[0].weight
    assert_equal_states(other.state_dict(), one.state_dict())


def test_two_parts_of_one_path_are_refused():
    model = nn.Module()
    model.parts = {"a.b": Tensor([1.0]), "a": {"b": Tensor([2.0])}}
    with pytest.raises(AutogradError, match=r"two parts of this Module are called parts\.a\.b"):
        model.state_dict()


def test_loading_waits_for_no_interrupt_halfway(monkeypatch):
    """Ctrl-C at the first parameter is heard when all are loaded."""
    model, state = Counted(1), Counted(2).state_dict()
    set_data = type(model.scale).data.fset

    def interrupting(node, data):
        signal.raise_signal(signal.SIGINT)
        set_data(node, data)

    monkeypatch.setattr(Tensor, "data", property(Tensor.data.fget, interrupting))
    with pytest.raises(KeyboardInterrupt):
        model.load_state_dict(state)
    monkeypatch.undo()
    assert_equal_states(model.state_dict(), state)


BUFFERS = {
    "a node": ("mean", Tensor([1.0]), "a plain array; got a Tensor"),
    "text": ("mean", "abc", "holds numbers"),
    "objects": ("mean", [None], "holds numbers; got mean of object"),
    "a path": ("a.b", 1.0, "name of an attribute; got 'a.b'"),
    "no text": (3, 1.0, "name of an attribute; got 3"),
    "a method": ("forward", 1.0, "has an attribute forward already"),
    "a parameter": ("weight", 1.0, "has an attribute weight already"),
}


@pytest.mark.parametrize(("name", "array", "words"), BUFFERS.values(), ids=BUFFERS)
def test_what_is_no_buffer_is_refused(name, array, words):
    layer = nn.Linear(2, 2)
    with pytest.raises(KindError, match=words):
        layer.register_buffer(name, array)
    assert list(layer.named_buffers()) == []


def test_a_buffer_is_a_copy_and_may_be_replaced():
    model, given = nn.Module(), np.ones(2)
    model.register_buffer("mean", given)
    given[0] = 5.0
    np.testing.assert_array_equal(model.mean, [1.0, 1.0])
    model.mean = model.mean * 2.0
    np.testing.assert_array_equal(model.state_dict()["mean"], [2.0, 2.0])
    model.register_buffer("mean", np.zeros(3))
    assert [array.shape for _, array in model.named_buffers()] == [(3,)]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_has_buffers_of_its_own(copied):
    model = Counted()
    other = copied(model)
    assert_equal_states(other.state_dict(), model.state_dict())
    other.count += 5
    other.mean[...] = 0
    assert model.count == 0
    assert np.all(model.mean != 0)


class Link(nn.Module):
    def __init__(self, following):
        self.weight, self.following = Tensor([1.0]), following


def test_a_long_chain_of_modules_is_walked():
    chain = None
    for _ in range(2000):
        chain = Link(chain)
    assert len(chain.eval().state_dict()) == 2000
    assert not any(module.training for module in chain.modules())
    chain.load_state_dict(chain.state_dict())
