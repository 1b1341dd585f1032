"""Convolution and pooling layers beside PyTorch's: values, gradients and curvature (make peers)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd_mini import Tensor, gradients

torch = pytest.importorskip("torch", reason="PyTorch is not installed, so nothing is compared with it: make peers")
dtypes = st.sampled_from([np.float32, np.float64])
counts = st.integers(1, 3)


def lengths(ndim, least, most):
    number = st.integers(least, most)
    return number | st.tuples(*[number] * ndim)


def largest(given):
    return max(given) if isinstance(given, tuple) else given


def both(ours, theirs, x, parameters):
    """Values, gradients of sum(z³), and the gradients of those along themselves: of ours, and of PyTorch's."""
    x, leaf = Tensor(x), torch.tensor(x, requires_grad=True)
    z, other = ours(x), theirs(leaf)
    mine, peers = [x, *(ours.parameters())], [leaf, *parameters]
    found = gradients((z**3).sum(), differentiable=True)
    first = [found[p] for p in mine]
    expected = torch.autograd.grad((other**3).sum(), peers, create_graph=True)
    bends = gradients(sum((g * g).sum() for g in first))
    expected_bends = torch.autograd.grad(sum((g * g).sum() for g in expected), peers)
    pairs = [(z, other), *zip(first, expected, strict=True)]
    pairs = [(a.data, b.detach().numpy()) for a, b in pairs]
    return pairs + [(bends[p], b.numpy()) for p, b in zip(mine, expected_bends, strict=True)]


def assert_alike(pairs, dtype):
    for found, expected in pairs:
        assert (found.shape, found.dtype) == (expected.shape, dtype)
        scale = np.abs(expected).max(initial=1.0)
        np.testing.assert_allclose(found / scale, expected / scale, rtol=0, atol=2000 * np.finfo(dtype).eps)


@pytest.mark.parametrize("ndim", [1, 2])
@given(data=st.data())
def test_convolutions(ndim, data):
    ours, theirs = ((nn.Conv1d, torch.nn.Conv1d), (nn.Conv2d, torch.nn.Conv2d))[ndim - 1]
    dtype, groups, bias = data.draw(dtypes), data.draw(st.integers(1, 2)), data.draw(st.booleans())
    channels = (groups * data.draw(counts), groups * data.draw(counts))
    size = data.draw(lengths(ndim, 1, 3))
    how = {"stride": data.draw(lengths(ndim, 1, 3)), "padding": data.draw(lengths(ndim, 0, 2))}
    how |= {"dilation": data.draw(lengths(ndim, 1, 2)), "groups": groups, "bias": bias}
    seed = data.draw(st.integers(0, 99))
    layer = ours(*channels, size, **how, rng=seed, dtype=dtype)
    peer = theirs(*channels, size, **how)
    rng = np.random.default_rng(seed)
    if bias:
        layer.bias.data = rng.normal(size=channels[1]).astype(dtype)
        peer.bias = torch.nn.Parameter(torch.tensor(layer.bias.data))
    peer.weight = torch.nn.Parameter(torch.tensor(layer.weight.data))
    reach = (largest(size) - 1) * largest(how["dilation"]) + 1
    x = rng.normal(size=(data.draw(counts), channels[0], *(reach + data.draw(counts) for _ in range(ndim))))
    parameters = [peer.weight, peer.bias] if bias else [peer.weight]
    assert_alike(both(layer, peer, x.astype(dtype), parameters), dtype)


@pytest.mark.parametrize("kind", ["MaxPool2d", "AvgPool2d"])
@given(data=st.data())
def test_pooling(kind, data):
    dtype, size = data.draw(dtypes), data.draw(lengths(2, 1, 3))
    least = min(size) if isinstance(size, tuple) else size
    how = {"stride": data.draw(st.none() | lengths(2, 1, 3)), "padding": data.draw(st.integers(0, least // 2))}
    shape = data.draw(st.tuples(counts, counts, *[st.integers(largest(size), 6)] * 2))
    x = np.random.default_rng(data.draw(st.integers(0, 99))).permutation(np.prod(shape)).reshape(shape) / np.prod(shape)
    pairs = both(getattr(nn, kind)(size, **how), getattr(torch.nn, kind)(size, **how), x.astype(dtype), [])
    assert_alike(pairs, dtype)
