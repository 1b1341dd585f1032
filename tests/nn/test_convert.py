"""Weights in PyTorch's names and layouts, and back; PyTorch itself is asked in test_peers_convert.py."""

import numpy as np
import pytest

import nn
from autograd_mini import KindError, Tensor
from nn.convert import from_torch, to_torch
from nn.state import StateError

LAYERS = {
    "Linear": (lambda rng: nn.Linear(3, 2, rng=rng), {"weight": (2, 3), "bias": (2,)}),
    "Linear without bias": (lambda rng: nn.Linear(3, 2, bias=False, rng=rng), {"weight": (2, 3)}),
    "Conv2d": (lambda rng: nn.Conv2d(4, 6, (3, 2), groups=2, rng=rng), {"weight": (6, 2, 3, 2), "bias": (6,)}),
    "Conv1d": (lambda rng: nn.Conv1d(4, 6, 3, bias=False, rng=rng), {"weight": (6, 4, 3)}),
    "Embedding": (lambda rng: nn.Embedding(5, 2, rng=rng), {"weight": (5, 2)}),
    "LayerNorm": (lambda rng: nn.LayerNorm(3), {"weight": (3,), "bias": (3,)}),
    "BatchNorm1d": (
        lambda rng: nn.BatchNorm1d(3),
        {"weight": (3,), "bias": (3,), "running_mean": (3,), "running_var": (3,), "num_batches_tracked": ()},
    ),
    "LSTMCell": (
        lambda rng: nn.LSTMCell(3, 2, rng=rng),
        {"weight_ih": (8, 3), "weight_hh": (8, 2), "bias_ih": (8,), "bias_hh": (8,)},
    ),
    "RNN": (
        lambda rng: nn.RNN(3, 2, rng=rng),
        {"weight_ih_l0": (2, 3), "weight_hh_l0": (2, 2), "bias_ih_l0": (2,), "bias_hh_l0": (2,)},
    ),
    "LSTM": (lambda rng: nn.LSTM(3, 2, bias=False, rng=rng), {"weight_ih_l0": (8, 3), "weight_hh_l0": (8, 2)}),
    "GRU": (lambda rng: nn.GRU(3, 2, bias=False, rng=rng), {"weight_ih_l0": (6, 3), "weight_hh_l0": (6, 2)}),
    "MultiheadAttention": (
        lambda rng: nn.MultiheadAttention(4, 2, rng=rng),
        {"in_proj_weight": (12, 4), "in_proj_bias": (12,), "out_proj.weight": (4, 4), "out_proj.bias": (4,)},
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layouts(name):
    make, shapes = LAYERS[name]
    one, other = make(1), make(2)
    for array in one.state_dict().values():
        array[...] = 0
    theirs = to_torch(one)
    assert {path: array.shape for path, array in theirs.items()} == shapes
    assert all(array.flags.c_contiguous for array in theirs.values())
    from_torch(other, theirs)
    mine, found = one.state_dict(), other.state_dict()
    assert list(mine) == list(found)
    for path in mine:
        np.testing.assert_array_equal(found[path], mine[path], strict=True)


def test_a_weight_is_transposed_and_nothing_else():
    weight = np.arange(6, dtype=np.float32).reshape(2, 3)
    layer = nn.Linear(3, 2)
    from_torch(layer, {"weight": weight, "bias": np.ones(2, np.float32)})
    np.testing.assert_array_equal(layer.weight.data, weight.T, strict=True)
    np.testing.assert_array_equal(layer(np.eye(3, dtype=np.float32)).data, weight.T + 1)
    gates = np.arange(16, dtype=np.float32).reshape(8, 2)
    cell = nn.LSTMCell(2, 2, bias=False)
    from_torch(cell, {"weight_ih": gates, "weight_hh": -gates})
    np.testing.assert_array_equal(cell.weight_ih.data, gates.T)
    np.testing.assert_array_equal(cell.weight_hh.data, -gates.T)


class Own(nn.Module):
    """Modules under attributes, in a list, and parameters of its own, one of two axes."""

    def __init__(self, seed=0):
        self.encoder = nn.Sequential(nn.Linear(3, 4, rng=seed), nn.ReLU(), nn.LSTM(4, 2, rng=seed))
        self.heads = nn.ModuleList([nn.Linear(2, 2, rng=seed), nn.LayerNorm(2)])
        self.weight = Tensor(np.random.default_rng(seed).normal(size=(2, 3)))


def test_paths_are_those_of_the_modules_and_own_parameters_lie_as_they_are():
    one, other = Own(0), Own(1)
    theirs = to_torch(one)
    assert theirs["encoder.0.weight"].shape == (4, 3)
    assert theirs["encoder.2.weight_ih_l0"].shape == (8, 4)
    assert theirs["heads.0.weight"].shape == (2, 2)
    np.testing.assert_array_equal(theirs["weight"], one.weight.data)
    from_torch(other, theirs)
    for path, array in other.state_dict().items():
        np.testing.assert_array_equal(array, one.state_dict()[path], strict=True)


def test_nothing_shares_memory():
    layer = nn.LayerNorm(2)
    theirs = to_torch(layer)
    theirs["weight"][:] = 7.0
    assert not np.any(layer.weight.data == 7.0)
    from_torch(layer, theirs)
    theirs["weight"][:] = 9.0
    assert np.all(layer.weight.data == 7.0)


class FakeTensor:
    """What is asked of a tensor."""

    def __init__(self, array):
        self.array = array

    def detach(self):
        return self

    cpu = detach

    def numpy(self):
        if isinstance(self.array, str):
            raise TypeError(f"Got unsupported ScalarType {self.array}")
        return self.array


def test_all_that_differs_is_told_and_nothing_is_loaded():
    model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.LayerNorm(2))
    before = model.state_dict()
    good = to_torch(model)
    wrong = {
        r"0.weight: missing, for 0.weight\n  0.kernel: left over, of shape \(2, 3\)": {
            "0.kernel" if path == "0.weight" else path: array for path, array in good.items()
        },
        r"0.weight: float32 \(2, 3\) in place of float32 \(3, 2\)": good | {"0.weight": np.ones((3, 2), np.float32)},
        r"0.bias: float64 \(2,\) in place of float32 \(2,\)": good | {"0.bias": np.ones(2)},
    }
    for words, theirs in wrong.items():
        with pytest.raises(StateError, match=words):
            from_torch(model, theirs)
    with pytest.raises(KindError, match=r"0.bias is a tensor that NumPy has no type for .* tensor.float\(\)"):
        from_torch(model, good | {"0.bias": FakeTensor("BFloat16")})
    for path, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[path], strict=True)
    from_torch(model, {path: FakeTensor(array) for path, array in good.items()})


def tied():
    """A layer that is there twice, and one weight of two layers."""
    layer, other = nn.Linear(2, 2, rng=0), nn.Linear(2, 2, rng=1)
    other.weight = layer.weight
    return nn.Sequential(layer, nn.ReLU(), layer, other, norm := nn.BatchNorm1d(2), norm)


def test_what_is_shared_has_all_its_names_there():
    one, other = tied(), tied()
    theirs = to_torch(one)
    assert [path for path in theirs if path.endswith("weight")] == [f"{i}.weight" for i in (0, 2, 3, 4, 5)]
    assert {"4.running_mean", "5.running_mean"} < theirs.keys()
    for array in other.state_dict().values():
        array[...] = 0
    from_torch(other, theirs)
    from_torch(other, {path: x for path, x in theirs.items() if path not in ("0.weight", "2.weight", "5.running_var")})
    for path, array in other.state_dict().items():
        np.testing.assert_array_equal(array, one.state_dict()[path], strict=True)
    with pytest.raises(StateError, match=r"0.weight and 2.weight and 3.weight: differ, and are one here, 0.weight"):
        from_torch(other, theirs | {"2.weight": theirs["2.weight"] + 1})
    without = {path: x for path, x in theirs.items() if path not in ("0.weight", "2.weight", "3.weight")}
    with pytest.raises(StateError, match=r"0.weight: missing, for 0.weight"):
        from_torch(other, without)


def test_what_is_shared_there_may_have_one_name_here():
    model = nn.Sequential(nn.Embedding(5, 2, rng=0))
    theirs = to_torch(model)
    theirs["0.weight"] *= 2
    from_torch(model, theirs | {"decoder.weight": theirs["0.weight"]})
    np.testing.assert_array_equal(model[0].weight.data, theirs["0.weight"])
    with pytest.raises(StateError, match=r"decoder.weight: left over, of shape \(5, 2\)"):
        from_torch(model, theirs | {"decoder.weight": theirs["0.weight"].copy()})
    lists = {path: x.tolist() for path, x in (theirs | {"decoder.weight": theirs["0.weight"]}).items()}
    with pytest.raises(StateError, match=r"decoder.weight: left over"):
        from_torch(model, lists)


def test_a_module_within_itself_has_no_paths_without_end():
    model = nn.Sequential(nn.Linear(2, 2, rng=0))
    model[0].parent = model
    assert list(to_torch(model)) == ["0.weight", "0.bias"]


def test_calls_that_cannot_be_meant():
    model = nn.Linear(2, 2)
    with pytest.raises(KindError, match="from_torch takes a model, a Module, first; got a dict"):
        from_torch(to_torch(model), model)
    with pytest.raises(KindError, match="torch Module or its state_dict; got a list"):
        from_torch(model, [np.ones(2)])
    with pytest.raises(KindError, match="to_torch takes a model"):
        to_torch(model.state_dict())
