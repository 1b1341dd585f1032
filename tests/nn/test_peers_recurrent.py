"""Recurrent layers beside PyTorch's: the same weights give the same values and gradients."""

import numpy as np
import pytest

import nn
from autograd_mini import Tensor

from ..support.networks import all_of
from ..support.twins import as_theirs

torch = pytest.importorskip("torch", reason="PyTorch is not installed, so nothing is compared with it: make peers")

RNG = np.random.default_rng(0)
KINDS = ("RNN", "LSTM", "GRU")


def twins(name, dtype=np.float64, **options):
    """Ours and PyTorch's with the same weights."""
    theirs = getattr(torch.nn, name)(3, 4, **options).to(getattr(torch, np.dtype(dtype).name))
    ours = getattr(nn, name)(3, 4, bias=options.get("bias", True), dtype=dtype)
    nn.convert.from_torch(ours, theirs)
    return ours, theirs


def compare(ours, theirs, x, states, tolerance):
    """Values, and the gradients of a weighted sum of them with respect to x, the states and every parameter."""
    mine, his = [Tensor(a) for a in (x, *states)], [torch.tensor(a, requires_grad=True) for a in (x, *states)]
    is_sequence = isinstance(theirs, torch.nn.RNNBase)
    lead = (lambda part: part[None]) if is_sequence else (lambda part: part)  # an axis of layers
    state = lambda parts, lead: tuple(map(lead, parts)) if len(parts) > 1 else lead(parts[0])
    answers = all_of(ours(mine[0], state(mine[1:], lambda part: part)) if states else ours(mine[0]))
    expected = all_of(theirs(his[0], state(his[1:], lead)) if states else theirs(his[0]))
    total = hers = 0.0
    for a, b in zip(answers, expected, strict=True):
        b = b.reshape(a.shape)
        np.testing.assert_allclose(a.data, b.detach().numpy(), rtol=tolerance, atol=tolerance)
        weight = RNG.normal(size=a.shape).astype(a.dtype)
        total, hers = total + (a * weight).sum(), hers + (b * torch.from_numpy(weight)).sum()
    total.backward()
    hers.backward()
    pairs = [(a.grad, b.grad.numpy()) for a, b in zip(mine, his, strict=True)]
    found = as_theirs(ours, [parameter.grad for parameter in ours.parameters()])
    pairs += [(found[path], parameter.grad.numpy()) for path, parameter in theirs.named_parameters()]
    for mine_grad, his_grad in pairs:
        np.testing.assert_allclose(mine_grad, his_grad, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("from_a_state", [False, True])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-11), (np.float32, 1e-4)])
@pytest.mark.parametrize("name", KINDS)
def test_sequences(name, dtype, tolerance, from_a_state):
    ours, theirs = twins(name, dtype, batch_first=True)
    states = [RNG.normal(size=(2, 4)).astype(dtype) for _ in ours.parts] if from_a_state else []
    compare(ours, theirs, RNG.normal(size=(2, 5, 3)).astype(dtype), states, tolerance)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("name", KINDS)
def test_cells(name, bias):
    ours, theirs = twins(name + "Cell", bias=bias)
    states = [RNG.normal(size=(2, 4)) for _ in ours.parts]
    compare(ours, theirs, RNG.normal(size=(2, 3)), states, 1e-11)


@pytest.mark.parametrize("name", KINDS)
def test_two_layers_are_a_loop(name):
    theirs = getattr(torch.nn, name)(3, 4, num_layers=2, batch_first=True).double()
    x = RNG.normal(size=(2, 5, 3))
    outputs = x
    for i, features in enumerate((3, 4)):
        layer = getattr(nn, name)(features, 4, dtype=np.float64)
        state = theirs.state_dict().items()
        own = {path.replace(f"_l{i}", "_l0"): tensor for path, tensor in state if path.endswith(f"_l{i}")}
        nn.convert.from_torch(layer, own)
        outputs, state = layer(outputs)
        for ours, his in zip(all_of(state), all_of(theirs(torch.from_numpy(x))[1]), strict=True):
            np.testing.assert_allclose(ours.data, his[i].detach().numpy(), rtol=1e-11)
    np.testing.assert_allclose(outputs.data, theirs(torch.from_numpy(x))[0].detach().numpy(), rtol=1e-11)


@pytest.mark.parametrize("name", KINDS)
def test_the_first_weights_are_drawn_from_the_same_interval(name):
    ours, theirs = getattr(nn, name)(3, 64, rng=0), getattr(torch.nn, name)(3, 64)
    drawn = nn.convert.to_torch(ours)
    assert drawn.keys() == theirs.state_dict().keys()
    for path, his in theirs.state_dict().items():
        assert drawn[path].shape == his.shape
        for numbers in (drawn[path], his.numpy()):
            assert 0.9 / 8 < np.abs(numbers).max() <= 1 / 8


def test_an_rnn_of_relus():
    theirs = torch.nn.RNN(3, 4, nonlinearity="relu", batch_first=True).double()
    ours = nn.RNN(3, 4, activation=nn.ReLU, dtype=np.float64)
    nn.convert.from_torch(ours, theirs)
    compare(ours, theirs, RNG.normal(size=(2, 5, 3)), [], 1e-11)
